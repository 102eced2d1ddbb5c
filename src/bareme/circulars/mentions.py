"""What a passage names: sections, articles, professions, conventions, "the others", and where it names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bareme.circulars.model import Section
from bareme.circulars.vocabulary import Vocabulary, blanked
from bareme.nomenclature.codes import Code

SAME_NAME = Decimal("0.6")
"""The part of a convention's words that a passage must share to mean it."""
_WORD = re.compile(r"\w{3,}")
_TITLE = re.compile(
    r"^(?P<number>[A-Z](?:\.\s?\d{1,3})*|\d{1,2}(?:\.\d{1,3})*)(?:\.\s+|\.?$|(?<=\d)\s+)(?P<title>.*)$", re.DOTALL
)
_ONE_OF_SEVERAL = re.compile(r"[A-Z]{1,4}(?:\.\s?\d{1,3})*(?!\w)|\d[\w.]*")
_AFTER_NUMBER = re.compile(r"[\s.:(–-]*")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a document says beside its prose: what a passage may mean by a name, or without one.

    `conventions` are the names that the titles of tables give, `named` the one that the prose names for all lines.
    """

    conventions: Sequence[str] = ()
    sections: Sequence[Section] = ()
    named: str | None = None
    title: str | None = None
    series: str | None = None
    effective_on: date | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The lines that a measure is for: a scope of `MEASURE_SCOPES`, and what `named` or `codes` hold there."""

    scope: str
    named: str | None = None
    codes: tuple[tuple[Code, ...], ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """How a measure that does not hold for them names them; an article differs from a section of its number."""
        if self.scope == "codes":
            return tuple(code.digits for pair in self.codes for code in pair)
        return (f"article {self.named}" if self.scope == "article" else self.named or "",)


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that names lines. A code has no target of its own: several of them make one."""

    span: Span
    target: Target | None


@dataclass(frozen=True, slots=True)
class Names:
    """What was found, the text without it, and whether something was named that nobody knows."""

    mentions: tuple[Mention, ...]
    left: str
    unknown: bool = False
    whole: bool = False


def names_by_word(text: str, near: Surroundings, words: Vocabulary) -> Names:
    """Sections and conventions that are called by their titles."""
    mentions = []
    whole = False
    for found in words.taken("prose.title", text)[1]:
        if near.named is not None and found["title"].strip() == near.named:
            whole, text = True, blanked(text, [found.span()])
            continue
        target = _titled(found["title"], near.sections)
        if target is not None:
            mentions.append(Mention(found.span(), target))
            text = blanked(text, [found.span()])
    places = [found.span() for found in words.taken("prose.convention", text)[1]]
    known = _conventions(text[places[0][0] :], near.conventions)[: len(places)] if places else []
    for (start, end), name in zip(places, known, strict=False):
        mentions.append(Mention((start, end), Target("convention", name)))
        own = {word.lower() for word in _WORD.findall(name)}
        said = [m.span() for m in _WORD.finditer(text, start) if m[0].lower() in own]
        text = blanked(text, [(start, end), *said])
    return Names(tuple(mentions), text, unknown=len(known) < len(places), whole=whole)


def names_by_number(text: str, near: Surroundings, words: Vocabulary) -> Names:
    """Sections and articles by number, professions, and the others; of a text without figures."""
    mentions: list[Mention] = []
    for scope in ("section", "article"):
        text, found = words.taken(f"prose.{scope}", text)
        for match in found:
            names = [name.rstrip(".") for name in _ONE_OF_SEVERAL.findall(match["names"])]
            targets = [Target(scope, re.sub(r"\s", "", name)) for name in names]
            mentions += [Mention(match.span(), target) for target in targets]
            if scope == "section":
                text = blanked(text, _own_title(text, match.end(), targets[-1:], near.sections))
    for scope, target in _of_providers(near, words):
        text, found = words.taken(scope, text)
        mentions += [Mention(match.span(), target) for match in found if target is not None]
    text, found = words.taken("prose.others", text)
    mentions += [Mention(match.span(), Target("others")) for match in found]
    return Names(tuple(mentions), text)


def _titled(title: str, sections: Sequence[Section]) -> Target | None:
    """The section of a title in quotation marks, where it has a number or the document has that title."""
    found = _TITLE.match(title)
    if found:
        return Target("section", re.sub(r"\s", "", found["number"]))
    return section_of(title, sections)


def section_of(title: str, sections: Sequence[Section]) -> Target | None:
    """The one section with this title."""
    alike = {(s.number or s.title) for s in sections if _plain(s.title) == _plain(title)}
    return Target("section", alike.pop()) if len(alike) == 1 else None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _own_title(text: str, end: int, targets: Sequence[Target], sections: Sequence[Section]) -> Iterator[Span]:
    """The place of a section's title right after its number."""
    for section in sections:
        start = _AFTER_NUMBER.match(text, end)
        if start and any(section.number == target.named for target in targets):
            after = text[start.end() : start.end() + len(section.title)]
            if after.casefold() == section.title.casefold():
                yield start.end(), start.end() + len(section.title)


def _of_providers(near: Surroundings, words: Vocabulary) -> Iterator[tuple[str, Target | None]]:
    """The patterns for professions and for what they provide; the latter mean all where the circular is theirs."""
    own = {(near.series or "").split("/")[0]}
    own |= {id for id in words.names("profession") if words.has(f"profession.{id}", near.title or "")}
    own |= {id for id in words.names("field") if words.has(f"field.{id}", near.title or "")}
    for id in words.names("field"):
        yield f"field.{id}", None if id in own else Target("series", id)
    for id in words.names("profession"):
        yield f"profession.{id}", Target("series", id)


def _conventions(text: str, conventions: Sequence[str]) -> list[str]:
    """The conventions whose names a text repeats, most of their words, the most complete first."""
    said = {word.lower() for word in _WORD.findall(text)}
    shares = []
    for name in dict.fromkeys(conventions):
        own = {word.lower() for word in _WORD.findall(name)}
        shares.append((Decimal(len(own & said)) / max(len(own), 1), name))
    return [name for share, name in sorted(shares, key=lambda s: s[0], reverse=True) if share >= SAME_NAME]

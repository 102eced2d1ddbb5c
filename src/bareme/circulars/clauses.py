"""What stands in a clause of prose: its figures, what it names, and its words of change, each found once and taken off.

A figure that is taken off is explained; what nobody explains makes the clause doubtful. The text keeps its length, so
that places stay places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from bareme.circulars.dates import date_of
from bareme.circulars.figures import number_of
from bareme.circulars.mentions import Mention, Span, Surroundings, names_by_number, names_by_word
from bareme.circulars.vocabulary import Vocabulary
from bareme.nomenclature.codes import Code, is_code

VERBS = ("index", "lower", "higher", "set", "change", "unchanged", "added", "ended")
"""What is done; `change` says that something is done, not what."""
OBJECTS = ("fees", "letter_value", "share", "intervention", "tariffs")
"""What it is done to."""
_OTHERS = ("not", "finite", "relative", "following", "pointing", "announces", "budget", "money")
_WORD_ANCHORS = ("unchanged", "added", "ended", "not_changed")
_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?")

Matches = list[re.Match[str]]


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of prose taken apart. `left` is what is left of `said` once its figures and names are taken off.

    `rates` are in percent; `to` are amounts that something becomes, `by` amounts by which it changes, `loose` counts
    those of which neither is said. `anchors` are the places of what it says, in figures or in words that need none.
    `flags` are the words of `VERBS`, `OBJECTS` and some others that it holds. `unclear` when part of it is not known.
    """

    said: str
    left: str
    flags: frozenset[str]
    rates: tuple[Decimal, ...]
    rate_by: bool
    to: tuple[Decimal, ...]
    by: tuple[Decimal, ...]
    loose: int
    insteads: tuple[re.Match[str], ...]
    pairs: tuple[tuple[Code, ...], ...]
    mentions: tuple[Mention, ...]
    whole: bool
    already: Decimal | None
    relative_to: date | None
    anchors: tuple[Span, ...]
    unclear: bool

    @property
    def figures(self) -> int:
        """How many figures it has that say how something changes."""
        return len(self.rates) + len(self.to) + len(self.by) + self.loose + len(self.insteads)

    @property
    def verbs(self) -> frozenset[str]:
        """Its words of change."""
        return self.flags.intersection(VERBS)

    @property
    def objects(self) -> frozenset[str]:
        """Its words for what changes."""
        return self.flags.intersection(OBJECTS)


@dataclass(slots=True)
class _Taking:
    """A clause while it is taken apart."""

    left: str
    words: Vocabulary

    def __call__(self, name: str) -> Matches:
        self.left, found = self.words.taken(f"prose.{name}", self.left)
        return found


@dataclass(frozen=True, slots=True)
class Grammar:
    """What it takes to take clauses apart: what names may mean, and the words of the language."""

    near: Surroundings
    words: Vocabulary
    known: dict[str, Clause] = field(default_factory=dict, compare=False, repr=False)

    def clause(self, said: str) -> Clause:
        """A clause taken apart, once."""
        if said not in self.known:
            self.known[said] = _clause_of(said, self.near, self.words)
        return self.known[said]

    def may_change(self, text: str) -> bool:
        """False for a text without any word of change, fee, letter value or patient share."""
        return any(self.words.has(f"prose.{name}", text) for name in (*VERBS, "fees", "letter_value", "share"))


def _clause_of(said: str, near: Surroundings, words: Vocabulary) -> Clause:
    take = _Taking(said, words)
    whole = bool(take("whole"))
    if not words.has("prose.index_applied", said):
        take("health_index")
    take("aside")
    titles = names_by_word(take.left, near, words)
    take.left = titles.left
    insteads, already, relative, since = take("instead"), take("already"), take("relative_to"), take("since")
    with_figures = take.left
    to, by, loose = take("amount_to"), take("amount_by"), take("euro")
    percents, codes = take("percent"), take("codes")
    numbers = names_by_number(take.left, near, words)
    pairs = [pair_of(found["pair"]) for found in codes]
    counted = [date_of(found["date"], words) for found in relative]
    figures = [*insteads, *to, *by, *loose, *percents]
    mentions = [*titles.mentions, *numbers.mentions, *(Mention(found.span(), None) for found in codes)]
    return Clause(
        said,
        numbers.left,
        _flags(take.left, with_figures, words),
        tuple(percent_in(found["rate"]) for found in percents),
        words.has("prose.rate_by", with_figures),
        tuple(_euro(found["amount"]) for found in to),
        tuple(_euro(found["amount"]) for found in by),
        len(loose),
        tuple(insteads),
        tuple(dict.fromkeys(pair for pair in pairs if pair)),
        tuple(sorted(mentions, key=lambda mention: mention.span)),
        whole or titles.whole,
        percent_in(already[0]["rate"]) if already else None,
        _unless_eve(counted[0], near.effective_on) if counted else None,
        _anchors(figures, take.left, words),
        unclear=titles.unknown
        or max(len(already), len(relative)) > 1
        or None in (*pairs, *counted)
        or not all(_is_effective(found["date"], near.effective_on, words) for found in since)
        or _has_doubtful(words, with_figures, take.left, numbers.left),
    )


def _has_doubtful(words: Vocabulary, with_figures: str, without: str, nameless: str) -> bool:
    """True for words that make what a clause says doubtful; some need its figures, or a text without its names."""
    return any(
        words.has(f"prose.{name}", text)
        for names, text in (
            (("percent_of", "range"), with_figures),
            (("doubt", "money"), without),
            (("unnumbered",), nameless),
        )
        for name in names
    )


def pair_of(text: str) -> tuple[Code, ...] | None:
    """The code or pair of codes, `458673-684` being 458673-458684; None when one is none. It is never a range."""
    parts = re.split(r"\s?[-/–]\s?", text)
    full = [part if len(part) == 6 else parts[0][: 6 - len(part)] + part for part in parts]
    return tuple(Code(part) for part in full) if all(is_code(part) for part in full) else None


def percent_in(text: str) -> Decimal:
    """The number of a percentage: `2,72%`, `-0,5 %`, `1,31 p.c.`."""
    found = _NUMBER.search(text)
    return Decimal(found[0].replace(",", ".").replace("−", "-")) if found else Decimal(0)


def _euro(text: str) -> Decimal:
    number = number_of(re.sub(r"[^\d.,]", "", text).strip(".,"))
    return Decimal(0) if number is None else number


def _flags(left: str, with_figures: str, words: Vocabulary) -> frozenset[str]:
    """The words of a clause. Two of them need the figure that follows them."""
    found = {name for name in (*VERBS, *OBJECTS, *_OTHERS) if words.has(f"prose.{name}", left)}
    return frozenset(found | {name for name in ("set", "index", "money") if words.has(f"prose.{name}", with_figures)})


def _anchors(figures: Matches, left: str, words: Vocabulary) -> tuple[Span, ...]:
    """The places of the figures, and of words that say what becomes of something without one; one of each in a row."""
    anchors = [(found.span(), "figure") for found in figures]
    for name in _WORD_ANCHORS:
        anchors += [(found.span(), name) for found in words.taken(f"prose.{name}", left)[1]]
    kept: list[tuple[Span, str]] = []
    for span, name in sorted(anchors):
        if kept and name != "figure" and kept[-1][1] == name:
            kept.pop()
        kept.append((span, name))
    return tuple(span for span, _ in kept)


def _unless_eve(day: date | None, effective_on: date | None) -> date | None:
    """The day that a rate counts from; None for the eve of the effective date: that is the circular before."""
    return None if day is None or (effective_on and day == effective_on - timedelta(days=1)) else day


def _is_effective(text: str, effective_on: date | None, words: Vocabulary) -> bool:
    """True for the effective date, with or without its year; and where that is not known."""
    if effective_on is None:
        return True
    return effective_on in (date_of(text, words), date_of(f"{text} {effective_on.year}", words))

"""The words that documents use, by language, in data files: a new word needs no code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("fr", "nl", "de")
_GERMAN_MONTH = (
    "(?:Januar|J(?:ä|ae)nner|Fe(?:bruar|ber)|M(?:ä|ae)rz|April|Mai|Ju[nl]i|August|(?:Septem|Novem|Dezem)ber|Oktober)"
)
_DATE = rf"(?:\d{{1,2}}(?:er)?[ ./-](?:\d{{1,2}}|[^\W\d_]+)[ ./-]\d{{4}}|\d{{1,2}}\. {_GERMAN_MONTH} \d{{4}})"
_START = r"(?<!\d)(?<!\d[.,])(?<!\d )"
_EURO = r"(?:€|\beuros?\b|\bEUR\b)"
_NUMBER = r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d{1,2})?(?![,.]?\d)"
_SECTION = r"(?:(?-i:[A-Z]{1,4})(?:\.\s?\d{1,3})*|\d{1,2}(?:\.\d{1,3})*)(?!\w)"
_MACROS = {
    "DATE": _DATE,
    "NUMBER": _NUMBER,
    "PERCENT": r"(?<!\d)(?<!\d[.,])[-−]?\d+(?:[.,]\d+)?\s*(?:%|p\.\s?c\.|pct\b|pour ?cent\b|pro[cz]ent\b|v\.\s?h\.)",
    "PAIR": r"(?<!\d)(?:(?<=\d{6}[,.])|(?<!\d[,.]))\d{6}(?:\s?[-/–]\s?(?:\d{6}|\d{3}))?(?!\d)(?!,\d{1,5}(?!\d))",
    "EURO": rf"{_START}(?:{_NUMBER}\s*{_EURO}|{_EURO}\s*{_NUMBER})",
    "MONEY": _EURO,
    "SECTION": _SECTION,
    "APOS": "[’']",
}


@dataclass(frozen=True)
class Vocabulary:
    """One language's words: lists of patterns by name, and the names of the months."""

    language: str
    patterns: Mapping[str, tuple[re.Pattern[str], ...]]
    months: Mapping[str, int]

    def search(self, name: str, text: str) -> re.Match[str] | None:
        """The first match of the first pattern of that name that is found in the text."""
        for pattern in self.patterns[name]:
            found = pattern.search(text)
            if found:
                return found
        return None

    def has(self, name: str, text: str) -> bool:
        """True when a pattern of that name is found in the text."""
        return self.search(name, text) is not None

    def taken(self, name: str, text: str) -> tuple[str, list[re.Match[str]]]:
        """What the patterns of that name find, in order of place, and the text with blanks where they found it."""
        found: list[re.Match[str]] = []
        for pattern in self.patterns[name]:
            matches = list(pattern.finditer(text))
            text = blanked(text, [match.span() for match in matches])
            found += matches
        return text, sorted(found, key=lambda match: match.start())

    def names(self, group: str) -> tuple[str, ...]:
        """The names of a group: the ids of `profession`."""
        return tuple(name.partition(".")[2] for name in self.patterns if name.startswith(f"{group}."))

    def without(self, names: Sequence[str], text: str) -> str:
        """The text with a blank for everything that the patterns of those names find, name after name."""
        for name in names:
            for pattern in self.patterns[name]:
                text = pattern.sub(" ", text)
        return text


@cache
def vocabulary(language: str) -> Vocabulary:
    """The vocabulary of a language of `LANGUAGES`."""
    text = files("bareme.circulars.vocabulary").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    patterns = {
        f"{group}.{name}": tuple(_compiled(p) for p in entries)
        for group, table in data.items()
        if isinstance(table, dict) and group != "months"
        for name, entries in table.items()
    }
    return Vocabulary(language, patterns, data["months"])


def all_vocabularies() -> Sequence[Vocabulary]:
    """Every vocabulary, in the order of `LANGUAGES`."""
    return [vocabulary(language) for language in LANGUAGES]


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with blanks in place of the spans, as long as it was.

    >>> blanked("de 2 % en plus", [(3, 6)])
    'de     en plus'
    """
    parts, at = [], 0
    for start, end in sorted(spans):
        parts += [text[at:start], " " * (end - max(start, at))]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def _compiled(pattern: str) -> re.Pattern[str]:
    for macro, meaning in _MACROS.items():
        pattern = pattern.replace(f"<{macro}>", meaning)
    return re.compile(pattern, re.IGNORECASE)

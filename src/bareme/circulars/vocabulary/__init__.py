"""The words that documents use, by language, in data files: a new word needs no code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("fr",)
_DATE = r"(?:\d{1,2}(?:er)?[ ./-](?:\d{1,2}|[^\W\d_]+)[ ./-]\d{4})"
_MACROS = {
    "DATE": _DATE,
    "PERCENT": r"\d+(?:[.,]\d+)?\s*%",
    "PAIR": r"\d{6}(?:\s*[-/–]\s*(?:\d{6}|\d{3}))?",
    "EURO": r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d{1,2})?\s*(?:€|euros?\b)",
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


def _compiled(pattern: str) -> re.Pattern[str]:
    for macro, meaning in _MACROS.items():
        pattern = pattern.replace(f"<{macro}>", meaning)
    return re.compile(pattern, re.IGNORECASE)

"""The words of drafts, by language, in data files with the same keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from bareme.circulars.vocabulary import Vocabulary, vocabulary
from bareme.errors import InputError

DRAFTED = ("fr", "nl")
"""The languages in which drafts are written."""


@dataclass(frozen=True)
class Words:
    """One language's words, by group and name; `reader` are those that the reader knows."""

    language: str
    groups: Mapping[str, Mapping[str, str]]
    months: Sequence[str]
    reader: Vocabulary

    def say(self, name: str, /, **filled: object) -> str:
        """The words of a name ("identity.number"), with the values for what stands in braces."""
        group, _, key = name.partition(".")
        return self.groups[group][key].format(**filled)

    def has(self, name: str, /) -> bool:
        """True when there are words of that name."""
        group, _, key = name.partition(".")
        return key in self.groups[group]

    def day(self, day: date) -> str:
        """A date in full: "1er janvier 2026"."""
        form = "months.first" if day.day == 1 else "months.day"
        return self.say(form, day=day.day, month=self.months[day.month - 1], year=day.year)


@cache
def words_of(language: str) -> Words:
    """The words of a language; `InputError` names the languages when it is none of them."""
    if language not in DRAFTED:
        raise InputError(f"language: {language!r} is none of {', '.join(DRAFTED)}.")
    text = files("bareme.exchange.drafts").joinpath("words", f"{language}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    months = data["months"].pop("names")
    groups = {name: table for name, table in data.items() if isinstance(table, dict)}
    return Words(language, groups, months, vocabulary(language))

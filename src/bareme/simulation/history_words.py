"""The words of `bareme history` by language, from `history_words.toml`; data (JSON, CSV) is the same in every one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bareme.errors import InputError
from bareme.simulation.chart_words import ENGLISH, ChartWords


@dataclass(frozen=True)
class HistoryWords:
    """The words of one language: those of the tables by their keys, and those of the charts."""

    texts: Mapping[str, str]
    chart: ChartWords

    @property
    def columns(self) -> list[str]:
        """The names of a table's columns."""
        return self.texts["columns"].split("|")

    def __call__(self, key: str, **values: object) -> str:
        """A text with its values in place."""
        return self.texts[key].format(**values)


@cache
def _catalogue() -> Mapping[str, Any]:
    return tomllib.loads(files("bareme.simulation").joinpath("history_words.toml").read_text(encoding="utf-8"))


def languages() -> tuple[str, ...]:
    """The languages that there are words for; the first is the one without asking."""
    return tuple(_catalogue())


def history_words(language: str | None = None) -> HistoryWords:
    """The words of a language; `InputError` for one that there is none of."""
    found = _catalogue()
    if language is not None and language not in found:
        raise InputError(f"language: {language!r} is none of {', '.join(found)}.")
    own = found[language or languages()[0]]
    if "chart" not in own:
        return HistoryWords(own["table"], ENGLISH)

    def fact(name: str, value: str) -> str:
        said = own["fact_values"].get(f"{name}_{value}", value)
        return str(own["facts"][name].format(value=said)) if name in own["facts"] else f"{name} {value}"

    return HistoryWords(own["table"], ChartWords(own["chart"], fact=fact))

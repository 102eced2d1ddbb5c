"""The words of reports by language, from `report_words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class ReportWords:
    """The words of one language for one kind of report, by their keys."""

    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """A text with its values in place."""
        return self.texts[key].format(**values)

    def columns(self, key: str) -> list[str]:
        """The names of a table's columns."""
        return self.texts[key].split("|")


@cache
def catalogue() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """All words: by language, by kind of report, by key."""
    return tomllib.loads(files("bareme.simulation").joinpath("report_words.toml").read_text(encoding="utf-8"))


def report_words(language: str, kind: str = "page") -> ReportWords:
    """The words of a language for a kind of report; "page" are those around every report."""
    return ReportWords(catalogue()[language][kind])

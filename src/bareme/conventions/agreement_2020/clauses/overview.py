"""The clauses of an agreement from `clauses.toml`, with what computes them and the status of each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE
from bareme.conventions.agreement.systems import LANGUAGES, PACKAGE


class ClauseStatus(StrEnum):
    """What there is of a clause. Of one with others under it: the first of these that one of them has."""

    IMPLEMENTED = "implemented"
    """Something computes what it says."""
    PARAMETER_AWAITED = "parameter_awaited"
    """Something could, once a figure that the document lacks is supplied."""
    DECLARATION_OF_INTENT = "declaration_of_intent"
    """There is nothing to compute; a date in it stands in the agenda."""


COLUMNS = ("head_clause", "head_title", "head_status", "head_system", "head_command", "head_note")
"""The heads of a printed overview, in `words.toml`."""
Counts = Mapping[ClauseStatus, int]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its number as the document has it, a title in our words, status, and what computes it."""

    number: str
    title: Mapping[str, str]
    status: ClauseStatus
    below: Counts
    """How many clauses under it, that have none under them, have which status."""
    systems: tuple[str, ...]
    commands: tuple[str, ...]
    note: Mapping[str, str] | None = None

    @property
    def level(self) -> int:
        """1 for 5, 2 for 5.1, 3 for 5.1.1; a part of the annex is at level 2."""
        return 1 + self.number.count(".") + self.number.startswith("annex ")

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data, an entry of `clauses`."""
        return {
            "number": self.number,
            "level": self.level,
            "title": self.title[language],
            "status": self.status.value,
            "below": _plain(self.below),
            "systems": list(self.systems),
            "commands": list(self.commands),
            "note": None if self.note is None else self.note[language],
        }


@dataclass(frozen=True, slots=True)
class Overview:
    """All clauses of an agreement in order."""

    year: int
    clauses: tuple[Clause, ...]

    @property
    def counts(self) -> Counts:
        """How many clauses without others under them have which status."""
        return _counts(clause.status for clause in self.clauses if not any(clause.below.values()))

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (`agreement-overview-1`)."""
        return {
            "year": self.year,
            "counts": _plain(self.counts),
            "clauses": [clause.to_dict(language) for clause in self.clauses],
        }


@cache
def overview_of(agreement: str) -> Overview:
    """The overview of an agreement such as `agreement_2020`."""
    place = files(PACKAGE).joinpath(agreement, "clauses", "clauses.toml")
    data = tomllib.loads(place.read_text(encoding="utf-8"))
    entries = data["clause"]
    return Overview(data["year"], tuple(_clause(entry, entries) for entry in entries))


def _clause(entry: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> Clause:
    under = [other for other in entries if is_under(other["number"], entry["number"]) and "status" in other]
    below = _counts(ClauseStatus(other["status"]) for other in under)
    own = entry.get("status")
    status = ClauseStatus(own) if own else next(status for status in ClauseStatus if below[status])
    note = {language: entry[f"note_{language}"] for language in LANGUAGES} if "note_en" in entry else None
    title = {language: entry[language] for language in LANGUAGES}
    systems, commands = (tuple(entry.get(name, ())) for name in ("systems", "commands"))
    return Clause(entry["number"], title, status, below, systems, commands, note)


def is_under(number: str, other: str) -> bool:
    """True for 5.1.1 under 5.1 or 5, and for a part of the annex under it.

    >>> is_under("5.1.1", "5"), is_under("15", "1"), is_under("annex c, savings", "annex c")
    (True, False, False)
    """
    return number.startswith((f"{other}.", "annex " if other == "annex" else f"{other}."))


def _counts(statuses: Iterable[ClauseStatus]) -> Counts:
    found = list(statuses)
    return {status: found.count(status) for status in ClauseStatus}


def _plain(counts: Counts) -> dict[str, int]:
    return {status.value: number for status, number in counts.items()}

"""A commitment, what it is due, and how exactly the agreement says so: no day is invented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE
from bareme.errors import InputError
from bareme.periods import Period, as_date

_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
MONTHS_OF_A_QUARTER = 3


class Kind(StrEnum):
    """What an entry is."""

    DELIVERABLE = "deliverable"
    """Something to be delivered by a day."""
    FACT = "fact"
    """What holds on a day, or from it on."""
    PERIOD = "period"
    """What falls in a month, a quarter or a year, or comes back."""
    RELATIVE = "relative"
    """What is due some days after an event."""
    START = "start"
    """From when a measure of the annex applies."""


def kind_named(name: str) -> Kind:
    """A kind by its name; `InputError` names those that there are."""
    if name not in tuple(Kind):
        raise InputError(f"{name!r} is no kind of commitment; kinds are: {', '.join(Kind)}.")
    return Kind(name)


class Precision(StrEnum):
    """How exactly the agreement says when."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    NONE = "none"


class Status(StrEnum):
    """How far it is; the agreement does not say, a file of statuses does."""

    UNKNOWN = "unknown"
    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Commitment:
    """A dated statement of the agreement. `due` has several texts where it comes back, none where no date is said."""

    id: str
    kind: Kind
    clause: str
    precision: Precision
    due: tuple[str, ...]
    says: Mapping[str, str]
    owner: str | None = None
    """Who owes it; None where the agreement names nobody."""
    to: str | None = None
    every: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A commitment at one due date, with its status."""

    id: str
    commitment: Commitment
    due: str | None
    status: Status = Status.UNKNOWN
    done_on: date | None = None
    note: str | None = None

    @property
    def period(self) -> Period | None:
        """The days that the due text names, half open; None where it names none."""
        return None if self.due is None else due_period(self.due)

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data, an entry of an agenda; the last day belongs to what is due."""
        period = self.period
        last = None if period is None else period.last_day
        return {
            "id": self.id,
            "commitment": self.commitment.id,
            "kind": self.commitment.kind.value,
            "clause": self.commitment.clause,
            "owner": self.commitment.owner,
            "to": self.commitment.to,
            "due": self.due,
            "precision": self.commitment.precision.value,
            "every": self.commitment.every,
            "first_day": None if period is None else period.start.isoformat(),
            "last_day": None if last is None else last.isoformat(),
            "status": self.status.value,
            "done_on": None if self.done_on is None else self.done_on.isoformat(),
            "note": self.note,
            "says": self.commitment.says[language],
        }


def due_period(due: str) -> Period:
    """The days of a due text: 2020-06-30, 2021-02, 2020-Q1 or 2020; `InputError` for another.

    >>> due_period("2020-Q4")
    Period(start=datetime.date(2020, 10, 1), end=datetime.date(2021, 1, 1))
    """
    if quarter := _QUARTER.fullmatch(due):
        first = MONTHS_OF_A_QUARTER * (int(quarter[2]) - 1) + 1
        return _months(int(quarter[1]), first, MONTHS_OF_A_QUARTER)
    if month := _MONTH.fullmatch(due):
        return _months(int(month[1]), int(month[2]), 1)
    if _YEAR.fullmatch(due):
        return _months(int(due), 1, 12)
    day = as_date(due, "due")
    return Period(day, date.fromordinal(day.toordinal() + 1))


def _months(year: int, first: int, number: int) -> Period:
    years, month = divmod(first + number - 1, 12)
    try:
        return Period(date(year, first, 1), date(year + years, month + 1, 1))
    except ValueError:
        raise InputError(f"due: {year}-{first:02d} is no month or year.") from None

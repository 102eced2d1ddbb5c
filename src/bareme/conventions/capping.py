"""A maximum of units in so many months, over a patient's acts: the one stateful rule, the same on every engine.

Acts count in the order of patient, date and input line. Only units that are paid count. Periods are half-open: an act
of 1 March counts until the last day of February after it.
"""

from __future__ import annotations

from calendar import monthrange
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


class Window(StrEnum):
    """Which months a maximum in so many months is counted in."""

    ROLLING = "rolling"
    """Any months that end on the day of the act: the strictest."""
    FROM_FIRST_ACT = "from_first_act"
    """Months from the patient's first paid act; then anew from the first one after them."""


@dataclass(frozen=True, slots=True)
class Capped:
    """What of an act's units is paid.

    `left` was left before it, `used_by` are the lines of the acts that used the rest, `other` is what the other
    window would pay.
    """

    line: int
    units: int
    paid: int
    left: int
    used_by: tuple[int, ...]
    other: int


Act = tuple[str, date, int, int]
"""Patient, date, input line, units."""


@lru_cache(maxsize=100_000)
def months_after(day: date, months: int) -> date:
    """The day so many months later; the last day of the month where it has no such day.

    >>> months_after(date(2024, 2, 29), 12), months_after(date(2025, 3, 1), 12)
    (datetime.date(2025, 2, 28), datetime.date(2026, 3, 1))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class _Rolling:
    """Units paid in the months before an act."""

    def __init__(self, most: int, months: int) -> None:
        self._most, self._months = most, months
        self._paid: deque[tuple[date, int, int]] = deque()
        self._used = 0

    def pay(self, day: date, line: int, units: int) -> tuple[int, int, tuple[int, ...]]:
        """Units that are paid, units that were left, lines that used the rest."""
        while self._paid and months_after(self._paid[0][0], self._months) <= day:
            self._used -= self._paid.popleft()[2]
        left = self._most - self._used
        users = tuple(line for _, line, _ in self._paid)
        paid = min(units, left)
        if paid:
            self._paid.append((day, line, paid))
            self._used += paid
        return paid, left, users


class _FromFirstAct:
    """Units paid since the first act of a period."""

    def __init__(self, most: int, months: int) -> None:
        self._most, self._months = most, months
        self._end: date | None = None
        self._used = 0
        self._lines: list[int] = []

    def pay(self, day: date, line: int, units: int) -> tuple[int, int, tuple[int, ...]]:
        """Units that are paid, units that were left, lines that used the rest."""
        if self._end is not None and day >= self._end:
            self._end, self._used, self._lines = None, 0, []
        left, users = self._most - self._used, tuple(self._lines)
        paid = min(units, left)
        if paid:
            self._end = self._end or months_after(day, self._months)
            self._used += paid
            self._lines.append(line)
        return paid, left, users


def capped(acts: list[Act], most: int, months: int, window: Window = Window.ROLLING) -> Iterator[Capped]:
    """What of each act's units is paid, in the order of patient, date and line."""
    kinds = (_Rolling, _FromFirstAct) if window is Window.ROLLING else (_FromFirstAct, _Rolling)
    for _, own in groupby(sorted(acts), key=itemgetter(0)):
        counted, other = (kind(most, months) for kind in kinds)
        for _, day, line, units in own:
            paid, left, users = counted.pay(day, line, units)
            yield Capped(line, units, paid, left, users, other.pay(day, line, units)[0])


def capped_table(acts: pa.Table, most: int, months: int, window: Window = Window.ROLLING) -> pa.Table:
    """The same over an Arrow table with `patient`, `date`, `line`, `units`: `line`, `paid`, `left`, `used_by`, `other`,
    in the order of the lines."""
    import pyarrow as pa

    names = ("patient", "date", "line", "units")
    rows: list[Act] = list(zip(*(acts.column(name).to_pylist() for name in names), strict=True))
    found = sorted(capped(rows, most, months, window), key=lambda act: act.line)
    return pa.table(
        {
            "line": pa.array([act.line for act in found], pa.int64()),
            "paid": pa.array([act.paid for act in found], pa.int64()),
            "left": pa.array([act.left for act in found], pa.int64()),
            "used_by": pa.array([act.used_by for act in found], pa.list_(pa.int64())),
            "other": pa.array([act.other for act in found], pa.int64()),
        }
    )

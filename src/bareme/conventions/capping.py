"""A maximum of units in so many months, over a patient's acts: the one stateful rule, the same on every engine.

Acts count in the order of patient, date and input line. Only units that are paid count. Periods are half-open: an act
of 1 March counts until the last day of February after it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from bareme.collecting import fewer_rounds

if TYPE_CHECKING:
    import pyarrow as pa

_EPOCH = date(1970, 1, 1)


class Window(StrEnum):
    """Which months a maximum in so many months is counted in."""

    ROLLING = "rolling"
    """Any months that end on the day of the act: the strictest."""
    FROM_FIRST_ACT = "from_first_act"
    """Months from the patient's first paid act; then anew from the first one after them."""


class Capped(NamedTuple):
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
Counted = tuple[int, int, tuple[int, ...]]
"""Units that are paid, units that were left, lines that used the rest."""


def months_after(day: date, months: int) -> date:
    """The day so many months later; the last day of the month where it has no such day.

    >>> months_after(date(2024, 2, 29), 12), months_after(date(2025, 3, 1), 12)
    (datetime.date(2025, 2, 28), datetime.date(2026, 3, 1))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class _Rolling:
    """Units paid in the months before an act of one patient; days are numbers."""

    __slots__ = ("_first", "_most", "_paid", "_used")

    def __init__(self, most: int) -> None:
        self._most = most
        self._paid: list[tuple[int, int, int]] = []
        self._first = 0
        self._used = 0

    def pay(self, day: int, end: int, line: int, units: int) -> Counted:
        """Count an act, which itself counts until `end`."""
        paid_before = self._paid
        while self._first < len(paid_before) and paid_before[self._first][0] <= day:
            self._used -= paid_before[self._first][2]
            self._first += 1
        left = self._most - self._used
        users = tuple([user for _, user, _ in paid_before[self._first :]]) if self._used else ()
        paid = units if units < left else left
        if paid:
            paid_before.append((end, line, paid))
            self._used += paid
        return paid, left, users


class _FromFirstAct:
    """Units paid since the first act of a period of one patient; days are numbers."""

    __slots__ = ("_end", "_lines", "_most", "_used")

    def __init__(self, most: int) -> None:
        self._most = most
        self._end = 0
        self._used = 0
        self._lines: list[int] = []

    def pay(self, day: int, end: int, line: int, units: int) -> Counted:
        """Count an act; the first one of a period begins it, and it lasts until `end`."""
        if day >= self._end:
            self._used, self._lines = 0, []
        left = self._most - self._used
        users = tuple(self._lines)
        paid = units if units < left else left
        if paid:
            if not self._lines:
                self._end = end
            self._used += paid
            self._lines.append(line)
        return paid, left, users


def _walk(
    acts: Iterable[tuple[Any, int, int, int]], ends: Mapping[int, int], most: int, window: Window
) -> Iterator[Capped]:
    """Count acts (patient, day as a number, line, units) in their order; `ends` is when what is paid on a day ends."""
    kinds = (_Rolling, _FromFirstAct) if window is Window.ROLLING else (_FromFirstAct, _Rolling)
    current: object = None
    for patient, day, line, units in acts:
        if patient != current:
            current = patient
            counted, other = kinds[0](most), kinds[1](most)
        end = ends[day]
        paid, left, users = counted.pay(day, end, line, units)
        yield Capped(line, units, paid, left, users, other.pay(day, end, line, units)[0])


def capped(acts: Iterable[Act], most: int, months: int, window: Window = Window.ROLLING) -> Iterator[Capped]:
    """What of each act's units is paid, in the order of patient, date and line."""
    ordered = sorted(acts)
    ends = {day.toordinal(): months_after(day, months).toordinal() for day in {act[1] for act in ordered}}
    numbered = ((patient, day.toordinal(), line, units) for patient, day, line, units in ordered)
    return _walk(numbered, ends, most, window)


@fewer_rounds()
def capped_table(acts: pa.Table, most: int, months: int, window: Window = Window.ROLLING) -> pa.Table:
    """The same over an Arrow table with `patient`, `date`, `line`, `units`: `line`, `paid`, `left`, `used_by`, `other`,
    in the order of the lines."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = ("patient", "date", "line", "units")
    ordered = acts.take(pc.sort_indices(acts, [(name, "ascending") for name in names[:3]])).combine_chunks()
    days = ordered.column("date").cast(pa.date32()).cast(pa.int32())
    ends = {
        (day - _EPOCH).days: (months_after(day, months) - _EPOCH).days
        for day in pc.unique(acts.column("date")).to_pylist()
    }
    columns = [
        ordered.column("patient").to_pylist(),
        days.to_pylist(),
        *(ordered.column(n).to_pylist() for n in names[2:]),
    ]
    found = list(_walk(zip(*columns, strict=True), ends, most, window))
    table = pa.table(
        {
            "line": ordered.column("line").cast(pa.int64()),
            "paid": pa.array([act.paid for act in found], pa.int64()),
            "left": pa.array([act.left for act in found], pa.int64()),
            "used_by": pa.array([act.used_by for act in found], pa.list_(pa.int64())),
            "other": pa.array([act.other for act in found], pa.int64()),
        }
    )
    return table.take(pc.sort_indices(table, [("line", "ascending")]))

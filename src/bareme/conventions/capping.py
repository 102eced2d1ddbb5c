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


def months_after(day: date, months: int) -> date:
    """The day so many months later; the last day of the month where it has no such day, the last day of the calendar
    where it has no such year.

    >>> months_after(date(2024, 2, 29), 12), months_after(date(2025, 3, 1), 12)
    (datetime.date(2025, 2, 28), datetime.date(2026, 3, 1))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _walk(
    acts: Iterable[tuple[Any, int, int, int]], ends: Mapping[int, int], most: int, window: Window
) -> Iterator[Capped]:
    """Count acts (patient, day as a number, line, units) in their order; `ends` is when what is paid on a day ends.

    Both windows are counted beside one another, in one loop without calls: it runs over millions of acts.
    """
    current: object = None
    is_rolling = window is Window.ROLLING
    for patient, day, line, units in acts:
        if patient != current:
            current, first, used, period_end, period_used = patient, 0, 0, 0, 0
            paid_lines: list[int] = []  # rolling: lines, the days on which they end, their units
            paid_ends: list[int] = []
            paid_units: list[int] = []
            period_lines: list[int] = []
        while first < len(paid_ends) and paid_ends[first] <= day:
            used -= paid_units[first]
            first += 1
        if day >= period_end:
            period_used, period_lines = 0, []
        left, period_left = most - used, most - period_used
        paid = units if units < left else left
        period_paid = units if units < period_left else period_left
        if is_rolling:
            found = Capped(line, units, paid, left, tuple(paid_lines[first:]), period_paid)
        else:
            found = Capped(line, units, period_paid, period_left, tuple(period_lines), paid)
        if paid:
            paid_lines.append(line)
            paid_ends.append(ends[day])
            paid_units.append(paid)
            used += paid
        if period_paid:
            period_end = period_end if period_lines else ends[day]
            period_lines.append(line)
            period_used += period_paid
        yield found


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
    found = tuple(zip(*_walk(zip(*columns, strict=True), ends, most, window), strict=True)) or ((),) * 6
    _, _, paid, left, used_by, other = found
    table = pa.table(
        {
            "line": ordered.column("line").cast(pa.int64()),
            "paid": pa.array(paid, pa.int64()),
            "left": pa.array(left, pa.int64()),
            "used_by": pa.array(used_by, pa.list_(pa.int64())),
            "other": pa.array(other, pa.int64()),
        }
    )
    return table.take(pc.sort_indices(table, [("line", "ascending")]))

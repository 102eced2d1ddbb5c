"""Cells: acts between which the price table makes no difference, and what the statement answered for each.

A cell is a code, what is known of the patient and the provider, and days and ages between two edges of the table. The
answer for one act of a cell, of one unit, is that of all of them, times the units; it is remembered.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from bareme.pricing.desk import Edges

MOST_CELLS = 20_000
"""The answers of so many cells are remembered; then it begins with none again."""
TOTALS = ("total_fee", "total_intervention", "total_patient_share")

Cell = tuple[Any, ...]
"""Code, year, place between the edges of days and of ages, is the age known, the other facts in the order given."""
Row = dict[str, Any]


class Cells:
    """What was answered for the cells of one state of a book."""

    def __init__(self) -> None:
        self._rows: dict[Cell, Row] = {}

    def rows(
        self,
        requests: Sequence[Mapping[str, Any]],
        cells: Sequence[Cell | None],
        answers: Callable[[Sequence[Mapping[str, Any]]], list[Row]],
    ) -> list[Row]:
        """The statement's answer to each act, as for one unit; `answers` asks it."""
        known: dict[Any, Row] = {cell: self._rows[cell] for cell in set(cells) if cell in self._rows}
        asked: dict[Any, Mapping[str, Any]] = {}
        for place, (request, cell) in enumerate(zip(requests, cells, strict=True)):
            if cell not in known:
                asked.setdefault(place if cell is None else cell, request)
        if asked:
            known |= dict(zip(asked, answers([_act(request) for request in asked.values()]), strict=True))
            self._remember({cell: known[cell] for cell in asked if isinstance(cell, tuple)})
        return [known[place if cell is None else cell] for place, cell in enumerate(cells)]

    def _remember(self, rows: Mapping[Cell, Row]) -> None:
        if len(self._rows) + len(rows) > MOST_CELLS:
            self._rows = {}
        self._rows |= rows


def cell_of(request: Mapping[str, Any], edges: Callable[[str, date], Edges]) -> Cell | None:
    """The cell of an act; None for a code that the table does not hold."""
    code, day, facts = request["code"], request["on"], request["facts"]
    days, ages = edges(code, day)
    if not days:
        return None
    age = facts.get("age")
    others = tuple(item for item in facts.items() if item[0] != "age")
    band = bisect_right(ages, -1 if age is None else age)
    return (code, day.year, bisect_right(days, day), band, age is None, others)


def _act(request: Mapping[str, Any]) -> dict[str, Any]:
    """An act of one unit, as the desk takes it."""
    return {**request["facts"], "code": request["code"], "date": request["on"], "quantity": 1}


def times(row: Row, units: int) -> Row:
    """The answer for several units: an amount that is none stays none."""
    if units == 1:
        return row
    return row | {name: None if row[name] is None else row[name] * units for name in TOTALS}

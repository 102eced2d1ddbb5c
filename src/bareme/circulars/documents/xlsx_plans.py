"""How to read the filled cells of plain rows of one shape."""

from __future__ import annotations

from collections.abc import Callable

from bareme.circulars.documents.xlsx_shapes import Shape
from bareme.circulars.documents.xlsx_sheet import Columns
from bareme.circulars.documents.xlsx_values import CellReader, Styled, Value

_MOST = 1_000
"""So many plans are kept; a sheet with more has rows that are all different."""

Step = tuple[Callable[[str], Value | None], str, int, Styled, bool]
"""For one cell: what finds a value that was met before, column, index among those that are seen, style, whether it is a
number."""


class Plans:
    """The plans of a sheet, by the shapes of its rows."""

    def __init__(self, columns: Columns, reader: CellReader) -> None:
        self._columns, self._reader = columns, reader
        self._known: dict[Shape, list[Step] | None] = {}

    def of(self, shape: Shape) -> list[Step] | None:
        """A step for each filled cell of a shape; None where something is wrong with its cells."""
        try:
            return self._known[shape]
        except KeyError:
            if len(self._known) >= _MOST:
                self._known.clear()
            plan = self._known[shape] = self._made(shape)
            return plan

    def _made(self, shape: Shape) -> list[Step] | None:
        plan: list[Step] = []
        last = 0
        for column, style, kind, is_filled in shape.cells:
            number, styled = self._columns.numbers[column], self._reader.style(style or None)
            if number <= last or styled is None:
                return None
            last = number
            if is_filled:
                find = self._reader.texts.get if kind == "s" else styled.numbers.get
                plan.append((find, column, self._columns.indexes[number], styled, kind != "s"))
        return plan

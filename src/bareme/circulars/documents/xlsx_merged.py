"""Merged cells: one value that stands for several rows or columns.

In the body of a table (from a row with a number, an amount or a code on) a number is repeated in every cell that its
range covers, a text in every row of the range's first column; only in rows that hold something of their own. In a
header nothing is repeated: a title stands in its first cell. What stands under a merged cell is not seen, and not read.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from bareme.circulars.documents.blocks import Cell, Remark
from bareme.circulars.documents.xlsx_cells import MOST_COLUMNS, Sheet, SheetRow
from bareme.circulars.documents.xlsx_sheet import Range, letters_of
from bareme.circulars.documents.xlsx_values import CellReader
from bareme.circulars.figures import number_of
from bareme.circulars.sources import Place
from bareme.errors import DocumentError

MOST_VISITED = 2_000_000
"""So many rows and cells under merged ranges are looked at; ranges that cover one another would take more."""
_CODE = re.compile(r"\d{6}(?![\d.,])", re.ASCII)


def is_of_body(row: SheetRow) -> bool:
    """True for a row with a number, an amount or a code, whether it is stored as a number or a text."""
    return any(_is_figure(cell) for cell in row.cells.values())


def _is_figure(cell: Cell) -> bool:
    return cell.number is not None or number_of(cell.text) is not None or _CODE.match(cell.text) is not None


def spread(sheet: Sheet, reader: CellReader) -> None:
    """Repeat what merged ranges of the sheet's body stand for, and drop what they cover."""
    numbers = [row.number for row in sheet.rows]
    visited, covered = 0, 0
    for merged in sheet.merged:
        first, end = bisect_left(numbers, merged.top), bisect_right(numbers, merged.bottom)
        inside = sheet.columns.span(merged.left, merged.right)[:MOST_COLUMNS]
        visited += (end - first) * max(1, len(inside))
        if visited > MOST_VISITED:
            raise _too_many(sheet, reader)
        covered += _spread(sheet, merged, sheet.rows[first:end], inside, reader)
    if covered:
        what = f"what stands under merged cells of sheet {sheet.name!r} (cells: {covered})"
        reader.remarks.append(Remark("hidden_cells", what, Place(sheet.name)))
        sheet.rows[:] = [row for row in sheet.rows if row.cells]


def _too_many(sheet: Sheet, reader: CellReader) -> DocumentError:
    return reader.workbook.package.refused(f"sheet {sheet.name!r} merges more than {MOST_VISITED:,} cells")


def _spread(sheet: Sheet, merged: Range, rows: list[SheetRow], inside: range, reader: CellReader) -> int:
    """Do it for one range; the number of filled cells that it covers."""
    start = rows[0].cells.get(inside[0]) if rows and inside and rows[0].number == merged.top else None
    if start is not None and sheet.columns.indexes[merged.left] != inside[0]:
        start = None  # its first column is hidden, and its value with it
    covered = 0
    for row in rows:
        for index in inside:
            cell = row.cells.get(index)
            if cell is not None and cell is not start:
                del row.cells[index]
                covered += 1
    if start is None or not is_of_body(rows[0]):
        return covered
    where = f"{letters_of(merged.left)}{merged.top}:{letters_of(merged.right)}{merged.bottom}"
    again = replace(start, place=Place(sheet.name, where))
    columns = inside if _is_figure(start) else inside[:1]
    for row in rows:
        if all(index in inside for index in row.cells):
            continue
        for index in columns:
            row.cells.setdefault(index, replace(again, index=index))
        reader.count(len(columns), len(columns) * len(start.raw), f"sheet {sheet.name!r}, row {row.number}")
    return covered

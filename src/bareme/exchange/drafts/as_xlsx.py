"""A draft as a workbook of one sheet: numbers keep the digits that they have, codes show all six."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bareme.circulars.sections import parse_heading
from bareme.exchange.drafts.draft import NUMBERS, Cell, Draft, Grid, Sort, Text, Title
from bareme.exchange.sheets import Content, Number, euro, letter_value, put, saved

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WIDTHS = {
    Sort.LABEL: 64,
    Sort.NOTE: 6,
    Sort.CODE: 10,
    Sort.LETTER: 11,
    Sort.COEFFICIENT: 11,
    Sort.VALUE: 12,
    Sort.AMOUNT: 16,
}
"""Of columns, in characters."""
SIZES = (19, 17, 15, 13)
"""Of headings by level, in points."""
LINE = 15
"""The height of a line, in points."""
_NOT_IN_A_NAME = re.compile(r"[\\/*?:\[\]]")


def workbook_of(draft: Draft) -> bytes:
    """The workbook; the same draft gives the same bytes."""
    from openpyxl import Workbook

    workbook = Workbook()
    page: Any = workbook.active
    page.title = _NOT_IN_A_NAME.sub("-", draft.name)[:31]
    starts = _starts([block for block in draft.blocks if isinstance(block, Grid)])
    widths = _widths(starts)
    for number, width in enumerate(widths, start=1):
        page.column_dimensions[_letter(number)].width = width
    page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToHeight = "landscape", 9, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.sheet_view.showGridLines = False
    columns = iter([first for _, first in starts])
    at = 1
    for before, block in zip((None, *draft.blocks), draft.blocks, strict=False):
        if isinstance(block, Title) or (isinstance(block, Grid) and not isinstance(before, Title)):
            at += 1
        at = _table(page, block, at, next(columns)) if isinstance(block, Grid) else _line(page, block, at, widths)
    return saved(workbook, draft.title)


def _size(title: Title) -> int:
    """By level; a title with a number is one point smaller, so that a condition above it does not look like it."""
    return SIZES[title.level - 1] - (parse_heading(title.text, title.level, 1).number is not None)


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _starts(grids: Sequence[Grid]) -> list[tuple[Grid, int]]:
    """The column of the sheet where each table starts: that of labels stays free where only others have them."""
    some_have = any(grid.columns[0].sort is Sort.LABEL for grid in grids)
    return [(grid, 2 if some_have and grid.columns[0].sort is not Sort.LABEL else 1) for grid in grids]


def _widths(starts: Sequence[tuple[Grid, int]]) -> list[int]:
    """The width of each column of the sheet: that of the widest of the tables' columns that stand there."""
    widths: dict[int, int] = {}
    for grid, first in starts:
        for number, column in enumerate(grid.columns, start=first):
            widths[number] = max(widths.get(number, 0), WIDTHS[column.sort])
    return [widths.get(number, WIDTHS[Sort.LABEL]) for number in range(1, max(widths, default=1) + 1)]


def _line(page: Worksheet, block: Title | Text, at: int, widths: Sequence[int]) -> int:
    """A line of text over the whole width, as high as it needs; the number of the next row."""
    from openpyxl.styles import Alignment, Font

    cell: Any = page.cell(at, 1)
    is_item = isinstance(block, Text) and block.item
    put(cell, f"- {block.text}" if is_item else block.text)
    if isinstance(block, Title):
        cell.font = Font(bold=True, size=_size(block))
    else:
        cell.font = Font(bold=block.strong, italic=block.note)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if len(widths) > 1:
        page.merge_cells(start_row=at, end_row=at, start_column=1, end_column=len(widths))
    lines = 1 + len(block.text) // max(sum(widths), 1)
    page.row_dimensions[at].height = LINE * lines + (4 if isinstance(block, Title) else 0)
    return at + 1


def _table(page: Worksheet, grid: Grid, at: int, first: int) -> int:
    """A table with its two rows of header, from a column on; the number of the next row."""
    _header(page, grid, at, first)
    for number, row in enumerate(grid.rows, start=at + 2):
        for place, cell in enumerate(row, start=first):
            _cell(page, number, place, cell)
    return at + 2 + len(grid.rows)


def _header(page: Worksheet, grid: Grid, at: int, first: int) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin", color="999999")
    for depth, texts in enumerate(grid.head):
        for place, text in enumerate(texts, start=first):
            cell: Any = page.cell(at + depth, place)
            if text:
                put(cell, text)
            cell.font, cell.border = Font(bold=True), Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.fill = PatternFill("solid", start_color="EEEEEE")
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="center")
    page.row_dimensions[at].height, page.row_dimensions[at + 1].height = 2 * LINE, 3 * LINE
    for start, count in grid.spans:
        below = 1 if count == 1 and not grid.columns[start].title else 0
        if count > 1 or below:
            left = first + start
            page.merge_cells(start_row=at, end_row=at + below, start_column=left, end_column=left + count - 1)


def _cell(page: Worksheet, row: int, column: int, content: Cell) -> None:
    from openpyxl.styles import Alignment, Border, Side

    thin = Side(style="thin", color="999999")
    cell: Any = page.cell(row, column)
    shown = _content(content)
    if shown != "":
        put(cell, shown)
    side = "right" if content.sort in NUMBERS else "left" if content.sort is Sort.LABEL else "center"
    cell.alignment = Alignment(horizontal=side, vertical="top", wrap_text=content.sort is Sort.LABEL)
    cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)


def _content(cell: Cell) -> Content:
    """The number with the way in which it is shown, or the text."""
    if cell.number is None:
        return cell.text
    if cell.sort is Sort.CODE:
        return Number(cell.number, "000000")
    if cell.sort is Sort.AMOUNT:
        return euro(cell.number)
    if cell.sort is Sort.VALUE:
        return letter_value(cell.number)
    decimals = max(0, -int(cell.number.as_tuple().exponent))
    return Number(cell.number, f"0.{'0' * decimals}" if decimals else "0")

"""Workbooks (XLSX) whose numbers are exact and whose bytes depend on nothing but what they say.

A number is written with the digits that it has: openpyxl by itself writes sixteen digits of the nearest binary number,
which makes 9,95 a 9.949999999999999. Texts stay texts, whatever they start with, and nothing tells when it was made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.styles import PatternFill

MOST_LETTERS = 32_767
"""So many characters a cell can hold."""
CUT = " ... (cut: a cell holds no more)"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a program take a text for a formula, if it is asked to guess."""
FIRST_DAY = datetime(1980, 1, 1)
"""The day that every part is dated: the earliest that the format knows."""
WIDE, HIGH = 900, 20
"""A picture is so many points wide on the screen; a row is so many high."""
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number and how it is shown: `pattern` is that of a spreadsheet, such as "0.000000"."""

    amount: Decimal
    pattern: str


Content = str | int | Number | None


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and the colour (RRGGBB) behind them, if it has one."""

    cells: Sequence[Content]
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with headers, and the width of each column in characters; its header filters it if `is_filtered`.

    `pictures` (PNG) stand below its rows.
    """

    title: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Row]
    is_filtered: bool = True
    pictures: Sequence[bytes] = ()


def euro(amount: Decimal | None) -> Number | None:
    """An amount: thousands apart, two decimals or as many as it has.

    >>> euro(Decimal("1676.97"))
    Number(amount=Decimal('1676.97'), pattern='#,##0.00')
    """
    return None if amount is None else Number(amount, f"#,##0.{_zeros(amount, 2)}")


def letter_value(amount: Decimal | None) -> Number | None:
    """A letter value: six decimals or as many as it has."""
    return None if amount is None else Number(amount, f"0.{_zeros(amount, 6)}")


def plain(amount: Decimal | None) -> Number | None:
    """Any other number, as it is."""
    return None if amount is None else Number(amount, "General")


def _zeros(amount: Decimal, least: int) -> str:
    return "0" * max(least, -int(amount.as_tuple().exponent))


def legible(text: str) -> str:
    """The text without characters that XML cannot hold, and no longer than a cell.

    >>> legible("a\\x00b")
    'a\ufffdb'
    """
    text = _NO_CHARACTER.sub("\ufffd", text)
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - len(CUT)].rsplit(" ", 1)[0] + CUT


def workbook_bytes(sheets: Iterable[Sheet], title: str) -> bytes:
    """The workbook, whole; the same sheets give the same bytes."""
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    for sheet in sheets:
        _fill(workbook, sheet)
    return saved(workbook, title)


def saved(workbook: Workbook, title: str) -> bytes:
    """The bytes of a workbook with this title; nothing in them tells when it was made."""
    from openpyxl.writer.excel import ExcelWriter

    about = workbook.properties
    about.creator, about.title, about.created, about.modified = "bareme", legible(title), FIRST_DAY, FIRST_DAY
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        # Workbook.save would note the present moment.
        ExcelWriter(workbook, archive).write_data()
    return _without_dates(made)


def _without_dates(made: BytesIO) -> bytes:
    """The same archive, every part of the same day."""
    again = BytesIO()
    with ZipFile(made) as parts, ZipFile(again, "w", ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            part = ZipInfo(name, FIRST_DAY.timetuple()[:6])
            part.create_system = 0
            archive.writestr(part, parts.read(name), ZIP_DEFLATED)
    return again.getvalue()


def _fill(workbook: Workbook, sheet: Sheet) -> None:
    """A sheet of its own: its header stays in sight and filters the rows."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    page: Any = workbook.create_sheet(sheet.title)
    for number, (_, width) in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = "A2"
    if sheet.is_filtered:
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    headers = [_cell(page, header) for header, _ in sheet.columns]
    for header in headers:
        header.font, header.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    page.append(headers)
    fills = {
        colour: PatternFill("solid", start_color=colour) for colour in {row.colour for row in sheet.rows} if colour
    }
    for row in sheet.rows:
        fill = fills[row.colour] if row.colour else None
        page.append([_cell(page, content, fill) for content in row.cells])
    if sheet.pictures:
        _put_pictures(page, sheet)


def _put_pictures(page: Any, sheet: Sheet) -> None:
    """Pictures below one another, below the rows, as wide as a page of paper."""
    from openpyxl.drawing.image import Image

    row = len(sheet.rows) + 3
    for content in sheet.pictures:
        image = Image(BytesIO(content))
        image.width, image.height = WIDE, image.height * WIDE // image.width
        page.add_image(image, f"A{row}")
        row += image.height // HIGH + 3


def _cell(page: Any, content: Content, fill: PatternFill | None = None) -> Cell:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(page)
    put(cell, content)
    if fill is not None:
        cell.fill = fill
    return cell


def put(cell: Cell, content: Content) -> None:
    """Write a content into a cell: a number with its own digits, a text as a text."""
    if isinstance(content, Number):
        # A text that is marked as a number: openpyxl writes its digits as they are.
        cell.value, cell.data_type = f"{content.amount:f}", "n"
        cell.number_format = content.pattern
    elif isinstance(content, str):
        cell.value, cell.data_type = legible(content), "s"
        if content.startswith(FORMULA_SIGNS):
            cell.quotePrefix = True
    else:
        cell.value = content

"""From the rows of sheets to blocks: titles, prose and tables.

Rows that follow one another without a blank one are a group. Rows with two filled cells or more make its table; a row
with one filled cell is a row of the table too where it stands between its rows, or below them beside its first column.
Above, below and outside it is prose; it is a heading where it is bold, in larger letters than most, or merged across
right above a table. A bold or merged title between rows ends a table and begins another one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bareme.circulars.documents.blocks import Block, Cell, Heading, Paragraph, Row, Table
from bareme.circulars.documents.making import place_of, row_of
from bareme.circulars.documents.xlsx_cells import Sheet, SheetRow
from bareme.circulars.documents.xlsx_sheet import letters_of
from bareme.circulars.documents.xlsx_values import CellReader
from bareme.circulars.sources import Place

LONGEST_TITLE = 400
_ITEM = re.compile(r"^\s*[-•–]\s+")
_NOTE = re.compile(r"(?:\(\*+\)|\*+|\(\d{1,2}\)|\d{1,2})\s+\S")
_WORD = re.compile(r"[^\W\d_]{3,}")
_LETTER_NUMBER = re.compile(r"[A-Z]\.\s")
_DIGIT_NUMBER = re.compile(r"\d{1,4}((?:\.\d{1,4})*)\.?\s")
_END = re.compile(r"[.;:]\s*\Z")

Look = tuple[Decimal, bool, int]
"""What ranks a heading: size, bold, kind of number. The larger the size, the higher; then bold; then the number."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a sheet: one row of prose with its look if it is a heading, or the rows of a table."""

    sheet: Sheet
    rows: tuple[SheetRow, ...]
    is_table: bool
    look: Look | None = None


def blocks_of_sheets(sheets: Sequence[Sheet], reader: CellReader) -> tuple[Block, ...]:
    """The blocks of all sheets in order; lines count on from sheet to sheet."""
    usual = _usual_size(sheets)
    pieces = [list(_pieces(sheet, usual)) for sheet in sheets]
    named = sum(any(p.is_table for p in own) for own in pieces) > 1
    looks = sorted({p.look for own in pieces for p in own if p.look}, key=lambda look: (-look[0], not look[1], look[2]))
    first = 2 if named and any(_needs_name(own) for own in pieces) else 1
    writer = _Writer({look: level for level, look in enumerate(looks, start=first)}, reader)
    for sheet, own in zip(sheets, pieces, strict=True):
        if named and _needs_name(own):
            writer.name(sheet)
        for piece in own:
            writer.write(piece)
    return tuple(writer.blocks)


def _needs_name(pieces: Sequence[_Piece]) -> bool:
    """True for a sheet with a table and no title above the first one."""
    for piece in pieces:
        if piece.is_table or piece.look:
            return piece.is_table
    return False


def _usual_size(sheets: Sequence[Sheet]) -> Decimal:
    """The size of most letters."""
    counts: Counter[Decimal] = Counter()
    for sheet in sheets:
        for row in sheet.rows:
            counts[row.style.size] += len(row.cells)
    return counts.most_common(1)[0][0] if counts else Decimal(11)


def _pieces(sheet: Sheet, usual: Decimal) -> Iterator[_Piece]:
    """The parts of a sheet, in order."""
    across = {(m.top, m.left): m.right for m in sheet.merged if m.right > m.left}
    groups = list(_groups(sheet.rows))
    starts = [_starts_with_table(group) for group in groups]
    for number, group in enumerate(groups):
        above_table = number + 1 < len(groups) and starts[number + 1]
        yield from _Group(sheet, group, usual, across, above_table).pieces()


def _groups(rows: Sequence[SheetRow]) -> Iterator[list[SheetRow]]:
    """Rows without a blank one between them."""
    group: list[SheetRow] = []
    for row in rows:
        if row.after_blank and group:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _starts_with_table(group: Sequence[SheetRow]) -> bool:
    return len(group[0].cells) > 1


class _Group:
    """Rows that follow one another, to be told apart."""

    def __init__(
        self,
        sheet: Sheet,
        rows: Sequence[SheetRow],
        usual: Decimal,
        across: dict[tuple[int, int], int],
        above_table: bool,
    ) -> None:
        self.sheet, self.rows, self.usual, self.across, self.above_table = sheet, rows, usual, across, above_table
        filled = [n for n, row in enumerate(rows) if len(row.cells) > 1]
        self.first, self.last = (filled[0], filled[-1]) if filled else (len(rows), -1)
        self.left = min((min(rows[n].cells) for n in filled), default=1)

    def pieces(self) -> Iterator[_Piece]:
        """Its prose, titles and tables."""
        table: list[SheetRow] = []
        for number, row in enumerate(self.rows):
            look = self._look(number, row)
            if look is None and self._is_of_table(number, row):
                table.append(row)
                continue
            if table:
                yield _Piece(self.sheet, tuple(table), True)
                table = []
            yield _Piece(self.sheet, (row,), False, look)
        if table:
            yield _Piece(self.sheet, tuple(table), True)

    def _is_of_table(self, number: int, row: SheetRow) -> bool:
        """True for a row with two cells, one between such rows, and one beside the first column above or below."""
        if len(row.cells) > 1 or self.first < number < self.last:
            return True
        [index] = row.cells
        beside = self.last >= 0 and index > self.left and not _NOTE.match(row.cells[index].text)
        return beside and (number > self.last or not self._is_title_like(row))

    def _is_title_like(self, row: SheetRow) -> bool:
        """True for a line above a table that is a title although it does not stand over its first column."""
        [cell] = row.cells.values()
        numbered = _LETTER_NUMBER.match(cell.text) or _DIGIT_NUMBER.match(cell.text)
        return bool(numbered) or row.style.size > self.usual

    def _look(self, number: int, row: SheetRow) -> Look | None:
        """How a heading looks; None for what is none."""
        if len(row.cells) > 1:
            return None
        [(index, cell)] = row.cells.items()
        if not _WORD.search(cell.text) or cell.number is not None or _NOTE.match(cell.text) or _ITEM.match(cell.text):
            numbered = _DIGIT_NUMBER.match(cell.text)
            if not (numbered and numbered[0].rstrip().endswith(".") and _WORD.search(cell.text)):
                return None
        right = self.across.get((row.number, self.sheet.columns.number_at(index)))
        if self.last >= 0 and index > self.left and right is None and number > self.first:
            return None
        if self.last >= 0 and index > self.left and number < self.first and not self._is_title_like(row):
            return None
        if len(cell.text) > LONGEST_TITLE:
            return None
        large = row.style.size > self.usual
        if (
            not large
            and not row.is_bold
            and not (right and self._is_above_table(number) and not _END.search(cell.text))
        ):
            return None
        return row.style.size, row.is_bold, _rank_of_number(cell.text)

    def _is_above_table(self, number: int) -> bool:
        """True for a row right above a table, or with only one blank row between."""
        if number + 1 < len(self.rows):
            return len(self.rows[number + 1].cells) > 1
        return self.above_table


def _rank_of_number(text: str) -> int:
    """0 for `N.`, 1 for `1.`, 2 for `1.2.`, more for what has no number: it stands below those that look the same."""
    if _LETTER_NUMBER.match(text):
        return 0
    digits = _DIGIT_NUMBER.match(text)
    return 1 + digits[1].count(".") if digits else 9


class _Writer:
    """Writes blocks, counting lines and tables."""

    def __init__(self, levels: dict[Look, int], reader: CellReader) -> None:
        self.blocks: list[Block] = []
        self.levels, self.reader = levels, reader
        self.line = self.tables = 0

    def name(self, sheet: Sheet) -> None:
        """A heading for a sheet without a title of its own."""
        self.line += 2
        self.blocks.append(Heading(1, sheet.name, self.line, Place(sheet.name)))

    def write(self, piece: _Piece) -> None:
        """One piece as a block."""
        self.line += 1 + piece.rows[0].after_blank
        if piece.is_table:
            self.tables += 1
            self.blocks.append(Table(self.tables, tuple(self._rows(piece))))
            self.line += len(piece.rows) - 1
            return
        [cell] = piece.rows[0].cells.values()
        if piece.look:
            self.blocks.append(Heading(self.levels[piece.look], cell.text, self.line, cell.place))
            return
        item = _ITEM.match(cell.text)
        text = cell.text[item.end() :] if item else cell.text
        bold = piece.rows[0].is_bold
        self.blocks.append(Paragraph(text, cell.raw.strip(), self.line, bold, bool(item), cell.place))

    def _rows(self, piece: _Piece) -> Iterator[Row]:
        """The rows of a table, each with a cell for every column up to the last one used."""
        width = max(max(row.cells) for row in piece.rows)
        columns, name = piece.sheet.columns, piece.sheet.name
        letters = [letters_of(columns.number_at(index)) for index in range(1, width + 1)]
        first, last = letters[0], letters[-1]
        empty = len(piece.rows) * width - sum(len(row.cells) for row in piece.rows)
        self.reader.count(empty, 0, f"sheet {name!r}, row {piece.rows[0].number}")
        for line, row in enumerate(piece.rows, start=self.line):
            found = row.cells
            full = len(found) == width and not piece.sheet.merged  # merging adds cells out of order
            cells = (
                list(found.values())
                if full
                else [
                    found.get(i) or Cell("", "", i, None, Place(name, f"{letter}{row.number}"))
                    for i, letter in enumerate(letters, start=1)
                ]
            )
            yield row_of(tuple(cells), line, place_of(name, f"{first}{row.number}:{last}{row.number}", None, None))

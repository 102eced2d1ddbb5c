"""The cells of a sheet of a workbook, row by row: what is shown, what is stored, and the exact number.

Rows and cells stand in order; a filled cell stands in one of the first `MOST_COLUMNS` columns that are seen, and a
sheet merges at most `MOST_MERGED` ranges. Blank rows and cells are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bareme.circulars.documents.blocks import Cell, Remark
from bareme.circulars.documents.making import sheet_cell
from bareme.circulars.documents.xlsx_formats import general
from bareme.circulars.documents.xlsx_parts import SheetPart, Style, as_text, text_of
from bareme.circulars.documents.xlsx_plans import Plans
from bareme.circulars.documents.xlsx_shapes import PlainRow, cell_element
from bareme.circulars.documents.xlsx_sheet import LAST_ROW, Columns, Range, letters_of, listed, range_of
from bareme.circulars.documents.xlsx_tree import MAIN, Element
from bareme.circulars.documents.xlsx_values import CellReader, Styled, Value
from bareme.circulars.sources import Place
from bareme.errors import DocumentError

MOST_COLUMNS = 256
MOST_MERGED = 100_000
NOT_COMPUTED = "(not computed)"
"""What stands for a formula without a stored value."""
_VALUES = tuple(f"{namespace}v" for namespace in MAIN)
_ON = ("1", "true", "on")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T00:00:00(?:\.0+)?Z?)?\Z", re.ASCII)
_ROW = re.compile(r"[1-9]\d{0,6}\Z", re.ASCII)


@dataclass(slots=True)
class SheetRow:
    """A visible row that holds something: its cells by their index among the visible columns."""

    number: int
    cells: dict[int, Cell]
    style: Style
    is_bold: bool
    after_blank: bool


@dataclass(slots=True)
class Sheet:
    """A sheet read: its rows, its merged ranges, and which columns are seen."""

    name: str
    columns: Columns
    rows: list[SheetRow] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)


def read_sheet(part: SheetPart, reader: CellReader) -> Sheet:
    """The rows of a sheet that are seen."""
    return _SheetReader(reader, part).read()


class _SheetReader:
    """Reads one sheet."""

    def __init__(self, reader: CellReader, part: SheetPart) -> None:
        self.reader, self.part, self.package = reader, part, reader.workbook.package
        self.sheet = Sheet(part.name, Columns())
        self.row = 0
        """The row that was read last."""
        self.seen = 0
        """The last row that was not blank."""
        self.passed = 0
        """So many hidden rows stand below it."""
        self.hidden_rows: list[int] = []
        self.hidden_columns: set[int] = set()
        self.unseen: list[str] = []
        self.plans = Plans(self.sheet.columns, reader)

    def read(self) -> Sheet:
        assert self.part.part is not None
        tag = ""
        for tag, element in self.package.sheet_elements(self.part.part):
            if isinstance(element, PlainRow) or tag == "row":
                self._row(element)
            elif tag == "cols":
                for column in element:
                    self.sheet.columns.hide(column)
            elif tag == "sheetFormatPr":
                self.sheet.columns.hide_all_but_named(element)
            elif tag == "mergeCells":
                for merged in element:
                    self._merge(merged.get("ref", ""))
        if tag != "worksheet":
            raise self.package.damaged(f"its part {self.part.part} is no sheet")
        self._remark_hidden()
        return self.sheet

    def refused(self, ref: str, what: str) -> DocumentError:
        return self.package.damaged(f"sheet {self.part.name!r}, cell {ref}: {what}")

    def _merge(self, ref: str) -> None:
        if ":" not in ref:
            return
        found = range_of(ref)
        if found is None or len(self.sheet.merged) >= MOST_MERGED:
            what = f"merges {ref[:40]!r}, which is no range" if found is None else f"merges over {MOST_MERGED:,} ranges"
            raise self.package.damaged(f"sheet {self.part.name!r} {what}")
        self.sheet.merged.append(found)

    def _row(self, row: Element | PlainRow) -> None:
        """Take a row in, unless it is blank or hidden."""
        self.sheet.columns.settle()
        attributes: Mapping[str, str] = row.shape.attributes if isinstance(row, PlainRow) else row.attrib
        stored = row.number if isinstance(row, PlainRow) else attributes.get("r")
        if stored is not None and not _ROW.match(stored):
            raise self.package.damaged(f"sheet {self.part.name!r} has a row {stored[:40]!r}")
        number = int(stored) if stored else self.row + 1
        if not self.row < number <= LAST_ROW:
            what = (
                f"stands below row {self.row}"
                if number <= LAST_ROW
                else f"is below the last one of a sheet, {LAST_ROW}"
            )
            raise self.package.damaged(f"sheet {self.part.name!r}: row {number} {what}")
        self.row = number
        height = attributes.get("ht")
        if attributes.get("hidden") in _ON or (height is not None and not height.strip("0.")):
            self.passed += 1
            if row.values if isinstance(row, PlainRow) else any(_holds(cell) for cell in row):
                self.hidden_rows.append(number)
            return
        cells, style, bold = self._plain(row) if isinstance(row, PlainRow) else self._cells(row, str(number))
        if cells:
            after_blank = number - self.seen - 1 > self.passed
            self.sheet.rows.append(SheetRow(number, cells, style, bold, after_blank))
            self.seen, self.passed = number, 0

    def _plain(self, row: PlainRow) -> tuple[dict[int, Cell], Style, bool]:
        """What `_cells` makes of a plain row, in a third of the time."""
        cells: dict[int, Cell] = {}
        first, is_bold = self.reader.workbook.styles[0], False
        plan = self.plans.of(row.shape)
        if plan is None:
            return self._cells(row.element(), row.number)
        name, size = self.part.name, 0
        for (find, column, index, styled, is_number), stored in zip(plan, row.values, strict=True):
            ref = column + row.number
            value = find(stored) or (styled.show_simple(stored) if is_number else None)
            if value is None:
                value = self._value(cell_element(ref, "", "n" if is_number else "s", stored), ref, styled)
            text, raw, number, bold = value
            if text and index and not styled.is_unseen:
                if not cells:
                    first, is_bold = styled.style, bold or styled.style.bold
                cells[index] = sheet_cell(text, raw, index, number, name, ref)
                size += len(raw)
            elif text or number:
                self._leave_out(self.sheet.columns.numbers[column], ref)
        self._count(cells, size, row.number)
        return cells, first, is_bold

    def _cells(self, element: Element, row: str) -> tuple[dict[int, Cell], Style, bool]:
        """The filled cells of a row, the style of the first one, and whether it is bold."""
        cells: dict[int, Cell] = {}
        style, is_bold = self.reader.workbook.styles[0], False
        last, cut = 0, -len(row)
        columns, name, styles, texts = self.sheet.columns, self.part.name, self.reader.styles, self.reader.texts
        of_letters, indexes = columns.numbers, columns.indexes
        for cell in element:
            ref = cell.get("r")
            if ref is None:
                ref = letters_of(last + 1) + row
            column = of_letters[ref[:cut]] if ref[cut:] == row else 0
            if column <= last:
                raise self.refused(ref[:40], "its place is wrong or out of order")
            last = column
            size = len(cell)
            if not size:
                continue
            styled = styles.get(cell.get("s"))
            if styled is None:
                styled = self._style(cell, ref)
            value = None
            if size == 1 and (child := cell[0]).tag in _VALUES:
                kind, stored = cell.get("t"), child.text
                if kind == "n" or kind is None:
                    value = styled.numbers.get(stored) or styled.show_simple(stored)
                elif kind == "s":
                    value = texts.get(stored)
            text, raw, number, bold = value or self._value(cell, ref, styled)
            index = indexes[column]
            if text and index and not styled.is_unseen:
                if not cells:
                    style, is_bold = styled.style, bold or styled.style.bold
                cells[index] = sheet_cell(text, raw, index, number, name, ref)
            elif text or number:
                self._leave_out(column, ref)
        self._count(cells, sum(len(cell.raw) for cell in cells.values()), row)
        return cells, style, is_bold

    def _count(self, cells: dict[int, Cell], letters: int, row: str) -> None:
        """Refuse what is out of bounds."""
        where = f"sheet {self.part.name!r}, row {row}"
        self.reader.count(len(cells), letters, where)
        if cells and max(cells) > MOST_COLUMNS:
            column = letters_of(self.sheet.columns.number_at(max(cells)))
            raise DocumentError(
                f"{self.package.name}: {where}: something stands in column {column}; a tariff stands in the first "
                f"{MOST_COLUMNS} columns that are seen. Delete what is right of them."
            )

    def _style(self, cell: Element, ref: str) -> Styled:
        found = self.reader.style(cell.get("s"))
        if found is None:
            raise self.refused(ref, f"there is no style {cell.get('s', '')[:40]!r}")
        return found

    def _leave_out(self, column: int, ref: str) -> None:
        """Note what is not seen: a column, or one cell."""
        if self.sheet.columns.indexes[column]:
            self.unseen.append(ref)
        else:
            self.hidden_columns.add(column)

    def _value(self, cell: Element, ref: str, styled: Styled) -> Value:
        """What a cell holds, whatever it is."""
        kind = cell.get("t", "n")
        stored, formula, inline = None, None, None
        for child in cell:
            tag = child.tag
            if tag.endswith("}v"):
                stored = child.text or ""
            elif tag.endswith("}f"):
                formula = child.text or "..."
            elif tag.endswith("}is"):
                inline = child
        if formula is not None and not stored and (kind != "str" or stored is None):
            what = f"holds a formula (={formula[:200]}) without its value"
            self.reader.remarks.append(Remark("formula_not_computed", what, Place(self.part.name, ref)))
            return NOT_COMPUTED, f"={formula[:200]}", None, False
        if kind == "inlineStr":
            found = None if inline is None else text_of(self.package, inline, f"sheet {self.part.name!r}, cell {ref}")
            return ("", "", None, False) if found is None else (found.text, found.raw, None, found.is_bold)
        if not stored:
            return "", "", None, False
        if kind == "s":
            shared = self.reader.texts.get(stored.strip())
            if shared is None:
                raise self.refused(ref, f"there is no shared text {stored[:40]!r}")
            return shared
        return self._other(kind, stored, ref, styled)

    def _other(self, kind: str, stored: str, ref: str, styled: Styled) -> Value:
        """The value of a cell that holds no shared or inline text."""
        if kind == "n":
            shown = styled.show(stored)
            if shown is None:
                raise self.refused(ref, f"{stored[:40]!r} is no number that a spreadsheet can hold")
            (text, _, number, _), is_whole = shown
            if not is_whole and text and number is not None:
                what = f"shows {text} and holds {general(number, stored)}"
                self.reader.remarks.append(Remark("hidden_decimals", what, Place(self.part.name, ref)))
            return shown[0]
        if kind == "b":
            return ("FALSE" if stored.strip() == "0" else "TRUE"), stored, None, False
        day = _DAY.match(stored) if kind == "d" else None
        if day:
            return f"{day[3]}-{day[2]}-{day[1]}", stored, None, False
        if kind not in ("str", "e", "d"):
            raise self.refused(ref, f"there is no type of cell {kind[:40]!r}")
        found = as_text(self.package, stored, f"sheet {self.part.name!r}, cell {ref}")
        return found.text, found.raw, None, False

    def _remark_hidden(self) -> None:
        """Say what is not seen: it was not read."""
        sheet = self.part.name
        hidden = [
            ("row", listed(self.hidden_rows), len(self.hidden_rows)),
            ("column", listed(sorted(self.hidden_columns), letters_of), len(self.hidden_columns)),
            ("cell", ", ".join(self.unseen[:10]) + ", ..." * (len(self.unseen) > 10), len(self.unseen)),
        ]
        for what, which, count in hidden:
            if count:
                text = f"{what}{'s' * (count > 1)} {which} of sheet {sheet!r}"
                self.reader.remarks.append(Remark("hidden_cells", text, Place(sheet)))


def _holds(cell: Element) -> bool:
    return any(child.text or len(child) for child in cell)

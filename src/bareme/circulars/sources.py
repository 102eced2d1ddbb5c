"""Where a value was found, and a figure that cannot exist without saying so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bareme.nomenclature.codes import Code


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a spreadsheet or on a page.

    In a spreadsheet: the name of the `sheet` and the cell or range (`ref`: "B7", "A7:I7"). In a PDF: the `page` from 1
    and the `box` (left, bottom, right, top) in whole points of 1/72 inch from the lower left corner of the page.
    """

    sheet: str | None = None
    ref: str | None = None
    page: int | None = None
    box: tuple[int, int, int, int] | None = None

    def __str__(self) -> str:
        """For people: "sheet N, B7" or "page 3"."""
        return f"page {self.page}" if self.page is not None else f"sheet {self.sheet}, {self.ref}"

    def to_dict(self) -> dict[str, Any]:
        """Its JSON."""
        return {
            "sheet": self.sheet,
            "ref": self.ref,
            "page": self.page,
            "box": None if self.box is None else list(self.box),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Place:
        """The inverse of `to_dict`."""
        left, bottom, right, top = data["box"] or (0, 0, 0, 0)
        box = None if data["box"] is None else (left, bottom, right, top)
        return cls(data["sheet"], data["ref"], data["page"], box)


@dataclass(frozen=True, slots=True)
class Source:
    """A place in a document.

    `document` is the sha256 of its bytes, `name` its file name. `table` counts the tables of the document from 1, `row`
    the rows below a table's header from 1 (0 in the header), `cell` the cells of the row from 1, `line` the lines of
    a text from 1 (of another format: its lines and rows in the order of reading). `text` is what stands there, as
    found; it is None for prose in the book that the package ships. `place` is where in a spreadsheet or PDF.
    """

    document: str
    name: str
    table: int | None = None
    row: int | None = None
    cell: int | None = None
    line: int | None = None
    text: str | None = None
    place: Place | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a source."""
        return {
            "document": self.document,
            "name": self.name,
            "table": self.table,
            "row": self.row,
            "cell": self.cell,
            "line": self.line,
            "text": self.text,
            "place": None if self.place is None else self.place.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Source:
        """The inverse of `to_dict`; entries of older books have no `place`."""
        place = data.get("place")
        where = None if place is None else Place.from_dict(place)
        at = (data["table"], data["row"], data["cell"], data["line"])
        return cls(data["document"], data["name"], *at, data["text"], where)

    def in_row(self, row: Source) -> dict[str, Any]:
        """The JSON of a cell of a row: `row` and `line` are None where they are the row's own."""
        return {
            "cell": self.cell,
            "text": self.text,
            "row": None if self.row == row.row else self.row,
            "line": None if self.line == row.line else self.line,
            "place": None if self.place is None else self.place.to_dict(),
        }

    def cell_from_dict(self, data: Mapping[str, Any]) -> Source:
        """The inverse of `in_row`, of this row."""
        place = data.get("place")
        where = None if place is None else Place.from_dict(place)
        row, line = data.get("row") or self.row, data.get("line") or self.line
        return Source(self.document, self.name, self.table, row, data["cell"], line, data["text"], where)

    def at(
        self,
        cell: int | None,
        text: str | None,
        place: Place | None = None,
        row: int | None = None,
        line: int | None = None,
    ) -> Source:
        """A cell of the same row; `row` and `line` where it stands on another one."""
        return Source(self.document, self.name, self.table, row or self.row, cell, line or self.line, text, place)


@dataclass(frozen=True, slots=True)
class Figure:
    """An exact number with its source. A computed one also keeps the operation and its parents.

    `amount` is in euro for fees, interventions, patient shares and letter values; a plain number for coefficients.
    """

    amount: Decimal
    source: Source
    operation: str | None = None
    parents: tuple[Figure, ...] = ()

    @property
    def is_derived(self) -> bool:
        """True for what bareme computed, False for what the document prints."""
        return self.operation is not None


def difference(minuend: Figure, subtrahend: Figure) -> Figure:
    """`minuend` minus `subtrahend`, keeping both as parents."""
    return Figure(minuend.amount - subtrahend.amount, minuend.source, "difference", (minuend, subtrahend))


def code_text(code: Code | None) -> str | None:
    """A code's digits, or None."""
    return None if code is None else code.digits

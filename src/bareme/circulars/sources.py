"""Where a value was found, and a figure that cannot exist without saying so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bareme.nomenclature.codes import Code


@dataclass(frozen=True, slots=True)
class Source:
    """A place in a document.

    `document` is the sha256 of its bytes, `name` its file name. `table` counts the tables of the document from 1, `row`
    the rows below a table's header from 1 (0 in the header), `cell` the cells of the row from 1, `line` the lines of
    a text from 1. `text` is what stands there, as found; it is None for prose in the book that the package ships.
    """

    document: str
    name: str
    table: int | None = None
    row: int | None = None
    cell: int | None = None
    line: int | None = None
    text: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of `interface.md`, with the line number."""
        return {
            "document": self.document,
            "name": self.name,
            "table": self.table,
            "row": self.row,
            "cell": self.cell,
            "line": self.line,
            "text": self.text,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Source:
        """The inverse of `to_dict`."""
        return cls(**data)

    def at(self, cell: int | None, text: str | None) -> Source:
        """The same row, another cell."""
        return Source(self.document, self.name, self.table, self.row, cell, self.line, text)


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

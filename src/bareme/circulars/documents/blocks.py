"""The blocks that a document is made of, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bareme.circulars.sources import Place, Source


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `text` for reading (no mark-up), `raw` as found. `index` counts from 1.

    `number` is the exact number that a spreadsheet stores in it, `place` where it is in a spreadsheet or PDF;
    `found_at` is its index in the document where reading gave it another one (a cell that was split), `row` and `line`
    those on which it stands where they are not its row's own (a row that goes on below).
    """

    text: str
    raw: str
    index: int
    number: Decimal | None = None
    place: Place | None = None
    found_at: int | None = None
    row: int | None = None
    line: int | None = None

    @property
    def spot(self) -> tuple[int, str, Place | None, int | None, int | None]:
        """What `Source.at` wants: cell, text, place, row, line."""
        return self.found_at or self.index, self.raw, self.place, self.row, self.line


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, with the number of its line in the document.

    `number` counts the rows below the header where it is known; `below` are the cells of the rows under it that only go
    on with it: a second term, the rest of a label, the hospital code.
    """

    cells: tuple[Cell, ...]
    line: int
    place: Place | None = None
    number: int = 0
    below: tuple[Cell, ...] = ()

    @property
    def raw(self) -> str:
        """The row as found, cells joined by tabs."""
        return "\t".join(cell.raw for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading marked as such; `level` 1 is the highest."""

    level: int
    text: str
    line: int
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of prose. `bold` when the whole of it is, `item` when it is marked as an item of a list."""

    text: str
    raw: str
    line: int
    bold: bool = False
    item: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that follow one another; `number` counts the tables of the document from 1."""

    number: int
    rows: tuple[Row, ...]


Block = Heading | Paragraph | Table


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader of a format has to say of what it left out or could not take as it stands.

    `kind` is the id of the check that says it; `text` what it is about; `place` where, if that is one place.
    """

    kind: str
    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document opened: its identity, its blocks in order, and what its reader remarks on them.

    `sheets` are the width and height of each page of a PDF as it is read, in points, rounded up.
    """

    sha256: str
    name: str
    size: int
    blocks: tuple[Block, ...]
    content: bytes = b""
    remarks: tuple[Remark, ...] = ()
    sheets: tuple[tuple[int, int], ...] = ()

    def source(self, block: Heading | Paragraph | Table | None = None, text: str | None = None) -> Source:
        """This document, or a block of it; `text` where only a part of the block is meant."""
        if isinstance(block, Table):
            first = block.rows[0]
            return Source(self.sha256, self.name, block.number, line=first.line, text=text, place=first.place)
        if block is None:
            return Source(self.sha256, self.name)
        return Source(self.sha256, self.name, line=block.line, text=text or block.text, place=block.place)

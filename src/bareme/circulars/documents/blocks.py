"""The blocks that a document is made of, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass

from bareme.circulars.sources import Source


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `text` for reading (no mark-up), `raw` as found. `index` counts from 1."""

    text: str
    raw: str
    index: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, with the number of its line in the document."""

    cells: tuple[Cell, ...]
    line: int

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


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of prose. `bold` when the whole of it is, `item` when it is marked as an item of a list."""

    text: str
    raw: str
    line: int
    bold: bool = False
    item: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that follow one another; `number` counts the tables of the document from 1."""

    number: int
    rows: tuple[Row, ...]


Block = Heading | Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A document opened: its identity and its blocks in order."""

    sha256: str
    name: str
    size: int
    blocks: tuple[Block, ...]
    content: bytes = b""

    def source(self, *, line: int | None = None, text: str | None = None, table: int | None = None) -> Source:
        """A place in this document."""
        return Source(self.sha256, self.name, table=table, line=line, text=text)

"""How much a document may hold, whatever its format: more than any circular, and read within about a minute.

A text is refused before its lines are taken apart, every document before its tables and prose are understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bareme.circulars.documents.blocks import Block, Cell, Row, Table
from bareme.errors import DocumentError

LARGEST = 64 * 1024 * 1024
"""So many bytes has a document at most."""
MOST_LINES = 1_000_000
LONGEST_LINE = 100_000
"""So many lines and letters of one line has a text at most."""
MOST_COLUMNS = 256
MOST_ROWS = 50_000
"""So many cells has a row, and so many rows have all tables together, at most."""
MOST_CELLS = 1_000_000
"""So many cells have all tables together at most."""
LONGEST_CELL = 5_000
LONGEST_PARAGRAPH = 32_000
"""So many letters are in a cell of a table, in a line of prose or a paragraph, at most."""
MOST_PARAGRAPHS = 100_000
MOST_PROSE = 4 * 1024 * 1024
"""So many lines of prose or paragraphs, and letters in them, are in a document at most."""
_WITHOUT = "No circular has so many; send the part with its tables alone."


def check_lines(name: str, lines: Sequence[str]) -> None:
    """Refuse a text that has too many lines, or one that is too long."""
    if len(lines) > MOST_LINES:
        raise DocumentError(f"{name} has {len(lines):,} lines; at most {MOST_LINES:,} are read. {_WITHOUT}")
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            raise DocumentError(
                f"{name}, line {number} is {len(line):,} letters long; at most {LONGEST_LINE:,} are read. "
                "Break it where its rows end."
            )


def check_columns(name: str, cells: Sequence[object], line: int) -> None:
    """Refuse a row of too many cells before they are made."""
    if len(cells) > MOST_COLUMNS:
        raise DocumentError(
            f"{name}, line {line}: a row of {len(cells):,} cells; at most {MOST_COLUMNS} are read. Break it where its "
            "rows end."
        )


class TableBounds:
    """Counts the rows and cells of a document's tables while they are made."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows = self._cells = 0

    def count(self, cells: int, line: int) -> None:
        """Count one row; `DocumentError` when there are too many rows or cells."""
        self._rows += 1
        self._cells += cells
        if self._rows > MOST_ROWS or self._cells > MOST_CELLS:
            raise DocumentError(
                f"{self._name}, line {line}: more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells in tables up to "
                f"here. {_WITHOUT}"
            )


def check_blocks(name: str, blocks: Iterable[Block]) -> None:
    """Refuse a document that holds more than any circular does."""
    tables = TableBounds(name)
    paragraphs = letters = 0
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                tables.count(len(row.cells), row.line)
                _check_row(name, row)
            continue
        paragraphs += 1
        letters += len(block.text)
        if len(block.text) > LONGEST_PARAGRAPH:
            raise DocumentError(
                f"{name}, line {block.line}: {len(block.text):,} letters in one line or paragraph of prose; at most "
                f"{LONGEST_PARAGRAPH:,} are read. Break it where its sentences end."
            )
        if paragraphs > MOST_PARAGRAPHS or letters > MOST_PROSE:
            raise DocumentError(
                f"{name}, line {block.line}: more than {MOST_PARAGRAPHS:,} lines of prose or {MOST_PROSE:,} letters up "
                f"to here. {_WITHOUT}"
            )


def _check_row(name: str, row: Row) -> None:
    if len(row.cells) > MOST_COLUMNS:
        last = max((cell.index for cell in row.cells if cell.text), default=0)
        check_columns(name, row.cells[:last], row.line)
    for cell in row.cells:
        if len(cell.text) > LONGEST_CELL:
            raise DocumentError(
                f"{name}, {_place(row, cell)}: {len(cell.text):,} letters in one cell of a table; at most "
                f"{LONGEST_CELL:,} are read. Put such a text under the table."
            )


def _place(row: Row, cell: Cell) -> str:
    if cell.place is not None and cell.place.ref is not None:
        return f"sheet {cell.place.sheet!r}, cell {cell.place.ref}"
    return f"line {row.line}, cell {cell.index}"

"""A draft before it has a format: titles, lines of text, and tables of cells."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Sort(StrEnum):
    """What a column or cell holds: it decides alignment, width and how a number is shown."""

    LABEL = "label"
    NOTE = "note"
    CODE = "code"
    LETTER = "letter"
    COEFFICIENT = "coefficient"
    VALUE = "value"
    AMOUNT = "amount"


NUMBERS = (Sort.COEFFICIENT, Sort.VALUE, Sort.AMOUNT)
"""The sorts of cells that stand right."""


@dataclass(frozen=True, slots=True)
class Title:
    """A heading; `level` 1 is the highest."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text: `strong` for the heading of a circular, `item` for an item of a list, `note` for a footnote."""

    text: str
    strong: bool = False
    item: bool = False
    note: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is printed, and the exact number in it, if it holds one."""

    text: str
    sort: Sort
    number: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the title of its group and its own below it; a group without titles below it has one column."""

    group: str
    title: str
    sort: Sort


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its columns and the cells of its rows, one for each column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def head(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The two rows of its header: a title that spans several columns stands above the first of them."""
        above = []
        for before, column in zip((None, *self.columns), self.columns, strict=False):
            goes_on = before is not None and before.group == column.group and before.title and column.title
            above.append("" if goes_on else column.group)
        return tuple(above), tuple(column.title for column in self.columns)

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The groups of the header: first column (from 0) and how many columns."""
        starts = [number for number, text in enumerate(self.head[0]) if text]
        ends = [*starts[1:], len(self.columns)]
        return tuple((start, end - start) for start, end in zip(starts, ends, strict=True))


Block = Title | Text | Grid


@dataclass(frozen=True, slots=True)
class Draft:
    """A circular to be written out: its language, its title, a name for its file, its blocks, the words for a page."""

    language: str
    title: str
    name: str
    blocks: tuple[Block, ...]
    page: str = "{page}/{pages}"

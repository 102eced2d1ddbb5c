"""A budget table: blocks of rows with a start and two amounts, that of the year and that of a whole year.

All amounts are whole thousands of euro. The table of an agreement is `table.toml` beside this module.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from bareme.conventions.agreement.parameters import plain
from bareme.conventions.agreement.systems import LANGUAGES
from bareme.errors import InputError

Words = Mapping[str, str]
"""A text by language."""

Start = date | int | None
"""From when a row runs: a day, a year where only a year is printed, or nothing."""


class Side(StrEnum):
    """On which side of the table a block stands."""

    SOURCE = "source"
    """Means that are available."""
    USE = "use"
    """What they are used for."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """The amount of the agreement's year and that of a whole year; None for one that is not there."""

    in_year: int | None = None
    annual: int | None = None

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(_plus(self.in_year, other.in_year), _plus(self.annual, other.annual))

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(_plus(self.in_year, other.in_year, -1), _plus(self.annual, other.annual, -1))

    def to_dict(self) -> dict[str, int | None]:
        """As data."""
        return {"in_year": self.in_year, "annual": self.annual}


def _plus(one: int | None, other: int | None, sign: int = 1) -> int | None:
    """The sum, unknown where a part of it is."""
    return None if one is None or other is None else one + sign * other


@dataclass(frozen=True, slots=True)
class Part:
    """A rate under an index row, in percent; 0 for what is not indexed."""

    id: str
    label: Words
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `stated` is the annual amount that its label or note works out, in thousands of euro."""

    id: str
    label: Words
    start: Start
    printed: Amounts
    clause: str
    notes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    stated: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Rows under one heading, with the total printed there. `letter` is the printed one; two may be the same."""

    id: str
    side: Side
    letter: str | None
    label: Words
    printed: Amounts
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote of the table, in our words."""

    mark: str
    says: Words


@dataclass(frozen=True, slots=True)
class BudgetTable:
    """A whole table. `total` is that of the uses and `balance` the rest of the sources, both as printed."""

    year: int
    blocks: tuple[Block, ...]
    total: Amounts
    balance: Amounts
    notes: tuple[Note, ...] = ()

    @property
    def rows(self) -> Iterator[tuple[Block, Row]]:
        """Every row with its block, in order."""
        return ((block, row) for block in self.blocks for row in block.rows)

    def row(self, ident: str) -> Row | None:
        """The row of an id."""
        return next((row for _, row in self.rows if row.id == ident), None)


def as_printed(text: str) -> Words:
    """A text that a document or a person gives in its own language: the same in every one."""
    return dict.fromkeys(LANGUAGES, text)


def start_text(start: Start) -> str | None:
    """A start as data writes it: an ISO day, or a year."""
    return None if start is None else str(plain(start))


@cache
def budget_table(year: int) -> BudgetTable:
    """The table of the agreement of a year; `InputError` where there is none."""
    place = files("bareme.conventions").joinpath(f"agreement_{year}", "budget", "table.toml")
    if not place.is_file():
        raise InputError(f"the agreement of {year} has no budget table here.")
    return table_of(tomllib.loads(place.read_text(encoding="utf-8")))


def table_of(data: Mapping[str, Any]) -> BudgetTable:
    """A table from the data of a `table.toml`."""
    blocks = tuple(_block(block, data["clause"]) for block in data["block"])
    notes = tuple(Note(note["mark"], _words(note)) for note in data["note"])
    return BudgetTable(data["year"], blocks, _amounts(data["total"]), _amounts(data["balance"]), notes)


def _block(data: Mapping[str, Any], clause: str) -> Block:
    rows = tuple(_row(row, clause) for row in data["row"])
    letter, notes = data.get("letter"), tuple(data.get("notes", ()))
    return Block(data["id"], Side(data["side"]), letter, _words(data), _amounts(data), rows, notes)


def _row(data: Mapping[str, Any], clause: str) -> Row:
    start = data.get("start")
    return Row(
        data["id"],
        _words(data),
        int(start) if isinstance(start, str) else start,
        _amounts(data),
        data.get("clause", clause),
        tuple(data.get("notes", ())),
        tuple(Part(part["id"], _words(part), Decimal(part["rate"])) for part in data.get("part", ())),
        _stated(data),
    )


def _words(data: Mapping[str, Any]) -> Words:
    return {language: data[language] for language in LANGUAGES}


def _stated(data: Mapping[str, Any]) -> Fraction | None:
    if "sum" in data:
        return Fraction(sum(data["sum"]))
    if "product" in data:
        return Fraction(data["product"]["count"]) * Fraction(data["product"]["euro"]) / 1000
    return None


def _amounts(data: Mapping[str, Any]) -> Amounts:
    return Amounts(data.get("in_year"), data.get("annual"))

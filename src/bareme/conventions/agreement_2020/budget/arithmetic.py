"""The arithmetic of a budget table: n/12 of a year, totals of blocks, the balance, each held against what is printed.

Amounts are whole thousands of euro.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE
from bareme.conventions.agreement_2020.budget.model import (
    Amounts,
    Block,
    BudgetTable,
    Row,
    Side,
    Start,
    start_text,
)
from bareme.money import Rounding

THOUSAND = Rounding("thousand euro", Decimal(1), "Annex of the agreement of 2020: half of -11.237 is printed -5.619.")
MONTHS = 12
YEAR_ALONE = "annex-year-without-month"


class Check(StrEnum):
    """What becomes of a printed figure when it is computed."""

    EQUAL = "equal"
    """What is printed is what is computed."""
    EQUAL_AFTER_ROUNDING = "equal_after_rounding"
    """It is, once rounded to the thousand, halves away from zero."""
    DIFFERENT = "different"
    """It is not."""
    NOT_COMPUTABLE = "not_computable"
    """There are too few figures to compute it, or none to compare with."""


_WORST = (Check.EQUAL, Check.EQUAL_AFTER_ROUNDING, Check.NOT_COMPUTABLE, Check.DIFFERENT)


@dataclass(frozen=True, slots=True)
class Line:
    """What is computed beside what is printed."""

    computed: Amounts
    printed: Amounts
    check: Check

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {
            **self.computed.to_dict(),
            "printed_in_year": self.printed.in_year,
            "printed_annual": self.printed.annual,
            "check": self.check.value,
        }


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A block and its total."""

    block: Block
    line: Line

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {"id": self.block.id, **self.line.to_dict()}


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row of a block and its amounts; `months` is how many months of the year it runs."""

    block: Block
    row: Row
    months: int | None
    line: Line

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data."""
        return {
            "block": self.block.id,
            "id": self.row.id,
            "label": self.row.label[language],
            "start": start_text(self.row.start),
            "months": self.months,
            **self.line.to_dict(),
            "clause": self.row.clause,
            "notes": list(self.row.notes),
        }


def months_in(start: Start, year: int) -> int | None:
    """How many months of a year a row runs, the month of its start included; 0 when it starts later, None unknown.

    A start that is only a year is that of the whole year (annex; interpretation `annex-year-without-month`).

    >>> months_in(date(2020, 9, 1), 2020), months_in(2021, 2020), months_in(None, 2020)
    (4, 0, None)
    """
    if start is None:
        return None
    first, month = (start.year, start.month) if isinstance(start, date) else (start, 1)
    if first != year:
        return 0 if first > year else MONTHS
    return MONTHS + 1 - month


def in_year(annual: int, months: int) -> int:
    """The part of an annual amount that falls in the year: n/12, rounded half away from zero (annex).

    >>> in_year(-11237, 6), in_year(3800, 4)
    (-5619, 1267)
    """
    return rounded(Fraction(annual * months, MONTHS))


def rounded(thousands: Fraction) -> int:
    """Thousands of euro, rounded half away from zero (annex: -5.618,5 is -5.619)."""
    return int(THOUSAND.round(thousands))


def amounts_of(row: Row, year: int) -> Amounts:
    """The amounts of a row as totals count it: the printed ones; nothing in the year for what starts later (annex)."""
    if row.printed.in_year is None and months_in(row.start, year) == 0:
        return Amounts(0, row.printed.annual)
    return row.printed


def total_of(amounts: Iterable[Amounts]) -> Amounts:
    """The sum of amounts; a column in which one is unknown has none."""
    return sum(amounts, Amounts(0, 0))


def row_line(block: Block, row: Row, year: int) -> RowLine:
    """A row recomputed: in the year n/12 of the annual amount, which some labels and notes work out (annex)."""
    months = months_in(row.start, year)
    annual = row.printed.annual
    stated = annual if row.stated is None else rounded(row.stated)
    part = None if stated is None or months is None else Fraction(stated * months, MONTHS)
    computed = Amounts(None if part is None else rounded(part), stated)
    check = _of_part(part, row.printed.in_year)
    if annual is not None and row.stated is not None:
        check = worst((check, _of_part(row.stated, annual)))
    return RowLine(block, row, months, Line(computed, row.printed, check))


def block_line(block: Block, year: int) -> BlockLine:
    """The total of a block from its rows (annex)."""
    return BlockLine(block, held(total_of(amounts_of(row, year) for row in block.rows), block.printed))


def uses_of(table: BudgetTable) -> Line:
    """The total of all uses, from the rows (annex)."""
    return held(side_total(table, Side.USE), table.total)


def balance_of(table: BudgetTable) -> Line:
    """What the sources leave over after all uses, from the rows (annex)."""
    return held(side_total(table, Side.SOURCE) - side_total(table, Side.USE), table.balance)


def side_total(table: BudgetTable, side: Side) -> Amounts:
    """The total of the rows of one side."""
    return total_of(amounts_of(row, table.year) for block, row in table.rows if block.side is side)


def held(computed: Amounts, printed: Amounts) -> Line:
    """A sum held against what is printed: nothing is rounded."""
    pairs = ((computed.in_year, printed.in_year), (computed.annual, printed.annual))
    checks = (_of_part(None if sum_ is None else Fraction(sum_), found) for sum_, found in pairs)
    return Line(computed, printed, worst(checks))


def worst(checks: Iterable[Check]) -> Check:
    """Of several checks the one that says least for the figure."""
    return max(checks, key=_WORST.index)


def _of_part(exact: Fraction | None, printed: int | None) -> Check:
    if exact is None or printed is None:
        return Check.NOT_COMPUTABLE
    if exact == printed:
        return Check.EQUAL
    return Check.EQUAL_AFTER_ROUNDING if rounded(exact) == printed else Check.DIFFERENT

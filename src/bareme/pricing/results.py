"""Priced acts out: the acts' own columns and the output columns, amounts as exact decimals; and how many there were."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bareme.nomenclature.outcomes import Outcome
from bareme.pricing.columns import CENTS, OUTPUT_COLUMNS, TOTALS

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class PricedFile:
    """What became of a file of acts: how many lines, and how many of each outcome."""

    acts: str
    out: str
    lines: int
    outcomes: dict[str, int]
    book: str

    @property
    def all_priced(self) -> bool:
        """True when every line is `priced`."""
        return self.outcomes.get(Outcome.PRICED, 0) == self.lines

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme price-file --json` (schema price-file-1)."""
        return {name: getattr(self, name) for name in self.__slots__}


def priced_file(acts: str, out: str, priced: pa.Table, book: str) -> PricedFile:
    """What became of the acts of a file, from what was written to another."""
    counts = Counter(priced.column("outcome").to_pylist())
    return PricedFile(acts, out, priced.num_rows, {o.value: counts[o] for o in Outcome if counts[o]}, book)


def with_prices(acts: pa.Table, priced: pa.Table) -> pa.Table:
    """The acts with the output columns, in the acts' order; amounts DECIMAL(12,2), totals DECIMAL(18,2), in euro."""
    for name in OUTPUT_COLUMNS:
        column = priced.column(name)
        if name in CENTS:
            column = euro_column(column, 12)
        elif name in TOTALS:
            column = euro_column(column, 18)
        acts = acts.append_column(name, column)
    return acts


def euro_column(cents: Any, digits: int) -> Any:
    """Integer cents as exact euro with two decimals."""
    import pyarrow as pa
    import pyarrow.compute as pc

    hundredth = pa.scalar(Decimal("0.01"), pa.decimal128(3, 2))
    return pc.multiply(cents.cast(pa.decimal128(19, 0)), hundredth).cast(pa.decimal128(digits, 2))

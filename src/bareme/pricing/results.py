"""Priced acts out: the acts' own columns and the output columns, amounts as exact decimals."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bareme.pricing.columns import CENTS, OUTPUT_COLUMNS, TOTALS

if TYPE_CHECKING:
    import pyarrow as pa


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

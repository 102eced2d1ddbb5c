"""The embedded engine: acts and the price table in DuckDB, one statement, results in the order of the acts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from bareme.book.prices import PriceTable
from bareme.pricing.statements import statement
from bareme.pricing.tables import connect, store

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from bareme.pricing.kept import Kept


def _plain(table: pa.Table) -> pa.Table:
    """A table whose dictionaries are texts."""
    import pyarrow as pa

    kinds = [field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field for field in table.schema]
    return table.cast(pa.schema(kinds))


class Engine:
    """Prices acts by one price table."""

    def __init__(self, prices: PriceTable | Kept) -> None:
        self.prices = prices
        self._lock = threading.Lock()
        self._sql = statement(prices.choices)
        if isinstance(prices, PriceTable):
            self._connection = connect()
            store(self._connection, prices)
        else:
            self._connection = prices.connect()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own to the DuckDB that holds the tables `prices` and `years`, for one thread at a time.

        Cursors may run at once, each query on the thread that called it. `prices` has the columns of `columns_of`: what
        acts are joined by (`code`, `fact_...`) as text, the other texts as ENUM; `years` has one row, `first_year` and
        `last_year`. Both are there to be read.
        """
        with self._lock:
            return self._connection.cursor()

    def price(self, acts: pa.Table) -> pa.Table:
        """One row for each act, by `input_line`; amounts in cents. `acts` has `input_line` and every known column."""
        with self._lock:
            return self._price(acts)

    def _price(self, acts: pa.Table) -> pa.Table:
        self._connection.register("acts_in", acts)
        try:
            acts_in = "WITH acts AS (SELECT *, NULL AS carried FROM acts_in)"
            query = f"SELECT * EXCLUDE (carried) FROM ({acts_in} {self._sql}) ORDER BY input_line"
            return _plain(self._connection.sql(query).to_arrow_table())
        finally:
            self._connection.unregister("acts_in")

"""The embedded engine: acts and the price table in DuckDB, one statement, results in the order of the acts."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bareme.book.prices import END, PriceTable
from bareme.pricing.columns import KNOWN_COLUMNS, Kinds
from bareme.pricing.tables import store

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def name_of(choices: tuple[str, ...], kinds: Kinds) -> str:
    """The file of the statement for a price table with these choice facts."""
    return f"{'-'.join(choices) or 'none'}.{kinds}.sql"


@cache
def statement(choices: tuple[str, ...], kinds: Kinds = Kinds.TEXT) -> str:
    """The statement for a price table with these choice facts: shipped as compiled by Ibis, or compiled now."""
    shipped = files("bareme.pricing").joinpath("compiled", name_of(choices, kinds))
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    from bareme.pricing.expression import compile_sql

    return compile_sql(choices, kinds)


def connect() -> duckdb.DuckDBPyConnection:
    """A DuckDB of one thread in memory: the same acts give the same rows in the same order on every run."""
    import duckdb

    return duckdb.connect(config={"threads": 1})


def _literal(text: str | None) -> str:
    """A text as a literal of SQL."""
    return "NULL" if text is None else "'" + text.replace("\0", "").replace("'", "''") + "'"


def _plain(table: pa.Table) -> pa.Table:
    """A table whose dictionaries are texts."""
    import pyarrow as pa

    kinds = [field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field for field in table.schema]
    return table.cast(pa.schema(kinds))


class Engine:
    """Prices acts by one price table."""

    def __init__(self, prices: PriceTable) -> None:
        self.prices = prices
        self._lock = threading.Lock()
        self._sql = statement(prices.choices)
        self._connection = connect()
        store(self._connection, prices)
        self._prepared = False

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own to the DuckDB that holds the tables `prices` and `years`, for one thread at a time.

        Cursors may run at once, each query on the thread that called it. `prices` has the columns of `columns_of`: what
        acts are joined by (`code`, `fact_...`) as text, the other texts as ENUM; `years` has one row,
        `first_year` and `last_year`. Both are there to be read.
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

    def price_one(self, texts: Mapping[str, str | None]) -> dict[str, Any]:
        """The row of one act, whose columns are given as texts; the same statement, prepared once."""
        with self._lock:
            return self._price_one(texts)

    def _price_one(self, texts: Mapping[str, str | None]) -> dict[str, Any]:
        if not self._prepared:
            values = ", ".join(f"${n}::VARCHAR AS {name}" for n, name in enumerate(KNOWN_COLUMNS, start=1))
            one = f"SELECT 1::BIGINT AS input_line, NULL AS carried, {values}"
            self._connection.execute(f"PREPARE one_act AS WITH acts AS ({one}) {self._sql}")
            self._prepared = True
        # EXECUTE takes no parameters of the driver's, so the texts stand in it as literals.
        literals = ", ".join(_literal(texts.get(name)) for name in KNOWN_COLUMNS)
        found = self._connection.execute(f"EXECUTE one_act({literals})")
        names = [column[0] for column in found.description or ()]
        [row] = found.fetchall()
        return dict(zip(names, row, strict=True))

    def rows_on(self, code: str, day: date) -> list[dict[str, Any]]:
        """The rows of the price table for a code on a day: one for each value of the facts."""
        query = "SELECT DISTINCT * EXCLUDE (year) FROM prices WHERE code = $1 AND valid_from <= $2 AND $2 < valid_to"
        with self._lock:
            found = self._connection.execute(query, [code, min(day, END - timedelta(days=1))])
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

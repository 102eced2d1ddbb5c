"""The price table as tables of a DuckDB: `prices`, whose texts of few values are ENUM, and `years`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bareme.book.prices import PriceTable, columns_of

if TYPE_CHECKING:
    import duckdb

KINDS = {"text": "VARCHAR", "number": "INTEGER", "cents": "BIGINT", "day": "DATE"}
_SPILL = Path(tempfile.gettempdir()) / f"bareme-{uuid4().hex}"
SMALL = 500
"""A price table of up to so many rows is handed over as lists, without loading Arrow."""


def was_interrupted(error: Exception) -> bool:
    """True for what DuckDB raises when Ctrl-C ends a statement: in the main thread not always a `duckdb.Error`."""
    import duckdb

    return isinstance(error, duckdb.InterruptException) or str(error) == "Query interrupted"


def connect(path: Path | None = None, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A DuckDB of one thread, in memory or in a file: the same acts give the same rows in the same order, always.

    What does not fit into memory goes to a folder of this process, which DuckDB makes when it needs it.
    """
    import duckdb

    config: dict[str, Any] = {"threads": 1, "temp_directory": str(_SPILL)}
    return duckdb.connect(":memory:" if path is None else path, read_only=read_only, config=config)


def store(connection: duckdb.DuckDBPyConnection, prices: PriceTable) -> None:
    """Make the tables `prices` and `years`, the rows by code and year.

    What acts are joined by stays text. A join carries the other texts along for every act: as ENUM they are numbers.
    """
    kinds = columns_of(prices.choices)
    if len(prices) > SMALL:
        connection.register("prices_in", prices.to_arrow())
    else:
        columns = ", ".join(f"{name} {KINDS[kind]}" for name, kind in kinds.items())
        connection.execute(f"CREATE TEMP TABLE prices_in ({columns})")
    if 0 < len(prices) <= SMALL:
        lists = ", ".join(f"unnest(?::{KINDS[kind]}[])" for kind in kinds.values())
        connection.execute(f"INSERT INTO prices_in SELECT {lists}", list(prices.columns.values()))
    columns = ", ".join(_column(connection, name, kind) for name, kind in kinds.items())
    order = ", ".join(["code", "year", "valid_from", *(n for n in kinds if n.startswith("fact_")), "age_from"])
    connection.execute(f"CREATE TABLE prices AS SELECT {columns} FROM prices_in ORDER BY {order}")
    # Each column has its ENUM with it; by its name it would stand in a file, and be loaded from it, a second time.
    for name, kind in kinds.items():
        if kind == "text" and is_listed(name):
            connection.execute(f"DROP TYPE each_{name}")
    if len(prices) > SMALL:
        connection.unregister("prices_in")
    else:
        connection.execute("DROP TABLE prices_in")
    connection.execute("CREATE TABLE years (first_year INTEGER, last_year INTEGER)")
    connection.execute("INSERT INTO years VALUES (?, ?)", list(prices.years))


def is_listed(name: str) -> bool:
    """True for a column that is ENUM where it is a text: one that acts are not joined by."""
    return name != "code" and not name.startswith("fact_")


def _column(connection: duckdb.DuckDBPyConnection, name: str, kind: str) -> str:
    """A column of `prices_in` as it goes into the table; the ENUM of a text is made."""
    if kind != "text" or not is_listed(name):
        return name
    values = f"SELECT DISTINCT {name} FROM prices_in WHERE {name} IS NOT NULL ORDER BY {name}"
    connection.execute(f"CREATE TYPE each_{name} AS ENUM ({values})")
    return f"{name}::each_{name} AS {name}"

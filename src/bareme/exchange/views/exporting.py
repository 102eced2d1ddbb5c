"""The views of a book as the tables of one DuckDB or SQLite file, written whole or not at all.

The content follows from the book alone: the same book gives the same rows in the same order. Each column has its
declared meaning with it: as a comment in DuckDB, in the text of CREATE TABLE in SQLite. SQLite has no exact decimals:
amounts are whole cents there (`fee_cents`), letter values, coefficients and rates whole millionths.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.errors import InputError
from bareme.exchange.outputs import check_place, written_whole
from bareme.exchange.sql_text import literal
from bareme.exchange.views.declared import (
    IN_WHOLE_NUMBERS,
    SQLITE_TYPES,
    VERSION,
    Column,
    View,
    declared_views,
)

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = (".duckdb", ".sqlite")
NOTHING = "Nothing was written."
TableOf = Callable[[str], "pa.Table"]


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of an export: the file, its format (duckdb, sqlite), the rows of each table, the book's state."""

    path: str
    format: str
    tables: Mapping[str, int]
    book: str
    as_known_on: date | None
    as_recorded_at: datetime | None
    views_version: int = VERSION

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme book export --json` (schema book-export-1)."""
        known, recorded = self.as_known_on, self.as_recorded_at
        return {
            "path": self.path,
            "format": self.format,
            "views_version": self.views_version,
            "tables": dict(self.tables),
            "book": self.book,
            "as_known_on": None if known is None else known.isoformat(),
            "as_recorded_at": None if recorded is None else recorded.isoformat(timespec="microseconds"),
        }


def check_export(path: Path, overwrite: bool, book: object) -> None:
    """`InputError` for a place that an export cannot be written to; a book is never written over."""
    if (isinstance(book, Path) and path.resolve() == book.resolve()) or is_book(path):
        raise InputError(f"{path} is a book, not a place for an export of it; name another file. {NOTHING}")
    check_place(path, SUFFIXES, "the book is written to a .duckdb or a .sqlite file", NOTHING, overwrite)


def is_book(path: Path) -> bool:
    """True for a file that holds a ledger."""
    if not path.is_file():
        return False
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
        names = {name for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        return {"entry", "document"} <= names
    return False


def write_views(table_of: TableOf, path: Path, overwrite: bool) -> dict[str, int]:
    """Write every view as a table; the number of rows of each. `InputError` when the file cannot be written."""
    write = _write_duckdb if path.suffix.lower() == ".duckdb" else _write_sqlite
    with written_whole(path, over=overwrite) as draft:
        return write(table_of, draft)


def _write_duckdb(table_of: TableOf, draft: Path) -> dict[str, int]:
    import duckdb

    rows = {}
    try:
        with duckdb.connect(str(draft), config={"threads": "1"}) as connection:
            for view in declared_views().values():
                table = table_of(view.name)
                connection.register("rows_in", table)
                connection.execute(f"CREATE TABLE {view.name} AS SELECT * FROM rows_in")
                connection.unregister("rows_in")
                for words in _comments(view):
                    connection.execute(words)
                rows[view.name] = table.num_rows
    except duckdb.Error as error:
        raise ValueError(" ".join(str(error).split()).rstrip(".")) from None
    finally:
        draft.with_name(f"{draft.name}.wal").unlink(missing_ok=True)
    return rows


def _comments(view: View) -> Iterator[str]:
    """The statements that keep the meanings with the table."""
    yield f"COMMENT ON TABLE {view.name} IS {literal(view.means)}"
    for column in view.columns:
        yield f"COMMENT ON COLUMN {view.name}.{column.name} IS {literal(described(column))}"


def described(column: Column, unit: str | None = None) -> str:
    """A column's meaning with its unit in brackets: `the fee (euro)`."""
    unit = unit or column.unit
    return column.means if unit is None else f"{column.means} ({unit})"


def _write_sqlite(table_of: TableOf, draft: Path) -> dict[str, int]:
    rows = {}
    try:
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            # The draft is thrown away whole if anything fails; it needs no journal beside it.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("BEGIN")
            for view in declared_views().values():
                table = table_of(view.name)
                connection.execute(create_in_sqlite(view))
                places = ", ".join("?" * len(view.columns))
                connection.executemany(f"INSERT INTO {view.name} VALUES ({places})", _sqlite_rows(view, table))
                rows[view.name] = table.num_rows
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise ValueError(str(error)) from None
    return rows


def create_in_sqlite(view: View) -> str:
    """The statement that makes a view's table in SQLite, with the meanings as comments."""
    last = len(view.columns) - 1
    columns = [
        f"  {column.sqlite_name} {SQLITE_TYPES[column.type]}{'' if place == last else ','} -- {_sqlite_words(column)}"
        for place, column in enumerate(view.columns)
    ]
    return "\n".join([f"CREATE TABLE {view.name} ( -- {view.means}", *columns, ")"])


def _sqlite_words(column: Column) -> str:
    part = IN_WHOLE_NUMBERS.get(column.type)
    if part is None:
        return described(column)
    return described(column, part[0] if column.unit in (None, "euro") else f"{part[0]}: {column.unit}")


def _sqlite_rows(view: View, table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches(max_chunksize=65_536):
        columns = [
            [_sqlite_value(value, column.type) for value in values.to_pylist()]
            for column, values in zip(view.columns, batch.columns, strict=True)
        ]
        yield from zip(*columns, strict=True)


def _sqlite_value(value: Any, kind: str) -> Any:
    """A value as SQLite holds it: whole parts for decimals, ISO texts for days and moments, 0 and 1 for flags."""
    if isinstance(value, Decimal):
        return int(value.scaleb(IN_WHOLE_NUMBERS[kind][1]))
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value

"""A book written as one DuckDB or SQLite file: the same rows as the views, exact, whole or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

import bareme
from bareme import Book, InputError
from bareme.exchange.views import exporting
from bareme.exchange.views.declared import declared_views
from running import valid


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("export")


@pytest.fixture(scope="module")
def shipped(folder: Path) -> Book:
    return bareme.open_book(folder / "none.sqlite")


@pytest.fixture(scope="module")
def in_duckdb(shipped: Book, folder: Path) -> Path:
    done = shipped.export(folder / "book.duckdb")
    assert (done.format, done.book, done.tables["lines"]) == ("duckdb", shipped.hash, 233)
    valid(done.to_dict(), "book-export-1")
    return folder / "book.duckdb"


@pytest.fixture(scope="module")
def in_sqlite(shipped: Book, folder: Path) -> Path:
    done = shipped.export(folder / "export.sqlite", as_known_on="2026-01-01", as_recorded_at="2026-12-31")
    assert (done.format, done.as_known_on) == ("sqlite", date(2026, 1, 1))
    valid(done.to_dict(), "book-export-1")
    return folder / "export.sqlite"


@pytest.mark.parametrize("name", list(declared_views()))
def test_duckdb_holds_the_views(name: str, in_duckdb: Path, shipped: Book) -> None:
    with duckdb.connect(str(in_duckdb), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.sql(f"FROM {name}").to_arrow_table()
        comments = connection.sql(f"SELECT comment FROM duckdb_columns() WHERE table_name = '{name}'").fetchall()
    expected = shipped.sql(f"FROM {name}")
    assert found.schema.equals(expected.schema)
    assert found.to_pylist() == expected.to_pylist()
    assert [text for (text,) in comments] == [exporting.described(column) for column in declared_views()[name].columns]


def as_in_sqlite(value: Any, kind: str) -> Any:
    if isinstance(value, Decimal):
        return int(value * {"euro": 100, "decimal": 1_000_000}[kind])
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("name", list(declared_views()))
def test_sqlite_holds_the_views_in_whole_numbers(name: str, in_sqlite: Path, shipped: Book) -> None:
    view = declared_views()[name]
    with closing(sqlite3.connect(in_sqlite)) as connection:
        rows = connection.execute(f"SELECT {', '.join(c.sqlite_name for c in view.columns)} FROM {name}").fetchall()
        types = {
            kind
            for column in view.columns
            for (kind,) in connection.execute(f"SELECT DISTINCT typeof({column.sqlite_name}) FROM {name}")
        }
        [statement] = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", [name]).fetchone()
    assert types <= {"text", "integer", "null"}
    expected = shipped.sql(f"FROM {name}", as_known_on="2026-01-01", as_recorded_at="2026-12-31").to_pylist()
    kinds = [column.type for column in view.columns]
    assert rows == [tuple(map(as_in_sqlite, row.values(), kinds)) for row in expected]
    for column in view.columns:
        assert column.means in statement


def test_sqlite_sums_cents_exactly(in_sqlite: Path, shipped: Book) -> None:
    query = "SELECT sum({}) FROM history JOIN lines USING (circular, line) WHERE effective_until IS NULL"
    with closing(sqlite3.connect(in_sqlite)) as connection:
        [cents] = connection.execute(query.format("fee_cents")).fetchone()
        [fee] = connection.execute("SELECT fee_cents FROM lines WHERE line_id = '2025/336:565014'").fetchone()
        known = connection.execute("SELECT as_known_on, as_recorded_at FROM about").fetchone()
    [euro] = shipped.sql(query.format("fee") + " -- the same").to_pydict().values()
    assert Decimal(cents) / 100 == euro[0]
    assert fee == 37331
    assert known == ("2026-01-01", "2026-12-31T23:59:59.999999+00:00")


def test_the_same_book_gives_the_same_content(shipped: Book, in_sqlite: Path, in_duckdb: Path, folder: Path) -> None:
    shipped.export(folder / "again.sqlite", as_known_on="2026-01-01", as_recorded_at="2026-12-31")
    assert (folder / "again.sqlite").read_bytes() == in_sqlite.read_bytes()
    shipped.export(folder / "again.duckdb")
    for name in declared_views():
        rows = []
        for path in (folder / "again.duckdb", in_duckdb):
            with duckdb.connect(str(path), read_only=True) as connection:
                rows.append(connection.sql(f"FROM {name}").to_arrow_table())
        assert rows[0].equals(rows[1])


def test_an_empty_book_can_be_exported(tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite")
    for suffix in ("duckdb", "sqlite"):
        done = book.export(tmp_path / f"out.{suffix}")
        assert dict(done.tables) == {name: int(name == "about") for name in declared_views()}


def refusal(book: Book, path: Path, **options: Any) -> str:
    before = {found: found.read_bytes() for found in path.parent.glob("*") if found.is_file()}
    with pytest.raises(InputError) as error:
        book.export(path, **options)
    assert {found: found.read_bytes() for found in path.parent.glob("*") if found.is_file()} == before
    return str(error.value).replace(str(path.parent), "FOLDER")


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite", shipped=True)
    bareme.create_book(tmp_path / "other.sqlite")
    (tmp_path / "there.duckdb").write_text("mine", encoding="utf-8")
    (tmp_path / "folder.duckdb").mkdir()
    said = "is a book, not a place for an export of it; name another file. Nothing was written."
    assert refusal(book, tmp_path / "book.sqlite", overwrite=True) == f"FOLDER/book.sqlite {said}"
    assert refusal(book, tmp_path / "other.sqlite", overwrite=True) == f"FOLDER/other.sqlite {said}"
    unmade = bareme.open_book(tmp_path / "unmade.sqlite")
    assert refusal(unmade, tmp_path / "unmade.sqlite") == f"FOLDER/unmade.sqlite {said}"
    assert refusal(book, tmp_path / "there.duckdb") == (
        "FOLDER/there.duckdb exists; name another file, or use --overwrite. Nothing was written."
    )
    assert refusal(book, tmp_path / "folder.duckdb") == "FOLDER/folder.duckdb is a directory. Nothing was written."
    assert refusal(book, tmp_path / "out.db") == (
        "FOLDER/out.db: the book is written to a .duckdb or a .sqlite file. Nothing was written."
    )
    assert "is not a directory" in refusal(book, tmp_path / "nowhere" / "out.sqlite")
    assert "as_known_on: 'never' is not a date" in refusal(book, tmp_path / "out.sqlite", as_known_on="never")


@pytest.mark.parametrize("suffix", ["duckdb", "sqlite"])
def test_overwriting_replaces_the_whole_file(suffix: str, tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite")
    path = tmp_path / f"out.{suffix}"
    path.write_text("mine", encoding="utf-8")
    book.export(path, overwrite=True)
    assert path.read_bytes() != b"mine"
    book.export(path, overwrite=True)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["book.sqlite", f"out.{suffix}"]


@pytest.mark.parametrize("suffix", ["duckdb", "sqlite"])
def test_a_failure_in_the_middle_leaves_nothing(suffix: str, tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "none.sqlite")
    state = book._state(None, None)

    def table_of(name: str) -> Any:
        if name == "prices":
            raise OSError(28, "No space left on device")
        return exporting_table(name, state)

    from bareme.exchange.views.tables import table_of as exporting_table

    path = tmp_path / f"out.{suffix}"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        exporting.write_views(table_of, path, overwrite=True)
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [(path.name, b"mine")]

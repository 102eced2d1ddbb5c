"""`bareme sql` and `bareme book export`: what they print, write and refuse."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from pyarrow import parquet

import bareme
from bareme.exchange.views.declared import declared_views
from running import bareme_here, bareme_process

FEES = (
    "SELECT code, effective_from, effective_until, fee FROM history JOIN lines USING (circular, line) "
    "WHERE code = '565014' ORDER BY effective_from"
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "none.sqlite"


def test_a_table_for_people(book: Path) -> None:
    ran = bareme_here("sql", FEES, book=book)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "code     effective_from   effective_until      fee",
        "──────────────────────────────────────────────────",
        "565014   2025-01-01       2026-01-01        363.43",
        "565014   2026-01-01                         373.31",
    ]


def test_json_for_programs(book: Path) -> None:
    ran = bareme_here("sql", FEES, "--json", book=book)
    assert ran.json("sql-1")[1] == {
        "code": "565014",
        "effective_from": "2026-01-01",
        "effective_until": None,
        "fee": "373.31",
    }
    assert bareme_here("sql", "SELECT * FROM lines WHERE false", "--json", book=book).json("sql-1") == []
    everything = bareme_here("sql", "SELECT * FROM circulars", "--json", book=book).json("sql-1")
    held = bareme_here("circulars", "--json", book=book).json()
    for name in ("number", "recorded_at", "known_from", "author"):
        assert [row[name] for row in everything] == [row[name] for row in held]


def test_as_known_on_and_as_recorded_at(book: Path) -> None:
    ran = bareme_here("sql", FEES, "--as-known-on", "2025-12-01", "--json", book=book)
    assert [row["fee"] for row in ran.json()] == ["363.43"]
    assert bareme_here("sql", FEES, "--as-recorded-at", "2020-01-01", "--json", book=book).json() == []


def test_files(book: Path, tmp_path: Path) -> None:
    query = "SELECT line_id, fee, hospital_code, doubtful FROM lines ORDER BY circular, line"
    for name in ("out.csv", "out.parquet"):
        ran = bareme_here("sql", query, "--out", name, book=book, cwd=tmp_path)
        assert (ran.code, ran.out, ran.err) == (0, "", f"bareme: {name} is written (233 rows).\n")
    expected = bareme.open_book(book).sql(query)
    assert parquet.read_table(tmp_path / "out.parquet").equals(expected)
    rows = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))))
    assert rows[0] == ["line_id", "fee", "hospital_code", "doubtful"]
    assert [(row[0], Decimal(row[1]) if row[1] else None) for row in rows[1:]] == list(
        zip(expected.column("line_id").to_pylist(), expected.column("fee").to_pylist(), strict=True)
    )
    assert {row[3] for row in rows[1:]} == {"false"}
    again = bareme_here("sql", query, "--out", "out.csv", book=book, cwd=tmp_path)
    assert (again.code, again.err) == (
        2,
        "bareme: out.csv exists; name another file, or use --overwrite. Nothing was written.\n",
    )
    assert bareme_here("sql", query, "--out", "out.csv", "--overwrite", book=book, cwd=tmp_path).code == 0


def test_a_query_from_a_file_or_standard_input(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "query.sql").write_text("\ufeffSELECT 'é' AS letter -- é\n", encoding="utf-8")
    expected = "letter\n──────\né\n"
    assert bareme_here("sql", "--file", "query.sql", book=book, cwd=tmp_path).out == expected
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 'é' AS letter;"))
    assert bareme_here("sql", "-", book=book).out == expected


def test_what_is_not_exact_is_said(book: Path) -> None:
    ran = bareme_here("sql", "SELECT avg(fee) AS mean FROM lines WHERE circular = '2024/401'", "--json", book=book)
    assert ran.err == ("bareme: mean is a floating-point number and not exact; sums and products of amounts are.\n")
    assert bareme_here("sql", "SELECT sum(fee) FROM lines", "--json", book=book).err == ""


def test_the_views(book: Path) -> None:
    listed = bareme_here("sql", "--views", "--json", book=book).json("sql-views-1")
    assert listed == [view.to_dict() for view in declared_views().values()]
    text = bareme_here("sql", "--views", book=book).out
    for view in declared_views().values():
        assert f"{view.name}: {view.means}\n" in text
        assert all(column.means in text for column in view.columns)


def test_a_plan_is_printed_as_it_is(book: Path) -> None:
    ran = bareme_here("sql", "EXPLAIN SELECT fee FROM lines", book=book)
    assert "explain_value" not in ran.out
    assert "fee" in ran.out


BAD = {
    ("sql",): 'give one query: bareme sql "SELECT ..."',
    ("sql", "SELECT 1", "--file", "query.sql"): "give one query",
    ("sql", "SELECT 1", "--out", "x.csv", "--json"): "--json prints the answer and --out writes it",
    ("sql", "SELECT 1", "--out", "x.xlsx"): "x.xlsx: the answer is a .csv or a .parquet file. Nothing was written.",
    ("sql", "SELECT 1", "--out", "nowhere/x.csv"): "nowhere/x.csv: nowhere is not a directory. Nothing was written.",
    ("sql", "--file", "missing.sql"): "missing.sql cannot be read: No such file or directory.",
    ("sql", "--file", "latin.sql"): "latin.sql is not UTF-8; save it as UTF-8.",
    ("sql", "--file", "."): ". cannot be read: Is a directory.",
    ("sql", "SELECT * FROM line"): "there is no view line; did you mean lines? Views are about, circulars",
    ("sql", "SELECT 1", "--as-known-on", "never"): "as_known_on: 'never' is not a date",
    ("sql", "SELECT 1", "--book", "."): ". is a directory; a book is a file",
    ("book", "export", "x.db"): "x.db: the book is written to a .duckdb or a .sqlite file. Nothing was written.",
}


@pytest.mark.parametrize("words", list(BAD), ids=" ".join)
def test_bad_input_is_one_line_and_exit_code_2(words: tuple[str, ...], book: Path, tmp_path: Path) -> None:
    (tmp_path / "latin.sql").write_bytes("SELECT 'é'".encode("latin-1"))
    ran = bareme_here(*words, book=book, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"bareme: {BAD[words]}")
    assert len(ran.err.splitlines()) == 1
    assert [found.name for found in tmp_path.iterdir()] == ["latin.sql"]


def test_an_export(book: Path, tmp_path: Path) -> None:
    ran = bareme_here("book", "export", "out.sqlite", book=book, cwd=tmp_path)
    found = bareme_here("book", "export", "out.duckdb", "--json", book=book, cwd=tmp_path).json("book-export-1")
    assert ran.out.splitlines()[0] == f"out.sqlite: 11 tables, {sum(found['tables'].values())} rows."
    assert found["tables"]["lines"] == 233
    assert bareme_here("book", "export", "out.duckdb", book=book, cwd=tmp_path).code == 2
    assert bareme_here("book", "export", "out.duckdb", "--overwrite", book=book, cwd=tmp_path).code == 0


def test_it_works_in_a_process_of_its_own(book: Path) -> None:
    ran = bareme_process("sql", "SELECT fee FROM lines WHERE line_id = '2025/336:565014'", "--json", book=book)
    assert (ran.code, ran.err) == (0, "")
    assert ran.json() == [{"fee": "373.31"}]

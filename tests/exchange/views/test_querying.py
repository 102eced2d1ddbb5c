"""A query can ask and nothing else: what is refused, in which words (golden), and that nothing is touched."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

import bareme
from bareme import Book, InputError
from bareme.exchange.views import querying
from bareme.exchange.views.forms import inexact_columns, objects_of, texts_of
from running import environment, same_as_golden

GOLDEN = Path(__file__).parent / "golden" / "refusals.txt"
REFUSED = """
-- nothing
;
SELECT
SELEC 1
SELECT 1; SELECT 2
SELECT 1; DROP TABLE x
SELECT * FROM line
SELECT * FROM circular
SELECT * FROM nonsense
SELECT * FROM nope.lines
SELECT fees FROM lines
SELECT l.fees FROM lines AS l
SELECT coef FROM terms JOIN lines USING (circular, line)
SELECT line_id FROM terms JOIN lines USING (circular, line)
SELECT fee FROM lines WHERE fee >
SELECT fee FROM lines WHERE fee = 'abc'
SELECT circular, sum(fee) FROM lines
SELECT foo(fee) FROM lines
SELECT $1
SELECT code FROM history WHERE effective_from > '2026-13-01'
SELECT error('as asked') FROM lines
SELECT * FROM 'x.csv'
SELECT * FROM read_csv('acts.csv')
SELECT * FROM read_text('/etc/passwd')
SELECT * FROM read_parquet('https://example.org/x.parquet')
SELECT * FROM glob('*')
SELECT * FROM parquet_metadata('a.parquet')
SELECT * FROM query('SELECT * FROM read_text(''acts.csv'')')
SELECT * FROM sqlite_scan('a.sqlite', 'entry')
SELECT * FROM python_table
SELECT getenv('HOME')
COPY lines TO 'x.csv'
COPY (SELECT 1) TO 'x.csv'
EXPORT DATABASE 'x'
IMPORT DATABASE 'x'
ATTACH 'x.duckdb'
DETACH memory
USE x
INSTALL httpfs
LOAD httpfs
SET enable_external_access = true
RESET threads
PRAGMA version
CALL duckdb_settings()
CREATE TABLE x (a INT)
CREATE TEMP TABLE x AS SELECT 1
CREATE VIEW x AS SELECT 1
INSERT INTO lines SELECT * FROM lines
UPDATE lines SET fee = 0
DELETE FROM lines
TRUNCATE lines
ALTER TABLE lines ADD COLUMN x INT
DROP VIEW lines
COMMENT ON TABLE lines IS 'x'
WITH gone AS (DELETE FROM lines RETURNING *) SELECT * FROM gone
BEGIN
COMMIT
CHECKPOINT
/* SELECT */ VACUUM
PREPARE x AS SELECT 1
EXECUTE x
PIVOT lines ON section USING sum(fee)
EXPLAIN DELETE FROM lines
EXPLAIN ANALYZE CREATE TEMP TABLE x (a INT)
EXPLAIN /* a */ (ANALYZE, FORMAT json) DROP VIEW lines
EXPLAIN ANALYZE COPY lines TO 'x.csv'
"""
QUERIES = ["", *REFUSED.strip().splitlines(), "SELECT 1\nFROM lines\nWHERE fee >", "SELECT '\ud800'"]
python_table = pa.table({"a": [1]})
"""What a query must not see: the variables of Python."""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return bareme.open_book(tmp_path_factory.mktemp("shipped") / "none.sqlite")


def refusal(book: Book, query: str) -> str:
    with pytest.raises(InputError) as error:
        book.sql(query)
    return str(error.value)


def test_what_is_no_question_is_refused_in_words(
    shipped: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "acts.csv").write_text("code,date\n565014,2026-03-01\n", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    parts = []
    for query in QUERIES:
        said = refusal(shipped, query)
        assert "\n" not in said
        assert said.endswith((".", "?", "!"))
        assert "Error:" not in said
        parts.append(f"{query.encode(errors='backslashreplace').decode()}\n  {said}\n")
    same_as_golden("\n".join(parts), GOLDEN)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("FROM lines", 233),
        ("WITH x AS (SELECT 1) SELECT * FROM x", 1),
        ("VALUES (1), (2)", 2),
        ("TABLE lines", 233),
        ("(SELECT 1)", 1),
        ("SELECT 1 -- with a comment\n;", 1),
        ("SELECT 1;;", 1),
        ("DESCRIBE lines", 15),
        ("SHOW TABLES", 11),
        ("SUMMARIZE terms", 7),
        ("EXPLAIN SELECT * FROM lines", 1),
        ("EXPLAIN ANALYZE SELECT * FROM lines", 1),
        ("/* é */ EXPLAIN -- x\n (ANALYZE, FORMAT json) SELECT 'é' FROM lines", 1),
        ("SELECT * FROM query_table('li' || 'nes')", 233),
        ("PIVOT lines ON circular IN ('2024/382', '2025/336') USING sum(fee) GROUP BY section", 21),
    ],
)
def test_what_may_be_asked(query: str, rows: int, shipped: Book) -> None:
    assert shipped.sql(query).num_rows == rows


def test_the_book_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite"
    bareme.create_book(path, shipped=True)
    before = path.read_bytes()
    book = bareme.open_book(path)
    for query in ("FROM lines", "FROM prices", "DELETE FROM lines", "COPY lines TO 'x.csv'"):
        try:
            book.sql(query)
        except InputError:
            continue
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["book.sqlite"]


def test_the_settings_are_locked_and_the_transaction_cannot_write(shipped: Book) -> None:
    settings = shipped.sql(
        "SELECT name, value FROM duckdb_settings() WHERE name IN ('enable_external_access', 'lock_configuration', "
        "'threads', 'temp_directory', 'autoload_known_extensions', 'autoinstall_known_extensions', 'memory_limit')"
    )
    assert dict(zip(*settings.to_pydict().values(), strict=True)) == {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
        "lock_configuration": "true",
        "memory_limit": "2.0 GiB",
        "temp_directory": "",
        "threads": "1",
    }


def test_columns_with_one_name_are_told_apart(shipped: Book) -> None:
    found = shipped.sql("SELECT 1 AS a, 2 AS a, 3 AS a_1, 4 AS a")
    assert found.to_pylist() == [{"a": 1, "a_2": 2, "a_1": 3, "a_3": 4}]


def test_too_large_a_result_and_too_hungry_a_query(shipped: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(querying, "MOST_BYTES", 10_000_000)
    assert refusal(shipped, "SELECT * FROM range(100000000)") == (
        "the result takes more than 2 GiB; ask for fewer rows or columns, or for sums. Nothing is shown."
    )
    monkeypatch.setitem(querying._SETTINGS, "memory_limit", "20MB")
    assert refusal(shipped, "SELECT * FROM range(10000000) ORDER BY random()") == (
        "the query needs more than 2 GiB of memory; narrow it with WHERE, or sum earlier."
    )


def test_values_have_the_forms_of_the_house(shipped: Book) -> None:
    found = shipped.sql(
        "SELECT 373.31::DECIMAL(12,2) AS amount, 1.291737::DECIMAL(18,6) AS value, sum(1::HUGEINT) AS whole, "
        "DATE '2026-03-01' AS day, TIMESTAMPTZ '2026-03-01 12:00:00+01' AS moment, TIME '10:00' AS hour, true AS flag, "
        "NULL AS nothing, [1.50::DECIMAL(12,2)] AS list, {'a': DATE '2026-03-01'} AS struct, 'ab'::BLOB AS bytes, "
        "'inf'::DOUBLE AS endless, 0.5::DOUBLE AS half"
    )
    [row] = objects_of(found)
    assert row == {
        "amount": "373.31",
        "value": "1.291737",
        "whole": 1,
        "day": "2026-03-01",
        "moment": "2026-03-01T11:00:00.000000+00:00",
        "hour": "10:00:00",
        "flag": True,
        "nothing": None,
        "list": ["1.50"],
        "struct": {"a": "2026-03-01"},
        "bytes": "6162",
        "endless": "inf",
        "half": row["half"],
    }
    json.dumps(row, allow_nan=False)
    assert inexact_columns(found) == ["endless", "half"]
    [texts] = texts_of(found)
    assert texts[:8] == ["373.31", "1.291737", "1", "2026-03-01", row["moment"], "10:00:00", "true", ""]
    assert texts[8:10] == ['["1.50"]', '{"a": "2026-03-01"}']


def test_a_value_that_python_does_not_hold_is_said(shipped: Book) -> None:
    with pytest.raises(InputError, match=r'a value of day is out of the range .* CAST\("day" AS VARCHAR\)'):
        objects_of(shipped.sql("SELECT DATE 'infinity' AS day"))


def test_a_mean_of_amounts_is_said_not_to_be_exact(shipped: Book) -> None:
    assert inexact_columns(shipped.sql("SELECT avg(fee) AS mean, sum(fee), max(fee) - min(fee) FROM lines")) == ["mean"]


@pytest.mark.parametrize(
    "query", ["SELECT count(*) FROM range(1000000000000), lines", "SELECT a.* FROM range(1000000000000) AS a, lines"]
)
def test_a_long_query_can_be_interrupted(query: str, tmp_path: Path) -> None:
    program = (
        "import bareme, sys; from bareme.exchange.views import querying; querying.MOST_BYTES = 10**12\n"
        "book = bareme.open_book(sys.argv[1]); book.sql('FROM lines'); print('ready', flush=True)\n"
        "book.sql(sys.argv[2])"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "none"), query]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path / "none")
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read().decode()
        assert process.wait(timeout=30) != 0
    assert said.strip().endswith("KeyboardInterrupt")

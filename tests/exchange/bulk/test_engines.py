"""The engine of a run: the same lines whichever it is, and what cannot be asked of one."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

import bareme
from bareme.errors import InputError
from bareme.exchange.bulk import pieces
from bareme.exchange.bulk.about import about_of
from bareme.pricing.columns import OUTPUT_COLUMNS
from on_spark import CLUSTER, need_spark
from running import REPOSITORY, bareme_here, valid

EXAMPLES = REPOSITORY / "examples"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["out.csv", "--engine", "dask"], "engine: 'dask' is none of duckdb, spark."),
        (["out.csv", "--master", "local"], "a master is one of Spark's: give --engine spark too."),
        (["out.csv", "--engine", "spark"], "out.csv: with --engine spark the result is a .parquet file."),
    ],
)
def test_what_cannot_be_asked(options: list[str], message: str, tmp_path: Path) -> None:
    ran = bareme_here("price-file", EXAMPLES / "acts.csv", *options, book=tmp_path / "b.sqlite")
    assert (ran.code, ran.out, ran.err) == (2, "", f"bareme: {message} Nothing was priced.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize(("given", "columns"), [("acts.csv", None), ("acts-fr.csv", "fr")])
def test_spark_gives_the_lines_of_the_embedded_engine(given: str, columns: str | None, tmp_path: Path) -> None:
    need_spark()
    book = bareme.open_book(tmp_path / "none.sqlite")
    one = book.price_file(EXAMPLES / given, tmp_path / "duckdb.parquet", columns=columns)
    other = book.price_file(
        EXAMPLES / given, tmp_path / "spark.parquet", columns=columns, engine="spark", master=CLUSTER
    )
    assert other.summary == one.summary
    made = about_of(tmp_path / "spark.parquet")
    valid(made.to_dict(), "priced-acts-1")
    assert (made, made.engine) == (other.made, "spark")
    found, expected = (parquet.read_table(tmp_path / f"{name}.parquet") for name in ("spark", "duckdb"))
    assert found.column_names == expected.column_names
    names = list(OUTPUT_COLUMNS)
    assert found.select(names).to_pylist() == expected.select(names).to_pylist()
    assert book.verify(tmp_path / "spark.parquet").up_to_date
    assert sorted(path.name for path in tmp_path.iterdir()) == ["duckdb.parquet", "spark.parquet"]


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_a_run_that_fails_on_spark_leaves_nothing(tmp_path: Path) -> None:
    need_spark()
    book = bareme.open_book(tmp_path / "none.sqlite")
    with pytest.raises(InputError, match=r"no Spark master answers at spark://localhost:1 within 5 seconds"):
        book.price_file(EXAMPLES / "acts.csv", tmp_path / "out.parquet", engine="spark", master="spark://localhost:1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("given", ["psychologist-march.csv", "perinatal-file.csv", "many.parquet"])
def test_rules_say_on_spark_what_they_say_here(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_spark()
    monkeypatch.setattr(pieces, "PIECE", 700)
    acts = EXAMPLES / "conventions" / given
    if given == "many.parquet":
        acts = tmp_path / given
        parquet.write_table(meetings(3_000), acts, row_group_size=1_000)
    book = bareme.open_book(tmp_path / "none.sqlite")
    for engine in ("spark", "duckdb"):
        master = CLUSTER if engine == "spark" else None
        book.price_file(acts, tmp_path / f"{engine}.parquet", rules=True, engine=engine, master=master)
    found, expected = (parquet.read_table(tmp_path / f"{name}.parquet") for name in ("spark", "duckdb"))
    assert found.column_names == expected.column_names
    assert found.to_pylist() == expected.to_pylist()
    assert any(found.column("rules").to_pylist())
    assert book.verify(tmp_path / "spark.parquet").as_made


def meetings(number: int) -> pa.Table:
    """Meetings of few patients, among acts that no rule speaks of."""
    dice = random.Random(7)
    days = [date(2025, 1, 1) + timedelta(dice.randrange(700)) for _ in range(number)]
    return pa.table(
        {
            "patient": [f"P{dice.randrange(40)}" for _ in range(number)],
            "code": [dice.choice(["401435", "401376", "565014"]) for _ in range(number)],
            "date": days,
            "regime": [dice.choice(["ordinary", "preferential", None]) for _ in range(number)],
            "contracting_entity": [dice.choice(["wallonia", "flanders", ""]) for _ in range(number)],
            "professionals": pa.array([dice.choice([None, 1, 2, 3]) for _ in range(number)], pa.int64()),
            "minutes": pa.array([dice.choice([15, 30, 44]) for _ in range(number)], pa.int64()),
        }
    )

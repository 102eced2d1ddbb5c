"""The engine of a run: the same lines whichever it is, and what cannot be asked of one."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyarrow import parquet

import bareme
from bareme.errors import InputError
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

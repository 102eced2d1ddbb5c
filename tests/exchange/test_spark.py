"""Spark on two executors in processes of their own: the embedded engine's answers, in the order of the acts."""

from __future__ import annotations

import datetime as dt
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from equal_to_the_cent import compare
from pyarrow import parquet

import bareme
from bareme.book.prices import PriceTable, build_prices
from bareme.book.timeline import publications_of, timeline_of
from bareme.errors import InputError
from bareme.exchange import spark_session
from bareme.exchange.act_files import read_acts
from bareme.exchange.spark import SparkRun, price_parts
from bareme.nomenclature.outcomes import Outcome
from bareme.pricing.columns import KNOWN_COLUMNS, OUTPUT_COLUMNS, Kinds, kinds_of
from on_spark import cluster, executors, need_spark, on_spark
from running import REPOSITORY

pytestmark = [pytest.mark.xdist_group("spark"), pytest.mark.slow]

SEPARATORS = "\n\r\t\v\f\x00\x1c\x85\xa0\u2028\u2029\u200b"
"""What engines may take for white space or the end of a line."""
VALUES: dict[str, list[str | None]] = {
    "code": ["565014", "565025", "589002", "589750", "726412", "726530", "401435", "565015", "100010", "5650140"],
    "date": [
        *("2026-03-01", "2025-01-01", "2024-12-31", "2026-12-31", "0001-01-01", "9999-12-31", "2024-02-29"),
        *("2026-3-1", "2026-03", "2026", "0000-01-01", "-001-01-01", "2025-02-29", "10000-01-01"),
        *("2026-03-01 00:00:00", "2026-03-01 00:00:00.000", "2026-03-01T00:00:00", "2026-03-01 00:00"),
        *("epoch", "infinity", "-infinity", "today", "2026-03-01 00:00:00+01", "2026/03/01", "20260301"),
        *("+2026-03-01", "2026-03-1x", "٢٠٢٦-٠٣-٠١"),
    ],
    "birth_date": [None, "1980-02-29", "2026-03-01", "2026-03-02", "1875-01-01", "0000-06-01", "1876-03-01", "1980"],
    "quantity": [None, "1", "16", "999999", "1000000", "0", "1.0", "1.50", "1.", "1e3", "+1", "-1", "007", "１", "1_0"],
    "age": [None, "17", "18", "0", "150", "151", "-1", "46", "46.0", "nan"],
    "regime": [None, "ordinary", "preferential", "Ordinary", "NULL", "ordinary\0"],
}


def garbage(number: int) -> pa.Table:
    """Acts of which half are sensible, the rest have values that engines might read differently."""
    random = Random(number)
    rows = []
    for n in range(number):
        row: dict[str, Any] = {"n": n} | {name: random.choice(values) for name, values in VALUES.items()}
        if random.random() < 0.5:
            row |= {"date": "2026-03-01", "age": None, "birth_date": random.choice([None, "1980-02-29"])}
            row |= {"quantity": random.choice([None, "1", "16"]), "regime": random.choice(["ordinary", "preferential"])}
        if random.random() < 0.3:
            name, mark = random.choice(list(VALUES)), random.choice(SEPARATORS)
            row[name] = random.choice([f"{row[name] or ''}{mark}", f"{mark}{row[name] or ''}", mark, f" {row[name]} "])
        rows.append(row)
    types = [("n", pa.int64()), *((name, pa.string()) for name in VALUES)]
    return pa.Table.from_pylist(rows, schema=pa.schema(types))


@dataclass(frozen=True)
class Setting:
    """The shipped book and a cluster."""

    book: bareme.Book
    prices: PriceTable
    session: Any

    def price(self, acts: pa.Table, folder: Path, files: int = 1) -> tuple[pa.Table, SparkRun]:
        """Acts priced by Spark."""
        return on_spark(self.session, acts, self.prices, folder, files)

    def same(self, acts: pa.Table, folder: Path, files: int = 1) -> pa.Table:
        """Acts priced by Spark, equal in every line and column to what the embedded engine says."""
        found, _ = self.price(acts, folder, files)
        expected = self.book.price_table(acts).select(list(OUTPUT_COLUMNS))
        assert found.column_names == [*acts.column_names, *OUTPUT_COLUMNS]
        assert found.select(acts.column_names).to_pylist() == acts.to_pylist()
        for row, (one, other) in enumerate(
            zip(found.select(list(OUTPUT_COLUMNS)).to_pylist(), expected.to_pylist(), strict=True)
        ):
            assert one == other, acts.slice(row, 1).to_pylist()
        assert [f.type for f in found.select(list(OUTPUT_COLUMNS)).schema] == [f.type for f in expected.schema]
        return found


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    need_spark()
    book = bareme.open_book(tmp_path_factory.mktemp("spark") / "none.sqlite")
    prices = build_prices(timeline_of(publications_of(book.entries())))
    with cluster() as session:
        yield Setting(book, prices, session)


@pytest.fixture(scope="module")
def example() -> pa.Table:
    return read_acts(str(REPOSITORY / "examples" / "acts.csv"))


def test_the_shipped_example_on_executors_of_their_own(here: Setting, example: pa.Table, tmp_path: Path) -> None:
    found = here.same(example, tmp_path, files=2)
    assert executors() == 2
    assert set(found.column("outcome").to_pylist()) == {outcome.value for outcome in Outcome}


def test_whatever_a_column_holds_it_is_read_as_the_embedded_engine_reads_it(here: Setting, tmp_path: Path) -> None:
    acts = garbage(6_000)
    found = here.same(acts, tmp_path, files=3)
    assert found.column("n").to_pylist() == list(range(6_000))
    assert min(found.column("outcome").to_pylist().count(o) for o in ("priced", "invalid_input", "invalid_code")) > 20


def test_days_and_whole_numbers_are_read_as_they_are(here: Setting, tmp_path: Path) -> None:
    random = Random(1)
    days = [
        dt.date(1, 1, 1),
        dt.date(2024, 2, 29),
        dt.date(2025, 1, 1),
        dt.date(2026, 3, 1),
        dt.date(9999, 12, 31),
        None,
    ]
    born = [None, None, dt.date(2024, 2, 29), dt.date(1980, 2, 29), dt.date(1875, 3, 1), dt.date(2026, 3, 2)]
    numbers = [None, 0, 1, 16, 46, 150, 151, -1, 999_999, 1_000_000, 2**62]
    types = {"string": pa.string(), "date": pa.date32(), "int64": pa.int64()}
    kinds = {name: types[kind] for name, kind in kinds_of(Kinds.TYPED).items() if name in VALUES}
    values: dict[str, list[Any]] = {"date": [*days, None], "birth_date": born, "quantity": numbers, "age": numbers}
    rows = [{name: random.choice(values.get(name, VALUES[name])) for name in kinds} for _ in range(2_000)]
    acts = pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))
    # A day of year 0, which Python does not have.
    odd = pa.array([-719529], pa.int32()).cast(pa.date32())
    acts = pa.concat_tables([acts, acts.slice(0, 1).set_column(list(kinds).index("birth_date"), "birth_date", odd)])
    found, _ = here.price(acts, tmp_path)
    texts = acts.set_column(0, "code", acts.column("code"))
    for name in ("date", "birth_date", "quantity", "age"):
        texts = texts.set_column(texts.column_names.index(name), name, acts.column(name).cast(pa.string()))
    expected = here.book.price_table(texts).select(list(OUTPUT_COLUMNS))
    assert found.select(list(OUTPUT_COLUMNS)).to_pylist() == expected.to_pylist()


@pytest.mark.parametrize("kind", ["number", "decimal", "moment", "binary"])
def test_other_types_are_read_as_texts(here: Setting, kind: str, tmp_path: Path) -> None:
    codes = ["565014", "565025", "1234567", "12", "0", "-5"]
    moments = [dt.datetime(2026, 3, 1), dt.datetime(2026, 3, 1, 0, 0, 1), dt.datetime(2025, 1, 1), None]
    days = pa.array([*moments, *moments[:2]], pa.timestamp("us", "Europe/Brussels" if kind == "binary" else None))
    columns: dict[str, tuple[Any, Any]] = {
        "number": (pa.array(map(int, codes), pa.int32()), pa.array([1, 2, 0, None, 3, 4], pa.uint64())),
        "decimal": (pa.array(codes).cast(pa.decimal128(12, 2)), pa.array(["1.5"] * 6).cast(pa.decimal128(9, 3))),
        "moment": (pa.array(codes).dictionary_encode(), pa.array([1, 2, 3, 0, None, 16], pa.float64())),
        "binary": (pa.array(codes).cast(pa.binary()), pa.array([None] * 6, pa.null())),
    }
    code, quantity = columns[kind]
    acts = pa.table({"code": code, "date": days, "quantity": quantity, "regime": ["ordinary"] * 6})
    found, _ = here.price(acts, tmp_path)
    expected = here.book.price_table(acts)
    assert found.select(list(OUTPUT_COLUMNS)).to_pylist() == expected.select(list(OUTPUT_COLUMNS)).to_pylist()


def test_order_is_kept_over_many_ranges_and_names_are_only_names(
    here: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(spark_session.ORDER, "spark.sql.files.maxPartitionBytes", "20000")
    monkeypatch.setitem(spark_session.ORDER, "spark.sql.files.openCostInBytes", "20000")
    files, start = [], 0
    for n, (name, rows) in enumerate(
        {"z[1].parquet": 9_000, "a {b}*?é%20.parquet": 20_000, "z1.parquet": 3_000}.items()
    ):
        numbers = pa.array(range(start, start + rows), pa.int64())
        own = {
            "Note": numbers,
            "note": pa.array(["x"] * rows),
            "a.b`c'\\": pa.array([[n]] * rows),
            "_metadata": numbers,
        }
        acts = {"code": pa.array(["565014"] * rows), "Tag": pa.array(["2026-03-01"] * rows)}
        files.append(tmp_path / name)
        parquet.write_table(pa.table(own | acts), files[-1], row_group_size=1_000)
        start += rows
    known = {"code": "code", "date": "Tag"}
    prices = here.prices
    (tmp_path / "out").mkdir()
    here.session.sql("SELECT 7 AS mine").createOrReplaceTempView("acts")
    run = price_parts(
        files, known, prices.to_arrow(), prices.choices, prices.years, tmp_path / "out", session=here.session
    )
    found = pa.concat_tables(parquet.read_table(part.path) for part in run.parts)
    assert len(run.parts) > 8
    assert [part.rows for part in run.parts] == [parquet.read_metadata(part.path).num_rows for part in run.parts]
    assert found.column("Note").to_pylist() == found.column("_metadata").to_pylist() == list(range(start))
    assert found.column_names == ["Note", "note", "a.b`c'\\", "_metadata", "code", "Tag", *OUTPUT_COLUMNS]
    assert found.column("outcome").unique().to_pylist() == ["needs_information"]
    assert sorted(tmp_path.iterdir()) == sorted([*files, tmp_path / "out"])
    assert sorted((tmp_path / "out").iterdir()) == [part.path for part in run.parts]
    assert here.session.sql("SELECT mine FROM acts").collect()[0][0] == 7, "the caller's session is as it was"


def test_the_plan_moves_no_act(here: Setting, example: pa.Table, tmp_path: Path) -> None:
    _, run = here.price(example, tmp_path)
    tree = run.plan.partition("\n\n\n")[0]
    assert "BroadcastHashJoin LeftOuter BuildRight" in tree
    assert "SortMergeJoin" not in tree
    assert [line.strip(" :+-*").split(" (")[0] for line in tree.splitlines() if "Exchange" in line] == [
        "BroadcastExchange",
        "BroadcastExchange",
    ]
    assert "AdaptiveSparkPlan" not in tree


def test_no_act_is_priced_too(here: Setting, example: pa.Table, tmp_path: Path) -> None:
    found, run = here.price(example.slice(0, 0), tmp_path)
    assert (run.lines, len(run.parts), found.num_rows) == (0, 1, 0)
    assert found.column_names == [*example.column_names, *OUTPUT_COLUMNS]


def refused(here: Setting | None, files: list[Path], out: Path, **options: Any) -> str:
    """What the refusal says, on one line; nothing is written."""
    before = sorted(out.parent.iterdir())
    prices = pa.table({}) if here is None else here.prices.to_arrow()
    with pytest.raises(InputError) as said:
        price_parts(files, {"code": "code", "date": "date"}, prices, ("regime",), (2024, 2027), out, **options)
    assert sorted(out.parent.iterdir()) == before
    assert "\n" not in str(said.value)
    return str(said.value)


def test_a_file_that_breaks_while_it_is_read_is_said_in_one_line(
    here: Setting, example: pa.Table, tmp_path: Path
) -> None:
    path = tmp_path / "acts.parquet"
    parquet.write_table(example, path, compression="none")
    content = bytearray(path.read_bytes())
    start = parquet.read_metadata(path).row_group(0).column(0).data_page_offset
    content[start : start + 60] = b"\xff" * 60
    path.write_bytes(content)
    said = refused(here, [path], tmp_path / "out", session=here.session)
    assert said.startswith("Spark could not price the acts: ")
    assert "acts.parquet" in said
    assert "Exception" not in said


def test_what_spark_would_misread_is_refused_before_it_starts(tmp_path: Path) -> None:
    one, other, hidden = (tmp_path / name for name in ("a.parquet", "b.parquet", "_c.parquet"))
    nanos = tmp_path / "n.parquet"
    acts = pa.table({"code": ["565014"], "date": ["2026-03-01"]})
    for path in (one, hidden):
        parquet.write_table(acts, path)
    parquet.write_table(acts.append_column("note", pa.array([1])), other)
    parquet.write_table(acts.append_column("at", pa.array([1], pa.timestamp("ns"))), nanos)
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").touch()
    (tmp_path / "text.parquet").write_text("code,date\n")
    assert "has other columns or types than" in refused(None, [one, other], tmp_path / "out")
    assert "begins with . or _" in refused(None, [hidden], tmp_path / "out")
    assert "'at' counts nanoseconds" in refused(None, [nanos], tmp_path / "out")
    assert "given twice" in refused(None, [one, one], tmp_path / "out")
    assert "no file of acts" in refused(None, [], tmp_path / "out")
    assert "cannot be read as Parquet" in refused(None, [tmp_path / "text.parquet"], tmp_path / "out")
    assert "exists; name another folder" in refused(None, [one], tmp_path / "there")


def test_a_master_that_is_none_or_does_not_answer_is_said(tmp_path: Path) -> None:
    need_spark()
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"code": ["565014"], "date": ["2026-03-01"]}), path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    silent = refused(None, [path], tmp_path / "out", master=f"spark://127.0.0.1:{port}")
    assert f"no Spark master answers at spark://127.0.0.1:{port}" in silent
    for wrong in ("cluster", "spark://host", "spark://host:port", "http://host:80"):
        assert "is not a Spark master" in refused(None, [path], tmp_path / "out", master=wrong)


def test_what_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"code": ["565014"], "date": ["2026-03-01"]}), path)
    java = tmp_path / "jdk" / "bin" / "java"
    java.parent.mkdir(parents=True)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    pytest.importorskip("pyspark")
    assert "no java is found" in refused(None, [path], tmp_path / "out")
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_412\"' >&2\n")
    java.chmod(0o755)
    assert "needs Java 17 or newer; this one is 8" in refused(None, [path], tmp_path / "out")
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    assert 'pip install "bareme[spark]"' in refused(None, [path], tmp_path / "out")


def test_a_million_acts_by_the_oracle_by_duckdb_and_by_spark(here: Setting, tmp_path: Path) -> None:
    tally = compare(here.session, tmp_path, 1_000_000, 16)
    assert (tally.acts, tally.books, tally.differing) == (1_000_000, 16, 0), tally.examples
    assert min(tally.outcomes[outcome] for outcome in Outcome if outcome is not Outcome.INVALID_INPUT) > 1_000
    assert len(tally.fees) > 50


def test_every_known_column_has_a_garbage_value() -> None:
    assert set(VALUES) < set(KNOWN_COLUMNS)

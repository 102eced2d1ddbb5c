"""The same acts give the same prices, whatever holds them and whatever types their columns have."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

import bareme
from bareme.errors import InputError
from bareme.pricing.columns import CENTS, OUTPUT_COLUMNS, TOTALS
from running import REPOSITORY

ACTS = REPOSITORY / "examples" / "acts.csv"
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bareme.Book:
    return bareme.open_book(tmp_path_factory.mktemp("frames") / "book.sqlite")


def as_read() -> pa.Table:
    """The example acts as text; what is empty is null."""
    with ACTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return pa.table({name: pa.array([row[name] or None for row in rows], pa.string()) for name in rows[0]})


def answers(priced: pa.Table) -> Rows:
    rows: Rows = priced.select(["reference", *OUTPUT_COLUMNS]).to_pylist()
    return rows


@pytest.fixture(scope="module")
def expected(book: bareme.Book) -> Rows:
    """The prices of the example acts, asked one by one."""
    rows = []
    for act in as_read().to_pylist():
        facts = {name: act[name] for name in ("regime", "age", "birth_date")}
        row: dict[str, Any] = dict.fromkeys(OUTPUT_COLUMNS)
        try:
            price = book.price(act["code"], act["date"], quantity=int(act["quantity"]), **facts)
        except InputError as error:
            row |= {"outcome": "invalid_input", "needs": "", "invalid": "date" if "on:" in str(error) else "regime"}
        else:
            row |= {name: getattr(price, name) for name in (*CENTS, *TOTALS, "circular", "line_id")}
            row |= {"basis": price.basis, "intervention_kind": price.intervention_kind, "reason": price.reason_code}
            row |= {"outcome": price.outcome.value, "certainty": price.certainty, "invalid": ""}
            row |= {"needs": ",".join(price.needs)}
        rows.append({"reference": act["reference"], **row})
    return rows


def as_frame() -> Any:
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(as_read().to_pylist())


def as_typed_frame() -> Any:
    """As people have it: codes and quantities as integers, ages as floats with gaps."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(as_read().to_pylist())
    return frame.assign(
        code=pandas.to_numeric(frame["code"]),
        quantity=pandas.to_numeric(frame["quantity"]),
        age=pandas.to_numeric(frame["age"]),
    )


def as_polars() -> Any:
    polars = pytest.importorskip("polars")
    return polars.from_arrow(as_read())


def as_lazy_polars() -> Any:
    return as_polars().lazy()


def as_ibis() -> Any:
    import ibis

    return ibis.memtable(as_read())


def as_batch() -> Any:
    return as_read().combine_chunks().to_batches()[0]


def as_chunks() -> Any:
    acts = as_read()
    return pa.concat_tables([acts.slice(0, 1), acts.slice(1, 20), acts.slice(21)])


def as_relation() -> Any:
    import duckdb

    acts = as_read()
    return duckdb.from_arrow(acts)


HOLDERS = [as_read, as_frame, as_typed_frame, as_polars, as_lazy_polars, as_ibis, as_batch, as_chunks, as_relation]


@pytest.mark.parametrize("make", HOLDERS, ids=lambda make: make.__name__)
def test_every_holder_gives_the_prices_of_single_acts(
    make: Callable[[], Any], book: bareme.Book, expected: Rows
) -> None:
    assert answers(book.price_table(make())) == expected


@pytest.mark.parametrize("kind", [str, Path], ids=["text", "path"])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_path_gives_the_prices_of_single_acts(
    suffix: str, kind: type, book: bareme.Book, expected: Rows, tmp_path: Path
) -> None:
    path = ACTS if suffix == "csv" else tmp_path / "acts.parquet"
    if suffix == "parquet":
        parquet.write_table(as_read(), path)
    assert answers(book.price_table(kind(path))) == expected


def test_the_columns_and_their_types_are_those_announced(book: bareme.Book) -> None:
    priced = book.price_table(as_read())
    assert priced.column_names == [*as_read().column_names, *OUTPUT_COLUMNS]
    for name in CENTS:
        assert priced.schema.field(name).type == pa.decimal128(12, 2)
    for name in TOTALS:
        assert priced.schema.field(name).type == pa.decimal128(18, 2)
    for name in set(OUTPUT_COLUMNS) - {*CENTS, *TOTALS}:
        assert priced.schema.field(name).type == pa.string()


DAY, MIDNIGHT = dt.date(2025, 5, 5), dt.datetime(2025, 5, 5)
SAME_ACT = {
    "code as integer": {"code": pa.array([726530])},
    "code as float": {"code": pa.array([726530.0])},
    "code as decimal": {"code": pa.array([Decimal("726530.00")])},
    "code in a dictionary": {"code": pa.array(["726530"]).dictionary_encode()},
    "code as integer in a dictionary": {"code": pa.array([726530]).dictionary_encode()},
    "code as large text": {"code": pa.array(["726530"], pa.large_string())},
    "code as text view": {"code": pa.array(["726530"], pa.string_view())},
    "code as bytes": {"code": pa.array([b"726530"])},
    "code with spaces around": {"code": pa.array([" 726530\t"])},
    "date32": {"date": pa.array([DAY], pa.date32())},
    "date64": {"date": pa.array([DAY], pa.date64())},
    "timestamp in seconds": {"date": pa.array([MIDNIGHT], pa.timestamp("s"))},
    "timestamp in microseconds": {"date": pa.array([MIDNIGHT], pa.timestamp("us"))},
    "timestamp in nanoseconds": {"date": pa.array([MIDNIGHT], pa.timestamp("ns"))},
    "date in a dictionary": {"date": pa.array([DAY]).dictionary_encode()},
    "date as text with midnight": {"date": pa.array(["2025-05-05 00:00:00"])},
    "age as small integer": {"age": pa.array([30], pa.int8())},
    "age as unsigned integer": {"age": pa.array([30], pa.uint64())},
    "age as float": {"age": pa.array([30.0])},
    "age as decimal": {"age": pa.array([Decimal("30.00")])},
    "age as text with a zero": {"age": pa.array(["030"])},
    "birth date instead": {"age": pa.nulls(1), "birth_date": pa.array([dt.date(1995, 1, 1)])},
    "age and birth date that agree": {"birth_date": pa.array(["1995-01-01"])},
    "regime in a dictionary": {"regime": pa.array(["ordinary"]).dictionary_encode()},
    "quantity as decimal": {"quantity": pa.array([Decimal("1.00")])},
    "quantity not given": {"quantity": pa.nulls(1, pa.int64())},
    "a fact that does not matter": {"trainee": pa.array(["yes"])},
}
ACT = {"code": ["726530"], "date": ["2025-05-05"], "regime": ["ordinary"], "age": ["30"]}


@pytest.mark.parametrize("columns", SAME_ACT.values(), ids=list(SAME_ACT))
def test_a_column_of_another_type_is_the_same_act(columns: dict[str, Any], book: bareme.Book, tmp_path: Path) -> None:
    table = pa.table({**ACT, **columns})
    [row] = book.price_table(table).to_pylist()
    assert (row["outcome"], row["fee"], row["patient_share"]) == ("priced", Decimal("89.59"), Decimal("11.00"))
    assert row["line_id"] == "2024/356:726530@1.2.1"
    if not any(pa.types.is_string_view(field.type) for field in table.schema):
        parquet.write_table(table, tmp_path / "acts.parquet")
        [again] = book.price_table(tmp_path / "acts.parquet").to_pylist()
        assert {name: again[name] for name in OUTPUT_COLUMNS} == {name: row[name] for name in OUTPUT_COLUMNS}


def test_a_code_as_a_number_keeps_its_leading_zeros(book: bareme.Book) -> None:
    for values in (pa.array([10010]), pa.array([10010.0]), pa.array([Decimal(10010)])):
        [row] = book.price_table(pa.table({"code": values, "date": ["2025-05-05"]})).to_pylist()
        assert row["outcome"] == book.price("010010", "2025-05-05").outcome


NO_VALUES = {
    "noon": ("date", pa.array([dt.datetime(2025, 5, 5, 12)])),
    "a moment elsewhere": ("date", pa.array([MIDNIGHT], pa.timestamp("us", tz="Europe/Brussels"))),
    "a day that is none": ("date", pa.array(["2025-02-29"])),
    "a day the wrong way round": ("date", pa.array(["05-05-2025"])),
    "a number for a day": ("date", pa.array([20250505])),
    "a day before all days": ("date", pa.array(["0000-01-01"])),
    "no day": ("date", pa.nulls(1)),
    "no code": ("code", pa.array([""])),
    "half a year": ("age", pa.array([30.5])),
    "not a number": ("age", pa.array([float("nan")])),
    "below zero": ("age", pa.array([-1])),
    "too old": ("age", pa.array([151])),
    "other digits": ("age", pa.array(["٣٠"])),
    "a regime that is none": ("regime", pa.array(["Ordinary"])),
    "no units": ("quantity", pa.array([0])),
    "a part of a unit": ("quantity", pa.array([Decimal("1.50")])),
    "too many units": ("quantity", pa.array([1_000_000])),
    "born later": ("birth_date", pa.array([dt.date(2025, 5, 6)])),
    "a fact's value that is none": ("trainee", pa.array(["maybe"])),
}


@pytest.mark.parametrize(("name", "values"), NO_VALUES.values(), ids=list(NO_VALUES))
def test_a_value_that_cannot_be_used_is_named_and_nothing_is_priced(name: str, values: Any, book: bareme.Book) -> None:
    act = ACT if name != "birth_date" else {k: v for k, v in ACT.items() if k != "age"}
    [row] = book.price_table(pa.table({**act, name: values})).to_pylist()
    assert (row["outcome"], row["invalid"]) == ("invalid_input", name)
    empty = [row[column] for column in (*CENTS, *TOTALS, "certainty", "circular", "line_id", "reason")]
    assert set(empty) == {None}


def test_age_and_birth_date_that_disagree_are_named(book: bareme.Book) -> None:
    table = pa.table({**ACT, "birth_date": [dt.date(1990, 1, 1)]})
    assert book.price_table(table).column("invalid").to_pylist() == ["age"]


def test_several_values_that_cannot_be_used_are_all_named(book: bareme.Book) -> None:
    table = pa.table({"code": [None], "date": ["x"], "age": ["y"], "regime": ["z"], "quantity": ["-1"]})
    [row] = book.price_table(table.cast(pa.schema([(n, pa.string()) for n in table.column_names]))).to_pylist()
    assert row["invalid"].split(",") == ["code", "date", "quantity", "age", "regime"]


@pytest.mark.parametrize("acts", [None, 3, [{"code": "565014"}], {"code": ["565014"]}])
def test_what_holds_no_acts_is_refused(acts: object, book: bareme.Book) -> None:
    with pytest.raises(InputError, match=r"acts are given as .*; give a pyarrow, pandas, polars or Ibis table"):
        book.price_table(acts)


def test_a_frame_that_is_no_table_is_refused(book: bareme.Book) -> None:
    pandas = pytest.importorskip("pandas")
    with pytest.raises(InputError, match=r"acts are given as Series"):
        book.price_table(pandas.Series(["565014"]))
    with pytest.raises(InputError, match=r"cannot be read as a table: .*Conversion failed for column code"):
        book.price_table(pandas.DataFrame({"code": ["565014", 3], "date": ["2026-03-01", None]}))


def test_a_column_that_holds_no_values_is_refused(book: bareme.Book) -> None:
    with pytest.raises(InputError, match=r"the column 'code' holds struct"):
        book.price_table(pa.table({"code": [{"a": 1}], "date": ["2025-05-05"]}))


def test_text_that_is_no_text_is_refused_and_the_book_answers_on(book: bareme.Book) -> None:
    offsets, content = pa.array([0, 6], pa.int32()).buffers()[1], pa.py_buffer(b"5650\xff4")
    broken = pa.StringArray.from_buffers(1, offsets, content)
    with pytest.raises(InputError, match=r"cannot be read as a table: .*UTF8"):
        book.price_table(pa.table({"code": broken, "date": ["2026-03-01"]}))
    [row] = book.price_table(pa.table({"code": ["565025"], "date": ["2026-03-01"]})).to_pylist()
    assert row["outcome"] == "priced"


def test_no_acts_give_no_prices(book: bareme.Book) -> None:
    priced = book.price_table(as_read().slice(0, 0))
    assert priced.num_rows == 0
    assert priced.column_names == [*as_read().column_names, *OUTPUT_COLUMNS]


def test_acts_are_priced_as_known_on_a_day_and_recorded_at_a_moment(book: bareme.Book) -> None:
    acts = pa.table({"code": ["565014"], "date": ["2026-03-01"], "regime": ["ordinary"]})
    [row] = book.price_table(acts, as_known_on="2025-12-01").to_pylist()
    assert (row["fee"], row["certainty"], row["circular"]) == (Decimal("363.43"), "last_known", "2024/382")
    [row] = book.price_table(acts, as_recorded_at="2020-01-01").to_pylist()
    assert row["outcome"] == "unknown_code"

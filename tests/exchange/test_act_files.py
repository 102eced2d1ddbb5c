"""Files of acts: CSV and Parquet in and out, other columns unharmed, the file whole or not there."""

from __future__ import annotations

import csv
import datetime as dt
import io
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

import bareme
from bareme.errors import InputError
from bareme.pricing.columns import CENTS, OUTPUT_COLUMNS, TOTALS
from running import REPOSITORY, bareme_here, environment

ACTS = REPOSITORY / "examples" / "acts.csv"
HEADER = list(OUTPUT_COLUMNS)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bareme.Book:
    """The shipped book, for tests that write nothing into it: its price table is built once for all of them."""
    return bareme.open_book(tmp_path_factory.mktemp("books") / "none.sqlite")


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))


def test_a_csv_comes_back_line_by_line_with_the_answers_after_its_own_columns(
    book: bareme.Book, tmp_path: Path
) -> None:
    done = book.price_file(ACTS, tmp_path / "out.csv")
    given, found = rows_of(ACTS), rows_of(tmp_path / "out.csv")
    assert found[0] == given[0] + HEADER
    assert [row[: len(given[0])] for row in found] == given
    assert done.lines == len(given) - 1
    outcomes = [row[len(given[0])] for row in found[1:]]
    assert done.outcomes == {name: outcomes.count(name) for name in done.outcomes}
    assert sum(done.outcomes.values()) == done.lines
    assert done.book == book.hash
    first = dict(zip(found[0], found[1], strict=True))
    assert [first[name] for name in (*CENTS, "total_fee")] == ["363.43", "354.75", "8.68", "363.43"]


def test_bytes_that_editors_put_in_a_csv_do_no_harm(book: bareme.Book, tmp_path: Path) -> None:
    plain = "code,date,regime,note\n565014,2026-03-01,ordinary,été\n"
    variants = {
        "mark.csv": b"\xef\xbb\xbf" + plain.encode(),
        "crlf.csv": plain.replace("\n", "\r\n").encode(),
        "quoted.csv": b'"code","date","regime","note"\n"565014","2026-03-01","ordinary","\xc3\xa9t\xc3\xa9"\n',
        "open-end.csv": plain.rstrip("\n").encode(),
        "blank-lines.csv": plain.replace("\n", "\n\n").encode(),
        "CAPITALS.CSV": plain.encode(),
    }
    (tmp_path / "plain.csv").write_text(plain, encoding="utf-8")
    book.price_file(tmp_path / "plain.csv", tmp_path / "plain.out.csv")
    expected = (tmp_path / "plain.out.csv").read_bytes()
    assert b"ordinary,\xc3\xa9t\xc3\xa9,priced,published,373.31,364.63,8.68," in expected
    for name, content in variants.items():
        (tmp_path / name).write_bytes(content)
        book.price_file(tmp_path / name, tmp_path / "out.csv", overwrite=True)
        assert (tmp_path / "out.csv").read_bytes() == expected, name


def test_other_columns_pass_through_as_they_are(book: bareme.Book, tmp_path: Path) -> None:
    notes = [
        "",
        " spaces ",
        "a,b",
        'said "no"',
        "two\nlines",
        "two\r\nlines",
        "007",
        "1e3",
        "été, ёж, 姓名",
        "'",
        "NULL",
        "=1+1",
    ]
    with (tmp_path / "acts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["first note", "code", "Patient", "date", "", "input_line"])
        writer.writerows([note, "565025", note, "2026-03-01", note, note] for note in notes)
    book.price_file(tmp_path / "acts.csv", tmp_path / "out.csv")
    header, *rows = rows_of(tmp_path / "out.csv")
    assert header == ["first note", "code", "Patient", "date", "", "input_line", *HEADER]
    assert [row[:6] for row in rows] == [[note, "565025", note, "2026-03-01", note, note] for note in notes]
    assert {row[6] for row in rows} == {"priced"}


def typed_acts() -> pa.Table:
    """A Parquet file as another program writes it: typed columns, gaps, columns of its own."""
    return pa.table(
        {
            "invoice": pa.array([7, 8, 9, None], pa.int16()),
            "code": pa.array([565014, 726530, 401435, None], pa.int32()),
            "date": pa.array([dt.date(2026, 3, 1), dt.date(2025, 5, 5), dt.date(2025, 2, 1), None], pa.date32()),
            "regime": pa.array(["ordinary", "ordinary", None, None]).dictionary_encode(),
            "age": pa.array([None, 30, None, None], pa.int8()),
            "quantity": pa.array([None, 2, 16, None], pa.int64()),
            "amount claimed": pa.array([Decimal("373.31"), None, Decimal("248.00"), None], pa.decimal128(10, 2)),
            "seen": pa.array([dt.datetime(2026, 3, 1, 12, 30), None, None, None], pa.timestamp("us")),
            "tags": pa.array([["a", "b"], [], None, None], pa.list_(pa.string())),
        }
    )


def test_a_parquet_file_keeps_its_columns_and_types_and_gets_exact_amounts(book: bareme.Book, tmp_path: Path) -> None:
    acts = typed_acts()
    parquet.write_table(acts, tmp_path / "acts.parquet")
    book.price_file(tmp_path / "acts.parquet", tmp_path / "out.parquet")
    out = parquet.read_table(tmp_path / "out.parquet")
    assert out.column_names == [*acts.column_names, *OUTPUT_COLUMNS]
    # A dictionary is a way of writing texts, which the result chooses for itself.
    assert out.select(acts.column_names).to_pylist() == acts.to_pylist()
    kinds = {field.name: field.type for field in acts.schema if not pa.types.is_dictionary(field.type)}
    assert {name: out.schema.field(name).type for name in kinds if name != "tags"} == {
        name: kind for name, kind in kinds.items() if name != "tags"
    }
    stored = parquet.ParquetFile(tmp_path / "out.parquet").schema_arrow
    for name in CENTS:
        assert stored.field(name).type == pa.decimal128(12, 2)
    for name in TOTALS:
        assert stored.field(name).type == pa.decimal128(18, 2)
    assert out.column("outcome").to_pylist() == ["priced", "priced", "priced", "invalid_input"]
    assert out.column("invalid").to_pylist() == ["", "", "", "code,date"]
    assert out.column("fee").to_pylist() == [Decimal("373.31"), Decimal("89.59"), Decimal("15.50"), None]
    assert out.column("patient_share").to_pylist() == [Decimal("8.68"), Decimal("11.00"), Decimal("0.00"), None]
    assert out.column("total_fee").to_pylist() == [Decimal("373.31"), Decimal("179.18"), Decimal("248.00"), None]


def test_parquet_to_csv_and_csv_to_parquet_say_the_same(book: bareme.Book, tmp_path: Path) -> None:
    book.price_file(ACTS, tmp_path / "out.csv")
    book.price_file(ACTS, tmp_path / "out.parquet")
    table = parquet.read_table(tmp_path / "out.parquet")
    header, *rows = rows_of(tmp_path / "out.csv")
    assert header == table.column_names
    texts = [["" if value is None else str(value) for value in row.values()] for row in table.to_pylist()]
    assert texts == rows
    acts = table.select(rows_of(ACTS)[0])
    parquet.write_table(acts, tmp_path / "acts.parquet")
    book.price_file(tmp_path / "acts.parquet", tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()


def test_amounts_of_a_line_without_any_are_empty_in_a_csv(book: bareme.Book, tmp_path: Path) -> None:
    (tmp_path / "acts.csv").write_text("code,date\n589794,2026-03-01\n726950,2025-05-05\n", encoding="utf-8")
    book.price_file(tmp_path / "acts.csv", tmp_path / "out.csv")
    header, none, fee_alone = rows_of(tmp_path / "out.csv")
    assert [none[header.index(name)] for name in (*CENTS, *TOTALS)] == [""] * 6
    assert [fee_alone[header.index(name)] for name in (*CENTS, *TOTALS)] == ["89.59", "", "", "89.59", "", ""]


def test_a_large_file_keeps_its_lines_and_their_order(book: bareme.Book, tmp_path: Path) -> None:
    header, *rows = rows_of(ACTS)
    many = [[*row[:-1], f"{n}"] for n, row in enumerate(rows * 800)]
    with (tmp_path / "acts.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *many])
    done = book.price_file(tmp_path / "acts.csv", tmp_path / "out.csv")
    assert done.lines == len(many) > 30_000
    _, *found = rows_of(tmp_path / "out.csv")
    assert [row[: len(header)] for row in found] == many
    once = [row[len(header) :] for row in found[: len(rows)]]
    assert [row[len(header) :] for row in found] == once * 800


def test_a_file_is_replaced_only_when_asked_for(book: bareme.Book, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("mine\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"out.csv exists; name another file, or use --overwrite"):
        book.price_file(ACTS, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "mine\n"
    book.price_file(ACTS, tmp_path / "out.csv", overwrite=True)
    assert len(rows_of(tmp_path / "out.csv")) == len(rows_of(ACTS))


def test_a_file_can_be_priced_into_its_own_place(book: bareme.Book, tmp_path: Path) -> None:
    (tmp_path / "acts.csv").write_bytes(ACTS.read_bytes())
    book.price_file(tmp_path / "acts.csv", tmp_path / "acts.csv", overwrite=True)
    assert rows_of(tmp_path / "acts.csv")[0] == rows_of(ACTS)[0] + HEADER


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize(
    "before",
    [pytest.param(None, id="new", marks=pytest.mark.slow), pytest.param(b"what was there before\n", id="replaced")],
)
def test_a_file_that_cannot_be_written_whole_is_not_written_at_all(
    suffix: str, before: bytes | None, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")
    out = tmp_path / f"out.{suffix}"
    if before is not None:
        out.write_bytes(before)
    command = [sys.executable, "-m", "bareme", "price-file", str(ACTS), str(out), "--overwrite"]
    done = subprocess.run(
        command,
        env=environment(tmp_path / "book.sqlite", PYTHONDONTWRITEBYTECODE="1"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"bareme: {out} cannot be written: ")
    assert "Traceback" not in done.stderr
    assert out.exists() == (before is not None)
    if before is not None:
        assert out.read_bytes() == before
    assert list(tmp_path.iterdir()) == ([out] if before is not None else [])


def test_strict_ends_with_one_and_the_file_is_complete_all_the_same(tmp_path: Path) -> None:
    book = tmp_path / "book.sqlite"
    plain = bareme_here("price-file", ACTS, tmp_path / "plain.csv", book=book)
    strict = bareme_here("price-file", ACTS, tmp_path / "strict.csv", "--strict", book=book)
    assert (plain.code, strict.code) == (0, 1)
    assert strict.err == "bareme: 13 lines are not priced (--strict).\n"
    assert (tmp_path / "strict.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()
    header, *rows = rows_of(tmp_path / "plain.csv")
    priced = [row[: header.index("outcome")] for row in rows if row[header.index("outcome")] == "priced"]
    text = io.StringIO()
    csv.writer(text).writerows([header[: header.index("outcome")], *priced])
    (tmp_path / "sure.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    assert bareme_here("price-file", tmp_path / "sure.csv", tmp_path / "sure.out.csv", "--strict", book=book).code == 0


@pytest.mark.parametrize("pieces", [2, 7])
def test_the_pieces_of_a_file_give_the_rows_of_the_whole(pieces: int, book: bareme.Book, tmp_path: Path) -> None:
    book.price_file(ACTS, tmp_path / "whole.csv")
    header, *rows = rows_of(ACTS)
    found = []
    for number in range(pieces):
        piece, out = tmp_path / f"{number}.csv", tmp_path / f"{number}.out.csv"
        with piece.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [header, *rows[number * len(rows) // pieces : (number + 1) * len(rows) // pieces]]
            )
        book.price_file(piece, out)
        found += rows_of(out)[1:]
    assert found == rows_of(tmp_path / "whole.csv")[1:]


def test_a_quantity_that_may_be_one_or_a_thousand_is_not_guessed(book: bareme.Book, tmp_path: Path) -> None:
    """1.000 is a thousand in Belgium and one in a program; a column of decimals leaves no doubt."""
    texts = ["1.000", "12.000", "1.0", "2.00", "3.0000", "1000", "", "0.000"]
    acts = tmp_path / "acts.csv"
    acts.write_text("code,date,regime,quantity\n" + "".join(f"565014,2026-03-01,ordinary,{x}\n" for x in texts))
    found = book.price_table(str(acts))
    assert found.column("invalid").to_pylist() == ["quantity", "quantity", "", "", "", "", "", "quantity"]
    fee = book.price("565014", "2026-03-01", regime="ordinary").fee
    assert fee is not None
    times = [None, None, 1, 2, 3, 1000, 1, None]
    assert found.column("total_fee").to_pylist() == [None if n is None else fee * n for n in times]
    quantity = pa.array([Decimal("1.000")], pa.decimal128(9, 3))
    typed = pa.table({"code": ["565014"], "date": ["2026-03-01"], "regime": ["ordinary"], "quantity": quantity})
    assert book.price_table(typed).column("total_fee").to_pylist() == [fee]

"""Results read back: every line explained to the cent, every alteration found, every change told with its reason."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import csv, parquet

import bareme
from bareme.errors import InputError
from bareme.exchange.bulk import csv_blocks, pieces
from bareme.exchange.bulk.about import sidecar
from bareme.pricing.columns import OUTPUT_COLUMNS
from running import REPOSITORY, same_as_golden, valid

TOY = REPOSITORY / "examples" / "toy"
GOLDEN = Path(__file__).parent / "golden"
RESULTS = ["out.parquet", "out.csv", pytest.param("out.csv.gz", marks=pytest.mark.slow)]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bareme.Book:
    """The shipped book, for tests that write nothing into it: its price table is built once for all of them."""
    return bareme.open_book(tmp_path_factory.mktemp("books") / "none.sqlite")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a few lines, so that a small file has many."""
    monkeypatch.setattr(pieces, "PIECE", 7)
    monkeypatch.setattr(csv_blocks, "BLOCK", 1500)


def odd_acts() -> pa.Table:
    """Columns of kinds that a file of text does not keep."""
    brussels = pa.timestamp("us", tz="Europe/Brussels")
    moments = [dt.datetime(2026, 2, 28, 23, tzinfo=dt.UTC), dt.datetime(2026, 3, 1, tzinfo=dt.UTC), None]
    return pa.table(
        {
            "code": pa.array([565014, 401376, 401391], pa.int32()),
            "date": pa.array(moments, brussels),
            "regime": pa.array(["ordinary", None, ""]).dictionary_encode(),
            "age": pa.array([Decimal("31.0"), None, Decimal("200.0")], pa.decimal128(5, 1)),
            "quantity": pa.array([2.0, 1.5, None], pa.float64()),
            "kept": pa.array([[1], [], None], pa.list_(pa.int8())),
        }
    )


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("out", RESULTS)
@pytest.mark.parametrize("given", ["acts.csv", "acts.parquet", "odd.parquet", "acts-fr.csv"])
def test_every_line_is_explained_and_verified(given: str, out: str, book: bareme.Book, tmp_path: Path) -> None:
    path = REPOSITORY / "examples" / given
    if given == "odd.parquet":
        path = tmp_path / given
        parquet.write_table(odd_acts(), path)
    elif given == "acts.parquet":
        path = tmp_path / given
        parquet.write_table(csv.read_csv(REPOSITORY / "examples" / "acts.csv"), path)
    lines = book.price_file(path, tmp_path / out, columns="fr" if "fr" in given else None).lines
    found = book.verify(tmp_path / out)
    valid(found.to_dict(), "verify-1")
    assert (found.lines, found.as_made, found.up_to_date, found.changed) == (lines, True, True, None)
    # Every line among the slow tests, some of them here.
    step = 7 if given.startswith("acts.") and out != "out.csv.gz" else 1
    for line in range(1, lines + 1, step):
        explained = book.explain_line(tmp_path / out, line)
        valid(explained.to_dict(), "explain-1")
        assert explained.differs == ()
        assert explained.explain("en")[-1] == "The line of the result says the same, to the cent."
        price = explained.price
        assert (price is None) == (explained.result["outcome"] == "invalid_input") == bool(explained.invalid)
        if price is not None:
            assert explained.result["fee"] == (None if price.fee is None else str(price.fee))
            assert explained.result["line_id"] == price.line_id


def test_an_explanation_is_that_of_the_act(book: bareme.Book, tmp_path: Path) -> None:
    book.price_file(REPOSITORY / "examples" / "acts.csv", tmp_path / "out.parquet")
    price = book.price("726530", "2025-05-05", regime="ordinary", birth_date="2001-05-06")
    explained = book.explain_line(tmp_path / "out.parquet", 27)
    assert explained.act["reference"] == "invoice-027"
    assert explained.explain("fr")[:-1] == price.explain("fr")
    assert explained.price == price


def test_a_line_with_rules_is_explained_with_them(book: bareme.Book, tmp_path: Path) -> None:
    acts = REPOSITORY / "examples" / "conventions" / "psychologist-march.csv"
    book.price_file(acts, tmp_path / "out.csv", rules=True)
    said = book.explain_line(tmp_path / "out.csv", 7)
    valid(said.to_dict(), "explain-1")
    assert said.result["payable_intervention"] == "226.40"
    assert said.explain()[-3].startswith("Group session: the patients pay 12,50 (5 of 24 or older at 2,50)")
    assert said.explain()[-2].endswith("the result has: psychology.group_session=yes.")
    book.price_file(acts, tmp_path / "plain.csv")
    assert "Group session: the patients" not in " ".join(book.explain_line(tmp_path / "plain.csv", 7).explain())


def test_what_cannot_be_used_is_said_in_words(book: bareme.Book, tmp_path: Path) -> None:
    rows = [
        "code,date,birth_date,quantity,age,regime",
        ",2026-03-01,,,,",
        "565014,2026-02-30,,,,",
        "565014,2026-03-01,2026-03-02,,,",
        "565014,2026-03-01,,0,,",
        "565014,2026-03-01,,,-3,",
        "565014,2026-03-01,2000-01-01,,40,omnio",
    ]
    (tmp_path / "acts.csv").write_text("\n".join(rows), encoding="utf-8")
    book.price_file(tmp_path / "acts.csv", tmp_path / "out.csv")
    said = [
        "\n".join(book.explain_line(tmp_path / "out.csv", line).explain(language))
        for language in ("en", "fr")
        for line in range(1, len(rows))
    ]
    same_as_golden("\n\n".join(said) + "\n", GOLDEN / "invalid.txt")


OTHER = {
    "outcome": "incomplete",
    "certainty": "projected",
    "basis": "session",
    "intervention_kind": "theoretical",
    "circular": "2024/999",
    "line_id": "2024/999:1",
    "needs": "age",
    "invalid": "age",
    "reason": "ended",
}


@pytest.fixture(scope="module")
def results(book: bareme.Book, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example acts priced, in both forms."""
    folder = tmp_path_factory.mktemp("results")
    for out in ("out.parquet", "out.csv"):
        book.price_file(REPOSITORY / "examples" / "acts.csv", folder / out)
    return folder


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("column", OUTPUT_COLUMNS)
@pytest.mark.parametrize("out", ["out.parquet", "out.csv"])
def test_a_cell_that_was_altered_is_found(
    out: str, column: str, book: bareme.Book, results: Path, tmp_path: Path
) -> None:
    place = shutil.copytree(results, tmp_path / "results") / out
    if out == "out.csv":
        # One thousandth more is another text, and would be rounded away by a program that reads cents.
        rows = [line.split(",") for line in place.read_text().splitlines()]
        number = rows[0].index(column)
        before = rows[17][number]
        rows[17][number] = OTHER.get(column) or before + "1"
        place.write_text("\n".join(map(",".join, rows)) + "\n")
    else:
        table = parquet.read_table(place)
        values = table.column(column).to_pylist()
        before = "" if values[16] is None else str(values[16])
        values[16] = OTHER.get(column) or values[16] + Decimal("0.01")
        place_of = table.column_names.index(column)
        table = table.set_column(place_of, column, pa.array(values, table.column(column).type))
        parquet.write_table(table.replace_schema_metadata(parquet.read_metadata(place).metadata), place)
    found = book.verify(place)
    assert not found.as_made
    assert (found.lines, found.altered.lines) == (43, 1)
    assert [(cell.line, cell.column, cell.now or "") for cell in found.altered.first] == [(17, column, before)]
    assert [shift.why for shift in found.altered.shifts] == ["altered"]
    explained = book.explain_line(place, 17)
    assert [differing.column for differing in explained.differs] == [column]
    assert explained.explain("en")[-1].startswith(f"The line of the result says otherwise: {column} ")


def drop(lines: list[str]) -> list[str]:
    return lines[:-2]


def double(lines: list[str]) -> list[str]:
    return [*lines, lines[-1]]


@pytest.mark.parametrize(("change", "lines"), [(drop, 41), (double, 44)])
def test_lines_that_were_taken_away_or_added_are_missed(
    change: Callable[[list[str]], list[str]], lines: int, book: bareme.Book, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    book.price_file(REPOSITORY / "examples" / "acts.csv", out)
    out.write_text("\n".join(change(out.read_text().splitlines())) + "\n")
    found = book.verify(out)
    assert (found.lines, found.made.lines, found.altered.lines, found.as_made) == (lines, 43, 0, False)
    if lines < 43:
        with pytest.raises(InputError, match=r"out.csv was cut: it has no line 43, of 43 that it was made with"):
            book.explain_line(out, 43)


TOY_ACTS = """code,date,regime,quantity
990010,2023-05-01,ordinary,1
990010,2024-05-01,ordinary,2
990010,2024-05-01,,1
990021,2024-05-02,ordinary,1
990032,2024-05-03,ordinary,1
990032,2022-05-03,ordinary,1
990060,2024-05-03,ordinary,1
991034,2025-05-03,ordinary,1
"""


def toy(tmp_path: Path) -> bareme.Book:
    book = bareme.create_book(tmp_path / "toy.sqlite")
    book.load(TOY / "2023-900.txt")
    (tmp_path / "toy.csv").write_text(TOY_ACTS)
    return book


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("out", RESULTS)
def test_what_the_book_of_today_changes_is_told_with_its_reason(out: str, tmp_path: Path) -> None:
    """Every figure below is that of the toy circulars, added by hand."""
    book = toy(tmp_path)
    book.price_file(tmp_path / "toy.csv", tmp_path / out)
    book.load(TOY / "2024-900.txt")
    found = book.verify(tmp_path / out)
    valid(found.to_dict(), "verify-1")
    assert found.as_made
    assert found.changed is not None
    told = [
        (s.why, s.outcome_was, s.outcome_now, s.certainty_was, s.certainty_now, s.lines, s.first_line, str(s.total_fee))
        for s in found.changed.shifts
    ]
    assert told == [
        # 2 x (16.42 - 16.10) + (16.42 - 16.10) + (1231.51 - 1207.37)
        ("other_circular", "priced", "priced", "last_known", "published", 3, 2, "25.10"),
        ("other_circular", "needs_information", "needs_information", "last_known", "published", 1, 3, "0.00"),
        ("other_circular", "needs_information", "needs_information", "last_known", "last_known", 1, 8, "0.00"),
    ]
    assert [(e.circular, e.kind) for e in found.since] == [("2024/900", "circular")]


def test_what_a_corrigendum_changes(tmp_path: Path) -> None:
    book = toy(tmp_path)
    book.load(TOY / "2024-900.txt")
    book.price_file(tmp_path / "toy.csv", tmp_path / "out.csv")
    book.load(TOY / "2024-905.txt")
    found = book.verify(tmp_path / "out.csv")
    assert found.changed is not None
    # 990010 and 990021 have the coefficient 9: 3 x (18.47 - 16.42) in fees.
    assert sum(shift.total_fee for shift in found.changed.shifts) == Decimal("6.15")
    assert {(s.why, s.circular_was, s.circular_now) for s in found.changed.shifts} == {
        ("other_circular", "2024/900", "2024/905")
    }


def test_a_corrected_reading_is_told_from_another_circular(tmp_path: Path) -> None:
    book = toy(tmp_path)
    book.price_file(tmp_path / "toy.csv", tmp_path / "out.csv")
    text = (TOY / "2023-900.txt").read_text(encoding="utf-8")
    (tmp_path / "again.txt").write_text(
        text.replace("25,00\t23,50\t20,00\t1,50\t5,00", "25,10\t23,60\t20,10\t1,50\t5,00")
    )
    (tmp_path / "toy.csv").write_text("code,date,regime,age\n991034,2023-05-03,ordinary,40\n")
    book.price_file(tmp_path / "toy.csv", tmp_path / "one.csv")
    book.load(tmp_path / "again.txt", accept_findings=True)
    found = book.verify(tmp_path / "one.csv")
    assert found.changed is not None
    [shift] = found.changed.shifts
    assert (shift.why, shift.lines, shift.total_fee, shift.total_patient_share) == (
        "corrected",
        1,
        Decimal("0.10"),
        Decimal("0.00"),
    )


def test_only_the_certainty_of_a_tariff_changes(tmp_path: Path) -> None:
    """A circular of 2025 makes the tariff of 2023 a published one in 2024 too."""
    book = toy(tmp_path)
    (tmp_path / "acts.csv").write_text("code,date\n990021,2024-05-01\n")
    book.price_file(tmp_path / "acts.csv", tmp_path / "out.csv")
    text = (TOY / "2024-900.txt").read_text(encoding="utf-8")
    for old, new in (("2024/900 du 14-12-2023", "2025/900 du 14-12-2024"), ("1/01/2024", "1/01/2025")):
        text = text.replace(old, new)
    text = (
        text.replace("01-01-2024", "01-01-2025")
        .replace("janvier</sup> 2024", "2025")
        .replace("janvier 2024", "janvier 2025")
    )
    (tmp_path / "next.txt").write_text(text)
    book.load(tmp_path / "next.txt", accept_findings=True)
    found = book.verify(tmp_path / "out.csv")
    assert found.changed is not None
    assert [(s.why, s.lines, s.certainty_now, s.total_fee) for s in found.changed.shifts] == [
        ("certainty", 1, "published", Decimal(0))
    ]


def test_a_book_that_came_to_know_a_code(tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "empty.sqlite")
    (tmp_path / "toy.csv").write_text(TOY_ACTS)
    book.price_file(tmp_path / "toy.csv", tmp_path / "out.parquet")
    assert book.explain_line(tmp_path / "out.parquet", 1).result["outcome"] == "unknown_code"
    book.load(TOY / "2023-900.txt")
    found = book.verify(tmp_path / "out.parquet")
    assert found.changed is not None
    whys = {(s.why, s.outcome_now) for s in found.changed.shifts}
    assert ("tariff_now", "priced") in whys
    assert ("other_reason", "not_in_force") in whys
    assert book.explain_line(tmp_path / "out.parquet", 1).price is not None


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", ["changes.csv", "changes.parquet"])
def test_every_line_that_changes_is_written(name: str, tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "empty.sqlite")
    (tmp_path / "acts.csv").write_text("code,date\n" + "990021,2023-05-01\n565014,2023-05-01\n" * 30)
    book.price_file(tmp_path / "acts.csv", tmp_path / "out.csv")
    book.load(TOY / "2023-900.txt")
    found = book.verify(tmp_path / "out.csv", changes=tmp_path / name)
    read = parquet.read_table if name.endswith("parquet") else csv.read_csv
    table = read(tmp_path / name)
    assert found.changed is not None
    assert table.num_rows == found.changed.lines == 30
    assert table.column("line").to_pylist() == list(range(1, 61, 2))
    assert set(table.column("now_fee").to_pylist()) in ({"16.10"}, {16.1}, {Decimal("16.10")})
    assert set(table.column("why").to_pylist()) == {"tariff_now"}
    with pytest.raises(InputError, match=r"exists; name another file, or use --overwrite. Nothing was compared."):
        book.verify(tmp_path / "out.csv", changes=tmp_path / name)


def test_an_altered_line_is_not_taken_for_a_corrected_one(tmp_path: Path) -> None:
    """The act of 2023 was altered, and nothing that came since concerns it."""
    book = toy(tmp_path)
    out = tmp_path / "out.csv"
    book.price_file(tmp_path / "toy.csv", out)
    out.write_text(out.read_text().replace(",16.10,", ",99.10,", 1))
    book.load(TOY / "2024-900.txt")
    found = book.verify(out)
    assert found.changed is not None
    assert [(s.why, s.lines) for s in found.altered.shifts] == [("altered", 1)]
    assert {(s.why, s.first_line) for s in found.changed.shifts if s.first_line == 1} == {("altered", 1)}
    assert "corrected" not in {s.why for s in found.changed.shifts}


def test_changes_never_go_over_the_result(book: bareme.Book, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    book.price_file(REPOSITORY / "examples" / "acts.csv", out)
    before = out.read_bytes()
    with pytest.raises(InputError, match=r"out.csv is the result itself"):
        book.verify(out, changes=tmp_path / "." / "out.csv", overwrite=True)
    assert out.read_bytes() == before


def test_a_moment_is_written_alike_in_every_zone(
    book: bareme.Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet.write_table(odd_acts().drop_columns("kept"), tmp_path / "acts.parquet")
    for zone in ("UTC", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        bareme.open_book(tmp_path / "none.sqlite").price_file(tmp_path / "acts.parquet", tmp_path / f"{zone[:3]}.csv")
    assert (tmp_path / "UTC.csv").read_bytes() == (tmp_path / "Ame.csv").read_bytes()


def test_other_rules_are_said_and_not_taken_for_an_alteration(book: bareme.Book, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    book.price_file(REPOSITORY / "examples" / "acts.csv", out)
    about = json.loads(sidecar(out).read_text())
    sidecar(out).write_text(json.dumps(about | {"rules": "0" * 64}))
    out.write_text(out.read_text().replace(",363.43,", ",363.44,", 1))
    found = book.verify(out)
    assert {shift.why for shift in found.altered.shifts} == {"rules"}


def test_a_result_of_another_book_is_refused(book: bareme.Book, tmp_path: Path) -> None:
    book.price_file(REPOSITORY / "examples" / "acts.csv", tmp_path / "out.csv")
    other = toy(tmp_path)
    for ask in (other.verify, lambda out: other.explain_line(out, 1)):
        with pytest.raises(InputError, match=r"was made with a book whose last entry is [0-9a-f]{12}, which .*toy"):
            ask(tmp_path / "out.csv")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"columns": ["code"', '"columns": ["cod"', r"has not the columns that it was made with: column 1 is 'code'"),
        ('"types": []', '"types": ["int32"]', r"does not tell what its columns held"),
        ('"types": []', '"types": 5', r"does not tell what it was made with"),
        ('"lines": 43', '"lines": "43"', r"does not tell what it was made with"),
        ('"types": []', '"types": [1]', r"does not tell what it was made with"),
        ('"lines": 43', "", r"does not tell what it was made with"),
        ('"as_known_on": null', '"as_known_on": "soon"', r"as_known_on: 'soon' is not a date"),
    ],
)
def test_a_result_whose_description_was_changed(
    old: str, new: str, message: str, book: bareme.Book, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    book.price_file(REPOSITORY / "examples" / "acts.csv", out)
    text = sidecar(out).read_text()
    assert old in text
    sidecar(out).write_text(text.replace(old, new))
    with pytest.raises(InputError, match=message):
        book.verify(out)


def test_lines_that_are_not_there(book: bareme.Book, tmp_path: Path) -> None:
    book.price_file(REPOSITORY / "examples" / "acts.csv", tmp_path / "out.csv")
    for line in (0, 44, -1):
        with pytest.raises(InputError, match=rf"out.csv has lines 1 to 43; line {line} is none of them"):
            book.explain_line(tmp_path / "out.csv", line)


def test_amounts_that_are_no_decimals_any_more(book: bareme.Book, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    book.price_file(REPOSITORY / "examples" / "acts.csv", out)
    table = parquet.read_table(out)
    place = table.column_names.index("fee")
    table = table.set_column(place, "fee", table.column("fee").cast(pa.float64()))
    parquet.write_table(table.replace_schema_metadata(parquet.read_metadata(out).metadata), out)
    with pytest.raises(InputError, match=r"was changed: its column fee holds double, and no decimals of two places"):
        book.verify(out)


def test_an_empty_result(book: bareme.Book, tmp_path: Path) -> None:
    (tmp_path / "acts.csv").write_text("code,date\n")
    for out in ("out.csv", "out.parquet"):
        book.price_file(tmp_path / "acts.csv", tmp_path / out)
        assert book.verify(tmp_path / out).up_to_date
        with pytest.raises(InputError, match=r"has no lines"):
            book.explain_line(tmp_path / out, 1)

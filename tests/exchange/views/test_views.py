"""The views hold what the circulars say: every line once, every figure exact, as a table made by other means has it."""

from __future__ import annotations

import csv
import sqlite3
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bareme
from bareme import Book
from bareme.book.timeline import publications_of
from bareme.errors import BookError
from bareme.exchange.views.declared import declared_views
from bareme.exchange.views.querying import views_named
from bareme.exchange.views.tables import State, table_of
from bareme.pricing.price import Price
from invented import IN_MEMORY, Invented, amount, line, record
from random_books import RandomBook, books
from running import REPOSITORY

PUBLISHED = REPOSITORY / "tests" / "data" / "published.csv"
TOY = REPOSITORY / "examples" / "toy"
EVERY_SITUATION = """
    SELECT a.circular, table_number AS table, row_number AS row, ambulatory_code, hospital_code, letter,
           value AS letter_value, coefficient, fee, setting, regime, age_from, age_to, intervention, patient_share,
           basis, intervention_kind, label
    FROM amounts AS a JOIN lines USING (circular, line)
    LEFT JOIN terms AS t ON t.circular = a.circular AND t.line = a.line
"""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return bareme.open_book(tmp_path_factory.mktemp("shipped") / "none.sqlite")


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Book:
    book = bareme.create_book(tmp_path_factory.mktemp("toys") / "toy.sqlite")
    for name in ("2023-900", "2024-900", "2024-905"):
        book.load(TOY / f"{name}.txt", author="clerk")
    return book


def published() -> list[dict[str, str]]:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """A row as texts, numbers without the zeros that a column adds."""
    texts = {}
    for name, value in row.items():
        text = "" if value is None else str(value)
        number = name in ("letter_value", "coefficient", "fee", "intervention", "patient_share") and text != ""
        texts[name] = str(Decimal(text).normalize()) if number else text
    return tuple(sorted(texts.items()))


def test_every_situation_is_that_of_the_independent_table(shipped: Book) -> None:
    found = shipped.sql(EVERY_SITUATION).to_pylist()
    assert len(found) == 770
    expected = [{name: row[name] for name in found[0]} for row in published()]
    assert Counter(map(plain, found)) == Counter(map(plain, expected))


def test_sums_are_those_of_the_independent_table(shipped: Book) -> None:
    fees: dict[tuple[str, str, str], tuple[str, Decimal]] = {}
    paid: Counter[str] = Counter()
    for row in published():
        fees[row["circular"], row["table"], row["row"]] = (row["circular"], Decimal(row["fee"] or 0))
        paid[row["circular"]] += int(Decimal(row["intervention"] or 0) * 100)
    sums = {number: sum(fee for circular, fee in fees.values() if circular == number) for number in paid}
    found = shipped.sql("SELECT circular, sum(fee) FROM lines GROUP BY circular").to_pydict()
    assert dict(zip(*found.values(), strict=True)) == sums
    found = shipped.sql("SELECT circular, sum(intervention) FROM amounts GROUP BY circular").to_pydict()
    assert dict(zip(*found.values(), strict=True)) == {n: Decimal(cents) / 100 for n, cents in paid.items()}


def test_the_fee_of_an_analysis_through_time(shipped: Book) -> None:
    found = shipped.sql(
        "SELECT effective_from, effective_until, published_until, fee, label, h.line_id "
        "FROM history AS h JOIN lines USING (circular, line) WHERE code = '565014'"
    )
    assert found.schema.field("fee").type == pa.decimal128(12, 2)
    assert [tuple(row.values()) for row in found.to_pylist()] == [
        (date(2025, 1, 1), date(2026, 1, 1), date(2026, 12, 31), Decimal("363.43"), None, "2024/382:565014"),
        (date(2026, 1, 1), None, date(2026, 12, 31), Decimal("373.31"), None, "2025/336:565014"),
    ]


def test_fees_follow_from_their_terms_exactly(shipped: Book) -> None:
    found = shipped.sql(
        "SELECT t.line_id, fee, round(sum(coefficient * value), 2) AS computed FROM terms AS t "
        "JOIN lines USING (circular, line) GROUP BY ALL HAVING fee <> computed ORDER BY t.line_id"
    )
    assert not pa.types.is_floating(found.schema.field("computed").type)
    assert [tuple(row.values()) for row in found.to_pylist()] == [
        ("2024/382:589750", Decimal("291.11"), Decimal("291.12")),
        ("2024/382:589772", Decimal("793.18"), Decimal("793.17")),
        ("2025/336:589750", Decimal("299.03"), Decimal("299.04")),
        ("2025/336:589772", Decimal("814.76"), Decimal("814.74")),
    ]


def test_what_is_not_published_is_null_and_said(shipped: Book) -> None:
    found = shipped.sql(
        "SELECT count(*), count(intervention), min(not_published), count(DISTINCT circular) FROM amounts "
        "WHERE not_published IS NOT NULL AND setting = 'hospital' AND regime = 'ordinary'"
    )
    assert list(found.to_pylist()[0].values()) == [42, 0, "intervention,patient_share", 1]


def test_the_source_of_a_figure(shipped: Book) -> None:
    found = shipped.sql(
        "SELECT figure, position, quantity, derived, table_number, row_number, cell_number, text FROM sources "
        "WHERE line_id = '2025/336:565014' AND (figure IN ('fee', 'value', 'coefficient') OR position = 2)"
    ).to_pylist()
    rows = {(row.pop("figure"), row.pop("position")): tuple(row.values()) for row in found}
    assert rows == {
        ("fee", None): (Decimal("373.310000"), False, 1, 1, 5, "373,31"),
        ("value", 1): (Decimal("1.291737"), False, 1, 1, 1, "1,291737"),
        ("coefficient", 1): (Decimal("289.000000"), False, 1, 1, 4, "289"),
        ("intervention", 2): (Decimal("364.630000"), False, 1, 1, 7, "<b>364,63</b>"),
        ("patient_share", 2): (Decimal("8.680000"), True, 1, 1, None, None),
    }


def test_every_figure_has_a_source(shipped: Book) -> None:
    kinds = {
        "fee": "SELECT count(fee) FROM lines",
        "value": "SELECT count(value) FROM terms",
        "coefficient": "SELECT count(coefficient) FROM terms",
        "intervention": "SELECT count(intervention) FROM amounts",
        "patient_share": "SELECT count(patient_share) FROM amounts",
    }
    for figure, query in kinds.items():
        [found] = shipped.sql(
            f"SELECT count(*) AS n, ({query}) AS m FROM sources WHERE figure = '{figure}'"
        ).to_pylist()
        assert found["n"] == found["m"] > 0, figure
    off = (
        "SELECT count(*) AS n FROM sources AS s JOIN amounts AS a USING (circular, line, position) WHERE quantity IS "
        "DISTINCT FROM CASE figure WHEN 'intervention' THEN intervention WHEN 'patient_share' THEN patient_share "
        "ELSE quantity END"
    )
    assert shipped.sql(off).to_pylist() == [{"n": 0}]


def test_a_workbook_gives_sheet_and_cell(tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite")
    shipped = bareme.open_book(tmp_path / "none.sqlite")
    (tmp_path / "401.xlsx").write_bytes(shipped.draft("2024/401", "xlsx"))
    book.load(tmp_path / "401.xlsx", accept_findings=True)
    found = book.sql("SELECT DISTINCT sheet IS NULL, ref IS NULL, page FROM sources WHERE NOT derived").to_pylist()
    assert [list(row.values()) for row in found] == [[False, False, None]]
    (tmp_path / "401.pdf").write_bytes(shipped.draft("2024/401", "pdf"))
    other = bareme.create_book(tmp_path / "other.sqlite")
    other.load(tmp_path / "401.pdf", accept_findings=True)
    [found] = other.sql(
        "SELECT min(page) AS page, bool_and(box_left < box_right AND box_bottom < box_top) AS boxes FROM sources "
        "WHERE NOT derived"
    ).to_pylist()
    assert found == {"page": 1, "boxes": True}


def test_measures_findings_footnotes_and_circulars(shipped: Book) -> None:
    measures = shipped.sql("SELECT kind, rate, amount, codes, letter FROM measures WHERE circular = '2025/336'")
    assert [tuple(row.values()) for row in measures.to_pylist()] == [
        ("index", Decimal("2.720000"), None, None, None),
        ("fee_of_coefficient", None, None, "565493-565504,565552-565563", "N"),
        ("letter_value_by_rate", Decimal("-10.000000"), None, "589676-589680,589890-589901", None),
        ("fee_by_amount", None, Decimal("-400.00"), "589551-589562", None),
    ]
    counted = shipped.sql("SELECT circular, severity, count(*)::INTEGER AS n FROM findings GROUP BY ALL").to_pylist()
    told = {(c.number, severity): n for c in shipped.circulars() for severity, n in c.findings.items() if n}
    assert {(row["circular"], row["severity"]): row["n"] for row in counted} == told
    marks = shipped.sql("SELECT line_id, mark FROM footnotes WHERE circular = '2025/336'").to_pylist()
    assert marks == [{"line_id": "2025/336:589794", "mark": "(*)"}]
    held = shipped.sql(
        "SELECT number, series, kind, title, issued_on, effective_from, known_from, lines FROM circulars"
    )
    names = ("number", "series", "kind", "title", "issued_on", "effective_from", "known_from", "lines")
    assert [[str(value) for value in row.values()] for row in held.to_pylist()] == [
        [str(getattr(circular, name)) for name in names] for circular in shipped.circulars()
    ]
    reserved = shipped.sql("SELECT number FROM circulars WHERE reservation").column("number").to_pylist()
    assert reserved == ["2024/356", "2024/382", "2024/401"]


def test_the_views_are_those_of_the_state_that_is_asked_for(shipped: Book, toys: Book) -> None:
    fee = "SELECT fee FROM history JOIN lines USING (circular, line) WHERE code = '565014' AND effective_until IS NULL"
    assert shipped.sql(fee).to_pylist() == [{"fee": Decimal("373.31")}]
    assert shipped.sql(fee, as_known_on="2025-12-01").to_pylist() == [{"fee": Decimal("363.43")}]
    assert shipped.sql(fee, as_recorded_at="2026-11-22").to_pylist() == []
    [about] = shipped.sql("FROM about", as_known_on="2025-12-01").to_pylist()
    assert (about["book_hash"], about["bareme_version"]) == (shipped.hash, bareme.__version__)
    assert (about["as_known_on"], about["as_recorded_at"]) == (date(2025, 12, 1), None)
    query = "SELECT number FROM circulars WHERE kind = 'corrigendum'"
    assert toys.sql(query).to_pylist() == [{"number": "2024/905"}]
    assert toys.sql(query, as_known_on="2024-01-31").num_rows == 0
    corrected = "SELECT circular FROM history WHERE code = '990010' ORDER BY effective_from"
    assert toys.sql(corrected).column("circular").to_pylist() == ["2023/900", "2024/905"]


def test_an_empty_book_has_every_view_with_its_types(tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite")
    for view in declared_views().values():
        found = book.sql(f"SELECT * FROM {view.name}")
        assert found.column_names == [column.name for column in view.columns]
        assert found.num_rows == (1 if view.name == "about" else 0)


@pytest.mark.parametrize("name", list(declared_views()))
def test_a_view_has_the_declared_columns_and_no_floats(name: str, shipped: Book) -> None:
    view = declared_views()[name]
    # Each name stands alone, without quotation marks: none is a reserved word, in DuckDB or in SQLite.
    found = shipped.sql(f"SELECT {', '.join(column.name for column in view.columns)} FROM {name}")
    assert found.schema.names == view.arrow_schema().names
    assert [str(kind) for kind in found.schema.types] == [str(kind) for kind in view.arrow_schema().types]
    assert not any(pa.types.is_floating(kind) for kind in found.schema.types)
    described = shipped.sql(f"DESCRIBE {name}").to_pylist()
    told = [column.to_dict() for column in view.columns]
    assert [(row["column_name"], row["column_type"]) for row in described] == [(c["column"], c["type"]) for c in told]
    columns = ", ".join(column.sqlite_name for column in view.columns)
    with sqlite3.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE {name} ({columns})")
        connection.execute(f"SELECT {columns} FROM {name}")
    connection.close()


def test_the_same_book_gives_the_same_rows(shipped: Book) -> None:
    again = bareme.open_book(shipped.path)
    for name in declared_views():
        assert shipped.sql(f"FROM {name}").equals(again.sql(f"FROM {name}"))


def test_only_the_views_that_are_named_are_made() -> None:
    assert views_named("select Fee from LINES") == ["lines"]
    assert views_named('SELECT * FROM "prices" p, history') == ["history", "prices"]
    assert views_named("SHOW TABLES") == list(declared_views())
    assert views_named("SELECT count(*) FROM query_table('li' || 'nes'), terms") == list(declared_views())


def test_a_number_with_too_many_decimals_is_said_and_not_rounded(tmp_path: Path) -> None:
    odd = line("990010", None, "16.10", amount("16.10", "0.00"), terms=[term("8.12345678")])
    circular = Invented("2023/100", "2022-12-15", "2023-01-01", (odd,), series="toy/acts/1")
    book = record(tmp_path / "book.sqlite", [circular])
    with pytest.raises(BookError, match=r"8\.12345678 in the view terms has more digits than the column coefficient"):
        book.sql("SELECT * FROM terms")
    assert book.sql("SELECT fee FROM lines").to_pylist() == [{"fee": Decimal("16.10")}]


def term(coefficient: str) -> dict[str, Any]:
    return {"letter": "X", "coefficient": coefficient, "value": "2.012275"}


def rows_for(rows: list[dict[str, Any]], asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `prices` that hold for an act: one, if the view is what it says."""
    counting = {fact.split("=")[0] for row in rows if row["facts"] for fact in row["facts"].split(",")}
    facts = ",".join(f"{name}={asked['facts'][name]}" for name in sorted(counting) if asked["facts"].get(name))
    day = min(asked["on"], date(9999, 12, 30))
    age = -1 if asked["age"] is None else asked["age"]
    by_regime = any(row["regime"] for row in rows)
    return [
        row
        for row in rows
        if row["code"] == asked["code"]
        and row["regime"] == (asked["regime"] if by_regime else None)
        and (row["facts"] or "") == facts
        and row["age_from"] <= age < row["age_to"]
        and row["valid_from"] <= day < row["valid_until"]
    ]


def same(row: Mapping[str, Any], price: Price) -> None:
    assert (row["outcome"], row["certainty"]) == (price.outcome, price.certainty)
    assert [row[name] for name in ("fee", "intervention", "patient_share")] == [
        price.fee,
        price.intervention,
        price.patient_share,
    ]
    assert (row["basis"], row["intervention_kind"]) == (price.basis, price.intervention_kind)
    assert (row["needs"] or "") == ",".join(price.needs)
    assert (row["not_published"] or "") == ",".join(price.not_published)
    assert (row["circular"], row["line_id"]) == (price.circular, price.line_id)
    assert row["reason"] == price.reason_code


@pytest.fixture(scope="module")
def price_rows(shipped: Book) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = shipped.sql("FROM prices").to_pylist()
    return rows


def test_a_random_act_costs_what_the_view_says(shipped: Book, price_rows: list[dict[str, Any]]) -> None:
    codes = sorted({row["code"] for row in price_rows})
    days = st.one_of(st.dates(date(2024, 6, 1), date(2028, 1, 1)), st.dates())
    shipped.price_table(pa.table({"code": codes, "date": ["2026-01-01"] * len(codes)}))

    @settings(max_examples=200, deadline=None)
    @given(
        code=st.sampled_from(codes),
        on=days,
        regime=st.sampled_from([None, "ordinary", "preferential"]),
        age=st.none() | st.integers(0, 150),
    )
    def holds(code: str, on: date, regime: str | None, age: int | None) -> None:
        [row] = rows_for(price_rows, {"code": code, "on": on, "regime": regime, "age": age, "facts": {}})
        same(row, shipped.price(code, on, regime=regime, age=age))

    holds()


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(books(acts=10))
def test_random_books_are_told_whole(made: RandomBook) -> None:
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        book = record(Path(folder, "book.sqlite"), made.circulars)
        every_line_once(book, made.known_on)
        rows = book.sql("FROM prices", as_known_on=made.known_on).to_pylist()
        held = {row["code"] for row in rows}
        for act in made.acts:
            if act.code in held:
                asked = {"code": act.code, "on": act.on, "regime": act.regime, "age": act.years, "facts": act.facts}
                [row] = rows_for(rows, asked)
                same(row, book.price(**act.for_book(), as_known_on=made.known_on))


def every_line_once(book: Book, known: date | None) -> None:
    """Each line of each circular that is known stands once in `lines`, with its amounts in `amounts`."""
    found = book.sql("SELECT circular, line, fee FROM lines", as_known_on=known).to_pylist()
    lines, amounts = [], Counter[tuple[str, int]]()
    for publication in publications_of(book.entries(), known):
        for number, held in enumerate(publication.reading.lines, start=1):
            lines.append((publication.number, number, held.fee and held.fee.amount))
            amounts[publication.number, number] = len(held.amounts)
    assert [tuple(row.values()) for row in found] == lines
    found = book.sql("SELECT circular, line FROM amounts", as_known_on=known).to_pylist()
    assert Counter((row["circular"], row["line"]) for row in found) == +amounts


def test_history_is_what_show_tells(shipped: Book) -> None:
    rows = shipped.sql("FROM history").to_pylist()
    for code in ("565014", "565025", "726530", "401376", "589794"):
        told = [
            (period.effective_from, period.until, period.last_published, period.circular, name, doubtful)
            for period in shipped.show(code).periods
            for name, doubtful in zip(period.line_ids, period.doubtful, strict=True)
        ]
        names = ("effective_from", "effective_until", "published_until", "circular", "line_id", "doubtful")
        assert [tuple(row[name] for name in names) for row in rows if row["code"] == code] == told
    assert rows == sorted(rows, key=lambda row: (row["code"], row["effective_from"]))


def test_the_days_of_prices_are_half_open(shipped: Book) -> None:
    rows = shipped.sql(
        "SELECT valid_from, valid_until, certainty, fee FROM prices WHERE code = '565025' AND regime = 'ordinary'"
    ).to_pylist()
    assert [row["valid_from"] for row in rows[1:]] == [row["valid_until"] for row in rows[:-1]]
    assert (rows[0]["valid_from"], rows[-1]["valid_until"]) == (date(1, 1, 1), date(9999, 12, 31))
    new_year = [row for row in rows if row["valid_from"] <= date(2026, 1, 1) < row["valid_until"]]
    assert [(row["certainty"], row["fee"]) for row in new_year] == [("published", Decimal("373.31"))]
    day_before = date(2026, 1, 1) - timedelta(days=1)
    assert [row["fee"] for row in rows if row["valid_from"] <= day_before < row["valid_until"]] == [Decimal("363.43")]


def test_a_table_of_each_view_has_as_many_values_as_columns(shipped: Book) -> None:
    state: State = shipped._state(None, None)
    for name, view in declared_views().items():
        assert table_of(name, state).schema.equals(view.arrow_schema())

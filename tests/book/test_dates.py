"""The three dates: in force from, known from, recorded at; and that the order of loading changes no price."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bareme
from bareme import Book, Outcome, Reading
from bareme.book.prices import build_prices
from bareme.book.timeline import publications_of, timeline_of
from invented import IN_MEMORY, Asked, Invented, amount, line, load, record
from random_books import ISSUED, RandomBook, books, examples

EXAMPLES = Path(__file__).parents[2] / "examples"
TOY = [EXAMPLES / "toy" / f"{name}.txt" for name in ("2023-900", "2024-900", "2024-905")]
FEW = settings(
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=examples(8),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def answers(book: Book, acts: Sequence[Asked], **when: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = book.price_table(pa.Table.from_pylist([a.row() for a in acts]), **when).to_pylist()
    return found


@FEW
@given(books(acts=30), st.data())
def test_what_is_loaded_later_never_changes_what_was_recorded(made: RandomBook, data: st.DataObject) -> None:
    """At every moment the book answers as the book that held the entries of that moment, for good."""
    cut = data.draw(st.integers(1, len(made.circulars)))
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        book = record(Path(folder, "book.sqlite"), made.circulars[:cut])
        moment = book.entries()[-1].recorded_at
        before = answers(book, made.acts, as_known_on=made.known_on)
        for circular in made.circulars[cut:]:
            book = load(book, circular)
        assert answers(book, made.acts, as_recorded_at=moment, as_known_on=made.known_on) == before


@FEW
@given(books(acts=30), st.sampled_from(ISSUED))
def test_known_on_a_day_is_the_book_of_what_was_known_by_then(made: RandomBook, day: str) -> None:
    """Whenever it was recorded."""
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        whole = record(Path(folder, "whole.sqlite"), made.circulars)
        part = record(Path(folder, "part.sqlite"), [c for c in made.circulars if c.known <= day])
        assert answers(whole, made.acts, as_known_on=day) == answers(part, made.acts)


def test_an_old_circular_loaded_late_changes_what_was_known_and_not_what_was_recorded(tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite")
    book.load(TOY[1])
    moment = book.entries()[0].recorded_at
    asked = ("991071", "2023-06-01")

    def outcomes() -> list[Outcome]:
        known, recorded = {"as_known_on": "2023-06-01"}, {"as_recorded_at": moment}
        return [book.price(*asked, **when).outcome for when in ({}, known, recorded)]  # type: ignore[arg-type]

    assert outcomes() == [Outcome.NOT_IN_FORCE, Outcome.UNKNOWN_CODE, Outcome.NOT_IN_FORCE]
    book.load(TOY[0])
    assert outcomes() == [Outcome.PRICED, Outcome.PRICED, Outcome.NOT_IN_FORCE]


def test_the_three_dates_of_the_shipped_book(tmp_path: Path) -> None:
    """2025/336 is dated 2025-12-20: before that a 2026 act has only the tariff of 2025."""
    book = bareme.open_book(tmp_path / "none")
    found = {
        day: book.price("565014", "2026-03-01", regime="ordinary", as_known_on=day)
        for day in ("2024-12-11", "2024-12-12", "2025-12-19", "2025-12-20")
    }
    assert [(p.outcome.value, p.circular, p.certainty and p.certainty.value) for p in found.values()] == [
        ("unknown_code", None, None),
        ("priced", "2024/382", "last_known"),
        ("priced", "2024/382", "last_known"),
        ("priced", "2025/336", "published"),
    ]


def test_a_moment_is_read_as_utc_and_a_day_as_its_end(tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite")
    book.load(TOY[0])
    recorded = bareme.open_book(book.path).entries()[0].recorded_at
    first_day = recorded[:10]
    asked = ("991071", "2023-06-01")
    assert book.price(*asked, as_recorded_at=first_day).outcome is Outcome.PRICED
    assert book.price(*asked, as_recorded_at=recorded).outcome is Outcome.PRICED
    assert book.price(*asked, as_recorded_at=recorded.removesuffix("+00:00")).outcome is Outcome.PRICED
    assert book.price(*asked, as_recorded_at=f"{first_day}T00:00:00+14:00").outcome is Outcome.UNKNOWN_CODE
    assert book.price(*asked, as_recorded_at="2020-01-01").outcome is Outcome.UNKNOWN_CODE


def prices_of(readings: Sequence[Reading], path: Path) -> list[tuple[Any, ...]]:
    """The rows of the price table of a book into which these were loaded, without the entries' numbers."""
    book = bareme.create_book(path)
    for reading in readings:
        assert book.load(reading).status == "recorded"
    columns = build_prices(timeline_of(publications_of(book.entries()))).columns
    kept = [column for name, column in columns.items() if name != "entry"]
    return sorted(zip(*kept, strict=True), key=repr)


def check_orders(readings: Sequence[Reading], orders: Sequence[Sequence[int]], folder: Path) -> None:
    tables = [
        prices_of([readings[place] for place in order], folder / f"{number}.sqlite")
        for number, order in enumerate(orders)
    ]
    assert len(tables[0]) > 100
    for order, table in zip(orders, tables, strict=True):
        assert table == tables[0], order


def test_the_toy_circulars_give_one_price_table_in_every_order(tmp_path: Path) -> None:
    check_orders([bareme.read(path) for path in TOY], list(permutations(range(3))), tmp_path)


@pytest.mark.parametrize("which", ["real", pytest.param("examples", marks=pytest.mark.slow)])
def test_the_four_circulars_give_one_price_table_in_any_order(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Every circular first once and last once, and two orders more."""
    examples = sorted((EXAMPLES / "circulars").glob("*.txt"))
    paths = sorted(request.getfixturevalue("four").values()) if which == "real" else examples
    orders = [(0, 1, 2, 3), (1, 2, 3, 0), (2, 3, 0, 1), (3, 0, 1, 2), (3, 2, 1, 0), (0, 3, 1, 2)]
    check_orders([bareme.read(path) for path in paths], orders, tmp_path)


def fee(number: str, issued_on: str, effective_on: str, paid: str, **other: Any) -> Invented:
    return Invented(number, issued_on, effective_on, (line("100015", None, paid, amount(paid, "0.00")),), **other)


CORRIGENDUM: dict[str, Any] = {"kind": "corrigendum"}
HOLDING = {
    "a corrigendum of the day of its circular": (
        fee("2020/9", "2020-01-05", "2020-01-01", "9.00"),
        fee("2020/7", "2020-01-05", "2020-01-01", "7.00", **CORRIGENDUM),
    ),
    "of two circulars of one day and one effective date the one with the higher number": (
        fee("2020/9", "2020-01-05", "2020-01-01", "9.00"),
        fee("2020/10", "2020-01-05", "2020-01-01", "7.00"),
    ),
    "no corrigendum that was known before its circular": (
        fee("2020/9", "2020-01-05", "2020-01-01", "7.00"),
        fee("2020/7", "2020-01-04", "2020-01-01", "9.00", **CORRIGENDUM),
    ),
    "of two corrigenda in force the one known later, whatever their own dates": (
        fee("2020/1", "2019-12-05", "2020-01-01", "1.00"),
        fee("2020/2", "2020-01-05", "2020-03-01", "2.00", **CORRIGENDUM),
        fee("2020/3", "2020-01-06", "2020-02-01", "7.00", **CORRIGENDUM),
    ),
    "the next circular, which ends a corrigendum": (
        fee("2019/1", "2018-12-05", "2019-01-01", "1.00"),
        fee("2019/2", "2019-12-31", "2019-06-01", "2.00", **CORRIGENDUM),
        fee("2020/1", "2019-12-05", "2020-01-01", "7.00"),
    ),
}
"""What holds on 2020-05-05: the fee of 7.00."""


@pytest.mark.parametrize("circulars", HOLDING.values(), ids=HOLDING)
def test_what_holds_on_one_day_does_not_depend_on_the_order_of_loading(
    circulars: tuple[Invented, ...], tmp_path: Path
) -> None:
    for number, order in enumerate(permutations(circulars)):
        price = record(tmp_path / f"{number}.sqlite", order).price("100015", "2020-05-05")
        assert str(price.fee) == "7.00"


def test_of_two_corrections_of_one_day_the_one_recorded_last_holds(tmp_path: Path) -> None:
    for number, amounts in enumerate((("1.00", "2.00"), ("2.00", "1.00"))):
        order = [fee("2020/1", "2019-12-05", "2020-01-01", paid, known_from="2020-02-02") for paid in amounts]
        price = record(tmp_path / f"{number}.sqlite", order).price("100015", "2020-05-05")
        assert str(price.fee) == amounts[1]


def test_a_corrigendum_alone_has_no_tariff_and_breaks_nothing(tmp_path: Path) -> None:
    book = record(tmp_path / "book.sqlite", [fee("2020/2", "2020-01-05", "2020-03-01", "2.00", kind="corrigendum")])
    assert book.price("100015", "2020-05-05").reason_code == "never"
    assert book.show("100015").periods == ()
    book = load(book, fee("2020/1", "2019-12-05", "2020-01-01", "1.00"))
    assert [str(book.price("100015", on).fee) for on in ("2020-02-29", "2020-03-01")] == ["1.00", "2.00"]
    assert [(p.effective_from, p.until, p.circular) for p in book.show("100015").periods] == [
        (date(2020, 1, 1), date(2020, 3, 1), "2020/1"),
        (date(2020, 3, 1), None, "2020/2"),
    ]


def test_a_tariff_from_the_last_year_of_the_calendar(tmp_path: Path) -> None:
    book = record(tmp_path / "book.sqlite", [fee("9999/1", "2020-01-05", "9999-06-01", "2.00")])
    assert str(book.price("100015", "9999-12-31").fee) == "2.00"
    assert book.price("100015", "9999-05-31").reason_code == "before_first"

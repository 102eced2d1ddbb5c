"""What is in force on a day is the same whether the timeline tells it or the price table."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bareme
from bareme.pricing.keeping import VARIABLE
from bareme.pricing.kept import ROWS
from bareme.pricing.view import View
from invented import Invented, amount, line, record
from random_books import RandomBook, books, examples


@pytest.fixture(scope="module", autouse=True)
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tables are kept, in a folder of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(tmp_path_factory.mktemp("cache")))
        yield


def both_ways(book: bareme.Book, day: date) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """By the timeline, and by the table that is kept."""
    first = book._view(None, None)
    told = View(first._ledger, first.hash)
    told._does_without = True
    by_timeline = told.in_force(day)
    told.engine()
    assert told._kept is not None
    assert View(first._ledger, first.hash).in_force(day) == told.in_force(day)
    return by_timeline, told.in_force(day)


@settings(max_examples=examples(8), deadline=None)
@given(books(acts=0), st.dates(date(2020, 1, 1), date(2027, 12, 31)))
def test_the_timeline_and_the_table_tell_the_same(given_book: RandomBook, day: date) -> None:
    with tempfile.TemporaryDirectory() as folder:
        by_timeline, by_table = both_ways(record(Path(folder) / "book.sqlite", given_book.circulars), day)
    assert by_timeline == by_table


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2025, 12, 31), date(2026, 6, 1), date(2030, 1, 1)])
def test_of_the_shipped_book_too(day: date, tmp_path: Path) -> None:
    by_timeline, by_table = both_ways(bareme.open_book(tmp_path / "none.sqlite"), day)
    assert by_timeline == by_table
    assert any("589794" in codes for codes in by_table.values()) == (day.year >= 2025)


def test_a_code_that_two_series_give_has_no_tariff_to_start_from(tmp_path: Path) -> None:
    own, other = line("565014", None, "10.00", amount("10.00", "0.00")), line("565036", None, "5.00", amount("5.00"))
    one = Invented("2024/900", "2024-12-01", "2025-01-01", (own, other))
    two = Invented("2024/901", "2024-12-02", "2025-06-01", (own,), series="toy/acts/2")
    book = record(tmp_path / "book.sqlite", [one, two])
    for day, codes in ((date(2025, 5, 31), {"565014", "565036"}), (date(2025, 6, 1), {"565036"})):
        by_timeline, by_table = both_ways(book, day)
        assert by_timeline == by_table == {1: codes}


def test_a_damaged_table_does_not_tell_what_is_in_force(tmp_path: Path) -> None:
    own = line("565014", None, "10.00", amount("10.00", "0.00"))
    book = record(tmp_path / "book.sqlite", [Invented("2024/902", "2024-12-01", "2025-01-01", (own,))])
    by_timeline, _ = both_ways(book, date(2025, 6, 1))
    first = book._view(None, None)
    told = View(first._ledger, first.hash)
    assert told._kept is not None
    place = told._kept.place
    with closing(sqlite3.connect(place / ROWS)) as connection:
        connection.execute("UPDATE held SET bytes = substr(bytes, 1, 12) || X'00' || substr(bytes, 14)")
        connection.commit()
    again = View(first._ledger, first.hash)
    assert again._kept is not None
    assert again.in_force(date(2025, 6, 1)) == by_timeline == {1: {"565014"}}
    assert again._kept is None
    assert not place.exists()

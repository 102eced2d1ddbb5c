"""What is in force on a day is the same whether the timeline tells it or the price table."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bareme
from bareme.pricing.view import View
from invented import Invented, amount, line, record
from random_books import RandomBook, books, examples


def both_ways(book: bareme.Book, day: date) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """By the timeline, and by the price table."""
    first = book._view(None, None)
    told = View(first._ledger, first.hash)
    by_timeline = told.in_force(day)
    told.engine()
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

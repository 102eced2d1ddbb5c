"""The rows of one day are those of the whole price table that hold on it, and price acts of that day alike."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bareme
from bareme.book.prices import END, LAST, build_prices
from bareme.book.timeline import Timeline, publications_of, timeline_of
from bareme.pricing import view
from bareme.simulation.options import CostingOptions
from invented import record
from random_books import RandomBook, books, examples
from running import REPOSITORY

DAYS = st.one_of(st.dates(date(2019, 12, 1), date(2027, 12, 31)), st.sampled_from([date(1, 1, 1), LAST, END]))


def timeline(book: bareme.Book) -> Timeline:
    return timeline_of(publications_of(book.entries()))


def assert_alike(of: Timeline, on: date) -> None:
    whole, alone = build_prices(of), build_prices(of, on=on)
    assert (alone.choices, alone.years, alone.publications) == (whole.choices, whole.years, whole.publications)
    names = list(whole.columns)
    start, end = names.index("valid_from"), names.index("valid_to")
    day = min(on, LAST).isoformat()
    holding = [row for row in whole.rows() if row[start] <= day < row[end]]
    assert list(alone.rows()) == holding
    assert {row[0] for row in alone.rows()} == set(of.tenures)


@settings(max_examples=examples(10), deadline=None)
@given(books(acts=0), st.lists(DAYS, min_size=1, max_size=4))
def test_of_random_books(given_book: RandomBook, days: list[date]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        of = timeline(record(Path(folder) / "book.sqlite", given_book.circulars))
        for on in days:
            assert_alike(of, on)


@pytest.mark.parametrize("on", [date(2024, 12, 31), date(2025, 1, 1), date(2026, 3, 1), date(2030, 1, 1)])
def test_of_the_shipped_book(on: date, tmp_path: Path) -> None:
    assert_alike(timeline(bareme.open_book(tmp_path / "none.sqlite")), on)


def test_a_scenario_on_a_large_book_counts_acts_without_the_whole_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = REPOSITORY / "examples" / "scenarios" / "negotiation-2027.toml"
    acts = REPOSITORY / "examples" / "acts.csv"
    small = bareme.open_book(tmp_path / "none.sqlite").simulate(scenario, costing=CostingOptions(acts=str(acts)))
    monkeypatch.setattr(view, "FEW_CIRCULARS", 3)
    book = bareme.open_book(tmp_path / "none.sqlite")
    large = book.simulate(scenario, costing=CostingOptions(acts=str(acts)))
    assert large.to_dict() == small.to_dict()
    assert book._view(None, None)._engine is None

"""Acts that are in no sum of a budget are listed with file, line, code and why."""

from __future__ import annotations

from pathlib import Path

import pytest

import bareme
from bareme import Book
from bareme.exchange.bulk import csv_blocks
from bareme.simulation import unusable
from bareme.simulation.options import CostingOptions
from bareme.simulation.report import report_of
from costed import SCENARIO, written
from running import bareme_here, valid


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The shipped book."""
    return bareme.open_book(tmp_path_factory.mktemp("books") / "book.sqlite")


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """The scenario's file."""
    return written(tmp_path / "negotiation.toml", SCENARIO)


def test_rows_of_several_files_that_cannot_be_counted(
    book: Book, scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of the files, over the borders of pieces; where they are too many, that is said."""
    folder = tmp_path / "acts"
    folder.mkdir()
    for name, bad in (("a", (3, 7)), ("b", (2,))):
        codes = ["101015" if line in bad else "565014" for line in range(2, 10)]
        written(folder / f"{name}.csv", "code,date,regime\n" + "".join(f"{c},2025-03-01,ordinary\n" for c in codes))
    monkeypatch.setattr(csv_blocks, "BLOCK", 64)
    options = CostingOptions(acts=str(folder))
    found = book.simulate(scenario, costing=options)
    assert found.budget is not None
    rows = found.budget.unusable.rows
    assert [(row.file, row.line) for row in rows] == [("a.csv", 3), ("a.csv", 7), ("b.csv", 2)]
    valid(found.to_dict(), "simulate-1")
    [table] = [table for table in report_of(found).tables if table.name == "unusable"]
    assert [row[:2] for row in table.rows] == [("a.csv", 3), ("a.csv", 7), ("b.csv", 2)]
    monkeypatch.setattr(unusable, "MOST_ROWS", 2)
    cut = book.simulate(scenario, costing=options).budget
    assert cut is not None
    assert (cut.unusable.rows, cut.unusable.complete) == (rows[:2], False)
    monkeypatch.setattr(unusable, "MOST_ROWS", 10)
    monkeypatch.setattr(unusable, "MOST_ACTS", 8)
    looked = book.simulate(scenario, costing=options).budget
    assert looked is not None
    assert (looked.unusable.rows, looked.unusable.complete) == (rows[:2], False)
    assert looked.acts_refused == {"invalid_code": 3}


def test_where_acts_stand_that_are_in_no_sum_is_printed(scenario: Path, tmp_path: Path) -> None:
    written(tmp_path / "acts.csv", "code,date,regime\n565014,2025-03-01,ordinary\n589794,2025-03-01,ordinary\n")
    ran = bareme_here("simulate", str(scenario), "--acts", "acts.csv", book=tmp_path / "book.sqlite")
    assert "  Where they stand:\n" in ran.out
    [row] = [one for one in ran.out.splitlines() if one.startswith("acts.csv ")]
    assert row.split(maxsplit=3) == ["acts.csv", "3", "589794", "no amount (no fee printed)"]

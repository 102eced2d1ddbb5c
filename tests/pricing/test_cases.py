"""The cases that people wrote hold in the shipped book, through `book.price`."""

from __future__ import annotations

from pathlib import Path

import pytest

import bareme
from bareme import Book
from bareme.pricing.cases import read_cases, run_cases

FOLDER = Path(__file__).parents[1] / "cases"
FILES = sorted(FOLDER.glob("*.yaml"))
OUTCOMES = {*bareme.Outcome} - {bareme.Outcome.INVALID_INPUT}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The shipped book, opened once."""
    return bareme.open_book(tmp_path_factory.mktemp("none") / "none")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_case_holds(path: Path, shipped: Book) -> None:
    results = list(run_cases(path, shipped.price))
    assert len(results) >= 10
    assert [(r.number, r.differences, r.error) for r in results if not r.holds] == []


def test_the_cases_show_every_outcome_that_one_act_can_have(shipped: Book) -> None:
    found = {shipped.price(**case["act"]).outcome for path in FILES for case in read_cases(path)}
    assert found == OUTCOMES


def test_a_case_that_does_not_hold_says_what_was_expected_and_found(shipped: Book, tmp_path: Path) -> None:
    """One cent off, and one act that cannot be asked."""
    path = tmp_path / "wrong.yaml"
    path.write_text(
        """
schema: bareme/cases/1
cases:
  - act: {code: "565014", on: 2026-03-01, regime: ordinary}
    because: a cent too much on purpose
    expect: {outcome: priced, fee: "373.32", needs: []}
  - act: {code: "565014", on: 2026-03-01, regime: ordinary, age: 20, birth_date: 2000-01-01}
    because: the age and the day of birth disagree
    expect: {outcome: priced}
""",
        encoding="utf-8",
    )
    one, other = run_cases(path, shipped.price)
    assert (one.holds, one.differences, one.error) == (False, {"fee": ("373.32", "373.31")}, None)
    assert (other.holds, other.differences) == (False, {})
    assert "disagree" in str(other.error)

"""The cases that people wrote hold in the shipped book, through `book.price`."""

from __future__ import annotations

from pathlib import Path

import pytest

import bareme
from bareme.pricing.cases import run_cases

FOLDER = Path(__file__).parents[1] / "cases"
FILES = sorted(FOLDER.glob("*.yaml"))
OUTCOMES = {*bareme.Outcome} - {bareme.Outcome.INVALID_INPUT}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_case_holds(path: Path, tmp_path: Path) -> None:
    results = list(run_cases(path, bareme.open_book(tmp_path / "none").price))
    assert len(results) >= 10
    assert [(r.number, r.differences, r.error) for r in results if not r.holds] == []


def test_the_cases_show_every_outcome_that_one_act_can_have(tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "none")
    found = {book.price(**result.act).outcome for path in FILES for result in run_cases(path, book.price)}
    assert found == OUTCOMES


def test_a_case_that_does_not_hold_says_what_was_expected_and_found(tmp_path: Path) -> None:
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
    one, other = run_cases(path, bareme.open_book(tmp_path / "none").price)
    assert (one.holds, one.differences, one.error) == (False, {"fee": ("373.32", "373.31")}, None)
    assert (other.holds, other.differences) == (False, {})
    assert "disagree" in str(other.error)

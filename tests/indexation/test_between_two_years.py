"""2024/382 to 2025/336, figure by figure: what is announced, what only unrounded values explain, what has no parent."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import bareme
from bareme.audit.compared import Class, Compared, chain_of
from bareme.audit.letters import letter_values
from bareme.audit.reconcile import compare_figures
from bareme.circulars.model import Reading

EXAMPLES = Path(__file__).parents[2] / "examples" / "circulars"


@pytest.fixture(scope="module")
def years() -> tuple[Reading, Reading]:
    """The two circulars, with the official figures."""
    return bareme.read(EXAMPLES / "example-2024-382.txt"), bareme.read(EXAMPLES / "example-2025-336.txt")


@pytest.fixture(scope="module")
def compared(years: tuple[Reading, Reading]) -> list[Compared]:
    """Every figure of the later one, classed."""
    return list(compare_figures(chain_of(years)).lines)


def test_sixty_nine_letter_values_are_as_announced_and_four_within_an_unrounded_value(compared: list[Compared]) -> None:
    values = [c for c in compared if c.quantity == "letter_value"]
    assert Counter(c.klass for c in values) == {Class.AS_ANNOUNCED: 72, Class.WITHIN_UNROUNDED_VALUE: 4}
    within = {c.code for c in values if c.klass is Class.WITHIN_UNROUNDED_VALUE}
    assert within == {"565493", "565552", "589676", "589890"}
    # The 72: 69 with a letter and the index alone, two of genetic counselling, and one that the fee decides.
    assert [c.code for c in values if "rounded fee" in c.message] == ["589551"]
    assert sum(c.measure == "index" and c.code not in ("589750", "589772") for c in values) == 69


def test_the_fees_of_counselling_do_not_follow_from_their_values(compared: list[Compared]) -> None:
    odd = {
        c.code: (str(c.published), str(c.computed))
        for c in compared
        if c.quantity == "fee" and c.computed != c.published
    }
    assert odd == {"589750": ("299.03", "299.04"), "589772": ("814.76", "814.74")}


def test_what_2024_382_cuts_has_no_parent(compared: list[Compared]) -> None:
    without = [c for c in compared if c.klass is Class.NOT_COMPARABLE]
    assert len(without) == 43
    assert [c.code for c in without if c.quantity == "fee"] == ["589794"]
    assert {c.quantity for c in without} == {"fee", "intervention"}


def test_nothing_is_unexplained(compared: list[Compared]) -> None:
    assert [c for c in compared if c.klass is Class.UNEXPLAINED] == []


def test_a_changed_digit_is_unexplained(years: tuple[Reading, Reading]) -> None:
    text = (EXAMPLES / "example-2025-336.txt").read_text(encoding="utf-8").replace("0,951813", "0,951817")
    slipped = bareme.read(("slipped.txt", text.encode()))
    found = [c for c in compare_figures(chain_of([years[0], slipped])).lines if c.klass is Class.UNEXPLAINED]
    assert [(c.code, c.quantity) for c in found] == [("589573", "letter_value")]


def test_the_exact_values_behind_the_letters(years: tuple[Reading, Reading]) -> None:
    bounds = {(v.letter, str(v.value)): v.to_dict() for v in letter_values(chain_of(years))}
    assert (bounds["B", "1.257532"]["low"], bounds["B", "1.257532"]["high"]) == ("1.25753164", "1.25753173")
    assert (bounds["I", "0.942063"]["low"], bounds["I", "0.942063"]["high"]) == ("0.94206311", "0.94206337")
    counselling = bounds[None, "1.323274"]
    assert counselling["low"] is None
    assert counselling["clash"] == ["599,4 x v = 814,76 in 2025/336", "220 x v = 291,11 in 2024/382"]

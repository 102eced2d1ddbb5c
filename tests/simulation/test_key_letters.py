"""Measures of key letters: whose lines, which of several letter values, and what is said of a letter with several."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import bareme
from bareme.errors import InputError
from bareme.simulation.drafting import draft_reading
from bareme.simulation.lettering import OF_VALUES
from bareme.simulation.scenario import KINDS, KeyLetter
from bareme.simulation.warnings import warnings_of
from bareme.simulation.wording import step_words
from invented import CODES, Invented, amount, line, record
from projected import becomes, measure, of, projection_of, scenario_of

TERMS = [("X", "8", "2.936106"), ("Y", "30", "0.033039")]
"""A fee of two letters, as one was published in 2014: 8 x 2,936106 + 30 x 0,033039 = 24,48."""


def term(letter: str | None, coefficient: str, value: str) -> dict[str, Any]:
    return {"letter": letter, "coefficient": coefficient, "value": value}


def of_two_letters(folder: Path, **other: Any) -> bareme.Book:
    both = line(
        CODES[0], None, "24.48", amount("20.00", "4.48", **other), terms=[term(*one) for one in TERMS], section="1"
    )
    alone = line(CODES[2], None, "29.36", amount("29.36", "0.00"), terms=[term("X", "10", "2.936106")], section="2")
    return record(folder / "b.sqlite", [Invented("2026/1", "2025-12-01", "2026-01-01", (both, alone))])


INDEX = {"kind": "index", "rate": "10"}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        # 2,936106 x 1,1 = 3,2297166; 8 x 3,229717 + 30 x 0,033039 = 26,828906.
        ({"key_letters": ["X"]}, "3.229717 0.033039 26.83 22.35+4.48"),
        # 0,033039 x 1,1 = 0,0363429; 8 x 2,936106 + 30 x 0,036343 = 24,579138.
        ({"key_letters": ["Y"]}, "2.936106 0.036343 24.58 20.10+4.48"),
        ({"key_letters": ["X", "Y"]}, "3.229717 0.036343 26.93 22.45+4.48"),
        ({"all": True, "except_key_letters": ["Y"]}, "3.229717 0.033039 26.83 22.35+4.48"),
        ({"key_letters": ["X=2.936106"], "except_key_letters": ["X", "Y"]}, None),
    ],
)
def test_of_a_sum_of_letters_those_that_are_named_move(
    keys: dict[str, object], expected: str | None, tmp_path: Path
) -> None:
    book = of_two_letters(tmp_path)
    if expected is None:
        with pytest.raises(InputError, match="no line in force"):
            projection_of(tmp_path, measure(**INDEX, **keys), book=book)
        return
    projection = projection_of(tmp_path, measure(**INDEX, **keys), book=book)
    assert becomes(projection, CODES[0]) == expected
    values = [one.value for one in of(projection, CODES[0]).after.terms]
    assert [value is not None and value.is_derived for value in values] == ["3.2" in expected, "0.036" in expected]


def test_one_letter_after_another_is_rounded_once(tmp_path: Path) -> None:
    """All +10 %, then X -10 %: X is 2,936106 x 0,99 = 2,90674494, Y 0,033039 x 1,1; the order does not matter."""
    every, cut = measure(**INDEX, all=True), measure(kind="letter_value_by_rate", rate="-10", key_letters=["X"])
    book = of_two_letters(tmp_path)
    for order in ([every, cut], [cut, every]):
        assert becomes(projection_of(tmp_path, *order, book=book), CODES[0]).startswith("2.906745 0.036343 24.34 ")


def test_a_letter_after_a_fee_that_is_set_on_the_sum(tmp_path: Path) -> None:
    """The letter values are lost with the fee, and no index of one of them moves it; before, it is set all the same."""
    fee, index = measure(kind="fee_set", amount="30", codes=[CODES[0]]), measure(**INDEX, key_letters=["X"])
    book = of_two_letters(tmp_path)
    for order in ([fee, index], [index, fee]):
        assert becomes(projection_of(tmp_path, *order, book=book), CODES[0]) == "? ? 30.00 25.52+4.48"


def test_what_is_no_letter_value_moves_with_the_line(tmp_path: Path) -> None:
    """A fee, a share, an end are of the line: of a letter it has, but not of one that is left out."""
    book = of_two_letters(tmp_path)
    cover = measure(kind="full_cover", key_letters=["Y"])
    assert becomes(projection_of(tmp_path, cover, book=book), CODES[0]).endswith("24.48+0.00")
    left_out = measure(kind="full_cover", all=True, except_key_letters=["Y"])
    assert not projection_of(tmp_path, left_out, book=book).changed
    # A rate on the fee moves every letter value: 2,936106 x 1,1 and 0,033039 x 1,1.
    rate = measure(kind="fee_by_rate", rate="10", key_letters=["Y"])
    assert becomes(projection_of(tmp_path, rate, book=book), CODES[0]).startswith("3.229717 0.036343 26.93")
    assert set(OF_VALUES) <= set(KINDS)


def test_an_amount_that_does_not_follow_from_the_letters(tmp_path: Path) -> None:
    """What a patient of a session pays cannot be told from one letter of its fee: it is refused, and not guessed."""
    book = of_two_letters(tmp_path, basis="session")
    with pytest.raises(InputError, match=f"{CODES[0]} is a sum of several letters, and has an amount"):
        projection_of(tmp_path, measure(**INDEX, key_letters=["X"]), book=book)
    assert projection_of(tmp_path, measure(**INDEX, key_letters=["X", "Y"]), book=book).changed


def test_one_value_of_a_letter(tmp_path: Path) -> None:
    """I has nine values in 2025/336; 0,870919 is on two lines: 0,870919 x 1,1 = 0,9580109."""
    projection = projection_of(tmp_path, measure(**INDEX, key_letters=["I = 0.870919"]))
    assert {line.listed.codes[0].digits for line in projection.changed} == {"589676", "589890"}
    assert becomes(projection, "589676").startswith("0.958011 ")
    assert "key_letter_with_values" not in {finding.check for finding in warnings_of(projection)}


def test_a_letter_with_several_values_is_said(tmp_path: Path) -> None:
    projection = projection_of(tmp_path, measure(id="cut", kind="letter_value_by_rate", rate="-10", key_letters=["I"]))
    [said] = [finding for finding in warnings_of(projection) if finding.check == "key_letter_with_values"]
    assert said.message.startswith(
        "s.toml, line 5, measure cut: I has 9 values on its lines, and each moves: 0,967687 on "
    )
    assert said.message.endswith(" and 4 more; I=0.967687 names one.")
    assert len(said.values["values"].split(", ")) == 9
    assert said.values["measure"] == "cut"
    assert said.source.line == 5


def test_key_letters_narrow_another_scope(tmp_path: Path) -> None:
    projection = projection_of(tmp_path, measure(**INDEX, codes=["565014", "589072..589083"], key_letters=["B"]))
    assert projection.codes == {"565014", "565025"}
    others = projection_of(
        tmp_path, measure(kind="fee_by_rate", rate="1", key_letters=["B"]), measure(**INDEX, others=True)
    )
    assert becomes(others, "565014").split()[1] == "377.05"
    assert becomes(others, "589072").split()[1] == "425.78"


def test_key_letters_in_words_and_in_a_draft(tmp_path: Path) -> None:
    """A circular of one series announces them by the codes that have them."""
    keys = measure(**INDEX, key_letters=["B", "I=0.870919"], except_key_letters=["Q"])
    [step] = scenario_of(tmp_path, keys).steps
    assert step.letters == (KeyLetter("B"), KeyLetter("I", Decimal("0.870919")))
    assert step_words(step) == "index +10 % on all acts; key letters B, I = 0,870919 only; not key letters Q"
    [announced] = draft_reading(projection_of(tmp_path, keys)).measures
    assert announced.scope == "codes"
    held = {"-".join(code.digits for code in pair) for pair in announced.codes}
    assert {"565014-565025", "589676-589680", "589890-589901"} <= held
    assert "589072-589083" not in held

"""Point 14 of the agreement of 2020 for one act: the readings that an answer names, amounts, sentences.

Yes and no, clause by clause, stand in tests/cases/rules-agreement-2020.yaml.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareme.conventions.agreement_2020.binding import ceiling, income_above
from bareme.conventions.loading import conventions
from bareme.conventions.model import RuleAnswer, RuledAct
from bareme.nomenclature.interpretations import interpretations

AGREEMENT = conventions()["agreement_2020"]
FULL: dict[str, Any] = {
    "provider": "specialist",
    "convention_status": "full",
    "income_above_ceiling": "no",
    "optional_third_party": "no",
}
LATE: dict[str, Any] = {**FULL, "particular_requirement": "late_consultation"}
HOUSEHOLD: dict[str, Any] = {
    "provider": "specialist",
    "convention_status": "full",
    "particular_requirement": "none",
    "optional_third_party": "no",
}


def asked(code: str = "565014", on: date = date(2020, 3, 2), **inputs: Any) -> dict[str, RuleAnswer]:
    act = RuledAct(code, on, 1, inputs, Decimal("20.00"), None, None)
    return {answer.rule.partition(".")[2]: answer for answer in AGREEMENT.answers(act)}


def used(answer: RuleAnswer) -> tuple[str, ...]:
    assert answer.said is not None
    assert set(answer.said.interpretations) <= interpretations().keys()
    return answer.said.interpretations


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({**LATE, "on_call": "yes"}, ("late-consultation-either-exception",)),
        ({**LATE, "open_hours": "yes"}, ("late-consultation-either-exception",)),
        # Both are true: joined by "and" or by "or", the exception holds.
        ({**LATE, "on_call": "yes", "open_hours": "yes"}, ()),
        ({**LATE, "asked_back": "yes"}, ()),
        ({**LATE, "informed_beforehand": "no"}, ("requirement-without-notice",)),
        # One holder: the text leaves nothing open.
        ({**HOUSEHOLD, "household_income": Decimal("70000.00"), "holders": 1, "dependants": 2}, ()),
        (
            {**HOUSEHOLD, "household_income": Decimal("95000.00"), "holders": 2, "dependants": 0},
            ("income-ceiling-per-holder",),
        ),
        (
            {**HOUSEHOLD, "household_income": Decimal("95000.00"), "holders": 2, "dependants": 1},
            ("income-ceiling-per-holder", "income-supplement-per-household"),
        ),
        (
            {
                "provider": "specialist",
                "convention_status": "partial",
                "free_hours": "yes",
                "optional_third_party": "no",
            },
            ("ambulatory-code-ambulatory-patient",),
        ),
    ],
)
def test_an_answer_names_the_readings_that_it_needs(inputs: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert used(asked(**inputs)["binding"]) == expected


def test_the_ceiling_is_that_of_14_4() -> None:
    """67.636,22 with one holder; 45.090,32 for each of several; 2.253,73 for each dependant."""
    assert ceiling(1, 0) == Decimal("67636.22")
    assert ceiling(1, 2) == Decimal("72143.68")
    assert ceiling(2, 0) == Decimal("90180.64")
    assert ceiling(3, 1) == Decimal("137524.69")


@given(st.integers(1, 20), st.integers(0, 20), st.integers(0, 500_000_00))
def test_what_is_not_told_never_changes_an_answer(holders: int, dependants: int, cents: int) -> None:
    """With less told, the answer is the same or open."""
    income = Decimal(cents).scaleb(-2)
    whole = income_above(income, holders, dependants)
    assert whole is (income > ceiling(holders, dependants))
    for partly in (income_above(income, None, dependants), income_above(income, holders, None)):
        assert partly in (None, whole)


def test_what_is_missing_of_a_household_is_named() -> None:
    answer = asked(**HOUSEHOLD, household_income=Decimal("70000.00"), holders=1)["binding"]
    assert answer.missing == ("dependants",)
    assert asked(**HOUSEHOLD, holders=2)["binding"].missing == ("household_income", "dependants")
    assert asked(**HOUSEHOLD)["binding"].missing == ("income_above_ceiling",)


def test_a_household_below_the_ceiling_that_was_found_above_it_contradicts() -> None:
    answer = asked(**HOUSEHOLD, household_income=Decimal("60000.00"), income_above_ceiling="yes")["binding"]
    assert answer.contradicts == ("income_above_ceiling", "household_income")


def test_the_travel_allowance_tells_what_is_above_it() -> None:
    answer = asked(**FULL, particular_requirement="none", travel_charged=Decimal("5.00"), travel_tariff=Decimal("3.50"))
    assert answer["travel"].said is not None
    assert answer["travel"].said.amount == Decimal("1.50")
    assert answer["travel"].clause == "agreement of 2020, 14.3.1"
    assert "allowance charged, 5,00, is 1,50 above" in (AGREEMENT.sentence(answer["travel"], "en") or "")


def test_free_hours_lift_the_travel_allowance_by_a_reading() -> None:
    """14.3.2.1 excepts the hours for fees and allowances, 14.3.2.2 names fees only; income lifts either (14.4)."""
    inputs: dict[str, Any] = {**FULL, "convention_status": "partial", "particular_requirement": "none"}
    inputs |= {"travel_charged": Decimal("5.00"), "travel_tariff": Decimal("3.50")}
    answer = asked(**inputs, free_hours="yes", care_setting="ambulatory")["travel"]
    assert (answer.result.value, answer.clause) == ("yes", "agreement of 2020, 14.3.2.2")
    assert used(answer) == ("free-hours-lift-travel-allowances",)
    assert used(asked(**{**inputs, "income_above_ceiling": "yes"})["travel"]) == ()
    assert used(asked(**inputs, free_hours="no")["travel"]) == ()


def test_a_requirement_says_that_the_patient_is_told_beforehand() -> None:
    answer = asked(**LATE)["binding"]
    assert "told beforehand" in (AGREEMENT.sentence(answer, "en") or "")
    answers = asked(**LATE, informed_beforehand="no")
    for name in ("binding", "informed_beforehand"):
        assert "is not stated" in (AGREEMENT.sentence(answers[name], "en") or "")
        assert "n'est pas dit" in (AGREEMENT.sentence(answers[name], "fr") or "")
    assert answers["informed_beforehand"].clause == "agreement of 2020, 14.3.3"


def test_a_call_outside_duty_is_not_one_within_it() -> None:
    inputs: dict[str, Any] = {
        **FULL,
        "provider": "general_practitioner",
        "particular_requirement": "call_out_of_duty",
        "on_call": "yes",
    }
    assert asked(**inputs)["binding"].contradicts == ("particular_requirement", "on_call")


def test_an_act_with_neither_code_nor_setting_needs_it() -> None:
    inputs: dict[str, Any] = {"provider": "specialist", "convention_status": "partial", "free_hours": "yes"}
    assert asked("", **inputs)["binding"].missing == ("care_setting",)

"""Other clauses with figures: 3.1, 3.2, 4.2, 4.3, 5.3.1, 8, 10, 12.2. Expected figures are worked by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bareme
from bareme.conventions.agreement_2020.other_clauses.figures import before
from bareme.conventions.agreement_2020.other_clauses.revaluation import CLAUSES, ActKind
from bareme.conventions.model import Result
from bareme.errors import InputError
from running import bareme_here, valid

AGREEMENT = bareme.agreements[2020]
FIGURES = {figure.name: figure for figure in AGREEMENT.figures().figures}


# What 4.2 sets for a fee

NO_AGREEMENT = "agreement_on_this_date"
FEES = [
    # kind, day, facts, result, amount, missing
    ("oncology_surveillance", "2020-09-01", {"specialty": "haematology"}, "yes", "60.00", ()),
    ("oncology_surveillance", "2020-12-31", {"specialty": "paediatric_oncology"}, "yes", "60.00", ()),
    ("oncology_surveillance", "2020-08-31", {"specialty": "haematology"}, "no", None, ()),
    ("oncology_surveillance", "2020-09-01", {"specialty": "oncology"}, "no", None, ()),  # second phase, 2021
    ("oncology_surveillance", "2020-09-01", {"specialty": "autoimmune_diseases"}, "no", None, ()),
    ("oncology_surveillance", "2020-09-01", {"specialty": "other"}, "no", None, ()),
    ("oncology_surveillance", "2020-09-01", {}, "needs_information", None, ("specialty",)),
    ("care_planning", "2020-09-01", {"identified": True}, "yes", "58.00", ()),
    ("care_planning", "2020-08-31", {}, "no", None, ()),
    ("care_planning", "2020-09-01", {"identified": False}, "no", None, ()),
    ("care_planning", "2020-09-01", {}, "needs_information", None, ("identified",)),
    ("euthanasia", "2020-09-01", {"treating_doctor": True}, "yes", "75.00", ()),  # the day is the annex's
    ("euthanasia", "2020-08-31", {"treating_doctor": True}, "no", None, ()),
    ("euthanasia", "2020-09-01", {"treating_doctor": False}, "no", None, ()),
    ("euthanasia", "2020-10-01", {}, "needs_information", None, ("treating_doctor",)),
    ("paediatric_consultation", "2020-01-01", {"geriatrician_fee": "46.10"}, "yes", "46.10", ()),
    # 40,00 x 1,0195 = 40,78; x 1,049 = 42,77822
    ("paediatric_consultation", "2020-01-01", {"fee_before": "40.00"}, "yes", "42.78", ()),
    # The level of the geriatricians decides (4.2.1), 4,9 % is what it comes to.
    ("paediatric_consultation", "2020-05-01", {"fee_before": "40.00", "geriatrician_fee": "42.80"}, "yes", "42.80", ()),
    ("paediatric_consultation", "2020-05-01", {}, "needs_information", None, ("geriatrician_fee",)),
    ("paediatric_consultation", "2021-01-01", {"fee_before": 1}, "needs_information", None, (NO_AGREEMENT,)),
    ("euthanasia", "2019-12-31", {"treating_doctor": True}, "needs_information", None, (NO_AGREEMENT,)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "on", "facts", "result", "amount", "missing"), FEES)
def test_what_is_set_for_a_fee_on_a_day(
    kind: str, on: str, facts: dict[str, Any], result: str, amount: str | None, missing: tuple[str, ...]
) -> None:
    answer = AGREEMENT.revaluation(kind, on, **facts)
    assert (answer.result, answer.missing) == (result, missing)
    assert answer.amount == (None if amount is None else Decimal(amount))
    assert answer.clause == CLAUSES[ActKind(kind)]


def test_a_floor_is_told_from_a_fee() -> None:
    """4.2.3 says at least 58 euro, 4.2.2 says 60 euro."""
    floor = AGREEMENT.revaluation("care_planning", "2020-09-01", identified=True)
    fee = AGREEMENT.revaluation("oncology_surveillance", "2020-09-01", specialty="haematology")
    assert floor.because["en"].startswith("At least 58,00 euro")
    assert floor.because["fr"].startswith("Au moins 58,00 euros")
    assert fee.because["en"].startswith("60,00 euro")


def test_the_way_to_join_the_two_rates_is_an_interpretation() -> None:
    answer = AGREEMENT.revaluation("paediatric_consultation", "2020-01-01", fee_before="40.00")
    assert answer.interpretations == ("paediatric-revaluation-on-indexed-fee",)
    assert FIGURES["paediatric_growth"].value == Fraction("6.94555")  # 1,0195 x 1,049 = 1,0694555


def test_a_specialty_that_is_none_is_refused() -> None:
    """A word that is written otherwise is not an answer: `hematology` may well have the fee."""
    with pytest.raises(InputError, match="specialty: 'hematology' is none of haematology, paediatric_oncology, paed"):
        AGREEMENT.revaluation("oncology_surveillance", "2020-09-01", specialty="hematology")


def test_what_is_no_kind_or_no_fee_is_refused() -> None:
    with pytest.raises(InputError, match="kind: 'surgery' is none of paediatric_consultation, oncology_surveillance"):
        AGREEMENT.revaluation("surgery", "2020-09-01")
    with pytest.raises(InputError, match="fee_before: -1 is below 0"):
        AGREEMENT.revaluation("paediatric_consultation", "2020-09-01", fee_before=-1)
    with pytest.raises(InputError, match="on: 'tomorrow' is not a date"):
        AGREEMENT.revaluation("euthanasia", "tomorrow")


# Spending that gives no correction (12.2), supplements (8)


@pytest.mark.parametrize(
    ("cause", "on", "result"),
    [
        ("file_prolongation", "2020-01-01", "yes"),
        ("compulsory_third_party", "2020-12-31", "yes"),
        ("other", "2020-05-01", "no"),
        ("file_prolongation", "2021-01-01", "no"),  # not found in the period of the agreement (16.1)
        ("file_prolongation", "2019-12-31", "no"),
    ],
)
def test_extra_expense_is_excluded_from_corrections(cause: str, on: str, result: str) -> None:
    answer = AGREEMENT.correction_excluded(cause, on)
    assert (answer.result, answer.clause) == (result, "12.2")
    # "in the period" may be said of the finding or of the expense; no period matters to a cause that is not named.
    assert answer.interpretations == (() if cause == "other" else ("extra-expense-found-in-the-period",))


def test_a_cause_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="'weather' is none of file_prolongation, compulsory_third_party, other"):
        AGREEMENT.correction_excluded("weather", "2020-05-01")


@pytest.mark.parametrize(
    ("electronic", "ambulatory", "result", "missing"),
    [
        (True, True, "needs_information", ("supplements_reported_from",)),  # 8 names no day
        (False, None, "no", ()),
        (None, False, "no", ()),
        (None, True, "needs_information", ("electronic",)),
        (None, None, "needs_information", ("electronic", "ambulatory")),
    ],
)
def test_supplements_are_reported_with_electronic_invoices(
    electronic: bool | None, ambulatory: bool | None, result: str, missing: tuple[str, ...]
) -> None:
    answer = AGREEMENT.supplement_reported("2020-05-01", electronic=electronic, ambulatory=ambulatory)
    assert (answer.result, answer.missing) == (result, missing)


def test_with_a_day_that_was_supplied_supplements_are_reported_from_it() -> None:
    told = AGREEMENT.with_parameters({"other_clauses": {"supplements_reported_from": "2020-07-01"}})
    results = [
        told.supplement_reported(on, electronic=True, ambulatory=True).result for on in ("2020-06-30", "2020-07-01")
    ]
    assert results == [Result.NO, Result.YES]


@pytest.mark.parametrize("on", ["2019-12-31", "2021-01-01"])
def test_outside_the_agreement_it_says_nothing_of_supplements(on: str) -> None:
    """16.1: from 1 January to 31 December 2020."""
    told = AGREEMENT.with_parameters({"other_clauses": {"supplements_reported_from": "2019-07-01"}})
    assert told.supplement_reported(on, electronic=True, ambulatory=True).missing == (NO_AGREEMENT,)
    assert told.supplement_reported(on, electronic=False).missing == (NO_AGREEMENT,)


# Figures


@pytest.mark.parametrize(
    ("name", "clause", "value"),
    [
        ("target", "3.1", "8588807"),
        ("low_variability", "3.1", "345280"),
        ("clinical_biology", "3.2", "1398398"),
        ("imaging", "3.2", "1321624"),
        ("technical_proposals", "4.3", "10370"),
        ("physical_medicine", "4.3.8", "5000"),
        ("teledermatology", "5.3.1", "184000"),
        ("codes_960", "8", "200000"),
        ("codes_960_fees", "8", "100000"),
        ("doctors_in_difficulty", "10", "200"),
        # derived
        ("target_with_low_variability", "3.1", "8934087"),  # 8.588.807 + 345.280
        ("target_2019", "3.1", "85888070000/10247"),  # 8.588.807 / 1,0247
        ("estimates", "3.1", "858880700/103"),  # 8.588.807 / 1,03
        ("clinical_biology_2019", "3.2", "69919900/51"),  # 1.398.398 / 1,02 = 139.839.800 / 102
        ("imaging_2019", "3.2", "660812000/511"),  # 1.321.624 / 1,022 = 1.321.624.000 / 1.022
        ("target_rest", "3.1, 3.2", "5868785"),  # 8.588.807 - 2.720.022
        ("technical_acts", "4.3, 4.3.8", "5370"),  # the total of block c of the annex
        ("codes_960_other", "8", "100000"),
        ("care_planning_acts", "4.2.3", "3268500/29"),  # 6.537.000 / 58
        ("care_planning_acts_in_year", "4.2.3, annex b", "1089500/29"),  # 2.179.000 / 58
        ("euthanasia_acts", "4.2.4, annex b", "3000"),  # 225.000 / 75
    ],
)
def test_a_figure_with_its_clause(name: str, clause: str, value: str) -> None:
    assert (FIGURES[name].clause, FIGURES[name].value) == (clause, Fraction(value))


def test_derived_figures_are_marked_and_shown_so_that_none_says_too_much() -> None:
    assert not FIGURES["target"].is_derived
    assert FIGURES["clinical_biology_growth"].shown() == "2,0"
    assert FIGURES["target_2019"].is_derived
    assert FIGURES["target_2019"].working == "8.588.807 / 1,0247"
    assert FIGURES["target_2019"].shown() == "about 8.381.777"  # 8.381.777,1
    assert FIGURES["care_planning_acts"].shown() == "112.706"  # the 112.707th is no longer paid in full


def test_a_rounded_rate_bounds_the_amount_before_it() -> None:
    """2,47 % stands for anything from 2,465 up to 2,475: 8.588.807 / 1,02475 and / 1,02465."""
    figure = FIGURES["target_2019"]
    assert figure.least == 8588807 / Fraction("1.02475")
    assert figure.most == 8588807 / Fraction("1.02465")


@given(st.integers(10**5, 10**7), st.integers(0, 900))
def test_the_bounds_hold_every_amount_that_prints_the_rate(amount: int, per_mille: int) -> None:
    """An amount that grew to another one, its rate printed with one decimal, half away from zero."""
    grown = amount * (10000 + per_mille) // 10000
    tenths = (2 * 1000 * (grown - amount) + amount) // (2 * amount)
    if tenths >= 0:
        value, least, most = before(grown, Decimal(tenths).scaleb(-1))
        assert least < amount <= most
        assert least < value < most


def test_on_a_day_only_what_holds() -> None:
    """60, 58 and 75 euro are of 1 September, physical medicine too, teledermatology of 1 July (annex b)."""
    names = {on: {figure.name for figure in AGREEMENT.figures(on).figures} for on in ("2020-06-30", "2020-07-01")}
    late = {"surveillance_fee", "care_planning_fee", "euthanasia_fee", "physical_medicine"}
    late |= {"care_planning_budget", "care_planning_in_year", "euthanasia_annual"}  # annex b: both from 1 September
    late |= {"care_planning_acts", "care_planning_acts_in_year", "euthanasia_acts"}
    assert FIGURES.keys() - names["2020-06-30"] == late | {"teledermatology"}
    assert FIGURES.keys() - names["2020-07-01"] == late
    with pytest.raises(InputError, match="the agreement holds from 2020-01-01 to 2020-12-31"):
        AGREEMENT.figures("2021-01-01")


# The command line


def asked(*args: str, book: Path) -> Any:
    return bareme_here("agreement", "2020", *args, book=book / "none.sqlite")


def test_the_figures_on_the_command_line(tmp_path: Path) -> None:
    found = asked("figures", "--on", "2020-09-01", "--json", book=tmp_path).json("agreement-figures-1")
    assert found == AGREEMENT.figures("2020-09-01").to_dict()
    derived = asked("figures", "--derived", "--json", book=tmp_path).json("agreement-figures-1")
    assert {figure["derived"] for figure in derived["figures"]} == {True}
    assert "about 8.381.777" in asked("figures", book=tmp_path).out


@pytest.mark.parametrize(
    ("command", "result"),
    [
        (["revaluation", "euthanasia", "--on", "2020-09-01", "--treating-doctor", "yes"], "yes"),
        (["correction", "other", "--on", "2020-09-01"], "no"),
        (["supplement-report", "--on", "2020-09-01", "--electronic", "no"], "no"),
        (["supplement-report", "--on", "2020-09-01"], "needs_information"),
    ],
)
def test_answers_on_the_command_line(command: list[str], result: str, tmp_path: Path) -> None:
    found = asked(*command, "--json", book=tmp_path).json("agreement-answer-1")
    assert found["answer"]["result"] == result
    valid(found, "agreement-answer-1")
    assert asked(*command, "--language", "fr", book=tmp_path).out.startswith(f"{result}: ")

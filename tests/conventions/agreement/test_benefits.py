"""What doctors are paid beside fees: accreditation (6.2), social status (9, 11), the practice premium (7).

Expected figures are worked by hand from the text.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bareme
from bareme.conventions.agreement_2020.accreditation.effect import Volumes, effect, effects, total_of
from bareme.conventions.agreement_2020.social_status.benefit import trainees_cost
from bareme.conventions.model import Result
from bareme.errors import InputError
from running import REPOSITORY, Ran, bareme_here, valid

AGREEMENT = bareme.agreements[2020]
ACCREDITATION = AGREEMENT.systems["accreditation"]
EXAMPLES = REPOSITORY / "examples" / "agreement_2020"
INVENTED = EXAMPLES / "premium-invented.toml"


def asked(*args: str | Path, book: Path) -> Ran:
    return bareme_here("agreement", "2020", *args, book=book / "none.sqlite")


# Accreditation (6.2)


def test_each_flat_fee_has_50_cents_instead_of_122_on_average() -> None:
    """6.2.1: 0,50 instead of 1,22 is 0,72 less; 1.000 before 1 July and 500 since: 500 x 0,72 and 1.500 x 0,72."""
    found = AGREEMENT.accreditation(before=1000, since=500)
    assert found.answer.result is Result.YES
    assert found.answer.amount == Decimal("-360.00")
    assert found.total is not None
    assert (found.total.in_year, found.total.annual) == (Fraction(-360), Fraction(-1080))
    assert found.answer.interpretations == ("accreditation-average-for-all",)


def test_of_a_years_number_alone_six_twelfths_count_in_2020() -> None:
    """Annex: in-year is n/12 from the month of the start, 1 July: 6/12 of 1.001 flat fees, 500 1/2 x 0,72 = 360,36."""
    found = AGREEMENT.accreditation(flat_fees=1001)
    assert found.total is not None
    assert found.total.since == Fraction(1001, 2)
    assert (found.total.in_year, found.total.annual) == (Fraction("-360.36"), Fraction("-720.72"))
    assert found.answer.interpretations == ("accreditation-average-for-all", "accreditation-spread-evenly")
    assert "500 1/2" in found.answer.because["en"]


def test_the_annex_is_the_effect_of_some_fifteen_and_a_half_million_flat_fees() -> None:
    """Annex c: -11.237 thousand a year; 11.237.000 / 0,72 = 15.606.944 4/9. 15.606.945 give both printed figures."""
    assert AGREEMENT.accreditation().annex_flat_fees == 15606944 + Fraction(4, 9)
    found = AGREEMENT.accreditation(flat_fees=15606945)
    assert found.total is not None
    assert found.total.annual == Fraction("-11237000.40")
    assert found.total.in_year == Fraction("-5618500.20")  # -5.619 thousand, as printed
    assert (found.parameters["annex_in_year"], found.parameters["annex_annual"]) == (-5619, -11237)


def test_a_provider_below_the_limit_loses_nothing_and_one_above_its_own_difference() -> None:
    """6.2.1 limits: 0,45 stays 0,45; of 1,40 there remain 0,50, that is 0,90 less."""
    low = AGREEMENT.accreditation(before=0, since=100, supplement="0.45").total
    high = AGREEMENT.accreditation(before=0, since=100, supplement="1.40").total
    assert low is not None
    assert high is not None
    assert (low.in_year, high.in_year) == (Fraction(0), Fraction(-90))


@pytest.mark.parametrize(
    ("volumes", "missing", "contradicts"),
    [
        (Volumes(), ("flat_fees",), ()),
        (Volumes(before=3), ("since",), ()),
        (Volumes(since=3), ("before",), ()),
        (Volumes(flat_fees=10, since=11), (), ("flat_fees", "since")),
        (Volumes(flat_fees=10, before=4, since=5), (), ("flat_fees", "before")),
        (Volumes(flat_fees=10, before=11), (), ("flat_fees", "before")),
    ],
)
def test_without_volumes_it_needs_them(volumes: Volumes, missing: tuple[str], contradicts: tuple[str]) -> None:
    answer = AGREEMENT.accreditation(flat_fees=volumes.flat_fees, before=volumes.before, since=volumes.since).answer
    assert answer.result is Result.NEEDS_INFORMATION
    assert (answer.missing, answer.contradicts) == (missing, contradicts)


@pytest.mark.parametrize(
    ("on", "supplement", "result", "amount"),
    [
        ("2020-06-30", "1.22", "yes", "1.22"),  # the limit is of 1 July (annex c)
        ("2020-07-01", "1.22", "no", "0.50"),
        ("2020-07-01", "0.50", "yes", "0.50"),
        ("2020-12-31", "0.51", "no", "0.50"),
        ("2021-01-01", "0.51", "needs_information", None),  # the agreement ends on 2020-12-31 (16.1)
        ("2019-12-31", "0.51", "needs_information", None),
    ],
)
def test_a_supplement_on_a_day(on: str, supplement: str, result: str, amount: str | None) -> None:
    answer = AGREEMENT.accreditation_supplement(supplement, on)
    assert answer.result == result
    assert answer.amount == (None if amount is None else Decimal(amount))


COUNT = st.integers(0, 10**7)
EURO = st.one_of(st.none(), st.integers(0, 500).map(lambda cents: Decimal(cents).scaleb(-2)))


@given(st.lists(st.tuples(COUNT, COUNT, EURO), min_size=1, max_size=8))
def test_a_sector_is_the_sum_of_its_providers_in_cents(rows: list[tuple[int, int, Decimal | None]]) -> None:
    found, findings = effects(ACCREDITATION, [Volumes(None, before, since, own) for before, since, own in rows])
    lost = [max(0, (122 if own is None else int(own * 100)) - 50) for _, _, own in rows]
    total = total_of(found)
    assert findings == ()
    assert total.in_year * 100 == -sum(cents * since for cents, (_, since, _) in zip(lost, rows, strict=True))
    assert total.annual * 100 == -sum(
        cents * (before + since) for cents, (before, since, _) in zip(lost, rows, strict=True)
    )


@given(COUNT)
def test_half_of_a_years_effect_is_in_2020(flat_fees: int) -> None:
    found = effect(ACCREDITATION, Volumes(flat_fees))
    assert found.in_year * 2 == found.annual == -flat_fees * Fraction(18, 25)


def test_the_example_of_flat_fees_by_hand() -> None:
    """A: 48.000 x 0,72 and 100.000 x 0,72. B: 90.000 x 0,90, half of it in 2020. C stays below the limit."""
    found = AGREEMENT.accreditation(EXAMPLES / "flat-fees.csv")
    expected = [("-34560.00", "-72000.00"), ("-40500.00", "-81000.00"), ("0.00", "0.00")]
    assert [(each.to_dict()["in_year"], each.to_dict()["annual"]) for each in found.effects] == expected
    assert found.answer.amount == Decimal("-75060.00")
    valid(found.to_dict(), "agreement-accreditation-1")


def test_rows_that_cannot_be_used_are_findings_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "volumes.csv"
    path.write_text("provider,flat_fees,before,since\nA,100,,\nB,,10,\nC,10,,11\nD,many,,\n,1,,\n")
    ran = asked("accreditation", path, "--json", book=tmp_path)
    found = ran.json("agreement-accreditation-1")
    assert ran.code == 1
    assert [(one["check"], one["line"]) for one in found["findings"]] == [
        ("accreditation.unusable_value", 5),
        ("accreditation.value_missing", 6),
        ("accreditation.volumes_missing", 3),
        ("accreditation.volumes_contradict", 4),
    ]
    assert found["answer"]["amount"] == "-36.00"
    text = asked("accreditation", path, "--language", "fr", book=tmp_path).out
    assert "volumes.csv, line 3: B : l'effet doit savoir since (6.2.1)." in text


def test_a_provider_counts_once_and_no_supplement_is_below_zero(tmp_path: Path) -> None:
    """A has 100 flat fees: 100 x 0,72 = 72 euro a year, half of it in 2020; the second row would double it."""
    path = tmp_path / "volumes.csv"
    path.write_text("provider,flat_fees,supplement\nA,100,\nB,100,-1.00\nA,100,\n")
    found = AGREEMENT.accreditation(path)
    assert found.answer.amount == Decimal("-36.00")
    assert [(one.check, one.place.line if one.place else 0) for one in found.findings] == [
        ("accreditation.unusable_value", 3),
        ("accreditation.provider_twice", 4),
    ]
    assert "the first time on line 2" in found.findings[1].message["en"]


def test_a_supplement_that_is_not_above_the_limit_is_not_said_to_be_cut() -> None:
    answer = AGREEMENT.accreditation(before=0, since=100, supplement="0.45").answer
    assert "0,45 each is not above the limit of 0,50, so the supplements do not change" in answer.because["en"]
    assert "0,45 chacun ne dépasse pas la limite de 0,50" in answer.because["fr"]


def test_numbers_that_no_sum_holds_exactly_are_refused() -> None:
    with pytest.raises(InputError, match="of at most twelve digits"):
        AGREEMENT.accreditation(flat_fees=10**12)
    total = AGREEMENT.accreditation(flat_fees=10**12 - 1).total
    assert total is not None
    assert total.to_dict()["annual"] == "-719999999999.28"


def test_a_supplement_on_a_day_on_the_command_line(tmp_path: Path) -> None:
    ran = asked("accreditation", "--supplement", "1.22", "--on", "2020-07-01", "--json", book=tmp_path)
    assert ran.json("agreement-answer-1")["answer"]["amount"] == "0.50"
    said = asked("accreditation", "--supplement", "1.22", "--on", "2020-06-30", book=tmp_path)
    assert said.out.startswith("yes: Until 2020-07-01 the agreement names no limit")
    alone = asked("accreditation", "--flat-fees", "3", "--on", "2020-07-01", book=tmp_path)
    assert (alone.code, alone.out) == (2, "")


def test_a_file_or_numbers_not_both() -> None:
    with pytest.raises(InputError, match="either a file of volumes or numbers"):
        AGREEMENT.accreditation(EXAMPLES / "flat-fees.csv", flat_fees=3)
    with pytest.raises(InputError, match="flat_fees: -3 is not a whole number"):
        AGREEMENT.accreditation(flat_fees=-3)
    with pytest.raises(InputError, match=r"supplement: '1,22' is not an amount of euro"):
        AGREEMENT.accreditation(flat_fees=3, supplement="1,22")
    with pytest.raises(InputError, match="asked: -1 is below 0"):
        AGREEMENT.accreditation_supplement(-1, "2020-07-01")


# Social status (9, 11)

BENEFITS = [
    # adhered, threshold, amount, clause
    ("fully", "met", "5037.70", "11"),
    ("fully", "exempted", "5037.70", "11"),
    ("fully", "reduced", "2376.40", "11"),
    ("fully", "not_met", None, "11"),
    ("partially", "met", "2376.40", "11"),
    ("partially", "reduced", None, "11"),
    ("partially", "not-met", None, "11"),
    ("refused", "met", None, "11"),
    ("refused", None, None, "11"),
]


@pytest.mark.parametrize(("adhered", "threshold", "amount", "clause"), BENEFITS)
def test_the_benefit_by_adherence_and_threshold(
    adhered: str, threshold: str | None, amount: str | None, clause: str
) -> None:
    answer = AGREEMENT.benefit(adhered=adhered, threshold=threshold)
    assert answer.result == ("no" if amount is None else "yes")
    assert answer.amount == (None if amount is None else Decimal(amount))
    assert answer.clause == clause


def test_partial_adherence_with_an_exemption_is_not_in_the_text() -> None:
    """11 exempts under full adherence, and gives the partial one by the threshold: no word of both."""
    answer = AGREEMENT.benefit(adhered="partially", threshold="exempted")
    assert (answer.result, answer.missing) == (Result.NEEDS_INFORMATION, ("partial_when_exempted",))
    told = AGREEMENT.with_parameters({"social_status": {"partial_when_exempted": "2376.40"}})
    assert told.benefit(adhered="partially", threshold="exempted").amount == Decimal("2376.40")
    none = AGREEMENT.with_parameters({"social_status": {"partial_when_exempted": "0"}})
    assert none.benefit(adhered="partially", threshold="exempted").result is Result.NO


TRAINEES = [
    # number held, rules met, adhered, threshold, result, amount, missing
    (True, True, "fully", None, "yes", "6287.70", ()),
    (True, False, "fully", None, "no", None, ()),
    (True, None, "fully", None, "needs_information", None, ("rules_met",)),
    (None, True, "fully", None, "needs_information", None, ("number_held",)),
    (None, None, None, None, "needs_information", None, ("adhered", "number_held", "rules_met")),
    (True, True, "partially", None, "needs_information", None, ("trainee_when_partial",)),
    (True, True, "refused", None, "no", None, ()),
    (None, None, "refused", None, "no", None, ()),
    (False, None, "refused", None, "no", None, ()),
    # Whether the rules matter depends on the number: without it 11 gives 5.037,70 whatever they say.
    (None, False, "fully", "met", "needs_information", None, ("number_held",)),
    # Without the number on 31 December the trainee is a doctor like any other (11), without the increase of point 9.
    (False, None, "fully", "met", "yes", "5037.70", ()),
    (False, None, "fully", None, "needs_information", None, ("threshold",)),
]


@pytest.mark.parametrize(("held", "rules", "adhered", "threshold", "result", "amount", "missing"), TRAINEES)
def test_the_benefit_of_a_trainee(
    held: bool | None, rules: bool | None, adhered: str | None, threshold: str | None, result: str, amount: str | None,
    missing: tuple[str, ...],
) -> None:  # fmt: skip
    answer = AGREEMENT.benefit(trainee=True, number_held=held, rules_met=rules, adhered=adhered, threshold=threshold)
    assert (answer.result, answer.missing) == (result, missing)
    assert answer.amount == (None if amount is None else Decimal(amount))


def test_what_9_leaves_open_about_a_trainee_is_a_reading() -> None:
    """9 names the number and the rules, no adherence, and not what remains to one who does not satisfy the rules."""
    refused = AGREEMENT.benefit(trainee=True, number_held=True, rules_met=True, adhered="refused")
    assert (refused.clause, refused.interpretations) == ("9", ("trainee-must-adhere",))
    outside = AGREEMENT.benefit(trainee=True, number_held=True, rules_met=False, adhered="fully")
    assert (outside.clause, outside.interpretations) == ("9", ("trainee-outside-the-rules",))
    # Who does not hold the number is under 11, which says for whom its benefit is.
    plain = AGREEMENT.benefit(trainee=True, number_held=False, adhered="refused")
    assert (plain.clause, plain.interpretations) == ("11", ())


def test_an_amount_that_was_supplied_below_zero_is_refused() -> None:
    told = AGREEMENT.with_parameters({"social_status": {"partial_when_exempted": "-5", "trainee_when_partial": "-1"}})
    with pytest.raises(InputError, match=r"social_status\.partial_when_exempted: -5\.00 is below 0"):
        told.benefit(adhered="partially", threshold="exempted")
    with pytest.raises(InputError, match=r"social_status\.trainee_when_partial: -1\.00 is below 0"):
        told.benefit(adhered="partially", trainee=True, number_held=True, rules_met=True)


def test_the_figures_of_the_trainees_agree() -> None:
    """9: 5.037,70 + 1.250 = 6.287,70 (printed `6.287, 70`). Annex d: 8.444 x 1.250 euro = 10.555 thousand."""
    found = AGREEMENT.systems["social_status"].parameters
    assert found.euro("benefit") + found.euro("trainee_increase") == found.euro("trainee_benefit")
    assert trainees_cost(AGREEMENT.systems["social_status"]) == Decimal("10555000.00")
    assert found.thousands("trainees_cost") * 1000 == 8444 * 1250 == 10555000
    assert trainees_cost(AGREEMENT.systems["social_status"], 2) == Decimal("2500.00")


def test_who_holds_the_number_of_a_trainee_is_one() -> None:
    told: dict[str, Any] = {"number_held": True, "adhered": "fully", "threshold": "met"}
    assert AGREEMENT.benefit(**told).missing == ("trainee",)
    assert AGREEMENT.benefit(**told, trainee=False).contradicts == ("trainee", "number_held")


def test_pensions_are_plain_base_amounts() -> None:
    """11: on 1 January 2020, a year."""
    assert AGREEMENT.benefit(pension="retirement").amount == Decimal("6029.69")
    assert AGREEMENT.benefit(pension="survivor").amount == Decimal("5024.88")
    with pytest.raises(InputError, match="give pension alone"):
        AGREEMENT.benefit(pension="survivor", adhered="fully")


THRESHOLDS: Any = {
    "social_status": {
        "activity_thresholds": {"cardiology": "25000.00"},
        "reduced_activity_thresholds": {"cardiology": "12500.00"},
    }
}


@pytest.mark.parametrize(
    ("activity", "amount"),
    [("25000.00", "5037.70"), ("24999.99", "2376.40"), ("12500", "2376.40"), ("12499.99", None)],
)
def test_the_activity_against_thresholds_that_were_supplied(activity: str, amount: str | None) -> None:
    """The thresholds are in an annex that the document lacks (11): these are invented."""
    answer = AGREEMENT.with_parameters(THRESHOLDS).benefit(adhered="fully", activity=activity, specialty="cardiology")
    assert answer.amount == (None if amount is None else Decimal(amount))
    assert answer.interpretations == ("activity-threshold-by-specialty",)


def test_the_activity_without_thresholds_or_specialty_needs_them() -> None:
    told = AGREEMENT.with_parameters(THRESHOLDS)
    assert AGREEMENT.benefit(adhered="fully", activity="1", specialty="cardiology").missing == ("activity_thresholds",)
    assert told.benefit(adhered="fully", activity="1").missing == ("specialty",)
    assert told.benefit(adhered="fully", activity="1", specialty="urology").missing == ("activity_thresholds.urology",)
    wrong = told.benefit(adhered="fully", activity="1", specialty="cardiology", threshold="met")
    assert wrong.contradicts == ("threshold", "activity")


def test_a_word_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="adhered: 'half' is none of fully, partially, refused"):
        AGREEMENT.benefit(adhered="half")


def test_the_benefit_on_the_command_line(tmp_path: Path) -> None:
    ran = asked("benefit", "--adhered", "fully", "--threshold", "not-met", "--json", book=tmp_path)
    assert ran.json("agreement-answer-1")["answer"]["result"] == "no"
    options = ["--trainee", "--number-held", "yes", "--rules-met", "yes", "--adhered", "fully", "--language", "fr"]
    said = asked("benefit", *options, book=tmp_path).out
    assert said.startswith("yes: 6.287,70 euros, soit 5.037,70 et 1.250,00")


# The social status of many doctors


def test_the_example_of_doctors_by_hand(tmp_path: Path) -> None:
    """Full 3 x 5.037,70 = 15.113,10 (Adam, Bodart, Jacobs); 2 x 2.376,40 = 4.752,80 (Claes, Dumont); 6.287,70 (Isaac).

    Together 26.153,60. Evrard and Goossens have none; of Franck, Hermans and Kahn something is not told.
    """
    ran = asked("benefit", EXAMPLES / "doctors.csv", "--json", book=tmp_path)
    found = ran.json("agreement-benefits-1")
    assert ran.code == 0
    assert [(total["result"], total["amount"], total["doctors"], total["sum"]) for total in found["totals"]] == [
        ("yes", "6287.70", 1, "6287.70"),
        ("yes", "5037.70", 3, "15113.10"),
        ("yes", "2376.40", 2, "4752.80"),
        ("no", None, 2, "0.00"),
        ("needs_information", None, 3, "0.00"),
    ]
    assert found["total"] == "26153.60"
    missing = {each["doctor"]: each["answer"]["missing"] for each in found["doctors"] if each["answer"]["missing"]}
    assert missing == {
        "Franck": ["partial_when_exempted"],
        "Hermans": ["activity_thresholds"],
        "Kahn": ["number_held"],
    }


def test_doctors_that_cannot_be_used_are_findings_and_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "doctors.csv"
    path.write_text(
        "doctor,adhered,threshold,activity,trainee\n"
        "A,fully,not-met,,\nB,half,met,,\n,fully,met,,\nC,fully,,-1.00,\nD,fully,met,,maybe\nE,fully,met,,\nE,fully,met,,\n"
    )
    ran = asked("benefit", path, "--json", book=tmp_path)
    found = ran.json("agreement-benefits-1")
    assert ran.code == 1
    assert [(one["check"], one["line"]) for one in found["findings"]] == [
        ("social_status.unusable_value", 3),
        ("social_status.value_missing", 4),
        ("social_status.unusable_value", 5),
        ("social_status.unusable_value", 6),
        ("social_status.doctor_twice", 8),
    ]
    assert [(each["doctor"], each["answer"]["amount"]) for each in found["doctors"]] == [("A", None), ("E", "5037.70")]
    assert found["total"] == "5037.70"
    text = asked("benefit", path, "--language", "fr", book=tmp_path)
    assert (text.code, "E figure deux fois ; la première fois à la ligne 7" in text.out) == (1, True)


def test_a_file_of_doctors_or_the_facts_of_one(tmp_path: Path) -> None:
    ran = asked("benefit", EXAMPLES / "doctors.csv", "--trainee", book=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "either a file of doctors or the facts of one doctor" in ran.err
    (tmp_path / "none.csv").write_text("doctor,adhered\n")
    none = asked("benefit", tmp_path / "none.csv", book=tmp_path)
    assert (none.code, none.out) == (0, "No doctor of the file can be answered.\n")


@given(st.lists(st.sampled_from([("fully", "met", 503770), ("fully", "reduced", 237640), ("refused", "met", 0)])))
def test_the_total_is_the_sum_of_what_each_doctor_has(rows: list[tuple[str, str, int]]) -> None:
    from bareme.library.agreements.benefits import BenefitTable, DoctorBenefit

    found = BenefitTable(
        2020,
        tuple(
            DoctorBenefit(str(line), line, AGREEMENT.benefit(adhered=adhered, threshold=threshold))
            for line, (adhered, threshold, _) in enumerate(rows)
        ),
    )
    assert found.total * 100 == sum(cents for _, _, cents in rows)
    assert sum(total.doctors for total in found.totals) == len(rows)


# The integrated practice premium (7)


def test_the_premium_needs_its_criteria_and_amounts() -> None:
    """7 was to approve criteria and thresholds by 2020-03-31 and leaves the amounts unchanged: none is printed."""
    found = AGREEMENT.premium(values={"anything": 3})
    assert (found.answer.result, found.answer.missing) == (Result.NEEDS_INFORMATION, ("thresholds", "amounts"))
    assert found.criteria == ()
    half = AGREEMENT.with_parameters({"practice_premium": {"thresholds": {"summaries": 25}}})
    assert half.premium(values={"summaries": 30}).answer.missing == ("amounts",)


def test_the_invented_example_by_hand() -> None:
    """94,2 >= 90; 25 reaches 25; 33,4 < 33,5; 61 >= 40: three of four, 1.000 euro by the invented table."""
    found = AGREEMENT.with_parameters(INVENTED).premium(EXAMPLES / "premium-results.csv")
    assert [criterion.is_met for criterion in found.criteria] == [True, True, False, True]
    assert found.answer.amount == Decimal("1000.00")
    valid(found.to_dict("fr"), "agreement-premium-1")


def premium_of(*values: int) -> Any:
    parameters = {"thresholds": {"a": 1, "b": 1}, "amounts": {"0": "0", "2": "20"}}
    told = AGREEMENT.with_parameters({"practice_premium": parameters})
    return told.premium(values=dict(zip("ab", values, strict=False))).answer


def test_every_criterion_and_its_amount_must_be_known() -> None:
    assert premium_of(1, 1).amount == Decimal("20.00")
    assert (premium_of(0, 0).result, premium_of(0, 0).amount) == (Result.NO, Decimal("0.00"))
    assert premium_of(1).missing == ("b",)
    assert premium_of(0, 1).missing == ("amounts.1",)


def test_what_is_no_criterion_or_stands_twice_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text("criterion,value\nsummaries,3\nweather,1\nsummaries,4\nchapter_four_requests,much\n")
    ran = bareme_here(
        "agreement", "--parameters", INVENTED, "2020", "premium", path, "--json", book=tmp_path / "none.sqlite"
    )
    found = ran.json("agreement-premium-1")
    assert ran.code == 1
    assert [(one["check"], one["line"]) for one in found["findings"]] == [
        ("practice_premium.unusable_value", 5),
        ("practice_premium.criterion_unknown", 3),
        ("practice_premium.criterion_twice", 4),
    ]
    # The summaries are 3 on one line and 4 on another: which holds is not told.
    assert found["answer"]["missing"] == [
        "electronic_prescriptions",
        "summaries",
        "electronic_certificates",
        "chapter_four_requests",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--result", "summaries"], "--result 'summaries': write it as criterion=value."),
        (["--result", "summaries=1", "--result", "summaries=2"], "--result: 'summaries' is given twice."),
        (["--result", "summaries=x"], "summaries: 'x' is not a number, such as 12.5."),
        (["--result", "weather=1"], "'weather' is no criterion; those supplied are: electronic_prescriptions,"),
    ],
)
def test_results_that_cannot_be_used(options: list[str], message: str, tmp_path: Path) -> None:
    ran = bareme_here("agreement", "--parameters", INVENTED, "2020", "premium", *options, book=tmp_path / "none.sqlite")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"bareme: {message}")


def test_an_amount_by_something_else_than_a_number_is_refused() -> None:
    told = AGREEMENT.with_parameters({"practice_premium": {"thresholds": {"a": 1}, "amounts": {"all": "5"}}})
    with pytest.raises(InputError, match="'all' is no number of criteria met"):
        told.premium(values={"a": 1})


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        ({"9" * 5000: "5"}, "9' is no number of criteria met"),  # more digits than Python turns into a number
        ({"01": "5"}, "'01' is no number of criteria met"),
        ({"1": "-5"}, "-5.00 for 1 criteria is below 0"),
    ],
)
def test_amounts_of_the_premium_that_cannot_be_used(amounts: dict[str, str], message: str) -> None:
    told = AGREEMENT.with_parameters({"practice_premium": {"thresholds": {"a": 1}, "amounts": amounts}})
    with pytest.raises(InputError, match=message):
        told.premium(values={"a": 1})


def test_the_same_value_twice_is_that_value(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text("criterion,value\na,1\nb,1\na,1.0\n")
    parameters = {"thresholds": {"a": 1, "b": 1}, "amounts": {"2": "20"}}
    found = AGREEMENT.with_parameters({"practice_premium": parameters}).premium(path)
    assert found.answer.amount == Decimal("20.00")
    assert [finding.check for finding in found.findings] == ["practice_premium.criterion_twice"]


def test_every_interpretation_that_is_named_is_in_the_register() -> None:
    from bareme.conventions.agreement_2020.accreditation.effect import AVERAGE, EVENLY
    from bareme.conventions.agreement_2020.cumulation.own import USED
    from bareme.conventions.agreement_2020.other_clauses import expenses
    from bareme.conventions.agreement_2020.other_clauses.revaluation import ON_INDEXED
    from bareme.conventions.agreement_2020.practice_premium.premium import AT_LEAST
    from bareme.conventions.agreement_2020.social_status.benefit import BY_SPECIALTY, BY_THE_RULES, MUST_ADHERE
    from bareme.nomenclature.interpretations import interpretations

    named = {AVERAGE, EVENLY, ON_INDEXED, AT_LEAST, BY_SPECIALTY, BY_THE_RULES, MUST_ADHERE, *USED, *expenses.USED}
    assert named <= interpretations().keys()

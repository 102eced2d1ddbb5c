"""Lists of acts held against clause 14 of the agreement of 2020, as a reader of it would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bareme
from bareme.conventions.agreement.answers import Answer, Place
from bareme.conventions.agreement_2020.conditions.acted import ActsCheck, GivenAct, JudgedAct
from bareme.conventions.agreement_2020.conditions.shares import Side, measured
from bareme.conventions.agreement_2020.conditions.using import week_of
from bareme.conventions.model import Missing, Result
from bareme.errors import InputError
from bareme.nomenclature.interpretations import interpretations
from running import REPOSITORY, bareme_here, valid

EXAMPLES = REPOSITORY / "examples" / "agreement_2020"
AGREEMENT = bareme.agreements[2020]
GP, SPECIALIST = "general_practitioner", "specialist"
HEADER = (
    "date,time,site,care_setting,free_hours,at_practice,fee_charged,tariff,particular_requirement,income_above_ceiling,"
    "optional_third_party\n"
)
WEEK = "site,day,from,to,kind,activity,valid_from\n"
Check = Callable[..., ActsCheck]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Lines of acts, and of a week, as files, checked."""

    def checked(
        lines: str,
        provider: str = SPECIALIST,
        status: str = "partial",
        week: str | None = None,
        header: str = HEADER,
        **more: Any,
    ) -> ActsCheck:
        (tmp_path / "acts.csv").write_text(header + lines, encoding="utf-8")
        if week is not None:
            (tmp_path / "week.csv").write_text(WEEK + week, encoding="utf-8")
            more["week"] = tmp_path / "week.csv"
        return AGREEMENT.check_acts(tmp_path / "acts.csv", provider=provider, status=status, **more)

    return checked


def told(found: ActsCheck) -> list[tuple[str, int | None, str]]:
    return [(f.check.partition(".")[2], f.place.line if f.place else None, f.clause) for f in found.findings]


def answers(found: ActsCheck) -> dict[str, Answer]:
    return {answer.rule.partition(".")[2]: answer for answer in found.requirements}


def act(
    day: str = "2020-03-02",
    time: str = "09:00",
    *,
    site: str = "A",
    setting: str = "ambulatory",
    free: str = "",
    practice: str = "",
    charged: str = "",
    tariff: str = "25.00",
    requirement: str = "none",
    above: str = "no",
    third: str = "no",
) -> str:
    return f"{day},{time},{site},{setting},{free},{practice},{charged},{tariff},{requirement},{above},{third}\n"


AT = act(charged="25.00", free="no", practice="yes")
FREE = act(charged="40.00", free="yes", practice="yes")


def test_a_specialists_acts_with_their_declared_week() -> None:
    """The free slots: Tuesday 14-18 (from 9 March on Thursday) at the clinic, Wednesday 9-12 at the hospital."""
    found = AGREEMENT.check_acts(
        EXAMPLES / "acts-specialist.csv", provider=SPECIALIST, status="partial", week=EXAMPLES / "week-changed.toml"
    )
    assert told(found) == [
        ("free_outside_slots", 4, "14.3.2"),  # Monday is no free slot
        ("fee_above_tariff", 6, "14.6"),  # in a free slot, but the optional third-party payer is applied
        ("site_without_fees", 7, "14.3.2.2.3"),  # all acts at the hospital are outside the fees
        ("free_not_ambulatory", 8, "14.3.2.2"),  # a day hospital
        ("not_told_beforehand", 10, "14.3.3"),
        ("free_outside_slots", 11, "14.3.2"),  # a Tuesday after the change
        ("less_than_half", None, "14.3.2.2.2"),
    ]
    # At the fees are lines 2 and 3. Line 8 is no ambulatory act, 9 neither, 10 is lifted, 14 is of 2021.
    [share] = found.shares
    assert (share.part, share.whole, share.unknown, share.least) == (2, 9, 0, Fraction(1, 2))
    assert [a.act.place.line for a in found.acts if a.undecided] == [14]
    assert found.acts[-1].answer.because["en"].startswith("No agreement in the book for this date, 2021-01-04")


def test_a_general_practitioners_acts() -> None:
    found = AGREEMENT.check_acts(EXAMPLES / "acts-general-practitioner.csv", provider=GP, status="partial")
    assert told(found) == [
        ("free_outside_practice", 7, "14.2.2.2"),
        ("notice_not_known", 9, "14.2.3.1"),
        ("practice_too_small", None, "14.2.2.2.2"),
    ]
    # Lines 2 to 5 and 8 of seven; line 9 is a visit that the patient wanted outside the doctor's hours.
    assert answers(found)["practice"].because["en"] == "5 of 7 acts are at the fees; at least 3/4 must be (14.2.2.2.2)."
    fees = AGREEMENT.check_acts(EXAMPLES / "acts-general-practitioner.csv", provider=GP, status="partial", unit="fees")
    # 26,00 four times and 39,00 are 143,00; 35,00 and 50,00 are outside.
    assert "143,00 EUR of 228,00 EUR" in answers(fees)["practice"].because["en"]


@pytest.mark.parametrize(("at", "free", "result"), [(30, 10, "yes"), (29, 11, "no"), (29, 10, "no")])
def test_three_quarters_of_the_acts(check: Check, at: int, free: int, result: str) -> None:
    found = check(AT * at + FREE * free, GP)
    assert answers(found)["practice"].result.value == result
    assert f"{at} of {at + free} acts" in answers(found)["practice"].because["en"]
    assert found.shares[0].to_dict()["least"] == "3/4"


@pytest.mark.parametrize(("at", "free", "result"), [(20, 20, "yes"), (19, 20, "no")])
def test_half_of_the_ambulatory_acts(check: Check, at: int, free: int, result: str) -> None:
    """Acts in hospital are no part of it, whatever was charged (14.3.2.2.2)."""
    hospital = act(setting="hospital", charged="25.00") * 50
    found = check(AT * at + FREE * free + hospital)
    answer = answers(found)["half_at_the_fees"]
    assert answer.result.value == result
    assert f"{at} of {at + free} acts to ambulatory" in answer.because["en"]
    assert "share-over-the-acts-given" in answer.interpretations


OPEN = act()  # neither what was charged nor whether it was in free hours


def test_what_is_not_known_decides_nothing(check: Check) -> None:
    """2 at the fees of 4 whatever the fourth was: half. 1 of 3, or 2: open. 1 of 4, or 2 of 5: less than half."""
    assert answers(check(AT * 2 + FREE + OPEN))["half_at_the_fees"].result is Result.YES
    found = check(AT + FREE + OPEN)
    assert answers(found)["half_at_the_fees"].missing == ("free_hours",)
    assert told(found) == []
    assert answers(check(AT + FREE * 3 + OPEN))["half_at_the_fees"].result is Result.NO


def test_what_a_share_lacks_is_named(check: Check) -> None:
    """At the fees, but of an unknown setting; at the fees, but perhaps in free hours; no act at all."""
    found = check(AT + FREE * 2 + act(setting="", charged="25.00"))
    assert answers(found)["half_at_the_fees"].missing == ("care_setting",)
    assert answers(check(AT + FREE + act(charged="25.00"), GP))["practice"].result is Result.NO
    found = check(AT * 2 + FREE + act(setting="", charged="25.00"), GP)
    assert answers(found)["practice"].missing == ("free_hours",)
    assert answers(check(act(setting="", charged="25.00")))["access"].missing == ("care_setting",)
    assert answers(check(""))["access"].missing == ("acts",)


def test_a_list_may_be_toml(tmp_path: Path) -> None:
    (tmp_path / "acts.toml").write_text(
        '[[act]]\ndate = 2020-03-02\ntime = 09:00:00\nsite = "A"\ncode = 565014\nfee_charged = "40.00"\n'
        'tariff = "25.00"\nfree_hours = true\noptional_third_party = false\n\n[[act]]\ndate = 2020-03-02\ncode = 1\n'
    )
    found = AGREEMENT.check_acts(tmp_path / "acts.toml", provider=SPECIALIST, status="partial")
    assert [a.answer.result for a in found.acts] == [Result.YES]
    assert found.acts[0].answer.interpretations == ("ambulatory-code-ambulatory-patient",)
    assert ("unusable_value", 11, "") in told(found)


def test_a_line_that_cannot_be_used_may_have_been_anything(check: Check) -> None:
    wrong = act(charged="-1.00")
    found = check(AT + FREE + wrong)
    assert told(found)[0] == ("unusable_value", 4, "")
    assert answers(found)["half_at_the_fees"].missing == ("usable_lines",)
    assert answers(check(AT * 2 + FREE + wrong))["half_at_the_fees"].result is Result.YES


@pytest.mark.parametrize(
    ("line", "provider", "status", "expected"),
    [
        (act(charged="25.00"), SPECIALIST, "full", None),
        (act(charged="25.01"), SPECIALIST, "full", ("fee_above_tariff", "14.3.1")),
        (act(charged="25.01"), GP, "full", ("fee_above_tariff", "14.2.1")),
        (act(free="yes"), GP, "full", ("free_and_bound", "14.2.1")),
        (act(charged="25.01", free="no"), SPECIALIST, "partial", ("fee_above_tariff", "14.3.2")),
        (act(charged="25.01", free="yes"), SPECIALIST, "partial", None),
        (
            act(charged="25.01", free="yes", setting="hospital"),
            SPECIALIST,
            "partial",
            ("free_not_ambulatory", "14.3.2.2"),
        ),
        (act(free="yes", setting="hospital"), SPECIALIST, "partial", ("free_not_ambulatory", "14.3.2.2")),
        (act(free="yes", setting="lump_sum"), SPECIALIST, "partial", ("free_not_ambulatory", "14.3.2.2")),
        (act(free="yes", practice="no"), GP, "partial", ("free_outside_practice", "14.2.2.2")),
        (act(free="yes", practice="yes"), GP, "partial", None),
        (act(free="yes", third="yes", charged="30.00"), SPECIALIST, "partial", ("fee_above_tariff", "14.6")),
        (act(charged="30.00", above="yes"), SPECIALIST, "full", None),
        (act(charged="30.00", requirement="home_call"), SPECIALIST, "full", None),
        (act(charged="30.00", requirement="private_room", setting="hospital"), SPECIALIST, "full", None),
    ],
)
def test_each_breach_is_named_by_what_stands_against_it(
    check: Check, line: str, provider: str, status: str, expected: tuple[str, str] | None
) -> None:
    other = ("site_without_fees", "notice_not_known")
    found = [one for one in told(check(line, provider, status)) if one[1] == 2 and one[0] not in other]
    assert found == ([] if expected is None else [(expected[0], 2, expected[1])])


def test_what_decides_is_asked(check: Check) -> None:
    """Above the tariff, but neither requirement nor income nor third-party payer is told."""
    found = check(act(charged="30.00", requirement="", above="", third=""), GP, "full")
    assert found.acts[0].answer.missing == ("particular_requirement", "income_above_ceiling")
    # A fee without the tariff says nothing.
    found = check(act(charged="30.00", tariff=""), GP, "full")
    assert found.acts[0].answer.missing == ("tariff",)
    assert (found.acts[0].free, told(found)) == (None, [])


@pytest.mark.parametrize("day", ["2019-12-31", "2021-01-01"])
def test_an_act_outside_2020_has_no_answer_and_counts_nowhere(check: Check, day: str) -> None:
    found = check(AT + act(day, charged="99.00", free="no"))
    assert found.acts[1].answer.missing == ("agreement_on_this_date",)
    assert found.acts[1].answer.clause == "16.1"
    assert answers(found)["half_at_the_fees"].because["en"].startswith("1 of 1 acts")
    assert told(found) == []
    only = check(act(day, charged="99.00", free="no"))
    assert {answer.result for answer in only.requirements if answer.rule.endswith("fees")} == {Result.NEEDS_INFORMATION}


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
FIVE = "".join(f"A,{day},09:00,12:00,free,acts,\n" for day in DAYS)


def test_five_free_slots_used_in_one_week(check: Check) -> None:
    """2 March 2020 is a Monday; a specialist has four (14.3.2.2.1), so Friday's is one too many."""
    lines = [act(f"2020-03-0{day}", charged="40.00") for day in range(2, 7)]
    found = check("".join(lines), week=FIVE)
    assert ("too_many_used", 6, "14.3.2.2.1") in told(found)
    [finding] = [f for f in found.findings if f.check.endswith("too_many_used")]
    assert dict(finding.values) == {"week": "2020-W10", "count": 5, "most": 4}
    # Four of them in one week and one in the next.
    found = check("".join(lines[:4]) + act("2020-03-13", charged="40.00"), week=FIVE)
    assert answers(found)["slots_used"].because["en"].startswith("Free slots used in one week: at most 4, of 4")


def test_acts_at_the_fees_use_no_free_slot(check: Check) -> None:
    lines = "".join(act(f"2020-03-0{day}", charged="25.00") for day in range(2, 7))
    assert answers(check(lines, week=FIVE))["slots_used"].result is Result.YES


def test_without_a_week_slots_are_counted_at_the_least(check: Check) -> None:
    """Five days are at least five slots; two hours of one morning may be one slot or two, which a week would tell."""
    lines = "".join(act(f"2020-03-0{day}", charged="40.00", free="yes") for day in range(2, 7))
    assert ("too_many_used", 6, "14.3.2.2.1") in told(check(lines))
    lines = act(time="09:00", free="yes") + act(time="11:00", free="yes")
    assert answers(check(lines))["slots_used"].missing == ("week",)
    # 9:00 and 13:00 are four hours apart: no slot holds both. Two sites, or mornings and afternoons, are more slots.
    lines = "".join(
        act(f"2020-03-0{day}", time, site=site, charged="40.00", free="yes")
        for day in (2, 3)
        for site, time in (("A", "09:00"), ("A", "13:00"), ("B", "18:00"))
    )
    [finding] = [f for f in check(lines).findings if f.check.endswith("too_many_used")]
    assert finding.values["count"] == 6
    # An act without its hour may be in a slot that is counted already.
    lines = act(charged="40.00", free="yes") + act(time="", charged="40.00", free="yes")
    assert answers(check(lines))["slots_used"].missing == ("week",)


CHANGED = "A,tuesday,09:00,12:00,free,acts,\nA,thursday,09:00,12:00,free,acts,2020-03-11\n"


@pytest.mark.parametrize(
    ("day", "breach"),
    [
        ("2020-03-10", False),  # a Tuesday, the day before the registration
        ("2020-03-05", True),  # a Thursday before it
        ("2020-03-12", False),  # the Thursday after it
        ("2020-03-17", True),  # the Tuesday after it
    ],
)
def test_changed_hours_count_from_their_registration(check: Check, day: str, breach: bool) -> None:
    found = check(act(day, charged="40.00"), week=CHANGED)
    assert ("free_outside_slots" in {name for name, *_ in told(found)}) is breach
    used = found.acts[0].answer.interpretations
    assert "act-where-it-begins" in used
    assert ("registration-replaces-the-week" in used) is (day > "2020-03-11")


def test_before_the_first_registration_nothing_is_known(check: Check) -> None:
    found = check(act("2020-03-05", charged="40.00"), week="A,thursday,09:00,12:00,free,acts,2020-03-11\n")
    assert found.acts[0].answer.missing == ("declared_week_on_this_date",)


@pytest.mark.parametrize(("time", "inside"), [("08:59", False), ("09:00", True), ("11:59", True), ("12:00", False)])
def test_an_act_is_where_it_begins(check: Check, time: str, inside: bool) -> None:
    found = check(act("2020-03-03", time, charged="40.00"), week="A,tuesday,09:00,12:00,free,acts,\n")
    assert found.acts[0].in_free_hours is inside
    elsewhere = check(act("2020-03-03", time, site="B", charged="40.00"), week="A,tuesday,09:00,12:00,free,acts,\n")
    assert elsewhere.acts[0].in_free_hours is False


def test_free_hours_that_are_not_declared(check: Check) -> None:
    week = "A,tuesday,09:00,12:00,free,acts,\n"
    # Nothing above the fees, but the list and the week disagree: a remark.
    found = check(act(free="yes", charged="25.00"), week=week)
    assert [(f.check, f.severity.value) for f in found.findings] == [("conditions.hours_not_declared", "warning")]
    # In such hours, and no charge told: taken to be outside the fees, which bind.
    assert ("free_outside_slots", 2, "14.3.2") in told(check(act(free="yes"), week=week))


def test_a_week_with_unusable_lines_tells_nothing(check: Check) -> None:
    found = check(act(charged="40.00"), week="A,monday,22:00,02:00,free,acts,\n")
    assert found.acts[0].answer.missing == ("declared_week_on_this_date",)
    found = check(act(charged="40.00"), week="A,monday,22:00,02:00,free,acts,\nA,friday,09:00,10:00,free,acts,\n")
    assert found.acts[0].answer.missing == ("usable_lines",)
    assert [(f.check, str(f.place)) for f in found.findings] == [("conditions.slot_backwards", "week.csv, line 2")]


def test_each_site_has_acts_at_the_fees(check: Check) -> None:
    """A site with nothing but free acts has no access slot, unless the week declares one (14.3.2.2.3)."""
    lines = AT + act(site="B", charged="40.00", free="yes")
    found = check(lines)
    assert ("site_without_fees", 3, "14.3.2.2.3") in told(found)
    assert answers(found)["access"].interpretations == ("access-seen-from-acts",)
    week = "B,monday,09:00,12:00,free,acts,\nB,friday,09:00,12:00,conventioned,consultations,\n"
    assert answers(check(lines, week=week))["access"].result is Result.YES
    # An act at the fees of an unknown site may have been there; one in hospital gives no access.
    assert answers(check(lines + act(site="", charged="25.00")))["access"].missing == ("site",)
    found = check(lines + act(site="B", charged="25.00", setting="hospital"))
    assert answers(found)["access"].result is Result.NO


@pytest.mark.parametrize(
    ("time", "day", "warned"),
    [("21:00", "2020-03-02", True), ("21:01", "2020-03-02", False), ("10:00", "2020-03-07", False)],
)
def test_a_late_consultation_is_late(check: Check, time: str, day: str, warned: bool) -> None:
    """After 21 hours, or on a Saturday (7 March); on a Monday at 21:00 only if it were a public holiday (14.3.3.3)."""
    found = check(act(day, time, charged="40.00", requirement="late_consultation"), status="full")
    assert ("not_late" in {name for name, *_ in told(found)}) is warned


def test_what_undoes_a_requirement_is_a_column_too(check: Check) -> None:
    header = HEADER.rstrip("\n") + ",on_call,travel_charged,travel_tariff,informed_beforehand\n"
    line = act(charged="40.00", requirement="late_consultation", time="22:00").rstrip("\n")
    found = check(f"{line},yes,5.00,3.50,no\n", status="full", header=header)
    assert told(found) == [("fee_above_tariff", 2, "14.3.1"), ("travel_above", 2, "14.3.1")]
    assert found.acts[0].answer.interpretations == ("late-consultation-either-exception",)
    found = check(f"{line},,,,no\n", status="full", header=header)
    assert told(found) == [("not_told_beforehand", 2, "14.3.3")]
    assert found.breaches == found.findings


def test_a_travel_allowance_that_cannot_be_judged_is_told(check: Check) -> None:
    """No document holds the allowance: where the list does not either, that is said; an act of 2021 has no answer."""
    header = HEADER.rstrip("\n") + ",travel_charged,travel_tariff\n"
    line, other = AT.rstrip("\n"), act("2021-03-02", charged="25.00").rstrip("\n")
    found = check(f"{line},5.00,\n{line},5.00,5.00\n{other},5.00,\n", status="full", header=header)
    assert told(found) == [("travel_not_known", 2, "14")]
    assert found.findings[0].message["en"].endswith("is not known without: travel_tariff.")
    assert found.breaches == ()


def test_an_act_at_the_fees_is_within_the_agreement_whatever_else_is_true(check: Check) -> None:
    """Its clause is that by which the doctor keeps the fees, also where income or a requirement would lift them."""
    for line in (AT, act(charged="25.00", above="yes"), act(charged="25.00", requirement="private_room", third="yes")):
        for provider, status, clause in ((GP, "full", "14.2.1"), (SPECIALIST, "partial", "14.3.2")):
            answer = check(line, provider, status).acts[0].answer
            assert (answer.result, answer.clause, answer.interpretations) == (Result.YES, clause, ())


def test_facts_that_contradict_one_another_are_a_finding(check: Check) -> None:
    """A code of hospital is not for an ambulatory patient; 60.000 is not above 67.636,22; a room is in a hospital."""
    header = HEADER.rstrip("\n") + ",code,household_income,holders,dependants\n"
    lines = (
        act(charged="25.00").rstrip("\n")
        + ",565025,,,\n"  # at the fees: it is not known whether the half counts it
        + act(charged="40.00", above="yes").rstrip("\n")
        + ",,60000.00,1,0\n"
        + act(charged="40.00", requirement="private_room").rstrip("\n")
        + ",,,,\n"
    )
    found = check(lines, status="full", header=header)
    assert told(found) == [
        ("facts_contradict", 2, "14.3.1"),
        ("facts_contradict", 3, "14"),
        ("facts_contradict", 4, "14"),
    ]
    assert [f.message["en"].partition(": ")[2] for f in found.findings] == [
        "code, care_setting.",
        "income_above_ceiling, household_income.",
        "particular_requirement, care_setting.",
    ]
    assert found.breaches == found.findings
    # The travelling of an act at the fees is asked, and cannot be answered.
    header = HEADER.rstrip("\n") + ",travel_charged,travel_tariff\n"
    line = act(charged="25.00", requirement="private_room").rstrip("\n") + ",5.00,3.50\n"
    assert told(check(line, status="full", header=header)) == [("facts_contradict", 2, "14.3.1")]


def test_a_week_says_nothing_of_an_act_without_an_agreement(check: Check) -> None:
    found = check(act("2021-03-02", free="yes"), week="A,monday,09:00,12:00,free,acts,\n")
    assert told(found) == []


def test_hours_that_suit_patients(tmp_path: Path) -> None:
    """Two acts at the fees on Monday at 9:00, one at 20:00, one free: half of four is at hours that suit."""
    lines = act(charged="25.00") * 2 + act(time="20:00", charged="25.00") + FREE
    (tmp_path / "acts.csv").write_text(HEADER + lines)
    agreement = AGREEMENT.with_parameters({"conditions": {"suitable_hours": ["monday 08:00-18:00"]}})
    found = agreement.check_acts(tmp_path / "acts.csv", provider=SPECIALIST, status="partial")
    assert answers(found)["suitable_hours"].result is Result.YES
    (tmp_path / "acts.csv").write_text(HEADER + lines + act(time="20:00", charged="25.00"))
    found = agreement.check_acts(tmp_path / "acts.csv", provider=SPECIALIST, status="partial")
    assert "2 of 5 acts" in answers(found)["suitable_hours"].because["en"]
    assert ("half_unsuitable", None, "14.3.2.2.2") in told(found)
    (tmp_path / "acts.csv").write_text(HEADER + act(time="", charged="25.00"))
    found = agreement.check_acts(tmp_path / "acts.csv", provider=SPECIALIST, status="partial")
    assert answers(found)["suitable_hours"].missing == ("time",)
    found = AGREEMENT.check_acts(tmp_path / "acts.csv", provider=SPECIALIST, status="partial")
    assert answers(found)["suitable_hours"].missing == ("suitable_hours",)


def test_a_practice_in_hours_asks_how_long_acts_took(check: Check) -> None:
    assert answers(check(AT, GP, unit="hours"))["practice"].missing == ("minutes",)
    header = HEADER.rstrip("\n") + ",minutes\n"
    lines = AT.rstrip("\n") + ",90\n" + FREE.rstrip("\n") + ",30\n"
    found = check(lines, GP, unit="hours", header=header)
    assert answers(found)["practice"].because["en"].startswith("1 h 30 of 2 h are at the fees")


def test_an_empty_list_needs_acts(check: Check) -> None:
    assert {answer.result for answer in check("").requirements} <= {Result.NEEDS_INFORMATION, Result.YES}
    assert answers(check(""))["half_at_the_fees"].missing == ("acts",)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("holders", "0", "a whole number from 1 to 99"),
        ("household_income", "-5", "an amount of euro, at least 0"),
        ("tariff", "-5", "an amount of euro, at least 0"),
        ("date", "2 March", "a day, such as 2020-05-31"),
        ("code", "565015", "a nomenclature code of six digits"),
    ],
)
def test_values_that_are_none_are_findings(check: Check, column: str, value: str, expected: str) -> None:
    names = ["date", *([column] if column != "date" else [])]
    line = ",".join(value if name == column else "2020-03-02" for name in names)
    found = check(line + "\n", header=",".join(names) + "\n")
    assert told(found) == [("unusable_value", 2, "")]
    assert expected in found.findings[0].message["en"]


def test_a_column_that_is_none_is_refused(check: Check) -> None:
    with pytest.raises(InputError, match='has a column "fee"'):
        check("", header="date,fee\n")
    with pytest.raises(InputError, match="has no column 'date'"):
        check("", header="fee_charged\n")


def test_a_list_is_data_in_both_languages(tmp_path: Path) -> None:
    for provider, name in ((SPECIALIST, "acts-specialist.csv"), (GP, "acts-general-practitioner.csv")):
        found = AGREEMENT.check_acts(
            EXAMPLES / name, provider=provider, status="partial", week=EXAMPLES / "week-changed.toml"
        )
        english, french = found.to_dict("en"), found.to_dict("fr")
        valid(english, "agreement-acts-1")
        valid(french, "agreement-acts-1")
        for one, other in zip(english["findings"], french["findings"], strict=True):
            assert one["message"] != other["message"]
        for answer in [*english["requirements"], *(act["answer"] for act in english["acts"])]:
            assert set(answer["interpretations"]) <= interpretations().keys()


def test_the_command(tmp_path: Path) -> None:
    command = ("agreement", "2020", "check-acts", EXAMPLES / "acts-specialist.csv", "--provider", SPECIALIST)
    more = ("--status", "partial", "--week", EXAMPLES / "week-changed.toml")
    ran = bareme_here(*command, *more, book=tmp_path / "book.sqlite")
    assert (ran.code, "2 of 9 acts to ambulatory patients are at the fees" in ran.out) == (1, True)
    ran = bareme_here(*command, *more, "--json", book=tmp_path / "book.sqlite")
    assert len(ran.json("agreement-acts-1")["acts"]) == 13
    assert ran.code == 1
    assert bareme_here(*command, "--status", "half", book=tmp_path / "book.sqlite").code == 2


def test_weeks_are_those_of_the_calendar() -> None:
    """29 December 2019 is a Sunday: the week of 1 January 2020 began the day after."""
    assert week_of(date(2019, 12, 29)) == "2019-W52"
    assert week_of(date(2020, 1, 1)) == week_of(date(2019, 12, 30)) == "2020-W01"


def judged(number: int) -> JudgedAct:
    given_act = GivenAct(Place("acts.csv", number), date(2020, 3, 2), None, None, "", None, None, {})
    return JudgedAct(given_act, Answer("conditions.act", Result.YES, "14", {}), None, None, None, False)


POSSIBLE = {
    Side.AT: (Side.AT,),
    Side.NOT: (Side.NOT,),
    Side.OUT: (Side.OUT,),
    Side.NOT_AT: (Side.NOT, Side.OUT),
    Side.OPEN: (Side.AT, Side.NOT, Side.OUT),
}


@given(st.lists(st.sampled_from(Side), max_size=6), st.sampled_from([Fraction(1, 2), Fraction(3, 4)]))
def test_a_share_holds_when_it_does_whatever_is_not_known(sides: list[Side], least: Fraction) -> None:
    """Every way in which the acts that are not known could count, one by one; where none counts there is no verdict."""
    verdicts: set[bool | None] = set()
    for world in product(*(POSSIBLE[side] for side in sides)):
        whole = world.count(Side.AT) + world.count(Side.NOT)
        verdicts.add(Fraction(world.count(Side.AT), whole) >= least if whole else None)
    acts = [judged(number) for number in range(len(sides))]
    by_act = dict(zip((a.act.place.line for a in acts), sides, strict=True))
    try:
        share, holds = measured("practice", acts, lambda a: by_act[a.act.place.line], least)
    except Missing:
        assert verdicts == {None}
        return
    assert holds is (verdicts.pop() if len(verdicts) == 1 else None)
    assert (share.part, share.whole) == (sides.count(Side.AT), sides.count(Side.AT) + sides.count(Side.NOT))

"""A declared week held against 14.2.2.2 and 14.3.2.2 of the agreement of 2020, as a reader of it would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bareme
from bareme.conventions.agreement.answers import Answer, Place
from bareme.conventions.agreement_2020.conditions.model import CheckedWeek, Slot, WeekCheck, length
from bareme.conventions.agreement_2020.conditions.slots import continuous
from bareme.errors import InputError
from bareme.nomenclature.interpretations import interpretations
from running import REPOSITORY, bareme_here, valid

EXAMPLES = REPOSITORY / "examples" / "agreement_2020"
AGREEMENT = bareme.agreements[2020]
HEADER = "site,day,from,to,kind,activity\n"
Check = Callable[..., WeekCheck]
GP, SPECIALIST = "general_practitioner", "specialist"


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Lines of a week as a file, checked."""

    def checked(lines: str, provider: str = GP, status: str = "partial", unit: str = "hours") -> WeekCheck:
        path = tmp_path / "week.csv"
        path.write_text(HEADER + lines, encoding="utf-8")
        return AGREEMENT.check_week(path, provider=provider, status=status, unit=unit)

    return checked


def answers(week: CheckedWeek) -> dict[str, Answer]:
    return {answer.rule.partition(".")[2]: answer for answer in week.answers}


def results(found: WeekCheck) -> dict[str, str]:
    [week] = found.weeks
    return {name: answer.result.value for name, answer in answers(week).items()}


def told(found: WeekCheck) -> list[tuple[str, int | None, str]]:
    return [(f.check.partition(".")[2], f.place.line if f.place else None, f.clause) for f in found.findings]


def test_a_general_practitioners_week() -> None:
    """Tuesday 14-16 and 16-18 touch: one slot of 4 hours. 28 of 34 hours are at the fees, more than three quarters."""
    found = AGREEMENT.check_week(EXAMPLES / "week-general-practitioner.csv", provider=GP, status="partial")
    [week] = found.weeks
    assert results(found) == {"free_slots": "yes", "slot_hours": "yes", "activities": "yes", "practice": "yes"}
    assert found.findings == ()
    assert len(week.declared.stretches) == 2
    assert (week.declared.minutes(free=True), week.declared.minutes(free=False)) == (6 * 60, 28 * 60)
    assert answers(week)["free_slots"].interpretations == ("touching-slots-are-one",)
    assert answers(week)["practice"].interpretations == ("unit-of-the-practice",)


def test_a_specialists_week_with_breaches() -> None:
    found = AGREEMENT.check_week(EXAMPLES / "week-specialist.csv", provider=SPECIALIST, status="partial")
    assert told(found) == [
        ("slot_too_long", 3, "14.3.2.2.1"),  # 13:00 to 18:00 is 5 hours
        ("slots_overlap", 5, "14.2.2.2, 14.3.2.2"),  # line 4 lasts until 12:00, line 5 begins at 11:30
        ("site_without_access", 6, "14.3.2.2.3"),  # the clinic has free slots only
        ("activity_not_free", 8, "14.3.2.2"),  # a day hospital
        ("too_many_slots", 9, "14.3.2.2.1"),  # the fifth
    ]


@pytest.mark.parametrize(("provider", "most", "clause"), [(GP, 3, "14.2.2.2.1"), (SPECIALIST, 4, "14.3.2.2.1")])
def test_as_many_free_slots_as_the_clause_allows(check: Check, provider: str, most: int, clause: str) -> None:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    lines = [f"A,{day},09:00,10:00,free,acts\n" for day in days]
    found = check("".join(lines[:most]), provider)
    assert results(found)["free_slots"] == "yes"
    found = check("".join(lines[: most + 1]), provider)
    assert results(found)["free_slots"] == "no"
    # The header is line 1: the slot beyond the allowed ones stands on line most + 2.
    assert ("too_many_slots", most + 2, clause) in told(found)


@pytest.mark.parametrize(
    ("lines", "result"),
    [
        ("A,monday,08:00,12:00,free,acts\n", "yes"),
        ("A,monday,08:00,12:01,free,acts\n", "no"),
        # Two slots that touch are one, which lasts 4 h 01.
        ("A,monday,08:00,10:00,free,acts\nA,monday,10:00,12:01,free,acts\n", "no"),
        # With a minute between them they are two.
        ("A,monday,08:00,10:00,free,acts\nA,monday,10:01,12:01,free,acts\n", "yes"),
        # On two sites they are two.
        ("A,monday,08:00,10:00,free,acts\nB,monday,10:00,12:01,free,acts\n", "yes"),
        # A conventioned slot between them parts them.
        ("A,monday,08:00,10:00,free,acts\nA,monday,10:00,11:00,conventioned,\nA,monday,11:00,13:00,free,acts\n", "yes"),
    ],
)
def test_at_most_four_continuous_hours(check: Check, lines: str, result: str) -> None:
    assert results(check(lines))["slot_hours"] == result


@pytest.mark.parametrize(
    ("conventioned", "result", "because"),
    [
        ("20:00", "yes", "12 h of 16 h are at the fees; at least 3/4 must be (14.2.2.2.2)."),
        ("19:59", "no", "11 h 59 of 15 h 59 are at the fees; at least 3/4 must be (14.2.2.2.2)."),
    ],
)
def test_three_quarters_of_the_practice(check: Check, conventioned: str, result: str, because: str) -> None:
    """8:00 to 20:00 is 12 hours beside 4 free ones: exactly three quarters. A minute less is too little."""
    found = check(f"A,monday,08:00,{conventioned},conventioned,\nA,tuesday,08:00,12:00,free,acts\n")
    answer = answers(found.weeks[0])["practice"]
    assert (answer.result.value, answer.because["en"]) == (result, because)
    assert bool(found.breaches) is (result == "no")


def test_a_week_does_not_tell_acts_or_fees(check: Check) -> None:
    for unit in ("acts", "fees"):
        found = check("A,monday,08:00,12:00,conventioned,\n", unit=unit)
        assert answers(found.weeks[0])["practice"].missing == ("acts",)


@pytest.mark.parametrize(
    ("provider", "activity", "result"),
    [
        (GP, "consultations", "yes"),
        (GP, "appointments", "yes"),
        (GP, "acts", "yes"),
        (GP, "visits", "no"),
        (SPECIALIST, "visits", "yes"),
        (SPECIALIST, "hospital_patients", "no"),
        (SPECIALIST, "day_hospital", "no"),
        (SPECIALIST, "lump_sums", "no"),
        (GP, "", "needs_information"),
    ],
)
def test_what_free_hours_are_for(check: Check, provider: str, activity: str, result: str) -> None:
    """At the practice (14.2.2.2); for patients not in hospital, in day hospital or under lump sums (14.3.2.2)."""
    assert results(check(f"A,monday,08:00,12:00,free,{activity}\n", provider))["activities"] == result


@pytest.mark.parametrize(("provider", "clause"), [(GP, "14.2.1"), (SPECIALIST, "14.3.1")])
def test_a_fully_conventioned_doctor_has_no_free_slot(check: Check, provider: str, clause: str) -> None:
    found = check("A,monday,08:00,12:00,conventioned,\nA,monday,14:00,15:00,free,acts\n", provider, "full")
    assert results(found) == {"no_free_slots": "no"}
    assert told(found) == [("free_slot_of_full", 3, clause)]
    assert results(check("A,monday,08:00,12:00,conventioned,\n", provider, "full")) == {"no_free_slots": "yes"}


def test_overlapping_hours_make_no_sum(check: Check) -> None:
    """On two sites at once: nobody is. What the hours sum up to is then not known (14.2.2.2.2)."""
    found = check(
        "A,monday,08:00,12:00,conventioned,\nB,monday,11:00,13:00,free,acts\nA,friday,08:00,09:00,free,acts\n"
    )
    assert told(found) == [("slots_overlap", 3, "14.2.2.2, 14.3.2.2")]
    assert answers(found.weeks[0])["practice"].contradicts == ("line_2", "line_3")


def test_slots_that_cannot_be_used_are_findings_and_nothing_is_proven_without_them(check: Check) -> None:
    found = check(
        "A,monday,22:00,02:00,free,acts\nA,sonday,08:00,12:00,free,acts\nA,monday,09:00,09:00,free,acts\n"
        "A,tuesday,25:00,26:00,free,acts\nA,tuesday,08:00,13:00,free,visits\n"
    )
    assert [
        (f.check, f.place)
        for f in found.findings
        if f.check in ("conditions.slot_backwards", "conditions.unusable_value")
    ] == [
        ("conditions.slot_backwards", Place("week.csv", 2)),
        ("conditions.unusable_value", Place("week.csv", 3)),
        ("conditions.slot_backwards", Place("week.csv", 4)),
        ("conditions.unusable_value", Place("week.csv", 5)),
        ("conditions.unusable_value", Place("week.csv", 5)),
    ]
    # What is wrong stays wrong; what seems right may not be.
    assert results(found) == {
        "free_slots": "needs_information",
        "slot_hours": "no",
        "activities": "no",
        "practice": "needs_information",
    }
    assert answers(found.weeks[0])["practice"].missing == ("usable_lines",)


def test_each_site_has_an_access_slot(check: Check) -> None:
    lines = "A,monday,08:00,12:00,conventioned,consultations\nB,tuesday,08:00,12:00,free,acts\n"
    assert told(check(lines, SPECIALIST)) == [("site_without_access", 3, "14.3.2.2.3")]
    # A slot at the fees for patients in hospital gives ambulatory patients no access.
    lines += "B,monday,13:00,14:00,conventioned,hospital_patients\n"
    assert results(check(lines, SPECIALIST))["access"] == "no"
    lines += "B,friday,13:00,13:30,conventioned,\n"
    found = check(lines, SPECIALIST)
    assert results(found)["access"] == "yes"
    assert answers(found.weeks[0])["access"].interpretations == ("conventioned-slot-gives-access",)


def test_half_of_the_acts_is_not_in_a_week(check: Check) -> None:
    found = check("A,monday,08:00,12:00,conventioned,\n", SPECIALIST)
    assert answers(found.weeks[0])["half_at_the_fees"].missing == ("acts",)


@pytest.mark.parametrize(
    ("hours", "result"),
    [
        (None, "needs_information"),
        (["monday 08:00-18:00"], "yes"),
        (["monday 08:00-10:00", "monday 10:00-12:00"], "yes"),
        (["tuesday 08:00-18:00"], "no"),
        (["monday 08:00-09:00"], "needs_information"),
    ],
)
def test_hours_that_suit_patients_are_awaited(tmp_path: Path, hours: list[str] | None, result: str) -> None:
    """The agreement does not say which they are (14.3.2.2.2): they are supplied, or there is no answer."""
    path = tmp_path / "week.csv"
    path.write_text(HEADER + "A,monday,08:00,12:00,conventioned,\n")
    agreement = AGREEMENT if hours is None else AGREEMENT.with_parameters({"conditions": {"suitable_hours": hours}})
    assert results(agreement.check_week(path, provider=SPECIALIST, status="partial"))["suitable_hours"] == result


def test_hours_that_suit_are_those_of_slots_for_ambulatory_patients(tmp_path: Path) -> None:
    """Patients in hospital are no part of 14.3.2.2.2: their slot on Sunday changes nothing, and alone tells nothing."""
    path = tmp_path / "week.csv"
    agreement = AGREEMENT.with_parameters({"conditions": {"suitable_hours": ["monday 08:00-18:00"]}})
    hospital = "A,sunday,08:00,12:00,conventioned,hospital_patients\n"
    path.write_text(HEADER + "A,monday,08:00,12:00,conventioned,\n" + hospital)
    assert results(agreement.check_week(path, provider=SPECIALIST, status="partial"))["suitable_hours"] == "yes"
    path.write_text(HEADER + hospital)
    found = agreement.check_week(path, provider=SPECIALIST, status="partial")
    assert answers(found.weeks[0])["suitable_hours"].missing == ("acts",)


@pytest.mark.parametrize(
    "text", ["monday", "monday 8-18", "sonday 08:00-18:00", "monday 18:00-08:00", "monday 08:00-25:00"]
)
def test_hours_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "week.csv"
    path.write_text(HEADER + "A,monday,08:00,12:00,conventioned,\n")
    agreement = AGREEMENT.with_parameters({"conditions": {"suitable_hours": [text]}})
    with pytest.raises(InputError, match=r"suitable_hours.*write them as monday 08:00-18:00"):
        agreement.check_week(path, provider=SPECIALIST, status="partial")


def test_slots_of_one_registration_are_a_week_of_their_own() -> None:
    """From 9 March 2020 the free slot of Tuesday is on Thursday (17.3, 17.4); either week has two."""
    found = AGREEMENT.check_week(EXAMPLES / "week-changed.toml", provider=SPECIALIST, status="partial")
    assert [str(week.declared.valid_from) for week in found.weeks] == ["None", "2020-03-09"]
    assert [len(week.declared.stretches) for week in found.weeks] == [2, 2]
    # Each [[slot]] is named by its own line.
    assert told(found) == [("site_without_access", 19, "14.3.2.2.3"), ("site_without_access", 45, "14.3.2.2.3")]


def test_a_week_registered_after_the_agreement_has_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "week.csv"
    path.write_text("site,day,from,to,kind,valid_from\nA,monday,08:00,18:00,free,2021-01-01\n")
    found = AGREEMENT.check_week(path, provider=GP, status="partial")
    assert set(results(found).values()) == {"needs_information"}
    assert found.findings == ()
    answer = found.weeks[0].answers[0]
    assert (answer.missing, answer.clause) == (("agreement_on_this_date",), "16.1")
    assert "No agreement in the book for this date, 2021-01-01" in answer.because["en"]


def test_who_declares_nothing_adheres_fully(check: Check) -> None:
    found = check("")
    assert found.weeks == ()
    assert [(f.check, f.severity.value, f.clause) for f in found.findings] == [
        ("conditions.nothing_declared", "note", "17.2")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("site,day,from,to\n", r"week.csv has no column 'kind'"),
        ("site,day,from,to,kind,days\n", r'has a column "days"; did you mean "day"'),
    ],
)
def test_a_file_that_is_no_week_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "week.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        AGREEMENT.check_week(tmp_path / "week.csv", provider=GP, status="partial")


def test_words_that_are_none_are_refused(tmp_path: Path) -> None:
    for provider, status, unit in (("dentist", "full", "hours"), (GP, "none", "hours"), (GP, "full", "days")):
        with pytest.raises(InputError, match="is none of"):
            AGREEMENT.check_week(tmp_path / "none.csv", provider=provider, status=status, unit=unit)
    with pytest.raises(InputError, match="is not a file"):
        AGREEMENT.check_week(tmp_path / "none.csv", provider=GP, status="full")


@pytest.mark.parametrize(
    "name", ["week-general-practitioner.csv", "week-specialist.csv", "week-unusable.csv", "week-changed.toml"]
)
def test_a_week_is_data(name: str) -> None:
    for provider in (GP, SPECIALIST):
        found = AGREEMENT.check_week(EXAMPLES / name, provider=provider, status="partial")
        english, french = found.to_dict("en"), found.to_dict("fr")
        valid(english, "agreement-week-1")
        valid(french, "agreement-week-1")
        for week, other in zip(english["weeks"], french["weeks"], strict=True):
            for answer, reponse in zip(week["requirements"], other["requirements"], strict=True):
                assert answer["because"] != reponse["because"]
                assert set(answer["interpretations"]) <= interpretations().keys()


def test_the_command(tmp_path: Path) -> None:
    path = EXAMPLES / "week-general-practitioner.csv"
    command = ("agreement", "2020", "check-week", path, "--provider", GP, "--status", "partial")
    ran = bareme_here(*command, book=tmp_path / "book.sqlite")
    assert (ran.code, "28 h of 34 h are at the fees" in ran.out) == (0, True)
    assert bareme_here(*command, "--json", book=tmp_path / "book.sqlite").json("agreement-week-1")["findings"] == []
    french = bareme_here(*command, "--language", "fr", "--status", "full", book=tmp_path / "book.sqlite")
    assert (french.code, "n'a pas de plage libre" in french.out) == (1, True)


SLOTS = st.tuples(st.sampled_from("AB"), st.sampled_from(("monday", "tuesday")), st.integers(0, 47), st.integers(1, 12))


@given(st.lists(SLOTS, max_size=8))
def test_stretches_hold_every_free_minute_once(given_slots: list[tuple[str, str, int, int]]) -> None:
    """Stretches of one site and day neither touch nor overlap, and cover exactly the minutes of the slots."""
    slots = [
        Slot(Place("week.csv", line), site, day, 30 * start, 30 * (start + halves), True)
        for line, (site, day, start, halves) in enumerate(given_slots, start=2)
    ]
    covered = {(slot.site, slot.day, minute) for slot in slots for minute in range(slot.start, slot.end)}
    stretches = list(continuous(slots))
    keys = [stretch.key for stretch in stretches]
    assert covered == {(site, day, m) for site, day, start, end in keys for m in range(start, end)}
    assert len(covered) == sum(stretch.minutes for stretch in stretches)
    for site, day, _, end in keys:
        assert (site, day, end) not in covered


@given(st.integers(0, 10_000))
def test_a_length_is_told_whole(minutes: int) -> None:
    hours, _, rest = length(minutes).partition(" h")
    assert int(hours) * 60 + int(rest.strip() or 0) == minutes

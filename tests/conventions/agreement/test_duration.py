"""The calendar of clauses 16 and 17: cases written out as a reader would, and events that are wrong."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bareme
from bareme.conventions.agreement.systems import System, systems_of
from bareme.conventions.agreement_2020.duration.calendar import Calendar, calendar_of
from bareme.conventions.agreement_2020.duration.ending import lasts
from bareme.conventions.agreement_2020.duration.events import Event, Happening, history_of
from bareme.conventions.model import Result
from bareme.errors import InputError
from running import REPOSITORY, bareme_here, valid

EVENTS = REPOSITORY / "examples" / "agreement_2020" / "events.csv"
HEAD = "date,event,who,kind,in_force,agreed,situation,hours,extent\n"
PUBLISHED = "2020-01-20,published,,,,,,\n"
"""An invented day: the document does not hold it. Thirty days after it is 19 February."""


@pytest.fixture
def system() -> System:
    return systems_of(2020)["duration"]


def calendar(tmp_path: Path, rows: str, on: str | None = None, doctor: str | None = None) -> Calendar:
    (tmp_path / "events.csv").write_text(HEAD + rows, encoding="utf-8")
    return bareme.agreements[2020].calendar(tmp_path / "events.csv", on=on, doctor=doctor)


def answers(found: Calendar, rule: str = "binds") -> list[tuple[str | None, str, str]]:
    """Of whom, result and clause of every answer of a rule."""
    return [
        (entry.who, entry.answer.result.value, entry.answer.clause)
        for entry in found.answers
        if entry.answer.rule == f"duration.{rule}"
    ]


def binds(tmp_path: Path, rows: str, on: str, doctor: str = "D") -> tuple[str, str]:
    [(_, result, clause)] = answers(calendar(tmp_path, rows, on, doctor))
    return result, clause


def checks(found: Calendar) -> list[tuple[str, str, int | None]]:
    return [(f.check, f.severity.value, f.place.line if f.place else None) for f in found.findings]


@pytest.mark.parametrize(
    ("on", "result"),
    [("2019-12-31", "no"), ("2020-01-01", "yes"), ("2020-12-31", "yes"), ("2021-01-01", "no")],
)
def test_the_agreement_lasts_for_the_year_and_its_last_day_belongs_to_it(tmp_path: Path, on: str, result: str) -> None:
    """16.1: from 1 January 2020 to 31 December 2020 included."""
    found = calendar(tmp_path, PUBLISHED, on)
    assert answers(found, "lasts") == [(None, result, "16.1")]
    [(_, binding, _)] = answers(found)
    assert binding == result


@pytest.mark.parametrize(
    ("registered", "expected"),
    [
        ("2020-01-20", ("no", "17.1")),  # the day of publication itself
        ("2020-02-18", ("no", "17.1")),
        ("2020-02-19", ("no", "17.1")),  # the thirtieth day after it
        ("2020-02-20", ("yes", "17.2")),  # the thirty-first: too late
    ],
)
def test_a_refusal_counts_within_thirty_days(tmp_path: Path, registered: str, expected: tuple[str, str]) -> None:
    """17.1: within thirty days that follow the publication; 17.2: else full adherence is deemed."""
    assert binds(tmp_path, f"{PUBLISHED}{registered},refused,D,,,,,\n", "2020-03-01") == expected


def test_partial_hours_within_the_same_thirty_days_else_full_adherence(tmp_path: Path) -> None:
    """17.2; and what is declared later is a change that counts from its registration (17.3, 17.4)."""
    found = calendar(tmp_path, f"{PUBLISHED}2020-02-19,hours_declared,D,,,,,week\n", "2020-03-01", "D")
    [_, entry] = found.answers
    assert entry.answer.because["en"] == (
        "The agreement binds D partially on 2020-03-01: "
        "partial hours (week) were registered on 2020-02-19, in time (17.2)."
    )
    assert found.findings == ()
    late = f"{PUBLISHED}2020-02-20,hours_declared,D,,,,,week\n"
    before, after = calendar(tmp_path, late, "2020-02-19", "D"), calendar(tmp_path, late, "2020-02-20", "D")
    assert "binds D fully" in before.answers[1].answer.because["en"]
    assert "binds D partially" in after.answers[1].answer.because["en"]
    assert after.answers[1].answer.interpretations == ("late-hours-are-a-change",)
    assert checks(after) == [("duration.hours_late", "warning", 3)]


def test_changed_hours_count_from_their_registration(tmp_path: Path) -> None:
    """17.3, 17.4."""
    rows = f"{PUBLISHED}2020-02-01,hours_declared,D,,,,,one\n2020-05-04,hours_changed,D,,,,,two\n"
    before, after = (calendar(tmp_path, rows, on, "D").answers[1].answer for on in ("2020-05-03", "2020-05-04"))
    assert (before.clause, before.values["hours"]) == ("17.2", "one")
    assert (after.clause, after.values["hours"]) == ("17.3", "two")


def test_without_the_day_of_publication_it_needs_information(tmp_path: Path) -> None:
    """The document does not hold the day; it comes from an event or from --parameters."""
    rows = "2020-02-10,refused,D,,,,,\n"
    found = calendar(tmp_path, rows, "2020-03-01", "D")
    assert found.answers[1].answer.result is Result.NEEDS_INFORMATION
    assert found.answers[1].answer.missing == ("published",)
    assert [deadline.term.value for deadline in found.deadlines] == ["first_day", "last_day"]
    supplied = bareme.agreements[2020].with_parameters({"duration": {"published": "2020-01-20"}})
    [_, entry] = supplied.calendar(tmp_path / "events.csv", on="2020-03-01", doctor="D").answers
    assert (entry.answer.result.value, entry.answer.clause) == ("no", "17.1")


def test_two_days_of_publication_contradict_one_another(tmp_path: Path) -> None:
    found = calendar(tmp_path, f"{PUBLISHED}2020-01-27,published,,,,,,\n", "2020-03-01", "D")
    assert found.answers[1].answer.contradicts == ("published",)
    assert checks(found) == [("duration.event_twice", "error", 3)]


def test_who_refuses_and_declares_hours_contradicts_himself(tmp_path: Path) -> None:
    """17.1 and 17.2 do not say which of the two counts."""
    rows = f"{PUBLISHED}2020-01-25,refused,D,,,,,\n2020-02-05,hours_declared,D,,,,,week\n"
    found = calendar(tmp_path, rows, "2020-03-01", "D")
    assert found.answers[1].answer.contradicts == ("refused", "hours_declared")
    assert checks(found) == [("duration.refused_and_declared", "error", 4)]


LAW = "2020-06-15,situation,,16.2.2,,,law,\n"
MEASURE = "2020-06-15,situation,,16.2.1,2020-08-01,,cut,\n"
NOTED = "2020-06-18,noted,,,,,,\n"
ORGANISATION = "2020-07-03,notified_by_organisation,O,,,,,,whole\n"
NO_ACCORD = "2020-07-10,meeting,,,,no,,\n"
ENDED = PUBLISHED + LAW + NOTED + ORGANISATION + NO_ACCORD


@pytest.mark.parametrize(
    ("rows", "on", "expected"),
    [
        # Thirty days after 15 June is 15 July: the last day of the agreement (16.2.4).
        (LAW + NOTED + ORGANISATION + NO_ACCORD, "2020-07-15", ("yes", "16.1")),
        (LAW + NOTED + ORGANISATION + NO_ACCORD, "2020-07-16", ("no", "16.2.4")),
        # An accord at the meeting: it goes on.
        (LAW + NOTED + ORGANISATION + "2020-07-10,meeting,,,,yes,,\n", "2020-07-16", ("yes", "16.1")),
        # Nobody notified, or a doctor only: it goes on.
        (LAW + NOTED + NO_ACCORD, "2020-07-16", ("yes", "16.1")),
        # The fifteenth day after 18 June is 3 July; a letter of 4 July is too late.
        (LAW + NOTED + "2020-07-04,notified_by_organisation,O,,,,,,whole\n" + NO_ACCORD, "2020-07-16", ("yes", "16.1")),
        # No meeting yet, no noting known: that must be known, once the thirty days are over.
        (LAW + NOTED + ORGANISATION, "2020-07-15", ("yes", "16.1")),
        (LAW + NOTED + ORGANISATION, "2020-07-16", ("needs_information", "16")),
        (LAW + ORGANISATION + NO_ACCORD, "2020-07-16", ("needs_information", "16")),
    ],
)
def test_the_agreement_ends_where_the_meeting_fails(
    tmp_path: Path, rows: str, on: str, expected: tuple[str, str]
) -> None:
    """16.2.4."""
    [(_, *found)] = answers(calendar(tmp_path, PUBLISHED + rows, on), "lasts")
    assert tuple(found) == expected


def test_what_is_missing_about_a_denunciation_is_named(tmp_path: Path) -> None:
    found = calendar(tmp_path, PUBLISHED + LAW + ORGANISATION, "2020-07-16")
    assert found.answers[0].answer.missing == ("noted", "meeting")
    two = calendar(
        tmp_path, PUBLISHED + LAW + NOTED + ORGANISATION + NO_ACCORD + "2020-07-12,meeting,,,,yes,,\n", "2020-07-16"
    )
    assert two.answers[0].answer.contradicts == ("meeting",)


def test_the_agreement_does_not_end_after_its_own_last_day(tmp_path: Path) -> None:
    """A situation of 20 December: thirty days go beyond 31 December, when it ends anyway (16.1)."""
    rows = "2020-12-20,situation,,16.2.3,,,,\n2020-12-21,noted,,,,,,\n"
    found = calendar(tmp_path, PUBLISHED + rows)
    assert [d.day for d in found.deadlines if d.term.value == "end_without_accord"] == [date(2020, 12, 31)]


@pytest.mark.parametrize(
    ("rows", "on", "expected"),
    [
        (MEASURE + NOTED + "2020-06-30,notified_by_doctor,D,,,,,,whole\n", "2020-07-31", ("yes", "17.2")),
        (MEASURE + NOTED + "2020-06-30,notified_by_doctor,D,,,,,,whole\n", "2020-08-01", ("no", "16.2.5")),
        (MEASURE + NOTED + "2020-06-30,notified_by_doctor,OTHER,,,,,,whole\n", "2020-08-01", ("yes", "17.2")),
        (MEASURE + NOTED + "2020-07-04,notified_by_doctor,D,,,,,,whole\n", "2020-08-01", ("yes", "17.2")),
        (MEASURE + "2020-06-30,notified_by_doctor,D,,,,,,whole\n", "2020-08-01", ("needs_information", "16, 17")),
        (LAW + NOTED + "2020-06-30,notified_by_doctor,D,,,,,,whole\n", "2020-08-01", ("yes", "17.2")),
    ],
)
def test_a_doctor_leaves_when_the_measure_enters_into_force(
    tmp_path: Path, rows: str, on: str, expected: tuple[str, str]
) -> None:
    """16.2.5: within 15 days, on 16.2.1 or 16.2.3, for that doctor only."""
    assert binds(tmp_path, PUBLISHED + rows, on) == expected


def test_the_day_of_entry_into_force_must_be_known(tmp_path: Path) -> None:
    rows = "2020-06-15,situation,,16.2.3,,,,\n" + NOTED + "2020-06-30,notified_by_doctor,D,,,,,,whole\n"
    found = calendar(tmp_path, PUBLISHED + rows, "2020-08-01", "D")
    assert found.answers[1].answer.missing == ("in_force",)


def test_the_noting_is_that_of_the_one_who_notifies(tmp_path: Path) -> None:
    """Interpretation noting-is-the-notifiers-own: the doctor noted on 1 July, so 16 July is in time."""
    rows = MEASURE + NOTED + "2020-07-01,noted,D,,,,,\n2020-07-16,notified_by_doctor,D,,,,,,whole\n"
    found = calendar(tmp_path, PUBLISHED + rows, "2020-08-01", "D")
    assert found.answers[1].answer.result is Result.NO
    assert "noting-is-the-notifiers-own" in found.answers[1].answer.interpretations
    assert found.findings == ()


@pytest.mark.parametrize(
    ("rows", "last_day"),
    [
        # 30 January + 30 days: one more in January, 29 in February of a leap year. The noting does not move the end.
        (
            "2020-01-30,situation,,16.2.3,,,,\n2020-02-20,noted,,,,,,\n2020-03-06,notified_by_organisation,O,,,,,\n"
            "2020-03-20,meeting,,,,no,,\n",
            date(2020, 2, 29),
        ),
        # Between conclusion and first day: 28 December + 30 days is 27 January.
        (
            "2019-12-28,situation,,16.2.2,,,,\n2020-01-02,noted,,,,,,\n"
            "2020-01-10,notified_by_organisation,O,,,,,,whole\n2020-01-20,meeting,,,,no,,\n",
            date(2020, 1, 27),
        ),
        # Two situations: the earlier end counts, whichever is met first.
        (
            "2020-06-01,situation,,16.2.3,,,one,\n2020-06-10,situation,,16.2.3,,,two,\n"
            "2020-06-11,noted,,,,,two,\n2020-06-12,notified_by_organisation,O,,,,two,\n2020-06-15,meeting,,,,no,two,\n"
            "2020-06-12,noted,,,,,one,\n2020-06-20,notified_by_organisation,O,,,,one,\n2020-06-25,meeting,,,,no,one,\n",
            date(2020, 7, 1),
        ),
        # The first organisation comes to an accord, the second one's meeting fails: its letter ends the agreement.
        (
            "2020-06-01,situation,,16.2.3,,,,\n2020-06-02,noted,,,,,,\n2020-06-03,notified_by_organisation,O,,,,,\n"
            "2020-06-05,meeting,,,,yes,,\n2020-06-10,notified_by_organisation,P,,,,,\n2020-06-15,meeting,,,,no,,\n",
            date(2020, 7, 1),
        ),
    ],
)
def test_day_by_day_the_agreement_lasts_to_the_thirtieth_day_after_the_situation_arose(
    tmp_path: Path, rows: str, last_day: date
) -> None:
    """16.2.4: thirty days from the arising, not from the noting, the letter or the meeting."""
    (tmp_path / "events.csv").write_text(HEAD + PUBLISHED + rows, encoding="utf-8")
    agreement = bareme.agreements[2020]
    for number in range(366):
        on = date(2020, 1, 1) + timedelta(days=number)
        [whole] = [entry.answer for entry in agreement.calendar(tmp_path / "events.csv", on=on, doctor="D").answers][:1]
        assert (on, whole.result is Result.YES) == (on, on <= last_day)


@pytest.mark.parametrize(
    ("rows", "first_free_day"),
    [
        # In force after the letter.
        ("2020-06-15,situation,,16.2.1,2020-08-01,,,\n2020-06-20,noted,,,,,,\n", date(2020, 8, 1)),
        # In force before the letter of 5 July: from the entry into force all the same.
        ("2020-06-15,situation,,16.2.3,2020-07-01,,,\n2020-06-20,noted,,,,,,\n", date(2020, 7, 1)),
        # In force next year: the agreement of 2020 is over by then.
        ("2020-06-15,situation,,16.2.1,2021-01-01,,,\n2020-06-20,noted,,,,,,\n", date(2021, 1, 1)),
    ],
)
def test_day_by_day_a_doctor_is_bound_until_the_measure_enters_into_force(
    tmp_path: Path, rows: str, first_free_day: date
) -> None:
    """16.2.5: the fifteenth day after 20 June is 5 July; what counts is the entry into force, for that doctor only."""
    letter = "2020-07-05,notified_by_doctor,D,,,,,,whole\n"
    (tmp_path / "events.csv").write_text(HEAD + PUBLISHED + rows + letter, encoding="utf-8")
    agreement = bareme.agreements[2020]
    for number in range(366):
        on = date(2020, 1, 1) + timedelta(days=number)
        bound = {
            who: agreement.calendar(tmp_path / "events.csv", on=on, doctor=who).answers[1].answer.result is Result.YES
            for who in ("D", "E")
        }
        assert (on, bound) == (on, {"D": on < first_free_day, "E": True})


@pytest.mark.parametrize(
    ("kind", "extent", "missing"),
    [
        ("16.2.1", "whole", None),
        ("16.2.1", "partial", "part_denounced"),
        ("16.2.1", "", "extent"),
        ("16.2.2", "partial", "part_denounced"),
        ("16.2.2", "", "extent"),
        ("16.2.3", "", None),  # 16.2.3 names nothing but the whole
        ("16.2.3", "partial", "part_denounced"),
    ],
)
def test_what_a_partial_denunciation_leaves_is_not_guessed(
    tmp_path: Path, kind: str, extent: str, missing: str | None
) -> None:
    """16.2.1, 16.2.2: wholly or partially; no clause says what becomes of the rest."""
    arose = f"2020-06-15,situation,,{kind},2020-07-01,,,\n{NOTED}"
    found = calendar(tmp_path, PUBLISHED + arose + f"2020-07-03,notified_by_organisation,O,,,,,,{extent}\n" + NO_ACCORD)
    partly_odd = [("duration.partial_not_foreseen", "warning", 5)] if (kind, extent) == ("16.2.3", "partial") else []
    assert checks(found) == partly_odd
    for on, lasts_on in (("2020-07-15", True), ("2020-07-16", False)):
        answer = calendar(tmp_path, (tmp_path / "events.csv").read_text()[len(HEAD) :], on).answers[0].answer
        if lasts_on or missing is None:
            assert answer.result is (Result.YES if lasts_on else Result.NO)
        else:
            assert (answer.result, answer.missing) == (Result.NEEDS_INFORMATION, (missing,))
    if kind == "16.2.2":
        return  # not for doctors
    rows = PUBLISHED + arose + f"2020-07-03,notified_by_doctor,D,,,,,,{extent}\n"
    before, after = (calendar(tmp_path, rows, on, "D").answers[1].answer for on in ("2020-06-30", "2020-07-01"))
    assert before.result is Result.YES
    assert (after.result, after.missing) == (
        (Result.NO, ()) if missing is None else (Result.NEEDS_INFORMATION, (missing,))
    )
    assert ("denunciation-is-whole" in after.interpretations) == (kind == "16.2.3" and missing is None)


def test_a_whole_denunciation_ends_it_whatever_another_organisation_denounces(tmp_path: Path) -> None:
    rows = LAW + NOTED + "2020-06-30,notified_by_organisation,P,,,,,,partial\n" + ORGANISATION + NO_ACCORD
    assert calendar(tmp_path, PUBLISHED + rows, "2020-07-16").answers[0].answer.result is Result.NO


def test_a_doctor_may_go_back_from_partial_to_full(tmp_path: Path) -> None:
    """17.3: any later change counts from its registration; 17.2: the complete professional activity."""
    rows = (
        f"{PUBLISHED}2020-02-01,hours_declared,D,,,,,one\n2020-05-04,hours_changed,D,,,,,,whole\n"
        "2020-09-01,hours_changed,D,,,,,two,partial\n"
    )
    said = [
        calendar(tmp_path, rows, on, "D").answers[1].answer
        for on in ("2020-05-03", "2020-05-04", "2020-08-31", "2020-09-01")
    ]
    assert [(one.clause, "fully" in one.because["en"], "entièrement" in one.because["fr"]) for one in said] == [
        ("17.2", False, False),
        ("17.3", True, True),
        ("17.3", True, True),
        ("17.3", False, False),
    ]
    assert calendar(tmp_path, rows).findings == ()
    unclear = f"{PUBLISHED}2020-02-01,hours_declared,D,,,,,one\n2020-05-04,hours_changed,D,,,,,\n"
    assert calendar(tmp_path, unclear, "2020-05-04", "D").answers[1].answer.missing == ("extent",)


def test_the_last_change_of_a_day_is_the_one_that_stands_last(tmp_path: Path) -> None:
    rows = f"{PUBLISHED}2020-05-04,hours_changed,D,,,,,one\n2020-05-04,hours_declared,D,,,,,two\n"
    assert calendar(tmp_path, rows, "2020-05-04", "D").answers[1].answer.values["hours"] == "two"


def test_who_refused_has_no_hours_to_change(tmp_path: Path) -> None:
    """17.3 is for the doctors of 17.2, who did not refuse."""
    changes = "2020-04-01,hours_changed,D,,,,,one\n2020-05-01,hours_declared,D,,,,,two\n"
    rows = f"{PUBLISHED}2020-02-01,refused,D,,,,,\n{changes}"
    found = calendar(tmp_path, rows, "2020-06-01", "D")
    assert checks(found) == [
        ("duration.changed_after_refusal", "error", 4),
        ("duration.changed_after_refusal", "error", 5),
    ]
    assert answers(found) == [("D", "no", "17.1")]


def test_a_meeting_after_the_thirtieth_day_is_noted(tmp_path: Path) -> None:
    rows = PUBLISHED + LAW + NOTED + ORGANISATION + "2020-07-16,meeting,,,,no,,\n"
    assert checks(calendar(tmp_path, rows)) == [("duration.meeting_after_the_end", "note", 6)]


def test_days_at_the_end_of_the_calendar_are_days_too(tmp_path: Path) -> None:
    found = calendar(tmp_path, "9999-12-31,published,,,,,,\n")
    assert [d.day for d in found.deadlines if d.term.value == "refuse"] == [date.max]


def test_the_benefits_of_the_social_status_stay_for_those_who_keep_the_tariffs(tmp_path: Path) -> None:
    """16.2.4, last paragraph: who had adhered and undertakes to apply the tariffs."""
    rows = ENDED + "2020-02-01,refused,NEVER,,,,,\n2020-07-12,tariffs_kept,D,,,,,\n2020-02-01,hours_declared,E,,,,,\n"
    found = calendar(tmp_path, rows, "2020-07-16")
    assert answers(found, "benefit_kept") == [
        ("D", "yes", "16.2.4"),
        ("E", "needs_information", "16.2.4"),
        ("NEVER", "no", "16.2.4"),
    ]
    assert found.answers[-2].answer.clause == "16.2.4"
    assert answers(calendar(tmp_path, rows, "2020-07-15"), "benefit_kept") == []
    assert answers(calendar(tmp_path, rows, "2021-01-01"), "benefit_kept") == []


def test_events_that_are_wrong_are_findings_with_their_lines(tmp_path: Path) -> None:
    rows = (
        PUBLISHED  # 2
        + "2020-03-02,refused,LATE,,,,,\n"  # 3: the last day was 19 February
        + "2020-02-01,refused,D,,,,,\n"  # 4: below a later event
        + "2020-01-10,refused,EARLY,,,,,\n"  # 5: before the publication
        + LAW  # 6
        + NOTED  # 7
        + "2020-06-20,notified_by_doctor,D,,,,,,whole\n"  # 8: on 16.2.2
        + "2020-06-21,meeting,,,,no,,\n"  # 9: no letter before it
        + "2020-07-06,notified_by_organisation,O,,,,,,whole\n"  # 10: the last day was 3 July
        + "2020-06-01,noted,,,,,,\n"  # 11: before the situation
        + "2020-07-07,noted,,,,,other,\n"  # 12: no such situation
        + "2020-07-07,refused,,,,,,\n"  # 13: by whom?
        + "2020-07-07,hours_changed,X,,,yes,,\n"  # 14: hours agree to nothing
        + "2020-07-07,signed,X,,,,,\n"  # 15: no such event
        + "07/07/2020,refused,X,,,,,\n"  # 16: no such day
    )
    found = calendar(tmp_path, rows)
    assert sorted(checks(found), key=lambda check: (check[2] or 0, check[0])) == [
        ("duration.refused_late", "error", 3),
        ("duration.out_of_order", "warning", 4),
        ("duration.before_its_cause", "error", 5),
        ("duration.out_of_order", "warning", 5),
        ("duration.ground_not_for_doctors", "error", 8),
        ("duration.meeting_without_notification", "error", 9),
        ("duration.notified_late", "error", 10),
        ("duration.before_its_cause", "error", 11),
        ("duration.out_of_order", "warning", 11),
        ("duration.situation_unclear", "error", 12),
        ("duration.value_missing", "error", 13),
        ("duration.value_out_of_place", "warning", 14),
        ("duration.unusable_value", "error", 15),
        ("duration.unusable_value", "error", 16),
    ]
    for language in ("en", "fr"):
        valid(found.to_dict(language), "agreement-calendar-1")


def test_what_is_empty_is_named_in_the_language_asked(tmp_path: Path) -> None:
    [finding] = calendar(tmp_path, "2020-07-07,situation,,,,,,\n").findings
    assert finding.message["en"] == "kind is empty; it must be one of 16.2.1, 16.2.2, 16.2.3."
    assert finding.message["fr"] == "kind est vide ; il faut l'un de 16.2.1, 16.2.2, 16.2.3."


def test_on_a_situation_outside_the_year_the_agreement_cannot_be_denounced(tmp_path: Path) -> None:
    """16.2.1: while the agreement lasts."""
    rows = "2021-02-01,situation,,16.2.1,,,,\n"
    found = calendar(tmp_path, PUBLISHED + rows)
    assert checks(found) == [("duration.situation_outside", "error", 3)]
    assert not [d for d in found.deadlines if d.situation]


def test_a_situation_is_named_where_there_are_several(tmp_path: Path) -> None:
    rows = LAW + MEASURE + "2020-06-18,noted,,,,,cut,\n2020-06-19,noted,,,,,,\n"
    found = calendar(tmp_path, PUBLISHED + rows)
    assert checks(found) == [("duration.situation_unclear", "error", 6)]
    assert found.findings[0].message["fr"].startswith("noted désigne la situation - ; celles des événements sont : law")


def test_an_event_before_the_agreement_was_concluded_is_no_publication(tmp_path: Path) -> None:
    found = calendar(tmp_path, "2019-12-01,published,,,,,,\n", "2020-03-01", "D")
    assert checks(found) == [("duration.before_its_cause", "error", 2)]
    assert found.answers[1].answer.missing == ("published",)


def test_events_in_toml(tmp_path: Path) -> None:
    place = tmp_path / "events.toml"
    place.write_text(
        "[[event]]\ndate = 2020-01-20\nevent = 'published'\n\n"
        "[[event]]\ndate = 2020-02-10\nevent = 'refused'\nwho = 'D'\n"
    )
    found = bareme.agreements[2020].calendar(place, on=date(2020, 3, 1), doctor="D")
    assert answers(found) == [("D", "no", "17.1")]


def test_unusable_files_and_days_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("day,event\n2020-01-20,published\n")
    with pytest.raises(InputError, match='has a column "day"; '):
        bareme.agreements[2020].calendar(tmp_path / "events.csv")
    with pytest.raises(InputError, match=r"none\.csv is not a file"):
        bareme.agreements[2020].calendar(tmp_path / "none.csv")
    with pytest.raises(InputError, match="on: '1 March' is not a date"):
        bareme.agreements[2020].calendar(EVENTS, on="1 March")


def test_the_example_as_a_reader_of_the_agreement_would_answer(tmp_path: Path) -> None:
    """Published (invented) on 20 January; a fee cut of 15 June, in force on 1 August; the parties found an accord."""
    asked = ("agreement", "2020", "calendar", EVENTS, "--on", "2020-08-01")
    ran = bareme_here(*asked, "--json", book=tmp_path / "b.sqlite")
    assert ran.code == 1  # D-LATE refused a day late
    found = ran.json("agreement-calendar-1")
    assert [(a["who"], a["answer"]["result"], a["answer"]["clause"]) for a in found["answers"]] == [
        (None, "yes", "16.1"),
        ("D-LATE", "yes", "17.2"),
        ("D-LEAVES", "no", "16.2.5"),
        ("D-PARTIAL", "yes", "17.3"),
        ("D-REFUSES", "no", "17.1"),
        (None, "yes", "17.2"),
    ]
    assert [(d["day"], d["term"]) for d in found["deadlines"]] == [
        ("2020-01-01", "first_day"),
        ("2020-02-19", "refuse"),
        ("2020-02-19", "declare_hours"),
        ("2020-07-03", "notify_organisation"),
        ("2020-07-03", "notify_doctor"),
        ("2020-07-15", "end_without_accord"),
        ("2020-08-01", "leave"),
        ("2020-12-31", "last_day"),
    ]
    french = bareme_here(*asked, "--language", "fr", book=tmp_path / "b.sqlite")
    assert "L'accord ne lie plus D-LEAVES le 2020-08-01" in french.out


DAYS = st.integers(0, 365).map(lambda n: date(2020, 1, 1) + timedelta(n))
EVENT = st.builds(
    Event,
    DAYS,
    st.sampled_from([h for h in Happening if h is not Happening.SITUATION]),
    who=st.sampled_from(["A", "B"]),
    agreed=st.booleans(),
    extent=st.sampled_from([None, "whole", "partial"]),
)
SITUATION = st.builds(
    Event,
    DAYS,
    st.just(Happening.SITUATION),
    kind=st.sampled_from(["16.2.1", "16.2.2", "16.2.3"]),
    in_force=st.none() | DAYS,
)


@given(st.lists(EVENT | SITUATION, max_size=12), DAYS)
def test_whatever_happens_there_is_an_answer_and_the_order_of_the_file_does_not_matter(
    events: list[Event], on: date
) -> None:
    system = systems_of(2020)["duration"]
    found = calendar_of(system, 2020, events, on=on)
    valid(found.to_dict(), "agreement-calendar-1")
    # Of one day the order given counts, so only the days are shuffled.
    of_day = sorted(events, key=lambda event: event.day)
    again = calendar_of(system, 2020, of_day, on=on)
    assert again.answers == found.answers
    assert again.deadlines == found.deadlines


@given(st.lists(EVENT | SITUATION, max_size=12), DAYS)
def test_an_agreement_that_ended_does_not_begin_again(events: list[Event], on: date) -> None:
    system = systems_of(2020)["duration"]
    history = history_of(events)
    if lasts(system, history, on).result is Result.NO:
        assert lasts(system, history, min(on + timedelta(days=40), date(2020, 12, 31))).result is Result.NO

"""Global medical files (5.1.1): who is paid for which file, cases written out as a reader of the agreement would."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bareme
from bareme.conventions.agreement.answers import Place
from bareme.conventions.agreement.systems import systems_of
from bareme.conventions.agreement_2020.global_file.events import Event, Holder, Holders, Kind
from bareme.conventions.agreement_2020.global_file.fee import indexed
from bareme.conventions.agreement_2020.global_file.report import GlobalFiles, global_files
from bareme.errors import InputError
from bareme.nomenclature.interpretations import interpretations
from running import REPOSITORY, bareme_here, valid

HOLDERS = """holder,electronic_since,registered
D-01,2019-05-01,none
D-02,none,2020-06-30
D-03,none,none
D-04,2020-07-01,2020-07-01
D-05,,
"""
HEAD = "date,patient,event,holder,previous,received\n"
SUPPLIED = {
    "global_file": {
        "fee_on_2019_01_01": "30.00",
        "amount_by_year": {"2021": "31.00", "2022": "32.00"},
        "new_file": "first_with_holder",
        "without_electronic_file": "not_paid",
    }
}
"""Invented amounts, and one choice of each definition that the document leaves open."""


@pytest.fixture
def log(tmp_path: Path) -> Any:
    """The report of a log, given as the lines of its CSV below the header."""
    (tmp_path / "holders.csv").write_text(HOLDERS)

    def report(lines: str, until: int | None = None, supplied: Any = None) -> GlobalFiles:
        (tmp_path / "events.csv").write_text(HEAD + lines.strip() + "\n")
        agreement = bareme.agreements[2020].with_parameters(supplied or {})
        found = agreement.global_files(tmp_path / "events.csv", tmp_path / "holders.csv", until=until)
        for language in ("en", "fr"):
            valid(found.to_dict(language), "agreement-global-files-1")
        return found

    return report


def told(report: GlobalFiles) -> list[tuple[object, ...]]:
    """Payments in short: patient, holder, kind, when, result."""
    return [
        (one.patient, one.holder, one.kind.value, one.paid_in, one.answer.result.value, one.answer.amount)
        for one in report.payments
    ]


def checks(report: GlobalFiles) -> list[tuple[str, int]]:
    """Findings in short: check and line."""
    return [(one.check.partition(".")[2], one.place.line) for one in report.findings if one.place]


def test_a_file_with_a_contact_in_2019_only_is_prolonged_for_users_of_the_electronic_file(log: Any) -> None:
    """5.1.1, first phase: contact in 2019, none in 2020; D-01 uses the electronic file, D-02 registered in time."""
    report = log(
        """
2012-01-10,A,opened,D-01,,
2019-11-20,A,contact,D-01,,
2012-01-10,B,opened,D-02,,
2019-11-20,B,prolonged,D-02,,
2012-01-10,C,opened,D-03,,
2019-11-20,C,contact,D-03,,
2012-01-10,D,opened,D-04,,
2019-11-20,D,contact,D-04,,
2012-01-10,E,opened,D-05,,
2019-11-20,E,contact,D-05,,
2012-01-10,F,opened,D-01,,
2018-11-20,F,contact,D-01,,
""",
        2020,
        SUPPLIED,
    )
    # 30,00 x 1,0195 = 30,585, which rounds away from zero to 30,59.
    assert told(report) == [
        ("A", "D-01", "year", "2020", "yes", Decimal("30.59")),
        ("B", "D-02", "year", "2020", "yes", Decimal("30.59")),
        ("C", "D-03", "year", "2020", "no", None),  # no electronic file
        ("D", "D-04", "year", "2020", "no", None),  # from 1 July: a day too late
        ("E", "D-05", "year", "2020", "needs_information", None),  # not told
        ("F", "D-01", "year", "2020", "no", None),  # no contact in 2019
    ]
    assert report.payments[4].answer.missing == ("electronic_since", "registered")
    assert report.payments[0].answer.clause == "5.1.1, first phase"
    assert "nothing is paid" in report.payments[2].answer.because["en"]
    assert "none in 2019" in report.payments[5].answer.because["en"]
    assert "ni en 2019" in report.payments[5].answer.because["fr"]
    assert report.total == Decimal("61.18")


def test_a_contact_in_2020_is_paid_by_the_existing_rules_with_or_without_the_electronic_file(log: Any) -> None:
    """5.1.1: beside the existing rules; an opening of 2020 is paid too, and a file once a year."""
    report = log(
        """
2012-01-10,A,opened,D-03,,
2020-02-03,A,contact,D-03,,
2020-09-03,A,contact,D-03,,
2020-05-05,B,opened,D-05,,
""",
        2020,
    )
    assert told(report) == [
        ("A", "D-03", "year", "2020", "yes", None),
        ("B", "D-05", "year", "2020", "yes", None),
    ]
    assert report.payments[0].place == Place("events.csv", 3)
    assert "2020-02-03" in report.payments[0].answer.because["en"]
    assert report.total is None  # the fee of 2019 is awaited: the amount is not known
    assert report.missing == ("fee_on_2019_01_01",)


def test_a_contact_with_another_doctor_does_not_count(log: Any) -> None:
    """Interpretation global-file-contact-with-holder; and the contact of 2020 decides over the holder at year's end."""
    report = log(
        """
2012-01-10,A,opened,D-01,,
2019-03-03,A,contact,D-01,,
2020-04-04,A,contact,D-02,,
2012-01-10,B,opened,D-01,,
2020-03-03,B,contact,D-01,,
2020-04-04,B,transferred,D-02,D-01,
2012-01-10,C,opened,D-03,,
2019-03-03,C,contact,D-03,,
2020-04-04,C,transferred,D-02,D-03,
""",
        2020,
    )
    assert [(one.patient, one.holder, one.answer.rule) for one in report.payments] == [
        ("A", "D-01", "global_file.without_contact"),
        ("B", "D-01", "global_file.contact"),
        ("C", "D-02", "global_file.without_contact"),  # the holder of 31 December
    ]
    assert checks(report) == [("contact_with_another", 4)]
    assert report.findings[0].severity == "note"


def test_from_2021_the_snapshot_is_paid_in_february_the_first_charged_to_2020(log: Any) -> None:
    """5.1.1 A: the holder of 31 December 2020 is paid in February 2021, on the means of 2020; then each year."""
    report = log("2020-05-05,A,opened,D-01,,\n2021-08-08,A,transferred,D-02,D-01,", 2022, SUPPLIED)
    assert told(report) == [
        ("A", "D-01", "year", "2020", "yes", Decimal("30.59")),
        ("A", "D-01", "advance", "2021-02", "yes", Decimal("31.00")),
        ("A", "D-02", "new_file", "2021", "yes", Decimal("31.00")),  # new with this holder
        ("A", "D-02", "advance", "2022-02", "yes", Decimal("32.00")),
    ]
    assert [one.charged_to for one in report.payments] == [2020, 2020, 2021, None]
    assert [(h.holder, h.year, h.paid, h.total) for h in report.holders] == [
        ("D-01", 2020, 1, Decimal("30.59")),
        ("D-01", 2021, 1, Decimal("31.00")),
        ("D-02", 2021, 1, Decimal("31.00")),
        ("D-02", 2022, 1, Decimal("32.00")),
    ]
    assert report.total == Decimal("124.59")


def test_what_is_a_new_file_is_not_defined(log: Any) -> None:
    """5.1.1 B: the definition is still to come; every immediate payment depends on it."""
    lines = "2021-03-01,A,opened,D-01,,\n2021-08-08,A,transferred,D-02,D-01,\n2021-09-09,A,transferred,D-01,D-02,"
    open_ = [(one.answer.result.value, one.answer.missing) for one in log(lines).payments]
    assert open_ == [("needs_information", ("new_file",))] * 3
    for definition, results in (("first_ever", ["yes", "no", "no"]), ("first_with_holder", ["yes", "yes", "no"])):
        found = log(lines, supplied={"global_file": {"new_file": definition}})
        assert [one.answer.result.value for one in found.payments] == results
    with pytest.raises(InputError, match="new_file: 'any' is none of first_ever, first_with_holder"):
        log(lines, supplied={"global_file": {"new_file": "any"}})


def test_doctors_without_the_electronic_file_from_2021(log: Any) -> None:
    """5.1.1: the patients' rights are kept for a time, on terms that the text does not state."""
    lines = "2020-05-05,A,opened,D-03,,"
    [_, advance] = log(lines).payments
    assert advance.answer.missing == ("without_electronic_file",)
    for terms, result in (("paid", "yes"), ("not_paid", "no")):
        [_, advance] = log(lines, supplied={"global_file": {"without_electronic_file": terms}}).payments
        assert advance.answer.result == result
    [_, advance] = log("2020-05-05,A,opened,D-05,,").payments  # nobody told whether D-05 uses it
    assert advance.answer.missing == ("electronic_since", "registered")


def test_late_paper_moves_the_advance_from_one_holder_to_the_other(log: Any) -> None:
    """5.1.1: D-02 attested on paper in November 2020; the paper came in on 10 March 2021, after the payment to D-01."""
    report = log(
        "2012-01-10,A,opened,D-01,,\n2020-02-02,A,contact,D-01,,\n2020-11-15,A,attested_on_paper,D-02,,2021-03-10",
        2022,
        SUPPLIED,
    )
    assert told(report) == [
        ("A", "D-01", "year", "2020", "yes", Decimal("30.59")),
        ("A", "D-01", "advance", "2021-02", "yes", Decimal("31.00")),
        ("A", "D-01", "recovery", "2021", "yes", Decimal("-31.00")),
        ("A", "D-02", "correction", "2021", "yes", Decimal("31.00")),
        ("A", "D-02", "advance", "2022-02", "yes", Decimal("32.00")),
    ]
    assert [one.charged_to for one in report.payments] == [2020, 2020, 2020, 2020, None]
    assert report.payments[2].place == Place("events.csv", 4)
    assert "recovered from D-01" in report.payments[2].answer.because["en"]
    assert "lawful holder" in report.payments[3].answer.because["en"]
    assert [(h.holder, h.year, h.paid, h.recovered, h.total) for h in report.holders if h.year == 2021] == [
        ("D-01", 2021, 1, 1, Decimal("0.00")),
        ("D-02", 2021, 1, 0, Decimal("31.00")),
    ]


@pytest.mark.parametrize(
    ("paper", "kinds", "found"),
    [
        # In by the end of 2020: the snapshot holds it already.
        ("2020-11-15,A,attested_on_paper,D-02,,2020-12-31", [("advance", "D-02")], []),
        # In on the last day of 2021: still corrected.
        (
            "2020-11-15,A,attested_on_paper,D-02,,2021-12-31",
            [("advance", "D-01"), ("recovery", "D-01"), ("correction", "D-02")],
            [],
        ),
        # In 2022: nothing is corrected any more.
        ("2020-11-15,A,attested_on_paper,D-02,,2022-01-01", [("advance", "D-01")], [("paper_too_late", 4)]),
        # Care of 2021: nothing is billed on paper any more.
        ("2021-01-01,A,attested_on_paper,D-02,,2021-03-10", [("advance", "D-01")], [("paper_ended", 4)]),
        # Before D-01 took over: D-01 stays the lawful holder.
        ("2011-11-15,A,attested_on_paper,D-02,,2021-03-10", [("advance", "D-01")], []),
        # The holder's own paper changes nothing.
        ("2020-11-15,A,attested_on_paper,D-01,,2021-03-10", [("advance", "D-01")], []),
        ("2020-11-15,A,attested_on_paper,D-02,,", [("advance", "D-01")], [("received_missing", 4)]),
        ("2020-11-15,A,attested_on_paper,D-02,,2020-11-14", [("advance", "D-01")], [("received_before", 4)]),
    ],
)
def test_which_paper_corrects_the_snapshot(
    log: Any, paper: str, kinds: list[tuple[str, str]], found: list[tuple[str, int]]
) -> None:
    """5.1.1: only the snapshot of 31 December 2020, only during 2021."""
    report = log(f"2012-01-10,A,opened,D-01,,\n2020-02-02,A,contact,D-01,,\n{paper}", 2021, SUPPLIED)
    assert [(one.kind.value, one.holder) for one in report.payments if one.year == 2021] == kinds
    assert checks(report) == found


def test_several_late_papers_are_taken_as_they_come_in(log: Any) -> None:
    """Each moves the advance once; paper of an earlier day that comes in last changes nothing (our reading)."""
    report = log(
        """
2012-01-10,A,opened,D-01,,
2020-10-01,A,attested_on_paper,D-02,,2021-03-10
2020-11-01,A,attested_on_paper,D-01,,2021-04-10
2020-09-01,A,attested_on_paper,D-04,,2021-05-10
2020-12-01,B,attested_on_paper,D-02,,2021-05-10
""",
        2021,
        SUPPLIED,
    )
    assert [(one.patient, one.kind.value, one.holder) for one in report.payments if one.year == 2021] == [
        ("A", "advance", "D-01"),
        ("A", "recovery", "D-01"),
        ("A", "correction", "D-02"),
        ("A", "recovery", "D-02"),
        ("A", "correction", "D-01"),
        ("B", "correction", "D-02"),  # a file of which nobody knew: nothing to recover
    ]


def test_what_was_not_paid_is_not_recovered_and_what_is_open_stays_open(log: Any) -> None:
    lines = "2012-01-10,A,opened,D-03,,\n2020-11-15,A,attested_on_paper,D-02,,2021-03-10"
    recovery = log(lines).payments[2].answer
    assert (recovery.result, recovery.missing) == ("needs_information", ("without_electronic_file",))
    recovery = log(lines, supplied=SUPPLIED).payments[2].answer
    assert (recovery.result, recovery.amount) == ("no", None)
    assert "nothing is recovered" in recovery.because["en"]


def test_where_nothing_is_recovered_the_lawful_holder_is_paid_like_any_other(log: Any) -> None:
    """5.1.1 and 5.1.1 A: what is recovered goes to the lawful holder; an advance of one's own follows the terms."""
    nobody = "2020-11-15,A,attested_on_paper,D-03,,2021-03-10"
    from_none = "2012-01-10,A,opened,D-03,,\n2020-11-15,A,attested_on_paper,D-04,,2021-03-10"
    from_one = "2012-01-10,A,opened,D-01,,\n2020-11-15,A,attested_on_paper,D-03,,2021-03-10"

    def correction(lines: str, supplied: Any = None) -> tuple[object, ...]:
        [answer] = [one.answer for one in log(lines, supplied=supplied).payments if one.kind == "correction"]
        return answer.result.value, answer.amount, answer.missing

    assert correction(nobody) == ("needs_information", None, ("without_electronic_file",))
    assert correction(nobody, SUPPLIED) == ("no", None, ())
    assert correction(from_none, SUPPLIED) == ("yes", Decimal("31.00"), ())  # D-04 uses the electronic file
    assert correction(from_one, SUPPLIED) == ("yes", Decimal("31.00"), ())  # recovered from D-01


def test_an_amount_for_a_year_that_is_not_paid_by_it_is_said_not_to_be_used(log: Any) -> None:
    """Annex, note 2: the fee of 2020 is that of 1 January 2019 with the index, whatever is supplied for 2020."""
    amounts = {"2020": "99.00", "2021": "31.00", "2022": "32.00", "soon": "1.00"}
    supplied = {"global_file": {**SUPPLIED["global_file"], "amount_by_year": amounts}}
    report = log("2020-05-05,A,opened,D-01,,", 2020, supplied)
    assert [(one.check, one.severity.value, one.values["name"]) for one in report.findings] == [
        ("global_file.amount_not_used", "warning", "2020"),
        ("global_file.amount_not_used", "warning", "soon"),
    ]
    assert report.payments[0].answer.amount == Decimal("30.59")
    assert "2020 a les honoraires de fee_on_2019_01_01 avec l'index" in report.findings[0].message["fr"]


def test_a_doctor_of_whom_nothing_is_told_is_said_once(log: Any) -> None:
    report = log("2020-03-03,B,opened,D-98,,\n2020-02-02,A,opened,D-99,,\n2020-01-01,B,opened,D-99,,", 2020)
    assert [place for check, place in checks(report) if check == "unknown_holder"] == [2, 3]


def test_two_holders_at_once_are_a_finding_and_the_payment_needs_information(log: Any) -> None:
    report = log(
        "2012-01-10,A,opened,D-01,,\n2020-02-02,A,opened,D-02,,\n2021-03-03,A,transferred,D-02,D-01,", 2022, SUPPLIED
    )
    assert checks(report) == [("two_holders", 3)]
    assert told(report) == [
        ("A", None, "year", "2020", "needs_information", None),
        ("A", None, "advance", "2021-02", "needs_information", None),
        ("A", "D-02", "new_file", "2021", "no", None),
        ("A", "D-02", "advance", "2022-02", "yes", Decimal("32.00")),  # the transfer settles it
    ]
    assert report.payments[0].answer.contradicts == ("holder D-01", "holder D-02")


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("2020-02-02,A,opened,D-01,,\n2020-01-01,A,contact,D-01,,", [("contact_without_file", 3), ("out_of_order", 3)]),
        ("2020-02-02,A,prolonged,D-01,,", [("before_opening", 2)]),
        ("2019-02-02,A,opened,D-01,,\n2020-02-02,A,prolonged,D-02,,", [("prolonged_by_another", 3)]),
        ("2019-02-02,A,opened,D-01,,\n2020-02-02,A,transferred,D-02,D-03,", [("transfer_from_another", 3)]),
        ("2020-02-02,A,transferred,D-02,D-03,", [("transfer_without_file", 2)]),
        ("2019-02-02,A,opened,D-01,,\n2020-02-02,A,transferred,D-01,D-01,", [("transfer_to_same", 3)]),
        ("2019-02-02,A,opened,D-01,,\n2020-02-02,A,transferred,D-02,,", [("previous_missing", 3)]),
        ("2019-02-02,A,opened,D-01,,\n2020-02-02,A,opened,D-01,,", [("opened_again", 3)]),
        ("2020-02-02,A,opened,D-99,,", [("unknown_holder", 2)]),
        ("2020-02-02,A,opened,D-01,,\n2021-02-02,A,contact,D-01,,", [("outside_calendar", 3)]),
        ("2020-02-02,A,opened,D-01,D-02,2020-02-03", [("not_of_this_event", 2), ("not_of_this_event", 2)]),
        ("2020-02-30,A,opened,D-01,,", [("unusable_value", 2)]),
        ("2020-02-03,A,closed,D-01,,", [("unusable_value", 2)]),
        ("2020-02-03,,opened,D-01,,", [("value_missing", 2)]),
    ],
)
def test_what_is_wrong_in_a_log_is_a_finding_with_its_line(log: Any, lines: str, found: list[tuple[str, int]]) -> None:
    assert checks(log(lines, 2020)) == found


def test_a_log_that_ends_before_the_years_asked_for_is_noted(log: Any) -> None:
    """That there was no contact in 2020 is read from a log without one: it must be complete."""
    [note] = log("2019-02-02,A,opened,D-01,,", 2020).findings
    assert (note.check, note.severity, note.place) == ("global_file.log_ends_before", "note", None)
    assert "2019-02-02" in note.message["fr"]
    assert not log("2020-02-02,A,opened,D-01,,", 2020).findings


def test_a_transfer_that_cannot_be_leaves_the_holder(log: Any) -> None:
    report = log("2019-02-02,A,opened,D-01,,\n2020-02-02,A,transferred,D-02,D-03,", 2020)
    assert told(report) == [("A", "D-01", "year", "2020", "yes", None)]


def test_of_an_unknown_holder_the_electronic_file_is_not_known(log: Any) -> None:
    report = log("2019-02-02,A,opened,D-99,,", 2020)
    assert report.payments[0].answer.missing == ("electronic_since", "registered")


def test_the_table_of_holders_may_be_wrong_too(log: Any, tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(HEAD + "2019-02-02,A,opened,D-01,,\n2019-02-02,B,opened,D-02,,\n")
    place = tmp_path / "others.csv"
    place.write_text("holder,electronic_since,registered\nD-01,2019-05-01,none\nD-01,none,none\nD-02,soon,none\n")
    report = bareme.agreements[2020].global_files(tmp_path / "events.csv", place, until=2020)
    assert checks(report) == [("unusable_value", 4), ("holder_twice", 3)]
    assert [one.answer.missing for one in report.payments] == [
        ("electronic_since", "registered"),
        ("electronic_since",),
    ]


def test_the_same_log_in_toml(log: Any, tmp_path: Path) -> None:
    place = tmp_path / "events.toml"
    place.write_text(
        '[[event]]\ndate = 2019-02-02\npatient = "A"\nevent = "opened"\nholder = "D-01"\n\n'
        '[[event]]\ndate = 2020-02-02\npatient = "A"\nevent = "transferred"\nholder = "D-02"\nprevious = "D-09"\n'
    )
    (tmp_path / "holders.csv").write_text(HOLDERS)
    report = bareme.agreements[2020].global_files(place, tmp_path / "holders.csv", until=2020)
    assert told(report) == [("A", "D-01", "year", "2020", "yes", None)]
    assert checks(report) == [("transfer_from_another", 7)]


def test_a_year_that_cannot_be_is_refused(log: Any) -> None:
    for year in (2019, 2041):
        with pytest.raises(InputError, match=f"until: {year} is no year from 2020 to 2040"):
            log("2020-02-02,A,opened,D-01,,", year)


def test_the_fee_of_2020_is_that_of_1_january_2019_with_the_index() -> None:
    """Annex, note 2: the rise of 2,57 % from April 2019 is not in it. 31,00 + 1,95 % = 31,6045, so 31,60."""
    agreement = bareme.agreements[2020]
    assert agreement.global_file_fee().missing == ("fee_on_2019_01_01",)
    answer = agreement.with_parameters({"global_file": {"fee_on_2019_01_01": "31.00"}}).global_file_fee()
    assert answer.amount == Decimal("31.60")
    assert answer.because["en"] == (
        "The fee of the file in 2020 is 31,60: 31,00 on 2019-01-01 + 1,95 %; the temporary 2,57 % no longer counts"
        " (annex, note 2)."
    )
    with pytest.raises(InputError, match=r"fee_on_2019_01_01: 0\.00 is no amount for a file"):
        agreement.with_parameters({"global_file": {"fee_on_2019_01_01": "0"}}).global_file_fee()
    assert indexed(Decimal("100.00"), Decimal("1.95")) == Decimal("101.95")


def test_every_interpretation_used_is_in_the_register(log: Any) -> None:
    report = log(
        "2012-01-10,A,opened,D-01,,\n2019-02-02,A,contact,D-01,,\n2020-11-15,B,attested_on_paper,D-02,,2021-03-10",
        2021,
        SUPPLIED,
    )
    named = {id for one in report.payments for id in one.answer.interpretations} | set(report.fee.interpretations)
    assert len(named) == 6
    assert named <= interpretations().keys()


DOCTORS = ("D-01", "D-02", "D-03")
EVENTS = st.lists(
    st.builds(
        lambda patient, day, kind, holder, previous, late: (
            patient,
            date(2018, 6, 1) + timedelta(day),
            kind,
            holder,
            previous,
            late,
        ),
        st.sampled_from("AB"),
        st.integers(0, 1500),
        st.sampled_from(list(Kind)),
        st.sampled_from(DOCTORS),
        st.sampled_from((None, *DOCTORS)),
        st.integers(-5, 500),
    ),
    max_size=12,
)
KNOWN = Holders({name: Holder(name, since=(date(2020, 1, 1),)) for name in DOCTORS})


def as_events(given: list[tuple[Any, ...]]) -> list[Event]:
    return [
        Event(patient, on, kind, holder, Place("log", line), previous, on + timedelta(late))
        for line, (patient, on, kind, holder, previous, late) in enumerate(given, start=2)
    ]


@settings(deadline=None)
@given(EVENTS, st.randoms(use_true_random=False))
def test_whatever_the_log_each_file_is_paid_once_a_year(given: list[tuple[Any, ...]], shuffler: random.Random) -> None:
    """Per patient and year at most one yearly payment or advance; what is recovered is what was paid; in one order."""
    system = systems_of(2020)["global_file"].supplied(SUPPLIED["global_file"], "test")
    events = as_events(given)
    report = global_files(system, events, KNOWN, 2023)
    paid = [(one.patient, one.year) for one in report.payments if one.kind.value in ("year", "advance")]
    assert len(paid) == len(set(paid))
    for patient in "AB":
        own = [one for one in report.payments if one.patient == patient and one.year == 2021]
        moved = [one.answer for one in own if one.kind.value in ("advance", "recovery", "correction")]
        # Whatever moved, the advance of 2021 was paid to one doctor at the end, or to nobody.
        if all(answer.result == "yes" for answer in moved):
            assert sum((answer.amount or 0 for answer in moved), Decimal(0)) in (Decimal("31.00"), 0)
    assert [one.patient for one in report.payments] == sorted(one.patient for one in report.payments)
    shuffled = list(events)
    shuffler.shuffle(shuffled)
    assert global_files(system, shuffled, KNOWN, 2023) == report


CHANGES = st.lists(
    st.tuples(
        st.sampled_from([date(2020, 6, 1), date(2020, 12, 30), date(2020, 12, 31), date(2021, 1, 1), date(2021, 7, 7)]),
        st.sampled_from(DOCTORS),
        st.sampled_from([None, date(2020, 12, 31), date(2021, 1, 1), date(2021, 6, 1), date(2021, 12, 31)]),
    ),
    max_size=5,
)


@settings(deadline=None)
@given(CHANGES)
def test_who_is_paid_in_advance_follows_a_walk_through_the_days(changes: list[tuple[date, str, date | None]]) -> None:
    """The same told otherwise: changes one after the other; paper counts from its day, but is seen when it comes in."""
    changes = sorted((c for c in changes if c[2] is None or c[0] <= min(c[2], date(2020, 12, 31))), key=lambda c: c[0])
    rows = [Event("A", date(2019, 1, 1), Kind.OPENED, "D-01", Place("log", 2))]
    seen, all_told = ["D-01"], ["D-01"]
    late: list[tuple[date, int, str]] = []
    for line, (on, doctor, received) in enumerate(changes, start=3):
        place = Place("log", line)
        if received is None:
            # A transfer from whoever seems to hold the file on that day.
            apparent = _apparent(rows, on)
            if apparent == doctor:
                continue
            rows.append(Event("A", on, Kind.TRANSFERRED, doctor, place, previous=apparent))
        else:
            rows.append(Event("A", on, Kind.ATTESTED, doctor, place, received=received))
        if on <= date(2020, 12, 31):
            all_told.append(doctor)
            if received is None or received <= date(2020, 12, 31):
                seen.append(doctor)
            else:
                late.append((received, line, doctor))
    system = systems_of(2020)["global_file"].supplied(SUPPLIED["global_file"], "test")
    report = global_files(system, rows, KNOWN, 2022)
    assert not [one for one in report.findings if one.severity == "error"]
    [advance] = [one for one in report.payments if (one.kind.value, one.year) == ("advance", 2021)]
    assert advance.holder == seen[-1]
    net: dict[str, Decimal] = {}
    for one in report.payments:
        if one.year == 2021 and one.kind.value in ("advance", "recovery", "correction"):
            assert one.holder is not None
            net[one.holder] = net.get(one.holder, Decimal(0)) + (one.answer.amount or 0)
    # After all the paper, the last of all that happened by 31 December 2020 has the money, and nobody else.
    assert {doctor for doctor, amount in net.items() if amount} == {all_told[-1]}
    assert net[all_told[-1]] == Decimal("31.00")


def _apparent(rows: list[Event], on: date) -> str:
    """Who holds the file on a day by what has come in by then: the last in the order of days and lines."""
    return max((row for row in rows if row.known <= on), key=lambda row: row.order).holder


def test_the_worked_case_adds_up_as_by_hand() -> None:
    """D-01: 30,59 + 31 (P-05, new) + 31 (P-01) + 31 (P-03, corrected) + 2 x 32; D-02: 30,59 + 31 - 31 + 31 + 32."""
    folder = REPOSITORY / "examples" / "agreement_2020"
    agreement = bareme.agreements[2020].with_parameters(folder / "global-file-invented.toml")
    report = agreement.global_files(folder / "global-file-events.csv", folder / "global-file-holders.csv", until=2022)
    totals: dict[str, Decimal] = {}
    for one in report.holders:
        assert one.total is not None
        totals[one.holder] = totals.get(one.holder, Decimal(0)) + one.total
    assert totals == {"D-01": Decimal("187.59"), "D-02": Decimal("93.59"), "D-03": Decimal(0), "D-04": Decimal("63.00")}
    assert report.total == Decimal("344.18")
    assert checks(report) == [("transfer_from_another", 13)]


def test_the_command_answers_and_its_code_tells_of_errors(tmp_path: Path) -> None:
    (tmp_path / "holders.csv").write_text(HOLDERS)
    (tmp_path / "events.csv").write_text(HEAD + "2020-05-05,A,opened,D-01,,\n")
    arguments = ("agreement", "2020", "dmg", "events.csv", "--holders", "holders.csv")
    ran = bareme_here(*arguments, "--json", "--language", "fr", book=tmp_path / "none.sqlite", cwd=tmp_path)
    assert ran.code == 0
    found = ran.json("agreement-global-files-1")
    assert found["payments"][0]["answer"]["because"].startswith("D-01 a ouvert le dossier le 2020-05-05")
    (tmp_path / "events.csv").write_text(HEAD + "2020-05-05,A,transferred,D-01,D-02,\n")
    ran = bareme_here(*arguments, book=tmp_path / "none.sqlite", cwd=tmp_path)
    assert ran.code == 1
    assert "error   events.csv, line 2: A transfer to D-01 from D-02 of a file that nobody opened" in ran.out
    ran = bareme_here(*arguments[:-1], "missing.csv", book=tmp_path / "none.sqlite", cwd=tmp_path)
    assert ran.code == 2
    assert "missing.csv is not a file" in ran.err


def test_a_cell_with_line_ends_and_other_signs_stands_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "holders.csv").write_text(HOLDERS)
    (tmp_path / "events.csv").write_text(HEAD + '2020-05-05,"A\n\x1b[2J",opened,D-01,,\n')
    arguments = ("agreement", "2020", "dmg", "events.csv", "--holders", "holders.csv")
    ran = bareme_here(*arguments, book=tmp_path / "none.sqlite", cwd=tmp_path)
    assert "A  [2J    D-01     2020   2020      year" in ran.out
    assert "\x1b" not in ran.out

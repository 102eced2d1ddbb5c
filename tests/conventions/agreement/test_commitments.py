"""What the agreement promises for when: counted, held against its text, and as a calendar that a library reads back."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

import bareme
from agreement_text import agreement_text, body_of, clause_text
from bareme.conventions.agreement_2020.commitments.agenda import items_of
from bareme.conventions.agreement_2020.commitments.model import Kind, Precision, Status, due_period
from bareme.conventions.agreement_2020.commitments.reading import commitments_of
from bareme.errors import InputError
from running import REPOSITORY, bareme_here, valid

ALL = commitments_of("agreement_2020")
STATUS = REPOSITORY / "examples" / "agreement_2020" / "status.csv"
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


def of(*kinds: Kind) -> list[str]:
    return [entry.id for entry in ALL.entries if entry.kind in kinds]


def test_the_file_is_valid() -> None:
    place = files("bareme.conventions").joinpath("agreement_2020", "commitments", "commitments.toml")
    valid(tomllib.loads(place.read_text(encoding="utf-8")), "agreement-commitments-1")
    assert len({entry.id for entry in ALL.entries}) == len(ALL.entries)
    assert {name for entry in ALL.entries for name in (entry.owner, entry.to) if name} == set(ALL.owners)


def test_there_are_thirteen_deliverables_with_a_day() -> None:
    """Four days of 2020 with one, four, one, five and one of them, and one of 1 January 2021."""
    found = Counter(due for entry in ALL.entries if entry.kind is Kind.DELIVERABLE for due in entry.due)
    assert found == {
        "2020-03-01": 1,  # 5.2.3.2
        "2020-03-31": 4,  # 4.3.8, 5.2.2.2, 5.2.5.4, 7
        "2020-05-31": 1,  # 5.2.6
        "2020-06-30": 5,  # 5.1.1, 5.1.2, 6.3, and two of 8
        "2020-09-30": 1,  # 6.2.2
        "2021-01-01": 1,  # 8
    }
    assert sum(found.values()) == 13


def test_there_are_forty_six_dated_statements() -> None:
    """The deliverables (13), what holds on a day (12), and what the text dates by month, quarter or year (21).

    By day, with 16.1 once, by its last day: 2019-09-30 (1), 2020-01-01 (4: 3.1, 4.1, 11, note 2), 2020-09-01 (2: 4.2.2,
    4.2.3), 2020-12-31 (3: 5.1.1, 9, 16.1), 2021-01-01 (1: 5.1.1), 2021-07-01 (1: 5.2.2.1, with its two years).
    Otherwise: early 2020 (1: 5.4), 2020 (8: 5.2.2.1, 5.2.2.2, 5.2.3.2, 6.1, 6.7.1, 6.7.4, 8, 10), each quarter (1: 13),
    the payment in advance of every February and the first one, of 2021, which is charged to 2020 (2: 5.1.1 A), 2021 (4:
    5.1.1, 4.2.2, 6.2.2, annex), from 2021 on (4: two of 5.1.1, 5.1.2, 5.1.3), the coming years (1: 4.3.8).
    What is due some days after an event, and the start dates of the annex, are counted for themselves.
    """
    days = Counter(due for entry in ALL.entries if entry.kind is Kind.FACT for due in entry.due)
    assert days == {
        "2019-09-30": 1,
        "2020-01-01": 4,
        "2020-09-01": 2,
        "2020-12-31": 3,
        "2021-01-01": 1,
        "2021-07-01": 1,
    }
    others = Counter(entry.due[0] if entry.due else "" for entry in ALL.entries if entry.kind is Kind.PERIOD)
    assert others == {"2020": 9, "2020-Q1": 1, "2021-02": 1, "2021": 8, "": 2}
    assert len(of(Kind.DELIVERABLE, Kind.FACT, Kind.PERIOD)) == 13 + 12 + 21 == 46


def test_thirty_three_measures_of_the_annex_start() -> None:
    found = Counter(due for entry in ALL.entries if entry.kind is Kind.START for due in entry.due)
    assert found == {"2020-01-01": 10, "2020-07-01": 10, "2020-09-01": 9, "2021-01-01": 1, "2020": 2, "2021": 1}
    assert len(of(Kind.START)) == 33


def test_what_is_relative_to_an_event_has_no_date() -> None:
    relative = [entry for entry in ALL.entries if entry.kind is Kind.RELATIVE]
    assert {entry.precision for entry in relative} == {Precision.NONE}
    assert [entry.clause for entry in relative] == [
        "5.1.1 B",
        "6.1",
        "16.2.4",
        "16.2.4",
        "16.2.5",
        "16.2.5",
        "17.1",
        "17.2",
        "17.3, 17.4",
    ]


def test_the_precision_is_that_of_the_text_of_the_date() -> None:
    lengths = {"day": 10, "month": 7, "quarter": 7, "year": 4}
    for entry in ALL.entries:
        assert (entry.precision is Precision.NONE) == (not entry.due), entry.id
        assert all(len(due) == lengths[entry.precision.value] for due in entry.due), entry.id
        for due in entry.due:
            due_period(due)


@pytest.fixture(scope="module")
def text(shared: Path) -> str:
    """The real document."""
    return agreement_text(shared)


def in_french(day: str) -> str:
    year, month, number = map(int, day.split("-"))
    return f"{'1er' if number == 1 else number} {MONTHS[month - 1]} {year}"


def test_every_day_of_the_text_is_a_commitment_and_every_day_of_a_commitment_stands_in_its_clause(text: str) -> None:
    body = body_of(text)
    # Dates before the agreement are those of laws and reports; the reference day of on-call posts is the exception.
    dates = re.findall(rf"\b(1er|\d{{1,2}})\s+({'|'.join(MONTHS)})\s+(20[12]\d)", body)
    told = {
        f"{year}-{MONTHS.index(month) + 1:02d}-{int(number.removesuffix('er')):02d}" for number, month, year in dates
    }
    told = {day for day in told if day >= "2020-01-01" or day == "2019-09-30"}
    ours = {due for entry in ALL.entries for due in entry.due if entry.kind in (Kind.DELIVERABLE, Kind.FACT)}
    assert ours == told
    for entry in ALL.entries:
        if entry.kind not in (Kind.DELIVERABLE, Kind.FACT) or "annex" in entry.clause or entry.clause == "3.1":
            continue
        assert in_french(entry.due[0]) in clause_text(body, entry.clause.split()[0]), entry.id


def test_the_start_dates_are_those_of_the_annex(text: str) -> None:
    uses = text.split("Utilisation des moyens\n")[1].split("(4) Orthopédie")[0]
    found = Counter(f"20{year}-{month}-01" for month, year in re.findall(r"\b01-(\d\d)-(\d\d)\b", uses))
    # Three rows start in a year: the file without contact, the trainees, the plan.
    found += Counter(re.findall(r"(?:contact|EUR\)|2021) (202[01]) ", uses))
    assert found == Counter(due for entry in ALL.entries if entry.kind is Kind.START for due in entry.due)


def test_a_quarter_is_three_months_and_what_comes_back_has_its_date_in_the_id() -> None:
    items = {item.id: item for item in items_of(ALL.entries)}
    period = items["dashboard-2020-q2"].period
    assert period is not None
    assert (period.start, period.last_day) == (date(2020, 4, 1), date(2020, 6, 30))
    assert "dashboard" not in items


def test_the_agenda_of_some_days(tmp_path: Path) -> None:
    """An item is due when some of its days lie within; the last day is included."""
    agreement = bareme.agreements[2020]
    found = agreement.agenda(first="2020-05-31", last="2020-06-30", kinds=["deliverable", "period"], owners=["cnmm"])
    assert [(item.id, item.due) for item in found.items] == [
        ("dashboard-2020-q2", "2020-Q2"),
        ("global-file-regulation", "2020-06-30"),
        ("pre-anaesthesia-proposal", "2020-06-30"),
        ("supplements-analysis", "2020-06-30"),
        ("cooperation-funding-talks", "2020"),
        ("weekday-duty-experiments", "2020"),
    ]
    assert found.undated == 0
    valid(found.to_dict("fr"), "agreement-agenda-1")
    everything = agreement.agenda()
    assert len(everything.items) == 88 + 3  # four dashboards for one statement
    assert [item.due for item in everything.items[-11:]] == [
        None
    ] * 11  # nine relative ones, each February, coming years
    assert everything.undated == 11


def test_statuses_come_from_a_file(tmp_path: Path) -> None:
    found = bareme.agreements[2020].agenda(status=STATUS)
    by_id = {item.id: item for item in found.items}
    assert found.findings == ()
    assert (by_id["weekday-duty-terms"].status, by_id["weekday-duty-terms"].done_on) == (Status.DONE, date(2020, 4, 8))
    assert by_id["dashboard-2020-q1"].status is Status.NOT_STARTED
    assert by_id["dashboard-2020-q3"].status is Status.UNKNOWN
    assert Counter(item.status.value for item in found.items) == {
        "unknown": 82,
        "done": 6,
        "under_way": 2,
        "not_started": 1,
    }


def test_wrong_statuses_are_findings_with_their_lines(tmp_path: Path) -> None:
    place = tmp_path / "status.csv"
    place.write_text(
        "id,status,on,note\ndashboard,done,,\npre-anaesthesia-proposal,done,,\npre-anaesthesia-proposal,dropped,,\n"
        "supplements-analysis,under_way,2020-06-01,\ncost-estimate-model,finished,,\n,done,,\nxyz,done,,\n"
    )
    ran = bareme_here("agreement", "2020", "agenda", "--status", place, "--json", book=tmp_path / "b.sqlite")
    assert ran.code == 1
    assert [(f["check"], f["line"]) for f in ran.json("agreement-agenda-1")["findings"]] == [
        ("commitments.unusable_value", 6),
        ("commitments.value_missing", 7),
        ("commitments.commitment_unknown", 2),
        ("commitments.status_twice", 4),
        ("commitments.done_before", 5),
        ("commitments.commitment_none", 8),
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"owners": ["CNMM"]}, "'CNMM' owes nothing here; owners are: cnmm, ctm, "),
        ({"kinds": ["promise"]}, "'promise' is no kind of commitment; kinds are: deliverable, "),
        ({"first": "2020-07-01", "last": "2020-06-30"}, "the last day is before the first"),
        ({"first": "July"}, "from: 'July' is not a date"),
        ({"status": "none.csv"}, "none.csv is not a file"),
    ],
)
def test_what_cannot_be_asked_says_what_can(options: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=re.escape(says)):
        bareme.agreements[2020].agenda(**options)  # type: ignore[arg-type]


def test_the_calendar_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    agreement = bareme.agreements[2020]
    found = agreement.agenda(status=STATUS)
    assert agreement.write_agenda(found, tmp_path / "a.ics") == 80  # 91 items, 11 of them without a date
    assert agreement.write_agenda(found, tmp_path / "b.ics") == 80
    written = (tmp_path / "a.ics").read_bytes()
    assert written == (tmp_path / "b.ics").read_bytes()
    calendar: Any = Calendar.from_ical(written)
    events: dict[str, Any] = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    assert len(events) == 80
    for item in found.items:
        if item.due is None:
            assert f"{item.id}@agreement-2020.bareme" not in events
            continue
        event = events[f"{item.id}@agreement-2020.bareme"]
        assert item.period is not None
        assert (event["dtstart"].dt, event["dtend"].dt) == (item.period.start, item.period.end)
        assert event["dtstamp"].dt.isoformat() == "2019-12-19T00:00:00+00:00"
        assert str(event["summary"]).startswith(item.commitment.says["en"].rstrip("."))
        assert (" and no day." in str(event["description"])) == (item.commitment.precision is not Precision.DAY)
    assert str(events["weekday-duty-terms@agreement-2020.bareme"]["description"]) == (
        "Agreement of 2020, 5.2.2.2. Kind: deliverable. "
        "By: CNMM, the national commission of doctors and sickness funds. To: -. Status: done."
    )
    assert str(events["dashboard-2020-q3@agreement-2020.bareme"]["description"]).endswith(
        "The agreement names the quarter 2020-Q3 and no day."
    )


def test_an_agenda_and_its_calendar_speak_french(tmp_path: Path) -> None:
    asked = ("agreement", "2020", "agenda", "--language", "fr", "--status", STATUS)
    ran = bareme_here(*asked, book=tmp_path / "b.sqlite")
    lines = ran.out.splitlines()
    assert lines[0].split() == ["échéance", "genre", "point", "par", "état", "quoi"]
    assert [line.split()[:4] for line in lines if "modalités de financement" in line] == [
        ["2020-03-31", "livrable", "5.2.2.2", "cnmm"]
    ]
    assert any(line.startswith("chaque année   période") for line in lines)
    assert lines[-1] == "Éléments : 91 ; sans date parmi ceux qui sont choisis : 11."
    bareme_here(*asked, "--ics", tmp_path / "a.ics", book=tmp_path / "b.sqlite")
    calendar: Any = Calendar.from_ical((tmp_path / "a.ics").read_bytes())
    [terms] = [event for event in calendar.walk("VEVENT") if str(event["uid"]).startswith("weekday-duty-terms@")]
    assert str(terms["description"]) == (
        "Accord de 2020, 5.2.2.2. Genre : livrable. "
        "Par : CNMM, la commission nationale médico-mutualiste. À : -. État : fait."
    )


def test_only_a_named_day_is_one_day_long(tmp_path: Path) -> None:
    """No day is invented: a month is a whole month, a quarter three, a year the year."""
    agreement = bareme.agreements[2020]
    agreement.write_agenda(agreement.agenda(), tmp_path / "a.ics", language="fr")
    calendar: Any = Calendar.from_ical((tmp_path / "a.ics").read_bytes())
    days = {str(e["uid"]).split("@")[0]: (e["dtend"].dt - e["dtstart"].dt).days for e in calendar.walk("VEVENT")}
    assert days["global-file-regulation"] == 1
    assert days["advance-payment-first"] == 28  # February 2021
    assert days["dashboard-2020-q1"] == 31 + 29 + 31
    assert days["genome-pilot"] == 366  # 2020
    assert days["surveillance-second-phase"] == 365  # 2021
    assert {days[entry.id] for entry in ALL.entries if entry.precision is Precision.DAY} == {1}


def test_a_calendar_is_written_whole_and_over_nothing_that_is_there(tmp_path: Path) -> None:
    place = tmp_path / "agenda.ics"
    ran = bareme_here("agreement", "2020", "agenda", "--ics", place, book=tmp_path / "b.sqlite")
    assert (ran.code, ran.out) == (0, f"{place}: events: 80; left out, without a date: 11.\n")
    before = place.read_bytes()
    again = bareme_here("agreement", "2020", "agenda", "--owner", "ctm", "--ics", place, book=tmp_path / "b.sqlite")
    assert again.code == 2
    assert "exists; name another file, or use --overwrite" in again.err
    assert place.read_bytes() == before
    other = bareme_here(
        "agreement", "2020", "agenda", "--owner", "ctm", "--ics", place, "--overwrite", book=tmp_path / "b.sqlite"
    )
    assert other.out == f"{place}: events: 1; left out, without a date: 0.\n"
    assert list(tmp_path.iterdir()) == [place]
    text = bareme_here("agreement", "2020", "agenda", "--ics", tmp_path / "agenda.txt", book=tmp_path / "b.sqlite")
    assert "a calendar is written as .ics" in text.err


@given(st.dates(date(2019, 9, 1), date(2022, 1, 1)), st.integers(0, 400))
def test_two_halves_of_some_days_hold_what_the_whole_holds(first: date, days: int) -> None:
    agreement = bareme.agreements[2020]
    middle, last = first + timedelta(days // 2), first + timedelta(days)
    whole = {item.id for item in agreement.agenda(first=first, last=last).items}
    parts = [(first, middle), (middle + timedelta(1), last)] if middle < last else [(first, last)]
    halves = [agreement.agenda(first=start, last=end) for start, end in parts]
    assert {item.id for half in halves for item in half.items} == whole

"""What is wrong with the events that are given: each check is one small function, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from bareme.circulars.findings import Severity
from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.duration.adhering import (
    is_declared_in_time,
    is_refused_in_time,
    publication,
)
from bareme.conventions.agreement_2020.duration.ending import (
    in_time,
    is_ground,
    last_day_after,
    may_be_partial,
)
from bareme.conventions.agreement_2020.duration.events import (
    ALLOWED,
    NEEDED,
    PARTIALLY,
    Case,
    Event,
    Happening,
    History,
    history_of,
    term,
)
from bareme.conventions.model import Contradiction, Missing

Found = Iterator[AgreementFinding]
_EXPECTED = {"who": "needed_who", "kind": "needed_kind", "agreed": "needed_agreed"}


def usable(system: System, events: Iterable[Event]) -> tuple[tuple[Event, ...], tuple[AgreementFinding, ...]]:
    """The events that say what they must, and findings about the others and about what they say needlessly."""
    kept, findings = [], []
    for event in events:
        lacking = [name for name in NEEDED.get(event.happening, ()) if getattr(event, name) is None]
        for name in lacking:
            grounds = system.parameters.texts("grounds_of_organisations")
            expected = system.say(_EXPECTED[name], {"grounds": grounds})
            findings.append(system.finding("value_missing", "", event.place, column=name, expected=expected))
        findings += _out_of_place(system, event)
        if not lacking:
            kept.append(event)
    return tuple(kept), tuple(findings)


def _out_of_place(system: System, event: Event) -> Found:
    """A value that such an event does not have is not looked at."""
    for name in ("who", "kind", "in_force", "agreed", "situation", "hours", "extent"):
        if getattr(event, name) is not None and name not in ALLOWED[event.happening]:
            yield system.finding(
                "value_out_of_place", "", event.place, Severity.WARNING, column=name, event=event.happening.value
            )


def checked(system: System, given: Sequence[Event]) -> tuple[AgreementFinding, ...]:
    """Everything to be said of usable events, in the order in which they were given."""
    history = history_of(given)
    return (
        *_file_order(system, given),
        *_publications(system, history),
        *_declarations(system, history),
        *_astray(system, history),
        *(finding for case in history.cases for finding in _of_a_case(system, case)),
    )


def _file_order(system: System, given: Sequence[Event]) -> Found:
    """Events stand in the order of days; they are taken in that order all the same."""
    latest: date | None = None
    for event in given:
        if latest is not None and event.day < latest:
            yield system.finding(
                "out_of_order",
                "",
                event.place,
                Severity.WARNING,
                event=event.happening.value,
                day=event.day,
                before=latest,
            )
        latest = event.day if latest is None else max(latest, event.day)


def _publications(system: System, history: History) -> Found:
    """The agreement is published once, not before it was concluded."""
    first, *others = history.of(Happening.PUBLISHED) or (None,)
    if first is not None and first.day < (concluded := system.parameters.day("concluded")):
        yield _before(system, first, "concluded", concluded, "17.1")
    for event in others:
        yield system.finding(
            "event_twice",
            "17.1",
            event.place,
            event=event.happening.value,
            first=first.day if first else None,
            day=event.day,
        )


def _declarations(system: System, history: History) -> Found:
    """Refusals and partial hours stand within the days after the publication (17.1, 17.2)."""
    try:
        published = publication(system, history)
    except (Missing, Contradiction):
        return
    refusers = {e.who for e in history.of(Happening.REFUSED) if is_refused_in_time(system, published, e)}
    for event in (*history.of(Happening.REFUSED), *history.of(Happening.HOURS_DECLARED)):
        refused = event.happening is Happening.REFUSED
        clause = "17.1" if refused else "17.2"
        if event.day < published:
            yield _before(system, event, Happening.PUBLISHED.value, published, clause)
        elif refused and not is_refused_in_time(system, published, event):
            deadline = term(published, system.parameters.count("days_to_refuse"))
            yield system.finding("refused_late", clause, event.place, who=event.who, day=event.day, deadline=deadline)
        elif not refused and event.who in refusers:
            continue
        elif not refused and not is_declared_in_time(system, published, event):
            deadline = term(published, system.parameters.count("days_to_declare_hours"))
            yield system.finding(
                "hours_late", clause, event.place, Severity.WARNING, who=event.who, day=event.day, deadline=deadline
            )
    for event in history.of(Happening.HOURS_CHANGED):
        if event.day < published:
            yield _before(system, event, Happening.PUBLISHED.value, published, "17.3")
    yield from _refused_and_more(system, history, published)


def _refused_and_more(system: System, history: History, published: date) -> Found:
    """Who refuses declares no hours, and the clauses do not say which counts; nor does such a doctor change any."""
    for doctor in history.doctors:
        refused = [e for e in history.of(Happening.REFUSED, doctor) if is_refused_in_time(system, published, e)]
        if not refused:
            continue
        told: dict[str, Any] = {"who": doctor, "day": refused[0].day}
        for event in history.hours_of(doctor):
            if event.happening is Happening.HOURS_DECLARED and is_declared_in_time(system, published, event):
                yield system.finding("refused_and_declared", "17.1, 17.2", event.place, **told)
            elif event.day >= published:
                yield system.finding("changed_after_refusal", "17.3", event.place, **told)


def _astray(system: System, history: History) -> Found:
    """What is about a situation says which one, where there is not exactly one."""
    names = [case.name for case in history.cases]
    for event in history.astray:
        yield system.finding(
            "situation_unclear",
            "16.2",
            event.place,
            event=event.happening.value,
            known=", ".join(names) or "-",
            named=event.situation or "-",
        )


def _of_a_case(system: System, case: Case) -> Found:
    """A situation arises between conclusion and last day; what follows it follows, in time, and by whom it may."""
    if not is_ground(system, case.arose.day):
        yield system.finding("situation_outside", "16.2", case.arose.place, situation=case.name, day=case.arose.day)
    letters = case.of(Happening.NOTIFIED_BY_ORGANISATION)
    for event in case.followed:
        if event.day < case.arose.day:
            yield _before(system, event, case.name, case.arose.day, "16.2.4")
        elif event.happening is Happening.NOTIFIED_BY_ORGANISATION:
            yield from _letter(system, case, event, "16.2.4", "days_to_notify_organisation")
        elif event.happening is Happening.NOTIFIED_BY_DOCTOR:
            if case.arose.kind not in system.parameters.texts("grounds_of_doctors"):
                yield system.finding(
                    "ground_not_for_doctors", "16.2.5", event.place, who=event.who, kind=case.arose.kind
                )
            else:
                yield from _letter(system, case, event, "16.2.5", "days_to_notify_doctor")
        elif event.happening is Happening.MEETING and not any(letter.day <= event.day for letter in letters):
            yield system.finding(
                "meeting_without_notification", "16.2.4", event.place, day=event.day, situation=case.name
            )
        elif event.agreed is False and event.day > (end := last_day_after(system, case)):
            told: dict[str, Any] = {"day": event.day, "situation": case.name, "end": end}
            yield system.finding("meeting_after_the_end", "16.2.4", event.place, Severity.NOTE, **told)


def _letter(system: System, case: Case, event: Event, clause: str, days: str) -> Found:
    """A letter follows the noting within its days (16.2.4, 16.2.5)."""
    if event.extent == PARTIALLY and not may_be_partial(system, case):
        told: dict[str, Any] = {"who": event.who, "kind": case.arose.kind}
        yield system.finding("partial_not_foreseen", clause, event.place, Severity.WARNING, **told)
    noted = case.noted(event.who)
    count = system.parameters.count(days)
    if noted is None or in_time(case, event, count):
        return
    if event.day < noted.day:
        yield _before(system, event, Happening.NOTED.value, noted.day, clause)
        return
    yield system.finding(
        "notified_late", clause, event.place, who=event.who, day=event.day, deadline=term(noted.day, count)
    )


def _before(system: System, event: Event, cause: str, day: date, clause: str) -> AgreementFinding:
    return system.finding(
        "before_its_cause", clause, event.place, event=event.happening.value, day=event.day, cause=cause, since=day
    )

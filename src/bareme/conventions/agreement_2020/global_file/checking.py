"""What is wrong in a log of events: each finding names its file and line; an event that cannot be is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from bareme.circulars.findings import Severity
from bareme.conventions.agreement.answers import AgreementFinding, Place
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.global_file.events import Event, Holder, Holders, Kind, unknown
from bareme.conventions.agreement_2020.global_file.fee import unused_amounts
from bareme.conventions.agreement_2020.global_file.histories import SETTING

CLAUSE = "5.1.1"


@dataclass(frozen=True, slots=True)
class Judged:
    """An event as it can be used (None: left out), and what is wrong with it, if anything."""

    event: Event | None
    check: str = ""
    severity: Severity = Severity.ERROR


def known_holders(
    system: System, given: Iterable[tuple[Holder, Place]]
) -> tuple[Holders, tuple[AgreementFinding, ...]]:
    """The doctors by name; of one who stands in the table twice nothing is known."""
    by_name: dict[str, Holder] = {}
    findings = []
    for holder, place in given:
        if holder.name in by_name:
            findings.append(system.finding("holder_twice", CLAUSE, place, holder=holder.name))
        by_name[holder.name] = unknown(holder.name) if holder.name in by_name else holder
    return Holders(by_name), tuple(findings)


def checked_events(
    system: System, events: Iterable[Event], holders: Holders, until: int
) -> tuple[tuple[Event, ...], tuple[AgreementFinding, ...]]:
    """The events that can be used, by patient, day and line; and the findings, in the order of lines (5.1.1)."""
    given = sorted(events, key=lambda event: (event.patient, event.place.file, event.place.line))
    used: list[Event] = []
    findings: list[AgreementFinding] = []
    for _, own in groupby(given, key=lambda event: event.patient):
        of_patient = tuple(own)
        findings += _out_of_order(system, of_patient)
        kept, found = _of_patient(system, of_patient, until)
        used += kept
        findings += found
    findings += _unknown_holders(system, used, holders)
    findings += _unused_amounts(system)
    findings += _ends_early(system, used, until)
    used.sort(key=lambda event: (event.patient, event.order))
    return tuple(used), tuple(sorted(findings, key=lambda one: (one.place is None, one.place, one.check)))


def _of_patient(system: System, events: Sequence[Event], until: int) -> tuple[list[Event], list[AgreementFinding]]:
    """Events of one patient, judged in the order in which they become known."""
    used: list[Event] = []
    findings: list[AgreementFinding] = []
    latest: Event | None = None
    current: tuple[str, ...] = ()
    for given in sorted(events, key=lambda event: (event.known, event.order)):
        event, unneeded = _with_own_columns(system, given)
        findings += unneeded
        judged = _judged(system, event, current, until)
        if judged.check:
            said = _told(system, judged.check, event, current, until)
            findings.append(system.finding(judged.check, CLAUSE, event.place, judged.severity, **said))
        if judged.event is None:
            continue
        used.append(judged.event)
        if judged.event.kind in SETTING and (latest is None or judged.event.order > latest.order):
            latest = judged.event
            others = current if latest.contested else ()
            current = tuple(dict.fromkeys((*others, latest.holder)))
    return used, findings


def _with_own_columns(system: System, event: Event) -> tuple[Event, list[AgreementFinding]]:
    """The event without what its kind has not."""
    if event.received is None and event.previous is None:
        return event, []
    findings = []
    for column, owner in (("received", Kind.ATTESTED), ("previous", Kind.TRANSFERRED)):
        if event.kind is not owner and getattr(event, column) is not None:
            told = {"column": column, "event": event.kind.value}
            findings.append(system.finding("not_of_this_event", CLAUSE, event.place, Severity.WARNING, **told))
    received = event.received if event.kind is Kind.ATTESTED else None
    previous = event.previous if event.kind is Kind.TRANSFERRED else None
    return replace(event, received=received, previous=previous), findings


def _judged(system: System, event: Event, current: tuple[str, ...], until: int) -> Judged:
    """What an event is worth while `current` hold the file, by what was known then."""
    if event.on.year > until:
        return Judged(None, "outside_calendar", Severity.WARNING)
    if event.kind is Kind.OPENED:
        return _opening(event, current)
    if event.kind is Kind.TRANSFERRED:
        return _transfer(event, current)
    if event.kind is Kind.ATTESTED:
        return _paper(system, event)
    if event.holder in current:
        return Judged(event)
    if event.kind is Kind.PROLONGED:
        return Judged(event, "prolonged_by_another" if current else "before_opening")
    return Judged(event, "contact_with_another" if current else "contact_without_file", Severity.NOTE)


def _opening(event: Event, current: tuple[str, ...]) -> Judged:
    if not current:
        return Judged(event)
    if current == (event.holder,):
        return Judged(replace(event, kind=Kind.CONTACT), "opened_again", Severity.WARNING)
    return Judged(replace(event, contested=True), "two_holders")


def _transfer(event: Event, current: tuple[str, ...]) -> Judged:
    if event.previous is None:
        return Judged(None, "previous_missing")
    if event.previous == event.holder:
        return Judged(None, "transfer_to_same")
    if event.previous not in current:
        return Judged(None, "transfer_from_another" if current else "transfer_without_file")
    return Judged(event)


def _paper(system: System, event: Event) -> Judged:
    """An attestation on paper is of a day before paper ended, and came in by the end of the year of corrections."""
    parameters = system.parameters
    if event.received is None:
        return Judged(None, "received_missing")
    if event.received < event.on:
        return Judged(None, "received_before")
    if event.on >= parameters.day("paper_ends"):
        return Judged(None, "paper_ended")
    if event.received.year > parameters.count("correction_year"):
        return Judged(None, "paper_too_late", Severity.WARNING)
    return Judged(event)


def _told(system: System, check: str, event: Event, current: tuple[str, ...], until: int) -> Mapping[str, Any]:
    """What the sentence of a finding names."""
    parameters = system.parameters
    if check == "outside_calendar":
        return {"on": event.on, "last": date(until, 12, 31)}
    if check == "paper_ended":
        return {"on": event.on, "first": parameters.day("paper_ends")}
    if check == "paper_too_late":
        year = str(parameters.count("correction_year"))
        return {"received": event.known, "day": parameters.day("first_snapshot"), "year": year}
    if check == "received_missing":
        return {}
    if check == "received_before":
        return {"on": event.on, "received": event.known}
    told: dict[str, Any] = {"holder": event.holder}
    if event.previous is not None and event.previous != event.holder:
        told["previous"] = event.previous
    if current:
        told |= {"current": current, "on": event.on}
    return told


def _out_of_order(system: System, events: Sequence[Event]) -> Iterator[AgreementFinding]:
    """Events of one patient, in the order of lines, that go back in time; paper may come in late."""
    last: date | None = None
    for event in events:
        if event.kind is Kind.ATTESTED:
            continue
        if last is not None and event.on < last:
            told = {"on": event.on, "before": last}
            yield system.finding("out_of_order", CLAUSE, event.place, Severity.WARNING, **told)
        last = max(event.on, last or event.on)


def _unknown_holders(system: System, events: Iterable[Event], holders: Holders) -> Iterator[AgreementFinding]:
    """Each doctor of whom nothing is told, where the log names this doctor first."""
    first: dict[str, Place] = {}
    for event in events:
        if event.holder not in holders:
            first[event.holder] = min(event.place, first.get(event.holder, event.place))
    for holder, place in first.items():
        yield system.finding("unknown_holder", CLAUSE, place, holder=holder)


def _unused_amounts(system: System) -> Iterator[AgreementFinding]:
    """Amounts that are supplied for what is paid otherwise, or for no year."""
    for name in unused_amounts(system):
        fee_of, first = system.parameters.count("first_phase_year"), system.parameters.day("first_snapshot").year + 1
        told = {"name": name, "first": str(first), "year": str(fee_of)}
        yield system.finding("amount_not_used", CLAUSE, None, Severity.WARNING, **told)


def _ends_early(system: System, events: Sequence[Event], until: int) -> Iterator[AgreementFinding]:
    """A log that ends in a year before the last one asked for."""
    last = max((event.known for event in events), default=None)
    if last is not None and last.year < until:
        told = {"last": last, "end": date(until, 12, 31)}
        yield system.finding("log_ends_before", CLAUSE, None, Severity.NOTE, **told)

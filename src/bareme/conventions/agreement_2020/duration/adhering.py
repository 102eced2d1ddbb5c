"""Whether the agreement binds a doctor on a day: refusal, partial hours, individual denunciation (16.2.5, 17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bareme.conventions.agreement.answers import Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.duration.ending import (
    NOTING,
    TERMS,
    WHOLE,
    cases_of_the_year,
    in_time,
    may_be_partial,
    not_whole,
    raise_open,
)
from bareme.conventions.agreement_2020.duration.events import WHOLLY, Event, Happening, History, term
from bareme.conventions.model import Contradiction, Missing, Result

FROM_START = "adherence-from-first-day"
LATE_HOURS = "late-hours-are-a-change"


def binds(system: System, history: History, doctor: str | None, on: date, whole: Answer) -> Answer:
    """Whether the agreement binds a doctor on a day, or (None) every doctor whom no event names.

    `whole` is whether it lasts on that day.
    """
    return system.asked("binds", "16, 17", lambda: _binds(system, history, doctor, on, whole))


def benefit_kept(system: System, history: History, doctor: str, on: date, whole: Answer) -> Answer | None:
    """After a denunciation's end, who had adhered and undertakes to apply the tariffs keeps the benefits (16.2.4).

    None while the agreement lasts, and outside its year: the question does not arise.
    """
    if whole.result is not Result.NO or whole.clause == "16.1":
        return None
    return system.asked("benefit_kept", whole.clause, lambda: _kept(system, history, doctor, on, whole))


def publication(system: System, history: History) -> date:
    """The day of publication: of the event, or the parameter that was supplied (17.1)."""
    concluded = system.parameters.day("concluded")
    days = {event.day for event in history.of(Happening.PUBLISHED) if event.day >= concluded}
    supplied = system.parameters.entry("published").value
    days |= {supplied} if supplied is not None else set()
    if len(days) > 1:
        raise Contradiction("published")
    if not days:
        raise Missing("published")
    return min(days)


def is_refused_in_time(system: System, published: date, event: Event) -> bool:
    """A refusal within the days after the publication counts (17.1)."""
    return published <= event.day <= term(published, system.parameters.count("days_to_refuse"))


def is_declared_in_time(system: System, published: date, event: Event) -> bool:
    """Partial hours within the days after the publication count instead of full adherence (17.2)."""
    return published <= event.day <= term(published, system.parameters.count("days_to_declare_hours"))


def _binds(system: System, history: History, doctor: str | None, on: date, whole: Answer) -> Answer:
    if whole.result is Result.NO:
        case = "outside" if whole.clause == "16.1" else "denounced"
        return system.answer(
            "binds", False, whole.clause, case=case, interpretations=whole.interpretations, **whole.values
        )
    missing: tuple[str, ...] = ()
    try:
        own = _own(system, history, doctor, on)
        if own.result is Result.NO:
            return own
    except Missing as unknown:
        missing = unknown.names
    if whole.contradicts:
        raise Contradiction(*whole.contradicts)
    if missing or whole.missing:
        raise Missing(*dict.fromkeys((*missing, *whole.missing)))
    return own


def _own(system: System, history: History, doctor: str | None, on: date) -> Answer:
    """What a doctor's own events make of the agreement on a day while it lasts."""
    published = publication(system, history)
    deadline = term(published, system.parameters.count("days_to_declare_hours"))
    if doctor is None:
        return system.answer(
            "binds", True, "17.2", case="others", interpretations=(TERMS, FROM_START), on=on, deadline=deadline
        )
    refused = [e for e in history.of(Happening.REFUSED, doctor) if is_refused_in_time(system, published, e)]
    declared = [e for e in history.of(Happening.HOURS_DECLARED, doctor) if is_declared_in_time(system, published, e)]
    if refused and declared:
        raise Contradiction("refused", "hours_declared")
    if refused:
        return system.answer(
            "binds",
            False,
            "17.1",
            case="refused",
            interpretations=(TERMS, FROM_START),
            who=doctor,
            on=on,
            day=refused[0].day,
        )
    left = _left(system, history, doctor, on)
    if left is not None:
        return left
    return _adhering(system, history, doctor, on, declared, published)


def _left(system: System, history: History, doctor: str, on: date) -> Answer | None:
    """A doctor who notified in time is no longer bound once the measure is in force (16.2.5)."""
    days = system.parameters.count("days_to_notify_doctor")
    missing: list[str] = []
    for case in cases_of_the_year(system, history):
        in_force = case.arose.in_force
        of_doctors = case.arose.kind in system.parameters.texts("grounds_of_doctors")
        if not of_doctors or (in_force is not None and on < in_force):
            continue
        for letter in case.by(Happening.NOTIFIED_BY_DOCTOR, doctor):
            timely = in_time(case, letter, days)
            if timely is False:
                continue
            lacking = [] if in_force is not None else ["in_force"]
            lacking += [] if timely else ["noted"]
            lacking += not_whole(system, case, letter)
            if not lacking:
                used = (TERMS, NOTING, *(() if may_be_partial(system, case) else (WHOLE,)))
                told: dict[str, Any] = {"in_force": in_force, "situation": case.name, "day": letter.day}
                return system.answer(
                    "binds", False, "16.2.5", case="left", interpretations=used, who=doctor, on=on, **told
                )
            missing += lacking
    raise_open(missing, ())
    return None


def _adhering(
    system: System, history: History, doctor: str, on: date, declared: Sequence[Event], published: date
) -> Answer:
    """Fully, or with the hours that were registered last (17.2 to 17.4)."""
    known = [e for e in history.hours_of(doctor) if published <= e.day <= on] or declared[:1]
    if not known:
        deadline = term(published, system.parameters.count("days_to_declare_hours"))
        return system.answer(
            "binds",
            True,
            "17.2",
            case="full",
            interpretations=(TERMS, FROM_START),
            who=doctor,
            on=on,
            deadline=deadline,
        )
    last = known[-1]
    told: dict[str, Any] = {"who": doctor, "on": on, "day": last.day, "hours": last.hours or "-"}
    if last in declared:
        return system.answer("binds", True, "17.2", case="partial", interpretations=(TERMS, FROM_START), **told)
    if last.happening is Happening.HOURS_CHANGED and last.extent is None and last.hours is None:
        raise Missing("extent")
    case = "full_again" if last.extent == WHOLLY else "changed"
    return system.answer("binds", True, "17.3", case=case, interpretations=() if declared else (LATE_HOURS,), **told)


def _kept(system: System, history: History, doctor: str, on: date, whole: Answer) -> Answer:
    own = _own(system, history, doctor, whole.values["end"])
    if own.result is Result.NO:
        return system.answer("benefit_kept", False, whole.clause, who=doctor, on=on)
    if not any(event.day <= on for event in history.of(Happening.TARIFFS_KEPT, doctor)):
        raise Missing("tariffs_kept")
    return system.answer("benefit_kept", True, whole.clause, who=doctor, on=on)

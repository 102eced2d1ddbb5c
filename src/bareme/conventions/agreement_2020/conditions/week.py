"""A declared week held against 14.2.2.2 and 14.3.2.2: each requirement as an answer, each breach as a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from bareme.circulars.findings import Severity
from bareme.conventions.agreement.answers import AgreementFinding, Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.conditions.model import (
    GENERAL_PRACTITIONER,
    Checked,
    CheckedWeek,
    Declared,
    Doctor,
    Slot,
    WeekCheck,
    by_place,
    clock,
    is_in_force,
    length,
    no_agreement,
)
from bareme.conventions.agreement_2020.conditions.slots import declarations, gives_access
from bareme.conventions.agreement_2020.conditions.suitable import minutes_within, suitable_hours
from bareme.conventions.model import Contradiction, Missing

TOUCHING = ("touching-slots-are-one",)


def check_week(
    system: System, year: int, doctor: Doctor, slots: Sequence[Slot], unusable: Sequence[AgreementFinding], unit: str
) -> WeekCheck:
    """Each declared week of a doctor with an answer for each requirement of clause 14, and every breach."""
    weeks, wrong = declarations(system, slots, whole=not unusable)
    found = [*unusable, *wrong]
    if not slots and not unusable:
        found.append(system.finding("nothing_declared", "17.2", severity=Severity.NOTE))
    checked = []
    for week in weeks:
        own = list(_requirements(system, doctor, week, unit))
        checked.append(CheckedWeek(week, tuple(one.answer for one in own)))
        found += [finding for one in own for finding in one.findings]
    return WeekCheck(year, doctor, tuple(checked), by_place(found))


def _requirements(system: System, doctor: Doctor, week: Declared, unit: str) -> Iterator[Checked]:
    """The requirements that a week of a doctor is held against, in the order of the clauses."""
    part = doctor.named("14.2", "14.3")
    if doctor.status == "full":
        yield _asked(system, "no_free_slots", f"{part}.1", week, lambda: no_free_slots(system, doctor, week))
        return
    clause = f"{part}.2.2"
    yield _asked(system, "free_slots", f"{clause}.1", week, lambda: free_slots(system, doctor, week))
    yield _asked(system, "slot_hours", f"{clause}.1", week, lambda: slot_hours(system, doctor, week))
    yield _asked(system, "activities", clause, week, lambda: activities(system, doctor, week))
    if doctor.provider == GENERAL_PRACTITIONER:
        yield _asked(system, "practice", f"{clause}.2", week, lambda: practice(system, week, unit))
        return
    yield _asked(system, "half_at_the_fees", f"{clause}.2", week, lambda: half_at_the_fees())
    yield _asked(system, "suitable_hours", f"{clause}.2", week, lambda: at_suitable_hours(system, week))
    yield _asked(system, "access", f"{clause}.3", week, lambda: access(system, week))


def _asked(system: System, rule: str, clause: str, week: Declared, function: Callable[[], Checked]) -> Checked:
    """A requirement asked; for a week that begins on a day without an agreement there is no answer (16.1)."""
    findings: list[AgreementFinding] = []

    def answered() -> Answer:
        checked = function()
        findings.extend(checked.findings)
        return checked.answer

    if not is_in_force(system, week.valid_from):
        return Checked(no_agreement(system, rule, week.valid_from))
    return Checked(system.asked(rule, clause, answered), tuple(findings))


def no_free_slots(system: System, doctor: Doctor, week: Declared) -> Checked:
    """A fully conventioned doctor applies the fees to the whole practice: no slot is free (14.2.1, 14.3.1)."""
    clause = doctor.named("14.2.1", "14.3.1")
    free = [slot for slot in week.slots if slot.free]
    if not free:
        week.need_whole()
    found = [system.finding("free_slot_of_full", clause, slot.place, **_told(slot)) for slot in free]
    return Checked(system.answer("no_free_slots", not free, clause, count=len(free)), tuple(found))


def free_slots(system: System, doctor: Doctor, week: Declared) -> Checked:
    """At most three free slots a week for a general practitioner (14.2.2.2.1), four for a specialist (14.3.2.2.1)."""
    entry = system.parameters.entry(f"free_slots_{doctor.provider}")
    most: int = system.parameters.count(entry.name)
    count = len(week.stretches)
    if count <= most:
        week.need_whole()
    told: dict[str, Any] = {"count": count, "most": most}
    used = _touching(week)
    beyond = [stretch.slots[0] for stretch in week.stretches[most:]]
    found = [system.finding("too_many_slots", entry.clause, slot.place, **told, **_told(slot)) for slot in beyond]
    answer = system.answer("free_slots", count <= most, entry.clause, interpretations=used, **told)
    return Checked(answer, tuple(found))


def slot_hours(system: System, doctor: Doctor, week: Declared) -> Checked:
    """A free slot lasts at most four continuous hours (14.2.2.2.1, 14.3.2.2.1)."""
    entry = system.parameters.entry(f"hours_of_a_slot_{doctor.provider}")
    most = system.parameters.count(entry.name) * 60
    longest = max((stretch.minutes for stretch in week.stretches), default=0)
    if longest <= most:
        week.need_whole()
    found = []
    for stretch in (stretch for stretch in week.stretches if stretch.minutes > most):
        told: dict[str, Any] = {"day": stretch.slots[0].day, "start": clock(stretch.start), "end": clock(stretch.end)}
        told |= {"lasts": length(stretch.minutes), "most": length(most)}
        found.append(system.finding("slot_too_long", entry.clause, stretch.slots[0].place, **told))
    values: dict[str, Any] = {"longest": length(longest), "most": length(most)}
    used = _touching(week)
    answer = system.answer("slot_hours", longest <= most, entry.clause, interpretations=used, **values)
    return Checked(answer, tuple(found))


def activities(system: System, doctor: Doctor, week: Declared) -> Checked:
    """Free hours are for what happens at the practice (14.2.2.2), or for ambulatory patients (14.3.2.2)."""
    entry = system.parameters.entry(f"free_activities_{doctor.provider}")
    allowed = system.parameters.texts(entry.name)
    free = [slot for slot in week.slots if slot.free]
    wrong = [slot for slot in free if slot.activity is not None and slot.activity not in allowed]
    found = [
        system.finding("activity_not_free", entry.clause, slot.place, activity=slot.activity, allowed=allowed)
        for slot in wrong
    ]
    if not wrong:
        week.need_whole()
        if any(slot.activity is None for slot in free):
            raise Missing("activity")
    answer = system.answer("activities", not wrong, entry.clause, count=len(wrong), allowed=allowed)
    return Checked(answer, tuple(found))


def practice(system: System, week: Declared, unit: str) -> Checked:
    """A general practitioner's practice outside free hours is at least three quarters of the whole (14.2.2.2.2).

    In hours of the declared week; by acts or fees a week does not tell.
    """
    if unit != "hours":
        raise Missing("acts")
    if week.overlapping:
        raise Contradiction(*(f"line_{line}" for line in week.overlapping))
    week.need_whole()
    entry = system.parameters.entry("practice_at_the_fees")
    least = Fraction(system.parameters.rate(entry.name)) / 100
    part, free = week.minutes(free=False), week.minutes(free=True)
    told: dict[str, Any] = {"part": length(part), "whole": length(part + free), "least": str(least)}
    holds = Fraction(part, part + free) >= least
    used = ("unit-of-the-practice",)
    answer = system.answer("practice", holds, entry.clause, case="hours", interpretations=used, **told)
    return Checked(answer, () if holds else (system.finding("practice_too_small", entry.clause, **told),))


def half_at_the_fees() -> Checked:
    """Half of a specialist's acts to ambulatory patients are at the fees (14.3.2.2.2): a week holds no acts."""
    raise Missing("acts")


def at_suitable_hours(system: System, week: Declared) -> Checked:
    """What a specialist does at the fees for ambulatory patients is at hours that normally suit them (14.3.2.2.2).

    Where all slots for that are at such hours it is, where none is it is not; else, and without one, only acts tell.
    """
    clause, hours = "14.3.2.2.2", suitable_hours(system)
    week.need_whole()
    bound = [slot for slot in week.slots if gives_access(system, slot)]
    whole = sum(slot.minutes for slot in bound)
    part = sum(minutes_within(hours[slot.day], slot.start, slot.end) for slot in bound)
    if 0 < part < whole or not whole:
        raise Missing("acts")
    told: dict[str, Any] = {"part": length(part), "whole": length(whole)}
    holds = part > 0
    found = () if holds else (system.finding("unsuitable_hours", clause, **told),)
    return Checked(system.answer("suitable_hours", holds, clause, **told), found)


def access(system: System, week: Declared) -> Checked:
    """On each site a specialist has a slot for ambulatory patients at the fees (14.3.2.2.3)."""
    clause = "14.3.2.2.3"
    week.need_whole()
    served = {slot.site for slot in week.slots if gives_access(system, slot)}
    told_of = {slot.site for slot in week.slots if gives_access(system, slot) and slot.activity is not None}
    used = ("conventioned-slot-gives-access",) if served - told_of else ()
    first = {slot.site: slot for slot in reversed(week.slots)}
    without = tuple(sorted(first.keys() - served))
    found = tuple(system.finding("site_without_access", clause, first[site].place, site=site) for site in without)
    told: dict[str, Any] = {"sites": len(first), "without": without}
    return Checked(system.answer("access", not without, clause, interpretations=used, **told), found)


def _told(slot: Slot) -> dict[str, Any]:
    return {"site": slot.site, "day": slot.day, "start": clock(slot.start), "end": clock(slot.end)}


def _touching(week: Declared) -> tuple[str, ...]:
    """The reading that is used where slots touch."""
    return TOUCHING if any(len(stretch.slots) > 1 for stretch in week.stretches) else ()

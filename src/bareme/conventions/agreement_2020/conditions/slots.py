"""The slots of a declared week: those that can be used, those that touch, and which week is declared on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.conditions.model import DAYS, Declared, Slot, Stretch, clock

CLAUSE = "14.2.2.2, 14.3.2.2"
"""The clauses that a declared week is held against."""


def declarations(
    system: System, slots: Sequence[Slot], whole: bool = True
) -> tuple[tuple[Declared, ...], tuple[AgreementFinding, ...]]:
    """The weeks that slots declare, one for each day of registration, earliest first; and what is wrong with slots.

    Slots of one `valid_from` are a whole week, which replaces the earlier one from that day on (17.3, 17.4).
    """
    backwards = [slot for slot in slots if slot.start >= slot.end]
    found = [_backwards(system, slot) for slot in backwards]
    usable = sorted((slot for slot in slots if slot.start < slot.end), key=_by_registration)
    weeks = []
    for valid_from, own in groupby(usable, key=lambda slot: slot.valid_from):
        week = sorted(own, key=lambda slot: (slot.order, slot.place))
        pairs = list(overlaps(week))
        found += [_overlap(system, one, other) for one, other in pairs]
        lines = tuple(sorted({slot.place.line for pair in pairs for slot in pair}))
        complete = whole and not backwards
        weeks.append(Declared(valid_from, tuple(week), tuple(continuous(week)), lines, complete))
    return tuple(weeks), tuple(found)


def _by_registration(slot: Slot) -> date:
    return slot.valid_from or date.min


def _backwards(system: System, slot: Slot) -> AgreementFinding:
    start, end = clock(slot.start), clock(slot.end)
    return system.finding("slot_backwards", CLAUSE, slot.place, start=start, end=end)


def _overlap(system: System, one: Slot, other: Slot) -> AgreementFinding:
    hours: dict[str, Any] = {"start": clock(other.start), "end": clock(min(one.end, other.end))}
    values: dict[str, Any] = {"day": other.day, "other_line": one.place.line, **hours}
    return system.finding("slots_overlap", CLAUSE, other.place, **values)


def overlaps(slots: Sequence[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """Pairs of slots of one day that share a minute, wherever they are: nobody is at two places at once.

    Each slot is told beside the one that lasts longest of those before it.
    """
    for _, own in groupby(sorted(slots, key=lambda slot: (slot.order, slot.place)), key=lambda slot: slot.day):
        longest: Slot | None = None
        for slot in own:
            if longest is not None and slot.start < longest.end:
                yield longest, slot
            if longest is None or slot.end > longest.end:
                longest = slot


def continuous(slots: Iterable[Slot]) -> Iterator[Stretch]:
    """Free slots of one site and day that touch or overlap as one slot, in the order of the week."""
    runs: list[list[Slot]] = []
    last: dict[tuple[str, str], list[Slot]] = {}
    for slot in sorted((slot for slot in slots if slot.free), key=lambda slot: (slot.order, slot.place)):
        run = last.get((slot.site, slot.day))
        if run is not None and slot.start <= max(before.end for before in run):
            run.append(slot)
            continue
        last[slot.site, slot.day] = [slot]
        runs.append(last[slot.site, slot.day])
    return (Stretch(tuple(run)) for run in runs)


def in_force(weeks: Sequence[Declared], day: date) -> Declared | None:
    """The week that is declared on a day; None for a day before the first registration (17.3, 17.4)."""
    known = [week for week in weeks if week.valid_from is None or week.valid_from <= day]
    return known[-1] if known else None


def stretch_at(week: Declared, day: date, minute: int, site: str | None) -> Stretch | None:
    """The free slot in which something begins on a day at a minute; a site, where it is told, must be that of the slot.

    A slot's first minute belongs to it, the minute of its end does not.
    """
    name = DAYS[day.weekday()]
    found = (s for s in week.stretches if s.slots[0].day == name and s.start <= minute < s.end)
    return next((stretch for stretch in found if site is None or stretch.slots[0].site == site), None)


def gives_access(system: System, slot: Slot) -> bool:
    """True for a slot at the fees for ambulatory patients, or one of which nothing else is told (14.3.2.2.3)."""
    return not slot.free and slot.activity in (None, *system.parameters.texts("free_activities_specialist"))

"""How many free slots acts used in a calendar week (14.2.2.2.1, 14.3.2.2.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from bareme.conventions.agreement.answers import Place
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.conditions.acted import JudgedAct
from bareme.conventions.agreement_2020.conditions.model import Checked, Declared, Doctor
from bareme.conventions.model import Missing


def week_of(day: date) -> str:
    """The week of a day, from Monday on, as ISO 8601 names it.

    >>> week_of(date(2020, 3, 2)), week_of(date(2020, 12, 31))
    ('2020-W10', '2020-W53')
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def slots_used(
    system: System, doctor: Doctor, acts: Sequence[JudgedAct], weeks: Sequence[Declared] | None, unread: int
) -> Checked:
    """No week has acts outside the fees in more slots than a doctor may have.

    Without a declared week the slots are not known: counted is how many there were at the least.
    """
    entry = system.parameters.entry(f"free_slots_{doctor.provider}")
    most: int = system.parameters.count(entry.name)
    hours = system.parameters.count(f"hours_of_a_slot_{doctor.provider}")
    free = [act for act in acts if act.free and not act.lifted and act.in_free_hours]
    by_week: dict[str, list[JudgedAct]] = defaultdict(list)
    for act in free:
        by_week[week_of(act.act.on)].append(act)
    firsts = {week: _firsts(own, hours * 60) for week, own in sorted(by_week.items())}
    too_many = {week: first for week, first in firsts.items() if len(first) > most}
    if not too_many:
        _need_to_know(acts, weeks, unread, bool(free))
    found = tuple(
        system.finding("too_many_used", entry.clause, first[most].act.place, week=week, count=len(first), most=most)
        for week, first in too_many.items()
    )
    told: dict[str, Any] = {"count": max(map(len, firsts.values()), default=0), "most": most}
    used = ("week-from-monday",)
    return Checked(system.answer("slots_used", not too_many, entry.clause, interpretations=used, **told), found)


def _need_to_know(acts: Sequence[JudgedAct], weeks: Sequence[Declared] | None, unread: int, any_free: bool) -> None:
    """Stop where what is not known could make more slots than were counted."""
    if unread:
        raise Missing("usable_lines")
    open_acts = [act for act in acts if act.free is not False and act.in_free_hours is None]
    names = [name for act in open_acts for name in (act.answer.missing or ("free_hours",))]
    if weeks is None and any_free:
        names.append("week")
    elif any(act.free and act.in_free_hours and act.stretch is None for act in acts):
        names.append("time")
    if names:
        raise Missing(*dict.fromkeys(names))


def _firsts(acts: Iterable[JudgedAct], longest: int) -> list[JudgedAct]:
    """The first act of each slot that acts of one week used, by day and hour.

    Where the slot is not known, acts of one day and site that a slot of the greatest length could hold count as one.
    """
    firsts: list[JudgedAct] = []
    known: set[tuple[str, str, int, int]] = set()
    begun: dict[tuple[date, str | None], int] = {}
    for act in sorted(acts, key=_sites_and_hours_first):
        place, time = (act.act.on, act.act.site), act.act.time
        if act.stretch is not None:
            is_new = act.stretch not in known
            known.add(act.stretch)
        elif time is None or act.act.site is None:
            is_new = act.act.on not in {day for day, _ in begun}
        else:
            is_new = place not in begun or time >= begun[place] + longest
        if is_new:
            firsts.append(act)
            begun[place] = time or 0
    return sorted(firsts, key=lambda act: (act.act.on, act.act.time or 0, act.act.place))


def _sites_and_hours_first(act: JudgedAct) -> tuple[bool, date, int, Place]:
    """Acts of a known site and hour in the order of time; those that may be in any slot of their day last."""
    return (act.act.time is None or act.act.site is None, act.act.on, act.act.time or 0, act.act.place)

"""Parts of a practice: three quarters of it (14.2.2.2.2), half of the acts to ambulatory patients (14.3.2.2.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from fractions import Fraction

from bareme.conventions.agreement.answers import Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.conditions.acted import JudgedAct, Share
from bareme.conventions.agreement_2020.conditions.model import DAYS
from bareme.conventions.agreement_2020.conditions.suitable import minutes_within, suitable_hours
from bareme.conventions.model import Missing
from bareme.money import to_cents

LEFT_OUT = "acts-lifted-by-the-patient-left-out"
OVER = "share-over-the-acts-given"
PRESUMED = "free-hours-are-outside-the-fees"


class Side(Enum):
    """Where an act counts: at the fees, not, in neither; or what is open of that."""

    AT = "at"
    NOT = "not"
    OUT = "out"
    NOT_AT = "not or out"
    OPEN = "at, not or out"


def side_in_practice(act: JudgedAct) -> Side:
    """Of the whole practice: at the fees and outside free hours, or not (14.2.2.2.2)."""
    side = _side(act)
    if side is not Side.AT or act.in_free_hours is False:
        return side
    return Side.OPEN if act.in_free_hours is None else Side.NOT


def side_among_ambulatory(act: JudgedAct) -> Side:
    """Of the acts to ambulatory patients: at the fees, or not (14.3.2.2.2)."""
    if act.ambulatory is False:
        return Side.OUT
    side = _side(act)
    return side if act.ambulatory else {Side.NOT: Side.NOT_AT, Side.AT: Side.OPEN}.get(side, side)


def _side(act: JudgedAct) -> Side:
    """An act that a requirement or the income lifts from the fees counts on neither side."""
    if act.free is None:
        return Side.OPEN
    if not act.free:
        return Side.AT
    if act.undecided:
        return Side.NOT_AT
    return Side.OUT if act.lifted else Side.NOT


def measured(
    rule: str,
    acts: Sequence[JudgedAct],
    side: Callable[[JudgedAct], Side],
    least: Fraction,
    unit: str = "acts",
    unread: int = 0,
) -> tuple[Share, bool | None]:
    """The part of acts that counts, and whether it is large enough whatever is not known; None: that depends on it.

    `unread` lines may have been acts of any side. What counts is acts, minutes, or cents charged.
    """
    if unread and unit != "acts":
        raise Missing("usable_lines")
    sums = dict.fromkeys(Side, 0)
    for act in acts:
        where = side(act)
        sums[where] += 0 if where is Side.OUT else _weight(act, unit)
    sums[Side.OPEN] += unread
    part, known = sums[Side.AT], sums[Side.AT] + sums[Side.NOT]
    most = known + sums[Side.NOT_AT] + sums[Side.OPEN]
    unknown = most - known
    if not most:
        raise Missing("acts")
    holds = None
    if Fraction(part, most) >= least:
        holds = True
    elif known + sums[Side.OPEN] and Fraction(part + sums[Side.OPEN], known + sums[Side.OPEN]) < least:
        holds = False
    return Share(rule, unit, part, known, unknown, least), holds


def _weight(act: JudgedAct, unit: str) -> int:
    """What an act counts for; `Missing` where the list does not tell."""
    if unit == "acts":
        return 1
    charged = act.act.inputs.get("fee_charged")
    value = act.act.minutes if unit == "hours" else None if charged is None else to_cents(charged)
    if value is None:
        raise Missing("minutes" if unit == "hours" else "fee_charged")
    return value


def lacking(acts: Sequence[JudgedAct], side: Callable[[JudgedAct], Side]) -> tuple[str, ...]:
    """What is not known of acts of which the side is open; lines that cannot be used, where all acts are known.

    Of a whole practice that is also whether they were in free hours, of ambulatory acts the setting.
    """
    names: list[str] = []
    for act in (act for act in acts if side(act) in (Side.OPEN, Side.NOT_AT)):
        names += (*act.answer.missing, *act.answer.contradicts)
        if side is side_in_practice:
            names += act.unknown_hours
        elif act.ambulatory is None:
            names.append("care_setting")
    return tuple(dict.fromkeys(names)) or ("usable_lines",)


def answered(
    system: System,
    share: Share,
    holds: bool | None,
    clause: str,
    acts: Sequence[JudgedAct],
    side: Callable[[JudgedAct], Side],
    used: Sequence[str],
) -> Answer:
    """Whether a share is large enough; where that depends on acts that are not decided, what they lack is missing."""
    if holds is None:
        raise Missing(*lacking(acts, side))
    told = share.told()
    ids = [*used, OVER]
    if any(act.lifted for act in acts):
        ids.append(LEFT_OUT)
    if any(act.free and act.act.above is None for act in acts):
        ids.append(PRESUMED)
    return system.answer(share.rule, holds, clause, case=share.unit, interpretations=ids, **told)


def side_at_suitable_hours(system: System) -> Callable[[JudgedAct], Side]:
    """Of the acts to ambulatory patients: at the fees and at hours that suit patients, or not (14.3.2.2.2)."""
    hours = suitable_hours(system)

    def side(act: JudgedAct) -> Side:
        found, time = side_among_ambulatory(act), act.act.time
        if found is not Side.AT:
            return found
        if time is None:
            return Side.OPEN
        return Side.AT if minutes_within(hours[DAYS[act.act.on.weekday()]], time, time + 1) else Side.NOT

    return side

"""A list of acts of one doctor held against clause 14: each act, then what holds of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from bareme.conventions.agreement.answers import AgreementFinding, Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.conditions.acted import ActsCheck, GivenAct, JudgedAct, Share
from bareme.conventions.agreement_2020.conditions.acts import judged
from bareme.conventions.agreement_2020.conditions.model import GENERAL_PRACTITIONER, Checked, Declared, Doctor, by_place
from bareme.conventions.agreement_2020.conditions.shares import (
    Side,
    answered,
    lacking,
    measured,
    side_among_ambulatory,
    side_at_suitable_hours,
    side_in_practice,
)
from bareme.conventions.agreement_2020.conditions.slots import gives_access
from bareme.conventions.agreement_2020.conditions.using import slots_used
from bareme.conventions.model import Missing

Asked = Callable[[], tuple[Checked, Share | None]]


def check_acts(
    system: System,
    year: int,
    doctor: Doctor,
    acts: Sequence[GivenAct],
    unusable: Sequence[AgreementFinding],
    weeks: Sequence[Declared] | None,
    unit: str,
    week_findings: Sequence[AgreementFinding] = (),
) -> ActsCheck:
    """Each act, each requirement on all of them, and every breach.

    `weeks` are the declared ones, where given, and `week_findings` what was wrong with them.
    """
    known: dict[Any, Answer] = {}
    found = [judged(system, doctor, act, weeks, known) for act in acts]
    unread = len({finding.place for finding in unusable})
    findings = [*unusable, *week_findings, *(finding for act in found for finding in act.findings)]
    requirements, shares = [], []
    counted = [act for act in found if act.in_force]
    for rule, clause, function in _requirements(system, doctor, counted, unread, weeks, unit):
        answer, own, share = _asked(system, rule, clause, function)
        requirements.append(answer)
        findings += own
        shares += [share] if share is not None else []
    return ActsCheck(year, doctor, tuple(found), tuple(requirements), tuple(shares), by_place(findings))


def _asked(
    system: System, rule: str, clause: str, function: Asked
) -> tuple[Answer, tuple[AgreementFinding, ...], Share | None]:
    held: list[tuple[tuple[AgreementFinding, ...], Share | None]] = []

    def answer() -> Answer:
        checked, share = function()
        held.append((checked.findings, share))
        return checked.answer

    found = system.asked(rule, clause, answer)
    own, share = held[0] if held else ((), None)
    return found, own, share


def _requirements(
    system: System,
    doctor: Doctor,
    acts: Sequence[JudgedAct],
    unread: int,
    weeks: Sequence[Declared] | None,
    unit: str,
) -> Iterator[tuple[str, str, Asked]]:
    """What a partially conventioned doctor's acts are held against as a whole, in the order of the clauses."""
    if doctor.status == "full":
        return
    clause = f"{doctor.named('14.2', '14.3')}.2.2"
    yield "slots_used", f"{clause}.1", lambda: (slots_used(system, doctor, acts, weeks, unread), None)
    if doctor.provider == GENERAL_PRACTITIONER:
        yield "practice", f"{clause}.2", lambda: practice(system, acts, unread, unit)
        return
    yield "half_at_the_fees", f"{clause}.2", lambda: half_at_the_fees(system, acts, unread)
    yield "suitable_hours", f"{clause}.2", lambda: suitable(system, acts, unread)
    yield "access", f"{clause}.3", lambda: (access(system, acts, unread, weeks), None)


def practice(system: System, acts: Sequence[JudgedAct], unread: int, unit: str) -> tuple[Checked, Share]:
    """A general practitioner's practice outside free hours is three quarters of the whole, at the fees (14.2.2.2.2)."""
    entry = system.parameters.entry("practice_at_the_fees")
    least = Fraction(system.parameters.rate(entry.name)) / 100
    share, holds = measured("practice", acts, side_in_practice, least, unit, unread)
    used = ("unit-of-the-practice",)
    return _shared(system, share, holds, entry.clause, acts, side_in_practice, "practice_too_small", used), share


def half_at_the_fees(system: System, acts: Sequence[JudgedAct], unread: int) -> tuple[Checked, Share]:
    """At least half of a specialist's acts to ambulatory patients are at the fees (14.3.2.2.2)."""
    entry = system.parameters.entry("ambulatory_acts_at_the_fees")
    least = Fraction(system.parameters.rate(entry.name)) / 100
    share, holds = measured("half_at_the_fees", acts, side_among_ambulatory, least, unread=unread)
    own = [act for act in acts if act.ambulatory is not False]
    return _shared(system, share, holds, entry.clause, own, side_among_ambulatory, "less_than_half"), share


def suitable(system: System, acts: Sequence[JudgedAct], unread: int) -> tuple[Checked, Share]:
    """That half is also at hours that normally suit patients (14.3.2.2.2), which the agreement does not name."""
    entry = system.parameters.entry("ambulatory_acts_at_the_fees")
    least = Fraction(system.parameters.rate(entry.name)) / 100
    side = side_at_suitable_hours(system)
    share, holds = measured("suitable_hours", acts, side, least, unread=unread)
    own = [act for act in acts if act.ambulatory is not False]
    if holds is None and any(side(act) is Side.OPEN and act.act.time is None for act in own):
        raise Missing("time")
    return _shared(system, share, holds, entry.clause, own, side, "half_unsuitable"), share


def _shared(
    system: System,
    share: Share,
    holds: bool | None,
    clause: str,
    acts: Sequence[JudgedAct],
    side: Callable[[JudgedAct], Side],
    check: str,
    used: Sequence[str] = (),
) -> Checked:
    """A share's answer, and the breach where it is too small."""
    answer = answered(system, share, holds, clause, acts, side, used)
    return Checked(answer, () if holds else (system.finding(check, clause, **share.told()),))


def access(system: System, acts: Sequence[JudgedAct], unread: int, weeks: Sequence[Declared] | None) -> Checked:
    """On each site some act to an ambulatory patient is at the fees, or a slot for that is declared (14.3.2.2.3)."""
    clause = "14.3.2.2.3"
    sides = [(act, side_among_ambulatory(act)) for act in acts]
    counted = [(act, side) for act, side in sides if side is not Side.OUT]
    declared = {slot.site for week in weeks or () for slot in week.slots if gives_access(system, slot)}
    served = declared | {act.act.site for act, side in counted if side is Side.AT}
    elsewhere = any(act.act.site is None and side in (Side.AT, Side.OPEN) for act, side in counted)
    without: list[str] = []
    unsure: list[str] = []
    for site in sorted({act.act.site for act, _ in counted if act.act.site is not None} - served):
        own = {side for act, side in counted if act.act.site == site}
        is_sure = Side.NOT in own and Side.OPEN not in own and not elsewhere and not unread
        (without if is_sure else unsure).append(site)
    nowhere = any(act.act.site is None and side is not Side.AT for act, side in counted)
    if not counted and not unread:
        raise Missing("acts")
    if not without and (unsure or nowhere or unread):
        names = ("usable_lines",) if unread else ("site",) if nowhere or elsewhere else ()
        raise Missing(*(names or lacking(acts, side_among_ambulatory)))
    first = {act.act.site: act.act.place for act, _ in reversed(counted)}
    found = tuple(system.finding("site_without_fees", clause, first[site], site=site) for site in without)
    used = ("access-seen-from-acts",) if without else ()
    told: dict[str, Any] = {"sites": len({act.act.site for act, _ in counted}), "without": tuple(without)}
    return Checked(system.answer("access", not without, clause, case="acts", interpretations=used, **told), found)

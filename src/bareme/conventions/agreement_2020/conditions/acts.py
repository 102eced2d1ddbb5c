"""One act of a list held against clause 14, by the rules on one act: may it be outside the fees, and was it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bareme.circulars.findings import Severity
from bareme.conventions.agreement.answers import AgreementFinding, Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.binding import care_setting
from bareme.conventions.agreement_2020.conditions.acted import GivenAct, JudgedAct
from bareme.conventions.agreement_2020.conditions.model import (
    GENERAL_PRACTITIONER,
    Declared,
    Doctor,
    clock,
    is_in_force,
    no_agreement,
)
from bareme.conventions.agreement_2020.conditions.slots import in_force, stretch_at
from bareme.conventions.loading import conventions
from bareme.conventions.model import Contradiction, Missing, Result, RuleAnswer, RuledAct
from bareme.money import printed

SATURDAY = 5
"""The first day of the week-end, by `date.weekday()`."""
THIRD_PARTY = "14.6"
REQUIREMENTS = ("14.2.3", "14.3.3")
"""The clauses of particular requirements, each with the duty to tell beforehand what they cost."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether an act was in declared free hours: by the declared week where there is one, else as the list says."""

    within: bool | None
    stretch: tuple[str, str, int, int] | None = None
    missing: tuple[str, ...] = ()
    week: Declared | None = None

    @property
    def by_week(self) -> bool:
        """True where the declared week tells."""
        return self.week is not None

    @property
    def interpretations(self) -> tuple[str, ...]:
        """The readings by which the declared week tells."""
        if self.week is None:
            return ()
        return ("act-where-it-begins", *(("registration-replaces-the-week",) if self.week.valid_from else ()))


def hours_of(doctor: Doctor, act: GivenAct, weeks: Sequence[Declared] | None) -> Hours:
    """Where an act fell by the hour at which it began. Changed hours count from their registration (17.3, 17.4)."""
    told = act.inputs.get("free_hours")
    as_told = None if told is None else told == "yes"
    if doctor.status == "full":
        return Hours(False)
    if weeks is None:
        return Hours(as_told, missing=() if told else ("free_hours",))
    week = in_force(weeks, act.on)
    if week is None or not week.whole:
        return Hours(None, missing=("declared_week_on_this_date" if week is None else "usable_lines",))
    if act.time is None:
        return Hours(as_told, missing=() if told else ("time",))
    found = stretch_at(week, act.on, act.time, act.site)
    return Hours(found is not None, None if found is None else found.key, week=week)


def at_the_fees(system: System, doctor: Doctor) -> Answer:
    """The answer for an act at the fees: it is within the agreement, whatever else is known of it (14.2, 14.3)."""
    part = doctor.named("14.2", "14.3")
    return system.answer("act", True, f"{part}.1" if doctor.status == "full" else f"{part}.2")


def judged(
    system: System, doctor: Doctor, act: GivenAct, weeks: Sequence[Declared] | None, known: dict[Any, Answer]
) -> JudgedAct:
    """An act with its answer, what it counts for, and its breaches.

    `known` holds the answers that were given already: the acts of a doctor have few that differ.
    """
    hours = hours_of(doctor, act, weeks)
    free = _free(act, hours)
    unknown = hours.missing if hours.within is None else ()
    if not is_in_force(system, act.on):
        answer = no_agreement(system, "act", act.on)
        return JudgedAct(act, answer, hours.within, free, None, False, hours.stretch, (), unknown)
    ruled = _ruled(doctor, act, hours)
    rules, lifted = _rules(system, ruled, free), False
    if free is False:
        answer = known.get(free) or known.setdefault(free, at_the_fees(system, doctor))
    else:
        binding = rules["binding"]
        lifted = binding.result is Result.NO and not binding.clause.endswith(".2.2")
        answer = _answer(system, act, hours, binding, free, known)
    ambulatory, wrong = _ambulatory(ruled)
    found = [*_breach(system, doctor, act, hours, answer), *_others(system, act, rules, free, answer)]
    wrong = next((rule.contradicts for rule in rules.values() if rule.contradicts), wrong)
    if wrong:
        found.append(system.finding("facts_contradict", answer.clause, act.place, names=wrong))
    return JudgedAct(act, answer, hours.within, free, ambulatory, lifted, hours.stretch, tuple(found), unknown)


def _ruled(doctor: Doctor, act: GivenAct, hours: Hours) -> RuledAct:
    """An act as the rules on one act see it, without what was charged: whether that is above the fee is known here."""
    within = None if hours.within is None else "yes" if hours.within else "no"
    inputs = {**act.inputs, "free_hours": within, "provider": doctor.provider, "convention_status": doctor.status}
    inputs.pop("fee_charged", None)
    return RuledAct(act.code, act.on, 1, inputs, None, None, None)


def _rules(system: System, act: RuledAct, free: bool | None) -> Mapping[str, RuleAnswer]:
    """What the rules on one act answer, by their names; of an act at the fees only travelling is asked."""
    if free is False and not act.is_told("travel_charged"):
        return {}
    return {answer.rule.rpartition(".")[2]: answer for answer in conventions()[system.agreement].answers(act)}


def _clause(answer: RuleAnswer) -> str:
    return answer.clause.removeprefix("agreement of 2020, ")


def _permitted(binding: RuleAnswer) -> Result:
    """May more than the fee be asked: where the tariff does not bind."""
    return {Result.YES: Result.NO, Result.NO: Result.YES}.get(binding.result, Result.NEEDS_INFORMATION)


def _free(act: GivenAct, hours: Hours) -> bool | None:
    """Was the act outside the fees: by what was charged, else as the list says, else by the hour at which it began."""
    if act.above is not None:
        return act.above
    if act.inputs.get("fee_charged") is not None:
        return None
    told = act.inputs.get("free_hours")
    return hours.within if told is None else told == "yes"


def _missing(act: GivenAct, hours: Hours, binding: RuleAnswer, free: bool | None) -> tuple[str, ...]:
    """What must be known before there is an answer."""
    if free is None:
        return hours.missing if act.inputs.get("fee_charged") is None else ("tariff",)
    # The rule asks for free hours; what is missing are the hour or the week that would tell.
    return tuple(
        dict.fromkeys(name for m in binding.missing for name in (hours.missing if m == "free_hours" else (m,)))
    )


def _answer(
    system: System, act: GivenAct, hours: Hours, binding: RuleAnswer, free: bool | None, known: dict[Any, Answer]
) -> Answer:
    """May an act that is outside the fees, or may be, be so; one that may be and must not needs information."""
    decided, clause = _permitted(binding), _clause(binding)
    missing = _missing(act, hours, binding, free)
    used = (*hours.interpretations, *(binding.said.interpretations if binding.said is not None else ()))

    def answered() -> Answer:
        if binding.contradicts:
            raise Contradiction(*binding.contradicts)
        if decided is Result.NEEDS_INFORMATION or (free is None and decided is Result.NO):
            raise Missing(*missing)
        case = "free" if free and decided is Result.YES else ""
        return system.answer("act", decided is Result.YES, clause, case=case, interpretations=used if free else ())

    key = (free, decided, clause, binding.contradicts, missing, used)
    if key not in known:
        known[key] = system.asked("act", clause, answered)
    return known[key]


def _ambulatory(act: RuledAct) -> tuple[bool | None, tuple[str, ...]]:
    """Whether the patient was ambulatory (None: not known), and what contradicts itself there."""
    try:
        setting = care_setting(act)
    except Contradiction as wrong:
        return None, wrong.names
    return None if setting is None else setting == "ambulatory", ()


def _breach(system: System, doctor: Doctor, act: GivenAct, hours: Hours, answer: Answer) -> Iterator[AgreementFinding]:
    """The breach that an act outside the fees is, named after what stands against it."""
    clause = answer.clause
    if answer.result is not Result.NO:
        if hours.by_week and hours.within is False and act.inputs.get("free_hours") == "yes":
            yield system.finding("hours_not_declared", "17.2, 17.3", act.place, Severity.WARNING, **_when(act))
        return
    part = doctor.named("14.2", "14.3")
    above: dict[str, Any] = {}
    if act.above:
        charged = act.inputs["fee_charged"]
        more = printed(charged - act.tariff)
        above = {"charged": printed(charged), "tariff": printed(act.tariff), "supplement": more}
    if clause != THIRD_PARTY and doctor.status == "partial" and hours.within:
        if doctor.provider == GENERAL_PRACTITIONER:
            yield system.finding("free_outside_practice", f"{part}.2.2", act.place, **_when(act))
        else:
            yield system.finding("free_not_ambulatory", f"{part}.2.2", act.place, **_when(act))
    elif clause != THIRD_PARTY and doctor.status == "partial" and hours.by_week:
        yield system.finding("free_outside_slots", clause, act.place, **_when(act))
    elif above:
        yield system.finding("fee_above_tariff", clause, act.place, **above)
    else:
        yield system.finding("free_and_bound", clause, act.place, **_when(act))


def _others(
    system: System, act: GivenAct, rules: Mapping[str, RuleAnswer], free: bool | None, answer: Answer
) -> Iterator[AgreementFinding]:
    """Travel above the allowance, a patient who was not told, a late consultation at an hour that is not late."""
    travel, told = rules.get("travel"), rules.get("informed_beforehand")
    if travel is not None and travel.result is Result.NO and travel.said is not None:
        values: dict[str, Any] = {name: travel.said.values[name] for name in ("charged", "fee", "supplement")}
        yield system.finding("travel_above", _clause(travel), act.place, **values)
    if travel is not None and travel.missing:
        yield system.finding("travel_not_known", _clause(travel), act.place, Severity.NOTE, names=travel.missing)
    if told is not None and told.result is Result.NO and free:
        yield system.finding("not_told_beforehand", _clause(told), act.place)
    elif free and act.inputs.get("informed_beforehand") is None and answer.clause.startswith(REQUIREMENTS):
        yield system.finding("notice_not_known", answer.clause, act.place, Severity.NOTE)
    if act.inputs.get("particular_requirement") == "late_consultation":
        late = system.parameters.entry("late_after")
        if act.time is not None and act.on.weekday() < SATURDAY and clock(act.time) <= late.value:
            yield system.finding("not_late", late.clause, act.place, Severity.WARNING, late=late.value, **_when(act))


def _when(act: GivenAct) -> dict[str, Any]:
    return {"day": act.on, "time": "-" if act.time is None else clock(act.time), "site": act.site or "-"}

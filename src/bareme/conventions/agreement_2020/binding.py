"""Whether the fees of the agreement of 2020 bind a doctor for one act, and by which clause of its point 14."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bareme.conventions.agreement.systems import systems_of
from bareme.conventions.model import Contradiction, Missing, RuledAct
from bareme.conventions.model import Parameters as Dated
from bareme.nomenclature.codes import Code, is_code
from bareme.nomenclature.situations import Setting

YEAR = 2020
NOT_CONVENTIONED = "14.1"
"""Tells fully and partially conventioned doctors apart, and names no others."""
CIRCUMSTANCES = ("on_call", "open_hours", "asked_back", "treating_doctor_asked", "room_by_choice")
"""Inputs that decide whether what the patient asked is a particular requirement, where one that matters is given."""
SPECIALIST = "specialist"


@dataclass(frozen=True, slots=True)
class Binding:
    """Does the tariff bind, by which clause, under which interpretations; `case` names the sentence that says more."""

    holds: bool
    clause: str
    interpretations: tuple[str, ...] = ()
    case: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground on which a tariff may not bind. `holds` is None while what stands in `missing` is not known."""

    holds: bool | None
    clause: str = ""
    missing: tuple[str, ...] = ()
    interpretations: tuple[str, ...] = ()
    case: str = ""


def bound(act: RuledAct, parameters: Dated) -> Binding:
    """Whether the tariff binds and by which clause of 14; only what decides is asked."""
    if not parameters["is_in_force"]:
        raise Missing("agreement_on_this_date")
    if third_party(act):
        return Binding(True, "14.6")
    provider, status = act.ask("provider", "convention_status")
    if status == "none":
        _ask_third_party(act)
        return Binding(False, NOT_CONVENTIONED, ("unconventioned-doctor-is-not-bound",))
    part = "14.3" if provider == SPECIALIST else "14.2"
    grounds = [requirement(act, parameters["requirements"][provider]), income(act)]
    if status == "partial":
        grounds.append(free_hours(act, provider, part))
    for ground in grounds:
        if ground.holds:
            _ask_third_party(act)
            return Binding(False, ground.clause, ground.interpretations, ground.case)
    unknown = [name for ground in grounds if ground.holds is None for name in ground.missing]
    if unknown:
        raise Missing(*unknown)
    used = tuple(id for ground in grounds for id in ground.interpretations)
    return Binding(True, f"{part}.1" if status == "full" else f"{part}.2", used)


def third_party(act: RuledAct) -> bool | None:
    """Whether the optional third-party payer binds for the act, which it must cover (14.6); None: not known."""
    applied, covers = act.get("optional_third_party"), act.get("third_party_covers")
    if covers == "no" or applied == "no":
        return False
    return None if applied is None else True


def _ask_third_party(act: RuledAct) -> None:
    """Whoever applies the optional third-party payer keeps the tariffs, whatever else is true (14.6)."""
    if third_party(act) is None:
        raise Missing("optional_third_party")


def requirement(act: RuledAct, known: Mapping[str, str]) -> Ground:
    """A particular requirement of the patient: 14.2.3 for general practitioners, 14.3.3 for specialists.

    What was found to be one is one, unless circumstances are given: then they decide, and all that matter are asked.
    """
    given = act.get("particular_requirement")
    if given is None:
        return Ground(None, missing=("particular_requirement",))
    if given == "none":
        return Ground(False)
    if given not in known:
        raise Contradiction("provider", "particular_requirement")
    found = _circumstances(act, given, known[given])
    if not found.holds or act.get("informed_beforehand") != "no":
        return found
    return Ground(True, found.clause, (), ("requirement-without-notice",), "not_informed")


def _circumstances(act: RuledAct, given: str, clause: str) -> Ground:
    """What the circumstances make of a requirement as it was found (14.2.3.3, 14.2.3.4, 14.3.3.1 to 14.3.3.3)."""
    if given == "late_consultation":
        return _late(act, clause)
    if given == "call_out_of_duty" and act.get("on_call") == "yes":
        raise Contradiction("particular_requirement", "on_call")
    if given == "private_room" and act.get("care_setting") == "ambulatory":
        raise Contradiction("particular_requirement", "care_setting")
    not_one = {
        "home_call": act.get("treating_doctor_asked") == "yes",
        "private_room": act.get("room_by_choice") == "no",
    }
    return Ground(False) if not_one.get(given) else Ground(True, clause, case="requirement")


def _late(act: RuledAct, clause: str) -> Ground:
    """A late consultation is none within organised on-call duty, in the doctor's own open hours, for a patient who was
    asked to come back (14.2.3.4, 14.3.3.3), nor at a specialist's for a patient who is not ambulatory (14.3.3.3)."""
    if act.get("provider") == SPECIALIST and care_setting(act) not in (None, "ambulatory"):
        return Ground(False)
    told = {name: act.get(name) for name in ("on_call", "open_hours", "asked_back")}
    duty = [told["on_call"], told["open_hours"]]
    if told["asked_back"] == "yes" or duty == ["yes", "yes"]:
        return Ground(False)
    if "yes" in duty:
        return Ground(False, interpretations=("late-consultation-either-exception",))
    unknown = tuple(name for name, value in told.items() if value is None)
    if unknown and len(unknown) < len(told):
        return Ground(None, missing=unknown)
    return Ground(True, clause, case="requirement")


def income(act: RuledAct) -> Ground:
    """A household's yearly taxable income above the ceiling (14.4): as found, or worked out from the household."""
    found = act.get("income_above_ceiling")
    above = None if found is None else found == "yes"
    names = ("household_income", "holders", "dependants")
    told = [act.get(name) for name in names]
    worked = income_above(*told) if told[0] is not None else None
    if worked is not None and above is not None and worked is not above:
        raise Contradiction("income_above_ceiling", "household_income")
    unknown = tuple(name for name, value in zip(names, told, strict=True) if value is None)
    missing = unknown if len(unknown) < len(names) else ("income_above_ceiling",)
    if above is None and worked is not None:
        return Ground(worked, "14.4", interpretations=_readings(*told[1:]))
    return Ground(above, "14.4", missing if above is None else ())


def income_above(income: Decimal, holders: int | None, dependants: int | None) -> bool | None:
    """Whether an income in euro is strictly above the ceiling of a household (14.4); None: that is not known.

    The ceiling rises with holders and dependants: an income not above the least that it can be is above none.
    """
    if income <= ceiling(holders or 1, dependants or 0):
        return False
    return None if holders is None or dependants is None else True


def ceiling(holders: int, dependants: int) -> Decimal:
    """The ceiling of a household's yearly taxable income in euro: one amount with one holder, an amount for each with
    several, and one for each dependant (14.4)."""
    figures = systems_of(YEAR)["conditions"].parameters
    several = figures.euro("income_ceiling_per_holder") * holders
    base = figures.euro("income_ceiling_one_holder") if holders == 1 else several
    return base + figures.euro("income_per_dependant") * dependants


def _readings(holders: int | None, dependants: int | None) -> tuple[str, ...]:
    """The readings of 14.4 that a household with several holders needs."""
    if (holders or 1) == 1:
        return ()
    return ("income-ceiling-per-holder", *(("income-supplement-per-household",) if dependants else ()))


def free_hours(act: RuledAct, provider: str, part: str) -> Ground:
    """The declared free hours: at the practice (14.2.2.2), or for ambulatory patients (14.3.2.2)."""
    clause, within = f"{part}.2.2", act.get("free_hours")
    if within != "yes":
        return Ground(None if within is None else False, clause, ("free_hours",))
    if provider == SPECIALIST:
        setting = care_setting(act)
        if setting is None:
            raise Missing("care_setting")
        by_code = ("ambulatory-code-ambulatory-patient",) if act.get("care_setting") is None else ()
        ambulatory = setting == "ambulatory"
        return Ground(ambulatory, clause, interpretations=by_code if ambulatory else ())
    at_practice = act.get("at_practice")
    return Ground(None if at_practice is None else at_practice == "yes", clause, ("at_practice",))


def care_setting(act: RuledAct) -> str | None:
    """Where the patient was cared for: as told, else as the code tells; None where neither does.

    A day hospital and a lump sum may go with a code of either setting.
    """
    told = act.get("care_setting")
    if told is None and not act.code:
        return None
    if not is_code(act.code):
        if told is None:
            raise Contradiction("code")
        return str(told)
    by_code = Code(act.code).setting
    if told in (Setting.AMBULATORY.value, Setting.HOSPITAL.value) and told != by_code.value:
        raise Contradiction("code", "care_setting")
    return str(told or by_code.value)

"""When the tariffs of the agreement of 2020 bind a doctor, as its point 14 states."""

from __future__ import annotations

from decimal import Decimal

from bareme.conventions.declaring import ANY, Rules
from bareme.conventions.model import Contradiction, Missing, Parameters, RuledAct, Said
from bareme.money import printed
from bareme.nomenclature.codes import Code, is_code
from bareme.nomenclature.situations import Setting

RULES = Rules("agreement_2020")
ASKED_BY = ("provider", "fee_charged")
"""An act is held against the agreement when one of these is given: it answers for doctors only."""
NOT_CONVENTIONED = "14.1"
"""Tells fully and partially conventioned doctors apart, and names no others."""


@RULES.rule("binding", ANY, "agreement of 2020, 14", "0001-01-01", asked_by=ASKED_BY)
def binding(act: RuledAct, parameters: Parameters) -> Said:
    """The tariff binds a conventioned doctor but for the exceptions of 14.2 to 14.4, and whoever applies the optional
    third-party payer (agreement of 2020, 14.1 to 14.6). For another year there is no agreement to answer by."""
    holds, clause = _binding(act, parameters)
    used = ("unconventioned-doctor-is-not-bound",) if clause == NOT_CONVENTIONED else ()
    return Said(holds, {"clause": clause}, None, used, clause=f"agreement of 2020, {clause}")


@RULES.rule("supplement", ANY, "agreement of 2020, 14", "0001-01-01", asked_by=("fee_charged",))
def supplement(act: RuledAct, parameters: Parameters) -> Said:
    """What is charged above the tariff may only be asked where the tariff does not bind (agreement of 2020, 14)."""
    if not parameters["is_in_force"]:
        raise Missing("agreement_on_this_date")
    charged, fee = act.ask("fee_charged"), act.tariff()
    more = charged - fee
    amounts = {"charged": printed(charged), "fee": printed(fee)}
    if more <= 0:
        return Said(True, amounts, amount=Decimal("0.00"))
    binds, clause = _binding(act, parameters)
    values = {**amounts, "supplement": printed(more), "clause": clause}
    return Said(not binds, values, case="" if binds else "allowed", amount=more, clause=f"agreement of 2020, {clause}")


def _binding(act: RuledAct, parameters: Parameters) -> tuple[bool, str]:
    """Whether the tariff binds, and by which clause; only what decides is asked."""
    if not parameters["is_in_force"]:
        raise Missing("agreement_on_this_date")
    if act.get("optional_third_party") == "yes":
        return True, "14.6"
    provider, status = act.ask("provider", "convention_status")
    if status == "none":
        act.ask("optional_third_party")
        return False, NOT_CONVENTIONED
    part = "14.2" if provider == "general_practitioner" else "14.3"
    unknown = []
    for name, holds, clause in (
        _requirement(act, provider, parameters),
        ("income_above_ceiling", act.get("income_above_ceiling"), "14.4"),
        *([_free_hours(act, provider, part)] if status == "partial" else []),
    ):
        if holds == "yes":
            # Whoever applies the optional third-party payer keeps the tariffs all the same (14.6).
            act.ask("optional_third_party")
            return False, clause
        if holds is None:
            unknown.append(name)
    if unknown:
        raise Missing(*unknown)
    return True, f"{part}.1" if status == "full" else f"{part}.2"


def _requirement(act: RuledAct, provider: str, parameters: Parameters) -> tuple[str, str | None, str]:
    """A particular requirement of the patient: 14.2.3 for general practitioners, 14.3.3 for specialists."""
    given = act.get("particular_requirement")
    known = parameters["requirements"][provider]
    if given is not None and given != "none" and given not in known:
        raise Contradiction("provider", "particular_requirement")
    return "particular_requirement", None if given is None else "no" if given == "none" else "yes", known.get(given, "")


def _free_hours(act: RuledAct, provider: str, part: str) -> tuple[str, str | None, str]:
    """The declared free hours: at the practice (14.2.2.2), or for patients who are not in hospital (14.3.2.2)."""
    clause, name = f"{part}.2.2", "free_hours"
    within = act.get("free_hours")
    if within != "yes":
        return name, within, clause
    if provider == "specialist":
        if not is_code(act.code):
            raise Contradiction("code")
        return name, "yes" if Code(act.code).setting is Setting.AMBULATORY else "no", clause
    return "at_practice", act.get("at_practice"), clause

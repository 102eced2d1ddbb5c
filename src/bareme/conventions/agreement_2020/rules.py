"""What the agreement of 2020 says of one act, as its point 14 states: does the tariff bind, may more be asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bareme.conventions.agreement_2020.binding import CIRCUMSTANCES, bound, requirement
from bareme.conventions.declaring import ANY, Rules
from bareme.conventions.model import Missing, Parameters, RuledAct, Said
from bareme.money import printed

RULES = Rules("agreement_2020")
ASKED_BY = ("provider", "fee_charged")
"""An act is held against the agreement when one of these is given: it answers for doctors only."""

FREE_HOURS = ".2.2"
"""How the clauses of free hours end: 14.2.2.2 and 14.3.2.2."""
TRAVEL_TOO = "free-hours-lift-travel-allowances"


@RULES.rule("binding", ANY, "agreement of 2020, 14", "0001-01-01", asked_by=ASKED_BY)
def binding(act: RuledAct, parameters: Parameters) -> Said:
    """The tariff binds a conventioned doctor but for the exceptions of 14.2 to 14.4, and whoever applies the optional
    third-party payer (agreement of 2020, 14.1 to 14.6). For another year there is no agreement to answer by."""
    found = bound(act, parameters)
    where = f"agreement of 2020, {found.clause}"
    return Said(found.holds, {"clause": found.clause}, None, found.interpretations, found.case, where)


@RULES.rule("supplement", ANY, "agreement of 2020, 14", "0001-01-01", asked_by=("fee_charged",))
def supplement(act: RuledAct, parameters: Parameters) -> Said:
    """What is charged above the tariff may only be asked where the tariff does not bind (agreement of 2020, 14)."""
    if not parameters["is_in_force"]:
        raise Missing("agreement_on_this_date")
    return _above(act, parameters, act.ask("fee_charged"), act.tariff())


@RULES.rule("travel", ANY, "agreement of 2020, 14", "0001-01-01", asked_by=("travel_charged",))
def travel(act: RuledAct, parameters: Parameters) -> Said:
    """Travel allowances are bound like fees (agreement of 2020, 14.2.1, 14.2.2.1, 14.3.1, 14.3.2.1, 14.4)."""
    if not parameters["is_in_force"]:
        raise Missing("agreement_on_this_date")
    charged, allowance = act.ask("travel_charged", "travel_tariff")
    said = _above(act, parameters, charged, allowance)
    in_free_hours = said.clause.endswith(FREE_HOURS)
    return replace(said, interpretations=(*said.interpretations, TRAVEL_TOO)) if in_free_hours else said


@RULES.rule(
    "informed_beforehand",
    ANY,
    "agreement of 2020, 14.2.3 and 14.3.3",
    "0001-01-01",
    asked_by=(*CIRCUMSTANCES, "informed_beforehand"),
)
def informed_beforehand(act: RuledAct, parameters: Parameters) -> Said:
    """Where a particular requirement lifts the tariff, the patient is told beforehand what it costs; what follows when
    that was not done is not stated (agreement of 2020, 14.2.3 and 14.3.3, last paragraphs)."""
    if not parameters["is_in_force"]:
        raise Missing("agreement_on_this_date")
    provider = act.ask("provider")
    ground = requirement(act, parameters["requirements"][provider])
    if ground.holds is None:
        raise Missing(*ground.missing)
    if not ground.holds or bound(act, parameters).clause != ground.clause:
        return Said(True, {}, interpretations=ground.interpretations, case="none")
    told, where = act.ask("informed_beforehand"), f"agreement of 2020, {ground.clause[:6]}"
    return Said(told == "yes", {"clause": ground.clause[:6], "requirement": ground.clause}, clause=where)


def _above(act: RuledAct, parameters: Parameters, charged: Decimal, fee: Decimal) -> Said:
    """Whether what is charged above a fee or an allowance may be asked (14)."""
    more = charged - fee
    amounts = {"charged": printed(charged), "fee": printed(fee)}
    if more <= 0:
        return Said(True, amounts, amount=Decimal("0.00"))
    found = bound(act, parameters)
    values = {**amounts, "supplement": printed(more), "clause": found.clause}
    case, where = "" if found.holds else "allowed", f"agreement of 2020, {found.clause}"
    return Said(not found.holds, values, None, found.interpretations, case, where, more)

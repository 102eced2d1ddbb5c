"""Rules of the perinatal care pathway, as circular 2024/401 states them."""

from __future__ import annotations

from datetime import timedelta

from bareme.conventions.declaring import Rules
from bareme.conventions.model import Contradiction, Missing, Parameters, Payable, RuledAct, Said

RULES = Rules("perinatal")
CODES = ("401376", "401391", "401413", "401435")
MEETING = "401435"


@RULES.rule("billable", CODES, "2024/401, list of dates", "2024-06-01")
def billable(act: RuledAct, parameters: Parameters) -> Said:
    """Billing may start on a day of each code; acts of June to August 2024 may be billed afterwards (2024/401).

    For Flanders the days are still to be stated, and acts between the two are neither named nor excluded: both need
    information.
    """
    if act.ask("contracting_entity") not in parameters["dated_entities"]:
        raise Missing("opening_date_of_the_contracting_entity")
    opening = parameters["opening"][act.code]
    if act.on >= opening:
        return Said(True, {"code": act.code, "opening": opening})
    if parameters["retroactive_from"] <= act.on < parameters["retroactive_until"]:
        last = parameters["retroactive_until"] - timedelta(days=1)
        return Said(True, {"start": parameters["retroactive_from"], "last": last}, case="retroactive")
    raise Missing("rule_for_acts_before_the_opening_date")


def units_of(act: RuledAct, parameters: Parameters) -> int:
    """Units of a meeting: professionals times full quarters of an hour, else the quantity (2024/401, footnote)."""
    professionals, minutes, quarters = act.get("professionals"), act.get("minutes"), act.get("quarters")
    if professionals is None and minutes is None and quarters is None:
        return act.quantity
    if quarters is None:
        professionals, minutes = act.ask("professionals", "minutes")
        quarters = minutes // parameters["minutes_per_unit"]
    elif minutes is not None and quarters != minutes // parameters["minutes_per_unit"]:
        raise Contradiction("quarters", "minutes")
    units: int = act.ask("professionals") * quarters
    if act.quantity not in (1, units):
        raise Contradiction("quantity", "professionals", "minutes" if minutes is not None else "quarters")
    return units


@RULES.rule("meeting_cap", [MEETING], "2024/401, footnote of 401435", "2024-06-01", pays=True)
def meeting_cap(act: RuledAct, parameters: Parameters) -> Said:
    """Of a patient's multidisciplinary meetings at most 16 units are paid in 12 months (2024/401, footnote).

    `units_left` is what the acts before this one leave, where they are known (`used_by` are their places,
    `other_window` what the other way to count the months would pay); else this act's own units are looked at. Among
    other acts (`among_others`) an act must say whose it is.
    """
    units, most = units_of(act, parameters), parameters["most_units"]
    left, other = act.get("units_left"), act.get("other_window")
    if act.get("after_uncounted"):
        raise Missing("units_of_an_earlier_act")
    if act.get("among_others") and left is None:
        act.ask("patient")
    paid = min(units, most if left is None else left)
    values = {"units": units, "paid": paid, "most": most, "months": parameters["months"]}
    if left is not None:
        values["used"] = most - left
        values["other"] = other
        values["lines"] = ", ".join(map(str, act.get("used_by") or ())) or "-"
    amounts = [None if euro is None else euro * paid for euro in (act.fee, act.intervention, act.patient_share)]
    used = ("meeting-cap-per-patient",)
    payable = None if act.fee is None else Payable(paid, *amounts)
    return Said(paid == units, values, payable, used, _case(left, most, differs=other not in (None, paid)))


def _case(left: int | None, most: int, *, differs: bool) -> str:
    """Whether other acts are known, whether they used some units, and whether the other window would pay otherwise."""
    if left is None:
        return "alone"
    if differs:
        return "differs"
    return "" if left == most else "used"

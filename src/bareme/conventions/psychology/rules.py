"""Rules of psychological care, as circular 2024/356 states them."""

from __future__ import annotations

from decimal import Decimal

from bareme.conventions.declaring import Rules
from bareme.conventions.model import Contradiction, Parameters, Payable, RuledAct, Said
from bareme.money import printed

RULES = Rules("psychology")
TIMED = ("727031", "727532")
GROUPS = (
    *("726412", "727414", "726434", "726456", "727473"),
    *("726655", "727436", "726670", "726692", "727495"),
    *("726891", "727451", "726913", "726935", "727510"),
)
"""Group sessions of functions 1, 2, 3: psychologist, second psychologist, doctor, other provider, unpaid provider."""
MISSIONS = ("726950", "726972", "726994", "727016")


@RULES.rule("support_mission", MISSIONS, "2024/356, section 3", "2025-01-01", pays=True)
def support_mission(act: RuledAct, parameters: Parameters) -> Said:
    """A support mission is paid per unit, without a patient (2024/356, section 3)."""
    if act.get("patients") is not None:
        raise Contradiction("patients")
    fee = act.tariff() * act.quantity
    values = {"units": act.quantity, "fee": printed(fee)}
    return Said(True, values, Payable(act.quantity, fee, None, None), ("fee-per-unit",))


@RULES.rule("minimum_minutes", TIMED, "2024/356, section 4", "2025-01-01")
def minimum_minutes(act: RuledAct, parameters: Parameters) -> Said:
    """A multidisciplinary consultation lasts at least 15 minutes (2024/356, section 4)."""
    minutes, least = act.ask("minutes"), parameters["minimum_minutes"]
    return Said(minutes >= least, {"code": act.code, "minutes": minutes, "least": least})


@RULES.rule("group_session", GROUPS, "2024/356, sections 1.1, 1.2.2, 1.3.2", "2025-01-01", pays=True)
def group_session(act: RuledAct, parameters: Parameters) -> Said:
    """A group session is paid per session and provider; patients of 24 or older pay a share each, where the code has
    one (2024/356, 1.1, 1.2.2, 1.3.2). What the insurance pays is the fee less the patients' shares: our reading."""
    fee = act.tariff() * act.quantity
    share = Decimal(parameters["share_from_24"].get(act.code, "0.00"))
    patients, older = act.get("patients"), act.get("patients_24_plus")
    if patients is not None and older is not None and older > patients:
        raise Contradiction("patients", "patients_24_plus")
    count = act.ask("patients_24_plus") if share else 0
    shares = share * count * act.quantity
    paid = fee - shares
    if paid < 0:
        raise Contradiction("patients_24_plus")
    values = {
        "count": count,
        **{n: printed(v) for n, v in (("fee", fee), ("share", share), ("shares", shares), ("paid", paid))},
    }
    payable = Payable(act.quantity, fee, paid, shares)
    return Said(True, values, payable, ("group-session-insurance-pays-rest",), "" if share else "without_share")

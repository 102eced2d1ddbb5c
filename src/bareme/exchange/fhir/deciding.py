"""What becomes of a priced act: its amounts, a refusal of the guide, or an outcome that names what is missing.

The invariant is held here: an act has amounts only where the fee is the reimbursement and the patient's fee together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from bareme.exchange.fhir import names
from bareme.exchange.fhir.model import Severity
from bareme.nomenclature.outcomes import Certainty, Outcome
from bareme.nomenclature.situations import InterventionKind

if TYPE_CHECKING:
    from bareme.exchange.fhir.request import RequestedItem
    from bareme.pricing.price import Price

NOT_ON_THIS_DATE = "009"
"""The one refusal that published tariffs alone can give."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """The amounts of an item, for all its units; the note says where they are published."""

    item: RequestedItem
    unit_price: Decimal
    net: Decimal
    reimbursement: Decimal
    patient_fee: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """An item that may not be attested, by a code of the guide."""

    item: RequestedItem
    code: str
    note: str


@dataclass(frozen=True, slots=True)
class Issue:
    """What is told of an item, or of the message, outside the ClaimResponse."""

    severity: Severity
    kind: str
    """A code of R4's issue types."""
    system: str
    code: str
    text: str
    expression: str
    item: RequestedItem | None = None
    needs: tuple[str, ...] = ()


ISSUE_KINDS = {
    "INVALID_CODE": "code-invalid",
    "UNKNOWN_CODE": "not-found",
    "NOT_IN_FORCE": "not-found",
    "NO_AMOUNT": "not-found",
    "INCOMPLETE": "not-found",
    "NEEDS_INFORMATION": "required",
    "THEORETICAL_INTERVENTION": "business-rule",
    "AMOUNTS_NOT_GIVEN": "business-rule",
    "AMOUNTS_DISAGREE": "business-rule",
    "INVALID_INPUT": "value",
    "LAST_KNOWN_TARIFF": "informational",
}
"""The codes of this project for what no refusal fits, with R4's type of issue."""


def decided(
    item: RequestedItem, price: Price, why: str | None, readings: Mapping[str, str]
) -> tuple[Tariff | Refusal | None, Issue | None]:
    """An item's place in the answer, and what is told beside it.

    `why` says why the regime is not known; `readings` are the interpretations by which facts were read, by fact.
    """
    if price.outcome is Outcome.NOT_IN_FORCE and price.reason_code in ("ended", "between"):
        note = f"{price.reason} Interpretations: etariff-ended-code-is-009."
        return Refusal(item, NOT_ON_THIS_DATE, note), None
    if price.outcome is not Outcome.PRICED:
        more = f" ({why})" if why is not None and "regime" in price.needs else ""
        text = (price.reason or "").removesuffix(".") + more + "."
        return None, issue(item, price.outcome.value.upper(), text, price.needs)
    blocked = _blocked(price)
    if blocked is not None:
        return None, issue(item, blocked, f"{_BLOCKED[blocked]} {price.explain()[0]}")
    assert price.fee is not None
    assert price.total_fee is not None
    assert price.total_intervention is not None
    assert price.total_patient_share is not None
    note = _note(price, readings)
    amounts = (price.fee, price.total_fee, price.total_intervention, price.total_patient_share)
    aside = None
    if price.certainty is not Certainty.PUBLISHED:
        said = f"{price.code} on {price.on}: the tariff is the last known one, of circular {price.circular}."
        aside = issue(item, "LAST_KNOWN_TARIFF", said, severity=Severity.WARNING)
    return Tariff(item, *amounts, note), aside


_BLOCKED = {
    "THEORETICAL_INTERVENTION": "The intervention of this group session is theoretical: no amount to pay.",
    "AMOUNTS_NOT_GIVEN": "The circular does not say how the fee is divided.",
    "AMOUNTS_DISAGREE": "Intervention and patient share do not make the fee.",
}


def _blocked(price: Price) -> str | None:
    """Why a priced act has no amounts in a message; None where its fee is what insurance and patient pay together."""
    if price.intervention_kind == InterventionKind.THEORETICAL:
        return "THEORETICAL_INTERVENTION"
    totals = (price.fee, price.total_fee, price.total_intervention, price.total_patient_share)
    if None in totals:
        return "AMOUNTS_NOT_GIVEN"
    _, fee, intervention, share = (Decimal(0) if total is None else total for total in totals)
    return None if fee == intervention + share else "AMOUNTS_DISAGREE"


def _note(price: Price, readings: Mapping[str, str]) -> str:
    """The source of an item's amounts, and the interpretations that they rest on."""
    line = price.line
    ids = [*price.interpretations, *(id for fact, id in readings.items() if fact in _facts_of(price))]
    place = "" if line is None else f", table {line.source.table}, row {line.source.row}"
    used = f" Interpretations: {', '.join(ids)}." if ids else ""
    return f"Circular {price.circular}{place} ({price.line_id}), in force from {price.in_force_from}.{used}"


def _facts_of(price: Price) -> set[str]:
    """The facts that the amount is published for."""
    amount = price.amount
    if amount is None:
        return set()
    aged = amount.age_from is not None or amount.age_to is not None
    told = {"regime": amount.regime is not None, "age": aged}
    return {name for name, decides in told.items() if decides} | set(amount.facts)


def issue(
    item: RequestedItem, code: str, text: str, needs: tuple[str, ...] = (), severity: Severity = Severity.ERROR
) -> Issue:
    """What is told of an item, by a code of this project."""
    said = f"Item {item.number}: {text}"
    return Issue(severity, ISSUE_KINDS[code], names.OUTCOMES, code, said, item.expression, item, needs)

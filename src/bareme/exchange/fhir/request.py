"""A request without structure errors as values: who asks, for whom, which acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from bareme.exchange.fhir import names
from bareme.exchange.fhir.links import Links
from bareme.exchange.fhir.model import Element, Message
from bareme.exchange.fhir.profile_claim import quantity_of


@dataclass(frozen=True, slots=True)
class RequestedItem:
    """One act of a Claim."""

    number: int
    """Its sequence."""
    code: str
    on: date
    quantity: int
    global_file: bool
    """True where the item names the holder of the patient's global medical file."""
    expression: str

    def asked(self, facts: dict[str, Any], born: date | None) -> dict[str, Any]:
        """The act as the book is asked for it."""
        known = ({"global_medical_file": "yes"} if self.global_file else {}) | facts
        return {"code": self.code, "on": self.on, "quantity": self.quantity, "birth_date": born} | known


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a message with its full address."""

    address: str
    element: Element


@dataclass(frozen=True, slots=True)
class Request:
    """What a request asks."""

    header: Element
    claim: Element
    patient: Resource
    sender: Resource
    enterer: Resource
    provider: Resource
    parties: tuple[Resource, ...]
    """Practitioners, their roles, the organization and places."""
    coverage: Element | None
    items: tuple[RequestedItem, ...]


def request_of(message: Message) -> Request:
    """The values of a request that `request_faults` finds no error in."""
    links = Links.of(message)
    entries = message.root.all("entry") if message.root is not None else []
    resources = list(message.entries())
    held = {number: Resource(entries[number].text("fullUrl") or "", one) for number, one in resources}

    def linked(element: Element, name: str) -> Resource:
        found = links.find(element.text(f"{name}.reference"))
        assert found is not None
        return held[found[0]]

    def only(kind: str) -> Element:
        return next(one for _, one in resources if one.name == kind)

    number, claim = next((number, one) for number, one in resources if one.name == "Claim")
    header = only("MessageHeader")
    return Request(
        header=header,
        claim=claim,
        patient=linked(claim, "patient"),
        sender=linked(header, "sender"),
        enterer=linked(claim, "enterer"),
        provider=linked(claim, "provider"),
        parties=tuple(one for one in held.values() if one.element.name in _PARTIES),
        coverage=next((one for _, one in resources if one.name == "Coverage"), None),
        items=tuple(_items(claim, f"Bundle.entry[{number}].resource.ofType(Claim)")),
    )


_PARTIES = ("PractitionerRole", "Practitioner", "Organization", "Location")


def _items(claim: Element, path: str) -> list[RequestedItem]:
    holders = {
        member.text("sequence")
        for member in claim.all("careTeam")
        if (member.text("role.coding.code"), member.text("qualification.coding.code")) == ("other", "persphysician")
    }
    return [
        RequestedItem(
            number=int(item.text("sequence") or 0),
            code=item.text("productOrService.coding.code") or "",
            on=date.fromisoformat(item.text("servicedDate") or ""),
            quantity=quantity_of(item.text("quantity.value")) or 1,
            global_file=any(member.value in holders for member in item.all("careTeamSequence")),
            expression=f"{path}.item[{place}]",
        )
        for place, item in enumerate(claim.all("item"))
    ]


def insurer_of(patient: Element, parties: tuple[Resource, ...]) -> tuple[Resource | None, str | None]:
    """The sickness fund that a request names: an organization of it, or the number beside the patient's."""
    for party in parties:
        for identifier in party.element.all("identifier"):
            if party.element.name == "Organization" and identifier.text("system") == names.INSURANCE_NUMBER:
                return party, identifier.text("value")
    for identifier in patient.all("identifier"):
        assigner = identifier.at("assigner.identifier")
        if assigner is not None and assigner.text("system") == names.INSURANCE_NUMBER:
            return None, assigner.text("value")
    return None, None

"""What the guide's profile demands of the Claim of a request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bareme.exchange.fhir import names
from bareme.exchange.fhir.bounds import shown
from bareme.exchange.fhir.links import Links
from bareme.exchange.fhir.model import Fault, Severity
from bareme.exchange.fhir.required import Place, demanded, fixed, referenced
from bareme.exchange.fhir.structure import fault
from bareme.pricing.columns import MOST_UNITS

_QUANTITY = re.compile(r"([1-9][0-9]{0,11})(?:\.0+)?")
_PRICES = ("unitPrice", "net", "factor")


def claim_faults(place: Place, links: Links) -> Iterator[Fault]:
    """The faults of a Claim and of its items."""
    yield from demanded(place, "id", "created", "type.coding.system", "type.coding.code")
    yield from demanded(place, "subType.coding.system", "subType.coding.code")
    yield from fixed(place, "status", "active")
    yield from fixed(place, "use", "predetermination")
    yield from fixed(place, "priority.coding.code", "stat")
    yield from referenced(place, "patient", links, "Patient")
    yield from referenced(place, "enterer", links, "PractitionerRole")
    yield from referenced(place, "provider", links, "PractitionerRole", "Organization")
    yield from _care_team(place)
    yield from _information(place)
    for insurance in place.each("insurance"):
        yield from demanded(insurance, "sequence", "focal", "coverage")
    if not place.element.all("item"):
        yield from demanded(place, "item")
    yield from _sequences(place, "item")
    members, information = (_numbers(place, name) for name in ("careTeam", "supportingInfo"))
    for item in place.each("item"):
        yield from _item(item)
        yield from _known(item, "careTeamSequence", members, "careTeam")
        yield from _known(item, "informationSequence", information, "supportingInfo")
    if place.element.at("total") is not None:
        text = "a request has no total; it is not used."
        yield fault("IGNORED", "CLAIM_TOTAL", f"{place.path}.total", text, Severity.WARNING)


def _sequences(place: Place, name: str) -> Iterator[Fault]:
    """Items, members of the care team and information have numbers, each its own."""
    seen: set[str] = set()
    for child in place.each(name):
        number = child.element.text("sequence")
        if number in seen:
            text = f"the sequence {shown(number or '')} stands twice."
            yield fault("DUPLICATE", child.code("sequence"), f"{child.path}.sequence", text)
        seen.add(number or "")


def _care_team(place: Place) -> Iterator[Fault]:
    if not place.element.all("careTeam"):
        yield from demanded(place, "careTeam")
    yield from _sequences(place, "careTeam")
    for member in place.each("careTeam"):
        yield from demanded(member, "provider.identifier.value", "role.coding.system", "role.coding.code")
        yield from fixed(member, "provider.identifier.system", names.NIHDI)
        yield from demanded(member, "qualification.coding.system", "qualification.coding.code")
        told = (member.element.text("role.coding.code"), member.element.text("qualification.coding.code"))
        if told == ("other", "persphysician") and not _general_practice(place):
            text = "the holder of the global medical file stands in a request of general practice only."
            yield fault("INVALID", member.code("role"), f"{member.path}.role", text)


def _general_practice(place: Place) -> bool:
    return place.element.text("subType.coding.code") == "generalpractice"


def _information(place: Place) -> Iterator[Fault]:
    yield from _sequences(place, "supportingInfo")
    for information in place.each("supportingInfo"):
        if information.element.text("code.coding.system") == names.RELATED_ACT and _general_practice(place):
            text = "a related act stands in no request of general practice; it is not used."
            yield fault("INVALID", information.code("code"), f"{information.path}.code", text, Severity.WARNING)


def _item(item: Place) -> Iterator[Fault]:
    yield from demanded(item, "productOrService.coding.code")
    codings = item.element.at("productOrService")
    if codings is not None and len(codings.all("coding")) > 1:
        path = f"{item.path}.productOrService.coding"
        yield fault("TOO_MANY", item.code("productOrService.coding"), path, "an item has one code.")
    yield from fixed(item, "productOrService.coding.system", names.NOMENCLATURE)
    yield from _day(item)
    yield from _quantity(item)
    if not item.element.all("careTeamSequence"):
        yield from demanded(item, "careTeamSequence")
    for name in _PRICES:
        if item.element.at(name) is not None:
            text = f"a request has no {name}; it is not used."
            yield fault("IGNORED", item.code(name), f"{item.path}.{name}", text, Severity.WARNING)


def _day(item: Place) -> Iterator[Fault]:
    text = item.element.text("servicedDate")
    if text is None:
        yield from demanded(item, "servicedDate")
        return
    try:
        if len(text) != 10:
            raise ValueError
        date.fromisoformat(text)
    except ValueError:
        said = f"servicedDate is {shown(text)}; a tariff needs a day of the calendar, for example 2026-03-01."
        yield fault("INVALID", item.code("servicedDate"), f"{item.path}.servicedDate", said)


def _quantity(item: Place) -> Iterator[Fault]:
    if item.element.at("quantity") is not None and quantity_of(item.element.text("quantity.value")) is None:
        text = f"quantity is a whole number from 1 to {MOST_UNITS}."
        yield fault("INVALID", item.code("quantity"), f"{item.path}.quantity", text)


def quantity_of(value: str | None) -> int | None:
    """How many units a written number says; None where it is no whole number that can be priced."""
    found = _QUANTITY.fullmatch(value or "")
    return int(found[1]) if found is not None and int(found[1]) <= MOST_UNITS else None


def _numbers(claim: Place, name: str) -> set[str | None]:
    return {one.text("sequence") for one in claim.element.all(name)}


def _known(item: Place, name: str, there: set[str | None], of: str) -> Iterator[Fault]:
    """The numbers by which an item names members of the care team, or information, are there."""
    for number in item.each(name):
        if number.element.value is not None and number.element.value not in there:
            text = f"{name} {shown(number.element.value)} is no sequence of {of}."
            yield fault("UNRESOLVED", item.code(name), number.path, text)

"""Whether an answer, ours or another's, is one: its header, its references, its items, and that the amounts add up.

The guide's own example mixes amounts with a refusal: that is a warning, as the sum is that the guide does not ask for.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import chain

from bareme.exchange.fhir import names
from bareme.exchange.fhir.links import Links
from bareme.exchange.fhir.model import Element, Fault, Message, Severity
from bareme.exchange.fhir.required import Place, demanded, fixed, referenced
from bareme.exchange.fhir.structure import fault, structure_faults, told

REFUSED_WITHOUT = ("extension", "servicedDate", "quantity", "unitPrice", "net")


def answer_faults(message: Message) -> tuple[Fault, ...]:
    """All that is wrong with a response or a reject; errors first."""
    if message.root is None:
        return message.faults
    return told(chain(structure_faults(message.root), _bundle(message, message.root)))


def _bundle(message: Message, root: Element) -> Iterator[Fault]:
    place = Place(root, "Bundle", "BUNDLE")
    yield from demanded(place, "id", "timestamp")
    yield from fixed(place, "type", "message")
    links = Links.of(message)
    resources = list(message.entries())
    if not resources or resources[0][1].name != "MessageHeader":
        yield fault("INVALID", "BUNDLE_ENTRY_FIRST", "Bundle.entry[0].resource", "the first entry is the header.")
        return
    yield from _header(Place.of_entry(*resources[0]), links)
    yield from _references(root, "Bundle", links)
    for number, resource in resources:
        if resource.name == "ClaimResponse":
            yield from _claim_response(Place.of_entry(number, resource))


def _header(place: Place, links: Links) -> Iterator[Fault]:
    yield from fixed(place, "eventCoding.system", names.EVENTS)
    yield from fixed(place, "eventCoding.code", names.ANSWERED, names.REJECTED)
    yield from demanded(place, "id", "destination.endpoint", "source.endpoint", "response.identifier")
    yield from referenced(place, "sender", links, "Organization")
    rejected = place.element.text("eventCoding.code") == names.REJECTED
    kinds = ("OperationOutcome",) if rejected else ("ClaimResponse", "OperationOutcome")
    yield from referenced(place, "focus", links, *kinds)


def _references(element: Element, path: str, links: Links) -> Iterator[Fault]:
    """Every reference of an answer leads to one of its entries."""
    for child in element.children:
        if child.name == "reference" and child.value is not None and links.find(child.value) is None:
            text = f"{child.value[:60]!r} is no resource of the message."
            yield fault("UNRESOLVED", "REFERENCE", path, text, Severity.WARNING)
        yield from _references(child, f"{path}.{child.name}", links)


def _claim_response(place: Place) -> Iterator[Fault]:
    yield from fixed(place, "use", "predetermination")
    yield from demanded(place, "addItem", "insurance.coverage")
    for item in place.each("addItem"):
        if len(item.element.all("adjudication")) != 1:
            path = f"{item.path}.adjudication"
            yield fault("INVALID", item.code("adjudication"), path, "an item has one adjudication.")
        yield from demanded(item, "itemSequence", "provider")
        yield from fixed(item, "adjudication.category.coding.code", "tariff", "refusal")
        if item.element.text("adjudication.category.coding.code") == "refusal":
            yield from demanded(item, "adjudication.reason.coding.code")
            yield from _refused(item)
        else:
            yield from _sum(item)


def _refused(item: Place) -> Iterator[Fault]:
    for name in REFUSED_WITHOUT:
        if item.element.at(name) is not None:
            text = f"a refused item has no {name}."
            yield fault("INVALID", item.code(name), f"{item.path}.{name}", text, Severity.WARNING)


def _sum(item: Place) -> Iterator[Fault]:
    yield from demanded(item, "unitPrice.value", "net.value")
    amounts = [item.element.text("net.value"), *(_extension(item.element, url) for url in _SHARES)]
    for url, amount in zip(_SHARES, amounts[1:], strict=True):
        if amount is None:
            yield fault("MISSING", item.code("extension"), item.path, f"the amount {url} is missing.")
    try:
        net, reimbursement, patient_fee = (Decimal(amount or "0") for amount in amounts)
    except InvalidOperation:
        return
    if net != reimbursement + patient_fee:
        text = f"net is {net}; reimbursement and patient fee make {reimbursement + patient_fee}."
        yield fault("INVALID", item.code("net"), f"{item.path}.net", text)


_SHARES = (names.REIMBURSEMENT, names.PATIENT_FEE)


def _extension(item: Element, url: str) -> str | None:
    return next((one.text("valueMoney.value") for one in item.all("extension") if one.url == url), None)

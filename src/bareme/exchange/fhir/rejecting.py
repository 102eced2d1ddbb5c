"""The Bundle that rejects a message with structure errors: what is wrong and where, back to whoever can be told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bareme.exchange.fhir import names
from bareme.exchange.fhir.building import copied, entry
from bareme.exchange.fhir.deciding import Issue
from bareme.exchange.fhir.definitions import pattern_of
from bareme.exchange.fhir.links import Links
from bareme.exchange.fhir.model import Element, Fault, Message, Severity
from bareme.exchange.fhir.request import Resource
from bareme.exchange.fhir.response import Made, answering, bundle, header, outcome
from bareme.exchange.fhir.structure import structure_faults

_UUID = re.compile(r"urn:uuid:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def issue_of(fault: Fault) -> Issue:
    """A fault of structure as the guide tells it."""
    return Issue(fault.severity, "structure", names.ERRORS, fault.code, fault.text, fault.expression)


def rejection(made: Made, message: Message, faults: Sequence[Fault]) -> Element:
    """The reject of a message. Of the message itself it repeats only what is sound."""
    parties = _sender(message)
    head = header(
        made,
        names.REJECTED,
        _header(message),
        receiver=parties[0].address if parties else None,
        sender=made.address("insurer"),
        focus=made.address("outcome"),
    )
    copies = [entry(party.address, copied(party.element, "contained")) for party in parties]
    told = outcome(made, [issue_of(fault) for fault in faults])
    return bundle(made, [head, *copies, answering(made), told])


def _header(message: Message) -> Element | None:
    """The header of a message with what of it is sound: its id and its two endpoints."""
    found = next((one for _, one in message.entries() if one.name == "MessageHeader"), None)
    if found is None:
        return None
    kept = []
    own = found.text("id")
    if own is not None and pattern_of("id").fullmatch(own):
        kept.append(Element("id", own))
    for name in ("source", "destination"):
        endpoint = found.text(f"{name}.endpoint")
        if endpoint is not None and pattern_of("url").fullmatch(endpoint):
            kept.append(Element(name, children=(Element("endpoint", endpoint),)))
    return Element("MessageHeader", children=tuple(kept))


def _sender(message: Message) -> list[Resource]:
    """The role of the sender and its practitioner, where both are sound."""
    if message.root is None:
        return []
    links = Links.of(message)
    head = next((one for _, one in message.entries() if one.name == "MessageHeader"), None)
    role = links.find(None if head is None else head.text("sender.reference"))
    if role is None or role[1].name != "PractitionerRole":
        return []
    person = links.find(role[1].text("practitioner.reference"))
    if person is None or person[1].name != "Practitioner":
        return []
    entries = message.root.all("entry")
    found = [Resource(entries[number].text("fullUrl") or "", one) for number, one in (role, person)]
    sound = all(_UUID.fullmatch(one.address) and not _broken(one.element) for one in found)
    return found if sound and found[0].address != found[1].address else []


def _broken(resource: Element) -> bool:
    bare = copied(resource, "contained")
    return any(fault.severity is Severity.ERROR for fault in structure_faults(bare))

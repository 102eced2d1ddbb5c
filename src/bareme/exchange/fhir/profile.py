"""What the guide's profile demands of a request, beyond R4: one function a resource, the place of each fault.

`request_faults` gives all of them. The guide's own example breaks its rule on related acts: that one is a warning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from bareme.exchange.fhir import names
from bareme.exchange.fhir.bounds import shown
from bareme.exchange.fhir.links import Links
from bareme.exchange.fhir.model import Element, Fault, Message, Severity
from bareme.exchange.fhir.profile_claim import claim_faults
from bareme.exchange.fhir.required import Place, demanded, fixed, referenced
from bareme.exchange.fhir.structure import fault, structure_faults, told

_UUID = re.compile(r"urn:uuid:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_COUNTS = {"MessageHeader": (1, 1), "Patient": (1, 1), "Claim": (1, 1), "Organization": (0, 1), "Coverage": (0, 1)}
"""How many resources of a type a request has; Coverage is ours, for CT1 and CT2."""


def request_faults(message: Message) -> tuple[Fault, ...]:
    """All that is wrong with a request; errors first. One that could not be read has the reading's fault."""
    if message.root is None:
        return message.faults
    return told(chain(message.faults, structure_faults(message.root), _bundle(message, message.root)))


def _bundle(message: Message, root: Element) -> Iterator[Fault]:
    place = Place(root, "Bundle", "BUNDLE")
    yield from demanded(place, "id", "timestamp")
    yield from fixed(place, "type", "message")
    entries = root.all("entry")
    if len(entries) < 2:
        yield fault("MISSING", "BUNDLE_ENTRY", "Bundle.entry", f"a message has entries; here are {len(entries)}.")
    yield from _full_urls(entries)
    resources = list(message.entries())
    if resources and (resources[0][0] != 0 or resources[0][1].name != "MessageHeader"):
        text = "the first entry of a message is its MessageHeader."
        yield fault("INVALID", "BUNDLE_ENTRY_FIRST", "Bundle.entry[0].resource", text)
    yield from _counts(resources)
    links = Links.of(message)
    for number, resource in resources:
        own = Place.of_entry(number, resource)
        if resource.name in _CHECKS:
            yield from _CHECKS[resource.name](own, links)


def _full_urls(entries: list[Element]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        path = f"Bundle.entry[{number}]"
        url = entry.text("fullUrl")
        if url is None:
            yield fault("MISSING", "BUNDLE_ENTRY_FULLURL", f"{path}.fullUrl", "fullUrl is missing.")
        elif _UUID.fullmatch(url) is None:
            yield fault("INVALID", "BUNDLE_ENTRY_FULLURL", f"{path}.fullUrl", f"{shown(url)} is no urn:uuid.")
        elif url in seen:
            yield fault("DUPLICATE", "BUNDLE_ENTRY_FULLURL", f"{path}.fullUrl", f"{url} stands twice.")
        seen.add(url or "")
        if entry.at("resource") is None:
            yield fault("MISSING", "BUNDLE_ENTRY_RESOURCE", f"{path}.resource", "resource is missing.")


def _counts(resources: list[tuple[int, Element]]) -> Iterator[Fault]:
    found = Counter(resource.name for _, resource in resources)
    for name, (least, most) in _COUNTS.items():
        expression = f"Bundle.entry.resource.ofType({name})"
        if found[name] < least:
            yield fault("MISSING", name, expression, f"the message has no {name}.")
        elif found[name] > most:
            yield fault("TOO_MANY", name, expression, f"the message has {found[name]} {name}; it takes {most}.")


def _header(place: Place, links: Links) -> Iterator[Fault]:
    yield from demanded(place, "id")
    yield from fixed(place, "eventCoding.system", names.EVENTS)
    yield from fixed(place, "eventCoding.code", names.ASKED)
    destinations = place.element.all("destination")
    if len(destinations) != 1:
        kind, text = ("TOO_MANY", "one destination, no more") if destinations else ("MISSING", "a destination")
        yield fault(kind, "MESSAGEHEADER_DESTINATION", f"{place.path}.destination", f"the header has {text}.")
    yield from demanded(place, "source.endpoint")
    yield from referenced(place, "sender", links, "PractitionerRole", "Organization", "Practitioner")
    focus = place.element.all("focus")
    if len(focus) > 1:
        yield fault("TOO_MANY", "MESSAGEHEADER_FOCUS", f"{place.path}.focus", "the header has one focus, no more.")
    yield from referenced(place, "focus", links, "Claim")
    if place.element.at("meta.profile") is None:
        text = f"meta.profile is missing; the guide asks for {names.HEADER_PROFILE}."
        yield fault("MISSING", "MESSAGEHEADER_META_PROFILE", f"{place.path}.meta", text, Severity.WARNING)


def _role(place: Place, links: Links) -> Iterator[Fault]:
    yield from referenced(place, "practitioner", links, "Practitioner")


def _patient(place: Place, links: Links) -> Iterator[Fault]:
    if not place.element.all("identifier"):
        yield from demanded(place, "identifier")
    for number, identifier in enumerate(place.element.all("identifier")):
        own = Place(identifier, f"{place.path}.identifier[{number}]", f"{place.label}_IDENTIFIER")
        yield from demanded(own, "system", "value")


def _coverage(place: Place, links: Links) -> Iterator[Fault]:
    yield from referenced(place, "beneficiary", links, "Patient")


_CHECKS = {
    "MessageHeader": _header,
    "PractitionerRole": _role,
    "Patient": _patient,
    "Coverage": _coverage,
    "Claim": claim_faults,
}

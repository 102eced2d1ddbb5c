"""Parts of a message that is written here: elements from values, in the order that R4 gives them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid5

from bareme.exchange.fhir import names
from bareme.exchange.fhir.definitions import child_type, fields_of
from bareme.exchange.fhir.model import Element
from bareme.money import euro_text

_SPACE = UUID("6f1c1f0e-6d5b-5c07-9d5d-0d6a1c6f2f3b")
"""Under which ids are made: the same request, book and moment give the same ids."""


def node(name: str, *children: Element | None, url: str | None = None) -> Element:
    """An element with parts; those that are None are left out."""
    return Element(name, children=tuple(child for child in children if child is not None), url=url)


def leaf(name: str, value: object) -> Element:
    """A primitive."""
    return Element(name, str(value))


def absent(name: str) -> Element:
    """A primitive that has no value because nobody here knows it."""
    return Element(name, children=(node("extension", leaf("valueCode", "unknown"), url=names.ABSENT),))


def coded(name: str, system: str, code: str) -> Element:
    """A concept by one code."""
    return node(name, node("coding", leaf("system", system), leaf("code", code)))


def refers(name: str, address: str) -> Element:
    """A reference to a resource of the message."""
    return node(name, leaf("reference", address))


def money(name: str, amount: Decimal) -> Element:
    """An amount of euro, to the cent."""
    return node(name, leaf("value", euro_text(amount)), leaf("currency", "EUR"))


def profiled(profile: str) -> Element:
    """The meta of a resource."""
    return node("meta", leaf("profile", profile))


def entry(address: str, resource: Element) -> Element:
    """An entry of a Bundle."""
    return node("entry", leaf("fullUrl", address), node("resource", resource))


def derived_id(seed: str, part: str) -> str:
    """The id of a part of an answer, from what the answer is made of."""
    return str(uuid5(_SPACE, f"{seed}/{part}"))


def copied(resource: Element, *dropped: str) -> Element:
    """A resource of a request as an answer repeats it: sound R4, without its narrative and what else is named."""
    kept = tuple(child for child in resource.children if child.name not in ("text", *dropped))
    return sound(replace(resource, children=kept), resource.name)


def sound(element: Element, kind: str | None) -> Element:
    """An element with the parts that R4 gives it, in their order; of a type not described here, as it is."""
    fields = fields_of(kind)
    if fields is None:
        return element
    order = {name: place for place, name in enumerate(fields)}
    known = sorted((child for child in element.children if child.name in order), key=lambda child: order[child.name])
    return replace(element, children=tuple(sound(child, child_type(kind, child.name)) for child in known))

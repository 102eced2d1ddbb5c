"""The three demands of a profile: an element is there, has one value, leads to a resource of the message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bareme.exchange.fhir.bounds import shown
from bareme.exchange.fhir.links import Links
from bareme.exchange.fhir.model import Element, Fault
from bareme.exchange.fhir.structure import fault


@dataclass(frozen=True, slots=True)
class Place:
    """An element, where it stands as FHIRPath, and what codes call it."""

    element: Element
    path: str
    label: str

    @classmethod
    def of_entry(cls, number: int, resource: Element) -> Place:
        """The resource of an entry."""
        path = f"Bundle.entry[{number}].resource.ofType({resource.name})"
        return cls(resource, path, resource.name.upper())

    def each(self, name: str) -> Iterator[Place]:
        """The children of a name, with their places."""
        for number, child in enumerate(self.element.all(name)):
            yield Place(child, f"{self.path}.{name}[{number}]", f"{self.label}_{name}".upper())

    def code(self, path: str) -> str:
        """What a fault at a dotted path is called."""
        return f"{self.label}_{path.replace('.', '_')}"


def demanded(place: Place, *paths: str) -> Iterator[Fault]:
    """A fault for each dotted path at which nothing stands."""
    for path in paths:
        if place.element.at(path) is None:
            yield fault("MISSING", place.code(path), f"{place.path}.{path}", f"{path} is missing.")


def fixed(place: Place, path: str, *values: str) -> Iterator[Fault]:
    """A fault where a dotted path has not the value, or one of the values, that it must have."""
    found = place.element.text(path)
    if found is None:
        text = f"{path} is missing; it is {' or '.join(values)}."
        yield fault("MISSING", place.code(path), f"{place.path}.{path}", text)
    elif found not in values:
        text = f"{path} is {shown(found)}; it is {' or '.join(values)}."
        yield fault("INVALID", place.code(path), f"{place.path}.{path}", text)


def referenced(place: Place, name: str, links: Links, *kinds: str) -> Iterator[Fault]:
    """A fault where a reference is missing, leads nowhere, or to a resource of another kind."""
    reference = place.element.text(f"{name}.reference")
    path = f"{place.path}.{name}"
    if reference is None:
        text = f"{name} has no reference to a resource of the message."
        yield fault("MISSING", place.code(f"{name}.reference"), path, text)
        return
    found = links.find(reference)
    if found is None:
        text = f"{shown(reference)} is no resource of the message."
        yield fault("UNRESOLVED", place.code(f"{name}.reference"), path, text)
    elif found[1].name not in kinds:
        text = f"{shown(reference)} is a {found[1].name}; {name} is a {' or '.join(kinds)}."
        yield fault("INVALID", place.code(f"{name}.reference"), path, text)

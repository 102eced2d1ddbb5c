"""The values of a FHIR message: elements as they stand in it, faults, the message.

An element has the names, the order and the texts of the message, whatever R4 says of it: nothing is lost on the way
from one form to the other. Numbers stay as they were written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bareme.errors import InputError


class Format(StrEnum):
    """The two forms of a message."""

    XML = "xml"
    JSON = "json"

    @property
    def media_type(self) -> str:
        """Its content type."""
        return f"application/fhir+{self.value}"


def as_format(given: str, name: str = "format") -> Format:
    """A form by its name or content type; `InputError` otherwise.

    >>> as_format("application/fhir+json; charset=utf-8")
    <Format.JSON: 'json'>
    """
    kind = str(given).partition(";")[0].strip().lower()
    for form in Format:
        if kind in (form.value, form.media_type, f"application/{form.value}", f"text/{form.value}"):
            return form
    raise InputError(f"{name}: {given!r} is neither xml nor json (application/fhir+xml, application/fhir+json).")


@dataclass(frozen=True, slots=True)
class Element:
    """One element: a primitive has a `value`, what is made of parts `children`; a narrative's div its `xhtml`.

    `id` and `url` are the attributes that R4 gives to parts and extensions. A resource is an element of its own name.
    """

    name: str
    value: str | None = None
    children: tuple[Element, ...] = ()
    id: str | None = None
    url: str | None = None
    xhtml: str | None = None

    def all(self, name: str) -> list[Element]:
        """Its children of a name, in order."""
        return [child for child in self.children if child.name == name]

    def at(self, path: str) -> Element | None:
        """The first element at a dotted path: "productOrService.coding.code"."""
        found: Element | None = self
        for name in path.split("."):
            found = next((child for child in found.children if child.name == name), None) if found else None
        return found

    def text(self, path: str) -> str | None:
        """The value of the first element at a dotted path."""
        found = self.at(path)
        return None if found is None else found.value


class Severity(StrEnum):
    """What becomes of a message with a fault: an error rejects it, a warning is told beside the answer."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a message: a code, the place as FHIRPath, a sentence."""

    code: str
    expression: str
    text: str
    severity: Severity = Severity.ERROR


class Unreadable(Exception):
    """Inside reading only: the message is no FHIR message at all; the fault says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was read: its Bundle, or the faults for which there is none."""

    format: Format
    root: Element | None
    digest: str
    faults: tuple[Fault, ...] = ()

    def entries(self) -> Iterator[tuple[int, Element]]:
        """The resources of the Bundle with the number of their entry; entries without one are left out."""
        for number, entry in enumerate(self.root.all("entry") if self.root is not None else ()):
            held = entry.at("resource")
            if held is not None and len(held.children) == 1:
                yield number, held.children[0]

"""What R4 says of the resources and types of eTariff messages (`definitions.toml`), and of its primitives."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

RESOURCE = "Resource"
"""The type of an element that holds a whole resource."""


@dataclass(frozen=True, slots=True)
class Field:
    """One element of a type."""

    name: str
    type: str
    required: bool
    many: bool

    @property
    def is_primitive(self) -> bool:
        """True for a type without parts."""
        return self.type[0].islower()


def _field(text: str) -> Field:
    name, _, kind = text.partition(":")
    return Field(name, kind.rstrip("!*"), "!" in kind, "*" in kind)


@cache
def _types() -> Mapping[str, Mapping[str, Field]]:
    data = tomllib.loads(files("bareme.exchange.fhir").joinpath("definitions.toml").read_text(encoding="utf-8"))
    shared = {"own": "", **data["shared"]}
    return {
        name: {field.name: field for field in map(_field, f"{shared[group]} {elements}".split())}
        for group in shared
        for name, elements in data[group].items()
    }


def fields_of(kind: str | None) -> Mapping[str, Field] | None:
    """The elements of a type, in their order; None for a type that is not described here."""
    return None if kind is None else _types().get(kind)


def child_type(kind: str | None, name: str) -> str | None:
    """The type of an element; that of a resource inside another element is its own name."""
    if kind == RESOURCE:
        return name
    field = (fields_of(kind) or {}).get(name)
    return None if field is None else field.type


@cache
def pattern_of(primitive: str) -> re.Pattern[str]:
    """What a value of a primitive type looks like."""
    return re.compile(_PATTERNS.get(primitive, r"[ \r\n\t\S]+"), re.ASCII if primitive in _ASCII else 0)


NUMBERS = {"integer", "positiveInt", "unsignedInt", "decimal"}
_YEAR = r"(?:\d(?:\d(?:\d[1-9]|[1-9]0)|[1-9]00)|[1-9]000)"
_DAY = rf"{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?"
_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"
_PATTERNS = {
    "boolean": "true|false",
    "integer": r"0|-?[1-9]\d{0,9}",
    "positiveInt": r"\+?[1-9]\d{0,9}",
    "unsignedInt": r"0|[1-9]\d{0,9}",
    "decimal": r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,17})?(?:[eE][+-]?\d{1,2})?",
    "id": r"[A-Za-z0-9\-.]{1,64}",
    "code": r"\S+(?: \S+)*",
    "uri": r"\S+",
    "url": r"\S+",
    "canonical": r"\S+",
    "oid": r"urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+",
    "uuid": r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "date": rf"{_YEAR}(?:-(?:0[1-9]|1[0-2]))?|{_DAY}",
    "dateTime": rf"{_YEAR}(?:-(?:0[1-9]|1[0-2]))?|{_DAY}(?:T{_CLOCK}{_ZONE})?",
    "instant": rf"{_DAY}T{_CLOCK}{_ZONE}",
    "time": _CLOCK,
    "base64Binary": r"(?:\s*[0-9A-Za-z+/=]){4,}\s*",
}
_ASCII = set(_PATTERNS) - {"code"}

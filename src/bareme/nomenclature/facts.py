"""The facts that may decide an amount, as declared in `facts.toml`, and the values they take."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bareme.errors import InputError

OLDEST = 150


@dataclass(frozen=True, slots=True)
class Fact:
    """One declared fact: a choice among `values`, or a number of completed years (`values` empty)."""

    name: str
    values: tuple[str, ...]
    means: str
    reference: str

    @property
    def counts_years(self) -> bool:
        """True for a fact that is a number of completed years."""
        return not self.values

    def read(self, value: object) -> str | int:
        """The value as the engine takes it; `InputError` names the fact and what it may be."""
        if self.counts_years:
            return self._years(value)
        text = str(value)
        if text not in self.values:
            raise InputError(f"{self.name}: {text!r} is none of {', '.join(self.values)}.")
        return text

    def _years(self, value: object) -> int:
        digits = str(value)[:9]
        if isinstance(value, bool) or not (digits.isascii() and digits.isdigit() and int(digits) <= OLDEST):
            raise InputError(f"{self.name}: {value!r} is not a number of completed years from 0 to {OLDEST}.")
        return int(digits)


@cache
def declared_facts() -> Mapping[str, Fact]:
    """Every declared fact by name: age, regime, then the others in the alphabet."""
    data = tomllib.loads(files("bareme.nomenclature").joinpath("facts.toml").read_text(encoding="utf-8"))
    return {
        name: Fact(name, tuple(entry.get("values", ())), entry["means"], entry["reference"])
        for name, entry in data.items()
        if name != "schema"
    }


def read_facts(given: Mapping[str, object]) -> dict[str, str | int]:
    """Validated facts, without those that are None; an undeclared name or value is an `InputError`."""
    facts: dict[str, str | int] = {}
    declared = declared_facts()
    for name, value in given.items():
        if name not in declared:
            raise InputError(f"{name!r} is not a fact that bareme knows; facts are {', '.join(declared)}.")
        if value is not None:
            facts[name] = declared[name].read(value)
    return facts

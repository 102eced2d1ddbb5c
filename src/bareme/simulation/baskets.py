"""Who pays: typical patients and providers, as baskets of acts in a TOML file (schema baskets-1), before and after.

A patient has a regime, an age, other facts, and acts with quantities; a provider has a table of volumes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.circulars.findings import Finding, Findings
from bareme.errors import InputError
from bareme.exchange.agreements.given import read_toml
from bareme.nomenclature.facts import declared_facts
from bareme.simulation.costing import Cost, costs_of
from bareme.simulation.parts import NOTHING, Parts
from bareme.simulation.projecting import ProjectedLine, Working
from bareme.simulation.scenario_files import schema_words
from bareme.simulation.volume_tables import read_volume_table
from bareme.simulation.volumes import Counted, Refused, Volumes, placed

if TYPE_CHECKING:
    from bareme.pricing.engine import Engine

KINDS = ("patient", "provider")


@dataclass(frozen=True, slots=True)
class Basket:
    """Acts of a patient or a provider, as given; `facts` are what is given of a patient."""

    kind: str
    name: str
    facts: Mapping[str, str | int]
    volumes: Volumes


@dataclass(frozen=True, slots=True)
class Item:
    """Acts of one code in a basket."""

    code: str
    acts: int
    before: Parts
    after: Parts

    def to_dict(self) -> dict[str, Any]:
        """Its JSON."""
        return {"code": self.code, "acts": self.acts, **_change(self.before, self.after)}


@dataclass(frozen=True, slots=True)
class Paid:
    """What a basket costs before and after a scenario; `refused` acts are in no sum."""

    basket: Basket
    items: tuple[Item, ...]
    refused: tuple[Refused, ...]
    without_figure: tuple[tuple[str, str, str], ...]

    @property
    def before(self) -> Parts:
        """All acts that have a tariff, before."""
        return sum((item.before for item in self.items), NOTHING)

    @property
    def after(self) -> Parts:
        """The same after."""
        return sum((item.after for item in self.items), NOTHING)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `$defs/basket`."""
        gaps = [{"code": code, "part": part, "why": why} for code, part, why in self.without_figure]
        return {
            "kind": self.basket.kind,
            "name": self.basket.name,
            "facts": dict(self.basket.facts),
            **_change(self.before, self.after),
            "items": [item.to_dict() for item in self.items],
            "gaps": gaps,
            "without_tariff": [one.to_dict() for one in self.refused],
            "findings": [finding.to_dict() for finding in self.basket.volumes.findings],
        }


@dataclass(frozen=True, slots=True)
class Patients:
    """Who pays, basket by basket."""

    file: str
    baskets: tuple[Paid, ...]

    @property
    def findings(self) -> Findings:
        """What could not be used of the tables of providers."""
        return Findings(_findings(self.baskets))

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `patients` in schema simulate-1."""
        return {"file": self.file, "baskets": [one.to_dict() for one in self.baskets]}


def _findings(baskets: Sequence[Paid]) -> Iterator[Finding]:
    for one in baskets:
        yield from one.basket.volumes.findings


def _change(before: Parts, after: Parts) -> dict[str, Any]:
    return {"before": before.to_dict(), "after": after.to_dict(), "change": (after - before).to_dict()}


def read_baskets(path: str | Path) -> tuple[Basket, ...]:
    """The baskets of a file, in its order, patients first; `InputError` says what cannot be used, and where."""
    from jsonschema import Draft202012Validator

    from bareme.conventions.loading import plain_toml
    from bareme.schemas import schema

    place = Path(path)
    _, data = read_toml(place)
    validator = Draft202012Validator(schema("baskets-1"))
    errors = sorted(validator.iter_errors(plain_toml(data)), key=lambda error: list(map(str, error.absolute_path)))
    if errors:
        where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in errors[0].absolute_path)
        raise InputError(f"{place.name}{f', {where}' if where else ''}: {schema_words(errors[0])}")
    baskets = [_patient(place, entry) for entry in data.get("patient", ())]
    baskets += [_provider(place, entry) for entry in data.get("provider", ())]
    names = [basket.name for basket in baskets]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None or not baskets:
        what = "no basket" if twice is None else f"two baskets named {twice!r}"
        raise InputError(f"{place.name} has {what}; give [[patient]] or [[provider]] entries, each with its own name.")
    return tuple(baskets)


def _patient(place: Path, entry: Mapping[str, Any]) -> Basket:
    facts = {name: entry[name] for name in declared_facts() if name in entry}
    for name, value in facts.items():
        try:
            declared_facts()[name].read(value)
        except InputError as error:
            raise InputError(f"{place.name}, patient {entry['name']!r}: {error}") from None
    choices = tuple((name, str(value)) for name, value in facts.items() if name != "age")
    ages = (facts["age"], facts["age"] + 1) if "age" in facts else None
    counted = tuple(Counted(code, choices, ages, acts) for code, acts in entry["acts"].items())
    return Basket("patient", entry["name"], facts, Volumes(place.name, counted, Findings()))


def _provider(place: Path, entry: Mapping[str, Any]) -> Basket:
    return Basket("provider", entry["name"], {}, read_volume_table(place.parent / entry["volumes"]))


def patients_of(
    name: str,
    baskets: Sequence[Basket],
    working: Working,
    lines: Sequence[ProjectedLine],
    engine: Engine,
    on: date,
) -> Patients:
    """What baskets cost before and after a scenario, by prices of the day of its baseline."""
    found = []
    for basket in baskets:
        acts, refused = placed(basket.volumes.counted, engine, on)
        costs, more = costs_of(working, lines, acts, by_measure=False)
        gaps = {(cost.acts.code, *why): None for cost in costs for why in cost.acts.why}
        found.append(Paid(basket, tuple(_items(costs)), (*refused, *more), tuple(gaps)))
    return Patients(name, tuple(found))


def _items(costs: Sequence[Cost]) -> Iterator[Item]:
    """Costs by code, in their order."""
    found: dict[str, Item] = {}
    for cost in costs:
        code = cost.acts.code
        old = found.get(code, Item(code, 0, NOTHING, NOTHING))
        found[code] = Item(code, old.acts + cost.acts.acts, old.before + cost.before, old.after + cost.after)
    yield from found.values()

"""The parameters of an agreement's systems: a value with the clause that states it, or the word that it is awaited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from bareme.conventions.model import Missing
from bareme.errors import InputError
from bareme.money import from_cents
from bareme.nomenclature.codes import is_code
from bareme.periods import Period, as_date

_EURO = re.compile(r"-?\d{1,12}(\.\d{1,2})?", re.ASCII)
_RATE = re.compile(r"-?\d{1,3}(\.\d{1,6})?", re.ASCII)
_COUNT = re.compile(r"-?\d{1,12}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
_ALWAYS = Period(date.min)
KINDS = {
    "euro": "an amount of euro, such as 1234.56",
    "thousands": "a whole number of thousands of euro",
    "rate": "a rate in percent, such as 1.95",
    "count": "a whole number",
    "day": "a day, such as 2020-12-31",
    "text": "a text",
    "texts": "a list of texts",
    "codes": "a list of nomenclature codes",
    "euro_by": "a table of names, each with an amount of euro",
    "number_by": "a table of names, each with a number, such as 12.5",
}
"""The kinds of parameters, and how a value of each is written."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a system. `value` is None while it is awaited: the document does not hold it.

    Euro and rates are `Decimal` (rates in percent), thousands of euro and counts `int`, days `date`; `codes` and
    `texts` are tuples, `euro_by` maps names to euro and `number_by` to numbers (`Decimal`). `supplied` is True for an
    awaited one that the caller gave.
    """

    system: str
    name: str
    kind: str
    means: str
    clause: str
    value: Any = None
    period: Period = _ALWAYS
    supplied: bool = False

    def read(self, value: object, where: str = "") -> Any:
        """A value as the kind takes it; `InputError` says what it should be."""
        try:
            return _READERS[self.kind](value)
        except (ValueError, TypeError, AttributeError):
            place = where or f"{self.system}.{self.name}"
            raise InputError(f"{place}: {value!r} is not {KINDS[self.kind]}.") from None

    def to_dict(self) -> dict[str, Any]:
        """As data, an entry of `bareme agreement YEAR parameters --json`."""
        start, last = self.period.start, self.period.last_day
        return {
            "system": self.system,
            "name": self.name,
            "kind": self.kind,
            "means": self.means,
            "clause": self.clause,
            "value": plain(self.value),
            "awaited": self.value is None,
            "supplied": self.supplied,
            "from": None if start == date.min else start.isoformat(),
            "to": None if last is None else last.isoformat(),
        }


def plain(value: Any) -> Any:
    """A value as JSON: euro and rates as text, days in ISO form."""
    if isinstance(value, Decimal | date):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    return {name: str(euro) for name, euro in value.items()} if isinstance(value, Mapping) else value


@dataclass(frozen=True)
class Parameters:
    """The parameters of one system. An awaited one that is asked for is `Missing`: *needs information*."""

    system: str
    entries: tuple[Parameter, ...] = field(default=())

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.entries)

    @cached_property
    def _by_name(self) -> Mapping[str, list[Parameter]]:
        found: dict[str, list[Parameter]] = {}
        for entry in self.entries:
            found.setdefault(entry.name, []).append(entry)
        return found

    def entry(self, name: str, on: date | None = None) -> Parameter:
        """The entry of a name on a day; of a name with one entry the day may be left out. `KeyError` for none."""
        own = self._by_name.get(name, [])
        if on is not None:
            own = [entry for entry in own if on in entry.period]
        if len(own) != 1:
            raise KeyError(f"{self.system}.{name}")
        return own[0]

    def get(self, name: str, kind: str, on: date | None = None) -> Any:
        """The value of a name, which must be of a kind; `Missing` while it is awaited."""
        entry = self.entry(name, on)
        if entry.kind != kind:
            raise KeyError(f"{self.system}.{name} is no {kind}")
        if entry.value is None:
            raise Missing(name)
        return entry.value

    def euro(self, name: str, on: date | None = None) -> Decimal:
        """An amount of euro."""
        value: Decimal = self.get(name, "euro", on)
        return value

    def rate(self, name: str, on: date | None = None) -> Decimal:
        """A rate in percent."""
        value: Decimal = self.get(name, "rate", on)
        return value

    def thousands(self, name: str, on: date | None = None) -> int:
        """Thousands of euro."""
        value: int = self.get(name, "thousands", on)
        return value

    def count(self, name: str, on: date | None = None) -> int:
        """A whole number."""
        value: int = self.get(name, "count", on)
        return value

    def day(self, name: str, on: date | None = None) -> date:
        """A day."""
        value: date = self.get(name, "day", on)
        return value

    def text(self, name: str, on: date | None = None) -> str:
        """A text."""
        value: str = self.get(name, "text", on)
        return value

    def texts(self, name: str, on: date | None = None) -> tuple[str, ...]:
        """Several texts."""
        value: tuple[str, ...] = self.get(name, "texts", on)
        return value

    def codes(self, name: str, on: date | None = None) -> tuple[str, ...]:
        """Nomenclature codes."""
        value: tuple[str, ...] = self.get(name, "codes", on)
        return value

    def euro_by(self, name: str, on: date | None = None) -> Mapping[str, Decimal]:
        """Names, each with an amount of euro."""
        value: Mapping[str, Decimal] = self.get(name, "euro_by", on)
        return value

    def number_by(self, name: str, on: date | None = None) -> Mapping[str, Decimal]:
        """Names, each with a number."""
        value: Mapping[str, Decimal] = self.get(name, "number_by", on)
        return value

    def supplied(self, given: Mapping[str, object], where: str) -> Parameters:
        """The parameters with awaited ones supplied; `InputError` for one that is none or that the document states."""
        entries = list(self.entries)
        for name, value in given.items():
            places = [place for place, entry in enumerate(entries) if entry.name == name]
            if not places:
                known = ", ".join(sorted({e.name for e in entries if e.value is None or e.supplied})) or "none"
                raise InputError(f"{where}: {self.system} has no parameter {name!r}; those awaited are: {known}.")
            for place in places:
                entry = entries[place]
                if entry.value is not None and not entry.supplied:
                    stands = f"{self.system}.{name} stands in the agreement ({entry.clause})"
                    raise InputError(f"{where}: {stands}: it cannot be supplied.")
                read = entry.read(value, f"{where}: {self.system}.{name}")
                entries[place] = replace(entry, value=read, supplied=True)
        return replace(self, entries=tuple(entries))


def read_parameters(data: Mapping[str, Any]) -> Parameters:
    """The parameters of a system's `parameters.toml`."""
    return Parameters(data["system"], tuple(_entries(data["system"], data["parameter"])))


def _entries(system: str, entries: Iterable[Mapping[str, Any]]) -> Iterator[Parameter]:
    for entry in entries:
        period = Period(entry["from"], entry.get("until")) if "from" in entry else _ALWAYS
        made = Parameter(system, entry["name"], entry["kind"], entry["means"], entry["clause"], period=period)
        yield made if entry.get("awaited") else replace(made, value=made.read(entry["value"]))


def _matched(pattern: re.Pattern[str], value: object) -> str:
    if isinstance(value, float | bool) or not pattern.fullmatch(text := str(value).strip()):
        raise ValueError(value)
    return text


def _euro(value: object) -> Decimal:
    return from_cents(int(Decimal(_matched(_EURO, value)).scaleb(2)))


def _listed(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ValueError(value)
    return tuple(item.strip() for item in value)


def _codes(value: object) -> tuple[str, ...]:
    found = _listed(value)
    if not all(map(is_code, found)):
        raise ValueError(value)
    return found


def _day(value: object) -> date:
    try:
        return as_date(value)  # type: ignore[arg-type]
    except InputError:
        raise ValueError(value) from None


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(value)
    return value.strip()


def _euro_by(value: object) -> Mapping[str, Decimal]:
    if not isinstance(value, Mapping):
        raise ValueError(value)
    return {str(name): _euro(euro) for name, euro in value.items()}


def as_number(value: object) -> Decimal:
    """A number of at most twelve digits and six decimals; `ValueError` for anything else."""
    return Decimal(_matched(_NUMBER, value))


def _number_by(value: object) -> Mapping[str, Decimal]:
    if not isinstance(value, Mapping):
        raise ValueError(value)
    return {str(name): as_number(number) for name, number in value.items()}


_READERS: Mapping[str, Any] = {
    "euro": _euro,
    "thousands": lambda value: int(_matched(_COUNT, value)),
    "rate": lambda value: Decimal(_matched(_RATE, value)),
    "count": lambda value: int(_matched(_COUNT, value)),
    "day": _day,
    "text": _text,
    "texts": _listed,
    "codes": _codes,
    "euro_by": _euro_by,
    "number_by": _number_by,
}

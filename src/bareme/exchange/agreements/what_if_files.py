"""What-if files for a budget table: TOML, each entry checked against the table before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from os import PathLike
from pathlib import Path
from typing import Any

from bareme.conventions.agreement.answers import Place
from bareme.conventions.agreement.parameters import Parameter
from bareme.conventions.agreement_2020.budget.changes import (
    Added,
    Change,
    Dropped,
    NewRate,
    NewSource,
    NewStart,
    WhatIf,
)
from bareme.conventions.agreement_2020.budget.model import BudgetTable, Row, Side, Start, as_printed
from bareme.errors import InputError
from bareme.exchange.agreements.given import read_toml

SCHEMA = "bareme/agreement-what-if/1"
MOST_RATE = 25
"""An index of more percent than this, up or down, is a slip: 195 for 1,95."""
LAST_YEAR = 2100
_KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "rate": (("row", "rate"), ("part", "mass")),
    "start": (("row", "start"), ()),
    "source": (("row", "annual"), ("in_year",)),
    "drop": (("row",), ()),
    "add": (("block", "id", "label", "annual", "start"), ()),
}
"""The keys that each kind of entry needs, and those that it may have."""


def read_what_if(path: str | PathLike[str], table: BudgetTable) -> WhatIf:
    """The changes that a file gives; `InputError` names file, entry and what is wrong with it."""
    place = Path(path)
    if not place.is_file():
        raise InputError(f"{path} is not a file.")
    text, data = read_toml(place)
    if data.get("schema") != SCHEMA:
        raise InputError(f'{place.name}: the first line must be schema = "{SCHEMA}".')
    return what_if_of(data, table, place.name, text)


def what_if_of(data: Mapping[str, Any], table: BudgetTable, file: str = "what-if", text: str = "") -> WhatIf:
    """The changes of a file's data; `text` is the file's own, where entries are to be named by line."""
    others = sorted(data.keys() - _KEYS.keys() - {"schema", "title"})
    if others:
        raise InputError(f"{file}: {others[0]!r} is not known here; known are title, {_listed(_KEYS)}.")
    title = data.get("title", file)
    if not isinstance(title, str):
        raise InputError(f"{file}: title must be a text.")
    changes = [_READERS[entry.kind](entry, table) for entry in _entries(file, text, data)]
    if not changes:
        raise InputError(f"{file} changes nothing; give {_listed(f'[[{kind}]]' for kind in _KEYS)} entries.")
    _check_together(changes, file)
    return WhatIf(title, tuple(changes))


class _Entry:
    """One entry of the file: where it stands, and its values read one by one."""

    def __init__(self, kind: str, where: str, place: Place | None, data: Mapping[str, Any]) -> None:
        self.kind, self.where, self.place, self.data = kind, where, place, data
        needed, optional = _KEYS[kind]
        for name in data:
            if name not in needed + optional:
                raise self.wrong(f"{name!r} is not known here; known are {_listed(needed + optional)}.")
        for name in needed:
            if name not in data:
                raise self.wrong(f"{name} is missing.")

    def wrong(self, what: str) -> InputError:
        """The error for something in this entry."""
        return InputError(f"{self.where}: {what}")

    def read(self, name: str, kind: str) -> Any:
        """A value by its kind, as parameters are read; None for one that is not given."""
        if name not in self.data:
            return None
        return Parameter("", name, kind, "", "").read(self.data[name], f"{self.where}: {name}")

    def one_of(self, name: str, known: Iterable[str]) -> str:
        """A value that must be one of those known."""
        value, known = self.read(name, "text"), list(known)
        if value not in known:
            near = get_close_matches(value, known, n=1)
            raise self.wrong(f"{name} {value!r} is not known; {_advice(near, known)}")
        return str(value)

    def start(self, year: int) -> Start:
        """A day in the agreement's year or later, or a year alone, such as "2021"."""
        value = self.data["start"]
        alone = str(value).strip()
        start: Start = int(alone) if alone.isascii() and alone.isdigit() and len(alone) == 4 else None
        if start is None:
            start = self.read("start", "day")
        first = start.year if isinstance(start, date) else start
        if first is None or not year <= first <= LAST_YEAR:
            raise self.wrong(f"start {value} is not in {year} or later.")
        return start

    def rate(self) -> Decimal:
        """An index rate in percent, within bounds."""
        rate: Decimal = self.read("rate", "rate")
        if abs(rate) > MOST_RATE:
            raise self.wrong(f"a rate of {rate} % is no index; rates are in percent, at most {MOST_RATE}: 1.95.")
        return rate


def _entries(file: str, text: str, data: Mapping[str, Any]) -> Iterator[_Entry]:
    for kind in _KEYS:
        found = data.get(kind, [])
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            raise InputError(f"{file}: {kind} must be [[{kind}]] entries.")
        lines = [n for n, line in enumerate(text.splitlines(), start=1) if line.split("#")[0].strip() == f"[[{kind}]]"]
        for number, entry in enumerate(found):
            place = Place(file, lines[number]) if number < len(lines) else None
            where = f"{file}, [[{kind}]] {number + 1}" if place is None else f"{place}, [[{kind}]]"
            yield _Entry(kind, where, place, entry)


def _row(entry: _Entry, table: BudgetTable) -> Row:
    ident = entry.one_of("row", [row.id for _, row in table.rows])
    return next(row for _, row in table.rows if row.id == ident)


def _rate(entry: _Entry, table: BudgetTable) -> Change:
    row = _row(entry, table)
    if not row.parts:
        raise entry.wrong(f"{row.id} is not indexed: the table has no rate for it.")
    part = entry.one_of("part", [part.id for part in row.parts]) if "part" in entry.data else None
    if part is None and len(row.parts) == 1:
        part = row.parts[0].id
    mass = entry.read("mass", "thousands")
    if mass is not None and mass <= 0:
        raise entry.wrong(f"a mass of {mass} is none; it is what the part costs in a year, in thousands of euro.")
    return NewRate(row.id, entry.rate(), part, mass, entry.place)


def _start(entry: _Entry, table: BudgetTable) -> Change:
    return NewStart(_row(entry, table).id, entry.start(table.year), entry.place)


def _source(entry: _Entry, table: BudgetTable) -> Change:
    row = _row(entry, table)
    sources = [own.id for block, own in table.rows if block.side is Side.SOURCE]
    if row.id not in sources:
        raise entry.wrong(f"{row.id} is no source; sources are {_listed(sources)}.")
    return NewSource(row.id, entry.read("annual", "thousands"), entry.read("in_year", "thousands"), entry.place)


def _drop(entry: _Entry, table: BudgetTable) -> Change:
    return Dropped(_row(entry, table).id, entry.place)


def _add(entry: _Entry, table: BudgetTable) -> Change:
    block = entry.one_of("block", [block.id for block in table.blocks])
    ident = entry.read("id", "text")
    if table.row(ident) is not None:
        raise entry.wrong(f"the table has a row {ident!r} already.")
    annual = entry.read("annual", "thousands")
    return Added(block, ident, as_printed(entry.read("label", "text")), annual, entry.start(table.year), entry.place)


_READERS: Mapping[str, Callable[[_Entry, BudgetTable], Change]] = {
    "rate": _rate,
    "start": _start,
    "source": _source,
    "drop": _drop,
    "add": _add,
}


def _check_together(changes: Sequence[Change], file: str) -> None:
    """No change is given twice or beside one that undoes it, and nothing is changed that is dropped."""
    seen: set[tuple[str, ...]] = set()
    dropped = {change.row for change in changes if isinstance(change, Dropped)}
    started = {change.row for change in changes if isinstance(change, NewStart)}
    for change in changes:
        name = change.id if isinstance(change, Added) else change.row
        part = change.part or "" if isinstance(change, NewRate) else ""
        key = (type(change).__name__, name, part)
        if key in seen:
            raise InputError(f"{change.place or file}: {name} is given twice.")
        if isinstance(change, NewSource) and change.in_year is not None and name in started:
            raise InputError(f"{change.place or file}: {name} has another start too; leave out in_year or the start.")
        if name in dropped and not isinstance(change, Dropped):
            raise InputError(f"{change.place or file}: {name} is dropped too; it cannot be changed.")
        seen.add(key)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _advice(near: list[str], known: list[str]) -> str:
    return f"did you mean {near[0]!r}?" if near else f"known are {_listed(known)}."

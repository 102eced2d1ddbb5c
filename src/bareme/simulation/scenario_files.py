"""Scenarios as TOML files (schema scenario-1), which a colleague can review; what is wrong is said with its line.

`extends` names another scenario, whose measures come first; scenarios that extend one another in a ring are refused.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.errors import InputError
from bareme.exchange.agreements.given import entry_lines, read_toml
from bareme.simulation.measure_entries import entries_of, euro
from bareme.simulation.scenario import Scenario, Step

if TYPE_CHECKING:
    from jsonschema import ValidationError

SCHEMA = "bareme/scenario/1"
MOST_DEEP = 20
"""So many scenarios may extend one another."""
_DAYS = ("from", "on", "as_known_on", "relative_to")
_OF_DAYS = "a day such as 2027-01-01"
_TYPES = {
    "string": 'a text in quotes, such as "2.72"',
    "integer": "a whole number",
    "array": 'a list, such as ["565014"] or, of measures, [[measure]]',
    "object": "a table of names and values",
}
"""Types of the schema, as a file writes them."""


class _Inexact(str):
    """A floating-point number of a file, as it is written."""

    __slots__ = ()


def read_scenario(path: str | Path) -> Scenario:
    """A scenario from its file; `InputError` names file, line and measure of what cannot be used."""
    return _read(Path(path), ())


def _read(path: Path, above: tuple[Path, ...]) -> Scenario:
    if path.resolve() in above or len(above) > MOST_DEEP:
        ring = " > ".join(place.name for place in (*above, path))
        raise InputError(f"{path.name}: scenarios extend one another in a ring: {ring}.")
    text, data = read_toml(path, _Inexact)
    _check(path, _lines(text, data), data)
    return _scenario(path, text, data, _base(path, data, above))


def scenario_of(text: str, form: str = "toml", name: str = "scenario") -> Scenario:
    """A scenario from the text of a file, TOML or JSON of the same shape; it stands alone and names no other file."""
    path = Path(name)
    try:
        data = json.loads(text, **_AS_TOML) if form == "json" else tomllib.loads(text, parse_float=_Inexact)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is not {form.upper()}: {error}.") from None
    if not isinstance(data, dict):
        raise InputError(f"{name} is not a table of names and values.")
    if "extends" in data:
        raise InputError(f"{name}: extends: a scenario that is sent stands alone; write the measures of both in it.")
    _check(path, _lines(text, data), data)
    return _scenario(path, text, data, None)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; as in TOML no name may stand twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} stands twice")
    return found


_AS_TOML: dict[str, Any] = {"parse_float": _Inexact, "parse_constant": _Inexact, "object_pairs_hook": _once}


def _scenario(path: Path, text: str, data: dict[str, Any], base: Scenario | None) -> Scenario:
    """The scenario that the data of a file say, on the one that it extends."""
    lines = _lines(text, data)
    data = _with_days(path, lines, data)
    baseline = data.get("baseline", {})
    on, start = baseline.get("on", base and base.on), data.get("from", base and base.start)
    if on is None or start is None:
        wanted = "give `from`, and `on` under [baseline]: the day of the tariffs that it starts from."
        raise InputError(f"{path.name}: {wanted}")
    if start <= on:
        raise InputError(f"{path.name}: it begins on {start}, which must be after the day of its baseline, {on}.")
    before = _later(base, start) if base else ()
    document = hashlib.sha256(text.encode()).hexdigest()
    own = tuple(entry.step(start) for entry in entries_of(data, lines, document, path.name, len(before)))
    steps = (*before, *own)
    _refuse_twice(steps)
    return Scenario(
        name=path.stem,
        title=data.get("title", path.stem),
        author=data.get("author"),
        reference=data.get("reference"),
        start=start,
        on=on,
        as_known_on=baseline.get("as_known_on", base and base.as_known_on),
        series=tuple(baseline.get("series", base.series if base else ())),
        steps=steps,
        document=document,
        ceilings=tuple({**dict(base.ceilings if base else ()), **_ceilings(path, data)}.items()),
        file=path.name,
    )


def _base(path: Path, data: Mapping[str, Any], above: tuple[Path, ...]) -> Scenario | None:
    """The scenario that a file extends."""
    if "extends" not in data:
        return None
    place = path.parent / data["extends"]
    if not place.is_file():
        raise InputError(f"{path.name}: it extends {data['extends']}, and there is no such file beside it.")
    return _read(place, (*above, path.resolve()))


def _later(base: Scenario, start: date) -> tuple[Step, ...]:
    """The measures of a scenario that another extends: they begin with that one, or on a later day of their own."""
    return tuple(
        replace(step, start=start) if step.start == base.start or step.start < start else step for step in base.steps
    )


def _ceilings(path: Path, data: Mapping[str, Any]) -> dict[str, Decimal]:
    found = {}
    for regime, text in data.get("ceilings", {}).items():
        value = euro(text)
        if value is None or value < 0:
            raise InputError(f'{path.name}, ceilings.{regime}: {text!r} is not an amount of euro such as "12.50".')
        found[regime] = value
    return found


def _lines(text: str, data: Mapping[str, Any]) -> tuple[int, ...]:
    """The line of each `[[measure]]`; measures that are written otherwise stand in line 1."""
    found, entries = tuple(entry_lines(text, "measure")), data.get("measure")
    number = len(entries) if isinstance(entries, list) else 0
    return found if len(found) == number else (1,) * number


def _check(path: Path, lines: Sequence[int], data: Mapping[str, Any]) -> None:
    """`InputError` for data that the schema does not allow, with the line of the measure."""
    from jsonschema import Draft202012Validator

    from bareme.conventions.loading import plain_toml
    from bareme.schemas import schema

    for place, value in _values(data, ()):
        if isinstance(value, _Inexact):
            said = f'{value} is a floating-point number; write amounts and rates as text, "{value}".'
            raise InputError(f"{_where(path, lines, place)}: {said}")
    errors = list(Draft202012Validator(schema("scenario-1")).iter_errors(plain_toml(data)))
    if errors:
        first = min(errors, key=lambda e: [f"{at:09d}" if isinstance(at, int) else at for at in e.absolute_path])
        raise InputError(f"{_where(path, lines, tuple(first.absolute_path))}: {schema_words(first)}")


def _values(data: object, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Every value of a file, with its place."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    yield place, data
    for name, value in pairs:
        yield from _values(value, (*place, name))


def _where(path: Path, lines: Sequence[int], place: Sequence[str | int]) -> str:
    """A place of a file for people: file, line and number of the measure, key."""
    where = path.name
    if place[:1] == ("measure",) and len(place) > 1:
        number = int(place[1])
        where, place = f"{path.name}, line {lines[number]}, measure {number + 1}", place[2:]
    name = ".".join(str(part) for part in place if isinstance(part, str))
    return f"{where}, {name}" if name else where


def schema_words(error: ValidationError) -> str:
    """What is wrong with a value of a file, where its schema does not allow it."""
    value: Any = error.instance
    wanted: Any = error.validator_value
    kind, rule = error.validator, dict[str, Any](error.schema)  # type: ignore[arg-type]
    if kind == "required":
        missing = next(name for name in wanted if name not in value)
        return (
            f'{missing} is missing; write {missing} = "{rule["properties"]["schema"]["const"]}".'
            if missing == "schema"
            else f"{missing} is missing."
        )
    if kind == "additionalProperties":
        known = list(rule["properties"])
        name = next(name for name in value if name not in known)
        near = get_close_matches(name, known, n=1)
        return (
            f"there is no key {name}; {f'did you mean {near[0]}?' if near else 'known are ' + ', '.join(known) + '.'}"
        )
    if wanted is True:
        return "write true, or leave it out."
    if kind in ("enum", "const"):
        known = list(wanted) if kind == "enum" else [wanted]
        near = get_close_matches(str(value), [str(one) for one in known], n=1)
        meant = f"; did you mean {near[0]}?" if near else "."
        return f"{value!r} is none of {', '.join(map(str, known))}{meant}"
    if kind == "pattern":
        form = _OF_DAYS if error.path[-1] in _DAYS else "of small letters, digits, - and _"
        return f"{value!r} is not {form}."
    if kind == "type":
        types = [wanted] if isinstance(wanted, str) else wanted
        said = json.dumps(value, ensure_ascii=False, default=str)
        return f"{said} is not {_OF_DAYS if error.path[-1] in _DAYS else ' or '.join(map(_TYPES.__getitem__, types))}."
    return f"{error.message}."


def _with_days(path: Path, lines: Sequence[int], data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with days that are written as texts as days."""

    def of(part: Mapping[str, Any], place: tuple[str | int, ...]) -> dict[str, Any]:
        return {
            name: _day(value, path, lines, (*place, name)) if name in _DAYS else value for name, value in part.items()
        }

    measures = [of(entry, ("measure", number)) for number, entry in enumerate(data.get("measure", ()))]
    return of(data, ()) | {"baseline": of(data.get("baseline", {}), ("baseline",)), "measure": measures}


def _day(value: object, path: Path, lines: Sequence[int], place: Sequence[str | int]) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise InputError(f"{_where(path, lines, place)}: {value!r} is not a day such as 2027-01-01.") from None


def _refuse_twice(steps: Sequence[Step]) -> None:
    seen: dict[str, Step] = {}
    for step in steps:
        if step.id in seen:
            first = seen[step.id].source
            raise InputError(
                f"{step.source.name}, line {step.source.line}, measure {step.id}: {first.name}, line {first.line} "
                f"has a measure of this id already; name it otherwise."
            )
        seen[step.id] = step

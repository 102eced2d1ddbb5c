"""Scenarios as TOML files (schema scenario-1), which a colleague can review; what is wrong is said with its line.

`extends` names another scenario, whose measures come first; scenarios that extend one another in a ring are refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bareme.circulars.model import Measure
from bareme.circulars.sources import Figure, Source
from bareme.errors import InputError
from bareme.exchange.agreements.given import read_toml
from bareme.money import from_cents, to_cents
from bareme.nomenclature.codes import Code, is_code
from bareme.nomenclature.situations import Regime
from bareme.simulation.scenario import KINDS, Scenario, Step

_PAIR = re.compile(r"(\d{6})-(\d{6})", re.ASCII)
_RANGE = re.compile(r"(\d{6})\.\.(\d{6})", re.ASCII)
_HEADER = re.compile(r"\s*\[\[\s*measure\s*\]\]", re.ASCII)
MOST_RATE = Decimal(100)
"""A rate beyond so many percent is taken for a slip: 2.72 is meant, not 272."""
MOST_DEEP = 20
"""So many scenarios may extend one another."""
_NEEDS = {
    "index": ("rate",),
    "letter_value_by_rate": ("rate",),
    "fee_by_rate": ("rate",),
    "fee_of_coefficient": ("coefficient_from", "coefficient_to"),
    "fee_by_amount": ("amount",),
    "fee_set": ("amount",),
    "share_set": ("amount",),
    "fee_as": ("as",),
    "share_rate": ("rate",),
    "circular": ("circular",),
    "ended": (),
    "full_cover": (),
    "freeze": (),
}
"""What each kind of measure needs; no kind takes more of these."""
_FIGURES = ("rate", "amount", "coefficient_from", "coefficient_to", "as", "circular", "already")


def read_scenario(path: str | Path) -> Scenario:
    """A scenario from its file; `InputError` names file, line and measure of what cannot be used."""
    return _read(Path(path), ())


def _read(path: Path, above: tuple[Path, ...]) -> Scenario:
    if path.resolve() in above or len(above) > MOST_DEEP:
        ring = " > ".join(place.name for place in (*above, path))
        raise InputError(f"{path.name}: scenarios extend one another in a ring: {ring}.")
    text, data = read_toml(path)
    _check(path, text, data)
    document = hashlib.sha256(text.encode()).hexdigest()
    base = _read(path.parent / data["extends"], (*above, path.resolve())) if "extends" in data else None
    baseline = data.get("baseline", {})
    on = baseline.get("on", base and base.on)
    start = data.get("from", base and base.start)
    if on is None or start is None:
        raise InputError(
            f"{path.name}: give `from`, and `on` under [baseline]: the day of the tariffs that it starts from."
        )
    if start <= on:
        raise InputError(f"{path.name}: it begins on {start}, which must be after the day of its baseline, {on}.")
    own = tuple(_steps(path, text, data, document, start))
    steps = (*(base.steps if base else ()), *own)
    _refuse_twice(path, steps)
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
        ceilings=tuple((name, _euro(path, 1, "ceilings", value)) for name, value in data.get("ceilings", {}).items()),
    )


def _check(path: Path, text: str, data: Mapping[str, Any]) -> None:
    """`InputError` for data that the schema does not allow, with the line of the measure."""
    from jsonschema import Draft202012Validator

    from bareme.conventions.loading import plain_toml
    from bareme.schemas import schema

    errors = sorted(
        Draft202012Validator(schema("scenario-1")).iter_errors(plain_toml(data)),
        key=lambda e: list(map(str, e.absolute_path)),
    )
    if not errors:
        return
    wrong, places = errors[0], list(errors[0].absolute_path)
    where = path.name
    if places[:1] == ["measure"] and len(places) > 1:
        number = int(places[1])
        where = f"{path.name}, line {_lines(text)[number]}, measure {number + 1}"
        places = places[2:]
    name = ".".join(map(str, places))
    raise InputError(f"{where}{f', {name}' if name else ''}: {wrong.message}.")


def _lines(text: str) -> list[int]:
    """The line of each `[[measure]]`."""
    found = [number for number, line in enumerate(text.splitlines(), start=1) if _HEADER.match(line)]
    return [*found, *[1] * text.count("measure")]


def _steps(path: Path, text: str, data: Mapping[str, Any], document: str, start: date) -> Iterator[Step]:
    lines = _lines(text)
    for number, entry in enumerate(data.get("measure", []), start=1):
        line = lines[number - 1]
        source = Source(document, path.name, line=line, text=f"[[measure]] {number}")
        yield _Entry(path, line, entry, source).step(number, start)


class _Entry:
    """One `[[measure]]` of a file."""

    def __init__(self, path: Path, line: int, data: Mapping[str, Any], source: Source) -> None:
        self.path, self.line, self.data, self.source = path, line, data, source
        self.id = str(data.get("id", f"line {line}"))
        self.kind = str(data["kind"])

    def refuse(self, message: str) -> InputError:
        """What is wrong, with file, line and measure."""
        return InputError(f"{self.path.name}, line {self.line}, measure {self.id}: {message}")

    def step(self, number: int, start: date) -> Step:
        """The entry as a measure of the scenario."""
        given = [name for name in _FIGURES if name in self.data]
        needs = _NEEDS[self.kind]
        lacking = [name for name in needs if name not in given]
        extra = [name for name in given if name not in (*needs, "already" if self.kind == "index" else "")]
        if lacking:
            raise self.refuse(f"{self.kind} needs {', '.join(lacking)}: {KINDS[self.kind]}.")
        if extra:
            raise self.refuse(f"{self.kind} takes no {', '.join(extra)}: {KINDS[self.kind]}.")
        begins = self.data.get("from", start)
        if begins < start:
            raise self.refuse(f"it begins on {begins}, before the scenario, which begins on {start}.")
        codes, ranges = self._codes()
        scope, named = self._scope(bool(codes or ranges))
        measure = Measure(
            self.kind,
            self.source,
            rate=self._rate("rate"),
            amount=self._figure("amount", _euro(self.path, self.line, "amount", self.data.get("amount"))),
            scope=scope,
            codes=codes,
            named=named,
            excepted=tuple(self._excepted()),
            coefficient_from=self._number("coefficient_from"),
            coefficient_to=self._number("coefficient_to"),
            already=self._rate("already"),
        )
        other = self.data.get("as")
        if other is not None and not is_code(other):
            raise self.refuse(f"as: {other!r} is not a nomenclature code.")
        ident = self.data.get("id", f"measure-{number}")
        return Step(
            ident,
            self.data.get("title", ident),
            measure,
            begins,
            self.data.get("regime"),
            other,
            self.data.get("circular"),
            ranges,
        )

    def _rate(self, name: str) -> Figure | None:
        if name not in self.data:
            return None
        rate = self._decimal(name)
        if not -MOST_RATE <= rate <= MOST_RATE:
            raise self.refuse(f"{name}: {rate} % is more than {MOST_RATE} %; write 2.72 for 2,72 %.")
        if self.kind == "share_rate" and rate < 0:
            raise self.refuse(f"{name}: a share of {rate} % is less than nothing.")
        return Figure(rate, self.source)

    def _number(self, name: str) -> Figure | None:
        if name not in self.data:
            return None
        number = self._decimal(name)
        if number <= 0:
            raise self.refuse(f"{name}: {number} is not above 0.")
        return Figure(number, self.source)

    def _decimal(self, name: str) -> Decimal:
        text = str(self.data[name])
        if not re.fullmatch(r"-?\d{1,6}(\.\d{1,6})?", text, re.ASCII):
            raise self.refuse(f'{name}: {text!r} is not a number such as "2.72".')
        return Decimal(text)

    def _figure(self, name: str, value: Decimal | None) -> Figure | None:
        if value is not None and value < 0 and self.kind != "fee_by_amount":
            raise self.refuse(f"{name}: {value} is less than 0.")
        return None if value is None else Figure(value, self.source)

    def _codes(self) -> tuple[tuple[tuple[Code, ...], ...], tuple[tuple[str, str], ...]]:
        pairs: list[tuple[Code, ...]] = []
        ranges = []
        for text in self.data.get("codes", ()):
            pair, between = _PAIR.fullmatch(text), _RANGE.fullmatch(text)
            codes = list(pair.groups()) if pair else list(between.groups()) if between else [text]
            wrong = [code for code in codes if not is_code(code)]
            if wrong:
                raise self.refuse(f"codes: {wrong[0]!r} is not a nomenclature code.")
            if between and codes[0] > codes[1]:
                raise self.refuse(f"codes: {text} ends before it begins.")
            if between:
                ranges.append((codes[0], codes[1]))
            else:
                pairs.append(tuple(map(Code, codes)))
        return tuple(pairs), tuple(ranges)

    def _scope(self, has_codes: bool) -> tuple[str, str | None]:
        """Whom it is for: exactly one of the scopes."""
        given = [name for name in ("series", "article", "section", "convention") if name in self.data]
        named = [*given, *(["codes"] if has_codes else []), *(["others"] if self.data.get("others") else [])]
        named += ["all"] if self.data.get("all") else []
        if self.kind == "circular":
            if named:
                raise self.refuse("a circular says itself whom its measures are for.")
            return "all", None
        if len(named) != 1:
            found = " and ".join(named) or "none"
            wanted = "all, series, article, section, convention, codes or others"
            raise self.refuse(f"it must say whom it is for, once: {wanted}; found {found}.")
        return named[0], self.data[given[0]] if given else None

    def _excepted(self) -> Iterator[str]:
        """What it leaves out: codes of pairs one by one, other names as they are."""
        for text in self.data.get("except", ()):
            pair = _PAIR.fullmatch(text)
            if pair is None:
                yield text
                continue
            for code in pair.groups():
                if not is_code(code):
                    raise self.refuse(f"except: {code!r} is not a nomenclature code.")
                yield code


def _euro(path: Path, line: int, name: str, value: object) -> Any:
    if value is None:
        return None
    text = str(value)
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,2})?", text, re.ASCII):
        raise InputError(f'{path.name}, line {line}, {name}: {text!r} is not an amount of euro such as "12.50".')
    return from_cents(to_cents(Decimal(text)))


def _refuse_twice(path: Path, steps: Sequence[Step]) -> None:
    seen: set[str] = set()
    for step in steps:
        if step.id in seen:
            raise InputError(
                f"{path.name}, line {step.source.line}: there is a measure {step.id} already; name it otherwise."
            )
        seen.add(step.id)
    assert {regime.value for regime in Regime} >= {step.regime for step in steps if step.regime}

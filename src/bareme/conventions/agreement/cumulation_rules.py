"""Rules of cumulation as data (`bareme/cumulation-rules/1`): read, and refused where two overlap or contradict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from bareme.conventions.agreement.cumulation import CumulationRule, Keeps, Kind, Per, Within
from bareme.errors import InputError
from bareme.nomenclature.codes import is_code
from bareme.periods import Period

_SHAPES = {
    Kind.NOT_ON_SAME_DAY: (),
    Kind.AT_MOST: ("most", "per"),
    Kind.NOT_WITH: ("with", "within"),
}
"""What a rule of each kind has beside id, kind, clause, codes and keeps."""
_LONG = (Per.DAYS, Per.MONTHS)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of a file; `invented` marks those that no document states."""

    title: str
    invented: bool
    rules: tuple[CumulationRule, ...]


def read_rules(data: Mapping[str, Any], where: str) -> RuleSet:
    """The rules of a TOML file; `InputError` says which rule is wrong, or which two cannot stand together."""
    from jsonschema import Draft202012Validator

    from bareme.schemas import schema

    entries = data.get("rule", ())
    for number, entry in enumerate(entries if isinstance(entries, list) else (), start=1):
        if isinstance(entry, dict):
            _check_shape(entry, f"{where}: rule {entry.get('id', number)}")
    for wrong in Draft202012Validator(schema("cumulation-rules-1")).iter_errors(_plain(data)):
        place = ", ".join(str(part + 1) if isinstance(part, int) else str(part) for part in wrong.absolute_path)
        raise InputError(f"{where}{': ' * bool(place)}{place}: {wrong.message}.")
    rules = tuple(_rule(entry, where) for entry in entries)
    check_together(rules, where)
    return RuleSet(data["title"], data.get("invented", False), rules)


def _plain(value: Any) -> Any:
    """TOML as JSON: days as text."""
    if isinstance(value, Mapping):
        return {key: _plain(found) for key, found in value.items()}
    if isinstance(value, list):
        return [_plain(found) for found in value]
    return value.isoformat() if isinstance(value, date) else value


def _check_shape(entry: Mapping[str, Any], where: str) -> None:
    """What belongs to a kind is there, and nothing of another kind."""
    if entry.get("kind") not in list(Kind):
        raise InputError(f"{where}: kind {entry.get('kind')!r} is none of {', '.join(Kind)}.")
    kind = Kind(entry["kind"])
    needed = _SHAPES[kind] + (("length",) if entry.get("per") in _LONG else ())
    for name in ("most", "per", "length", "with", "within"):
        if (name in entry) != (name in needed):
            raise InputError(f"{where}: {kind} {'needs' if name in needed else 'has no'} {name!r}.")
    for code in (*_texts(entry.get("codes")), *_texts(entry.get("with"))):
        if not is_code(code):
            raise InputError(f"{where}: {code!r} is not a nomenclature code.")


def _texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _rule(entry: Mapping[str, Any], where: str) -> CumulationRule:
    start, end = entry.get("from", date.min), entry.get("until")
    if not isinstance(start, date) or not isinstance(end, date | None):
        raise InputError(f"{where}: rule {entry['id']}: write from and until as days: 2020-09-01, without quotes.")
    if end is not None and end <= start:
        raise InputError(f"{where}: rule {entry['id']}: until {end} is not after from {start}.")
    return CumulationRule(
        entry["id"],
        Kind(entry["kind"]),
        entry["clause"],
        frozenset(entry["codes"]),
        Keeps(entry["keeps"]),
        Period(start, end),
        frozenset(entry.get("with", ())),
        Within(entry.get("within", Within.DAY)),
        entry.get("most", 1),
        Per(entry.get("per", Per.DAY)),
        entry.get("length", 1),
    )


def check_together(rules: Sequence[CumulationRule], where: str) -> None:
    """`InputError`, naming both, for rules that overlap or contradict one another; for one that contradicts itself."""
    for rule in rules:
        both = sorted(rule.codes & rule.other)
        if both:
            raise InputError(f"{where}: rule {rule.id}: {both[0]} stands in codes and in with.")
    for one, other in combinations(rules, 2):
        if one.id == other.id:
            raise InputError(f"{where}: two rules are called {one.id}.")
        if _periods_meet(one.period, other.period):
            for wrong in _wrong_together(one, other):
                raise InputError(f"{where}: rules {one.id} and {other.id} {wrong}.")


def _periods_meet(one: Period, other: Period) -> bool:
    return (one.end is None or other.start < one.end) and (other.end is None or one.start < other.end)


def _wrong_together(one: CumulationRule, other: CumulationRule) -> Iterator[str]:
    """Why two rules of the same days cannot stand together."""
    shared = sorted(one.every_code & other.every_code)
    if shared and one.keeps is not other.keeps:
        yield f"contradict one another on {shared[0]}: one keeps {one.keeps}, the other {other.keeps}"
    if Kind.NOT_WITH not in (one.kind, other.kind):
        for narrow, wide in ((one, other), (other, one)):
            if _lies_within(narrow, wide) and narrow.codes <= wide.codes and narrow.most >= wide.most:
                yield f"overlap: {narrow.id} adds nothing to {wide.id} on the days that they share"
        return
    if one.kind is other.kind or _keeps_apart(one) or _keeps_apart(other):
        for pair in _shared_pairs(one, other):
            yield f"overlap: both are about {' with '.join(pair)}"


def _lies_within(narrow: CumulationRule, wide: CumulationRule) -> bool:
    """True when whatever falls in a period of one rule falls in one of the other."""
    return narrow.per is Per.DAY or (narrow.per is wide.per and narrow.length <= wide.length)


def _keeps_apart(rule: CumulationRule) -> bool:
    """True for one act per period of its codes: any two of a day already exclude one another."""
    return rule.kind is not Kind.NOT_WITH and rule.most == 1


def _shared_pairs(one: CumulationRule, other: CumulationRule) -> list[list[str]]:
    """The first pair of codes that two rules part, if there is one; one of the rules at least is a `not_with`."""
    sides, others = (_sides(rule) for rule in (one, other))
    found = []
    for left, right in (others, others[::-1]):
        first, second = sides[0] & left, sides[1] & right
        if first and second:
            found.append(sorted((min(first), min(second))))
    return sorted(found)[:1]


def _sides(rule: CumulationRule) -> tuple[frozenset[str], frozenset[str]]:
    """The codes that a rule parts from one another: from the others, or each from each."""
    return rule.codes, rule.other if rule.kind is Kind.NOT_WITH else rule.codes

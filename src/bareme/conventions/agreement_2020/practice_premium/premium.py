"""The integrated practice premium of a general practitioner: how many criteria are met, and the amount (7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bareme.conventions.agreement.answers import AgreementFinding, Answer, Place
from bareme.conventions.agreement.systems import System
from bareme.conventions.model import Missing
from bareme.errors import InputError

CLAUSE = "7"
_COUNT = re.compile(r"0|[1-9]\d{0,3}", re.ASCII)
_SHOWN = 80
AT_LEAST = "premium-threshold-reached-is-met"
"""Interpretation: a value that reaches the threshold meets the criterion."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion with its threshold, a practitioner's value (None: not given) and whether it is met."""

    name: str
    threshold: Decimal
    value: Decimal | None
    is_met: bool | None

    def to_dict(self) -> dict[str, Any]:
        """As data; numbers as text."""
        value = None if self.value is None else str(self.value)
        return {"criterion": self.name, "threshold": str(self.threshold), "value": value, "met": self.is_met}


def gathered(
    system: System, rows: Iterable[tuple[str, Decimal, Place]]
) -> tuple[Mapping[str, Decimal], tuple[AgreementFinding, ...]]:
    """The values of a file by criterion; a finding for what is no criterion, and for a second row of one.

    A criterion with two different values has none: which of them holds is not told.
    """
    thresholds = system.parameters.entry("thresholds").value
    values: dict[str, Decimal] = {}
    first: dict[str, int] = {}
    open_: set[str] = set()
    findings = []
    for name, value, place in rows:
        if name in values:
            findings.append(system.finding("criterion_twice", CLAUSE, place, name=name, first=str(first[name])))
            open_ |= {name} if value != values[name] else set()
        elif thresholds is not None and name not in thresholds:
            findings.append(system.finding("criterion_unknown", CLAUSE, place, name=name, known=tuple(thresholds)))
        else:
            values[name], first[name] = value, place.line
    return {name: value for name, value in values.items() if name not in open_}, tuple(findings)


def criteria(system: System, values: Mapping[str, Decimal]) -> tuple[Criterion, ...]:
    """Each criterion against its threshold, in the order in which they were supplied (7)."""
    thresholds = system.parameters.number_by("thresholds")
    unknown = sorted(values.keys() - thresholds.keys())
    if unknown:
        raise InputError(f"{unknown[0]!r} is no criterion; those supplied are: {', '.join(thresholds)}.")
    return tuple(_held(name, least, values.get(name)) for name, least in thresholds.items())


def _held(name: str, least: Decimal, value: Decimal | None) -> Criterion:
    return Criterion(name, least, value, None if value is None else value >= least)


def premium(system: System, values: Mapping[str, Decimal]) -> Answer:
    """The premium by the number of criteria met, in euro; *needs information* until criteria and amounts are supplied.

    The amounts vary with that number only (7).
    """
    return system.asked("premium", CLAUSE, lambda: _premium(system, values))


def _premium(system: System, values: Mapping[str, Decimal]) -> Answer:
    awaited = [name for name in ("thresholds", "amounts") if system.parameters.entry(name).value is None]
    if awaited:
        raise Missing(*awaited)
    held = criteria(system, values)
    absent = [criterion.name for criterion in held if criterion.value is None]
    if absent:
        raise Missing(*absent)
    met = [criterion.name for criterion in held if criterion.is_met]
    amount = _amounts(system).get(len(met))
    if amount is None:
        raise Missing(f"amounts.{len(met)}")
    told: dict[str, Any] = {"met": len(met), "of": len(held), "names": met or "-"}
    return system.answer("premium", amount > 0, CLAUSE, amount=amount, interpretations=(AT_LEAST,), **told)


def _amounts(system: System) -> Mapping[int, Decimal]:
    """The amounts by number of criteria met; `InputError` for a name that is no such number, or an amount below 0."""
    given = system.parameters.euro_by("amounts")
    for name, euro in given.items():
        if not _COUNT.fullmatch(name):
            raise InputError(f"practice_premium.amounts: {name[:_SHOWN]!r} is no number of criteria met, such as 4.")
        if euro < 0:
            raise InputError(f"practice_premium.amounts: {euro} for {name} criteria is below 0.")
    return {int(name): euro for name, euro in given.items()}

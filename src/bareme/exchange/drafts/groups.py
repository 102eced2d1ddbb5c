"""Lines that can stand in one table: neighbours with the same section, conditions and columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bareme.circulars.model import Amount, Line, Section
from bareme.nomenclature.situations import Basis, InterventionKind, Regime, Setting

Facts = tuple[tuple[str, str], ...]
_SETTINGS = (Setting.AMBULATORY, Setting.HOSPITAL, None)
_REGIMES = (Regime.PREFERENTIAL, Regime.ORDINARY, None)


@dataclass(frozen=True, slots=True)
class Situation:
    """What tells the amounts of a line apart; ages only where the line has several."""

    setting: Setting | None
    regime: Regime | None
    facts: Facts
    ages: tuple[int | None, int | None] | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds for all lines of a table: ages in completed years (end exclusive), and what one fee pays for."""

    age_from: int | None = None
    age_to: int | None = None
    basis: Basis = Basis.ACT


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns that a line needs."""

    situations: tuple[Situation, ...]
    interventions: bool
    shares: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one table, and what it has in common."""

    section: Section | None
    convention: str | None
    conditions: Conditions
    shape: Shape
    lines: tuple[Line, ...]


def groups_of(lines: Sequence[Line]) -> Iterator[Group]:
    """The tables, in the order of the lines."""

    def key(line: Line) -> tuple[Section | None, str | None, Conditions, Shape]:
        return line.section, line.convention, _conditions(line), _shape(line)

    for (section, convention, conditions, shape), found in groupby(lines, key):
        yield Group(section, convention, conditions, shape, tuple(found))


def amount_in(line: Line, situation: Situation) -> Amount | None:
    """The line's amount for a situation of its shape."""
    several = _has_several_ages(line)
    return next((a for a in line.amounts if _situation(a, several) == situation), None)


def is_theoretical(line: Line) -> bool:
    """True where the line's interventions are only indicative."""
    return any(amount.intervention_kind is InterventionKind.THEORETICAL for amount in line.amounts)


def would_be_derived(line: Line, amount: Amount, quantity: str) -> bool:
    """True where a reader computes what the document does not give, if its cell is empty."""
    other = amount.patient_share if quantity == "intervention" else amount.intervention
    if amount.basis is Basis.SESSION or line.fee is None or other is None or other.is_derived:
        return False
    return other.amount <= line.fee.amount


def _conditions(line: Line) -> Conditions:
    ages = {(a.age_from, a.age_to) for a in line.amounts}
    first, end = ages.pop() if len(ages) == 1 else (None, None)
    bases = {a.basis for a in line.amounts}
    return Conditions(first, end, bases.pop() if len(bases) == 1 else Basis.ACT)


def _has_several_ages(line: Line) -> bool:
    return len({(a.age_from, a.age_to) for a in line.amounts}) > 1


def _situation(amount: Amount, several_ages: bool) -> Situation:
    ages = (amount.age_from, amount.age_to) if several_ages else None
    return Situation(amount.setting, amount.regime, tuple(sorted(amount.facts.items())), ages)


def _order(situation: Situation) -> tuple[object, ...]:
    first, end = situation.ages or (None, None)
    place = _SETTINGS.index(situation.setting), _REGIMES.index(situation.regime)
    return place[0], first or 0, end or 0, situation.facts, place[1]


def _shape(line: Line) -> Shape:
    """Columns for what is printed, for what is not published, and for what must not be computed."""
    several = _has_several_ages(line)
    situations = tuple(sorted(dict.fromkeys(_situation(a, several) for a in line.amounts), key=_order))
    shares = any(_needs(line, a, "patient_share") for a in line.amounts)
    interventions = any(_needs(line, a, "intervention") for a in line.amounts)
    is_plain = situations in ((), (Situation(None, None, ()),))
    if not is_plain and not shares:
        interventions = True
    if any(a.not_published for a in line.amounts) and not shares:
        interventions = True
    return Shape(situations, interventions, shares)


def _needs(line: Line, amount: Amount, quantity: str) -> bool:
    figure = amount.intervention if quantity == "intervention" else amount.patient_share
    if figure is not None:
        return not figure.is_derived
    return quantity not in amount.not_published and would_be_derived(line, amount, quantity)

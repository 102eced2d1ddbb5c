"""What acts cost before a scenario and after its measures: cents of each act, times how many there are.

Published cents come from the price table, projected ones from the projected line: both stand in one place, and are
joined by it. An amount that is not published has none after the measures either. Theoretical interventions are in no
sum. A line that a measure ends costs nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from bareme.book.answers import END_OF_AGES
from bareme.circulars.model import Amount, Line
from bareme.circulars.sources import Figure
from bareme.money import to_cents
from bareme.nomenclature.codes import Code
from bareme.nomenclature.outcomes import Outcome
from bareme.simulation.effects import Projected
from bareme.simulation.parts import NOTHING, Parts
from bareme.simulation.projecting import ProjectedLine, Working
from bareme.simulation.scenario import Step
from bareme.simulation.volumes import Placed, Refused

OTHER_SERIES = "not_in_the_scenario"
"""The outcome of acts of series that a scenario leaves out."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Acts with their line: what they cost before and after, and what each measure that is for them adds.

    `effects` are in the order of the measures, `alone` what each would add without the others; all in cents. In the
    first year a measure adds n/12 of its effect, and `shifts` (twelfths of a cent): while one that stands before it has
    not begun, its effect is another.
    """

    acts: Placed
    line: ProjectedLine
    before: Parts
    after: Parts
    effects: tuple[tuple[str, Parts], ...] = ()
    alone: tuple[tuple[str, Parts], ...] = ()
    shifts: tuple[tuple[str, Parts], ...] = ()


def costs_of(
    working: Working, lines: Sequence[ProjectedLine], placed: Iterable[Placed], *, by_measure: bool = True
) -> tuple[list[Cost], list[Refused]]:
    """The costs of acts after a scenario, and the acts that are in no sum.

    `lines` are those of the scenario. What each measure adds is left out without `by_measure`. Acts whose amounts agree
    before the scenario and not after it need the fact that then decides.
    """
    by_place = {line.place: line for line in lines}
    by_code: dict[str, list[ProjectedLine]] = {}
    for line in lines:
        for code in line.listed.codes:
            by_code.setdefault(code.digits, []).append(line)
    found, refused = [], []
    for acts in placed:
        own = by_place.get(acts.place[:2])
        if own is None:
            refused.append(_refused(acts, OTHER_SERIES, None))
        elif undecided(acts, own, by_code.get(acts.code, ())):
            refused.append(_refused(acts, Outcome.NEEDS_INFORMATION.value, "after_the_scenario"))
        else:
            found.append((acts, own))
    return _costs(working if by_measure else None, found), refused


def costs_of_counted(working: Working, lines: Sequence[ProjectedLine], counted: Iterable[Placed]) -> list[Cost]:
    """The costs of acts that are known to be counted, with what each measure adds."""
    by_place = {line.place: line for line in lines}
    return _costs(working, [(acts, by_place[acts.place[:2]]) for acts in counted])


def _refused(acts: Placed, outcome: str, because: str | None) -> Refused:
    return Refused(acts.code, outcome, because, acts.acts, None, acts.facts, acts.age)


def undecided(acts: Placed, own: ProjectedLine, lines: Iterable[ProjectedLine]) -> bool:
    """True when facts that were not given decide after the scenario, though not before it."""
    after = None
    for line in lines:
        if not (own.is_changed or line.is_changed):
            continue
        for number, amount in enumerate(line.listed.line.amounts):
            if (number == acts.place[2] and line.place == own.place) or not _may_hold(amount, acts):
                continue
            after = after or Cents.of(own.after, ends=own.ends).of_one(acts, acts.place[2])
            if Cents.of(line.after, ends=line.ends).of_one(acts, number) != after:
                return True
    return False


def _may_hold(amount: Amount, acts: Placed) -> bool:
    """True when an amount fits all that is known of acts."""
    given = dict(acts.facts)
    asked = dict(amount.facts) | ({} if amount.regime is None else {"regime": amount.regime.value})
    if amount.setting not in (None, Code(acts.code).setting):
        return False
    if any(given.get(name, value) != value for name, value in asked.items()):
        return False
    return acts.age is None or (amount.age_from or 0) <= acts.age < (amount.age_to or END_OF_AGES)


@dataclass(frozen=True, slots=True)
class Cents:
    """The figures of a line in cents: its fee, and intervention and share of each amount; None where there is none.

    A line that a measure ends costs nothing: `ends`.
    """

    fee: int | None
    amounts: tuple[tuple[int | None, int | None], ...]
    ends: bool

    @classmethod
    def of(cls, line: Line, *, ends: bool) -> Cents:
        """Those of a line."""
        amounts = tuple((_cents(amount.intervention), _cents(amount.patient_share)) for amount in line.amounts)
        return cls(_cents(line.fee), amounts, ends)

    @classmethod
    def of_figures(cls, found: Projected, *, ends: bool) -> Cents:
        """Those of a line after measures."""
        return cls(_cents(found.fee), tuple((_cents(paid), _cents(share)) for paid, share in found.paid), ends)

    def of_one(self, acts: Placed, number: int) -> Parts:
        """What one act costs by an amount; parts without a published figure are 0, and counted as gaps."""
        if self.ends:
            return NOTHING
        intervention, share = self.amounts[number]
        return Parts(
            acts.fee if self.fee is None else self.fee,
            0 if acts.intervention is None or intervention is None else intervention,
            0 if acts.patient_share is None or share is None else share,
        )


def _cents(figure: Figure | None) -> int | None:
    return None if figure is None else to_cents(figure.amount)


def published_of(acts: Placed) -> Parts:
    """What one act costs by the price table."""
    return Parts(acts.fee, acts.intervention or 0, acts.patient_share or 0)


def _costs(working: Working | None, found: Sequence[tuple[Placed, ProjectedLine]]) -> list[Cost]:
    """The costs of acts, line by line: the lines after some of the measures are computed once for all their acts."""
    by_line: dict[int, _Stages] = {}
    after: dict[int, Cents] = {}
    costs = []
    spans = () if working is None or working.scenario.is_in_turn else working.scenario.spans
    for acts, line in found:
        if not line.steps:
            total = published_of(acts).times(acts.acts)
            costs.append(Cost(acts, line, total, total))
            continue
        if working is None:
            cents = after.setdefault(id(line), Cents.of(line.after, ends=line.ends))
            one = cents.of_one(acts, acts.place[2])
            costs.append(Cost(acts, line, published_of(acts).times(acts.acts), one.times(acts.acts)))
            continue
        if id(line) not in by_line:
            by_line[id(line)] = _Stages(working, line, spans)
        costs.append(by_line[id(line)].cost(acts))
    return costs


Effects = tuple[tuple[str, Parts], ...]
"""What measures add, by id."""
Spans = Sequence[tuple[int, tuple[Step, ...]]]
"""Parts of the first year: the months of each, and the measures that have begun in it."""


class _OfOne(NamedTuple):
    """What one act costs before and after, and what each measure adds: in order, alone, and of the first year."""

    before: Parts
    after: Parts
    effects: Effects
    alone: Effects
    shifts: Effects


class _Stages:
    """A line after each of its measures, in order and alone; and in each part of the first year, where that differs."""

    def __init__(self, working: Working, line: ProjectedLine, spans: Spans) -> None:
        self.working, self.line = working, line
        self.months = working.scenario.months if spans else {}
        steps = working.scenario.steps
        self.own = [step for step in steps if step.id in line.steps]
        self.in_order = [*self._in_order(self.own[:-1], steps), Cents.of(line.after, ends=line.ends)]
        # One measure is alone already, and so is the first, but for one that looks at another act.
        self.alone = [
            self.in_order[0] if number == 0 and step.other is None else self._cents([step], [step])
            for number, step in enumerate(self.own)
        ]
        self.spans = [(length, own, self._in_order(own, begun)) for length, begun, own in self._begun(spans)]
        self._of_one: dict[tuple[Any, ...], _OfOne] = {}

    def _begun(self, spans: Spans) -> Iterable[tuple[int, Sequence[Step], list[Step]]]:
        """The measures of the line that have begun in each part of the first year."""
        return ((length, begun, [step for step in self.own if step in begun]) for length, begun in spans)

    def _in_order(self, own: Sequence[Step], among: Sequence[Step]) -> list[Cents]:
        """The line after the first of its measures, after the first two, and so on."""
        return [self._cents(own[: number + 1], among[: among.index(step) + 1]) for number, step in enumerate(own)]

    def _cents(self, own: Sequence[Step], among: Sequence[Step]) -> Cents:
        found, ends = self.working.figures_after(self.line.listed, own, among)
        return Cents.of_figures(found, ends=ends)

    def cost(self, acts: Placed) -> Cost:
        """What acts of the line cost, with what each measure adds."""
        key = (acts.place[2], acts.fee, acts.intervention, acts.patient_share)
        if key not in self._of_one:
            self._of_one[key] = self._one(acts)
        one, many = self._of_one[key], acts.acts
        effects = _times(one.effects, many)
        alone = effects if one.alone is one.effects else _times(one.alone, many)
        before, after = one.before.times(many), one.after.times(many)
        return Cost(acts, self.line, before, after, effects, alone, _times(one.shifts, many))

    def _one(self, acts: Placed) -> _OfOne:
        """What one act costs before and after, and what each measure adds, in its place and alone."""
        number, published = acts.place[2], published_of(acts)
        effects = _added(self.own, self.in_order, acts)
        pairs = zip(self.own, self.alone, strict=True)
        alone = tuple((step.id, cents.of_one(acts, number) - published) for step, cents in pairs)
        after = self.in_order[-1].of_one(acts, number)
        return _OfOne(published, after, effects, effects if alone == effects else alone, self._shifts(acts, effects))

    def _shifts(self, acts: Placed, effects: Effects) -> Effects:
        """What the parts of the first year add beside n/12 of the effects, in twelfths."""
        if not self.spans:
            return ()
        year = {ident: NOTHING - added.times(self.months[ident]) for ident, added in effects}
        for length, own, in_order in self.spans:
            for ident, added in _added(own, in_order, acts):
                year[ident] += added.times(length)
        return tuple((ident, parts) for ident, parts in year.items() if parts != NOTHING)


def _added(own: Sequence[Step], in_order: Sequence[Cents], acts: Placed) -> Effects:
    """What each measure adds to one act, in its place."""
    found, now = [], published_of(acts)
    for step, cents in zip(own, in_order, strict=True):
        after = cents.of_one(acts, acts.place[2])
        found.append((step.id, after - now))
        now = after
    return tuple(found)


def _times(effects: Effects, many: int) -> Effects:
    return tuple((ident, parts.times(many)) for ident, parts in effects)


def gaps_of(costs: Iterable[Cost]) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Parts without a figure and why, each with the acts and the cents of their fees before the scenario."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for cost in costs:
        for gap in cost.acts.why:
            acts, fee = found.get(gap, (0, 0))
            found[gap] = acts + cost.acts.acts, fee + cost.before.fee
    return found

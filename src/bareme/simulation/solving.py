"""The rate of a measure that spends an envelope: to 0,01 percentage point, with what is left and what the next exceeds.

Rates are whole hundredths of a percent. The largest that does not exceed the envelope is found between two that are
known, one on each side; of a measure that lowers expenditure as its rate rises (a patient share) it is the smallest.
That expenditure never falls where it should rise is checked on every rate that was tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from bareme.circulars.sources import Figure
from bareme.errors import InputError
from bareme.simulation.budgeting import cents_of
from bareme.simulation.costing import Cents, Cost, published_of
from bareme.simulation.parts import NOTHING, Parts, checked_part
from bareme.simulation.projecting import ProjectedLine, Working
from bareme.simulation.scenario import Scenario, Step
from bareme.simulation.solution import Tried
from bareme.simulation.volumes import Placed

HUNDREDTH = Decimal("0.01")
MOST = 100_00
"""Rates are from -100,00 to 100,00 percent, in hundredths; those of shares not below 0."""
BESIDE = 1
"""So many rates on each side of the one that is found are tried too."""


class Varied:
    """What a scenario adds as the rate of one measure varies; only lines that this changes are computed again."""

    def __init__(self, working: Working, step: Step, lines: Sequence[ProjectedLine], costs: Sequence[Cost]) -> None:
        self.working, self.step, self.steps = working, step, working.scenario.steps
        # Beside its own lines those whose fee is that of another act, which may be one of them.
        moved = {step.id, *(one.id for one in self.steps if one.other is not None)}
        self.moved = [(line, self._own(line)) for line in lines if not moved.isdisjoint(line.steps)]
        self.fixed = NOTHING
        by_line: dict[int, tuple[ProjectedLine, list[Placed]]] = {}
        for cost in costs:
            if moved.isdisjoint(cost.line.steps):
                self.fixed += cost.after - cost.before
            else:
                by_line.setdefault(id(cost.line), (cost.line, []))[1].append(cost.acts)
        self.lines = [(line.listed, self._own(line), _by_amount(acts)) for line, acts in by_line.values()]

    def _own(self, line: ProjectedLine) -> list[int]:
        """The places of the measures of a line."""
        return [number for number, one in enumerate(self.steps) if one.id in line.steps]

    def _among(self, hundredths: int) -> tuple[Step, ...]:
        step = varied(self.step, hundredths)
        return tuple(step if one is self.step else one for one in self.steps)

    def at(self, hundredths: int) -> Parts:
        """What is added in a year at a rate."""
        among = self._among(hundredths)
        fee, intervention, share = self.fixed.fee, self.fixed.intervention, self.fixed.patient_share
        for listed, own, amounts in self.lines:
            found, ends = self.working.figures_after(listed, [among[number] for number in own], among)
            cents = Cents.of_figures(found, ends=ends)
            for acts in amounts:
                after, before = cents.of_one(acts, acts.place[2]), published_of(acts)
                fee += (after.fee - before.fee) * acts.acts
                intervention += (after.intervention - before.intervention) * acts.acts
                share += (after.patient_share - before.patient_share) * acts.acts
        return Parts(fee, intervention, share)

    def check(self, hundredths: int) -> None:
        """`InputError` where a rate brings a fee below 0, be it of acts that the volumes do not have."""
        among = self._among(hundredths)
        for line, numbers in self.moved:
            own = [among[number] for number in numbers]
            self.working.check_fee(line.listed, self.working.after(line.listed, own, among)[0], own)


def _by_amount(acts: Sequence[Placed]) -> list[Placed]:
    """Acts of one line with those of one amount together."""
    found: dict[tuple[Any, ...], Placed] = {}
    for one in acts:
        key = (one.place, one.fee, one.intervention, one.patient_share)
        found[key] = replace(found[key], acts=found[key].acts + one.acts) if key in found else one
    return list(found.values())


def varied(step: Step, hundredths: int) -> Step:
    """A measure with another rate, in hundredths of a percent."""
    assert step.measure.rate is not None
    rate = Figure(hundredths * HUNDREDTH, step.measure.rate.source)
    return replace(step, measure=replace(step.measure, rate=rate))


def _least(step: Step) -> int:
    """The lowest rate that a measure may have, in hundredths: of a partial index that which was applied before."""
    already = step.measure.already
    if already is not None and already.amount > 0:
        return -int(-already.amount / HUNDREDTH // 1)
    return 0 if step.measure.kind == "share_rate" else -MOST


def step_of(scenario: Scenario, ident: str) -> Step:
    """The measure whose rate is asked; `InputError` where there is none of that name, or it has no rate."""
    found = next((step for step in scenario.steps if step.id == ident), None)
    if found is None or found.measure.rate is None:
        able = ", ".join(step.id for step in scenario.steps if step.measure.rate is not None) or "none"
        what = "is not a measure of it" if found is None else "has no rate to be found"
        raise InputError(f"{scenario.name}: {ident} {what}; measures with a rate are {able}.")
    return found


class Search:
    """The search for the rate: what each rate adds is computed once, and kept."""

    def __init__(self, varied: Varied, part: str, envelope: int) -> None:
        self.varied, self.part, self.envelope = varied, checked_part(part), envelope
        self.found: dict[int, Parts] = {}
        self.least = _least(varied.step)
        self.way = 1

    def added(self, hundredths: int) -> int:
        """The cents that a rate adds to the part."""
        if hundredths not in self.found:
            self.found[hundredths] = self.varied.at(hundredths)
        return self.found[hundredths].part(self.part)

    def run(self) -> tuple[int | None, int | None]:
        """The best rate and the next, in hundredths."""
        low, high = self.added(self.least), self.added(MOST)
        if low == high:
            part = self.part.replace("_", " ")
            raise InputError(f"{self.varied.step.id}: its rate changes nothing of the {part} of these volumes.")
        self.way = 1 if high > low else -1
        start, end = (self.least, MOST) if self.way > 0 else (MOST, self.least)
        if self.added(start) > self.envelope:
            return None, start
        if self.added(end) <= self.envelope:
            return end, None
        best, after = self._between(start, end)
        for near in range(best - BESIDE, best + BESIDE + 1):
            if self.least <= near <= MOST:
                self.added(near)
        return best, after

    def _between(self, best: int, after: int) -> tuple[int, int]:
        """Two neighbouring rates, one within the envelope and one beyond it; bisection, helped by proportion.

        Expenditure is all but proportional to the rate: a step in proportion comes near at once. Every third step
        halves what is left, so that the search ends whatever the expenditure does.
        """
        step = 0
        while abs(after - best) > 1:
            step += 1
            spent, beyond = self.added(best), self.added(after)
            part = (after - best) * (self.envelope - spent) // (beyond - spent) if step % 3 else (after - best) // 2
            inner = range(min(best, after) + 1, max(best, after))
            middle = min(max(best + part, inner[0]), inner[-1])
            if self.added(middle) <= self.envelope:
                best = middle
            else:
                after = middle
        return best, after

    @property
    def not_monotone(self) -> tuple[Decimal, Decimal] | None:
        """Two rates tried, next to one another, between which expenditure goes the wrong way."""
        rates = sorted(self.found)
        for one, other in pairwise(rates):
            if (self.added(other) - self.added(one)) * self.way < 0:
                return one * HUNDREDTH, other * HUNDREDTH
        return None


def solve(
    working: Working,
    measure: str,
    lines: Sequence[ProjectedLine],
    costs: Sequence[Cost],
    envelope: Decimal,
    part: str = "intervention",
) -> tuple[Search, Tried | None, Tried | None]:
    """The search for the rate of a measure, the best rate and the next; `envelope` in euro."""
    step = step_of(working.scenario, measure)
    search = Search(Varied(working, step, lines, costs), part, cents_of(envelope, "envelope"))
    best, after = search.run()
    if best is not None:
        search.varied.check(best)
    tried = [None if rate is None else Tried(rate * HUNDREDTH, search.found[rate]) for rate in (best, after)]
    return search, tried[0], tried[1]

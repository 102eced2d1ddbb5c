"""What acts cost before a scenario and after its measures: cents of each act, times how many there are.

Published cents come from the price table, projected ones from the projected line: both stand in one place, and are
joined by it. An amount that is not published has none after the measures either. Theoretical interventions are in no
sum. A line that a measure ends costs nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bareme.book.answers import END_OF_AGES
from bareme.circulars.model import Amount, Line
from bareme.money import to_cents
from bareme.nomenclature.codes import Code
from bareme.nomenclature.outcomes import Outcome
from bareme.simulation.parts import NOTHING, Parts
from bareme.simulation.projecting import ProjectedLine, Working
from bareme.simulation.volumes import Placed, Refused

OTHER_SERIES = "not_in_the_scenario"
"""The outcome of acts of series that a scenario leaves out."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Acts with their line: what they cost before and after, and what each measure that is for them adds.

    `effects` are in the order of the measures, `alone` what each would add without the others; all in cents.
    """

    acts: Placed
    line: ProjectedLine
    before: Parts
    after: Parts
    effects: tuple[tuple[str, Parts], ...] = ()
    alone: tuple[tuple[str, Parts], ...] = ()


def costs_of(
    working: Working, lines: Sequence[ProjectedLine], placed: Iterable[Placed]
) -> tuple[list[Cost], list[Refused]]:
    """The costs of acts after a scenario, and the acts that are in no sum.

    `lines` are those of the scenario. Acts whose amounts agree before the scenario and not after it need the fact that
    then decides.
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
            refused.append(Refused(acts.code, OTHER_SERIES, None, acts.acts))
        elif undecided(acts, own, by_code.get(acts.code, ())):
            refused.append(Refused(acts.code, Outcome.NEEDS_INFORMATION.value, "after_the_scenario", acts.acts))
        else:
            found.append((acts, own))
    return _costs(working, found), refused


def undecided(acts: Placed, own: ProjectedLine, lines: Iterable[ProjectedLine]) -> bool:
    """True when facts that were not given decide after the scenario, though not before it."""
    after = figures_of(own.after, acts, ends=own.ends)
    for line in lines:
        for number, amount in enumerate(line.listed.line.amounts):
            if (line.place, number) == (own.place, acts.place[2]) or not _may_hold(amount, acts):
                continue
            other = replace(acts, place=(*line.place, number))
            if (own.is_changed or line.is_changed) and figures_of(line.after, other, ends=line.ends) != after:
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


def figures_of(line: Line, acts: Placed, *, ends: bool) -> Parts:
    """What one act costs by a line after measures; parts without a published figure are 0, and counted as gaps."""
    if ends:
        return NOTHING
    amount = line.amounts[acts.place[2]]
    fee = acts.fee if line.fee is None else to_cents(line.fee.amount)
    return Parts(
        fee,
        0 if acts.intervention is None or amount.intervention is None else to_cents(amount.intervention.amount),
        0 if acts.patient_share is None or amount.patient_share is None else to_cents(amount.patient_share.amount),
    )


def published_of(acts: Placed) -> Parts:
    """What one act costs by the price table."""
    return Parts(acts.fee, acts.intervention or 0, acts.patient_share or 0)


def _costs(working: Working, found: Sequence[tuple[Placed, ProjectedLine]]) -> list[Cost]:
    """The costs of acts, line by line: the lines after some of the measures are computed once for all their acts."""
    by_line: dict[int, _Stages] = {}
    costs = []
    for acts, line in found:
        if not line.steps:
            total = published_of(acts).times(acts.acts)
            costs.append(Cost(acts, line, total, total))
            continue
        if id(line) not in by_line:
            by_line[id(line)] = _Stages(working, line)
        costs.append(by_line[id(line)].cost(acts))
    return costs


class _Stages:
    """A line after each of its measures, in order and alone."""

    def __init__(self, working: Working, line: ProjectedLine) -> None:
        self.line, self.listed = line, line.listed
        steps = working.scenario.steps
        self.own = [step for step in steps if step.id in line.steps]
        self.in_order = [
            working.after(self.listed, self.own[: number + 1], steps[: steps.index(step) + 1])
            for number, step in enumerate(self.own[:-1])
        ]
        self.in_order.append((line.after, line.ends))
        # One measure is alone already, but for one that looks at another act.
        single = len(self.own) == 1 and self.own[0].other is None
        self.alone = self.in_order if single else [working.after(self.listed, [step], [step]) for step in self.own]

    def cost(self, acts: Placed) -> Cost:
        """What acts of the line cost, with what each measure adds."""
        published = published_of(acts)
        effects, alone, now = [], [], published
        for step, (line, ends), (by_itself, ends_by_itself) in zip(self.own, self.in_order, self.alone, strict=True):
            after = figures_of(line, acts, ends=ends)
            effects.append((step.id, (after - now).times(acts.acts)))
            own = figures_of(by_itself, acts, ends=ends_by_itself) - published
            alone.append((step.id, own.times(acts.acts)))
            now = after
        before, total = published.times(acts.acts), now.times(acts.acts)
        return Cost(acts, self.line, before, total, tuple(effects), tuple(alone))


def gaps_of(costs: Iterable[Cost]) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Parts without a figure and why, each with the acts and the cents of their fees before the scenario."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for cost in costs:
        for gap in cost.acts.why:
            acts, fee = found.get(gap, (0, 0))
            found[gap] = acts + cost.acts.acts, fee + cost.before.fee
    return found

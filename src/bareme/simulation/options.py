"""What a scenario is to be priced for: volumes or acts, an envelope, baskets; and the answers to that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.circulars.sources import Source
from bareme.errors import InputError
from bareme.simulation.baskets import Patients, patients_of, read_baskets
from bareme.simulation.budget import Budget, Unusable
from bareme.simulation.budgeting import budget_of
from bareme.simulation.costing import Cost, costs_of, costs_of_counted
from bareme.simulation.measure_entries import Entry
from bareme.simulation.parts import checked_part
from bareme.simulation.projecting import Projection, Working, working
from bareme.simulation.scenario import Scenario, Step
from bareme.simulation.solution import Solution, Tried
from bareme.simulation.solving import HUNDREDTH, solve, varied
from bareme.simulation.unusable import of_acts, of_table
from bareme.simulation.volume_acts import read_acts
from bareme.simulation.volume_tables import read_volume_table
from bareme.simulation.volumes import Refused, Volumes, placed

if TYPE_CHECKING:
    from bareme.pricing.view import View
    from bareme.simulation.simulated import Simulation

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class CostingOptions:
    """Volumes (a table) or acts (files), an envelope in euro for a `part`, percent to vary volumes by, baskets.

    `columns` names words of the acts' own, as for `bareme price-file`. Numbers may be given as text.
    """

    volumes: str | None = None
    acts: str | None = None
    envelope: Decimal | str | None = None
    part: str = "intervention"
    vary: Decimal | str | None = None
    baskets: str | None = None
    columns: str | None = None

    def __post_init__(self) -> None:
        if self.volumes is not None and self.acts is not None:
            raise InputError("give volumes or acts, not both: the acts would count twice.")
        if self.volumes is None and self.acts is None and (self.envelope is not None or self.vary is not None):
            raise InputError("an envelope and varied volumes need volumes: give a table of volumes, or acts.")
        checked_part(self.part)

    def number(self, name: str) -> Decimal | None:
        """The envelope or the percent; `InputError` for what is no number with at most two decimals."""
        value = {"envelope": self.envelope, "vary": self.vary}[name]
        if value is not None and not _NUMBER.fullmatch(str(value)):
            such = {"envelope": "250000.00", "vary": "5 or 2.50"}[name]
            raise InputError(f"{name}: {str(value)!r} is not a number such as {such}, with at most two decimals.")
        return None if value is None else Decimal(value)

    def read(self, view: View, scenario: Scenario) -> Volumes:
        """The volumes; `InputError` where none are given."""
        if self.volumes is not None:
            return read_volume_table(self.volumes)
        if self.acts is not None:
            return read_acts(self.acts, view.engine_on(scenario.on), scenario.on, self.columns)
        raise InputError("give a table of volumes, or files of acts.")

    def unusable(self, view: View, scenario: Scenario, volumes: Volumes, refused: Sequence[Refused]) -> Unusable:
        """The rows of the volumes that are in no sum."""
        if self.acts is None:
            return of_table(volumes, refused)
        return of_acts(self.acts, view.engine_on(scenario.on), scenario.on, refused, self.columns)


def told_of(options: CostingOptions, at_work: Working, projection: Projection) -> tuple[Budget | None, Patients | None]:
    """What a scenario costs, where volumes or acts are given; who pays, where baskets are."""
    scenario, view, lines = projection.scenario, projection.view, projection.lines
    baskets = None if options.baskets is None else read_baskets(options.baskets)
    envelope, vary = options.number("envelope"), options.number("vary")
    budget = None
    if options.volumes is not None or options.acts is not None:
        volumes = options.read(view, scenario)
        acts, refused = placed(volumes.counted, view.engine_on(scenario.on), scenario.on)
        costs, more = costs_of(at_work, lines, acts)
        refused = [*refused, *more]
        budget = budget_of(scenario, volumes, costs, refused, envelope, options.part, vary)
        budget = replace(budget, unusable=options.unusable(view, scenario, volumes, refused))
    patients = None
    if baskets is not None:
        name = Path(str(options.baskets)).name
        patients = patients_of(name, baskets, at_work, lines, view.engine_on(scenario.on), scenario.on)
    return budget, patients


def solution_of(
    scenario: Scenario, measure: str, options: CostingOptions, protect: Sequence[str], view: View
) -> Solution:
    """The rate of a measure that spends the envelope, with some lines protected."""
    envelope = options.number("envelope")
    if envelope is None:
        raise InputError("give the envelope: what may be spent more than before in a year, in euro.")
    guarded = protecting(scenario, protect)
    at_work = working(guarded, view)
    lines = tuple(at_work.lines())
    volumes = options.read(view, scenario)
    acts, refused = placed(volumes.counted, view.engine_on(scenario.on), scenario.on)
    costs, more = costs_of(at_work, lines, acts, by_measure=False)
    search, best, after = solve(at_work, measure, lines, costs, envelope, options.part)
    refused = [*refused, *more]
    outcomes: dict[str, int] = {}
    for one in refused:
        outcomes[one.outcome] = outcomes.get(one.outcome, 0) + one.acts
    rates = tuple((rate * HUNDREDTH, search.added(rate)) for rate in sorted(search.found))
    return Solution(
        guarded,
        view.hash,
        search.varied.step,
        options.part,
        search.envelope,
        best,
        after,
        rates,
        search.not_monotone,
        tuple(protect),
        volumes,
        sum(cost.acts.acts for cost in costs),
        outcomes,
        partial(_simulated, guarded, search.varied.step, best, options, view, volumes, costs, refused),
    )


def _simulated(
    scenario: Scenario,
    step: Step,
    best: Tried | None,
    options: CostingOptions,
    view: View,
    volumes: Volumes,
    costs: Sequence[Cost],
    refused: Sequence[Refused],
) -> Simulation | None:
    """The scenario at the rate that was found, with its budget: of the acts that the search counted, and no others."""
    from bareme.simulation.simulated import Simulation

    if best is None:
        return None
    found = varied(step, int(best.rate / HUNDREDTH))
    at_rate = replace(scenario, steps=tuple(found if one is step else one for one in scenario.steps))
    at_work = working(at_rate, view)
    projection = Projection(at_rate, view, tuple(at_work.lines()))
    own = costs_of_counted(at_work, projection.lines, [cost.acts for cost in costs])
    budget = budget_of(at_rate, volumes, own, refused, options.number("envelope"), options.part)
    budget = replace(budget, unusable=options.unusable(view, scenario, volumes, refused))
    return Simulation(projection, view.hash, budget)


def protecting(scenario: Scenario, codes: Sequence[str]) -> Scenario:
    """The scenario with a freeze of codes, pairs and ranges as its last measure; itself where there are none."""
    if not codes:
        return scenario
    names = {step.id for step in scenario.steps}
    ident = next(name for name in ("protect", *(f"protect-{n}" for n in range(len(names) + 1))) if name not in names)
    source = Source("", "--protect", line=1, text=", ".join(codes))
    step: Step = Entry({"id": ident, "kind": "freeze", "codes": list(codes)}, source, len(names) + 1).step(
        scenario.start
    )
    return replace(scenario, steps=(*scenario.steps, step))

"""What a scenario comes to, as a value: what it changes, summed up, and what is to be said of it.

Nothing of it is ever mixed with the book: published figures stand beside projected ones, which are marked so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bareme.circulars.findings import Findings
from bareme.nomenclature.outcomes import Certainty
from bareme.simulation.against import Against
from bareme.simulation.baskets import Patients
from bareme.simulation.budget import Budget
from bareme.simulation.changes import LineChange, changes_of
from bareme.simulation.projecting import Projection
from bareme.simulation.scenario import Scenario, Step
from bareme.simulation.summing import Band, Group, bands_of, by_section, by_series
from bareme.simulation.warnings import warnings_of


@dataclass(frozen=True)
class Simulation:
    """A scenario on a state of a book. `book` is the hash of that state.

    `budget` is what it costs and `patients` who pays, where volumes or baskets were given; `against` sets it beside a
    published circular, where one was named.
    """

    projection: Projection
    book: str
    budget: Budget | None = field(default=None, compare=False)
    patients: Patients | None = field(default=None, compare=False)
    against: Against | None = field(default=None, compare=False)

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.projection.scenario

    @cached_property
    def changes(self) -> tuple[LineChange, ...]:
        """The lines of which some figure moved."""
        return changes_of(self.projection.lines, self.scenario.steps)

    @cached_property
    def warnings(self) -> Findings:
        """What is to be said of it, as data; of the kinds of `WARNINGS`."""
        return warnings_of(self.projection)

    @cached_property
    def sections(self) -> tuple[Group, ...]:
        """The changes of fees by section."""
        return by_section(self.projection.lines)

    @cached_property
    def series(self) -> tuple[Group, ...]:
        """The changes of fees by series."""
        return by_series(self.projection.lines)

    @cached_property
    def distribution(self) -> tuple[Band, ...]:
        """How many lines are in each band of relative change of the fee."""
        return bands_of(self.projection.lines)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme simulate --json` (schema simulate-1)."""
        return {
            "scenario": scenario_to_dict(self.scenario),
            "book": self.book,
            "certainty": Certainty.PROJECTED.value,
            "lines": len(self.projection.lines),
            "changes": [change.to_dict() for change in self.changes],
            "sections": [group.to_dict() for group in self.sections],
            "series": [group.to_dict() for group in self.series],
            "distribution": [band.to_dict() for band in self.distribution],
            "warnings": [finding.to_dict() for finding in self.warnings],
            "budget": None if self.budget is None else self.budget.to_dict(),
            "patients": None if self.patients is None else self.patients.to_dict(),
            "against": None if self.against is None else self.against.to_dict(),
        }


def scenario_to_dict(scenario: Scenario) -> dict[str, Any]:
    """The scenario of schema simulate-1."""
    return {
        "name": scenario.name,
        "title": scenario.title,
        "author": scenario.author,
        "reference": scenario.reference,
        "document": scenario.document,
        "from": scenario.start.isoformat(),
        "on": scenario.on.isoformat(),
        "as_known_on": None if scenario.as_known_on is None else scenario.as_known_on.isoformat(),
        "series": list(scenario.series),
        "measures": [_step_to_dict(step) for step in scenario.steps],
    }


def _step_to_dict(step: Step) -> dict[str, Any]:
    from bareme.simulation.wording import step_words

    return {
        "id": step.id,
        "title": step.title,
        "kind": step.measure.kind,
        "words": step_words(step),
        "from": step.start.isoformat(),
        "file": step.source.name,
        "line": step.source.line,
    }

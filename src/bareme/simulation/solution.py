"""The rate that spends an envelope, as a value: what it leaves, what the next one exceeds; JSON of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bareme.simulation.parts import Parts, euro_of
from bareme.simulation.scenario import Scenario, Step
from bareme.simulation.volumes import Volumes

if TYPE_CHECKING:
    from bareme.simulation.simulated import Simulation


@dataclass(frozen=True, slots=True)
class Tried:
    """A rate in percent, and what the scenario then adds in a year."""

    rate: Decimal
    added: Parts

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `$defs/tried_rate`."""
        return {"rate": str(self.rate), "added": self.added.to_dict()}


@dataclass(frozen=True)
class Solution:
    """The rate of a measure that spends an envelope (cents, in `part`); `best` None where every rate exceeds it.

    `next` is the rate that exceeds it, None where none does. `not_monotone` are two neighbouring rates that were tried
    of which the expenditure does not go the way of the others.
    """

    scenario: Scenario
    book: str
    measure: Step
    part: str
    envelope: int
    best: Tried | None
    next: Tried | None
    rates: tuple[tuple[Decimal, int], ...]
    not_monotone: tuple[Decimal, Decimal] | None
    protected: tuple[str, ...]
    volumes: Volumes
    acts: int
    refused: dict[str, int]
    simulated: Callable[[], Simulation | None] = field(default=lambda: None, compare=False, repr=False)
    """What makes the scenario at the best rate, when it is asked for."""

    @cached_property
    def simulation(self) -> Simulation | None:
        """The scenario at the best rate, with what it costs; None where there is no such rate."""
        return self.simulated()

    @property
    def left(self) -> int | None:
        """The cents of the envelope that the best rate leaves."""
        return None if self.best is None else self.envelope - self.best.added.part(self.part)

    @property
    def exceeds(self) -> int | None:
        """The cents by which the next rate exceeds the envelope."""
        return None if self.next is None else self.next.added.part(self.part) - self.envelope

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme solve --json` (schema solve-1)."""
        return {
            "scenario": self.scenario.name,
            "book": self.book,
            "measure": self.measure.id,
            "kind": self.measure.measure.kind,
            "part": self.part,
            "envelope": euro_of(self.envelope),
            "best": None if self.best is None else self.best.to_dict(),
            "left": None if self.left is None else euro_of(self.left),
            "next": None if self.next is None else self.next.to_dict(),
            "exceeds": None if self.exceeds is None else euro_of(self.exceeds),
            "monotone": self.not_monotone is None,
            "not_monotone": None if self.not_monotone is None else [str(rate) for rate in self.not_monotone],
            "tried": [{"rate": str(rate), "added": euro_of(cents)} for rate, cents in self.rates],
            "protected": list(self.protected),
            "volumes": self.volumes.name,
            "acts": self.acts,
            "acts_without_tariff": self.refused,
            "findings": [finding.to_dict() for finding in self.volumes.findings],
        }

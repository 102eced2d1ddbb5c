"""A budget as a value: expenditure before and after a scenario, by who pays, by group, by measure; JSON of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bareme.circulars.findings import Findings
from bareme.simulation.parts import Parts, euro_of
from bareme.simulation.volumes import Refused

IN_YEAR = (
    "In the first year a measure counts for n/12 of its yearly effect, n being the months from that of its start to "
    "December; while a measure that stands before it has not begun, its effect is that without it. Each is rounded to "
    "the cent, half away from zero, and each group on its own."
)
"""The rule of the figures `in_year`."""
GROUPINGS = ("series", "section", "letter", "provider", "code")


@dataclass(frozen=True, slots=True)
class Change:
    """Expenditure of a year before and after, and what of the difference falls in the first year."""

    before: Parts
    after: Parts
    in_year: Parts

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `$defs/budget_change`."""
        return {
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
            "change": (self.after - self.before).to_dict(),
            "in_year": self.in_year.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Group:
    """Acts that belong together. `key` is None where lines have none; `of` is the series of a section."""

    key: str | None
    title: str | None
    of: str | None
    acts: int
    change: Change

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `$defs/budget_group`."""
        named = {"key": self.key, "title": self.title, "of": self.of, "acts": self.acts}
        return named | self.change.to_dict()


@dataclass(frozen=True, slots=True)
class MeasureEffect:
    """What a measure adds in a year: in its place, alone, and in its place in the first year (`months` of it)."""

    id: str
    title: str
    months: int
    in_order: Parts
    alone: Parts
    in_year: Parts

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `$defs/budget_measure`."""
        return {
            "id": self.id,
            "title": self.title,
            "months": self.months,
            "in_order": self.in_order.to_dict(),
            "alone": self.alone.to_dict(),
            "in_year": self.in_year.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Envelope:
    """What may be spent more than before in a part, and what of it the scenario leaves; cents."""

    part: str
    amount: int
    spent: int
    spent_in_year: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `$defs/budget_envelope`."""
        euro = {
            "amount": self.amount,
            "spent": self.spent,
            "left": self.amount - self.spent,
            "spent_in_year": self.spent_in_year,
            "left_in_year": self.amount - self.spent_in_year,
        }
        return {"part": self.part} | {name: euro_of(cents) for name, cents in euro.items()}


@dataclass(frozen=True, slots=True)
class Gap:
    """Acts in the sums of which one part has no published figure: `why`, and the fees of these acts in cents."""

    part: str
    why: str
    acts: int
    fee: int

    def to_dict(self) -> dict[str, Any]:
        """Its JSON."""
        return {"part": self.part, "why": self.why, "acts": self.acts, "fee": euro_of(self.fee)}


@dataclass(frozen=True, slots=True)
class Variation:
    """The change of yearly expenditure in a series (None: in all) if its volumes are lower or higher by a rate."""

    series: str | None
    lower: Parts
    change: Parts
    higher: Parts

    def to_dict(self) -> dict[str, Any]:
        """Its JSON."""
        found = {"lower": self.lower, "change": self.change, "higher": self.higher}
        return {"series": self.series} | {name: parts.to_dict() for name, parts in found.items()}


@dataclass(frozen=True, slots=True)
class UnusableRow:
    """A row that is in no sum. Of CSV `line` counts the header, which is line 1; of Parquet it is the row, from 1."""

    file: str
    line: int
    code: str | None
    why: str

    def to_dict(self) -> dict[str, Any]:
        """Its JSON."""
        return {"file": self.file, "line": self.line, "code": self.code, "why": self.why}


@dataclass(frozen=True, slots=True)
class Unusable:
    """The rows that are in no sum, in the order of the files; not `complete` where more were not looked for."""

    rows: tuple[UnusableRow, ...] = ()
    complete: bool = True

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `unusable` in schema simulate-1."""
        return {"rows": [row.to_dict() for row in self.rows], "complete": self.complete}


@dataclass(frozen=True)
class Budget:
    """What a scenario costs, for volumes of a year; `interaction` is what its measures do not add alone.

    `refused` acts are in no sum, and `unusable` says where they stand.
    """

    volumes: str
    acts: int
    total: Change
    measures: tuple[MeasureEffect, ...]
    interaction: Parts
    groups: Mapping[str, tuple[Group, ...]]
    gaps: tuple[Gap, ...]
    refused: tuple[Refused, ...]
    findings: Findings
    envelope: Envelope | None = None
    varied: Decimal | None = None
    variations: tuple[Variation, ...] = ()
    unusable: Unusable = field(default_factory=Unusable)

    @property
    def acts_refused(self) -> dict[str, int]:
        """The acts that are in no sum, by outcome."""
        found: dict[str, int] = {}
        for one in self.refused:
            found[one.outcome] = found.get(one.outcome, 0) + one.acts
        return found

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `budget` in schema simulate-1."""
        return {
            "volumes": self.volumes,
            "acts": self.acts,
            "acts_without_tariff": self.acts_refused,
            "without_tariff": [one.to_dict() for one in self.refused],
            "findings": [finding.to_dict() for finding in self.findings],
            "unusable": self.unusable.to_dict(),
            "gaps": [gap.to_dict() for gap in self.gaps],
            "total": self.total.to_dict(),
            "in_year_rule": IN_YEAR,
            "measures": [measure.to_dict() for measure in self.measures],
            "interaction": self.interaction.to_dict(),
            **{f"by_{name}": [group.to_dict() for group in self.groups[name]] for name in GROUPINGS},
            "envelope": None if self.envelope is None else self.envelope.to_dict(),
            "varied": None if self.varied is None else str(self.varied),
            "variations": [one.to_dict() for one in self.variations],
        }

"""Two scenarios side by side: what each line comes to under both, and the lines that only one of them has."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bareme.audit.changes import PERCENT, Part, value_text
from bareme.audit.compared import Situation
from bareme.audit.pairs import Listed, Pair, listed_once, pairs_of
from bareme.circulars.model import Section
from bareme.nomenclature.outcomes import Certainty
from bareme.simulation.changes import Moved, figures_of
from bareme.simulation.projecting import ProjectedLine
from bareme.simulation.scenario import Scenario
from bareme.simulation.simulated import Simulation, scenario_to_dict

NOTES = {
    "other_baseline": "the scenarios start from the tariffs of different days, or as known on different days",
    "other_start": "the scenarios begin on different days",
    "other_series": "the scenarios are for different series",
}
"""The kinds of notes."""


@dataclass(frozen=True, slots=True)
class Both:
    """One figure under both scenarios. `published` is what both start from; None where they do not agree on it."""

    part: Part
    letter: str | None
    situation: Situation
    published: Decimal | None
    first: Decimal | None
    second: Decimal | None

    @property
    def differs(self) -> bool:
        """True when the scenarios give it differently."""
        return self.first != self.second

    @property
    def difference(self) -> Decimal | None:
        """The second less the first."""
        return None if self.first is None or self.second is None else self.second - self.first

    @property
    def percent(self) -> Decimal | None:
        """The difference in percent of the first, half up to two decimals."""
        if self.first is None or self.second is None or not self.first:
            return None
        return PERCENT.round(100 * (Fraction(self.second) / Fraction(self.first) - 1))

    def to_dict(self) -> dict[str, Any]:
        """A figure of schema compare-scenarios-1."""
        whose, percent = self.situation, self.percent
        return {
            "quantity": self.part.value,
            "letter": self.letter,
            "setting": whose.setting,
            "regime": whose.regime,
            "age_from": whose.age_from,
            "age_to": whose.age_to,
            "facts": dict(whose.facts),
            "published": value_text(self.part, self.published),
            "first": value_text(self.part, self.first),
            "second": value_text(self.part, self.second),
            "difference": value_text(self.part, self.difference),
            "percent": None if percent is None else f"{percent:f}",
        }


@dataclass(frozen=True, slots=True)
class Compared:
    """A line that at least one scenario changes, under both: its figures and the measures of each that are on it."""

    line_id: str | None
    codes: tuple[str, ...]
    label: str | None
    section: Section | None
    series: str | None
    first: tuple[str, ...]
    second: tuple[str, ...]
    figures: tuple[Both, ...]

    @property
    def differs(self) -> bool:
        """True when some figure is not the same."""
        return any(figure.differs for figure in self.figures)

    @property
    def fee(self) -> Both | None:
        """Its fee, where one of them gives it."""
        return next((figure for figure in self.figures if figure.part is Part.FEE), None)

    def to_dict(self) -> dict[str, Any]:
        """A line of schema compare-scenarios-1."""
        return {
            **_about(self.line_id, self.codes, self.label, self.section, self.series),
            "first_measures": list(self.first),
            "second_measures": list(self.second),
            "differs": self.differs,
            "figures": [figure.to_dict() for figure in self.figures],
        }


@dataclass(frozen=True, slots=True)
class Alone:
    """A line that only one scenario has at its end: the other ends it, or is not for its series."""

    line_id: str | None
    codes: tuple[str, ...]
    label: str | None
    section: Section | None
    series: str | None
    fee: Decimal | None

    def to_dict(self) -> dict[str, Any]:
        """A line that only one has, of schema compare-scenarios-1."""
        about = _about(self.line_id, self.codes, self.label, self.section, self.series)
        return about | {"fee": value_text(Part.FEE, self.fee)}


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two scenarios side by side. `unchanged` counts the lines that neither changes."""

    first: Simulation
    second: Simulation
    lines: tuple[Compared, ...]
    only_first: tuple[Alone, ...]
    only_second: tuple[Alone, ...]
    unchanged: int
    notes: tuple[str, ...]

    @property
    def different(self) -> tuple[Compared, ...]:
        """The lines with a figure that is not the same."""
        return tuple(line for line in self.lines if line.differs)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme compare A.toml B.toml --json` (schema compare-scenarios-1)."""
        return {
            "first": scenario_to_dict(self.first.scenario),
            "second": scenario_to_dict(self.second.scenario),
            "certainty": Certainty.PROJECTED.value,
            "lines": [line.to_dict() for line in self.lines],
            "only_first": [line.to_dict() for line in self.only_first],
            "only_second": [line.to_dict() for line in self.only_second],
            "unchanged": self.unchanged,
            "notes": [{"kind": kind, "message": NOTES[kind]} for kind in self.notes],
        }


def _about(
    line_id: str | None, codes: tuple[str, ...], label: str | None, section: Section | None, series: str | None
) -> dict[str, Any]:
    return {
        "codes": list(codes),
        "line_id": line_id,
        "label": label,
        "section": None if section is None else {"number": section.number, "title": section.title},
        "series": series,
    }


def side_by_side(first: Simulation, second: Simulation) -> SideBySide:
    """Every line that a scenario changes, under both; a line that one of them ends is the other's alone."""
    own, other = _Side(first), _Side(second)
    lines: list[Compared] = []
    only: tuple[list[Alone], list[Alone]] = ([], [])
    unchanged = 0
    for pair in pairs_of(own.listed, other.listed):
        if pair.before is None or pair.after is None:
            only[pair.before is None].append(_alone(pair))
            continue
        lefts, rights = own.lines[id(pair.before)], other.lines[id(pair.after)]
        if lefts.is_changed or rights.is_changed or lefts.after != rights.after:
            lines.append(_compared(pair, lefts, rights))
        else:
            unchanged += 1
    only[0].extend(_alone(pair) for pair in listed_once(own.listed, other.listed))
    only[1].extend(_alone(pair) for pair in listed_once(other.listed, own.listed))
    notes = tuple(_notes(first.scenario, second.scenario))
    return SideBySide(first, second, tuple(lines), tuple(only[0]), tuple(only[1]), unchanged, notes)


class _Side:
    """A simulation's lines that go on, as they are after it."""

    def __init__(self, simulation: Simulation) -> None:
        self.listed: list[Listed] = []
        self.lines: dict[int, ProjectedLine] = {}
        for line in simulation.projection.lines:
            if not line.ends:
                before = line.listed
                after = Listed(line.after, before.codes, before.reading, before.line_id, before.doubtful)
                self.listed.append(after)
                self.lines[id(after)] = line


def _notes(first: Scenario, second: Scenario) -> Iterator[str]:
    if (first.on, first.as_known_on) != (second.on, second.as_known_on):
        yield "other_baseline"
    if first.start != second.start:
        yield "other_start"
    if first.series != second.series:
        yield "other_series"


def _compared(pair: Pair, first: ProjectedLine, second: ProjectedLine) -> Compared:
    act, newest = pair.act, pair.newest
    series = newest.reading.circular.series
    figures = tuple(_both(first, second))
    return Compared(newest.line_id, act.codes, act.label, act.section, series, first.steps, second.steps, figures)


def _both(first: ProjectedLine, second: ProjectedLine) -> Iterator[Both]:
    """The figures of a line under both, by what they are and whom they are for."""
    left, right = _by_key(first), _by_key(second)
    for key in dict.fromkeys([*left, *right]):
        one, other = left.get(key), right.get(key)
        found = one or other
        assert found is not None
        before = one.before if one and other and one.before == other.before else None
        after = [None if figure is None else figure.after for figure in (one, other)]
        yield Both(found.part, found.letter, found.situation, before, after[0], after[1])


def _by_key(line: ProjectedLine) -> dict[Hashable, Moved]:
    """The figures of a line by part, letter and situation and, of several alike, by place."""
    found: dict[Hashable, Moved] = {}
    for figure in figures_of(line):
        place = 0
        while (key := (figure.part, figure.letter, figure.situation.key, place)) in found:
            place += 1
        found[key] = figure
    return found


def _alone(pair: Pair) -> Alone:
    act, newest = pair.act, pair.newest
    fee = newest.line.fee
    series = newest.reading.circular.series
    return Alone(newest.line_id, act.codes, act.label, act.section, series, None if fee is None else fee.amount)

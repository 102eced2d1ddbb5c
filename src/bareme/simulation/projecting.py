"""The tariffs of a day after a scenario: a projected circular for each series that it changes, beside the published.

A scenario without measures changes nothing. Measures work in the order in which they stand; those of a circular work
as that circular states them, of several indices the narrowest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import takewhile

from bareme.audit.pairs import Listed
from bareme.book.prices import PriceTable, build_prices
from bareme.book.timeline import Publication, Timeline, timeline_of
from bareme.circulars.model import MEASURE_KINDS, Line, Measure, Reading
from bareme.circulars.sources import Figure
from bareme.errors import InputError
from bareme.indexation.arithmetic import Manner
from bareme.indexation.scope import Touch
from bareme.nomenclature.outcomes import Certainty
from bareme.pricing.view import View
from bareme.simulation.earlier import Base
from bareme.simulation.effects import SHARES, Projected, ShareRule, projected_figures, projected_line
from bareme.simulation.overlaying import Becoming, circular_of, doubtful_of, publication_of
from bareme.simulation.scenario import Scenario, Step
from bareme.simulation.scoping import Scoping

KEPT = {
    "frozen": "a measure freezes it",
    "in_doubt": "a finding puts the published line in doubt",
}
"""Why a line is left as it is."""


Place = tuple[int, int]
"""Where a line stands: the entry of the ledger, and the number of the line in it, as in the price table."""


@dataclass(frozen=True, slots=True)
class ProjectedLine:
    """A line of the baseline and what the scenario makes of it; `steps` are the measures that change it, by id.

    A line that is left alone although measures are for it says why in `kept` (one of `KEPT`), and which in `meant`. One
    that a measure ends keeps its figures; it is not in the projected circular. `unsure` are the measures of an article
    of which it is not known whether they are for the line; they are not applied to it. `bases` are the tariffs of
    earlier days that measures count from, each with the id of its measure.
    """

    listed: Listed
    after: Line
    steps: tuple[str, ...]
    kept: str | None = None
    meant: tuple[str, ...] = ()
    ends: bool = False
    place: Place = (0, 0)
    unsure: tuple[str, ...] = ()
    bases: tuple[tuple[str, Base], ...] = ()

    @property
    def is_changed(self) -> bool:
        """True when a figure moved, or the line ends."""
        return self.ends or (self.after is not self.listed.line and self.after != self.listed.line)


@dataclass(frozen=True)
class Projection:
    """A scenario on a state of a book: every line in force on the baseline's day, with what it becomes."""

    scenario: Scenario
    view: View
    lines: tuple[ProjectedLine, ...]

    @cached_property
    def changed(self) -> tuple[ProjectedLine, ...]:
        """The lines of which a figure moved."""
        return tuple(line for line in self.lines if line.is_changed)

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of the lines that changed."""
        return frozenset(code.digits for line in self.changed for code in line.listed.codes)

    @cached_property
    def stages(self) -> tuple[Projection, ...]:
        """The scenario with the measures that have begun, for each day on which one begins; the last one has all."""
        days = sorted({self.scenario.start, *(step.start for step in self.scenario.steps)})
        if len(days) == 1:
            return (self,)
        work = working(self.scenario, self.view)
        found = (Projection(replace(self.scenario, start=day), self.view, tuple(work.lines(day))) for day in days)
        return tuple(found)

    @cached_property
    def _issues(self) -> tuple[tuple[Reading, frozenset[tuple[int, int]]], ...]:
        """The projected circulars, each with the places of its lines in doubt."""
        found: list[tuple[Reading, frozenset[tuple[int, int]]]] = []
        before = [(line.listed.line, False) for line in self.lines]
        for stage in self.stages:
            now = [(line.after, line.ends) for line in stage.lines]
            moved = [line for line, old, new in zip(stage.lines, before, now, strict=True) if old != new]
            for series in dict.fromkeys(_series_of(line) for line in moved):
                becoming = [
                    (line.listed, line.after) for line in stage.lines if _series_of(line) == series and not line.ends
                ]
                if becoming:
                    found.append((_circular(stage, series, len(found) + 1, becoming), doubtful_of(becoming)))
            before = now
        return tuple(found)

    @property
    def circulars(self) -> tuple[Reading, ...]:
        """The projected circulars, with all lines of their series: of each series that changes on a day one."""
        return tuple(reading for reading, _ in self._issues)

    @cached_property
    def overlay(self) -> Timeline:
        """The timeline with the projected circulars on it, each from its day; the book is as it was."""
        projected = (
            publication_of(reading, number, doubtful)
            for number, (reading, doubtful) in enumerate(self._issues, start=1)
        )
        return timeline_of((*self.view.timeline.publications, *projected))

    def prices(self) -> PriceTable:
        """The rows of the price table for the codes that changed; those of the scenario are `projected`."""
        table = build_prices(self.overlay, self.codes)
        own = {reading.circular.number for reading in self.circulars}
        columns = table.columns
        columns["certainty"] = [
            Certainty.PROJECTED.value if circular in own and certainty else certainty
            for circular, certainty in zip(columns["circular"], columns["certainty"], strict=True)
        ]
        return table


def project(scenario: Scenario, view: View) -> Projection:
    """The scenario on the tariffs of its day; `InputError` for a measure that is for no line there."""
    return Projection(scenario, view, tuple(working(scenario, view).lines()))


def working(scenario: Scenario, view: View) -> Working:
    """The scenario at work on the tariffs of its day; `InputError` for a measure that is for no line there."""
    return Working(scenario, view, _in_force(scenario, view))


def _in_force(scenario: Scenario, view: View) -> list[tuple[Listed, Place]]:
    """The lines in force on the day of the baseline, in the series that are meant, in the order of their circulars."""
    found = []
    for entry, codes in view.in_force(scenario.on).items():
        publication = view.publication(entry)
        series, wanted = publication.series, scenario.series
        if not wanted or any(series == name or series.startswith(f"{name}/") for name in wanted):
            found.append((publication, codes))
    for name in scenario.series:
        if not any(p.series == name or p.series.startswith(f"{name}/") for p, _ in found):
            raise InputError(
                f"{scenario.file or scenario.name}, baseline: no series in force on {scenario.on} is, or begins with,"
                f" {name}."
            )
    if not found:
        known = f" by what was known on {scenario.as_known_on}" if scenario.as_known_on else ""
        where = scenario.file or scenario.name
        raise InputError(f"{where}: nothing is in force on {scenario.on}{known}; name another day.")
    found.sort(key=lambda pair: (pair[0].series, pair[0].is_corrigendum, pair[0].rank))
    return [one for publication, codes in found for one in _listed(publication, codes)]


def _listed(publication: Publication, held: set[str]) -> Iterator[tuple[Listed, Place]]:
    """The lines of a circular, each for those of its codes that are in force; lines in doubt are left as they are."""
    for number, line in enumerate(publication.reading.lines):
        codes = tuple(code for code in line.codes if code.digits in held)
        if codes:
            doubtful = (line.source.table, line.source.row) in publication.doubtful
            listed = Listed(line, codes, publication.reading, publication.line_id(line, codes[0]), doubtful)
            yield listed, (publication.entry.seq, number)


class Working:
    """A scenario at work on the lines of a day."""

    def __init__(self, scenario: Scenario, view: View, listed: Sequence[tuple[Listed, Place]]) -> None:
        self.scenario, self.listed = scenario, [one for one, _ in listed]
        self._places = {id(one): place for one, place in listed}
        self._scope = Scoping(scenario, view, self.listed)
        self._frozen = {id(one) for one in self.listed if self._scope.is_frozen(one)}
        self._particular = {step.id for step in scenario.steps if self._scope.is_particular(step)}

    def lines(self, day: date | None = None) -> Iterator[ProjectedLine]:
        """Every line with what it becomes; by the measures that have begun on a day, where one is given."""
        steps = [step for step in self.scenario.steps if day is None or step.start <= day]
        for one in self.listed:
            touched = [(step, self._scope.touch(step, one)) for step in steps]
            own = [step for step, touch in touched if touch is Touch.YES]
            unsure = tuple(step.id for step, touch in touched if touch is Touch.UNKNOWN)
            place = self._places[id(one)]
            kept = "frozen" if id(one) in self._frozen else "in_doubt" if one.doubtful else None
            if kept is not None or not own:
                meant = tuple(step.id for step in own if step.measure.kind != "freeze")
                yield ProjectedLine(one, one.line, (), kept if own else None, meant, place=place, unsure=unsure)
                continue
            after, ends = self.after(one, own, steps)
            self.check_fee(one, after, own)
            ids = tuple(step.id for step in own)
            bases = tuple(self._bases(one, own)) if self._particular else ()
            yield ProjectedLine(one, after, ids, ends=ends, place=place, unsure=unsure, bases=bases)

    def _bases(self, one: Listed, own: Sequence[Step]) -> Iterator[tuple[str, Base]]:
        """The tariffs of earlier days that measures count from."""
        for measure, step in self._measures(own, one, own):
            base = self._scope.base(measure, one) if step.id in self._particular else None
            if base is not None:
                yield step.id, base

    def check_fee(self, one: Listed, after: Line, own: Sequence[Step]) -> None:
        """`InputError` for a fee that would fall below nothing."""
        if one.line.fee is not None and after.fee is not None and after.fee.amount < 0 <= one.line.fee.amount:
            falling = [step for step in own if step.measure.kind == "fee_by_amount"] or list(own)
            raise self._scope.refuse(falling[-1], f"the fee of {one.line.code} would be {after.fee.amount}, below 0.")

    def after(self, one: Listed, own: Sequence[Step], among: Sequence[Step]) -> tuple[Line, bool]:
        """What its `own` steps make of a line where `among` are all that there are, and whether they end it."""
        measures, shares, manners = self._rules(one, own, among)
        return projected_line(one.line, measures, shares, manners), any(measure.kind == "ended" for measure in measures)

    def figures_after(self, one: Listed, own: Sequence[Step], among: Sequence[Step]) -> tuple[Projected, bool]:
        """The same without the line: its figures alone, which is quicker where a line is asked many times."""
        measures, shares, manners = self._rules(one, own, among)
        return projected_figures(one.line, measures, shares, manners), any(
            measure.kind == "ended" for measure in measures
        )

    def _rules(
        self, one: Listed, own: Sequence[Step], among: Sequence[Step]
    ) -> tuple[list[Measure], list[ShareRule], dict[int, Manner]]:
        """The measures of steps on fees, their rules of shares, and the manners of measures by their number."""
        measures: list[Measure] = []
        shares: list[ShareRule] = []
        manners: dict[int, Manner] = {}
        for measure, step in self._measures(own, one, among):
            if measure.kind in SHARES:
                shares.append(ShareRule(measure.kind, measure.rate or measure.amount, step.regime))
                continue
            if step.id in self._particular:
                manner = self._scope.manner(step, measure, one)
                manners |= {} if manner is None else {len(measures): manner}
            measures.append(measure)
        return measures, shares, manners

    def _measures(self, steps: Sequence[Step], one: Listed, among: Sequence[Step]) -> Iterator[tuple[Measure, Step]]:
        """The measures of steps as the arithmetic takes them, each with its step."""
        for step in steps:
            if step.measure.kind == "circular":
                yield from ((measure, step) for measure in self._scope.announced(step, one))
            elif step.measure.kind == "fee_as":
                yield replace(step.measure, kind="fee_set", amount=self._fee_before(step, among)), step
            else:
                yield step.measure, step

    def _fee_before(self, step: Step, among: Sequence[Step]) -> Figure:
        """The fee of the act that a measure names, after the measures before this one."""
        other = self._scope.act(step)
        before = [s for s in takewhile(lambda s: s is not step, among) if self._scope.holds(s, other)]
        line = other.line if id(other) in self._frozen or not before else self.after(other, before, among)[0]
        assert line.fee is not None
        return line.fee


def _series_of(line: ProjectedLine) -> str:
    return line.listed.reading.circular.series or ""


def _circular(stage: Projection, series: str, number: int, lines: Sequence[Becoming]) -> Reading:
    """A projected circular of a series, with the measures of the scenario that circulars can announce."""
    scenario = stage.scenario
    own = {name for line in stage.lines if _series_of(line) == series for name in line.steps}
    measures = tuple(step.measure for step in scenario.steps if step.id in own and step.measure.kind in MEASURE_KINDS)
    name = f"projected:{scenario.name}" if number == 1 else f"projected:{scenario.name}/{number}"
    return circular_of(name, scenario.title, scenario.start, series, lines, measures)

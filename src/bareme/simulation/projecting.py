"""The tariffs of a day after a scenario: a projected circular for each series that it changes, beside the published.

A scenario without measures changes nothing. Measures work in the order in which they stand; those of a circular work
as that circular states them, of several indices the narrowest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import Any

from bareme.audit.pairs import Listed
from bareme.book.ledger import Entry
from bareme.book.prices import PriceTable, build_prices
from bareme.book.timeline import Publication, Timeline, timeline_of
from bareme.circulars.findings import Findings
from bareme.circulars.model import Circular, Line, Measure, Reading
from bareme.circulars.sources import Figure
from bareme.errors import InputError
from bareme.indexation.arithmetic import expected
from bareme.indexation.scope import Touch, measures_on, touches
from bareme.nomenclature.outcomes import Certainty
from bareme.pricing.view import View
from bareme.simulation.effects import ShareRule, projected_line
from bareme.simulation.scenario import Scenario, Step

SHARES = ("share_rate", "full_cover")
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
    that a measure ends keeps its figures; it is not in the projected circular.
    """

    listed: Listed
    after: Line
    steps: tuple[str, ...]
    kept: str | None = None
    meant: tuple[str, ...] = ()
    ends: bool = False
    place: Place = (0, 0)

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
    def circulars(self) -> tuple[Reading, ...]:
        """A projected circular for each series with a line that changed, with all lines of the series in force."""
        series = dict.fromkeys(line.listed.reading.circular.series or "" for line in self.changed)
        return tuple(_circular(self, name, number) for number, name in enumerate(series, start=1))

    @cached_property
    def overlay(self) -> Timeline:
        """The timeline with the projected circulars on it, from the scenario's first day; the book is as it was."""
        projected = (_publication(reading, number) for number, reading in enumerate(self.circulars, start=1))
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
    if not found:
        among = f" in {', '.join(scenario.series)}" if scenario.series else ""
        raise InputError(f"{scenario.name}: nothing is in force on {scenario.on}{among}; name another day.")
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
        # Every circular is read only where a measure is that of a circular.
        asked = any(step.measure.kind == "circular" for step in scenario.steps)
        self._announced = {p.number: p.reading for p in view.timeline.publications} if asked else {}
        self._by_code = {code.digits: one for one in self.listed for code in one.codes}
        self._check()
        frozen = [step for step in scenario.steps if step.measure.kind == "freeze"]
        self._frozen = {id(one) for one in self.listed if any(self._holds(step, one) for step in frozen)}

    def _check(self) -> None:
        """`InputError` for a measure that is for nothing: it would be lost in silence."""
        for step in self.scenario.steps:
            where = f"{self.scenario.name}, line {step.source.line}, measure {step.id}"
            if step.measure.kind == "circular" and step.circular not in self._announced:
                held = ", ".join(self._announced) or "none"
                raise InputError(f"{where}: {step.circular} is not in the book, which holds {held}.")
            if step.other is not None and step.other not in self._by_code:
                raise InputError(f"{where}: {step.other} has no tariff on {self.scenario.on}.")
            for code in (code.digits for pair in step.measure.codes for code in pair):
                if code not in self._by_code:
                    raise InputError(f"{where}: {code} has no tariff on {self.scenario.on}.")
            if step.measure.kind != "circular" and not any(self._holds(step, one) for one in self.listed):
                raise InputError(f"{where}: no line in force on {self.scenario.on} is meant by it.")

    def lines(self) -> Iterator[ProjectedLine]:
        """Every line with what it becomes."""
        for one in self.listed:
            own, place = [step for step in self.scenario.steps if self._holds(step, one)], self._places[id(one)]
            kept = "frozen" if id(one) in self._frozen else "in_doubt" if one.doubtful else None
            if kept is not None or not own:
                meant = tuple(step.id for step in own if step.measure.kind != "freeze")
                yield ProjectedLine(one, one.line, (), kept if own else None, meant, place=place)
                continue
            after, ends = self.after(one, own, self.scenario.steps)
            yield ProjectedLine(one, after, tuple(step.id for step in own), ends=ends, place=place)

    def after(self, one: Listed, own: Sequence[Step], among: Sequence[Step]) -> tuple[Line, bool]:
        """What its `own` steps make of a line where `among` are all that there are, and whether they end it."""
        measures = list(self._measures(own, one, among))
        shares = [_share_rule(step) for step in own if step.measure.kind in SHARES]
        return projected_line(one.line, measures, shares), any(m.kind == "ended" for m in measures)

    def _measures(self, steps: Sequence[Step], one: Listed, among: Sequence[Step]) -> Iterator[Measure]:
        """The measures of steps as the arithmetic takes them."""
        for step in steps:
            if step.measure.kind == "circular":
                assert step.circular is not None
                circular = self._announced[step.circular]
                yield from measures_on(one.line, circular.measures, one.reading.circular.series)
            elif step.measure.kind == "fee_as":
                yield replace(step.measure, kind="fee_set", amount=self._fee_before(step, among))
            elif step.measure.kind not in SHARES:
                yield step.measure

    def _fee_before(self, step: Step, among: Sequence[Step]) -> Figure:
        """The fee of the act that a measure names, after the measures before this one."""
        assert step.other is not None
        other = self._by_code[step.other]
        before = [s for s in takewhile(lambda s: s is not step, among) if self._holds(s, other)]
        if id(other) in self._frozen:
            before = []
        fee = expected(other.line, list(self._measures(before, other, among))).fee if before else other.line.fee
        if fee is None:
            where = f"{self.scenario.name}, line {step.source.line}, measure {step.id}"
            raise InputError(f"{where}: {step.other} has no fee on {self.scenario.on}.")
        return fee

    def _holds(self, step: Step, one: Listed) -> bool:
        """True when a measure is for a line."""
        series = one.reading.circular.series
        if step.measure.kind == "circular":
            circular = self._announced.get(step.circular or "")
            same = circular is not None and circular.circular.series == series
            return same and circular is not None and bool(measures_on(one.line, circular.measures, series))
        if step.ranges and any(a <= code.digits <= b for a, b in step.ranges for code in one.codes):
            return True
        if step.measure.scope == "series" and series is not None and step.measure.named == series:
            return not set(step.measure.excepted) & {code.digits for code in one.codes}
        if step.measure.scope == "others":
            rest = [s for s in self.scenario.steps if s is not step and s.measure.scope != "others"]
            if any(self._holds(s, one) for s in rest):
                return False
        return touches(step.measure, one.line, series) is Touch.YES


def _share_rule(step: Step) -> ShareRule:
    rate = step.measure.rate
    return ShareRule(rate, None if rate is None else rate.amount, step.regime)


def _circular(projection: Projection, series: str, number: int) -> Reading:
    """A projected circular of a series: what it would print."""
    own = [line for line in projection.lines if (line.listed.reading.circular.series or "") == series]
    scenario, newest = projection.scenario, max((line.listed.reading for line in own), key=_issued)
    measures = tuple(
        step.measure for step in scenario.steps if step.measure.kind not in (*SHARES, "freeze", "circular", "fee_as")
    )
    name = f"projected:{scenario.name}" if number == 1 else f"projected:{scenario.name}/{number}"
    circular = Circular(name, None, scenario.start, None, newest.circular.language, "projected", series, scenario.title)
    lines = tuple(line.after for line in own if not line.ends)
    return Reading(newest.document, circular, lines, measures, Findings())


def _issued(reading: Reading) -> Any:
    return (reading.circular.effective_on is not None, str(reading.circular.effective_on))


def _publication(reading: Reading, number: int) -> Publication:
    """A projected circular as the timeline takes it; it stands in no ledger."""
    lines: dict[str, tuple[Line, ...]] = {}
    for line in reading.lines:
        for code in line.codes:
            lines[code.digits] = (*lines.get(code.digits, ()), line)
    assert reading.circular.number is not None
    start = str(reading.circular.effective_on)
    entry = Entry(
        seq=-number,
        kind="projected",
        recorded_at="",
        author=None,
        known_from="9999-12-31",
        effective_from=start,
        circular=reading.circular.number,
        document=reading.document.sha256,
        content=None,
        payload="",
        previous_hash="",
        hash="",
    )
    return Publication(entry, entry, reading, lines, {id(line): n for n, line in enumerate(reading.lines)}, frozenset())

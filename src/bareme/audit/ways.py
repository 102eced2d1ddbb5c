"""The way from one tariff to another: the circulars that lie between, and what their measures say of each figure.

A figure that several circulars moved is classed step by step: each circular's figure against that of the one before it
on the way. The class of the whole way is that of its worst step; it is not known where a step is a corrigendum, or does
not list the code.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from bareme.audit.because import Because
from bareme.audit.changes import Part
from bareme.audit.compared import Class, Compared, Quantity, Situation, chain_of, keys_of, or_none
from bareme.audit.pairs import Pair, Sighting
from bareme.audit.reconcile import compare_figures
from bareme.circulars.model import Measure, Reading
from bareme.circulars.sources import Source
from bareme.indexation.scope import NO_CHANGE
from bareme.indexation.wording import measure_brief
from bareme.nomenclature.codes import Code

_WORST_FIRST = (Class.UNEXPLAINED, Class.NOT_COMPARABLE, Class.WITHIN_UNROUNDED_VALUE, Class.AS_ANNOUNCED)
_LETTERS = (Part.TERMS, Part.COEFFICIENT)
"""Parts that no measure changes."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A circular on the way. `figures` are its classed figures by what tells them apart; None of an ambiguous one."""

    reading: Reading
    codes: frozenset[str]
    figures: Mapping[Hashable, Compared | None]

    @property
    def name(self) -> str:
        """The circular's number, or its document's name."""
        return self.reading.circular.number or self.reading.document.name

    @property
    def is_corrigendum(self) -> bool:
        """True when it lists only what it corrects."""
        return self.reading.circular.kind == "corrigendum"

    def changing(self, kind: str, codes: Sequence[Code]) -> bool:
        """True when a measure of this kind names one of the codes."""
        named = {c for m in self.reading.measures if m.kind == kind for pair in m.codes for c in pair}
        return not named.isdisjoint(codes)


@dataclass(frozen=True, slots=True)
class Way:
    """The circulars after one side up to the other, oldest first; `earlier` are those up to the first side.

    `unlinked` says why no measure lies between the sides, where none does.
    """

    stages: tuple[Stage, ...] = ()
    earlier: tuple[Stage, ...] = ()
    unlinked: Because | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a figure changed: its class, the measures in a few words, the reasons."""

    klass: Class | None
    measure: str | None
    because: tuple[Because, ...]


def stage_of(reading: Reading, before: Sequence[Reading] = ()) -> Stage:
    """A circular with its figures classed against those before it, oldest first; without any, none is classed."""
    codes = frozenset(code.digits for line in reading.lines for code in line.codes)
    if not before or reading.circular.kind == "corrigendum":
        return Stage(reading, codes, {})
    keys = {_place(line.source): keys_of(line) for line in reading.lines}
    figures: dict[Hashable, Compared | None] = {}
    for compared in compare_figures(chain_of([*before, reading])).lines:
        figure = _figure(compared.quantity, compared.letter, compared.situation)
        for code, who in keys.get(_place(compared.source), ()):
            key = (code, who, figure)
            figures[key] = None if key in figures else compared
    return Stage(reading, codes, figures)


def _place(source: Source) -> tuple[int | None, int | None, int | None]:
    return (source.table, source.row, source.line)


def _figure(quantity: Quantity, letter: str | None, situation: Situation) -> Hashable:
    """What tells a classed figure from the others of its line."""
    return (quantity, letter, situation.key)


def reason_of(pair: Pair, seen: Sighting, way: Way) -> Reason:
    """Why a figure is not the same on both sides."""
    linked = way.unlinked is None
    if seen.absent is not None:
        known = linked and seen.part is not Part.LABEL
        return Reason(Class.NOT_COMPARABLE if known else None, None, (seen.absent,))
    if way.unlinked is not None:
        return Reason(None, None, (way.unlinked,))
    if seen.part is Part.LABEL:
        return Reason(None, None, (Because("printed", pair.newest.circular),))
    steps = [(stage, _compared(stage, pair, seen)) for stage in way.stages]
    classes = [None if compared is None else compared.klass for _, compared in steps]
    measures = [m for _, compared in steps for m in _measures(compared, seen)]
    worst = None if None in classes else next((klass for klass in _WORST_FIRST if klass in classes), None)
    because = tuple(_because(stage, compared, pair, seen) for stage, compared in steps)
    because = because or (Because("printed", pair.newest.circular),)
    return Reason(worst, " then ".join(map(measure_brief, measures)) or None, because)


def _compared(stage: Stage, pair: Pair, seen: Sighting) -> Compared | None:
    """The figure as `reconcile` classes it at a stage; a share that is computed is classed as its intervention is."""
    is_amount = seen.part in (Part.INTERVENTION, Part.PATIENT_SHARE)
    situation = seen.situation if is_amount and seen.situation else Situation()
    quantity = Quantity.INTERVENTION if _is_rest(seen) else Quantity(seen.part.value)
    figure = _figure(quantity, seen.letter, situation)
    return stage.figures.get((pair.codes[0].digits, pair.newest.who, figure))


def _is_rest(seen: Sighting) -> bool:
    """True for a patient share that bareme computed: it is what the intervention leaves."""
    return seen.part is Part.PATIENT_SHARE and seen.derived


def _measures(compared: Compared | None, seen: Sighting) -> list[Measure]:
    """The measures that change the figure; none changes key letters or coefficients."""
    if compared is None or seen.part in _LETTERS or _is_rest(seen):
        return []
    return [measure for measure in compared.measures if measure.kind not in NO_CHANGE]


def _because(stage: Stage, compared: Compared | None, pair: Pair, seen: Sighting) -> Because:
    """What a circular on the way has to do with the change."""
    if pair.codes[0].digits not in stage.codes:
        return Because("not_listed", stage.name)
    if stage.is_corrigendum:
        return Because("corrigendum", stage.name)
    if compared is None and seen.part in _LETTERS:
        return Because("no_measure_of_letters", stage.name)
    if compared is None:
        return Because("not_classed", stage.name)
    if compared.klass is Class.NOT_COMPARABLE:
        return Because("not_comparable", stage.name, message=compared.message.rstrip("."))
    if _is_rest(seen):
        return Because("rest", stage.name)
    if compared.published is not None and compared.published == compared.previous:
        return Because("same", stage.name)
    measures = tuple(_measures(compared, seen))
    if not measures:
        return Because("no_measure", stage.name)
    if compared.klass is Class.UNEXPLAINED:
        return Because("would_follow", stage.name, measures, computed=or_none(compared.computed))
    if compared.klass is Class.WITHIN_UNROUNDED_VALUE and compared.follows_from is not None:
        return Because("from_parent", stage.name, measures, parent=compared.follows_from)
    return Because("measures", stage.name, measures)


def why_added(codes: Sequence[Code], way: Way) -> Because:
    """Why codes stand on the later side alone."""
    if way.unlinked is not None:
        return way.unlinked
    first = next((stage for stage in way.stages if _lists(stage, codes)), None)
    if first is None:
        return Because("later_side")
    if first.changing("added", codes):
        return Because("added", first.name)
    last = next((stage for stage in reversed(way.earlier) if _lists(stage, codes)), None)
    if last is not None:
        return Because("again", first.name, earlier=last.name)
    if not way.earlier:
        return Because("first_of_series", first.name)
    return Because("first_listed", first.name)


def why_ended(codes: Sequence[Code], way: Way) -> Because:
    """Why codes stand on the earlier side alone."""
    if way.unlinked is not None:
        return way.unlinked
    ending = next((stage for stage in way.stages if stage.changing("ended", codes)), None)
    if ending is not None:
        return Because("ended", ending.name)
    full = [stage for stage in way.stages if not stage.is_corrigendum]
    without = [stage for stage in full if not _lists(stage, codes)]
    if not without:
        return Because("no_end")
    return Because("not_listed_any_more", without[0].name)


def _lists(stage: Stage, codes: Sequence[Code]) -> bool:
    return any(code.digits in stage.codes for code in codes)

"""The way from one tariff to another: the circulars that lie between, and what their measures say of each figure.

A figure that several circulars moved is classed step by step: each circular's figure against that of the one before it
on the way. The class of the whole way is that of its worst step; it is not known where a step is a corrigendum, or does
not list the code.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from bareme.audit.changes import Part
from bareme.audit.compared import PARENTS, Class, Compared, Quantity, Situation, chain_of, keys_of, or_none
from bareme.audit.pairs import Pair, Sighting
from bareme.audit.reconcile import compare_figures
from bareme.circulars.model import Measure, Reading
from bareme.circulars.sources import Source
from bareme.indexation.scope import NO_CHANGE
from bareme.indexation.wording import measure_brief, measure_words
from bareme.nomenclature.codes import Code

MOST_PAIRS = 3
"""So many pairs of codes of a measure are named in a sentence."""
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
    unlinked: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a figure changed: its class, the measures in a few words, a sentence."""

    klass: Class | None
    measure: str | None
    why: str


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
        return Reason(Class.NOT_COMPARABLE if known else None, None, seen.absent)
    if way.unlinked is not None:
        return Reason(None, None, way.unlinked)
    if seen.part is Part.LABEL:
        return Reason(None, None, f"printed so in circular {pair.newest.circular}")
    steps = [(stage, _compared(stage, pair, seen)) for stage in way.stages]
    classes = [None if compared is None else compared.klass for _, compared in steps]
    measures = [m for _, compared in steps for m in _measures(compared, seen)]
    worst = None if None in classes else next((klass for klass in _WORST_FIRST if klass in classes), None)
    why = "; ".join(_sentence(stage, compared, pair, seen) for stage, compared in steps)
    why = why or f"printed so in circular {pair.newest.circular}"
    return Reason(worst, " then ".join(map(measure_brief, measures)) or None, why)


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


def _sentence(stage: Stage, compared: Compared | None, pair: Pair, seen: Sighting) -> str:
    """What a circular on the way has to do with the change."""
    if pair.codes[0].digits not in stage.codes:
        return f"not listed in circular {stage.name}"
    if stage.is_corrigendum:
        return f"corrigendum {stage.name}"
    if compared is None and seen.part in _LETTERS:
        return f"no measure of {stage.name} changes it"
    if compared is None:
        return f"listed in circular {stage.name}, not classed"
    if compared.klass is Class.NOT_COMPARABLE:
        return f"in circular {stage.name} {compared.message.rstrip('.')}"
    if _is_rest(seen):
        return f"what the intervention of circular {stage.name} leaves of its fee"
    if compared.published is not None and compared.published == compared.previous:
        return f"the same in circular {stage.name}"
    measures = _measures(compared, seen)
    if not measures:
        return f"no measure of {stage.name} says so"
    text = f"{', then '.join(map(measure_words, measures))} (circular {stage.name})"
    if compared.klass is Class.UNEXPLAINED:
        return f"{or_none(compared.computed)} would follow from {text}"
    if compared.klass is Class.WITHIN_UNROUNDED_VALUE and compared.follows_from is not None:
        return f"{text}, from {PARENTS[compared.follows_from]}"
    return text


def _where(measure: Measure) -> str:
    if measure.scope == "codes":
        pairs = ["-".join(code.digits for code in pair) for pair in measure.codes]
        more = f" and {len(pairs) - MOST_PAIRS} more" if len(pairs) > MOST_PAIRS else ""
        return f"on {', '.join(pairs[:MOST_PAIRS])}{more}"
    words = {
        "series": f"on all acts of {measure.named}",
        "article": f"on article {measure.named}",
        "section": f"on section {measure.named}",
        "convention": "on the acts of the convention",
        "others": "on all other acts",
    }
    return words.get(measure.scope, "on all acts")


def why_added(codes: Sequence[Code], way: Way) -> str:
    """Why codes stand on the later side alone."""
    if way.unlinked is not None:
        return way.unlinked
    first = next((stage for stage in way.stages if _lists(stage, codes)), None)
    if first is None:
        return "first listed on the later side"
    if first.changing("added", codes):
        return f"a measure of circular {first.name} adds it"
    last = next((stage for stage in reversed(way.earlier) if _lists(stage, codes)), None)
    if last is not None:
        return f"listed again in circular {first.name}, after circular {last.name}; no measure adds it"
    if not way.earlier:
        return f"first listed in circular {first.name}, the first of its series in the book"
    return f"first listed in circular {first.name}"


def why_ended(codes: Sequence[Code], way: Way) -> str:
    """Why codes stand on the earlier side alone."""
    if way.unlinked is not None:
        return way.unlinked
    ending = next((stage for stage in way.stages if stage.changing("ended", codes)), None)
    if ending is not None:
        return f"a measure of circular {ending.name} ends it"
    full = [stage for stage in way.stages if not stage.is_corrigendum]
    without = [stage for stage in full if not _lists(stage, codes)]
    if not without:
        return "no measure ends it"
    return f"not listed in circular {without[0].name}; no measure ends it"


def _lists(stage: Stage, codes: Sequence[Code]) -> bool:
    return any(code.digits in stage.codes for code in codes)

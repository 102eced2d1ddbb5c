"""What a scenario changes, line by line: every figure of a line before and after, and the measures that moved it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bareme.audit.changes import PERCENT, Part, value_text
from bareme.audit.compared import Situation
from bareme.circulars.model import Line, Section
from bareme.circulars.sources import Figure
from bareme.nomenclature.outcomes import Certainty
from bareme.simulation.earlier import Base, day_of
from bareme.simulation.projecting import ProjectedLine
from bareme.simulation.scenario import Step
from bareme.simulation.summing import percent_of

SHARES_ONLY = ("share_set", "share_rate", "full_cover")
"""Kinds that move shares and interventions, and no letter value or fee."""
NONE = Decimal("0.00")
"""The percent of a figure that stays."""
RESTARTING = ("fee_set", "fee_as")
"""Kinds that make the fee anew: what the measures before them did to it is gone."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure of a line: published before, projected after; None where it is not known.

    `measures` are the ids of those that may move a figure of its kind, in order; none where it stays.
    """

    part: Part
    before: Decimal | None
    after: Decimal | None
    letter: str | None
    situation: Situation
    measures: tuple[str, ...]

    @property
    def is_changed(self) -> bool:
        """True when the figure is not what it was."""
        return self.before != self.after

    @property
    def difference(self) -> Decimal | None:
        """After less before."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def relative(self) -> Fraction | None:
        """The difference in percent of what was before, exactly; None where that is 0 or not known."""
        if self.before is None or self.after is None or not self.before:
            return None
        return percent_of(self.before, self.after)

    @property
    def percent(self) -> Decimal | None:
        """The same, rounded half up (away from zero) to two decimals."""
        if self.before and not self.is_changed:
            return NONE
        relative = self.relative
        return None if relative is None else PERCENT.round(relative)

    def to_dict(self) -> dict[str, Any]:
        """A figure of schema simulate-1."""
        whose, percent = self.situation, self.percent
        return {
            "quantity": self.part.value,
            "letter": self.letter,
            "setting": whose.setting,
            "regime": whose.regime,
            "age_from": whose.age_from,
            "age_to": whose.age_to,
            "facts": dict(whose.facts),
            "published": value_text(self.part, self.before),
            "projected": value_text(self.part, self.after),
            "difference": value_text(self.part, self.difference),
            "percent": None if percent is None else f"{percent:f}",
            "measures": list(self.measures),
        }


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line of which some figure moved, with all its figures: first letter values, then the fee, then amounts.

    `ends` when a measure ends it: its figures then have nothing after. `bases` are the tariffs of earlier days that its
    measures count from, each with the id of its measure.
    """

    line_id: str | None
    codes: tuple[str, ...]
    label: str | None
    section: Section | None
    series: str | None
    circular: str
    measures: tuple[str, ...]
    figures: tuple[Moved, ...]
    ends: bool = False
    bases: tuple[tuple[str, Base], ...] = ()

    @property
    def fee(self) -> Moved | None:
        """Its fee, where it has one."""
        return next((figure for figure in self.figures if figure.part is Part.FEE), None)

    @property
    def shares(self) -> tuple[Moved, ...]:
        """The patient shares that move; none of a line that ends."""
        if self.ends:
            return ()
        return tuple(one for one in self.figures if one.part is Part.PATIENT_SHARE and one.is_changed)

    @property
    def is_of_shares(self) -> bool:
        """True where patient shares move, and interventions with them, and nothing else."""
        parts = (Part.PATIENT_SHARE, Part.INTERVENTION)
        return bool(self.shares) and all(one.part in parts for one in self.figures if one.is_changed)

    def to_dict(self) -> dict[str, Any]:
        """A change of schema simulate-1."""
        section = self.section
        return {
            "codes": list(self.codes),
            "line_id": self.line_id,
            "label": self.label,
            "section": None if section is None else {"number": section.number, "title": section.title},
            "series": self.series,
            "circular": self.circular,
            "certainty": Certainty.PROJECTED.value,
            "measures": list(self.measures),
            "ends": self.ends,
            "counted_from": [base.to_dict(measure) for measure, base in self.bases],
            "figures": [figure.to_dict() for figure in self.figures],
        }


def changes_of(lines: Sequence[ProjectedLine], steps: Sequence[Step]) -> tuple[LineChange, ...]:
    """The lines that changed, with all their figures."""
    by_id = {step.id: step for step in steps}
    return tuple(_change(line, by_id) for line in lines if line.is_changed)


def _change(line: ProjectedLine, steps: Mapping[str, Step]) -> LineChange:
    listed = line.listed
    own = [steps[name] for name in line.steps]
    ending = tuple(step.id for step in own if step.measure.kind == "ended")
    return LineChange(
        line_id=listed.line_id,
        codes=tuple(code.digits for code in listed.codes),
        label=listed.line.label,
        section=listed.line.section,
        series=listed.reading.circular.series,
        circular=listed.circular,
        measures=ending or line.steps,
        figures=tuple(figures_of(line, own)),
        ends=line.ends,
        bases=line.bases,
    )


def lines_moved(lines: Iterable[ProjectedLine], steps: Sequence[Step]) -> dict[str, int]:
    """Of how many lines each measure moves a figure; measures that move none are left out."""
    by_id = {step.id: step for step in steps}
    counts: dict[str, int] = {}
    for line in lines:
        for ident in _moving(line, [by_id[name] for name in line.steps]) if line.is_changed else ():
            counts[ident] = counts.get(ident, 0) + 1
    return counts


def _moving(line: ProjectedLine, own: Sequence[Step]) -> set[str]:
    """The measures of a line that move a figure of it: those of the fee, those of shares, or both."""
    of_fee = _of_fee(own)
    if line.ends:
        return set(of_fee)
    before, after = line.listed.line, line.after
    amounts = list(zip(before.amounts, after.amounts, strict=True))
    regimes = [old.regime for old, new in amounts if new.patient_share is not old.patient_share]
    moves_fee = (
        after.fee is not before.fee
        or any(new.value is not old.value for old, new in zip(before.terms, after.terms, strict=True))
        or any(
            new.intervention is not old.intervention and new.patient_share is old.patient_share for old, new in amounts
        )
    )
    return {*(of_fee if moves_fee else ()), *(name for regime in regimes for name in _of_shares(own, regime))}


def figures_of(line: ProjectedLine, steps: Sequence[Step] = ()) -> Iterator[Moved]:
    """The figures of a line and of what it becomes, which has the same terms and amounts in the same places.

    `steps` are the line's own measures, to be named beside what they move.
    """
    before, after = line.listed.line, _without_figures(line.after) if line.ends else line.after
    everyone, of_fee = _common_ages(before), _of_fee(steps)
    for term, new_term in zip(before.terms, after.terms, strict=True):
        if term.value is not None:
            yield _moved(Part.LETTER_VALUE, term.value, new_term.value, everyone, of_fee, term.letter)
    if before.fee is not None:
        yield _moved(Part.FEE, before.fee, after.fee, everyone, of_fee)
    whole = len(line.listed.codes) == len(before.codes)
    settings = {code.setting for code in line.listed.codes}
    for amount, becomes in zip(before.amounts, after.amounts, strict=True):
        if not (whole or amount.setting is None or amount.setting in settings):
            continue
        situation = Situation.of(amount)
        of_shares = _of_shares(steps, amount.regime)
        moves_both = tuple(step.id for step in steps if step.id in of_fee or step.id in of_shares)
        pairs = (
            (Part.INTERVENTION, amount.intervention, becomes.intervention, moves_both),
            (Part.PATIENT_SHARE, amount.patient_share, becomes.patient_share, of_shares),
        )
        for part, old, new, measures in pairs:
            if old is not None or new is not None:
                yield _moved(part, old, new, situation, measures)


def _without_figures(line: Line) -> Line:
    """A line that ends has no figure after."""
    terms = tuple(replace(term, value=None) for term in line.terms)
    amounts = tuple(replace(amount, intervention=None, patient_share=None) for amount in line.amounts)
    return replace(line, terms=terms, fee=None, amounts=amounts)


def _moved(
    part: Part,
    before: Figure | None,
    after: Figure | None,
    situation: Situation,
    measures: tuple[str, ...],
    letter: str | None = None,
) -> Moved:
    old, new = (None if figure is None else figure.amount for figure in (before, after))
    return Moved(part, old, new, letter, situation, measures if old != new else ())


def _common_ages(line: Line) -> Situation:
    """The ages that all amounts of a line have, for its fee."""
    ages = {(amount.age_from, amount.age_to) for amount in line.amounts}
    first, end = ages.pop() if len(ages) == 1 else (None, None)
    return Situation(None, None, first, end)


def _of_fee(steps: Sequence[Step]) -> tuple[str, ...]:
    """The measures that move letter values and the fee; those before a fee that is set, and beside an end, are gone."""
    ending = tuple(step.id for step in steps if step.measure.kind == "ended")
    if ending:
        return ending
    found = [step for step in steps if step.measure.kind not in SHARES_ONLY]
    anew = [place for place, step in enumerate(found) if _begins_anew(step)]
    return tuple(step.id for step in (found[anew[-1] :] if anew else found))


def _begins_anew(step: Step) -> bool:
    """True for a measure that makes the fee anew, or counts it from an earlier day, for every letter of it."""
    return step.measure.kind in RESTARTING or (day_of(step.measure) is not None and not step.letters)


def _of_shares(steps: Sequence[Step], regime: object) -> tuple[str, ...]:
    """The measures that move the shares of a regime; a percentage of the fee moves with the fee."""
    ending = tuple(step.id for step in steps if step.measure.kind == "ended")
    if ending:
        return ending
    own = [step for step in steps if step.measure.kind in (*SHARES_ONLY, "circular")]
    own = [step for step in own if step.regime is None or regime in (None, step.regime)]
    if any(step.measure.kind == "share_rate" for step in own):
        of_fee = _of_fee(steps)
        return tuple(step.id for step in steps if step in own or step.id in of_fee)
    return tuple(step.id for step in own)

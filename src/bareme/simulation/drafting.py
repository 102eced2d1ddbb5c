"""The projected circular of a series as it would be printed: what `bareme draft --scenario` writes out, marked DRAFT.

Nothing was issued: it has no number and no date of issue, so that whoever reads it is told that it says neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bareme.circulars.model import MEASURE_KINDS, Amount, Line, Measure, Reading
from bareme.circulars.sources import Figure
from bareme.errors import InputError
from bareme.money import printed
from bareme.simulation.overlaying import Becoming, circular_of
from bareme.simulation.projecting import ProjectedLine, Projection
from bareme.simulation.scenario import Scenario, Step


def draft_reading(projection: Projection, series: str | None = None) -> Reading:
    """The last projected circular of a series, with the figures that its circulars print; `InputError` names them.

    `series` may be left out where only one changes.
    """
    scenario = projection.scenario
    days = {reading.circular.series: reading.circular.effective_on for reading in projection.circulars}
    name = series if series is not None else next(iter(days), None)
    if name not in days or (series is None and len(days) > 1):
        held = ", ".join(f"{one}" for one in days) or "none"
        wanted = "name a series that changes" if series is None else f"{series} is none of them"
        raise InputError(f"{scenario.name} changes the series {held}; {wanted}. Nothing was written.")
    own = [line for line in projection.lines if line.listed.reading.circular.series == name]
    becoming = [(line.listed, _printed(line)) for line in own if not line.ends]
    _refuse_below_nothing(scenario, becoming)
    measures = tuple(_measures(projection, own))
    return circular_of(scenario.name, scenario.title, days[name] or scenario.start, name or "", becoming, measures)


def _refuse_below_nothing(scenario: Scenario, becoming: Sequence[Becoming]) -> None:
    """`InputError` where a share above the fee leaves an intervention that no circular can print."""
    for listed, line in becoming:
        for paid in (amount.intervention for amount in line.amounts):
            if paid is not None and line.fee is not None and paid.amount < 0 <= line.fee.amount:
                code = listed.codes[0].digits
                said = f"{scenario.name}: the intervention of {code} would be {printed(paid.amount)}, less than nothing"
                why = "its patient share is above its fee, and `bareme simulate` names the measure"
                raise InputError(f"{said}: {why}. Nothing was written.")


def _printed(line: ProjectedLine) -> Line:
    """The line as a circular would print it: a projected figure stands where the published one did."""
    before, after = line.listed.line, line.after
    amounts = tuple(_amount(*pair) for pair in zip(before.amounts, after.amounts, strict=True))
    return after if amounts == after.amounts else replace(after, amounts=amounts)


def _amount(before: Amount, after: Amount) -> Amount:
    """The amount with the figures that the baseline printed as printed ones; the others are for readers to compute."""
    figures = ((before.intervention, after.intervention), (before.patient_share, after.patient_share))
    intervention, share = (_figure(*pair) for pair in figures)
    return replace(after, intervention=intervention, patient_share=share)


def _figure(before: Figure | None, after: Figure | None) -> Figure | None:
    """The figure as printed where the one before was; a computed one where that was computed."""
    if before is None or after is None or after is before:
        return after
    if before.is_derived:
        return after if after.is_derived else Figure(after.amount, after.source, "difference", (after,))
    return Figure(after.amount, after.source)


def _measures(projection: Projection, lines: Sequence[ProjectedLine]) -> Iterator[Measure]:
    """The measures that a circular can announce, for the lines of its series; others speak through the figures."""
    for step in projection.scenario.steps:
        own = [line for line in lines if step.id in line.steps]
        if not own or step.regime is not None:
            continue
        if step.measure.kind == "circular":
            readings = (p.reading for p in projection.view.timeline.publications if p.number == step.circular)
            yield from next(readings).measures
        elif step.measure.kind in MEASURE_KINDS:
            yield _announced(step, own, lines)


def _announced(step: Step, own: Sequence[ProjectedLine], lines: Sequence[ProjectedLine]) -> Measure:
    """A measure in the terms of a circular of one series: pairs of codes in place of ranges, its letter by name."""
    measure = step.measure
    letters = {term.letter for line in own for term in line.listed.line.terms}
    if measure.kind == "fee_of_coefficient" and measure.letter is None and len(letters) == 1:
        measure = replace(measure, letter=letters.pop())
    codes = [code for line in lines if line not in own for code in line.listed.codes]
    out = [code.digits for code in codes if any(first <= code.digits <= last for first, last in step.left_out)]
    measure = replace(measure, excepted=(*measure.excepted, *out))
    if step.letters or step.letters_left_out:
        return replace(measure, scope="codes", named=None, codes=tuple(line.listed.codes for line in own))
    if measure.scope == "series":
        return replace(measure, scope="all", named=None)
    return replace(measure, codes=tuple(line.listed.codes for line in own)) if measure.scope == "codes" else measure

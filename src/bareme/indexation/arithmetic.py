"""What measures make of a line: letter values, fee and amounts, exactly, each with its parents and its operation.

The letter value is indexed and rounded half up at six decimals; the fee is recomputed from the printed value; a fixed
patient share is kept (seen: 2024/382 to 2025/336). Fees without a letter value are indexed as amounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bareme.circulars.columns import product_of
from bareme.circulars.model import Amount, Line, Measure, Term
from bareme.circulars.sources import Figure, difference
from bareme.money import CENT, LETTER_VALUE


@dataclass(frozen=True, slots=True)
class Expected:
    """What a line should be after its measures; None where nothing follows.

    `values` are the letter values by the number of the term, `interventions` by the number of the amount;
    `from_rounded_fee` when a measure works on the rounded fee.
    """

    values: tuple[Figure | None, ...]
    fee: Figure | None
    interventions: tuple[Figure | None, ...]
    measures: tuple[Measure, ...]
    from_rounded_fee: bool = False


def factor_of(measure: Measure) -> Fraction | None:
    """By how much a measure multiplies a letter value; None for one that does not multiply."""
    if measure.kind in ("index", "letter_value_by_rate") and measure.rate is not None:
        return 1 + Fraction(measure.rate.amount) / 100
    if measure.kind == "fee_of_coefficient" and measure.coefficient_from and measure.coefficient_to:
        return Fraction(measure.coefficient_to.amount) / Fraction(measure.coefficient_from.amount)
    return None


def expected(line: Line, measures: Sequence[Measure]) -> Expected:
    """The line after its measures, in order. Values are rounded once, at the end, but before a change of the fee."""
    values: list[Figure | None] = [term.value for term in line.terms]
    exact = [Fraction(1)] * len(values)
    rounded_fee = False
    for measure in measures:
        factor = factor_of(measure)
        if factor is not None:
            exact = [e * factor for e in exact]
        elif measure.kind == "fee_by_amount" and measure.amount is not None and len(line.terms) == 1:
            values = [_moved_by_amount(line.terms[0], exact[0], measure)]
            exact, rounded_fee = [Fraction(1)], True
    if not rounded_fee:
        values = [_multiplied(v, e, measures) for v, e in zip(values, exact, strict=True)]
    fee = _fee(line, values, measures)
    interventions = tuple(_intervention(amount, fee) for amount in line.amounts)
    return Expected(tuple(values), fee, interventions, tuple(measures), rounded_fee)


def _multiplied(value: Figure | None, factor: Fraction, measures: Sequence[Measure]) -> Figure | None:
    """A letter value times a factor, rounded at six decimals."""
    if value is None or not measures:
        return value
    product = LETTER_VALUE.round(Fraction(value.amount) * factor)
    return Figure(product, value.source, " then ".join(m.kind for m in measures), (value, *_figures(measures)))


def _moved_by_amount(term: Term, factor: Fraction, measure: Measure) -> Figure | None:
    """The letter value that makes the rounded fee change by an amount (2025/336: 589551, 3.012,37 - 400)."""
    if term.value is None or term.coefficient is None or measure.amount is None:
        return None
    indexed = LETTER_VALUE.round(Fraction(term.value.amount) * factor)
    fee = CENT.round(Fraction(term.coefficient.amount) * Fraction(indexed)) + measure.amount.amount
    value = LETTER_VALUE.round(Fraction(fee) / Fraction(term.coefficient.amount))
    return Figure(value, term.value.source, "fee_by_amount", (term.value, term.coefficient, measure.amount))


def _fee(line: Line, values: Sequence[Figure | None], measures: Sequence[Measure]) -> Figure | None:
    """The fee from the new letter values; a fee without them is indexed as an amount."""
    if line.fee is None:
        return None
    if line.terms:
        terms = [Term(t.letter, t.coefficient, v) for t, v in zip(line.terms, values, strict=True)]
        product = product_of(terms)
        parents = tuple(v for v in values if v is not None)
        return None if product is None else Figure(product, line.fee.source, "sum of terms", parents)
    return indexed_amount(line.fee, measures)


def indexed_amount(amount: Figure, measures: Sequence[Measure]) -> Figure:
    """An amount times the factors of its measures, rounded half up to the cent."""
    factor = Fraction(1)
    for measure in measures:
        factor *= factor_of(measure) or 1
    return Figure(CENT.round(Fraction(amount.amount) * factor), amount.source, "index", (amount, *_figures(measures)))


def _intervention(amount: Amount, fee: Figure | None) -> Figure | None:
    """The new fee less the patient share, which an index leaves as it is."""
    if fee is None or amount.patient_share is None or amount.intervention is None:
        return None
    return difference(fee, amount.patient_share)


def _figures(measures: Sequence[Measure]) -> tuple[Figure, ...]:
    found = (m.rate or m.amount or m.coefficient_to for m in measures)
    return tuple(figure for figure in found if figure is not None)

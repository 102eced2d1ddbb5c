"""What measures make of a line: letter values, fee and amounts, exactly, each with its parents and its operation.

The letter value is indexed and rounded half up at six decimals; the fee is recomputed from the printed value; a fixed
patient share is kept (seen: 2024/382 to 2025/336). Fees without a letter value are indexed as amounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from bareme.circulars.columns import product_of
from bareme.circulars.model import Amount, Line, Measure, Reading, Term
from bareme.circulars.sources import Figure, difference
from bareme.indexation.scope import measures_on
from bareme.money import CENT, LETTER_VALUE

MULTIPLYING = ("index", "letter_value_by_rate", "fee_by_rate")
"""Kinds whose rate multiplies the letter value, and fees without one."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a line should be after its measures; None where nothing follows.

    `values` are the letter values by the number of the term, `interventions` and `shares` by the number of the amount;
    `from_rounded_fee` when a measure works on the rounded fee.
    """

    line: Line
    values: tuple[Figure | None, ...]
    fee: Figure | None
    interventions: tuple[Figure | None, ...]
    shares: tuple[Figure | None, ...]
    measures: tuple[Measure, ...]
    from_rounded_fee: bool = False


def factor_of(measure: Measure) -> Fraction | None:
    """By how much a measure multiplies a letter value; None for one that does not multiply.

    Of a partial rate only the rest is still to come: 8,14 % of which 2 % was applied before is 1,0814 / 1,02
    (interpretation `partial-index`).
    """
    if measure.kind in MULTIPLYING and measure.rate is not None:
        return _of_rate(measure.rate.amount, measure.already.amount if measure.already else Decimal(0))
    if measure.kind == "fee_of_coefficient" and measure.coefficient_from and measure.coefficient_to:
        return Fraction(measure.coefficient_to.amount) / Fraction(measure.coefficient_from.amount)
    return None


@lru_cache(maxsize=256)
def _of_rate(rate: Decimal, already: Decimal) -> Fraction:
    return (1 + Fraction(rate) / 100) / (1 + Fraction(already) / 100)


def apply(previous: Reading, measures: Sequence[Measure]) -> Iterator[Expected]:
    """Every line of a circular after measures, in its order; lines that a measure ends are left out."""
    for line in previous.lines:
        own = measures_on(line, measures, previous.circular.series)
        if not any(measure.kind == "ended" for measure in own):
            yield expected(line, own)


def expected(line: Line, measures: Sequence[Measure]) -> Expected:
    """The line after its measures, in order. Values are rounded once, at the end, but before a change of the fee."""
    values: list[Figure | None] = [term.value for term in line.terms]
    exact = Fraction(1)
    rounded_fee, fee_set = False, None
    for measure in measures:
        factor = factor_of(measure)
        if factor is not None:
            exact *= factor
        elif measure.kind == "fee_by_amount" and measure.amount is not None and len(line.terms) == 1:
            values = [_moved_by_amount(line.terms[0], exact, measure)]
            exact, rounded_fee = Fraction(1), True
        elif measure.kind == "fee_set" and measure.amount is not None:
            values = [_of_fee(term, measure) if len(line.terms) == 1 else None for term in line.terms]
            fee_set, rounded_fee = measure.amount, True
    if not rounded_fee:
        values = [_multiplied(value, exact, measures) for value in values]
    fee = (
        _fee(line, values, measures)
        if fee_set is None
        else Figure(fee_set.amount, fee_set.source, "fee_set", (fee_set,))
    )
    shares = tuple(_share(amount, measures) for amount in line.amounts)
    interventions = tuple(_intervention(a, share, fee) for a, share in zip(line.amounts, shares, strict=True))
    return Expected(line, tuple(values), fee, interventions, shares, tuple(measures), rounded_fee)


def _multiplied(value: Figure | None, factor: Fraction, measures: Sequence[Measure]) -> Figure | None:
    """A letter value times a factor, rounded at six decimals."""
    if value is None or not measures:
        return value
    product = LETTER_VALUE.round(Fraction(value.amount) * factor)
    return Figure(product, value.source, " then ".join(m.kind for m in measures), (value, *_figures(measures)))


def _moved_by_amount(term: Term, factor: Fraction, measure: Measure) -> Figure | None:
    """The letter value that makes the rounded fee change by an amount (2025/336: 589551, 3.012,37 - 400)."""
    if term.value is None or term.coefficient is None or measure.amount is None or not term.coefficient.amount:
        return None
    indexed = LETTER_VALUE.round(Fraction(term.value.amount) * factor)
    fee = CENT.round(Fraction(term.coefficient.amount) * Fraction(indexed)) + measure.amount.amount
    return _value_of(fee, term.value, term.coefficient, measure)


def _of_fee(term: Term, measure: Measure) -> Figure | None:
    """The letter value that makes the fee what a measure says."""
    if term.value is None or term.coefficient is None or measure.amount is None or not term.coefficient.amount:
        return None
    return _value_of(measure.amount.amount, term.value, term.coefficient, measure)


def _value_of(fee: Decimal, value: Figure, coefficient: Figure, measure: Measure) -> Figure:
    """Fee / coefficient, rounded at six decimals."""
    number = LETTER_VALUE.round(Fraction(fee) / Fraction(coefficient.amount))
    return Figure(number, value.source, measure.kind, (value, coefficient, *_figures([measure])))


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
    """An amount times the factors of its measures, plus their changes, rounded half up to the cent."""
    number = Fraction(amount.amount)
    for measure in measures:
        if measure.kind == "fee_by_amount" and measure.amount is not None:
            number = Fraction(CENT.round(number) + measure.amount.amount)
        number *= factor_of(measure) or 1
    return Figure(CENT.round(number), amount.source, "index", (amount, *_figures(measures)))


def _share(amount: Amount, measures: Sequence[Measure]) -> Figure | None:
    """The patient share after measures: an index leaves it as it is, and a new one is for those who pay one."""
    share = amount.patient_share
    new = next((m.amount for m in reversed(measures) if m.kind == "share_set"), None)
    return (
        share
        if share is None or new is None or not share.amount
        else Figure(new.amount, new.source, "share_set", (new,))
    )


def _intervention(amount: Amount, share: Figure | None, fee: Figure | None) -> Figure | None:
    """The new fee less the patient share."""
    if fee is None or share is None or amount.intervention is None:
        return None
    return difference(fee, share)


def _figures(measures: Sequence[Measure]) -> tuple[Figure, ...]:
    found = (m.rate or m.amount or m.coefficient_to for m in measures)
    return tuple(figure for figure in found if figure is not None)

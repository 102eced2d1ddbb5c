"""What measures make of a line: letter values, fee and amounts, exactly, each with its parents and its operation.

The letter value is indexed and rounded half up at six decimals; the fee is recomputed from the printed value; a fixed
patient share is kept (seen: 2024/382 to 2025/336). Fees without a letter value are indexed as amounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from bareme.circulars.columns import product_of
from bareme.circulars.model import Amount, Line, Measure, Reading, Term
from bareme.circulars.sources import Figure, difference
from bareme.indexation.scope import measures_on
from bareme.money import CENT, LETTER_VALUE, Rounding

SILENT = ("added", "ended", "unchanged", "share_set")
"""Kinds that leave letter values and fees as they are."""
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


@dataclass(frozen=True, slots=True)
class Manner:
    """How a measure works on one line, where that is not said by the measure alone.

    `terms` are the numbers of the letter values that it multiplies, None: all. `base` is the line of an earlier day
    whose figures its rate counts from, None: those that the measures before it leave.
    """

    terms: frozenset[int] | None = None
    base: Line | None = None


Manners = Mapping[int, Manner]
"""Manners by the number of the measure among those of a line."""
PLAIN: Manners = {}


def factor_of(measure: Measure) -> Fraction | None:
    """By how much a measure multiplies a letter value; None for one that does not multiply.

    Of a partial rate only the rest is still to come: 8,14 % of which 2 % was applied before is 1,0814 / 1,02
    (interpretation `partial-index`).
    """
    if measure.kind in MULTIPLYING and measure.rate is not None:
        return _of_rate(measure.rate.amount, measure.already.amount if measure.already else Decimal(0))
    if measure.kind == "fee_of_coefficient" and measure.coefficient_from and measure.coefficient_to:
        if not measure.coefficient_from.amount:
            return None
        return Fraction(measure.coefficient_to.amount) / Fraction(measure.coefficient_from.amount)
    return None


def factor_of_all(measures: Sequence[Measure]) -> Fraction | None:
    """The product of the factors of measures; those that leave figures alone are 1. None when one does not multiply."""
    product = Fraction(1)
    for measure in measures:
        factor = Fraction(1) if measure.kind in SILENT else factor_of(measure)
        if factor is None:
            return None
        product *= factor
    return product


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
    values, fee, from_rounded_fee = values_and_fee(line, measures)
    shares = tuple(_share(amount, measures) for amount in line.amounts)
    interventions = tuple(_intervention(a, share, fee) for a, share in zip(line.amounts, shares, strict=True))
    return Expected(line, values, fee, interventions, shares, tuple(measures), from_rounded_fee)


def values_and_fee(
    line: Line, measures: Sequence[Measure], manners: Manners = PLAIN
) -> tuple[tuple[Figure | None, ...], Figure | None, bool]:
    """The letter values and the fee of a line after measures, and whether one works on the rounded fee."""
    state = _State(line)
    for number, measure in enumerate(measures):
        factor = factor_of(measure)
        if factor is not None:
            if manners and number in manners:
                state.multiply_so(factor, manners[number])
            else:
                state.multiply(factor)
        elif measure.kind in ("fee_by_amount", "fee_set") and measure.amount is not None:
            state.move_fee(measure)
    values = state.multiplied(measures)
    return values, state.fee(values, measures), state.from_rounded_fee


class _State:
    """A line while measures are applied to it: letter values, the factor still to be applied, a fee of its own.

    The factor is `above` / `below`, not in lowest terms: to find these for every line takes longer than all the rest.
    `own` are factors of single letter values beside it, by the number of the term, once they are not the same for all.
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self.values: list[Figure | None] = [term.value for term in line.terms]
        self.above = self.below = 1
        self.own: dict[int, Fraction] = {}
        self.amount: Decimal | None = None
        self.parent = line.fee
        self.from_rounded_fee = False

    def multiply(self, factor: Fraction) -> None:
        """Multiply letter values, or the fee; a fee that was set then follows from its letter value again."""
        above, below = factor.as_integer_ratio()
        if above != below and len(self.values) == 1 and self.values[0] is not None:
            self.amount = None
        self.above, self.below = self.above * above, self.below * below

    def multiply_so(self, factor: Fraction, manner: Manner) -> None:
        """Multiply some letter values, or those of an earlier day; a fee without letters too."""
        if manner.base is not None and not self.values:
            self.parent, self.above, self.below = manner.base.fee, 1, 1
            self.amount = None if self.parent is None else self.parent.amount
            self.multiply(factor)
            return
        if manner.base is None and self.amount is not None:
            return  # A fee that was set on a sum of letters: their values are not known from then on.
        common = Fraction(self.above, self.below)
        self.own = {place: self.own.get(place, 1) * common for place in range(len(self.values))}
        self.above = self.below = 1
        self.amount = None
        for place in range(len(self.values)) if manner.terms is None else manner.terms:
            if manner.base is None:
                self.own[place] *= factor
            else:
                self.values[place], self.own[place] = manner.base.terms[place].value, factor

    def times(self, amount: Decimal, rounding: Rounding) -> Decimal:
        """An amount times the factor, rounded."""
        above, below = amount.as_integer_ratio()
        return rounding.of_ratio(above * self.above, below * self.below)

    def value(self, place: int, value: Figure) -> Decimal:
        """The letter value of a term, rounded at six decimals."""
        if place not in self.own:
            return self.times(value.amount, LETTER_VALUE)
        return LETTER_VALUE.round(Fraction(value.amount) * self.own[place] * Fraction(self.above, self.below))

    def multiplied(self, measures: Sequence[Measure]) -> tuple[Figure | None, ...]:
        """The letter values, each rounded once; the printed ones where every measure leaves them."""
        if all(measure.kind in SILENT for measure in measures):
            return tuple(self.values)
        name, figures = " then ".join(measure.kind for measure in measures), _figures(measures)
        pairs = enumerate(zip(self.values, self.line.terms, strict=True))
        return tuple(
            value and Figure(self.value(place, value), (term.value or value).source, name, (value, *figures))
            for place, (value, term) in pairs
        )

    def move_fee(self, measure: Measure) -> None:
        """Change the rounded fee, or set it; a single letter value follows (2025/336: 589551, 3.012,37 - 400)."""
        assert measure.amount is not None
        before = self._rounded_fee()
        now = before if before is None else before + measure.amount.amount
        if measure.kind == "fee_set":
            now = measure.amount.amount
        if now == before:
            # The letter value gives this fee already, or the document prints both.
            self.amount = now if self.above == self.below and not self.own else self.amount
            return
        terms, coefficient = self.line.terms, self.line.terms[0].coefficient if self.line.terms else None
        value = self.values[0] if len(self.values) == 1 else None
        if now is not None and len(terms) == 1 and value and coefficient and coefficient.amount:
            self.values = [_value_of(now, value, coefficient, measure)]
        else:
            self.values = [None] * len(terms)
        alone = len(terms) == 1 and self.values[0] is not None and measure.kind == "fee_by_amount"
        self.amount = None if alone else now
        self.above, self.below, self.own, self.from_rounded_fee = 1, 1, {}, True

    def fee(self, values: Sequence[Figure | None], measures: Sequence[Measure]) -> Figure | None:
        """The fee from the new letter values; a fee without them, or of its own, is an amount."""
        if self.line.fee is None:
            return None
        if self.amount is not None or not self.line.terms:
            amount = self._rounded_fee()
            parents = (self.parent or self.line.fee, *_figures(measures))
            return None if amount is None else Figure(amount, self.line.fee.source, "index", parents)
        return _from_terms(self.line, values)

    def _rounded_fee(self) -> Decimal | None:
        if self.amount is not None:
            return self.times(self.amount, CENT)
        untouched = self.above == self.below and not self.from_rounded_fee and not self.own
        if not self.line.terms or (untouched and self.line.fee is not None):
            return None if self.line.fee is None else self.times(self.line.fee.amount, CENT)
        values = [v and replace(v, amount=self.value(place, v)) for place, v in enumerate(self.values)]
        fee = _from_terms(self.line, values)
        return None if fee is None else fee.amount


def _from_terms(line: Line, values: Sequence[Figure | None]) -> Figure | None:
    terms = [Term(t.letter, t.coefficient, v) for t, v in zip(line.terms, values, strict=True)]
    product = product_of(terms)
    parents = tuple(v for v in values if v is not None)
    return None if product is None or line.fee is None else Figure(product, line.fee.source, "sum of terms", parents)


def _value_of(fee: Decimal, value: Figure, coefficient: Figure, measure: Measure) -> Figure:
    """Fee / coefficient, rounded at six decimals."""
    number = LETTER_VALUE.round(Fraction(fee) / Fraction(coefficient.amount))
    return Figure(number, value.source, measure.kind, (value, coefficient, *_figures([measure])))


def indexed_amount(amount: Figure, measures: Sequence[Measure]) -> Figure:
    """An amount times the factors of its measures, rounded half up to the cent."""
    number = Fraction(amount.amount)
    for measure in measures:
        factor = factor_of(measure)
        number *= 1 if factor is None else factor
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

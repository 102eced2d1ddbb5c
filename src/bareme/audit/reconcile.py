"""Does a circular follow from the one before it and the measures that it announces? Every figure is classed.

The fee follows from the printed letter value; a fixed patient share is kept. A figure that differs from what printed
figures give may still follow from values that the insurer keeps unrounded: the prints bound them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bareme.circulars.columns import product_of
from bareme.circulars.model import Amount, Line, Measure, Reading
from bareme.circulars.sources import Source
from bareme.indexation.arithmetic import Expected, expected, factor_of, indexed_amount
from bareme.indexation.hidden import Interval, can_round_to
from bareme.indexation.scope import measures_on
from bareme.money import CENT, LETTER_VALUE, Rounding, printed


class Class(StrEnum):
    """How a figure relates to its parent in the circular before."""

    AS_ANNOUNCED = "as_announced"
    """What the measures make of the printed parent, to the last digit."""
    WITHIN_UNROUNDED_VALUE = "within_unrounded_value"
    """Not from the printed parent, but from some exact value that is printed so."""
    UNEXPLAINED = "unexplained"
    """From no such value."""
    NOT_COMPARABLE = "not_comparable"
    """Without a parent, or without a figure."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of a circular against its parent. `published` and `computed` in euro, or a letter value."""

    code: str
    quantity: str
    klass: Class
    published: Decimal | None
    computed: Decimal | None
    previous: Decimal | None
    measure: str | None
    message: str
    source: Source

    def to_dict(self) -> dict[str, object]:
        """A line of schema reconcile-1."""

        def text(number: Decimal | None) -> str | None:
            return None if number is None else f"{number:f}"

        return {
            "code": self.code,
            "quantity": self.quantity,
            "class": self.klass.value,
            "published": text(self.published),
            "computed": text(self.computed),
            "previous": text(self.previous),
            "measure": self.measure,
            "message": self.message,
            "source": self.source.to_dict(),
        }


def key_of(line: Line) -> tuple[object, ...]:
    """What tells a line from the others of its circular: its codes and the ages and facts of its amounts."""
    ages = sorted({(a.age_from or 0, a.age_to or 0, tuple(sorted(a.facts.items()))) for a in line.amounts})
    return (*line.codes, *ages)


def reconcile_lines(previous: Reading, circular: Reading) -> Iterator[Compared]:
    """Every figure of every line of a circular, classed, in the order of the circular."""
    parents = {key_of(line): line for line in previous.lines}
    for line in circular.lines:
        if line.code is None:
            continue
        parent = parents.get(key_of(line))
        if parent is None:
            message = f"{previous.circular.number} has no such line."
            yield Compared(line.code, "line", Class.NOT_COMPARABLE, None, None, None, None, message, line.source)
            continue
        yield from _line(parent, line, measures_on(line, circular.measures))


def _line(parent: Line, line: Line, measures: Sequence[Measure]) -> Iterator[Compared]:
    should = expected(parent, measures)
    if line.fee is None and not line.terms:
        yield _compared(line, "fee", Class.NOT_COMPARABLE, None, None, None, (), "no fee is printed.")
        return
    yield from _letters(parent, line, should)
    yield from _fee(parent, line, should)
    for number, amount in enumerate(line.amounts):
        yield from _amount(parent, line, number, amount, should)


def _letters(parent: Line, line: Line, should: Expected) -> Iterator[Compared]:
    if [t.letter for t in parent.terms] != [t.letter for t in line.terms]:
        yield _compared(line, "terms", Class.UNEXPLAINED, None, None, None, should.measures, "other key letters.")
        return
    for number, (old, new) in enumerate(zip(parent.terms, line.terms, strict=True)):
        suffix = "" if len(line.terms) == 1 else f" {new.letter or number + 1}"
        if old.coefficient and new.coefficient and old.coefficient.amount != new.coefficient.amount:
            message = f"the coefficient was {printed(old.coefficient.amount)}; no measure changes it."
            figures = (new.coefficient.amount, old.coefficient.amount, old.coefficient.amount)
            yield _compared(line, f"coefficient{suffix}", Class.UNEXPLAINED, *figures, (), message)
        computed = should.values[number]
        if old.value is None or new.value is None or computed is None:
            continue
        klass, message = _class_of_value(old.value.amount, new.value.amount, computed.amount, should)
        figures = (new.value.amount, computed.amount, old.value.amount)
        yield _compared(line, f"letter_value{suffix}", klass, *figures, should.measures, message)


def _class_of_value(old: Decimal, new: Decimal, computed: Decimal, should: Expected) -> tuple[Class, str]:
    if new == computed:
        how = "from the rounded fee" if should.from_rounded_fee else "from the printed value"
        return Class.AS_ANNOUNCED, f"{printed(new)} follows {how}."
    factor = _factor(should.measures)
    if factor is not None and can_round_to(new, _bounds(old, LETTER_VALUE, factor), LETTER_VALUE):
        message = (
            f"{printed(computed)} follows from the printed {printed(old)}, {printed(new)} from an unrounded value."
        )
        return Class.WITHIN_UNROUNDED_VALUE, message
    return Class.UNEXPLAINED, f"{printed(computed)} follows from {printed(old)}; {printed(new)} does not."


def _bounds(number: Decimal, rounding: Rounding, factor: Fraction) -> Interval:
    """The exact values behind a print, times a factor."""
    half = Fraction(rounding.unit) / 2
    return Interval(Fraction(number) - half, Fraction(number) + half).times(factor)


def _factor(measures: Sequence[Measure]) -> Fraction | None:
    """The product of the measures, or None when one does not multiply."""
    product = Fraction(1)
    for measure in measures:
        factor = factor_of(measure)
        if factor is None:
            return None
        product *= factor
    return product


def _fee(parent: Line, line: Line, should: Expected) -> Iterator[Compared]:
    if parent.fee is None or line.fee is None:
        figures = (line.fee.amount if line.fee else None, None, parent.fee.amount if parent.fee else None)
        yield _compared(line, "fee", Class.NOT_COMPARABLE, *figures, (), "one of the two fees is not printed.")
        return
    fee, old = line.fee.amount, parent.fee.amount
    computed = should.fee.amount if should.fee else None
    own = product_of(line.terms)
    as_amount = indexed_amount(parent.fee, should.measures).amount
    if fee == computed:
        klass, message = (
            Class.AS_ANNOUNCED,
            f"{printed(fee)} follows from {'the letter value' if line.terms else printed(old)}.",
        )
    elif own is not None and fee == own:
        klass, message = Class.WITHIN_UNROUNDED_VALUE, f"{printed(fee)} follows from its own printed letter value."
    elif fee == as_amount or _amount_could_be(fee, old, should):
        klass = Class.WITHIN_UNROUNDED_VALUE
        rounded = "" if fee == as_amount else " unrounded"
        message = f"{printed(fee)} follows from last year's{rounded} fee as an amount, not from the letter value."
    else:
        klass, message = (
            Class.UNEXPLAINED,
            f"{_or_none(computed)} follows from {printed(old)}; {printed(fee)} does not.",
        )
    yield _compared(line, "fee", klass, fee, computed, old, should.measures, message)


def _amount_could_be(fee: Decimal, old: Decimal, should: Expected) -> bool:
    factor = _factor(should.measures)
    return factor is not None and can_round_to(fee, _bounds(old, CENT, factor), CENT)


def _amount(parent: Line, line: Line, number: int, amount: Amount, should: Expected) -> Iterator[Compared]:
    """The intervention (or the printed patient share) of one situation."""
    before = next((a for a in parent.amounts if _situation(a) == _situation(amount)), None)
    name = " ".join(str(word) for word in ("intervention", amount.setting, amount.regime) if word)
    new = amount.intervention.amount if amount.intervention else None
    old = before.intervention.amount if before and before.intervention else None
    if new is None and old is None:
        return
    if new is None or old is None:
        missing = "here" if new is None else "in the circular before"
        yield _compared(line, name, Class.NOT_COMPARABLE, new, None, old, (), f"not published {missing}.")
        return
    share = before.patient_share.amount if before and before.patient_share else None
    own_basis = (
        line.fee is not None and parent.fee is not None and share is not None and old + share == parent.fee.amount
    )
    computed = (line.fee.amount - share) if own_basis and line.fee and share is not None else None
    if computed is None and before is not None and before.intervention is not None:
        computed = indexed_amount(before.intervention, should.measures).amount
    if new == computed:
        what = f"the fee less {printed(share)}" if own_basis and share is not None else "the amount, indexed"
        yield _compared(
            line, name, Class.AS_ANNOUNCED, new, computed, old, should.measures, f"{printed(new)} is {what}."
        )
    else:
        message = f"{_or_none(computed)} keeps the patient share of {_or_none(share)}; {printed(new)} does not."
        yield _compared(line, name, Class.UNEXPLAINED, new, computed, old, should.measures, message)


def _situation(amount: Amount) -> tuple[object, ...]:
    return (amount.setting, amount.regime, amount.age_from, amount.age_to, tuple(sorted(amount.facts.items())))


def _or_none(number: Decimal | None) -> str:
    return "nothing" if number is None else printed(number)


def _compared(
    line: Line,
    quantity: str,
    klass: Class,
    published: Decimal | None,
    computed: Decimal | None,
    previous: Decimal | None,
    measures: Sequence[Measure],
    message: str,
) -> Compared:
    names = " then ".join(measure.kind for measure in measures) or None
    return Compared(line.code or "", quantity, klass, published, computed, previous, names, message, line.source)

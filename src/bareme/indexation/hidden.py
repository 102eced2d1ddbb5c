"""What rounding hides: each printed letter value bounds an unrounded one.

A value printed 1,257532 stood for some exact value from 1,2575315 (included) to 1,2575325 (excluded). Measures multiply
the exact value; what is printed after them bounds it again. The intervals along the chain of measures are intersected:
what is left holds every exact value that explains all prints; nothing left means that no value does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache

from bareme.money import Rounding


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers from `low` (included) to `high` (excluded)."""

    low: Fraction
    high: Fraction

    @property
    def is_empty(self) -> bool:
        """True when no number is in it."""
        return self.low >= self.high

    def meet(self, other: Interval) -> Interval:
        """The numbers in both."""
        return Interval(max(self.low, other.low), min(self.high, other.high))

    def times(self, factor: Fraction) -> Interval:
        """Every number times a positive factor."""
        return Interval(self.low * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Print:
    """One printed number: it is the exact value times `factor`, rounded. `what` says where it stands, for messages.

    `code` is the act on whose line it stands.
    """

    number: Decimal
    factor: Fraction
    rounding: Rounding
    what: str
    code: str | None = field(default=None, compare=False)

    @property
    def interval(self) -> Interval:
        """The exact values that this print allows."""
        half = half_of(self.rounding)
        number = Fraction(self.number)
        if self.factor == 1:
            return Interval(number - half, number + half)
        return Interval((number - half) / self.factor, (number + half) / self.factor)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What the prints together allow: the interval of the exact value, or the prints that clash."""

    interval: Interval | None
    clash: tuple[Print, ...]
    prints: tuple[Print, ...]


def hidden_value(prints: Iterable[Print]) -> Hidden:
    """Intersect the intervals of all prints. A clash is named by the two prints that bound it most."""
    every = tuple(prints)
    if not every:
        return Hidden(None, (), ())
    intervals = [print_.interval for print_ in every]
    highest = max(range(len(every)), key=lambda i: intervals[i].low)
    lowest = min(range(len(every)), key=lambda i: intervals[i].high)
    met = Interval(intervals[highest].low, intervals[lowest].high)
    if met.is_empty:
        return Hidden(None, (every[highest], every[lowest]), every)
    return Hidden(met, (), every)


@cache
def half_of(rounding: Rounding) -> Fraction:
    """Half a unit: how far an exact number may be from what it is rounded to."""
    return Fraction(rounding.unit) / 2


def can_round_to(published: Decimal, low_high: Interval, rounding: Rounding) -> bool:
    """True when some exact number of an interval is rounded to the published one."""
    half = half_of(rounding)
    number = Fraction(published)
    return not low_high.meet(Interval(number - half, number + half)).is_empty


def decimals(number: Fraction, places: int, *, up: bool) -> str:
    """A bound with so many decimals, rounded outwards as asked: comma, no tolerance hidden."""
    unit = Fraction(1, 10**places)
    steps = number / unit
    whole = -(-steps.numerator // steps.denominator) if up else steps.numerator // steps.denominator
    text = f"{whole:0{places + 1}d}"
    return f"{text[:-places]},{text[-places:]}"

"""Money and rounding: exact amounts in euro (`Decimal`) and integer cents, and the named ways of rounding them.

No function here takes or gives a float.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

Number = TypeVar("Number", bound=Decimal | Fraction | int)


@dataclass(frozen=True, slots=True)
class Rounding:
    """A named way of rounding: to the nearest `unit`, ties away from zero.

    `reference` says where the rule was seen.
    """

    name: str
    unit: Decimal
    reference: str

    def round(self, value: Decimal | Fraction) -> Decimal:
        """The multiple of `unit` nearest to `value`, ties away from zero.

        >>> CENT.round(Decimal("2.665")), CENT.round(Decimal("-2.665"))
        (Decimal('2.67'), Decimal('-2.67'))
        """
        return self.of_ratio(*exact(value).as_integer_ratio())

    def of_ratio(self, above: int, below: int) -> Decimal:
        """The multiple of `unit` nearest to a ratio of whole numbers, ties away from zero; `below` is above 0.

        >>> CENT.of_ratio(1, 3), CENT.of_ratio(-1, 200)
        (Decimal('0.33'), Decimal('-0.01'))
        """
        of_unit, parts = self.unit.as_integer_ratio()
        steps, divisor = abs(above) * parts, below * of_unit
        whole = (2 * steps + divisor) // (2 * divisor)
        return Decimal(whole if above >= 0 else -whole) * self.unit


def exact(value: Number) -> Number:
    """The number, unless it is a float: that is refused, whatever the types say.

    >>> exact(0.1)
    Traceback (most recent call last):
        ...
    TypeError: 0.1 is a float; amounts, rates and letter values are exact (Decimal, Fraction, int)
    """
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float; amounts, rates and letter values are exact (Decimal, Fraction, int)")
    return value


CENT = Rounding("cent", Decimal("0.01"), "All 74 lines with a letter of circulars 2024/382 and 2025/336.")
LETTER_VALUE = Rounding("letter value", Decimal("0.000001"), "Letter values of 2024/382 indexed to 2025/336.")


def to_cents(amount: Decimal) -> int:
    """An amount of euro with at most two decimals, in cents.

    >>> to_cents(Decimal("373.31"))
    37331
    """
    cents = exact(amount).scaleb(2)
    if cents != int(cents):
        raise ValueError(f"{amount} is not a whole number of cents")
    return int(cents)


def from_cents(cents: int) -> Decimal:
    """Cents as euro with two decimals.

    >>> from_cents(37331)
    Decimal('373.31')
    """
    return Decimal(exact(cents)).scaleb(-2)


def euro_text(amount: Decimal | None) -> str | None:
    """An amount as the interface writes it: a point and two decimals; None stays None.

    >>> euro_text(Decimal("1676.970")), euro_text(None)
    ('1676.97', None)
    """
    return None if amount is None else str(from_cents(to_cents(amount)))


def printed(number: Decimal) -> str:
    """A number as Belgian documents print it: thousands dot, decimal comma.

    >>> printed(Decimal("1676.97")), printed(Decimal("599.4")), printed(Decimal("1.359267"))
    ('1.676,97', '599,4', '1,359267')
    """
    return f"{exact(number):,f}".translate(str.maketrans(",.", ".,"))

"""Numbers of a workbook: the stored text as an exact number, without the noise of binary storage.

A spreadsheet stores the nearest binary number with up to 17 digits, of which 15 are true: 373,31 may stand there as
`373.31000000000006`. What has 16 digits or more, and at most 12 of them once it is rounded to 15, was meant so.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal

MOST_LETTERS = 400
"""So many characters may a stored number have."""
LARGEST_POWER = 308
"""The largest and smallest power of ten of a number that a spreadsheet can hold."""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?\Z", re.ASCII)
_TRUE = Context(prec=15, rounding=ROUND_HALF_EVEN)
_MEANT = 12


def exact_number(stored: str) -> Decimal | None:
    """The number that is stored as a text; None when it is none, or none that a spreadsheet can hold.

    >>> exact_number("373.31000000000006"), exact_number("1.2575320000000001"), exact_number("1e400")
    (Decimal('373.31'), Decimal('1.257532'), None)
    """
    if len(stored) > MOST_LETTERS or not _NUMBER.match(stored):
        return None
    number = Decimal(stored)
    if not -LARGEST_POWER - 16 <= number.adjusted() <= LARGEST_POWER:
        return Decimal(0) if number == 0 else None
    if len(stored) > 15 and len(number.as_tuple().digits) > 15:
        return _without_noise(number)
    return number


def _without_noise(number: Decimal) -> Decimal:
    meant = _TRUE.plus(number).normalize(_TRUE)
    if len(meant.as_tuple().digits) > _MEANT or number == number.to_integral_value():
        return number
    return meant if meant.adjusted() < len(meant.as_tuple().digits) else Decimal(f"{meant:f}")

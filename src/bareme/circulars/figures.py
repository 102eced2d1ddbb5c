"""Numbers as Belgian documents print them: `2.515,06`, `599,4`, `1,257532`, `289`."""

from __future__ import annotations

import re
from decimal import Decimal

NUMBER = r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?"
_LETTER_VALUE = Decimal("0.000001")
_NUMBER = re.compile(rf"{NUMBER}\Z")
_AMOUNT = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+),\d{2}\Z")
LARGEST_AMOUNT = Decimal("9999999999.99")


def number_of(text: str) -> Decimal | None:
    """The number printed, or None if the whole text is not one.

    >>> number_of("2.515,06"), number_of("599,4"), number_of("(*)")
    (Decimal('2515.06'), Decimal('599.4'), None)
    """
    return _decimal(text) if text.isascii() and _NUMBER.match(text) else None


def amount_of(text: str) -> Decimal | None:
    """The amount printed: a number with two decimals, or None.

    >>> amount_of("2.515,06"), amount_of("289"), amount_of("1,257532")
    (Decimal('2515.06'), None, None)
    """
    if not text.isascii() or not _AMOUNT.match(text):
        return None
    amount = _decimal(text)
    return amount if amount <= LARGEST_AMOUNT else None


def _decimal(printed: str) -> Decimal:
    return Decimal(printed.replace(".", "").replace(",", "."))


def is_letter_value(number: Decimal) -> bool:
    """True for a number printed with the six decimals of a letter value."""
    return number.same_quantum(_LETTER_VALUE)

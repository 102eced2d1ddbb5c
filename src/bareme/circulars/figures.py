"""Numbers as Belgian documents print them: `2.515,06`, `599,4`, `1,257532`, `289`, `€ 25`, `1 234,56`."""

from __future__ import annotations

import re
from decimal import Decimal

NUMBER = r"(?:\d{1,3}(?:\.\d{3})+|\d{1,3}(?: \d{3})+(?=,)|\d+)(?:,\d+)?"
_LETTER_VALUE = Decimal("0.000001")
_NUMBER = re.compile(rf"{NUMBER}\Z")
_PRINTED = r"(?:\d{1,3}(?:\.\d{3})+|\d{1,3}(?: \d{3})+|\d+),\d{2}"
_AMOUNT = re.compile(rf"{_PRINTED}\Z")
_EURO = r"(?:€|euros?|EUR)"
_IN_EURO = re.compile(rf"(?:{_EURO}\s*(?P<after>{NUMBER})|(?P<before>{NUMBER})\s*{_EURO})\Z", re.IGNORECASE)
_GLUED = re.compile(r"(?:(?:\d{1,3}(?:\.\d{3})+|\d+),\d{2}){2,}\Z")
_ONE_GLUED = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+),\d{2}")
_PERCENT = re.compile(rf"{NUMBER}\s*%\Z")
_LIST_MARK = re.compile(r"(?:\d{1,2}°|[a-z]\)|\(\d{1,2}\)|\d{1,2}\))\s*(?=\d|€)")
LARGEST_AMOUNT = Decimal("9999999999.99")
LONGEST_NUMBER = 60
LONGEST_GLUED = 400
"""So many letters has a printed number, and a text of several amounts, at most."""


def number_of(text: str) -> Decimal | None:
    """The number printed, or None if the whole text is not one.

    >>> number_of("2.515,06"), number_of("599,4"), number_of("(*)")
    (Decimal('2515.06'), Decimal('599.4'), None)
    """
    return _decimal(text) if len(text) <= LONGEST_NUMBER and text.isascii() and _NUMBER.match(text) else None


def amount_of(text: str) -> Decimal | None:
    """The amount printed: a number with two decimals, or one in euro; None for anything else.

    >>> amount_of("2.515,06"), amount_of("€ 25"), amount_of("289"), amount_of("1,257532")
    (Decimal('2515.06'), Decimal('25'), None, None)
    """
    if len(text) > LONGEST_NUMBER:
        return None
    if not text.isascii() or not _AMOUNT.match(text):
        return _in_euro(text)
    amount = _decimal(text)
    return amount if amount <= LARGEST_AMOUNT else None


def _in_euro(text: str) -> Decimal | None:
    found = _IN_EURO.match(text)
    number = None if found is None else number_of(found["after"] or found["before"])
    return number if number is not None and is_in_cents(number) and number <= LARGEST_AMOUNT else None


def is_in_cents(number: Decimal) -> bool:
    """True for a number with two decimals at most."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -2


def glued_amounts(text: str) -> list[str]:
    """The amounts that stand in one text without a space between them; none or several.

    >>> glued_amounts("30,0023,756,25"), glued_amounts("30,00"), glued_amounts("1,257532")
    (['30,00', '23,75', '6,25'], [], [])
    """
    return _ONE_GLUED.findall(text) if len(text) <= LONGEST_GLUED and text.isascii() and _GLUED.match(text) else []


def without_list_mark(text: str) -> str:
    """An amount without the ordinal or mark of a list that is glued to it: `1°2,66` is 2,66.

    >>> without_list_mark("1°2,66"), without_list_mark("a) € 2"), without_list_mark("1°")
    ('2,66', '€ 2', '1°')
    """
    rest = _LIST_MARK.sub("", text, count=1) if _LIST_MARK.match(text) else text
    return rest if rest != text and amount_of(rest) is not None else text


def is_percentage(text: str) -> bool:
    """True for `25 %` and nothing else."""
    return len(text) <= LONGEST_NUMBER and _PERCENT.match(text) is not None


def _decimal(printed: str) -> Decimal:
    return Decimal(printed.replace(".", "").replace(" ", "").replace(",", "."))


def is_letter_value(number: Decimal) -> bool:
    """True for a number printed with the six decimals of a letter value."""
    return number.same_quantum(_LETTER_VALUE)

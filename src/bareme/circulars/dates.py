"""Dates as French, Dutch and German documents print them."""

from __future__ import annotations

import re
from datetime import date

from bareme.circulars.vocabulary import Vocabulary

_PARTS = re.compile(r"^(\d{1,2})(?:er|\.(?= [^\W\d_]))?[ ./-](\d{1,2}|[^\W\d_]+)[ ./-](\d{4})$", re.IGNORECASE)


def date_of(text: str, words: Vocabulary) -> date | None:
    """The day printed, day first: `1/01/2025`, `1er janvier 2025`, `1. Januar 2025`; None if there is no such day."""
    found = _PARTS.match(text.strip())
    if not found:
        return None
    month = int(found[2]) if found[2].isdecimal() else words.months.get(found[2].lower(), 0)
    try:
        return date(int(found[3]), month, int(found[1]))
    except ValueError:
        return None

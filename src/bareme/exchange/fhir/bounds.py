"""What a message may weigh and hold, and the refusal of one that is no message."""

from __future__ import annotations

import re

from bareme.exchange.fhir.model import Fault, Unreadable

MOST_BYTES = 4 * 1024 * 1024
MOST_PARTS = 150_000
"""Tags of XML, or commas and brackets of JSON: some 10,000 items."""
MOST_DEPTH = 40
MOST_FOUND = 2_000
"""So many faults are looked for in one message."""
MOST_FAULTS = 100
"""So many faults are told of one message; the last one says that there are more."""
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def unreadable(code: str, text: str, expression: str = "Bundle") -> Unreadable:
    """The refusal of a message that cannot be read."""
    return Unreadable(Fault(code, expression[:500], f"{text}."))


def checked_text(value: str, path: str) -> str:
    """A text that XML can carry; control signs and half characters are refused."""
    if _NO_TEXT.search(value):
        raise unreadable("INVALID_TEXT", "a text holds a sign that FHIR does not allow", path)
    return value


def shown(value: str) -> str:
    """A value as a message for people shows it: cut when long."""
    return repr(value if len(value) <= 60 else f"{value[:60]}...")

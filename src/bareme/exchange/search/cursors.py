"""Where a page ended, as an opaque word that goes with one question to one state of a book."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json

from bareme.errors import InputError

_LENGTH = 12
LONGEST = 200


def cursor_of(place: int, *bound: object) -> str:
    """A cursor to a place; `bound` is what it goes with."""
    return base64.urlsafe_b64encode(f"{place}.{_seal(bound)}".encode()).decode().rstrip("=")


def place_of(cursor: str, most: int, *bound: object) -> int:
    """The place that a cursor means, from 1 to `most`; `InputError` for one that goes with something else."""
    try:
        padded = cursor[:LONGEST].encode("ascii") + b"=" * (-len(cursor[:LONGEST]) % 4)
        place, _, seal = base64.b64decode(padded, b"-_", validate=True).decode("ascii").partition(".")
        if (
            seal == _seal(bound)
            and place.isdecimal()
            and 1 <= int(place) <= most
            and cursor_of(int(place), *bound) == cursor
        ):
            return int(place)
    except (ValueError, binascii.Error):
        pass
    raise InputError(
        f"the cursor {cursor[:LONGEST]!r} does not go with this question, or the book has changed since; "
        "ask again without it."
    )


def _seal(bound: tuple[object, ...]) -> str:
    return hashlib.sha256(json.dumps(bound, default=str).encode()).hexdigest()[:_LENGTH]

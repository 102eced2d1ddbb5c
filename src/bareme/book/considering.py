"""A document before it is recorded: what it says, what it changes, what would become of it, and a token of all that.

The token names the document, the state of the book and what was said of the document; it says to a later call that
nothing of it is otherwise. It is no secret.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bareme.audit.changes import Difference
from bareme.book.chain import predecessors
from bareme.book.intake import LoadResult
from bareme.book.ledger import Entry, canonical
from bareme.book.timeline import versions_of
from bareme.circulars.heading import missing_of
from bareme.circulars.model import Reading
from bareme.errors import InputError

WOULD = {
    "new": "it would be recorded.",
    "witness": "its figures are in the book already; the document would be kept with them.",
    "unchanged": "this very document was recorded before; nothing would change.",
    "refused": "{errors} of severity error; look at them. It is recorded only with accept_findings.",
    "empty": "it holds no tariff line; nothing would be recorded.",
}
"""What would become of a document, with a sentence."""
SIGNS = 16
"""So many signs of each hash are in a token."""


@dataclass(frozen=True, slots=True)
class Considered:
    """What a document comes to in a book. `book` is the hash of the book, `given` what the caller says of it."""

    reading: Reading
    difference: Difference | None
    result: LoadResult
    book: str
    given: tuple[tuple[str, object], ...] = ()

    @property
    def token(self) -> str:
        """What says later that nothing is otherwise."""
        return token_of(self.reading.document.sha256, self.book, dict(self.given))

    @property
    def status(self) -> str:
        """What would become of it: one of `WOULD`."""
        return "new" if self.result.status == "recorded" else self.result.status

    @property
    def message(self) -> str:
        """The same for people."""
        missing = missing_of(self.reading.circular)
        if self.status == "refused" and missing:
            return f"it does not say what it is; give {', '.join(missing)}."
        errors = len(self.reading.findings.errors)
        return WOULD[self.status].format(errors=f"{errors} finding{'s' * (errors > 1)}")

    def to_dict(self) -> dict[str, Any]:
        """As data (schema considered-1)."""
        return {
            "status": self.status,
            "message": self.message,
            "circular": self.result.circular,
            "book": self.book,
            "token": self.token,
            "reading": self.reading.to_dict(),
            "difference": None if self.difference is None else self.difference.to_dict(),
        }


def previous_of(reading: Reading, entries: Sequence[Entry]) -> Reading | None:
    """What a reading is compared with: what the book holds of its number, else the circular before it in its series."""
    same = versions_of([entry for entry in entries if entry.circular == reading.circular.number])
    if same:
        return same[-1][0].reading()
    before = predecessors(reading, [entry for entry in entries if entry.kind == "circular"])
    return before[-1] if before else None


def token_of(document: str, book: str, given: Mapping[str, object]) -> str:
    """The token of a document (its sha256) and a state of a book (its hash)."""
    said = canonical({name: str(value) for name, value in given.items() if value is not None})
    return "-".join((document[:SIGNS], book[:SIGNS], hashlib.sha256(said.encode()).hexdigest()[:SIGNS]))


def expected_of(token: str, document: bytes, book: str, given: Mapping[str, object]) -> str:
    """The hash that the book must have: its own where it is as the token says, else what the token has of another.

    `InputError` where the document, or what is said of it, is not what the token was given for.
    """
    parts = token.split("-")
    own = token_of(hashlib.sha256(document).hexdigest(), book, given).split("-")
    if len(parts) != len(own):
        raise InputError("the token is none that this service gave; send the document without one first.")
    for place, what in ((0, "document is"), (2, "number, dates or series given are")):
        if parts[place] != own[place]:
            raise InputError(f"the {what} not what the token was given for; send the document without one first.")
    return book if parts[1] == own[1] else parts[1]

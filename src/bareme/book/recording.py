"""A reading into a book: decided on what the book holds, appended at once, once and whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bareme.book.intake import Decision, LoadResult, decide
from bareme.book.ledger import Entry, NewEntry, last_hash
from bareme.book.shelf import Shelf
from bareme.circulars.model import Reading
from bareme.errors import BookChangedError


def record(
    shelf: Shelf,
    reading: Reading,
    *,
    accept_findings: bool = False,
    author: str | None = None,
    known_from: date | None = None,
    shipped: bool = False,
    expected: str | None = None,
) -> LoadResult:
    """Decide what to record for a reading, and append it; `BookChangedError` where the book has not the hash expected.

    A reading is proved to decide, which takes most of the time: so it is decided before the transaction that keeps
    other writers out, and again in it only where someone has written since.
    """

    def check(found: str) -> None:
        if expected is not None and found != expected:
            raise BookChangedError("the book changed since it was looked at; look again. Nothing was written.")

    def decided(held: Sequence[Entry]) -> Decision:
        return decide(
            reading, held, accept_findings=accept_findings, author=author, known_from=known_from, shipped=shipped
        )

    entries = shelf.ledger().entries()
    seen, decision = last_hash(entries), decided(entries)
    if decision.new is None:
        return decision.result
    check(seen)

    def choose(held: Sequence[Entry]) -> list[NewEntry]:
        nonlocal decision
        check(last_hash(held))
        if last_hash(held) != seen:
            decision = decided(held)
        return [] if decision.new is None else [decision.new]

    made = shelf.writable().append(choose)
    return replace(decision.result, entry=made[-1].seq, hash=made[-1].hash) if made else decision.result

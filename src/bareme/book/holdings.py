"""What a book holds and whether it is whole, as `bareme circulars` and `bareme book check` tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bareme.book.ledger import Entry, Ledger, last_hash
from bareme.book.outline import outline_of


@dataclass(frozen=True, slots=True)
class HeldCircular:
    """A circular that a book holds, with its three dates."""

    number: str
    series: str
    kind: str
    title: str | None
    issued_on: str
    effective_from: str
    known_from: str
    recorded_at: str
    author: str | None
    lines: int
    findings: dict[str, int]
    witnesses: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme circulars --json` (schema circulars-1)."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class BookCheck:
    """Is the ledger whole? `problems` is empty when it is."""

    path: str
    entries: int
    hash: str
    problems: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme book check --json` (schema book-check-1)."""
        return {"path": self.path, "entries": self.entries, "hash": self.hash, "problems": list(self.problems)}


@dataclass(frozen=True, slots=True)
class Migrated:
    """The number of the form of a book's tables, before and after a migration; equal where there was nothing to do."""

    path: str
    before: int
    after: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme book migrate --json` (schema book-migrate-1)."""
        return {name: getattr(self, name) for name in self.__slots__}


def circulars_of(entries: Sequence[Entry]) -> list[HeldCircular]:
    """The circulars of a ledger, in the order in which they were recorded."""
    witnesses = [entry.circular for entry in entries if entry.kind == "witness"]
    return [replace(held_of(e), witnesses=witnesses.count(e.circular)) for e in entries if e.kind == "circular"]


def check_of(ledger: Ledger) -> BookCheck:
    """A ledger's hash chain, recomputed."""
    entries, problems = ledger.look_over()
    return BookCheck(ledger.name, len(entries), last_hash(entries), tuple(problems))


def migrate(ledger: Ledger) -> Migrated:
    """A ledger's tables brought to the form of this package."""
    return Migrated(ledger.name, *ledger.migrate())


def held_of(entry: Entry) -> HeldCircular:
    """What an entry says of its circular."""
    found = outline_of(entry)
    circular = found.circular
    return HeldCircular(
        number=entry.circular,
        series=circular.series or "",
        kind=circular.kind,
        title=circular.title,
        issued_on=str(circular.issued_on),
        effective_from=entry.effective_from,
        known_from=entry.known_from,
        recorded_at=entry.recorded_at,
        author=entry.author,
        lines=found.lines,
        findings={severity: found.severities.count(severity) for severity in ("error", "warning", "note")},
        witnesses=0,
    )

"""What a book holds and whether it is whole, as `bareme circulars` and `bareme book check` tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from bareme.book.ledger import Entry, Ledger, last_hash

if TYPE_CHECKING:
    import msgspec

MOST_TOLD = 10_000
"""What so many entries say of their circulars is kept ready at once."""


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


_TOLD: dict[tuple[str, str, str], HeldCircular] = {}
"""By the hash of the entry, which stands for all of it, its circular and its document."""


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
    """What an entry says of its circular; told from its data, for a reading of each would take long, and kept."""
    key = (entry.hash, entry.circular, entry.document)
    found = _TOLD.get(key)
    if found is None:
        found = _told(entry)
        if len(_TOLD) >= MOST_TOLD:
            _TOLD.clear()
        _TOLD[key] = found
    return found


def _told(entry: Entry) -> HeldCircular:
    reading = _decoder().decode(entry.payload).reading
    circular = reading.circular
    severities = [finding.severity for finding in reading.findings]
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
        lines=len(reading.lines),
        findings={severity: severities.count(severity) for severity in ("error", "warning", "note")},
        witnesses=0,
    )


@dataclass(frozen=True, slots=True)
class _Circular:
    series: str | None
    kind: str
    title: str | None
    issued_on: str | None


@dataclass(frozen=True, slots=True)
class _Finding:
    severity: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A line is only counted."""


@dataclass(frozen=True, slots=True)
class _Reading:
    circular: _Circular
    findings: list[_Finding]
    lines: list[_Line]


@dataclass(frozen=True, slots=True)
class _Payload:
    """What of an entry's payload tells of its circular: all else is skipped, most of all the lines."""

    reading: _Reading


@cache
def _decoder() -> msgspec.json.Decoder[_Payload]:
    import msgspec

    return msgspec.json.Decoder(_Payload)

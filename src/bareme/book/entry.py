"""An entry of the ledger: what was recorded, when and by whom, with the hash of the entry before it. Pure values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from bareme.circulars.model import Reading

EMPTY = "0" * 64
"""The hash before the first entry."""
MOST_READINGS = 64
"""So many readings are kept ready at once."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands in the ledger. Dates are ISO days, `recorded_at` an ISO moment in UTC."""

    seq: int
    kind: str
    recorded_at: str
    author: str | None
    known_from: str
    effective_from: str
    circular: str
    document: str
    content: str | None
    payload: str
    previous_hash: str
    hash: str

    def data(self) -> dict[str, Any]:
        """The payload as data."""
        payload: dict[str, Any] = json.loads(self.payload)
        return payload

    def reading(self) -> Reading:
        """The reading that a circular's entry holds."""
        return _recorded(self.payload)[0]

    def reading_about(self, code: str) -> tuple[Reading, frozenset[tuple[int, int]]]:
        """The reading that a circular's entry holds with the lines of one code alone, and its doubtful rows.

        Of a circular of hundreds of lines this is made much sooner than the whole.
        """
        data = self.data()
        lines = [x for x in data["reading"]["lines"] if code in (x["ambulatory_code"], x["hospital_code"])]
        return Reading.from_dict({**data["reading"], "lines": lines}), _rows(data)

    def doubtful_rows(self) -> frozenset[tuple[int, int]]:
        """The (table, row) of the lines of a circular's entry that are not trusted."""
        return _recorded(self.payload)[1]

    @property
    def document_name(self) -> str | None:
        """The name of the document that was recorded; None when the payload is not what it was."""
        try:
            data = self.data()
            name = data["reading"]["document"]["name"] if self.kind == "circular" else data["name"]
            return str(name)
        except (ValueError, KeyError, TypeError):
            return None

    @property
    def known(self) -> date:
        """The day from which the entry is known."""
        return date.fromisoformat(self.known_from)

    def expected_hash(self) -> str:
        """The hash that the columns should have."""
        columns = asdict(self)
        del columns["hash"]
        columns["payload"] = hashlib.sha256(self.payload.encode()).hexdigest()
        return hashlib.sha256(canonical(columns).encode()).hexdigest()

    def is_as_recorded(self) -> bool:
        """True when the hash is that of the columns; False too where a column does not hold what it should."""
        try:
            return self.expected_hash() == self.hash
        except (TypeError, AttributeError):
            return False


@lru_cache(maxsize=MOST_READINGS)
def _recorded(payload: str) -> tuple[Reading, frozenset[tuple[int, int]]]:
    """The reading that a payload holds, and its doubtful rows. Whoever asks shares them: no one may change them."""
    data = json.loads(payload)
    return Reading.from_dict(data["reading"]), _rows(data)


def _rows(data: Mapping[str, Any]) -> frozenset[tuple[int, int]]:
    return frozenset((table, row) for table, row in data["doubtful_rows"])


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be appended; the ledger adds number, moment and hashes."""

    kind: str
    author: str | None
    known_from: date
    effective_from: date
    circular: str
    document: str
    payload: str
    name: str = ""
    content: bytes | None = None


def canonical(data: object) -> str:
    """JSON in one form only: sorted keys, no spaces."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def last_hash(entries: Sequence[Entry]) -> str:
    """The hash of the last entry, which stands for all of them."""
    return entries[-1].hash if entries else EMPTY


def broken(entries: Sequence[Entry], after: Sequence[Entry] = ()) -> list[str]:
    """What is wrong with a chain of entries, in words; `after` are those before it, which are whole."""
    wrong = []
    previous = last_hash(after)
    for number, entry in enumerate(entries, start=len(after) + 1):
        if entry.seq != number:
            wrong.append(f"entry {entry.seq} stands where entry {number} should")
        if entry.previous_hash != previous:
            wrong.append(f"entry {entry.seq} does not follow the entry before it")
        if not entry.is_as_recorded():
            wrong.append(f"entry {entry.seq} was changed after it was recorded")
        previous = entry.hash
    return wrong


def sealed(new: NewEntry, last: Entry | None, now: datetime | None = None) -> Entry:
    """The entry that a new one becomes after the last: numbered, dated (moments never go back) and hashed."""
    moment = now or datetime.now(UTC)
    if last is not None:
        moment = max(moment, datetime.fromisoformat(last.recorded_at) + timedelta(microseconds=1))
    unsealed = Entry(
        seq=1 if last is None else last.seq + 1,
        kind=new.kind,
        recorded_at=moment.astimezone(UTC).isoformat(timespec="microseconds"),
        author=new.author,
        known_from=new.known_from.isoformat(),
        effective_from=new.effective_from.isoformat(),
        circular=new.circular,
        document=new.document,
        content=None if new.content is None else hashlib.sha256(new.content).hexdigest(),
        payload=new.payload,
        previous_hash=EMPTY if last is None else last.hash,
        hash="",
    )
    return Entry(**{**asdict(unsealed), "hash": unsealed.expected_hash()})

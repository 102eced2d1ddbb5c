"""The ledger: entries one after another, each holding the hash of the one before it.

An entry says: on `recorded_at`, `author` recorded that a circular says this (`kind` "circular"), or that another
document says the same (`kind` "witness"). Its hash covers every column; `verify` recomputes them all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, type_coerce
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.types import NullType

from bareme.book.storage import (
    FORMAT,
    create_database,
    documents,
    entries,
    format_of,
    sqlite_engine,
    transaction,
)
from bareme.circulars.model import Reading
from bareme.errors import BookError
from bareme.periods import as_moment

_DOCUMENTS_AS_THEY_ARE = select(*(type_coerce(column, NullType()) for column in documents.c))
"""The kept documents, whatever stands in their columns: `verify` must not stumble over what it looks for."""

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
    return Reading.from_dict(data["reading"]), frozenset((table, row) for table, row in data["doubtful_rows"])


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


class Ledger:
    """A ledger in a SQLite file. `immutable` opens it for reading only, as a file that no one writes."""

    def __init__(self, path: Path, *, immutable: bool = False) -> None:
        self.path = path
        self._engine: Engine = sqlite_engine(path, immutable=immutable)
        self._read: tuple[object, list[Entry]] | None = None
        self._last: tuple[object, dict[datetime | None, str]] = (None, {})

    @classmethod
    def create(cls, path: Path, copy_of: Path | None = None) -> Ledger:
        """A new ledger, empty or with the entries of another; it appears whole or not at all."""
        create_database(path, copy_of)
        return cls(path)

    def entries(self) -> Sequence[Entry]:
        """Every entry, in order, as last written by anyone; `BookError` if one is not as it was recorded."""
        state = self._state()
        if self._read is None or self._read[0] != state:
            entries = self.entries_as_they_are()
            wrong = _broken(entries)
            if wrong:
                raise BookError(f"{self.path} was changed: {wrong[0]}. Look at it with `bareme book check`.")
            self._read = (state, entries)
        return self._read[1]

    def last_hash(self, recorded_at: datetime | None = None) -> str:
        """The hash of the last entry, or of the last one recorded by a moment, as it stands there: not verified."""
        state = self._state()
        if self._last[0] != state:
            self._last = (state, {})
        found = self._last[1]
        if recorded_at not in found:
            found[recorded_at] = self._look_up_last(recorded_at)
        return found[recorded_at]

    def _look_up_last(self, recorded_at: datetime | None) -> str:
        with transaction(self._engine, reading=True) as connection:
            self._check_format(connection)
            moments = connection.execute(select(entries.c.seq, entries.c.recorded_at)).all()
            last = max((s for s, at in moments if recorded_at is None or as_moment(at) <= recorded_at), default=None)
            found = connection.execute(select(entries.c.hash).where(entries.c.seq == last)).scalar()
        return EMPTY if last is None else str(found)

    def holds(self, hash: str) -> bool:
        """True where an entry has the hash, or nothing is before it: the ledger was once as the hash says."""
        with transaction(self._engine, reading=True) as connection:
            self._check_format(connection)
            found = connection.execute(select(func.count()).where(entries.c.hash == hash)).scalar_one()
        return hash == EMPTY or bool(found)

    def entry(self, seq: int) -> Entry:
        """One entry by its number; `BookError` if it is not as it was recorded."""
        with transaction(self._engine, reading=True) as connection:
            row = connection.execute(select(entries).where(entries.c.seq == seq)).mappings().one_or_none()
        found = None if row is None else Entry(**row)
        if found is None or not found.is_as_recorded():
            wrong = f"entry {seq} {'is gone' if found is None else 'was changed after it was recorded'}"
            raise BookError(f"{self.path} was changed: {wrong}. Look at it with `bareme book check`.")
        return found

    def _state(self) -> object:
        """What changes when anyone writes to the file."""
        try:
            found = self.path.stat()
        except OSError as error:
            raise BookError(f"{self.path} cannot be read: {error.strerror or error}.") from None
        return (found.st_ino, found.st_size, found.st_mtime_ns)

    def entries_as_they_are(self) -> list[Entry]:
        """Every entry, in order, whether or not it is as it was recorded; to look at a book that is broken."""
        with transaction(self._engine, reading=True) as connection:
            self._check_format(connection)
            return _all(connection)

    def append(self, decide: Callable[[list[Entry]], list[NewEntry]], now: datetime | None = None) -> list[Entry]:
        """Append what `decide(entries)` returns, in one transaction that no other writer can enter."""
        with transaction(self._engine) as connection:
            self._check_format(connection)
            held = _all(connection)
            made: list[Entry] = []
            for entry in decide(held):
                made.append(_insert(connection, entry, (held + made)[-1:], now))
        self._read = None
        return made

    def content(self, sha256: str) -> bytes | None:
        """The bytes of a document that the ledger keeps, or None."""
        with transaction(self._engine, reading=True) as connection:
            found = connection.execute(select(documents.c.content).where(documents.c.sha256 == sha256)).scalar()
        return None if found is None else bytes(found)

    def verify(self) -> list[str]:
        """What is wrong with the chain, in words; nothing when it is whole. Documents are hashed again too."""
        entries = self.entries_as_they_are()
        return [*_broken(entries), *self._verify_documents(entries)]

    def _verify_documents(self, entries: Sequence[Entry]) -> Iterator[str]:
        """What is wrong with the documents kept: their bytes, size and name, and whether an entry goes with them."""
        first: dict[str, Entry] = {}
        for entry in entries:
            if entry.content is not None:
                first.setdefault(entry.content, entry)
        with transaction(self._engine, reading=True) as connection:
            for row in connection.execute(_DOCUMENTS_AS_THEY_ARE):
                sha256, name, size, found = tuple(row)
                known = first.pop(sha256, None)
                content = found.encode() if isinstance(found, str) else bytes(found)
                if known is None:
                    yield f"document {sha256[:12]} belongs to no entry"
                elif (hashlib.sha256(content).hexdigest(), len(content), known.document_name) != (sha256, size, name):
                    yield f"document {sha256[:12]} was changed after it was recorded"
        yield from (f"the document of entry {entry.seq} is gone" for entry in first.values())

    def _check_format(self, connection: Connection) -> None:
        found = format_of(connection)
        if found > FORMAT:
            raise BookError(f"{self.path} was made by a newer bareme (format {found}); update the package.")
        if found == 0:
            raise BookError(f"{self.path} is not a book of bareme.")


def _broken(entries: Sequence[Entry]) -> list[str]:
    """What is wrong with a chain of entries, in words."""
    wrong = []
    previous = EMPTY
    for number, entry in enumerate(entries, start=1):
        if entry.seq != number:
            wrong.append(f"entry {entry.seq} stands where entry {number} should")
        if entry.previous_hash != previous:
            wrong.append(f"entry {entry.seq} does not follow the entry before it")
        if not entry.is_as_recorded():
            wrong.append(f"entry {entry.seq} was changed after it was recorded")
        previous = entry.hash
    return wrong


def _all(connection: Connection) -> list[Entry]:
    return [Entry(**row) for row in connection.execute(select(entries).order_by(entries.c.seq)).mappings()]


def _insert(connection: Connection, new: NewEntry, last: Sequence[Entry], now: datetime | None) -> Entry:
    if new.content is not None:
        sha256 = hashlib.sha256(new.content).hexdigest()
        held = connection.execute(select(func.count()).where(documents.c.sha256 == sha256)).scalar_one()
        if not held:
            row = {"sha256": sha256, "name": new.name, "size": len(new.content), "content": new.content}
            connection.execute(insert(documents).values(row))
    moment = now or datetime.now(UTC)
    if last:
        moment = max(moment, datetime.fromisoformat(last[-1].recorded_at) + timedelta(microseconds=1))
    unsealed = Entry(
        seq=last[-1].seq + 1 if last else 1,
        kind=new.kind,
        recorded_at=moment.astimezone(UTC).isoformat(timespec="microseconds"),
        author=new.author,
        known_from=new.known_from.isoformat(),
        effective_from=new.effective_from.isoformat(),
        circular=new.circular,
        document=new.document,
        content=None if new.content is None else hashlib.sha256(new.content).hexdigest(),
        payload=new.payload,
        previous_hash=last_hash(last),
        hash="",
    )
    entry = Entry(**{**asdict(unsealed), "hash": unsealed.expected_hash()})
    connection.execute(insert(entries).values(asdict(entry)))
    return entry

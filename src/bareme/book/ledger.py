"""The ledger: entries one after another, each holding the hash of the one before it.

An entry says: on `recorded_at`, `author` recorded that a circular says this (`kind` "circular"), or that another
document says the same (`kind` "witness"). Its hash covers every column; `verify` recomputes them all. Several threads
may use one ledger; what was read and verified once is kept, and only what was added since is read again.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import func, insert, select, type_coerce
from sqlalchemy.engine import Connection
from sqlalchemy.types import NullType

from bareme.book import storage
from bareme.book.address import Address, Server
from bareme.book.entry import EMPTY, Entry, NewEntry, broken, canonical, last_hash, sealed
from bareme.book.sqlite import SqliteDatabase, create_file
from bareme.book.storage import Database, documents, entries
from bareme.errors import BookError
from bareme.periods import as_moment

__all__ = ["EMPTY", "Choose", "Document", "Entry", "Given", "Ledger", "NewEntry", "canonical", "last_hash"]

Document: TypeAlias = tuple[str, bytes]
"""A document's name and bytes."""
_DOCUMENTS_AS_THEY_ARE = select(*(type_coerce(column, NullType()) for column in documents.c))
"""The kept documents, whatever stands in their columns: `verify` must not stumble over what it looks for."""
Given: TypeAlias = tuple[Entry, Document | None]
"""An entry as it is to stand in the ledger, and its document."""
Choose: TypeAlias = Callable[[list[Entry]], Iterable[Given]]
"""What is to be appended, given the entries that are there."""
MOST_MOMENTS = 256
"""The last hash by so many moments is kept ready."""
_AT_ONCE = 8
"""So many documents are read at once where all are looked at."""


def nothing(_held: list[Entry]) -> Iterable[Given]:
    """For a ledger without entries."""
    return ()


class Ledger:
    """A ledger in a SQLite file or on a server. `immutable` opens a file that no one writes, for reading only."""

    def __init__(self, address: Address, *, immutable: bool = False) -> None:
        self.address = address
        self._database = database_of(address, immutable=immutable)
        self._reading, self._writing = threading.RLock(), threading.Lock()
        self._state: object = None
        self._held: list[Entry] = []
        self._last: tuple[object, dict[datetime | None, str]] = (None, {})

    @classmethod
    def create(cls, path: Path, copy_of: Path | None = None, choose: Choose = nothing) -> Ledger:
        """A new ledger in a file, a copy of another or with the entries chosen; it appears whole or not at all."""
        if copy_of is not None:
            content = copy_of.read_bytes()
            create_file(path, lambda draft: draft.write_bytes(content))
        else:
            create_file(path, lambda draft: cls(draft).make(choose))
        return cls(path)

    def make(self, choose: Choose = nothing) -> list[Entry] | None:
        """Make the tables with the entries chosen, in one transaction; None, and nothing done, where they are there."""
        with self._alone(), self._database.transaction() as connection:
            return self._append(connection, choose) if self._database.make(connection) else None

    @property
    def path(self) -> Path:
        """The file."""
        if isinstance(self.address, Server):
            raise BookError(f"{self.address} is on a server; it has no file.")
        return self.address

    @property
    def name(self) -> str:
        """What messages call it."""
        return self._database.name

    def is_made(self) -> bool:
        """True when there is a ledger at the address."""
        return self._database.is_made()

    def close(self) -> None:
        """Give back the connections; they are made again when the ledger is used."""
        self._database.close()

    def entries(self) -> Sequence[Entry]:
        """Every entry, in order, as last written by anyone; `BookError` if one is not as it was recorded."""
        state = self._database.state()
        if self._state is not None and self._state == state:
            return self._held
        # The lock comes before the first look, so that states are seen in order; it is taken with a connection in hand.
        with self._database.transaction(reading=True) as connection, self._reading:
            self._check_format(connection)
            held = self._catch_up(connection)
            self._state = state
        return held

    def entries_as_they_are(self) -> list[Entry]:
        """Every entry, in order, whether or not it is as it was recorded; to look at a book that is broken."""
        with self._database.transaction(reading=True) as connection:
            self._check_format(connection)
            return _all(connection)

    def _catch_up(self, connection: Connection) -> list[Entry]:
        """The entries held, with those that were added since, which are verified. Whoever calls has `_reading`."""
        held, count = self._held, select(func.count()).select_from(entries)
        before = held[-1].seq if held else 0
        found = _all(connection, before)
        if held:
            is_same = bool(found) and found[0] == held[-1]
            if is_same and connection.execute(count.where(entries.c.seq <= before)).scalar_one() == len(held):
                found = found[1:]
            else:
                held, found = [], _all(connection)
        wrong = broken(found, held)
        if wrong:
            raise BookError(f"{self.name} was changed: {wrong[0]}. Look at it with `bareme book check`.")
        self._held = [*held, *found] if found or not held else held
        return self._held

    def last_hash(self, recorded_at: datetime | None = None) -> str:
        """The hash of the last entry, or of the last one recorded by a moment, as it stands there: not verified."""
        state = self._database.state()
        known, hashes = self._last
        if known != state or len(hashes) >= MOST_MOMENTS:
            hashes = {}
            self._last = (state, hashes)
        if recorded_at not in hashes:
            hashes[recorded_at] = self._look_up_last(recorded_at)
        return hashes[recorded_at]

    def _look_up_last(self, recorded_at: datetime | None) -> str:
        with self._database.transaction(reading=True) as connection:
            self._check_format(connection)
            moments = connection.execute(select(entries.c.seq, entries.c.recorded_at)).all()
            last = max((s for s, at in moments if recorded_at is None or as_moment(at) <= recorded_at), default=None)
            found = connection.execute(select(entries.c.hash).where(entries.c.seq == last)).scalar()
        return EMPTY if last is None else str(found)

    def holds(self, hash: str) -> bool:
        """True where an entry has the hash, or nothing is before it: the ledger was once as the hash says."""
        with self._database.transaction(reading=True) as connection:
            self._check_format(connection)
            found = connection.execute(select(func.count()).where(entries.c.hash == hash)).scalar_one()
        return hash == EMPTY or bool(found)

    def entry(self, seq: int) -> Entry:
        """One entry by its number; `BookError` if it is not as it was recorded."""
        with self._database.transaction(reading=True) as connection:
            row = connection.execute(select(entries).where(entries.c.seq == seq)).mappings().one_or_none()
        found = None if row is None else Entry(**row)
        if found is None or not found.is_as_recorded():
            wrong = f"entry {seq} {'is gone' if found is None else 'was changed after it was recorded'}"
            raise BookError(f"{self.name} was changed: {wrong}. Look at it with `bareme book check`.")
        return found

    def append(self, decide: Callable[[list[Entry]], list[NewEntry]], now: datetime | None = None) -> list[Entry]:
        """Append what `decide(entries)` returns, in one transaction that no other writer can enter."""

        def seal(held: list[Entry]) -> list[Given]:
            made: list[Given] = []
            for new in decide(held):
                last = made[-1][0] if made else held[-1] if held else None
                document = None if new.content is None else (new.name, new.content)
                made.append((sealed(new, last, now), document))
            return made

        return self.append_sealed(seal)

    def append_sealed(self, choose: Choose) -> list[Entry]:
        """Append entries as they are, each with its document, in one transaction that no other writer can enter.

        Tables of an older form are brought to the present one first, in the same transaction.
        """
        with self._alone(), self._database.transaction() as connection:
            self._migrate(connection)
            return self._append(connection, choose)

    def _append(self, connection: Connection, choose: Choose) -> list[Entry]:
        with self._reading:
            held = self._catch_up(connection)
        made = []
        for entry, document in choose([*held]):
            if document is not None:
                _keep(connection, document)
            connection.execute(insert(entries).values(asdict(entry)))
            made.append(entry)
        return made

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer of this process at a time, so that those who wait hold no connection that readers need."""
        if not self._writing.acquire(timeout=storage.WAIT_SECONDS):
            wait = f"more than {storage.WAIT_SECONDS} s"
            raise BookError(f"{self.name} is in use by another writer for {wait}; try again. Nothing was written.")
        try:
            yield
        finally:
            self._writing.release()

    def migrate(self) -> tuple[int, int]:
        """Bring the tables to the present form; the number of the form before and after."""
        with self._database.transaction(reading=True) as connection:
            found = self._check_format(connection)
        if found == storage.FORMAT:
            return found, found
        with self._alone(), self._database.transaction() as connection:
            return self._migrate(connection), storage.FORMAT

    def _migrate(self, connection: Connection) -> int:
        found = self._check_format(connection)
        if found < storage.FORMAT:
            from bareme.book.migrating import upgrade

            upgrade(connection, found)
        return found

    def document(self, sha256: str) -> Document | None:
        """The name and the bytes of a document that the ledger keeps, or None."""
        with self._database.transaction(reading=True) as connection:
            found = connection.execute(
                select(documents.c.name, documents.c.content).where(documents.c.sha256 == sha256)
            ).one_or_none()
        return None if found is None else (str(found.name), bytes(found.content))

    def content(self, sha256: str) -> bytes | None:
        """The bytes of a document that the ledger keeps, or None."""
        found = self.document(sha256)
        return None if found is None else found[1]

    def verify(self) -> list[str]:
        """What is wrong with the chain, in words; nothing when it is whole. Documents are hashed again too."""
        return self.look_over()[1]

    def look_over(self) -> tuple[list[Entry], list[str]]:
        """Every entry, whether or not it is as it was recorded, and what is wrong with the book, as of one moment."""
        with self._database.transaction(reading=True) as connection:
            self._check_format(connection)
            found = _all(connection)
            return found, [*broken(found), *_wrong_documents(connection, found)]

    def _check_format(self, connection: Connection) -> int:
        found = self._database.format_of(connection)
        if found > storage.FORMAT:
            raise BookError(f"{self.name} was made by a newer bareme (format {found}); update the package.")
        if found == 0:
            raise BookError(f"{self.name} is not a book of bareme.")
        return found


def database_of(address: Address, *, immutable: bool = False) -> Database:
    """The database at an address. The driver of a server is loaded only for one."""
    if isinstance(address, Server):
        from bareme.book.postgres import PostgresDatabase

        return PostgresDatabase(address)
    return SqliteDatabase(address, immutable=immutable)


def _all(connection: Connection, since: int = 0) -> list[Entry]:
    """The entries, in order, from a number on."""
    wanted = select(entries).where(entries.c.seq >= since) if since else select(entries)
    return [Entry(**row) for row in connection.execute(wanted.order_by(entries.c.seq)).mappings()]


def _keep(connection: Connection, document: Document) -> None:
    """Keep a document, unless it is kept already."""
    name, content = document
    sha256 = hashlib.sha256(content).hexdigest()
    held = connection.execute(select(func.count()).where(documents.c.sha256 == sha256)).scalar_one()
    if not held:
        row = {"sha256": sha256, "name": name, "size": len(content), "content": content}
        connection.execute(insert(documents).values(row))


def _wrong_documents(connection: Connection, entries: Sequence[Entry]) -> Iterator[str]:
    """What is wrong with the documents kept: their bytes, size and name, and whether an entry goes with them."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.content is not None:
            first.setdefault(entry.content, entry)
    for row in connection.execute(_DOCUMENTS_AS_THEY_ARE, execution_options={"yield_per": _AT_ONCE}):
        sha256, name, size, found = tuple(row)
        known = first.pop(sha256, None)
        content = found.encode() if isinstance(found, str) else bytes(found)
        if known is None:
            yield f"document {sha256[:12]} belongs to no entry"
        elif (hashlib.sha256(content).hexdigest(), len(content), known.document_name) != (sha256, size, name):
            yield f"document {sha256[:12]} was changed after it was recorded"
    yield from (f"the document of entry {entry.seq} is gone" for entry in first.values())

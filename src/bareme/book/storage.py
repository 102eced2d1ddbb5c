"""The tables of a ledger in SQL, and how its database is opened. Nothing here knows what an entry means."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    DDL,
    URL,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bareme.errors import BookError

FORMAT = 1
WAIT_SECONDS = 30
"""How long a writer waits for another one to end."""

metadata = MetaData()

documents = Table(
    "document",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

entries = Table(
    "entry",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("recorded_at", String(32), nullable=False),
    Column("author", Text),
    Column("known_from", String(10), nullable=False),
    Column("effective_from", String(10), nullable=False),
    Column("circular", String(32), nullable=False, index=True),
    Column("document", String(64), nullable=False),
    Column("content", String(64), ForeignKey("document.sha256")),
    Column("payload", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)


def _ddl(statement: str) -> DDL:
    """A statement of SQLite's own."""
    return DDL(statement)  # type: ignore[no-untyped-call]


_TAKEN = {documents: "sha256 = NEW.sha256", entries: "seq = NEW.seq OR hash = NEW.hash"}
"""What a new row may not share with one that is there: INSERT OR REPLACE drops that one and fires no DELETE trigger."""

for _table, _taken in _TAKEN.items():
    event.listen(
        _table,
        "after_create",
        _ddl(
            f"CREATE TRIGGER {_table.name}_no_replace BEFORE INSERT ON {_table.name} "
            f"WHEN EXISTS (SELECT 1 FROM {_table.name} WHERE {_taken}) "
            f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        ).execute_if(dialect="sqlite"),
    )
    for _verb in ("UPDATE", "DELETE"):
        event.listen(
            _table,
            "after_create",
            _ddl(
                f"CREATE TRIGGER {_table.name}_no_{_verb.lower()} BEFORE {_verb} ON {_table.name} "
                f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            ).execute_if(dialect="sqlite"),
        )


def sqlite_engine(path: Path, *, immutable: bool = False) -> Engine:
    """An engine on a SQLite file. Transactions begin IMMEDIATE, so that two who read and then append take turns."""
    place = path.resolve()
    query = "mode=ro&immutable=1" if immutable else "mode=rw"
    # The URL names the book in messages; the connection is made here, since not every file name survives a URL.
    engine = create_engine(
        URL.create("sqlite", database=str(place)),
        poolclass=NullPool,
        creator=lambda: sqlite3.connect(f"{place.as_uri()}?{query}", uri=True, timeout=WAIT_SECONDS),
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reading") else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def transaction(engine: Engine, *, reading: bool = False) -> Iterator[Connection]:
    """A transaction; database errors become a `BookError` that says what to do."""
    try:
        with engine.connect().execution_options(reading=reading) as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        raise BookError(_advice(engine, str(error.orig))) from error


def _advice(engine: Engine, reason: str) -> str:
    place = engine.url.database
    if "locked" in reason:
        return f"{place} is in use by another writer for more than {WAIT_SECONDS} s; try again. Nothing was written."
    if "not a database" in reason or "no such table" in reason:
        return f"{place} is not a book of bareme ({reason})."
    if "readonly" in reason or "read-only" in reason:
        return f"{place} cannot be written ({reason}). Nothing was written."
    return f"{place}: {reason}. Nothing was written."


def create_database(path: Path, copy_of: Path | None = None) -> None:
    """Make a database at once or not at all: built beside its place, then linked into it.

    `copy_of` gives its first content. `FileExistsError` when another one came first; its book is left as it is.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, f"{path.parent} is a file, not a folder") from None
    draft = path.parent / f".{path.name}.{uuid4().hex}.new"
    try:
        with draft.open("xb") as file:
            file.write(copy_of.read_bytes() if copy_of is not None else b"")
        if copy_of is None:
            engine = sqlite_engine(draft)
            with transaction(engine) as connection:
                metadata.create_all(connection)
                connection.execute(text(f"PRAGMA user_version = {FORMAT}"))
            engine.dispose()
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def format_of(connection: Connection) -> int:
    """The number of the database's format."""
    return int(connection.execute(text("PRAGMA user_version")).scalar_one())

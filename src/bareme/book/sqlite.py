"""A ledger in a SQLite file: how it is opened, and how it appears whole or not at all."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import URL, create_engine, event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bareme.book import storage
from bareme.errors import BookError


class SqliteDatabase:
    """A SQLite file. `immutable` opens it for reading only, as a file that no one writes."""

    def __init__(self, path: Path, *, immutable: bool = False) -> None:
        self.path = path
        self._engine = _engine(path, immutable=immutable)

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    @contextmanager
    def transaction(self, *, reading: bool = False) -> Iterator[Connection]:
        """A transaction; database errors become a `BookError` that says what to do."""
        try:
            with self._engine.connect().execution_options(reading=reading) as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            raise BookError(_advice(str(self._engine.url.database), str(error.orig))) from error

    def state(self) -> object:
        """Which file stands there, its size and when it was written."""
        try:
            found = self.path.stat()
        except OSError as error:
            raise BookError(f"{self.path} cannot be read: {error.strerror or error}.") from None
        return (found.st_ino, found.st_size, found.st_mtime_ns)

    def is_made(self) -> bool:
        """True when the file is there."""
        return self.path.exists()

    def format_of(self, connection: Connection) -> int:
        """The file's `user_version`."""
        return int(connection.execute(text("PRAGMA user_version")).scalar_one())

    def make(self, connection: Connection) -> bool:
        """Make the tables in an empty file."""
        if self.format_of(connection):
            return False
        storage.metadata.create_all(connection)
        connection.execute(text(f"PRAGMA user_version = {storage.FORMAT}"))
        return True

    def close(self) -> None:
        """Nothing: a connection lasts as long as its transaction."""


def _engine(path: Path, *, immutable: bool) -> Engine:
    """An engine on a SQLite file. Transactions begin IMMEDIATE, so that two who read and then append take turns."""
    place = path.resolve()
    query = "mode=ro&immutable=1" if immutable else "mode=rw"
    # The URL names the book in messages; the connection is made here, since not every file name survives a URL.
    engine = create_engine(
        URL.create("sqlite", database=str(place)),
        poolclass=NullPool,
        creator=lambda: sqlite3.connect(f"{place.as_uri()}?{query}", uri=True, timeout=storage.WAIT_SECONDS),
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reading") else "BEGIN IMMEDIATE")

    return engine


def _advice(place: str, reason: str) -> str:
    if "locked" in reason:
        wait = f"more than {storage.WAIT_SECONDS} s"
        return f"{place} is in use by another writer for {wait}; try again. Nothing was written."
    if "not a database" in reason or "no such table" in reason:
        return f"{place} is not a book of bareme ({reason})."
    if "readonly" in reason or "read-only" in reason:
        return f"{place} cannot be written ({reason}). Nothing was written."
    return f"{place}: {reason}. Nothing was written."


def create_file(path: Path, fill: Callable[[Path], object]) -> None:
    """Make a file at once or not at all: `fill` writes it beside its place, then it is linked into it.

    `FileExistsError` when another one came first, which is left as it is.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, f"{path.parent} is a file, not a folder") from None
    draft = path.parent / f".{path.name}.{uuid4().hex}.new"
    try:
        draft.touch(exist_ok=False)
        fill(draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()

"""The database of the state: a SQLite file beside the book, or one on a PostgreSQL server.

It is made at the first write, so that a service that only reads needs none. Many may read while one writes; those who
read and then write take turns.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, create_engine, event, inspect, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool

from bareme.book.address import Address, Server
from bareme.errors import BaremeError, InputError
from bareme.service.state import tables

WAIT_SECONDS = 10
"""How long one who writes waits for the others, and how long a server may take to answer."""
LOCK = 0x6261_7265_6D66
"""The advisory lock of those who write to a server."""


class StateError(BaremeError):
    """The state of the service cannot be opened, read or written."""


class State:
    """Where keys, limits and jobs are kept. Nothing connects before it is used."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._engine = _on_server(address) if isinstance(address, Server) else _in_file(address)
        self._is_made = False

    @property
    def name(self) -> str:
        """What messages call it; without secrets."""
        return str(self.address)

    def is_made(self) -> bool:
        """True when there is a state; one of an older form is brought to the present one.

        `StateError` where that cannot be told, or where it is of a newer bareme.
        """
        if self._is_made:
            return not isinstance(self.address, Path) or self.address.exists()
        if isinstance(self.address, Path) and not self.address.exists():
            return False
        with self._transaction(reading=True) as connection:
            form = self._form(connection)
        if 0 < form < tables.FORMAT:
            self._make()
        self._is_made = form > 0
        return self._is_made

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """A transaction that reads; None where nothing was ever written."""
        if not self.is_made():
            yield None
            return
        with self._transaction(reading=True) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may read and then write: no other one writes until it ends."""
        if not self.is_made():
            self._make()
        with self._transaction() as connection:
            yield connection

    def check(self) -> None:
        """`StateError` where it is there and cannot be read."""
        with self.reading() as connection:
            if connection is not None:
                connection.execute(text(f"SELECT version_num FROM {tables.VERSIONS}")).scalar_one()

    def _make(self) -> None:
        """Make the tables, or bring those of an older form to the present one."""
        if isinstance(self.address, Path):
            try:
                self.address.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(self.address, os.O_CREAT | os.O_RDWR, 0o600))
            except OSError as error:
                raise StateError(f"{self.name} cannot be made: {error.strerror or error}.") from None
        with self._transaction() as connection:
            if self._form(connection) != tables.FORMAT:
                from bareme.service.state.migrating import upgrade

                upgrade(connection)
        self._is_made = True

    def _form(self, connection: Connection) -> int:
        """The number of the form; 0 where there are no tables."""
        if not inspect(connection).has_table(tables.VERSIONS):
            return 0
        found = int(connection.execute(text(f"SELECT version_num FROM {tables.VERSIONS}")).scalar() or 0)
        if found > tables.FORMAT:
            raise StateError(f"{self.name} was made by a newer bareme (form {found}); install that one.")
        return found

    @contextmanager
    def _transaction(self, *, reading: bool = False) -> Iterator[Connection]:
        try:
            with self._engine.connect().execution_options(reading=reading) as connection, connection.begin():
                if not reading and isinstance(self.address, Server):
                    connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
                yield connection
        except PoolTimeout:
            raise StateError(f"{self.name}: all connections are in use; try again.") from None
        except DBAPIError as error:
            raise StateError(f"{self.name} cannot be used: {self._reason(error)}.") from None

    def _reason(self, error: DBAPIError) -> str:
        """The first line of what the driver says, without secrets should it ever repeat one."""
        found = next((line.strip(" .") for line in str(error.orig).splitlines() if line.strip()), "no reason given")
        if isinstance(self.address, Server):
            for _, secret in self.address.secrets:
                found = found.replace(secret, "***") if secret else found
        return found

    def close(self) -> None:
        """Give back the connections; they are made again when they are needed."""
        self._engine.dispose()


def _in_file(path: Path) -> Engine:
    """An engine on a SQLite file: readers and a writer side by side (WAL), transactions that write begin IMMEDIATE."""
    place = path.resolve()
    engine = create_engine(
        URL.create("sqlite", database=str(place)),
        poolclass=NullPool,
        hide_parameters=True,
        creator=lambda: sqlite3.connect(f"{place.as_uri()}?mode=rw", uri=True, timeout=WAIT_SECONDS),
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reading") else "BEGIN IMMEDIATE")

    return engine


def _on_server(server: Server) -> Engine:
    """An engine on a server; a connection that died is replaced, a forked process makes its own."""
    arguments: dict[str, Any] = {"connect_timeout": WAIT_SECONDS, "application_name": "bareme-service"}
    arguments = {name: value for name, value in arguments.items() if name not in server.url.query}
    try:
        return create_engine(
            server.url,
            connect_args={**arguments, **dict(server.secrets), "prepare_threshold": None},
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=4,
            max_overflow=0,
            pool_timeout=WAIT_SECONDS,
        )
    except ImportError:
        raise InputError("a state on a server needs a driver: pip install 'bareme[postgres]'.") from None

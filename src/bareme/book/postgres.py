"""A ledger on a PostgreSQL server: connections made anew when they died, one writer at a time, plain messages."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bareme.book import storage
from bareme.book.address import Server
from bareme.errors import BookError, InputError

CONNECTIONS = 8
"""A process holds at most so many connections to one book; whoever needs another waits."""
CONNECT_SECONDS = 10
"""How long a server may take to answer a new connection."""
LOCK = 0x6261_7265_6D65
"""The advisory lock of writers: the letters of bareme as a number. It is that of one database."""
_STATE = text(
    f"SELECT (SELECT version_num FROM {storage.VERSIONS}), (SELECT count(*) FROM entry), "
    "(SELECT hash FROM entry ORDER BY seq DESC LIMIT 1)"
)
_AWAY = ("08", "57P")
"""How the codes of errors begin that tell of a connection lost or a server that stops or starts."""


class PostgresDatabase:
    """A database on a server. Nothing connects before it is used."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._engine = _engine(server)
        # Connections do not outlive their ledger; a forked process leaves those of its parent alone.
        weakref.finalize(self, _dispose, self._engine, os.getpid())

    @property
    def name(self) -> str:
        """The address without its secrets."""
        return str(self.server)

    @contextmanager
    def transaction(self, *, reading: bool = False) -> Iterator[Connection]:
        """A transaction; database errors become a `BookError` that says what to do.

        Who reads sees one state and waits for no one; who writes waits for the other writers of this database.
        """
        options: dict[str, Any] = {"isolation_level": "READ COMMITTED", "postgresql_readonly": False}
        if reading:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._explained(), self._connected() as plain:
            connection = plain.execution_options(**options)
            with connection.begin():
                if not reading:
                    connection.execute(text(f"SET LOCAL lock_timeout = '{storage.WAIT_SECONDS}s'"))
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
                yield connection

    @contextmanager
    def _asking(self) -> Iterator[Connection]:
        """A connection for one question that needs no transaction."""
        with self._explained(), self._connected() as plain:
            yield plain.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            connection = self._engine.connect()
        except DBAPIError as error:
            reason = self._reason(error)
            raise BookError(f"{self.name}: no connection to {self.server.parts} ({reason}). Is it running?") from None
        with connection:
            yield connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeout:
            raise BookError(f"{self.name}: all {CONNECTIONS} connections are in use; try again.") from None
        except DBAPIError as error:
            raise BookError(self._advice(error)) from None

    def _reason(self, error: DBAPIError) -> str:
        """The first line of what the driver says, without secrets should it ever repeat one."""
        found = next((line.strip() for line in str(error.orig).splitlines() if line.strip()), "no reason given")
        for _, secret in self.server.secrets:
            found = found.replace(secret, "***") if secret else found
        return found

    def _advice(self, error: DBAPIError) -> str:
        code, reason = str(getattr(error.orig, "sqlstate", None) or ""), self._reason(error)
        if code == "55P03":
            wait = f"more than {storage.WAIT_SECONDS} s"
            return f"{self.name} is in use by another writer for {wait}; try again. Nothing was written."
        if error.connection_invalidated or code.startswith(_AWAY):
            again = "Try again: what is recorded already is not recorded twice."
            return f"{self.name}: the connection to {self.server.parts} was lost ({reason}). {again}"
        if code == "42501":
            who = "ask its owner for the rights, or to run `bareme book migrate`"
            return f"{self.name}: this user may not do that ({reason}); {who}. Nothing was written."
        if code == "25006":
            return f"{self.name} cannot be written ({reason}). Nothing was written."
        if code in ("42P01", "42703"):
            return f"{self.name} is not a book of bareme ({reason})."
        return f"{self.name}: {reason}. Nothing was written."

    def state(self) -> object:
        """The form, how many entries there are, and the hash of the last one."""
        with self._asking() as connection:
            return tuple(connection.execute(_STATE).one())

    def is_made(self) -> bool:
        """True when the table that holds the number of the form is there."""
        with self._asking() as connection:
            return _is_made(connection)

    def format_of(self, connection: Connection) -> int:
        """The number that the last migration left."""
        return int(connection.execute(text(f"SELECT version_num FROM {storage.VERSIONS}")).scalar_one())

    def make(self, connection: Connection) -> bool:
        """Make the tables in a transaction that writes; False, and nothing done, where there are some already."""
        if _is_made(connection):
            return False
        from bareme.book.migrating import upgrade

        upgrade(connection, 0)
        return True

    def close(self) -> None:
        """Give back the connections; they are made again when they are needed."""
        self._engine.dispose()


def _is_made(connection: Connection) -> bool:
    found = connection.execute(text(f"SELECT to_regclass('{storage.VERSIONS}') IS NOT NULL")).scalar_one()
    return bool(found)


def _engine(server: Server) -> Engine:
    """An engine that checks a connection before it is used. Statements are sent unprepared, as poolers need it."""
    arguments: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": storage.WAIT_SECONDS * 1000,
        "application_name": "bareme",
    }
    arguments = {name: value for name, value in arguments.items() if name not in server.url.query}
    try:
        engine = create_engine(
            server.url,
            connect_args={**arguments, **dict(server.secrets), "prepare_threshold": None},
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=storage.WAIT_SECONDS,
        )
    except ImportError:
        raise InputError("a book on a server needs a driver: pip install 'bareme[postgres]'.") from None
    _forked_processes_connect_anew(engine)
    return engine


def _forked_processes_connect_anew(engine: Engine) -> None:
    """A connection is used only by the process that made it."""

    @event.listens_for(engine, "connect")
    def _connect(_connection: object, record: Any) -> None:
        record.info["process"] = os.getpid()

    @event.listens_for(engine, "checkout")
    def _checkout(_connection: object, record: Any, proxy: Any) -> None:
        if record.info["process"] != os.getpid():
            record.dbapi_connection = proxy.dbapi_connection = None
            raise DisconnectionError("the connection is another process's")


def _dispose(engine: Engine, process: int) -> None:
    engine.dispose(close=os.getpid() == process)

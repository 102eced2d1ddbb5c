"""Where a book is: a file, or a database on a PostgreSQL server. What is shown of an address holds no password."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bareme.errors import InputError

FORM = "postgresql://user@host:port/database"
DRIVER = "postgresql+psycopg"
SCHEMES = ("postgresql", "postgres", DRIVER)
SECRETS = ("password", "sslpassword")
"""Parts of an address that are told to the server and to nobody else."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")


@dataclass(frozen=True, slots=True)
class Server:
    """A book on a PostgreSQL server. `str` and `repr` show where it is, without its secrets."""

    url: URL = field(repr=False)
    secrets: tuple[tuple[str, str], ...] = field(repr=False)
    shown: str

    def __str__(self) -> str:
        return self.shown

    @property
    def parts(self) -> str:
        """Host, port and database, as a message about a connection names them."""
        query = self.url.query
        host = self.url.host or query.get("host") or "this machine"
        port = self.url.port or query.get("port") or os.environ.get("PGPORT", "5432")
        return f"host {host}, port {port}, database {self.url.database}"


Address: TypeAlias = Path | Server


def address_of(place: str | PathLike[str] | Server) -> Address:
    """The address that a text or a path is; `InputError` where it is neither a file's nor a PostgreSQL server's.

    >>> str(address_of("postgresql://clerk:secret@tariffs.example:5433/book"))
    'postgresql://clerk@tariffs.example:5433/book'
    """
    if isinstance(place, Server):
        return place
    text = os.fspath(place)
    scheme = _SCHEME.match(text)
    if scheme is None:
        return Path(place)
    is_server = scheme[1].lower() in SCHEMES
    if text.startswith("//", scheme.end() - 1):
        if is_server:
            return _server(text)
        raise InputError(f"a book is a file, or a database written {FORM}; {scheme[1]}:// is neither.")
    if is_server:
        raise InputError(f"the address of a server is given as a text, {FORM}, not as a path, which takes a / away.")
    return Path(place)


def _server(text: str) -> Server:
    """The server that an address names. The message of a wrong one does not repeat it: a password may stand in it."""
    try:
        url = make_url(text).set(drivername=DRIVER)
    except (ArgumentError, ValueError):
        raise InputError(
            f"the address of the book cannot be read: it is written {FORM}, with %40 for @ and %2F for / in a name."
        ) from None
    secrets = {name: _one(value) for name, value in url.query.items() if name in SECRETS}
    if url.password is not None:
        secrets["password"] = str(url.password)
    query = {name: value for name, value in url.query.items() if name not in SECRETS}
    bare = URL.create(DRIVER, url.username, None, url.host, url.port, url.database, query)
    where = {name: value for name, value in query.items() if name in ("host", "port")}
    shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database, where)
    if not url.database:
        raise InputError(f"{shown.render_as_string()} names no database: write {FORM}.")
    return Server(bare, tuple(sorted(secrets.items())), shown.render_as_string())


def _one(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else value[-1]

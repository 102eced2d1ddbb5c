"""Price tables kept on disk between runs: a cache, which may be deleted at any time and is never needed.

A table that was built whole is kept in a folder of its own, named by all that decides it. In it stand `table.duckdb`,
for files of acts, `rows.sqlite`, for single acts, and `about.json`. The folder appears whole or not at all: it is built
under another name and renamed, so that several processes may do so at once. What is damaged is left out of account and
removed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from bareme._version import __version__
from bareme.book.prices import PriceTable
from bareme.pricing.kept import ABOUT, FORMAT, ROWS, TABLE, DamagedError, Kept, opened, write_about
from bareme.pricing.packing import write_rows
from bareme.pricing.ruleset import rules_hash
from bareme.pricing.tables import connect, store

try:
    import fcntl
except ImportError:  # there are none of these locks on Windows: two processes may build one table
    fcntl = None  # type: ignore[assignment]

VARIABLE = "BAREME_CACHE"
OFF = "off"
BUILDING = ".building"
"""The file that is locked while a process builds a table beside those who ask."""
MOST_KEPT = 6
"""So many tables are kept; those used last."""
MOST_BYTES = 2 * 1024**3
"""The tables kept take no more than this together, but the newest is always kept."""
ABANDONED = 24 * 60 * 60 * 10**9
"""A draft that is older than these nanoseconds is one that nobody is writing any more."""


def cache_folder() -> Path | None:
    """Where tables are kept: the environment's `BAREME_CACHE`, else the user's cache folder; None when it is `off`."""
    named = os.environ.get(VARIABLE)
    if named == OFF:
        return None
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("bareme")


def key_of(book: str, known: date | None) -> str:
    """The name of a table: by the hash of the book's last entry, the day known on, the rules, the form of files."""
    form = f"{FORMAT} {__version__} duckdb {version('duckdb')}"
    return hashlib.sha256(f"{book} {known} {rules_hash()} {form}".encode()).hexdigest()


def find(key: str) -> Kept | None:
    """The table kept under a name, if there is one and it is whole."""
    folder = cache_folder()
    if folder is None or not (folder / key).is_dir():
        return None
    try:
        kept = opened(folder / key)
    except DamagedError:
        discard(folder / key)
        return None
    with suppress(OSError):
        os.utime(folder / key)
    return kept


def keep(key: str, prices: PriceTable) -> Kept | None:
    """Keep a table under a name, and what was kept under it by someone else meanwhile; None where it cannot be."""
    import duckdb

    folder = cache_folder()
    if folder is None or not len(prices):
        return None
    draft = folder / f".{uuid4().hex}.draft"
    try:
        draft.mkdir(mode=0o700, parents=True)
        _write(draft, prices)
        with suppress(OSError):
            draft.rename(folder / key)
        with suppress(OSError):
            _prune(folder)
    except (OSError, sqlite3.Error, duckdb.Error):
        return None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return find(key)


@contextmanager
def alone() -> Iterator[bool]:
    """Gives False where another process is building a table beside those who ask, which none needs to do twice."""
    folder = cache_folder()
    if folder is None or fcntl is None:
        yield folder is not None
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / BUILDING).open("wb")
    except OSError:
        yield False
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def can_keep() -> bool:
    """True unless nothing is to be kept, or nothing can be written where it would be."""
    folder = cache_folder()
    if folder is None:
        return False
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return there.is_dir() and os.access(there, os.W_OK)


def discard(place: Path) -> None:
    """Remove a kept table: out of sight at once, then away."""
    draft = place.parent / f".{uuid4().hex}.draft"
    with suppress(OSError):
        place.rename(draft)
    shutil.rmtree(draft, ignore_errors=True)


def _write(place: Path, prices: PriceTable) -> None:
    """A table as the files of a folder."""
    connection = connect(place / TABLE)
    try:
        store(connection, prices)
    finally:
        connection.close()
    write_rows(place / ROWS, prices)
    write_about(place, prices)


def _prune(folder: Path) -> None:
    """Remove the tables that were used longest ago, and drafts that were left behind."""
    taken = 0
    for number, place in enumerate(sorted(_tables(folder), key=_used, reverse=True)):
        taken += sum(file.stat().st_size for file in place.iterdir())
        if number >= MOST_KEPT or (number and taken > MOST_BYTES):
            discard(place)
    for draft in folder.glob(".*.draft"):
        if _used(draft) < time.time_ns() - ABANDONED:
            shutil.rmtree(draft, ignore_errors=True)


def _tables(folder: Path) -> Iterator[Path]:
    return (place.parent for place in folder.glob(f"*/{ABOUT}"))


def _used(place: Path) -> int:
    """The moment, in nanoseconds, at which a folder was last used; long ago if it is gone."""
    try:
        return place.stat().st_mtime_ns
    except OSError:
        return 0

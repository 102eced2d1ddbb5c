"""Indexes kept on disk between runs, beside the price tables: whole or not at all, made anew where damaged.

Each stands in a folder of its own below `search`, named by all that decides it. Where nothing can be written an index
is in memory.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from uuid import uuid4

from bareme._version import __version__
from bareme.collecting import fewer_rounds
from bareme.exchange.search.index import DamagedIndexError, Index
from bareme.pricing.keeping import ABANDONED, cache_folder, discard
from bareme.pricing.kept import ABOUT, checksum_of

FORMAT = 1
FOLDER = "search"
FILE = "index.sqlite"
MOST_KEPT = 6
"""So many indexes are kept; those used last."""
MOST_OPEN = 4
"""So many indexes of one book are open at once."""
Build = Callable[[sqlite3.Connection], None]


def key_of(book: str, known: date | None) -> str:
    """The name of an index: by the hash of the book's last entry, the day known on, the form of indexes."""
    form = f"{FORMAT} {__version__} sqlite {sqlite3.sqlite_version}"
    return hashlib.sha256(f"search {book} {known} {form}".encode()).hexdigest()


class Indexes:
    """The indexes of one book that were asked for last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, Index] = {}

    def of(self, key: str, build: Build) -> Index:
        """The index of a name: open, kept or made; one thread makes it, others wait for it."""
        found = self._open.get(key)
        if found is not None:
            return found
        with self._lock:
            if key not in self._open:
                index = _find(key) or _make(key, build)
                while len(self._open) >= MOST_OPEN:
                    self._open.pop(next(iter(self._open)))
                self._open[key] = index
            return self._open[key]

    def forget(self, index: Index) -> None:
        """Do without an index that turned out to be damaged."""
        with self._lock:
            for key in [key for key, other in self._open.items() if other is index]:
                del self._open[key]
        if index.place is not None:
            discard(index.place.parent)


def _folder() -> Path | None:
    cache = cache_folder()
    return None if cache is None else cache / FOLDER


def _find(key: str) -> Index | None:
    """The index kept under a name, if there is one and it is as it was written."""
    folder = _folder()
    if folder is None or not (folder / key).is_dir():
        return None
    try:
        about = json.loads((folder / key / ABOUT).read_text(encoding="utf-8"))
        if checksum_of(folder / key / FILE) != about["checksum"]:
            raise DamagedIndexError("not what was written")
        index = Index(folder / key / FILE)
    except (OSError, ValueError, KeyError, TypeError, DamagedIndexError):
        discard(folder / key)
        return None
    with suppress(OSError):
        os.utime(folder / key)
    return index


def _make(key: str, build: Build) -> Index:
    """An index made now, kept under its name where it can be."""
    folder = _folder()
    if folder is not None and _write(folder, key, build):
        found = _find(key)
        if found is not None:
            return found
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    _fill(connection, build)
    return Index(connection)


def _write(folder: Path, key: str, build: Build) -> bool:
    """Write an index to a folder beside its place, which is then renamed; False where nothing can be written."""
    draft = folder / f".{uuid4().hex}.draft"
    try:
        draft.mkdir(mode=0o700, parents=True)
        with closing(sqlite3.connect(draft / FILE)) as connection:
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            _fill(connection, build)
        about = {"format": FORMAT, "checksum": checksum_of(draft / FILE)}
        (draft / ABOUT).write_text(json.dumps(about), encoding="utf-8")
        with suppress(OSError):
            draft.rename(folder / key)
        with suppress(OSError):
            _prune(folder)
    except (OSError, sqlite3.OperationalError):
        return False
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return True


def _fill(connection: sqlite3.Connection, build: Build) -> None:
    with fewer_rounds():
        build(connection)


def _prune(folder: Path) -> None:
    """Remove the indexes that were used longest ago, and drafts that were left behind."""
    kept = [place.parent for place in folder.glob(f"*/{ABOUT}") if not place.parent.name.startswith(".")]
    for place in sorted(kept, key=_used, reverse=True)[MOST_KEPT:]:
        discard(place)
    for draft in folder.glob(".*.draft"):
        if _used(draft) < time.time_ns() - ABANDONED:
            shutil.rmtree(draft, ignore_errors=True)


def _used(place: Path) -> int:
    try:
        return place.stat().st_mtime_ns
    except OSError:
        return 0

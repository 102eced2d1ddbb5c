"""A price table as it is kept in a folder, opened to be read."""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.book.prices import PriceTable
from bareme.pricing.desk import Row
from bareme.pricing.packing import Unpacker, unpacked_held
from bareme.pricing.tables import connect

if TYPE_CHECKING:
    import duckdb

FORMAT = 3
TABLE = "table.duckdb"
ROWS = "rows.sqlite"
ABOUT = "about.json"


class DamagedError(Exception):
    """A kept table is not what was written; it never reaches a caller of the library."""


class Kept:
    """A kept price table; a source of rows for the desk, and a DuckDB for files of acts."""

    def __init__(self, place: Path, about: dict[str, Any]) -> None:
        self.place = place
        self.choices: tuple[str, ...] = tuple(about["choices"])
        self.years: tuple[int, int] = (about["years"][0], about["years"][1])
        self.series: dict[str, str] = about["series"]
        """The series of each circular, by its number."""
        self._checksum = about["checksum"]
        self._lock = threading.Lock()
        self._codes: frozenset[str] | None = None
        uri = f"{(place / ROWS).resolve().as_uri()}?mode=ro&immutable=1"
        self._rows = sqlite3.connect(uri, uri=True, check_same_thread=False)
        [(dictionary,)] = self._rows.execute("SELECT bytes FROM dictionary").fetchall()
        self._unpack = Unpacker(dictionary)

    def rows(self, code: str, year: int) -> Iterable[Row]:
        """The rows of a code for a year; `DamagedError` where they cannot be read."""
        try:
            with self._lock:
                found = self._rows.execute("SELECT bytes FROM packed WHERE code = ? AND year = ?", [code, year])
                return [(code, year, *row) for (packed,) in found for row in self._unpack(packed)]
        except (sqlite3.Error, zlib.error, ValueError, TypeError) as error:
            raise DamagedError(str(error)) from error

    def codes(self) -> frozenset[str]:
        """Every code of the table."""
        try:
            with self._lock:
                if self._codes is None:
                    self._codes = frozenset(code for (code,) in self._rows.execute("SELECT code FROM code"))
                return self._codes
        except sqlite3.Error as error:
            raise DamagedError(str(error)) from error

    def in_force(self, day: date) -> dict[int, set[str]]:
        """The codes that each entry holds on a day; `DamagedError` where they cannot be read."""
        found: dict[int, set[str]] = {}
        on = day.isoformat()
        try:
            with self._lock:
                packed = self._rows.execute("SELECT bytes FROM held").fetchall()
            for entry, start, end, codes in (unpacked_held(one) for (one,) in packed):
                if start <= on < end:
                    found.setdefault(entry, set()).update(codes.split())
        except (sqlite3.Error, zlib.error, ValueError, TypeError) as error:
            raise DamagedError(str(error)) from error
        return found

    def connect(self) -> duckdb.DuckDBPyConnection:
        """The DuckDB with the tables `prices` and `years`, to be read only."""
        import duckdb

        try:
            if checksum_of(self.place / TABLE) != self._checksum:
                raise DamagedError(f"{self.place / TABLE} is not as it was written")
            return connect(self.place / TABLE, read_only=True)
        except (OSError, duckdb.Error) as error:
            raise DamagedError(str(error)) from error


def opened(place: Path) -> Kept:
    """The table kept in a folder; `DamagedError` when it cannot be read."""
    try:
        about = json.loads((place / ABOUT).read_text(encoding="utf-8"))
        if about["sizes"] != _sizes(place):
            raise DamagedError(f"{place} does not hold what was written")
        return Kept(place, about)
    except (OSError, ValueError, KeyError, TypeError, sqlite3.Error) as error:
        raise DamagedError(str(error)) from error


def write_about(place: Path, prices: PriceTable) -> None:
    """Say what a folder holds: the last file that is written to it."""
    about = {
        "format": FORMAT,
        "choices": prices.choices,
        "years": prices.years,
        "series": prices.series,
        "sizes": _sizes(place),
        "checksum": checksum_of(place / TABLE),
    }
    (place / ABOUT).write_text(json.dumps(about), encoding="utf-8")


def _sizes(place: Path) -> dict[str, int]:
    return {name: (place / name).stat().st_size for name in (TABLE, ROWS)}


def checksum_of(path: Path) -> int:
    """A checksum that tells damage, not malice."""
    found = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found = zlib.crc32(block, found)
    return found

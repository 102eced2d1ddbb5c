"""The rows of a price table in a SQLite file, those of one code and year together: found at once, and small.

Each group of rows is JSON, compressed with a dictionary made of rows of the same table; zlib tells when one was
damaged. Beside them stands which codes each entry of the ledger holds, and on which days.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from bareme.book.prices import PriceTable

_OF_DICTIONARY = 40
"""So many rows, taken evenly from the table, make the dictionary."""
_WINDOW, _MEMORY = 13, 4
"""Small groups need neither the largest window nor much memory; the dictionary must fit into the window."""


class Unpacker:
    """Rows from what was packed with a dictionary."""

    def __init__(self, dictionary: bytes) -> None:
        self._dictionary = dictionary

    def __call__(self, packed: bytes) -> list[list[Any]]:
        """The rows without code and year; `zlib.error` or `ValueError` when it is not what was packed."""
        inflate = zlib.decompressobj(_WINDOW, zdict=self._dictionary)
        rows: list[list[Any]] = json.loads(inflate.decompress(packed) + inflate.flush())
        if not inflate.eof:
            raise ValueError("the rows end early")
        return rows


def write_rows(path: Path, prices: PriceTable) -> None:
    """Write the rows of a price table into a new file."""
    dictionary = _dictionary(prices)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TABLE dictionary (bytes BLOB)")
        connection.execute("CREATE TABLE code (code TEXT PRIMARY KEY) WITHOUT ROWID")
        connection.execute(
            "CREATE TABLE packed (code TEXT, year INTEGER, bytes BLOB, PRIMARY KEY (code, year)) WITHOUT ROWID"
        )
        connection.execute("BEGIN")
        connection.execute("INSERT INTO dictionary VALUES (?)", [dictionary])
        connection.executemany(
            "INSERT INTO code VALUES (?)", ((code,) for code in dict.fromkeys(prices.columns["code"]))
        )
        connection.executemany("INSERT INTO packed VALUES (?, ?, ?)", _groups(prices, dictionary))
        connection.execute("CREATE TABLE held (bytes BLOB)")
        connection.executemany("INSERT INTO held VALUES (?)", _held(prices))
        connection.execute("COMMIT")


def unpacked_held(packed: bytes) -> tuple[int, str, str, str]:
    """An entry, its days (ISO, half-open) and its codes, joined by spaces; `zlib.error` or `ValueError` if damaged."""
    entry, start, end, codes = json.loads(zlib.decompress(packed))
    return entry, start, end, codes


def _held(prices: PriceTable) -> Iterator[tuple[bytes]]:
    """The codes that each entry holds in the same days, packed."""
    found: dict[tuple[int, Any, Any], dict[str, None]] = {}
    columns = prices.columns
    names = ("entry", "valid_from", "valid_to", "code")
    for entry, start, end, code in zip(*(columns[name] for name in names), strict=True):
        if entry is not None:
            found.setdefault((entry, start, end), {})[code] = None
    for (entry, start, end), codes in found.items():
        yield (zlib.compress(json.dumps([entry, start.isoformat(), end.isoformat(), " ".join(codes)]).encode()),)


def _dictionary(prices: PriceTable) -> bytes:
    step = max(len(prices) // _OF_DICTIONARY, 1)
    texts = [_json([row[2:]]) for number, row in enumerate(prices.rows()) if number % step == 0]
    return b"".join(texts)[-(1 << _WINDOW) + 512 :]


def _groups(prices: PriceTable, dictionary: bytes) -> Iterator[tuple[str, int, bytes]]:
    """The rows of each code and year, packed, in their order."""
    for code, rows in groupby(prices.rows(), key=itemgetter(0)):
        years: dict[int, list[Sequence[Any]]] = {}
        for row in rows:
            years.setdefault(row[1], []).append(row[2:])
        for year in sorted(years):
            yield code, year, _packed(years[year], dictionary)


def _packed(rows: Iterable[Sequence[Any]], dictionary: bytes) -> bytes:
    deflate = zlib.compressobj(6, zlib.DEFLATED, _WINDOW, _MEMORY, zdict=dictionary)
    return deflate.compress(_json(rows)) + deflate.flush()


def _json(rows: Iterable[Sequence[Any]]) -> bytes:
    return json.dumps(list(rows), separators=(",", ":")).encode()

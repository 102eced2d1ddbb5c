"""An index that is there, asked: which codes, in which order, with which tariffs."""

from __future__ import annotations

import json
import sqlite3
import threading
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

MOST_ANSWERS = 128
"""The codes found for so many questions are kept, for the next page."""
MOST_DAYS = 64
_WEIGHTS = "20, 10, 5, 2, 1, 2"
"""What a word weighs: in a code, a label, a section, a series, a convention, in what was said before."""
_FIND = f"""
SELECT rowid FROM words WHERE words MATCH :begun
ORDER BY rowid IN (SELECT id FROM code WHERE code IN (SELECT value FROM json_each(:asked))) DESC,
    rowid IN (SELECT rowid FROM words WHERE words MATCH :whole) DESC, bm25(words, {_WEIGHTS}), rowid
"""
_IN_FORCE = "SELECT code, seq FROM tariff WHERE until > ? AND start <= ? AND start <> ''"
_OF_FEW = """
SELECT tariff.code, seq FROM json_each(?) JOIN tariff ON tariff.code = value
WHERE until > ? AND start <= ? AND start <> ''
"""
FEW = 1000
"""Of so many codes each is looked up to know whether it is in force."""


class DamagedIndexError(Exception):
    """An index is not what was written; it never reaches a caller of the library."""


class Index:
    """An index in a file, with a connection for each thread, or in memory, with one for all of them."""

    def __init__(self, at: Path | sqlite3.Connection) -> None:
        self.place = at if isinstance(at, Path) else None
        self._only = None if isinstance(at, Path) else at
        self._lock = threading.Lock()
        self._own = threading.local()
        self.found = lru_cache(maxsize=MOST_ANSWERS)(self._found)
        self._alive = lru_cache(maxsize=MOST_DAYS)(self._in_force)
        self._own_codes = lru_cache(maxsize=MOST_DAYS)(self._of_series)

    def rows(self, query: str, given: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query; `DamagedIndexError` where they cannot be read."""
        try:
            with self._connection() as connection:
                return connection.execute(query, given).fetchall()
        except sqlite3.Error as error:
            raise DamagedIndexError(str(error)) from error

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if self._only is not None:
            with self._lock:
                yield self._only
            return
        own = getattr(self._own, "connection", None)
        if own is None:
            assert self.place is not None
            uri = f"{self.place.resolve().as_uri()}?mode=ro&immutable=1"
            own = self._own.connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        yield own

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code, in order; the first has the number 1."""
        return tuple(code for (code,) in self.rows("SELECT code FROM code ORDER BY id"))

    @cached_property
    def held(self) -> frozenset[str]:
        """Every code."""
        return frozenset(self.codes)

    @cached_property
    def versions(self) -> frozenset[int]:
        """The entries of the circulars that count: of each number the version known last."""
        return frozenset(seq for (seq,) in self.rows("SELECT seq FROM entry WHERE holds"))

    @cached_property
    def series(self) -> tuple[str, ...]:
        """The series of the circulars that count."""
        return tuple(s for (s,) in self.rows("SELECT DISTINCT series FROM entry WHERE holds ORDER BY 1"))

    @cached_property
    def known_days(self) -> tuple[str, ...]:
        """The days on which something became known."""
        query = "SELECT DISTINCT known_from FROM entry WHERE kind <> 'witness' ORDER BY 1"
        return tuple(day for (day,) in self.rows(query))

    @cached_property
    def _cuts(self) -> tuple[str, ...]:
        """The days on which what is in force changes."""
        query = "SELECT start FROM tariff UNION SELECT until FROM tariff ORDER BY 1"
        return tuple(day for (day,) in self.rows(query))

    def _found(self, words: tuple[str, ...], on: str | None, series: str | None) -> array[int]:
        """The numbers of the codes that have every word, best first; of no words every code, in order."""
        ids: Sequence[int] = self._matching(words) if words else range(1, len(self.codes) + 1)
        if on is not None:
            alive = self.in_force(on, ids)
            seqs = None if series is None else self._entries_of(series)
            ids = [id for id in ids if id in alive and (seqs is None or alive[id] in seqs)]
        elif series is not None:
            own = self._own_codes(series)
            ids = [id for id in ids if id in own]
        return array("I", ids)

    def _matching(self, words: tuple[str, ...]) -> list[int]:
        begun = " AND ".join(f'"{word}"*' for word in words)
        whole = " AND ".join(f'"{word}"' for word in words)
        asked = json.dumps(words)
        return [id for (id,) in self.rows(_FIND, {"begun": begun, "whole": whole, "asked": asked})]

    def in_force(self, on: str, ids: Sequence[int]) -> dict[int, int]:
        """Of some codes those with a tariff on a day, with the entry that holds it; one that two series give has none.

        Of few codes they are looked up, of many all that are in force that day are kept for the next question.
        """
        if len(ids) > FEW:
            return self._alive(max((cut for cut in self._cuts if cut <= on), default=""))
        return _once(self.rows(_OF_FEW, [json.dumps(list(ids)), on, on]))

    def _in_force(self, cut: str) -> dict[int, int]:
        return _once(self.rows(_IN_FORCE, [cut, cut]))

    def _of_series(self, series: str) -> frozenset[int]:
        seqs = self._entries_of(series)
        return frozenset(id for id, seq in self.rows("SELECT DISTINCT code, seq FROM tariff") if seq in seqs)

    def _entries_of(self, series: str) -> frozenset[int]:
        query = "SELECT seq FROM entry WHERE series = ? OR substr(series, 1, ?) = ?"
        start = f"{series}/"
        return frozenset(seq for (seq,) in self.rows(query, [series, len(start), start]))


def _once(rows: Sequence[tuple[Any, ...]]) -> dict[int, int]:
    """The entry of each code that has only one."""
    pairs = set(rows)
    twice = Counter(id for id, _ in pairs)
    return {id: seq for id, seq in pairs if twice[id] == 1}

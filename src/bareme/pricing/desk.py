"""The desk: one act, or a basket of them, answered at once.

The statement is the same Ibis expression that prices files of acts, compiled for SQLite, which finds a row in
microseconds where DuckDB takes milliseconds to plan. It sees only the rows of the price table that the acts may meet:
those of their codes and years, fetched when they are first asked for.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import repeat
from typing import Any, Protocol

from bareme.book.prices import END, columns_of
from bareme.pricing.columns import KNOWN_COLUMNS, Kinds, kinds_of
from bareme.pricing.statements import statement

KINDS = {"text": "TEXT", "number": "INTEGER", "cents": "INTEGER", "day": "TEXT"}
MOST_ROWS = 200_000
"""So many rows of the price table are kept at the desk; then it begins with none again."""
DAYS = ("tariff_from", "tariff_to")
"""The days that go to the answer."""

Row = Sequence[Any]
"""A row of the price table, in the order of its columns; days as ISO texts."""
Edges = tuple[tuple[date, ...], tuple[int, ...]]
"""Days and ages, in order."""


class Source(Protocol):
    """Where the desk has the rows of the price table from."""

    @property
    def choices(self) -> tuple[str, ...]:
        """The choice facts of the price table."""

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year of the price table."""

    def rows(self, code: str, year: int) -> Iterable[Row]:
        """The rows of a code for one of the table's years; none for a code that it does not hold."""

    def codes(self) -> frozenset[str]:
        """Every code of the price table."""


class Desk:
    """Prices one act or a few by the rows of one price table."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._lock = threading.Lock()
        self._columns = tuple(columns_of(source.choices))
        self._insert = f"INSERT INTO prices VALUES ({', '.join(repeat('?', len(self._columns)))})"
        self._ask = f"INSERT INTO acts VALUES ({', '.join(repeat('?', len(KNOWN_COLUMNS) + 2))})"
        self._sql = statement(source.choices, Kinds.TYPED, "sqlite")
        self._connection = _tables(source)
        self._there: dict[tuple[str, int], Edges] = {}
        self._rows = 0

    def edges(self, code: str, day: date) -> Edges:
        """The days and ages at which the answer for a code may change in the year of a day; none for an unknown one."""
        place = (code, self._year(day))
        found = self._there.get(place)
        if found is None:
            with self._lock:
                self._make_room()
                self._fetch([place])
                found = self._there[place]
        return found

    def edges_at_once(self, code: str, day: date) -> Edges:
        """The same where they are at the desk already; none where they must be fetched."""
        return self._there.get((code, self._year(day)), ((), ()))

    def answers(self, acts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The row of each act, in order; the acts' known columns are given as values, `date` as a day."""
        with self._lock:
            self._make_room()
            self._connection.execute("BEGIN")
            try:
                rows = self._answers(acts)
            finally:
                self._connection.execute("COMMIT")
        for row in rows:
            row |= {name: _day(row[name]) for name in DAYS}
        return sorted(rows, key=lambda row: int(row["input_line"]))

    def _answers(self, acts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        self._fetch((act["code"], self._year(act["date"])) for act in acts)
        self._connection.execute("DELETE FROM acts")
        self._connection.executemany(self._ask, (_values(line, act) for line, act in enumerate(acts)))
        found = self._connection.execute(self._sql)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def rows_on(self, code: str, day: date) -> list[dict[str, Any]]:
        """The rows of the price table for a code on a day: one for each value of the facts."""
        query = "SELECT * FROM prices WHERE code = ? AND year = ? AND valid_from <= ? AND ? < valid_to"
        text = min(day, END - timedelta(days=1)).isoformat()
        with self._lock:
            self._fetch([(code, self._year(day))])
            rows = self._connection.execute(query, [code, self._year(day), text, text]).fetchall()
        return [dict(zip(self._columns, row, strict=True)) for row in rows]

    def _year(self, day: date) -> int:
        """The year of the price table in which the rows of a day stand."""
        first, last = self.source.years
        return max(min(day.year, last), first)

    def _fetch(self, places: Iterable[tuple[str, int]]) -> None:
        """Have the rows of codes and years at the desk."""
        missing = set(places) - self._there.keys()
        if missing:
            found = {place: list(self.source.rows(*place)) for place in missing}
            self._connection.executemany(self._insert, (row for rows in found.values() for row in rows))
            self._there |= {place: self._edges_of(rows) for place, rows in found.items()}
            self._rows += len(missing) + sum(map(len, found.values()))

    def _edges_of(self, rows: Sequence[Row]) -> Edges:
        days = {row[self._columns.index(name)] for row in rows for name in ("valid_from", "valid_to")}
        ages = {row[self._columns.index(name)] for row in rows for name in ("age_from", "age_to")}
        return tuple(map(date.fromisoformat, sorted(days))), tuple(sorted(ages))

    def _make_room(self) -> None:
        if self._rows > MOST_ROWS:
            self._connection.execute("DELETE FROM prices")
            self._there.clear()
            self._rows = 0


def _tables(source: Source) -> sqlite3.Connection:
    """A SQLite in memory with the tables that the statement reads, and the functions that Ibis expects."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.create_function("_IBIS_REGEX_SEARCH", 2, _search, deterministic=True)
    connection.create_function("_IBIS_REGEX_REPLACE", 3, _replace, deterministic=True)
    connection.create_function("MOD", 2, _mod, deterministic=True)
    columns = ", ".join(f"{name} {KINDS[kind]}" for name, kind in columns_of(source.choices).items())
    facts = "".join(f"fact_{name}, " for name in source.choices)
    key = f"PRIMARY KEY (code, year, {facts}valid_from, age_from)"
    connection.execute(f"CREATE TABLE prices ({columns}, {key}) WITHOUT ROWID")
    connection.execute("CREATE TABLE years (first_year INTEGER, last_year INTEGER)")
    connection.execute("INSERT INTO years VALUES (?, ?)", source.years)
    types = {"string": "TEXT", "date": "TEXT", "int64": "INTEGER"}
    known = ", ".join(f"{name} {types[kind]}" for name, kind in kinds_of(Kinds.TYPED).items())
    connection.execute(f"CREATE TABLE acts (input_line INTEGER, carried TEXT, {known})")
    return connection


def _values(line: int, act: Mapping[str, Any]) -> tuple[Any, ...]:
    """An act as a row of the table `acts`: days as ISO texts."""
    given = (act.get(name) for name in KNOWN_COLUMNS)
    return (line, None, *(value.isoformat() if isinstance(value, date) else value for value in given))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@lru_cache(maxsize=16)
def _pattern(pattern: str) -> re.Pattern[str]:
    """A pattern in which `$` is the end, and not what stands before a last line break."""
    return re.compile(pattern.replace(r"\z", r"\Z").replace("$", r"\Z"), re.ASCII)


def _search(text: str | None, pattern: str) -> bool | None:
    return None if text is None else _pattern(pattern).search(text) is not None


def _replace(text: str | None, pattern: str, by: str) -> str | None:
    return None if text is None else _pattern(pattern).sub(by, text)


def _mod(number: int | None, by: int) -> int | None:
    return None if number is None else number % by

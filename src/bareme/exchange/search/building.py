"""An index of a book, made from its entries: what each code is called, when it is in force, what each entry changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from bareme.book.ledger import Entry
from bareme.book.outline import Outline
from bareme.book.timeline import Publication, Timeline, contents_of, timeline_of, versions_of
from bareme.circulars.model import Circular, Reading
from bareme.exchange.search.counting import Counter
from bareme.exchange.search.extracting import Said, said_by
from bareme.exchange.search.writing import Lines, write_codes

_TABLES = """
CREATE TABLE entry (seq INTEGER PRIMARY KEY, kind TEXT, recorded_at TEXT, known_from TEXT, effective_from TEXT,
    circular TEXT, series TEXT, title TEXT, language TEXT, author TEXT, document TEXT, hash TEXT,
    lines INTEGER, added INTEGER, changed INTEGER, ended INTEGER, holds INTEGER DEFAULT 0);
CREATE TABLE code (id INTEGER PRIMARY KEY, code TEXT UNIQUE NOT NULL);
CREATE TABLE said (id INTEGER PRIMARY KEY, label TEXT, number TEXT, title TEXT, convention TEXT);
CREATE TABLE tariff (code INTEGER, start TEXT, until TEXT, place INTEGER, seq INTEGER, published_until TEXT,
    fee TEXT, said INTEGER, PRIMARY KEY (code, start, until, seq, place)) WITHOUT ROWID;
CREATE TABLE translated (code INTEGER, seq INTEGER, nth INTEGER, language TEXT, label TEXT, number TEXT, title TEXT,
    PRIMARY KEY (code, seq, nth, language)) WITHOUT ROWID;
CREATE TABLE named (code TEXT, seq INTEGER, how TEXT, PRIMARY KEY (code, seq, how)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(code, label, section, series, convention, former,
    content='', prefix='1 2 3 4', tokenize='ascii');
"""
_INDEXES = "CREATE INDEX by_time ON tariff (until, start, code, seq);"
Translations = Callable[[Entry], Reading | None]
"""The reading of a witness in another language; None where it cannot be had."""


def build(
    connection: sqlite3.Connection, entries: Sequence[Entry], known: date | None, translated: Translations
) -> None:
    """Fill an empty database with the index of entries, as known on a day."""
    connection.executescript(_TABLES)
    said = _entries(connection, entries)
    lines = Lines()
    timeline = _timeline(entries, known, said, lines)
    for seq, language, reading in _witnesses(entries, {p.number: p for p in timeline.publications}, translated):
        lines.take_witness(seq, language, reading)
    write_codes(connection, timeline, lines)
    holding = [(p.entry.seq,) for p in timeline.publications]
    connection.executemany("UPDATE entry SET holds = 1 WHERE seq = ?", holding)
    connection.executescript(_INDEXES)
    connection.commit()


def _entries(connection: sqlite3.Connection, entries: Sequence[Entry]) -> dict[int, Said]:
    """Write the entries with their counts; what each circular's entry says."""
    said = {found.seq: found for found in said_by(e for e in entries if e.kind == "circular")}
    counter = Counter()
    last: dict[str, Said] = {}
    for e in entries:
        row: list[Any] = [None, None, None, None]
        kind, own = e.kind, last.get(e.circular)
        if e.seq in said:
            kind = "correction" if own is not None else said[e.seq].kind
            own = last[e.circular] = said[e.seq]
            counts = counter.count(e, own)
            row = [counts.lines, counts.added, counts.changed, counts.ended]
        known = (None, None, None) if own is None else (own.series, own.title, own.language)
        dates = (e.recorded_at, e.known_from, e.effective_from)
        values = [e.seq, kind, *dates, e.circular, *known, e.author, e.document, e.hash, *row]
        connection.execute(f"INSERT INTO entry VALUES ({', '.join('?' * len(values))}, 0)", values)
    named = ((code, s.seq, "measure") for s in said.values() for code in s.named)
    connection.executemany("INSERT INTO named VALUES (?, ?, ?)", named)
    found = ((code, s.seq, "finding") for s in said.values() for code in s.concerned)
    connection.executemany("INSERT INTO named VALUES (?, ?, ?)", found)
    return said


def _timeline(entries: Sequence[Entry], known: date | None, said: Mapping[int, Said], lines: Lines) -> Timeline:
    """The timeline of the entries, its publications without lines: what an index needs of those goes to `lines`."""
    publications = []
    for entry, first in versions_of(entries, known):
        lines.take(entry.seq, said[entry.seq].lines)
        publications.append(_publication(entry, first, said[entry.seq], lines.of[entry.seq]))
    return timeline_of(publications)


def _publication(entry: Entry, first: Entry, said: Said, codes: Iterable[str]) -> Publication:
    """What a timeline needs of a publication."""
    circular = Circular(
        entry.circular,
        None,
        date.fromisoformat(entry.effective_from),
        None,
        said.language,
        said.kind,
        said.series,
        said.title,
    )
    outline = Outline(circular, 0, tuple(codes), frozenset(), ())
    return Publication(entry, first, outline, lambda: contents_of(entry.reading(), entry.doubtful_rows()))


def _witnesses(
    entries: Sequence[Entry], held: Mapping[str, Publication], translated: Translations
) -> Iterator[tuple[int, str, Reading]]:
    """The readings of witnesses in another language than the circular: its entry, the language, the reading."""
    languages = {p.entry.seq: {p.circular.language} for p in held.values()}
    for entry in entries:
        publication = held.get(entry.circular)
        if entry.kind != "witness" or publication is None:
            continue
        seq, language = publication.entry.seq, entry.data().get("language")
        if language is None or language in languages[seq]:
            continue
        reading = translated(entry)
        if reading is not None:
            languages[seq].add(language)
            yield seq, language, reading

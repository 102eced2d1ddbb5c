"""An index of a book, made from its entries: what each code is called, when it is in force, what each entry changed."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from bareme.book.history import published_until
from bareme.book.ledger import Entry
from bareme.book.timeline import Publication, Timeline, timeline_of, versions_of
from bareme.circulars.findings import Findings
from bareme.circulars.model import Circular, DocumentId, Line, Reading
from bareme.circulars.series import declared_names
from bareme.exchange.search.counting import Counter
from bareme.exchange.search.extracting import LightLine, Said, said_by
from bareme.exchange.search.folding import words_of

OPEN = "9999-12-31"
"""Where a tariff without an end ends."""
_TABLES = """
CREATE TABLE entry (seq INTEGER PRIMARY KEY, kind TEXT, recorded_at TEXT, known_from TEXT, effective_from TEXT,
    circular TEXT, series TEXT, title TEXT, language TEXT, author TEXT, document TEXT, hash TEXT,
    lines INTEGER, added INTEGER, changed INTEGER, ended INTEGER);
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
    timeline, readings = _timeline(entries, known, said)
    witnesses = _witnesses(entries, {p.number: p for p in timeline.publications}, translated)
    _Codes(connection, timeline, readings, witnesses).write()
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
        connection.execute(f"INSERT INTO entry VALUES ({', '.join('?' * len(values))})", values)
    named = ((code, s.seq, "measure") for s in said.values() for code in s.named)
    connection.executemany("INSERT INTO named VALUES (?, ?, ?)", named)
    found = ((code, s.seq, "finding") for s in said.values() for code in s.concerned)
    connection.executemany("INSERT INTO named VALUES (?, ?, ?)", found)
    return said


def _timeline(
    entries: Sequence[Entry], known: date | None, said: Mapping[int, Said]
) -> tuple[Timeline, dict[int, dict[str, list[LightLine]]]]:
    """The timeline of the entries, its publications without lines; and the lines of each publication by code."""
    publications, lines = [], {}
    for entry, first in versions_of(entries, known):
        by_code: dict[str, list[LightLine]] = {}
        for line in said[entry.seq].lines:
            for code in line.codes:
                by_code.setdefault(code, []).append(line)
        lines[entry.seq] = by_code
        publications.append(_publication(entry, first, said[entry.seq], by_code))
    return timeline_of(publications), lines


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
    reading = Reading(DocumentId(entry.document, "", 0), circular, (), (), Findings())
    none: tuple[Line, ...] = ()
    return Publication(entry, first, reading, dict.fromkeys(codes, none), {}, frozenset())


def _witnesses(
    entries: Sequence[Entry], held: Mapping[str, Publication], translated: Translations
) -> Iterator[tuple[int, str, Reading]]:
    """The readings of witnesses in another language than the circular: its entry, the language, the reading."""
    languages = {p.entry.seq: {p.reading.circular.language} for p in held.values()}
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


class _Codes:
    """Writes the codes: their tariffs through time, and the words that find them."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        timeline: Timeline,
        lines: Mapping[int, Mapping[str, Sequence[LightLine]]],
        witnesses: Iterable[tuple[int, str, Reading]],
    ) -> None:
        self._connection = connection
        self._timeline = timeline
        self._lines = lines
        self._said: dict[tuple[str | None, ...], int] = {}
        self._folded: dict[str, str] = {}
        self._listing: dict[str, list[Publication]] = defaultdict(list)
        for publication in sorted(timeline.publications, key=lambda p: (p.effective, p.rank)):
            for code in publication.lines_of:
                self._listing[code].append(publication)
        self._translated: dict[tuple[str, int], list[tuple[Any, ...]]] = defaultdict(list)
        for seq, language, reading in witnesses:
            self._take(seq, language, reading)

    def _take(self, seq: int, language: str, reading: Reading) -> None:
        """What a witness calls each code, in the order of its lines."""
        for line in reading.lines:
            for code in line.codes:
                found = self._translated[code.digits, seq]
                nth = sum(row[1] == language for row in found)
                section = (None, None) if line.section is None else (line.section.number, line.section.title)
                found.append((nth, language, line.label, *section))

    def write(self) -> None:
        """Write them all, in order."""
        insert = self._connection.executemany
        codes = sorted(self._timeline.tenures)
        insert("INSERT INTO code VALUES (?, ?)", enumerate(codes, start=1))
        insert("INSERT INTO tariff VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._tariffs(codes))
        places = {code: id for id, code in enumerate(codes, start=1)}
        rows = (
            (places[code], seq, nth, *rest)
            for (code, seq), found in self._translated.items()
            if code in places
            for nth, *rest in found
        )
        insert("INSERT OR IGNORE INTO translated VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        insert("INSERT INTO said VALUES (?, ?, ?, ?, ?)", ((id, *key) for key, id in self._said.items()))
        listed = ((code, p.entry.seq, "line") for code in codes for p in self._listing[code])
        insert("INSERT INTO named VALUES (?, ?, ?)", listed)
        columns = "rowid, code, label, section, series, convention, former"
        texts = ((id, code, *self._words(code)) for id, code in enumerate(codes, start=1))
        insert(f"INSERT INTO words ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", texts)

    def _tariffs(self, codes: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        for id, code in enumerate(codes, start=1):
            tenures = self._timeline.tenures[code]
            for tenure in tenures:
                until = published_until(tenure.publication, self._timeline).isoformat()
                end = OPEN if tenure.period.end is None else tenure.period.end.isoformat()
                yield from self._rows(id, code, tenure.publication, tenure.period.start.isoformat(), end, until)
            if not tenures:
                yield from self._rows(id, code, self._listing[code][-1], "", "", None)

    def _rows(
        self, id: int, code: str, publication: Publication, start: str, end: str, until: str | None
    ) -> Iterator[tuple[Any, ...]]:
        seq = publication.entry.seq
        for line in self._lines[seq][code]:
            key = (line.label, *(line.section or (None, None)), line.convention)
            said = self._said.setdefault(key, len(self._said) + 1)
            fee = None if line.is_doubtful else line.fee
            yield id, start, end, line.place, seq, until, fee, said

    def _words(self, code: str) -> tuple[str, ...]:
        """The words of a code: labels, sections, series, conventions as last said, and what was said before."""
        told = [list(self._told(code, publication)) for publication in self._listing[code]]
        last = dict.fromkeys(told[-1])
        former = dict.fromkeys(said for before in told[:-1] for said in before if said not in last)
        columns = [[text for column, text in last if column == wanted] for wanted in range(4)]
        return tuple(self._fold(texts) for texts in [*columns, [text for _, text in former]])

    def _told(self, code: str, publication: Publication) -> Iterator[tuple[int, str]]:
        """What a publication says of a code: the number of the column, the text."""
        seq = publication.entry.seq
        for line in self._lines[seq][code]:
            yield from ((0, text) for text in (line.label,) if text)
            yield from ((1, text) for text in line.section or () if text)
            yield from ((3, text) for text in (line.convention,) if text)
        for _, _, label, number, title in self._translated.get((code, seq), ()):
            yield from ((0, text) for text in (label,) if text)
            yield from ((1, text) for text in (number, title) if text)
        yield from ((2, name) for name in series_names(publication.series))

    def _fold(self, texts: Sequence[str]) -> str:
        for text in texts:
            if text not in self._folded:
                self._folded[text] = " ".join(words_of(text))
        return " ".join(dict.fromkeys(self._folded[text] for text in texts))


def series_names(series: str) -> list[str]:
    """What a series can be found by: the words of its id, and its declared names."""
    return [series, *declared_names().get(series, {}).values()]

"""The codes of an index: their tariffs through time, and the words that find them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bareme.book.history import published_until
from bareme.book.timeline import Publication, Timeline
from bareme.circulars.model import Reading
from bareme.circulars.series import declared_names
from bareme.exchange.search.extracting import LightLine
from bareme.exchange.search.folding import words_of
from bareme.periods import Period

OPEN = "9999-12-31"
"""Where a tariff without an end ends."""
LABEL, SECTION, SERIES, CONVENTION = range(4)
Texts = tuple[tuple[int, str], ...]
"""What is said of a code: the number of the column of words, the text."""


def series_names(series: str) -> list[str]:
    """What a series can be found by: the words of its id, and its declared names."""
    return [series, *declared_names().get(series, {}).values()]


class Lines:
    """The lines of a book's circulars by code, without what they repeat: `of[entry][code]` are rows of place, fee and
    the number of what is said. `said` are the distinct labels, sections and conventions by that number, from 0."""

    def __init__(self) -> None:
        self.of: dict[int, dict[str, list[tuple[int, str | None, int]]]] = {}
        self.said: list[tuple[str | None, ...]] = []
        self.translated: dict[tuple[str, int], list[tuple[Any, ...]]] = defaultdict(list)
        self._numbers: dict[tuple[str | None, ...], int] = {}

    def take(self, seq: int, lines: Iterable[LightLine]) -> None:
        """Take the lines of an entry."""
        found = self.of[seq] = {}
        for line in lines:
            said = (line.label, *(line.section or (None, None)), line.convention)
            number = self._numbers.setdefault(said, len(self.said))
            if number == len(self.said):
                self.said.append(said)
            row = (line.place, None if line.is_doubtful else line.fee, number)
            for code in dict.fromkeys(line.codes):
                found.setdefault(code, []).append(row)

    def take_witness(self, seq: int, language: str, reading: Reading) -> None:
        """Take what a witness in another language calls each code, in the order of its lines."""
        for line in reading.lines:
            for code in line.codes:
                found = self.translated[code.digits, seq]
                nth = sum(row[1] == language for row in found)
                section = (None, None) if line.section is None else (line.section.number, line.section.title)
                found.append((nth, language, line.label, *section))


def write_codes(connection: sqlite3.Connection, timeline: Timeline, lines: Lines) -> None:
    """Write every code, in order."""
    insert = connection.executemany
    codes = sorted(timeline.tenures)
    listing = _listing(timeline)
    numbers = {code: id for id, code in enumerate(codes, start=1)}
    insert("INSERT INTO code VALUES (?, ?)", ((id, code) for code, id in numbers.items()))
    insert("INSERT INTO said VALUES (?, ?, ?, ?, ?)", ((id, *said) for id, said in enumerate(lines.said)))
    insert("INSERT INTO tariff VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _tariffs(numbers, timeline, listing, lines))
    insert("INSERT OR IGNORE INTO translated VALUES (?, ?, ?, ?, ?, ?, ?)", _translations(numbers, lines))
    listed = ((code, p.entry.seq, "line") for code in codes for p in listing[code])
    insert("INSERT INTO named VALUES (?, ?, ?)", listed)
    words = Words(lines)
    texts = ((numbers[code], code, *words.of(code, listing[code])) for code in codes)
    columns = "rowid, code, label, section, series, convention, former"
    insert(f"INSERT INTO words ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", texts)


def _listing(timeline: Timeline) -> dict[str, list[Publication]]:
    """The circulars that list each code, in the order in which they take effect."""
    found: dict[str, list[Publication]] = defaultdict(list)
    for publication in sorted(timeline.publications, key=lambda p: (p.effective, p.rank)):
        for code in publication.codes:
            found[code].append(publication)
    return found


def _tariffs(
    numbers: Mapping[str, int], timeline: Timeline, listing: Mapping[str, Sequence[Publication]], lines: Lines
) -> Iterator[tuple[Any, ...]]:
    """The rows of `tariff`: each line of a code in each period; of a code that no day has, its last lines."""
    until = {p.entry.seq: published_until(p, timeline).isoformat() for p in timeline.publications}
    days: dict[Period, tuple[str, str]] = {}
    for code, number in numbers.items():
        for tenure in timeline.tenures[code]:
            period, seq = tenure.period, tenure.publication.entry.seq
            if period not in days:
                days[period] = (period.start.isoformat(), OPEN if period.end is None else period.end.isoformat())
            start, end = days[period]
            for place, fee, said in lines.of[seq][code]:
                yield number, start, end, place, seq, until[seq], fee, said
        if not timeline.tenures[code]:
            seq = listing[code][-1].entry.seq
            for place, fee, said in lines.of[seq][code]:
                yield number, "", "", place, seq, None, fee, said


def _translations(numbers: Mapping[str, int], lines: Lines) -> Iterator[tuple[Any, ...]]:
    for (code, seq), found in lines.translated.items():
        if code in numbers:
            yield from ((numbers[code], seq, *row) for row in found)


class Words:
    """The folded words of codes, column by column: what was last said, then all that was said before."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._folded: dict[str, str] = {}
        self._texts = [_texts(*said) for said in lines.said]
        self._names: dict[str, Texts] = {}

    def of(self, code: str, listing: Sequence[Publication]) -> tuple[str, ...]:
        """The words of a code that these circulars list, oldest first."""
        *before, last = listing
        now = self._said(code, [last])
        former = [text for text in self._said(code, before) if text not in now] if before else []
        columns = [[text for at, text in now if at == column] for column in range(4)]
        return tuple(self._fold(texts) for texts in [*columns, [text for _, text in former]])

    def _said(self, code: str, publications: Sequence[Publication]) -> dict[tuple[int, str], None]:
        """All that circulars say of a code, each once."""
        seqs = [p.entry.seq for p in publications]
        found: dict[tuple[int, str], None] = {}
        for number in dict.fromkeys(number for seq in seqs for _, _, number in self._lines.of[seq][code]):
            found |= dict.fromkeys(self._texts[number])
        for seq in seqs if self._lines.translated else ():
            for _, _, label, number, title in self._lines.translated.get((code, seq), ()):
                found |= dict.fromkeys(_texts(label, number, title, None))
        for series in dict.fromkeys(p.series for p in publications):
            if series not in self._names:
                self._names[series] = tuple((SERIES, name) for name in series_names(series))
            found |= dict.fromkeys(self._names[series])
        return found

    def _fold(self, texts: Sequence[str]) -> str:
        for text in texts:
            if text not in self._folded:
                self._folded[text] = " ".join(words_of(text))
        return " ".join(dict.fromkeys(self._folded[text] for text in texts))


def _texts(label: str | None, number: str | None, title: str | None, convention: str | None) -> Texts:
    told = ((LABEL, label), (SECTION, number), (SECTION, title), (CONVENTION, convention))
    return tuple((column, text) for column, text in told if text)

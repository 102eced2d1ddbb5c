"""Which circular's tariff of a code is in force when, given what was known on a day and recorded at a moment.

Within a series a circular replaces the one before it from its effective date; a code that it does not list ends there.
Of two circulars with one effective date the one known later holds. A corrigendum replaces only the codes that it lists,
from its own effective date until the next circular of the series, if it is known later than the circular it corrects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any

from bareme.book.ledger import Entry
from bareme.book.outline import Outline, outline_of, outline_of_reading
from bareme.circulars.model import Line, Reading
from bareme.nomenclature.codes import Code
from bareme.periods import Period


@dataclass(frozen=True, slots=True)
class Contents:
    """What a circular says, decoded: the lines of each code, the place of each line (by `id`) in the circular, and the
    (table, row) of lines that are not trusted."""

    reading: Reading
    lines_of: dict[str, tuple[Line, ...]]
    numbers: dict[int, int]
    doubtful: frozenset[tuple[int, int]]


class Publication:
    """A recorded circular, ready to be asked about. `first` is the entry of its first version.

    `circular` says what it is, `codes` which codes it lists, in order, `asked` which facts some amount depends on; its
    lines are decoded when they are asked for, once.
    """

    def __init__(self, entry: Entry, first: Entry, outline: Outline, decoded: Callable[[], Contents]) -> None:
        self.entry, self.first, self._outline = entry, first, outline
        self.circular, self.asked = outline.circular, outline.asked
        self.codes = dict.fromkeys(outline.codes).keys()
        self._decoded = decoded
        self._contents: Contents | None = None
        self._lock = Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process: decoded."""
        return _whole, (self.entry, self.first, self._outline, self.reading, self.doubtful)

    @property
    def contents(self) -> Contents:
        """All that the circular says; the same for everyone who asks."""
        with self._lock:
            if self._contents is None:
                self._contents = self._decoded()
            return self._contents

    @property
    def is_decoded(self) -> bool:
        """True when the lines are there already."""
        return self._contents is not None

    @property
    def reading(self) -> Reading:
        """What the circular says."""
        return self.contents.reading

    @property
    def lines_of(self) -> dict[str, tuple[Line, ...]]:
        """The lines of each code."""
        return self.contents.lines_of

    @property
    def numbers(self) -> dict[int, int]:
        """The place of each line (by `id`) in the circular."""
        return self.contents.numbers

    @property
    def doubtful(self) -> frozenset[tuple[int, int]]:
        """The (table, row) of lines that are not trusted."""
        return self.contents.doubtful

    @property
    def number(self) -> str:
        """The circular's number."""
        return self.entry.circular

    @property
    def series(self) -> str:
        """The series that the circular belongs to."""
        return self.circular.series or ""

    @property
    def effective(self) -> date:
        """The first day on which the circular holds."""
        return date.fromisoformat(self.entry.effective_from)

    @property
    def is_corrigendum(self) -> bool:
        """True when it replaces only the codes that it lists."""
        return self.circular.kind == "corrigendum"

    @property
    def rank(self) -> tuple[object, ...]:
        """Orders publications by when they were first known, the later holds; a corrected version keeps its rank."""
        return rank_of(self.first.known_from, self.number, self.first.seq, is_corrigendum=self.is_corrigendum)

    def line_id(self, line: Line, code: Code) -> str:
        """`2025/336:565014`, with `@section` where the code stands on several lines."""
        if len(self.lines_of[code.digits]) > 1 and line.section is not None:
            return f"{self.number}:{code}@{line.section.number or line.section.title}"
        return f"{self.number}:{code}"


def rank_of(known_from: str, number: str, seq: int, *, is_corrigendum: bool = False) -> tuple[object, ...]:
    """Orders what was published: by the day it was known; on one day a corrigendum after circulars, those by number.

    Only entries of one circular, known on one day, take the order in which they were recorded.
    """
    return (known_from, is_corrigendum, [int(digits) for digits in re.findall(r"[0-9]+", number)], seq)


@dataclass(frozen=True, slots=True)
class Tenure:
    """A half-open period in which one publication's lines are the tariff of a code."""

    period: Period
    publication: Publication


@dataclass(frozen=True, slots=True)
class Timeline:
    """The tenures of every code, in order, and the effective year of each series' last circular."""

    tenures: dict[str, tuple[Tenure, ...]]
    last_year: dict[str, int]
    publications: tuple[Publication, ...]


def publications_of(
    entries: Iterable[Entry], known_on: date | None = None, recorded_at: datetime | None = None
) -> tuple[Publication, ...]:
    """The circulars recorded by a moment and known on a day; of each number the version known last."""
    return tuple(publication_of(entry, first) for entry, first in versions_of(entries, known_on, recorded_at))


def versions_of(
    entries: Iterable[Entry], known_on: date | None = None, recorded_at: datetime | None = None
) -> list[tuple[Entry, Entry]]:
    """Of each circular recorded by a moment and known on a day the version known last, with the first one."""
    known = [
        entry
        for entry in entries
        if entry.kind == "circular"
        and (known_on is None or entry.known <= known_on)
        and (recorded_at is None or datetime.fromisoformat(entry.recorded_at) <= recorded_at)
    ]
    versions: dict[str, list[Entry]] = {}
    for entry in known:
        versions.setdefault(entry.circular, []).append(entry)
    holding = {number: max(v, key=lambda e: (e.known_from, e.seq)) for number, v in versions.items()}
    first = {number: min(v, key=lambda e: (e.known_from, e.seq)) for number, v in versions.items()}
    return [(e, first[e.circular]) for e in known if e is holding[e.circular]]


def publication_of(entry: Entry, first: Entry) -> Publication:
    """A circular's entry as a publication; `first` is the entry that recorded the circular's first version."""
    return Publication(entry, first, outline_of(entry), lambda: contents_of(entry.reading(), entry.doubtful_rows()))


def _whole(
    entry: Entry, first: Entry, outline: Outline, reading: Reading, doubtful: frozenset[tuple[int, int]]
) -> Publication:
    return Publication(entry, first, outline, lambda: contents_of(reading, doubtful))


def contents_of(reading: Reading, doubtful: frozenset[tuple[int, int]]) -> Contents:
    """What a reading says, found by code."""
    lines: dict[str, tuple[Line, ...]] = {}
    for line in reading.lines:
        for code in line.codes:
            lines[code.digits] = (*lines.get(code.digits, ()), line)
    return Contents(reading, lines, {id(line): number for number, line in enumerate(reading.lines)}, doubtful)


def publication_about(entry: Entry, code: str) -> Publication:
    """A circular's entry as a publication that knows the lines of one code alone, and not which numbers they have."""
    reading, doubtful = entry.reading_about(code)
    contents = Contents(reading, {code: reading.lines} if reading.lines else {}, {}, doubtful)
    return Publication(entry, entry, outline_of_reading(reading), lambda: contents)


def timeline_of(publications: Sequence[Publication]) -> Timeline:
    """The timeline that follows from publications."""
    series: dict[str, list[Publication]] = {}
    for publication in publications:
        series.setdefault(publication.series, []).append(publication)
    tenures: dict[str, list[Tenure]] = {}
    for members in series.values():
        for code, found in _series_tenures(members).items():
            tenures.setdefault(code, []).extend(found)
    ordered = {code: tuple(sorted(t, key=lambda t: t.period.start)) for code, t in tenures.items()}
    last = {name: _last_year(members) for name, members in series.items()}
    return Timeline(ordered, last, tuple(publications))


def _last_year(members: Sequence[Publication]) -> int:
    """The effective year of the last circular; of the last corrigendum where there is no circular."""
    return max(p.effective.year for p in [m for m in members if not m.is_corrigendum] or members)


def _series_tenures(members: Sequence[Publication]) -> dict[str, list[Tenure]]:
    """The tenures of the codes of one series."""
    full: dict[date, Publication] = {}
    for publication in sorted((m for m in members if not m.is_corrigendum), key=lambda m: m.rank):
        full[publication.effective] = publication
    corrigenda = [m for m in members if m.is_corrigendum]
    starts = sorted(full)
    # A code that no day has a tariff of is held all the same.
    tenures: dict[str, list[Tenure]] = {code: [] for member in members for code in member.codes}
    for start, end in zip(starts, [*starts[1:], None], strict=False):  # none at all where only corrigenda are known
        holder = full[start]
        inside = [c for c in corrigenda if start <= c.effective and (end is None or c.effective < end)]
        inside = [c for c in inside if c.rank > holder.rank]
        if not inside:
            alone = Tenure(Period(start, end), holder)  # one for all of its codes: a book has very many
            for code in holder.codes:
                tenures[code].append(alone)
            continue
        codes = dict.fromkeys([*holder.codes, *(code for c in inside for code in c.codes)])
        for code in codes:
            corrected = [c for c in inside if code in c.codes]
            tenures.setdefault(code, []).extend(_corrected(code, Period(start, end), holder, corrected))
    return tenures


def _corrected(code: str, period: Period, holder: Publication, corrigenda: Sequence[Publication]) -> Iterable[Tenure]:
    """The tenures of a code between two circulars: the circular's own, and from their dates the corrigenda's."""
    cuts = sorted({period.start, *(c.effective for c in corrigenda)})
    merged: list[Tenure] = []
    for start, end in zip(cuts, [*cuts[1:], period.end], strict=True):
        applying = [c for c in corrigenda if c.effective <= start]
        publication = max(applying, key=lambda c: c.rank) if applying else holder
        if code not in publication.codes:
            continue
        if merged and merged[-1].publication is publication:
            merged[-1] = Tenure(Period(merged[-1].period.start, end), publication)
        else:
            merged.append(Tenure(Period(start, end), publication))
    return merged

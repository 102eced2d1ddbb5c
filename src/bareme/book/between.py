"""What a book has in force on one day and no longer, or otherwise, on another: whoever changed it on the way.

Circulars, corrigenda and corrections that take effect between the days all show, as far as they were known. A change
is told with each circular of the series on the way and the measures that it announces.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bareme.audit.because import Because
from bareme.audit.changes import Difference, Note, Side
from bareme.audit.difference import difference_of
from bareme.audit.pairs import Listed, Pair
from bareme.audit.ways import Stage, Way, stage_of
from bareme.book.timeline import Publication, Timeline
from bareme.circulars.model import Line, Reading
from bareme.errors import InputError
from bareme.nomenclature.codes import Code
from bareme.periods import as_date

_LIKE_A_DATE = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}")
MOVED = Because("moved")


def days_meant(start: object, end: object, held: Collection[str] = ()) -> tuple[date, date] | None:
    """The two days, or None when both are circulars; `InputError` for one of each kind. `held` are circulars' numbers.

    >>> days_meant("2025-06-01", "2026-06-01")
    (datetime.date(2025, 6, 1), datetime.date(2026, 6, 1))
    >>> days_meant("2024/382", "2025/336") is None
    True
    """
    dated = [_is_like_a_date(side) and side not in held for side in (start, end)]
    if not any(dated):
        return None
    if not all(dated):
        day, circular = (start, end) if dated[0] else (end, start)
        name = circular.circular.number or circular.document.name if isinstance(circular, Reading) else circular
        raise InputError(f"{day} is a date and {name} is none; compare two circulars or two dates.")
    assert isinstance(start, date | str)
    assert isinstance(end, date | str)
    return as_date(start, "from"), as_date(end, "to")


def _is_like_a_date(side: object) -> bool:
    return isinstance(side, date) or (isinstance(side, str) and _LIKE_A_DATE.fullmatch(side) is not None)


def of_days(
    timeline: Timeline, start: date, end: date, series: str | None = None, as_known_on: date | None = None
) -> Difference:
    """What changed from one day to another; in all series, or in those whose id is or begins with `series`."""
    chosen = _series(timeline, series)
    if start > end:
        found = of_days(timeline, end, start, series, as_known_on).mirrored()
        message = f"{start} is later than {end}: changes are told from the later to the earlier, reasons as they came."
        return replace(found, notes=(Note("later_first", message), *found.notes))
    days = _Days(timeline, start, end, chosen)
    sides = (_side(start, days.before), _side(end, days.after))
    return difference_of(sides, days.before, days.after, days.way_of, list(days.notes()), as_known_on)


def _series(timeline: Timeline, series: str | None) -> list[str]:
    """The series that are meant; `InputError` when the timeline has none such."""
    held = sorted({publication.series for publication in timeline.publications})
    chosen = [name for name in held if series is None or name == series or name.startswith(f"{series}/")]
    if series is not None and not chosen:
        raise InputError(f"{series!r} is no series of the book, which holds {', '.join(held) or 'none'}.")
    return chosen


def listed_on(timeline: Timeline, day: date, series: Collection[str]) -> list[Listed]:
    """The lines in force on a day, each for those of its codes that it is in force for; by series and place."""
    found: dict[int, tuple[Publication, Line, set[str]]] = {}
    for code, tenures in timeline.tenures.items():
        for tenure in tenures:
            publication = tenure.publication
            if day in tenure.period and publication.series in series:
                for line in publication.lines_of[code]:
                    found.setdefault(id(line), (publication, line, set()))[2].add(code)
    ordered = sorted(
        found.values(), key=lambda f: (f[0].series, f[0].is_corrigendum, f[0].rank, f[0].numbers[id(f[1])])
    )
    return [_listed(publication, line, codes) for publication, line, codes in ordered]


def _listed(publication: Publication, line: Line, held: Collection[str]) -> Listed:
    codes = tuple(code for code in line.codes if code.digits in held)
    doubtful = (line.source.table, line.source.row) in publication.doubtful
    return Listed(line, codes, publication.reading, publication.line_id(line, codes[0]), doubtful)


def _side(day: date, listed: Sequence[Listed]) -> Side:
    circulars = dict.fromkeys(one.circular for one in listed)
    series = dict.fromkeys(one.reading.circular.series or "" for one in listed)
    return Side("date", day.isoformat(), tuple(circulars), tuple(series), len(listed))


class _Days:
    """Two days, the earlier one first: what is in force on each, and the circulars that take effect between them."""

    def __init__(self, timeline: Timeline, start: date, end: date, series: Sequence[str]) -> None:
        self.timeline, self.start, self.end, self.series = timeline, start, end, series
        self.before = listed_on(timeline, start, series)
        self.after = listed_on(timeline, end, series)
        self.holders = {name: _holders(timeline, name) for name in series}
        self._stages = {name: list(self._full(name)) for name in series}
        self._earlier = {name: tuple(self._until_start(name)) for name in series}
        self._corrigenda: dict[str, Stage] = {}

    def way_of(self, pair: Pair) -> Way:
        """The circulars of the code's series between the days, and the corrigenda that list it."""
        names = {x.reading.circular.series or "" for x in (pair.before, pair.after) if x is not None}
        if len(names) > 1:
            return Way(unlinked=MOVED)
        [name] = names
        stages = [*self._stages[name], *self._corrected(pair.codes[0], name)]
        stages.sort(key=lambda stage: stage[0])
        return Way(tuple(stage for _, stage in stages), self._earlier[name])

    def _until_start(self, name: str) -> Iterator[Stage]:
        """The circulars of a series that take effect by the first day."""
        yield from (stage_of(p.reading) for p in self.holders[name] if p.effective <= self.start)

    def _full(self, name: str) -> Iterator[tuple[date, Stage]]:
        """The circulars of a series that take effect between the days, classed against what they replace."""
        holders = self.holders[name]
        for number, holder in enumerate(holders):
            if self.start < holder.effective <= self.end:
                yield holder.effective, stage_of(holder.reading, self._chain(holders[:number], holder.effective))

    def _chain(self, holders: Sequence[Publication], until: date) -> list[Reading]:
        """The circulars before a day; the last one with the lines that are in force when it ends, as corrected."""
        if not holders:
            return []
        *earlier, last = holders
        lines = [one.line for one in listed_on(self.timeline, until - timedelta(days=1), [last.series])]
        return [*(holder.reading for holder in earlier), replace(last.reading, lines=tuple(lines))]

    def _corrected(self, code: Code, name: str) -> Iterator[tuple[date, Stage]]:
        """The corrigenda of a series that set the tariff of a code between the days."""
        for tenure in self.timeline.tenures.get(code.digits, ()):
            found = tenure.publication
            if found.is_corrigendum and found.series == name and self.start < tenure.period.start <= self.end:
                if found.number not in self._corrigenda:
                    self._corrigenda[found.number] = stage_of(found.reading)
                yield tenure.period.start, self._corrigenda[found.number]

    def notes(self) -> Iterator[Note]:
        """What is to be known of the two days as a whole."""
        if self.start == self.end:
            yield Note("same", f"{self.start} is compared with itself.")
        for name in self.series:
            yield from self._absent(name)
        for day, listed in {self.start: self.before, self.end: self.after}.items():
            yield from self._last_known(day, listed)
        for name in self.series:
            yield from self._languages(name)
            stages = [*self._stages[name], *self._corrigenda_of(name)]
            said = ", ".join(f"{stage.name} from {day}" for day, stage in sorted(stages, key=lambda s: s[0]))
            if said:
                yield Note("on_the_way", f"{name}: {said}.")

    def _absent(self, name: str) -> Iterator[Note]:
        """A series that has no tariff on one of the days."""
        there = [any(x.reading.circular.series == name for x in side) for side in (self.before, self.after)]
        if not any(there):
            yield Note("nothing_in_force", f"{name} has no tariff in force on {self.start}, nor on {self.end}.")
        elif not there[0]:
            first = self.holders[name][0]
            message = (
                f"{name} has no tariff in force on {self.start}: the first that the book knows is that of "
                f"{first.number}, from {first.effective}; its codes stand as added."
            )
            yield Note("nothing_in_force", message)

    def _last_known(self, day: date, listed: Sequence[Listed]) -> Iterator[Note]:
        """The series that are not published for a day any more: their last tariffs are taken."""
        for name in self.series:
            years = [x.reading.circular.effective_on for x in listed if x.reading.circular.series == name]
            last = max([self.timeline.last_year[name], *(d.year for d in years if d is not None)])
            if years and day.year > last:
                message = f"{name} is published until {last}-12-31: on {day} its last known tariffs are taken."
                yield Note("last_known", message)

    def _languages(self, name: str) -> Iterator[Note]:
        """A series that is in one language on one day and in another on the other."""
        circulars = [[x.reading.circular for x in side] for side in (self.before, self.after)]
        old, new = ({c.language for c in side if c.series == name} for side in circulars)
        if old and new and old != new:
            words = [" and ".join(sorted(languages)) for languages in (old, new)]
            message = f"{name} is in {words[0]} on {self.start}, in {words[1]} on {self.end}: labels are not compared."
            yield Note("other_language", message)

    def _corrigenda_of(self, name: str) -> list[tuple[date, Stage]]:
        found: dict[str, tuple[date, Stage]] = {}
        for code in self.timeline.tenures:
            for day, stage in self._corrected(Code(code), name):
                found.setdefault(stage.name, (day, stage))
        return list(found.values())


def _holders(timeline: Timeline, name: str) -> list[Publication]:
    """The circulars of a series that hold at some time, in order; of one effective date the one known last."""
    full = [p for p in timeline.publications if p.series == name and not p.is_corrigendum]
    holding = {publication.effective: publication for publication in sorted(full, key=lambda p: p.rank)}
    return [holding[day] for day in sorted(holding)]

"""A book as known on a day and recorded by a moment, ready to price; the views that were asked for last are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from bareme.book.ledger import Entry, last_hash
from bareme.book.prices import build_prices, choices_of, years_of
from bareme.book.timeline import Publication, Timeline, publications_of, timeline_of
from bareme.periods import as_moment
from bareme.pricing.desk import Desk, Row

if TYPE_CHECKING:
    from bareme.pricing.engine import Engine

MOST_VIEWS = 8
"""So many states of a book are kept ready at once."""
MOST_CODES = 256
"""The rows of so many codes are kept ready to be laid on the desk."""


class RowsOfTimeline:
    """The rows of the price table, made code by code from a timeline."""

    def __init__(self, timeline: Timeline) -> None:
        self.choices = choices_of(timeline)
        self.years = years_of(timeline)
        self._rows_of = lru_cache(maxsize=MOST_CODES)(lambda code: build_prices(timeline, [code]).by_year())

    def rows(self, code: str, year: int) -> Iterable[Row]:
        """The rows of a code for a year."""
        return self._rows_of(code).get(year, ())


class View:
    """A timeline with its price engines; `hash` is that of the last entry that it was made of."""

    def __init__(self, timeline: Timeline, hash: str) -> None:
        self.timeline = timeline
        self.hash = hash

    @cached_property
    def _desk(self) -> Desk:
        return Desk(RowsOfTimeline(self.timeline))

    @cached_property
    def _engine(self) -> Engine:
        from bareme.pricing.engine import Engine

        return Engine(build_prices(self.timeline))

    @cached_property
    def _publications(self) -> dict[int, Publication]:
        return {p.entry.seq: p for p in self.timeline.publications}

    @property
    def choices(self) -> tuple[str, ...]:
        """The choice facts that some amount of the book asks for."""
        return self._desk.source.choices

    def engine(self) -> Engine:
        """The engine for files of acts, with the whole price table."""
        return self._engine

    def answers(self, acts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The row of each act of a few, in order."""
        return self._desk.answers(acts)

    def rows_on(self, code: str, day: date) -> list[dict[str, Any]]:
        """The rows of the price table for a code on a day: one for each value of the facts."""
        return self._desk.rows_on(code, day)

    def publication(self, entry: int) -> Publication:
        """The circular of an entry, by the entry's number."""
        return self._publications[entry]

    def codes(self) -> frozenset[str]:
        """The codes of the view."""
        return frozenset(self.timeline.tenures)


class Views:
    """The views of one book."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, date | None, datetime | None], View] = {}

    def of(self, entries: Sequence[Entry], known: date | None = None, recorded: datetime | None = None) -> View:
        """The view of what the entries hold, as known on a day and recorded by a moment."""
        key = (last_hash(entries), known, recorded)
        view = self._kept.get(key)
        if view is None:
            then = [e for e in entries if recorded is None or as_moment(e.recorded_at) <= recorded]
            view = View(timeline_of(publications_of(then, known)), last_hash(then))
            while len(self._kept) >= MOST_VIEWS:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[key] = view
        return view

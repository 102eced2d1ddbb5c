"""A book as known on a day and recorded by a moment, ready to price; the views that were asked for last are kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from bareme.book.ledger import EMPTY, Entry, Ledger
from bareme.book.prices import build_prices, choices_of, years_of
from bareme.book.timeline import Publication, Timeline, publication_about, publication_of, publications_of, timeline_of
from bareme.errors import BookError
from bareme.pricing import keeping
from bareme.pricing.cells import Cell, Cells, cell_of
from bareme.pricing.desk import Desk, Row
from bareme.pricing.kept import DamagedError, Kept

if TYPE_CHECKING:
    from bareme.pricing.engine import Engine
    from bareme.pricing.moulds import Moulds

MOST_VIEWS = 8
"""So many states of a book are kept ready at once."""
MOST_CODES = 256
"""The rows of so many codes are kept ready to be laid on the desk."""
MOST_PUBLICATIONS = 32
"""So many circulars that answers cite are kept read at once."""
FULL_TABLE_AFTER = 3
"""So many codes are priced from rows of their own; then the whole price table is built, if it can be kept."""
FEW_CIRCULARS = 20
"""The price table of a book with more circulars takes long to build: single acts do without it unless it is kept."""
LOOK_AGAIN = 1_000_000_000
"""Nanoseconds after which it is seen whether another process has kept the price table meanwhile."""
_T = TypeVar("_T")


class RowsOfTimeline:
    """The rows of the price table, made code by code from a timeline."""

    def __init__(self, timeline: Timeline) -> None:
        self.choices = choices_of(timeline)
        self.years = years_of(timeline)
        self._codes = frozenset(timeline.tenures)
        self._rows_of = lru_cache(maxsize=MOST_CODES)(lambda code: build_prices(timeline, [code]).by_year())

    def rows(self, code: str, year: int) -> Iterable[Row]:
        """The rows of a code for a year."""
        return self._rows_of(code).get(year, ())

    def codes(self) -> frozenset[str]:
        """The codes that the timeline holds."""
        return self._codes


class View:
    """A state of a book, with its price engines; `hash` is that of the last entry that counts.

    With a price table that was kept, nothing of the book is read but the entry that an answer cites, when asked for.
    """

    def __init__(self, ledger: Ledger, hash: str, known: date | None = None) -> None:
        self.hash = hash
        self._ledger = ledger
        self._known = known
        self._lock = threading.RLock()
        self._asked: set[str] = set()
        self._engine: Engine | None = None
        self._engine_on: tuple[date, Engine] | None = None
        self._desk: Desk | None = None
        self._tried = False
        self._found: Kept | None = None
        self._look_from = 0
        self._does_without = False
        self.publication = lru_cache(maxsize=MOST_PUBLICATIONS)(self._publication)
        self._cells = Cells()

    @cached_property
    def timeline(self) -> Timeline:
        """The timeline, from every entry of the book; `BookError` if one is not as it was recorded."""
        return timeline_of(publications_of(self._entries(), self._known))

    def _entries(self) -> Sequence[Entry]:
        """The entries up to the last one that counts."""
        if self.hash == EMPTY:
            return ()
        entries = self._ledger.entries()
        numbers = [number for number, entry in enumerate(entries, start=1) if entry.hash == self.hash]
        if not numbers:
            raise BookError(f"{self._ledger.name} was changed while it was read; open it again.")
        return entries[: numbers[0]]

    @cached_property
    def moulds(self) -> Moulds:
        """What the prices of this state have in common, written as JSON."""
        from bareme.pricing.moulds import Moulds

        return Moulds()

    @cached_property
    def _key(self) -> str:
        return keeping.key_of(self.hash, self._known)

    @property
    def _kept(self) -> Kept | None:
        """The table that was kept, by this process or another; None where there is none, or it is done without."""
        if self._found is None and not self._does_without and time.monotonic_ns() >= self._look_from:
            self._found = keeping.find(self._key)
            self._look_from = time.monotonic_ns() + LOOK_AGAIN
            if self._found is not None:
                self._desk = None
        return self._found

    @property
    def lacks_its_table(self) -> bool:
        """True for a large book whose price table is not kept, and could be."""
        return self._kept is None and self._is_large and keeping.can_keep()

    @property
    def _is_large(self) -> bool:
        return len(self.timeline.publications) > FEW_CIRCULARS

    @property
    def choices(self) -> tuple[str, ...]:
        """The choice facts that some amount of the book asks for."""
        return self._at_desk(lambda desk: desk.source.choices)

    def engine(self) -> Engine:
        """The engine for files of acts, with the whole price table."""
        with self._lock:
            self._engine = self._engine or self._make_engine()
            return self._engine

    def engine_on(self, day: date) -> Engine:
        """An engine for acts of one day. Of a large book without its table only the rows of that day are built."""
        if self._engine is not None or self._kept is not None or not self._is_large:
            return self.engine()
        with self._lock:
            if self._engine_on is None or self._engine_on[0] != day:
                from bareme.pricing.engine import Engine

                self._engine_on = day, Engine(build_prices(self.timeline, on=day))
            return self._engine_on[1]

    def _make_engine(self) -> Engine:
        from bareme.pricing.engine import Engine

        if self._kept is not None:
            try:
                return Engine(self._kept)
            except DamagedError:
                self._forget()
        prices = build_prices(self.timeline)
        self._found = keeping.keep(self._key, prices)
        try:
            return Engine(self._found or prices)
        except DamagedError:
            self._forget()
            return Engine(prices)

    def keep_its_table(self) -> None:
        """Build the price table and keep it, unless that is done or another process is at it."""
        with keeping.alone() as is_alone, self._lock:
            if is_alone and self.lacks_its_table:
                self._found = keeping.keep(self._key, build_prices(self.timeline))

    def cells(self, requests: Sequence[Mapping[str, Any]]) -> list[Cell | None]:
        """The cell of the price table of each act of a few; None for one whose code it does not hold."""
        with self._lock:
            self._asked.update(request["code"] for request in requests[: FULL_TABLE_AFTER + 1])
        return self._at_desk(lambda desk: [cell_of(request, desk.edges) for request in requests])

    def cell_at_once(self, request: Mapping[str, Any]) -> Cell | None:
        """The cell of an act; None too where something must be fetched first."""
        desk = self._desk
        return None if desk is None else cell_of(request, desk.edges_at_once)

    def rows(self, requests: Sequence[Mapping[str, Any]], cells: Sequence[Cell | None]) -> list[dict[str, Any]]:
        """The row of each act of a few, in order, as for one unit."""
        return self._cells.rows(requests, cells, lambda acts: self._at_desk(lambda desk: desk.answers(acts)))

    def rows_on(self, code: str, day: date) -> list[dict[str, Any]]:
        """The rows of the price table for a code on a day: one for each value of the facts."""
        return self._at_desk(lambda desk: desk.rows_on(code, day))

    def in_force(self, day: date) -> dict[int, set[str]]:
        """The codes that have a tariff on a day, by the number of the entry that holds it; one that two series give at
        once has none."""
        if self._kept is not None:
            try:
                return self._kept.in_force(day)
            except DamagedError:
                self._forget()
        found: dict[int, set[str]] = {}
        for code, tenures in self.timeline.tenures.items():
            here = [tenure.publication.entry.seq for tenure in tenures if day in tenure.period]
            if len(here) == 1:
                found.setdefault(here[0], set()).add(code)
        return found

    def codes(self) -> frozenset[str]:
        """The codes of the view."""
        return self._at_desk(lambda desk: desk.source.codes())

    def _at_desk(self, ask: Callable[[Desk], _T]) -> _T:
        """What is asked at the desk; asked again without the kept table where that one is damaged."""
        try:
            return ask(self._ready_desk())
        except DamagedError:
            self._forget()
            return ask(self._ready_desk())

    def _ready_desk(self) -> Desk:
        with self._lock:
            if self._kept is None and not self._tried and self._is_worth_keeping():
                self._tried = True
                self._found = keeping.keep(self._key, build_prices(self.timeline))
                self._desk = None if self._found is not None else self._desk
            if self._desk is None:
                self._desk = Desk(self._kept or RowsOfTimeline(self.timeline))
            return self._desk

    def _is_worth_keeping(self) -> bool:
        """True when so many codes were asked for that building the whole table once, for the next runs too, pays."""
        return len(self._asked) > FULL_TABLE_AFTER and not self._is_large and keeping.can_keep()

    def _forget(self) -> None:
        """Do without the kept table from now on."""
        with self._lock:
            if self._found is not None:
                keeping.discard(self._found.place)
            self._found = self._desk = None
            self._does_without = True

    def _publication(self, seq: int) -> Publication:
        """The circular of an entry, by the entry's number; `BookError` if it is not as it was recorded."""
        if "timeline" in self.__dict__:
            return self._publications[seq]
        entry = self._ledger.entry(seq)
        return publication_of(entry, entry)

    def publication_about(self, seq: int, code: str) -> Publication:
        """The circular of an entry with the lines of one code; with all of them where they are there already."""
        if "timeline" in self.__dict__ and self._publications[seq].is_decoded:
            return self._publications[seq]
        return publication_about(self._ledger.entry(seq), code)

    @cached_property
    def _publications(self) -> dict[int, Publication]:
        return {p.entry.seq: p for p in self.timeline.publications}


class Views:
    """The views of one book."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, date | None], View] = {}
        self._lock = threading.Lock()

    def of(self, ledger: Ledger, known: date | None = None, recorded: datetime | None = None) -> View:
        """The view of what a ledger holds, as known on a day and recorded by a moment."""
        return self._of(ledger, ledger.last_hash(recorded), known)

    def at(self, ledger: Ledger, hash: str, known: date | None = None) -> View | None:
        """The view of a ledger up to the entry of a hash, as known on a day; None where it has no such entry."""
        return self._of(ledger, hash, known) if ledger.holds(hash) else None

    def _of(self, ledger: Ledger, hash: str, known: date | None) -> View:
        key = (hash, known)
        with self._lock:
            view = self._kept.get(key)
            if view is None:
                view = View(ledger, *key)
                while len(self._kept) >= MOST_VIEWS:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = view
            return view

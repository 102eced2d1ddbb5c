"""A book as known on a day and recorded by a moment, ready to price; the views that were asked for last are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from bareme.book.ledger import Entry, last_hash
from bareme.book.prices import PriceTable, build_prices
from bareme.book.timeline import Timeline, publications_of, timeline_of
from bareme.periods import as_moment

if TYPE_CHECKING:
    from bareme.pricing.engine import Engine

MOST_VIEWS = 8
"""So many states of a book are kept ready at once."""
FULL_TABLE_AFTER = 3
"""So many codes are priced from rows of their own; then the whole price table is built."""


class View:
    """A timeline with its price engines; `hash` is that of the last entry that it was made of."""

    def __init__(self, timeline: Timeline, hash: str) -> None:
        self.timeline = timeline
        self.hash = hash
        self._full: tuple[PriceTable, Engine] | None = None
        self._single: dict[str, Engine] = {}

    def engine(self, code: str | None = None) -> Engine:
        """The engine for one code, or for all of them."""
        from bareme.pricing.engine import Engine

        if self._full is not None:
            return self._full[1]
        if code is not None and code in self._single:
            return self._single[code]
        if code is not None and len(self._single) < FULL_TABLE_AFTER:
            self._single[code] = Engine(build_prices(self.timeline, [code]))
            return self._single[code]
        prices = build_prices(self.timeline)
        self._full = (prices, Engine(prices))
        return self._full[1]

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

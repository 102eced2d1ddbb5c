"""The circulars that pages invite to: from the index of searching, without decoding those of a large book."""

from __future__ import annotations

from bareme.exchange.search.results import Change
from bareme.library import Book
from bareme.service.keeping import Kept

MOST = 1000
_KEPT: Kept[tuple[tuple[str, str] | None]] = Kept(2)


def recent_circulars(book: Book) -> list[Change]:
    """The entries of the circulars that were recorded last, the newest first."""
    return [one for one in book.changes(limit=MOST).changes if one.kind == "circular" and one.number]


def last_two(book: Book) -> tuple[str, str] | None:
    """The last two circulars of the series whose last one takes effect latest; None where no series has two."""
    key = (book.hash,)
    if (kept := _KEPT.get(key)) is not None:
        return kept[0]
    found = _last_two(book)
    _KEPT.put(key, (found,))
    return found


def _last_two(book: Book) -> tuple[str, str] | None:
    by_series: dict[str, dict[str, str]] = {}
    for one in recent_circulars(book):
        own = by_series.setdefault(one.series or "", {})
        own.setdefault(str(one.number), str(one.effective_from or ""))
    latest = sorted(by_series.values(), key=lambda own: max(own.values()), reverse=True)
    for own in latest:
        found: list[str] = []
        for number in sorted(own, key=lambda number: own[number], reverse=True):
            if book.circular(number).publication.circular.kind == "circular":
                found.append(number)
            if len(found) == 2:
                return found[1], found[0]
    return None

"""What became known, newest first: the entries of a book with what each of them changed."""

from __future__ import annotations

from bareme.exchange.search.asking import check_limit
from bareme.exchange.search.cursors import cursor_of, place_of
from bareme.exchange.search.index import Index
from bareme.exchange.search.results import Change, Changes

MOST_CHANGES = 1000
_COLUMNS = """seq, hash, kind, recorded_at, known_from, effective_from, circular, series, title, author, document,
    lines, added, changed, ended"""


def recent(index: Index, limit: int, cursor: str | None, book: str) -> Changes:
    """A page of the changes; a cursor stays good when entries are added, for no entry is ever changed."""
    check_limit(limit, MOST_CHANGES)
    [(total,)] = index.rows("SELECT count(*) FROM entry")
    last = total if cursor is None else _place(index, cursor, total)
    query = f"SELECT {_COLUMNS} FROM entry WHERE seq <= ? ORDER BY seq DESC LIMIT ?"
    found = tuple(Change(*row) for row in index.rows(query, [last, limit]))
    rest = found[-1].entry - 1 if found else 0
    return Changes(total, found, cursor_of(rest, "changes", _first(index)) if rest else None, book)


def _place(index: Index, cursor: str, total: int) -> int:
    return place_of(cursor, total - 1, "changes", _first(index))


def _first(index: Index) -> str:
    """The hash of the first entry, which no later one changes; it tells one book from another."""
    return next((str(hash) for (hash,) in index.rows("SELECT hash FROM entry WHERE seq = 1")), "")

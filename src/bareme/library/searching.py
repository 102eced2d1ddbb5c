"""Finding codes by words, what became known, and all that a book says of one code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from bareme.book.ledger import EMPTY, Entry
from bareme.errors import BookError
from bareme.library.shelved import Shelved
from bareme.nomenclature.codes import InvalidCode, is_code
from bareme.periods import as_date

if TYPE_CHECKING:
    import sqlite3

    from bareme.circulars.model import Reading
    from bareme.exchange.search.index import Index
    from bareme.exchange.search.keeping import Indexes
    from bareme.exchange.search.one_code import CodePage
    from bareme.exchange.search.results import Changes, Found

_T = TypeVar("_T")


class Searching(Shelved):
    """What can be found in a book."""

    def search(
        self,
        query: str = "",
        on: date | str | None = None,
        series: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
        *,
        today: date | str | None = None,
        as_known_on: date | str | None = None,
        as_recorded_at: datetime | str | None = None,
    ) -> Found:
        """The codes that have every word of a query, best first: in code, label, section, series or convention.

        A word finds those that begin with it, whatever the case and the accents; no sign has a meaning of its own. An
        empty query finds every code, in order. `on` keeps the codes in force that day, `series` those of the series
        whose id is or begins with it. `cursor` asks for the page after one. `today` tells which hits are in force
        where `on` is not given.
        """
        from bareme.exchange.search.asking import ask, question_of

        known = None if as_known_on is None else as_date(as_known_on, "as_known_on")
        question = question_of(
            query,
            None if on is None else as_date(on, "on"),
            series,
            None if today is None else as_date(today, "today"),
            known,
        )
        book = self._view(None, as_recorded_at).hash
        return self._ask(book, known, lambda index: ask(index, question, limit, cursor, book))

    def changes(self, limit: int = 50, cursor: str | None = None) -> Changes:
        """What became known, newest first: each entry of the book, with the lines that it added, changed and ended."""
        from bareme.exchange.search.recent import recent

        book = self.hash
        return self._ask(book, None, lambda index: recent(index, limit, cursor, book))

    def code(
        self,
        code: str,
        *,
        as_known_on: date | str | None = None,
        as_recorded_at: datetime | str | None = None,
    ) -> CodePage:
        """All that the book says of a code: tariffs, twin, labels, the circulars, measures and findings that name it.

        `InvalidCode` (an `InputError`) for what is no code; one that the book does not hold has no periods.
        """
        from bareme.exchange.search.one_code import code_page

        known = None if as_known_on is None else as_date(as_known_on, "as_known_on")
        view = self._view(known, as_recorded_at)

        def ask(index: Index) -> CodePage:
            if not is_code(str(code)):
                raise InvalidCode(str(code), index.held)
            own = str(code)
            return code_page(index, own, lambda seq: view.publication_about(seq, own), view.hash)

        return self._ask(view.hash, known, ask)

    @cached_property
    def _indexes(self) -> Indexes:
        from bareme.exchange.search.keeping import Indexes

        return Indexes()

    def _ask(self, book: str, known: date | None, ask: Callable[[Index], _T]) -> _T:
        """What is asked of the index of a state of the book; of a new one where it turns out to be damaged."""
        from bareme.exchange.search.index import DamagedIndexError

        index = self._index(book, known)
        try:
            return ask(index)
        except DamagedIndexError:
            self._indexes.forget(index)
        index = self._index(book, known)
        try:
            return ask(index)
        except DamagedIndexError as error:
            raise BookError(f"the index of {self.address} cannot be kept: {error}. Set BAREME_CACHE=off.") from error

    def _index(self, book: str, known: date | None) -> Index:
        """The index of a state of the book; days on which the same is known have the same one."""
        from bareme.exchange.search.building import build
        from bareme.exchange.search.keeping import key_of

        if known is not None:
            days = self._index(book, None).known_days
            if known.isoformat() >= max(days, default=""):
                known = None
            else:
                known = date.fromisoformat(max((d for d in days if d <= known.isoformat()), default="0001-01-01"))

        def filled(connection: sqlite3.Connection) -> None:
            build(connection, self._entries_until(book), known, self._witnessed)

        return self._indexes.of(key_of(book, known), filled)

    def _entries_until(self, book: str) -> Sequence[Entry]:
        """The entries of a state of the book."""
        entries = self.entries()
        places = [number for number, entry in enumerate(entries, start=1) if entry.hash == book]
        if not places and book != EMPTY:
            raise BookError(f"{self.address} was changed while it was read; open it again.")
        return entries[: places[0]] if places else ()

    def _witnessed(self, entry: Entry) -> Reading | None:
        """The reading of a witness whose document the book keeps; None where it has none, or none that is read."""
        from bareme.circulars.documents.opening import open_document
        from bareme.circulars.reading import read_document
        from bareme.errors import BaremeError

        content = None if entry.content is None else self._shelf.ledger().content(entry.content)
        if content is None:
            return None
        try:
            return read_document(open_document((entry.document_name or "document", content)))[0]
        except BaremeError:
            return None

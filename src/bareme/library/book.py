"""The book: all that can be asked of one, and how it is opened."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.book.holdings import BookCheck, check_of
from bareme.book.ledger import Ledger
from bareme.book.shelf import default_path, shipped_ledger
from bareme.errors import BookError
from bareme.library.asking import Asking
from bareme.library.etariff import Messaging
from bareme.library.files import Files
from bareme.library.proving import Proving
from bareme.library.querying import Querying
from bareme.library.searching import Searching
from bareme.library.simulating import Simulating

if TYPE_CHECKING:
    from bareme.book.intake import LoadResult


class Book(Messaging, Asking, Files, Proving, Querying, Searching, Simulating):
    """A book of circulars. Made by `open_book` or `create_book`."""

    def check(self) -> BookCheck:
        """Recompute the ledger's hash chain."""
        return check_of(self._shelf.ledger())

    def update(self) -> list[LoadResult]:
        """Add the entries that a newer package ships and this book lacks."""
        from bareme.book.intake import lacks
        from bareme.book.recording import record

        if self._shelf.is_shipped:
            return []
        options: dict[str, Any] = {"accept_findings": True, "author": "bareme", "shipped": True}
        return [
            record(self._shelf, entry.reading(), known_from=entry.known, **options)
            for entry in shipped_ledger().entries()
            if lacks(self.entries(), entry.reading())
        ]


def open_book(path: str | PathLike[str] | None = None) -> Book:
    """A book: the user's own by default. One that does not exist reads as the shipped book until it is written."""
    return Book(default_path() if path is None else Path(path))


def create_book(path: str | PathLike[str], shipped: bool = False) -> Book:
    """A new book, empty or with the entries that the package ships; `BookError` if there is one already."""
    from bareme.book.shelf import shipped_path

    place = Path(path)
    try:
        Ledger.create(place, copy_of=shipped_path() if shipped else None)
    except FileExistsError:
        raise BookError(f"{place} exists already; open it, or name another file.") from None
    except OSError as error:
        raise BookError(f"{place} cannot be made: {error.strerror or error}.") from None
    return Book(place)

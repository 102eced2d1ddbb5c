"""The book: all that can be asked of one, and how it is opened."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

from bareme.book.address import Server, address_of
from bareme.book.copying import Copied, copy_ledger, make_as
from bareme.book.holdings import BookCheck, Migrated, check_of, migrate
from bareme.book.ledger import Ledger
from bareme.book.shelf import default_address, shipped_ledger
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

    def copy_to(self, target: str | PathLike[str] | Server) -> Copied:
        """Copy this book into another place, as `copy_book` does."""
        return copy_ledger(self._shelf.ledger(), address_of(target))

    def migrate(self) -> Migrated:
        """Bring the book's tables to the form of this package; entries and hashes stay what they are."""
        return migrate(self._shelf.ledger())

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
    """A book: the user's own by default, a file, or `postgresql://user@host:port/database`.

    One that does not exist reads as the shipped book until it is written.
    """
    return Book(default_address() if path is None else address_of(path))


def create_book(path: str | PathLike[str], shipped: bool = False) -> Book:
    """A new book, empty or with the entries that the package ships; `BookError` if there is one already."""
    from bareme.book.shelf import shipped_path

    place = address_of(path)
    try:
        if isinstance(place, Server):
            if not make_as(place, shipped_ledger() if shipped else None):
                raise FileExistsError
        else:
            Ledger.create(place, copy_of=shipped_path() if shipped else None)
    except FileExistsError:
        kind = "database" if isinstance(place, Server) else "file"
        raise BookError(f"{place} exists already; open it, or name another {kind}.") from None
    except OSError as error:
        raise BookError(f"{place} cannot be made: {error.strerror or error}.") from None
    return Book(place)


def copy_book(source: Book | str | PathLike[str], target: Book | str | PathLike[str]) -> Copied:
    """Copy a book between files and servers, documents included, whole or not at all; hashes stay what they are.

    A target that does not exist is made. One that holds the first entries of the source gets the others; `BookError`
    for one that holds anything else.
    """
    held = source if isinstance(source, Book) else open_book(source)
    if held is not source and held.is_shipped:
        raise BookError(f"{held.address} does not exist. Nothing was copied.")
    return held.copy_to(target.address if isinstance(target, Book) else target)

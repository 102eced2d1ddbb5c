"""A book on its shelf: where it is, what it holds, and its states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from bareme.book.address import Address
from bareme.book.ledger import Entry
from bareme.book.shelf import Shelf
from bareme.periods import as_date, as_moment
from bareme.pricing.view import View, Views


class Shelved:
    """Where a book is, its entries, and its states; the ground of `Book`."""

    def __init__(self, address: Address) -> None:
        self._shelf = Shelf(address)
        self._views = Views()

    @property
    def address(self) -> Address:
        """Where the book is, or will be made at the first write: a path, or a server (shown without its password)."""
        return self._shelf.address

    @property
    def path(self) -> Path:
        """The book's file, there or to be made at the first write; `BookError` where the book is on a server."""
        return self._shelf.path

    @property
    def is_shipped(self) -> bool:
        """True while the book is the one that the package ships."""
        return self._shelf.is_shipped

    @property
    def hash(self) -> str:
        """The hash of the last entry: it stands for everything the book holds."""
        return self._shelf.ledger().last_hash()

    def hash_at(self, as_recorded_at: datetime | str | None = None) -> str:
        """The hash of the last entry that the book held at a moment."""
        moment = None if as_recorded_at is None else as_moment(as_recorded_at, "as_recorded_at")
        return self._shelf.ledger().last_hash(moment)

    def close(self) -> None:
        """Give back connections to a server; the book opens them again when it is used."""
        self._shelf.close()

    def entries(self) -> Sequence[Entry]:
        """Every entry of the ledger, in order."""
        return self._shelf.ledger().entries()

    @property
    def lacks_its_table(self) -> bool:
        """True while a large book has no price table kept, which would make answers quicker: `keep_its_table`."""
        return self._view(None, None).lacks_its_table

    def keep_its_table(self) -> None:
        """Build and keep the price table of a large book, for this process and others: a minute or more.

        Files of acts do so anyway; single acts do without it. Nothing happens where it is kept already, where nothing
        can be kept, or while another process is at it.
        """
        self._view(None, None).keep_its_table()

    def _view(self, as_known_on: date | str | None, as_recorded_at: datetime | str | None) -> View:
        known = None if as_known_on is None else as_date(as_known_on, "as_known_on")
        recorded = None if as_recorded_at is None else as_moment(as_recorded_at, "as_recorded_at")
        return self._views.of(self._shelf.ledger(), known, recorded)

"""Where a book is: the user's own, a file, a server, or the one that the package ships until something is written."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib.resources import as_file, files
from pathlib import Path

from bareme.book.address import Address, Server, address_of
from bareme.book.ledger import Ledger
from bareme.errors import BookError

VARIABLE = "BAREME_BOOK"


def default_address() -> Address:
    """The user's book: the environment's `BAREME_BOOK`, else a file in the user's data folder."""
    named = os.environ.get(VARIABLE)
    if named:
        return address_of(named)
    from platformdirs import user_data_path

    return user_data_path("bareme") / "book.sqlite"


def default_path() -> Path:
    """The file of the user's book; `BookError` where it is on a server."""
    return file_of(default_address())


def file_of(address: Address) -> Path:
    """The file at an address; `BookError` for a server's."""
    if isinstance(address, Server):
        raise BookError(f"{address} is on a server; it has no file.")
    return address


def shipped_path() -> Path:
    """The read-only book of the package."""
    with as_file(files("bareme.book").joinpath("shipped.sqlite")) as path:
        return path


def shipped_ledger() -> Ledger:
    """The ledger of the book that the package ships."""
    return Ledger(shipped_path(), immutable=True)


class Shelf:
    """A place for a book. It reads as the shipped book until the first write makes it."""

    def __init__(self, address: Address) -> None:
        self.address = address
        if isinstance(address, Path) and address.is_dir():
            raise BookError(f"{address} is a directory; a book is a file, for example {address / 'book.sqlite'}.")
        self._own = Ledger(address)
        self._is_made = False
        self._shipped: Ledger | None = None

    @property
    def path(self) -> Path:
        """The file; `BookError` where the book is on a server."""
        return file_of(self.address)

    @property
    def is_shipped(self) -> bool:
        """True while there is no book at the address and the shipped book is read in its stead."""
        self._is_made = self._is_made or self._own.is_made()
        return not self._is_made

    def ledger(self) -> Ledger:
        """The ledger to read."""
        if not self.is_shipped:
            return self._own
        self._shipped = self._shipped or shipped_ledger()
        return self._shipped

    def writable(self) -> Ledger:
        """The ledger to write; made from the shipped one if there is none yet."""
        if not self._own.is_made():
            self._make()
        return self.ledger()

    def _make(self) -> None:
        if isinstance(self.address, Server):
            from bareme.book.copying import make_as

            make_as(self.address, shipped_ledger())
            return
        try:
            with suppress(FileExistsError):
                Ledger.create(self.address, copy_of=shipped_path())
        except OSError as error:
            raise BookError(f"{self.address} cannot be made: {error.strerror or error}. Nothing was written.") from None

    def close(self) -> None:
        """Give back what the book holds open; it opens again when it is used."""
        self._own.close()

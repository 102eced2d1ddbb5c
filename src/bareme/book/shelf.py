"""Where a book is: the user's own, a path, or the one that the package ships until something is written."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib.resources import as_file, files
from pathlib import Path

from bareme.book.ledger import Ledger
from bareme.errors import BookError

VARIABLE = "BAREME_BOOK"


def default_path() -> Path:
    """The user's book: the environment's `BAREME_BOOK`, else a file in the user's data folder."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("bareme") / "book.sqlite"


def shipped_path() -> Path:
    """The read-only book of the package."""
    with as_file(files("bareme.book").joinpath("shipped.sqlite")) as path:
        return path


def shipped_ledger() -> Ledger:
    """The ledger of the book that the package ships."""
    return Ledger(shipped_path(), immutable=True)


class Shelf:
    """A place for a book. It reads as the shipped book until the first write makes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.is_dir():
            raise BookError(f"{path} is a directory; a book is a file, for example {path / 'book.sqlite'}.")
        self._own: Ledger | None = Ledger(path) if path.exists() else None
        self._shipped: Ledger | None = None

    @property
    def is_shipped(self) -> bool:
        """True while the path does not exist and the shipped book is read in its stead."""
        return self._own is None and not self.path.exists()

    def ledger(self) -> Ledger:
        """The ledger to read."""
        if self._own is None and self.path.exists():
            self._own = Ledger(self.path)
        if self._own is not None:
            return self._own
        self._shipped = self._shipped or shipped_ledger()
        return self._shipped

    def writable(self) -> Ledger:
        """The ledger to write; made from the shipped one if there is none yet."""
        if not self.path.exists():
            try:
                with suppress(FileExistsError):
                    Ledger.create(self.path, copy_of=shipped_path())
            except OSError as error:
                raise BookError(
                    f"{self.path} cannot be made: {error.strerror or error}. Nothing was written."
                ) from None
        return self.ledger()

"""The price table of a large book, built in a process of its own: who asks meanwhile is answered without it."""

from __future__ import annotations

import contextlib
import logging
import subprocess

from bareme.errors import BaremeError
from bareme.library import Book
from bareme.service.jobs.beside import begun, ended, named_book, order_given
from bareme.service.settings import Settings

log = logging.getLogger("bareme.jobs")


class Tables:
    """Sees to it that the price table of the book is kept, after the start and after each change."""

    def __init__(self, settings: Settings, book: Book) -> None:
        self._settings, self._book = settings, book
        self._process: subprocess.Popen[str] | None = None
        self._seen = ""

    def look(self) -> None:
        """Begin to build the table of a state of the book that lacks it, once; the process is never waited for."""
        if self._process is not None:
            if self._process.poll() is None:
                return
            self.end()
        # A book that cannot be read now is looked at again.
        with contextlib.suppress(BaremeError):
            state = self._book.hash
            if state != self._seen and self._book.lacks_its_table:
                log.info("table_begun")
                self._process = begun("bareme.service.jobs.tables", {"book": named_book(self._settings)})
            self._seen = state

    def end(self) -> None:
        """End the process, whatever it is at: what it did not finish is not kept."""
        if self._process is not None:
            ended(self._process)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None


def main() -> None:
    """Build the table of the book that the first line of the input names."""
    from bareme.library import open_book

    with contextlib.suppress(BaremeError):
        open_book(order_given()["book"]).keep_its_table()


if __name__ == "__main__":
    main()

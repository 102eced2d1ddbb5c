"""Documents in: read, recorded, and read again as the book holds them."""

from __future__ import annotations

from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.book.holdings import HeldCircular, circulars_of
from bareme.book.timeline import versions_of
from bareme.circulars.model import Reading
from bareme.collecting import fewer_rounds
from bareme.errors import InputError, NotHeldError
from bareme.library.shelved import Shelved
from bareme.periods import as_date

if TYPE_CHECKING:
    from bareme.book.documents import CircularOfBook
    from bareme.book.intake import LoadResult
    from bareme.circulars.documents.opening import DocumentLike


class Holding(Shelved):
    """What a book holds of documents."""

    def circulars(self, as_known_on: date | str | None = None) -> list[HeldCircular]:
        """What the book holds, or what of it was known on a day, in the order in which it was recorded."""
        known = None if as_known_on is None else as_date(as_known_on, "as_known_on")
        return circulars_of([e for e in self.entries() if known is None or e.known <= known])

    def circular(self, number: str, as_known_on: date | str | None = None) -> CircularOfBook:
        """A circular that the book holds: its identity, lines and documents; `NotHeldError` where it holds none."""
        from bareme.book.documents import circular_of

        return circular_of(self.entries(), number, None if as_known_on is None else as_date(as_known_on, "as_known_on"))

    def document(self, number: str, sha256: str | None = None) -> tuple[str, bytes]:
        """The name and bytes of a document of a circular, by default that of the version that holds.

        `NotHeldError` where the book keeps no bytes of it.
        """
        found = self.circular(number).document(sha256)
        content = self._shelf.ledger().content(found.kept or "")
        if content is None:
            raise NotHeldError(f"the book does not keep the bytes of {found.name}.")
        return found.name, content

    def document_page(self, number: str, page: int, sha256: str | None = None) -> bytes:
        """A page, from 1, of a PDF of a circular as a picture (PNG), upright; by default of the version that holds.

        `NotHeldError` where the book keeps no bytes of it, where it is no PDF, or has no such page.
        """
        from bareme.circulars.documents.pdf import is_pdf
        from bareme.circulars.documents.pdf_pictures import picture_of

        name, content = self.document(number, sha256)
        if not is_pdf(content):
            raise NotHeldError(f"{name} is no PDF: it has no pages to show.")
        return picture_of(name, content, page)

    def previous(self, number: str) -> Reading | None:
        """The circular that one of the book follows in its series, with its corrigenda; None for the first."""
        before = self._before(self._held_reading(number), but=number)
        return before[-1] if before else None

    @fewer_rounds()
    def read(self, source: DocumentLike, **given: object) -> Reading:
        """What a document says, its findings against this book included. Nothing is written."""
        from bareme.book import intake

        return intake.read(source, self.entries(), given)

    @fewer_rounds()
    def load(
        self,
        reading: Reading | DocumentLike,
        accept_findings: bool = False,
        author: str | None = None,
        known_from: date | str | None = None,
        expected: str | None = None,
    ) -> LoadResult:
        """Record a reading (or a document, which is read first), once and whole or not at all.

        With findings of severity error nothing is written unless `accept_findings`; `known_from` is the day from which
        the circular is known where that is later than its issue. `expected` is the hash that the book must have, or
        nothing is written and `BookChangedError` says so.
        """
        from bareme.book.recording import record

        if not isinstance(reading, Reading):
            reading = read(reading)
        known = None if known_from is None else as_date(known_from, "known_from")
        given: dict[str, Any] = {"author": author, "known_from": known, "expected": expected}
        return record(self._shelf, reading, accept_findings=accept_findings, **given)

    def reading(self, circular: str | PathLike[str] | Reading) -> Reading:
        """The reading of a circular that the book holds (its last version), or of a document; a reading is itself."""
        return circular if isinstance(circular, Reading) else self._reading(circular)

    def _before(self, reading: Reading, but: str | None = None, known: date | None = None) -> list[Reading]:
        """The circulars of the series that a reading follows, oldest first, but for one; as known on a day."""
        from bareme.book.chain import predecessors

        entries = [e for e in self.entries() if e.kind == "circular" and e.circular != but]
        return predecessors(reading, [e for e in entries if known is None or e.known <= known])

    def _reading(self, circular: str | PathLike[str], known: date | None = None) -> Reading:
        """That of a held circular as known on a day, else of a document; `InputError` when it is neither."""
        if str(circular) in {e.circular for e in self.entries()} or not Path(circular).exists():
            return self._held_reading(str(circular), known)
        return self.read(circular)

    def _held_reading(self, number: str, known: date | None = None) -> Reading:
        """The last version of a circular that the book holds, or the one known on a day."""
        found = {entry.circular: entry for entry, _ in versions_of(self.entries(), known)}
        if number not in found:
            first = min((e.known for e in self.entries() if e.circular == number), default=None)
            if first is not None:
                raise InputError(f"{number} is known from {first}, not yet on {known}.")
            held = ", ".join(found) or "none"
            raise InputError(f"{number} is not in the book, which holds {held}; nor is it a document.")
        return found[number].reading()


@fewer_rounds()
def read(source: str | PathLike[str] | tuple[str, bytes], book: Shelved | None = None, **given: object) -> Reading:
    """What a document says, and its findings. `source` is a path, or a name with the bytes; nothing is written.

    With a `book`, the document is also compared with the circulars that the book holds. `number`, `issued_on`,
    `effective_on` and `series` stand in for what the document does not say of itself.
    """
    from bareme.book import intake

    return intake.read(source, book.entries() if book else None, given)

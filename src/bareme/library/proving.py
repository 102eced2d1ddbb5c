"""Circulars against one another: findings, proofs, differences; and written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.book.timeline import versions_of
from bareme.circulars.model import Reading
from bareme.collecting import fewer_rounds
from bareme.errors import InputError
from bareme.library.holding import Holding
from bareme.periods import as_date

if TYPE_CHECKING:
    from bareme.audit.changes import Difference
    from bareme.audit.reconcile import Reconciliation
    from bareme.book.considering import Considered
    from bareme.book.intake import LoadResult
    from bareme.circulars.documents.opening import DocumentLike
    from bareme.circulars.findings import Finding


class Proving(Holding):
    """What a book says of its circulars."""

    @fewer_rounds()
    def audit(self, circular: str | None = None) -> list[Finding]:
        """The findings of what the book holds, or of one circular; of a corrected one, those of its last version.

        Each circular is compared with those that are before it in the book today, whenever they were recorded.
        """
        from bareme.book.intake import fresh_findings

        versions = [entry for entry, _ in versions_of(self.entries())]
        if circular is not None and circular not in [entry.circular for entry in versions]:
            held = ", ".join(entry.circular for entry in versions) or "none"
            raise InputError(f"{circular} is not in the book, which holds {held}.")
        recorded = [entry for entry in self.entries() if entry.kind == "circular"]
        wanted = [entry for entry in versions if circular in (None, entry.circular)]
        return [finding for entry in wanted for finding in fresh_findings(entry.reading(), recorded)]

    @fewer_rounds()
    def reconcile(
        self,
        circular: str | PathLike[str] | Reading,
        against: str | None = None,
        volumes: str | PathLike[str] | Mapping[str, int] | None = None,
    ) -> Reconciliation:
        """Whether a circular follows from the one before it and the measures that it announces, figure by figure.

        `circular` is the number of one that the book holds, a document, or a reading; `against` the number of a held
        one to take as the one before, else the book tells which it is. `volumes` are acts a year by code, or a CSV file
        with the columns `code` and `acts`: findings then stand in the order of the euro that they shift.
        """
        from bareme.audit.proof import prove
        from bareme.exchange.volumes import check_volumes, read_volumes

        if isinstance(volumes, str | PathLike):
            volumes = read_volumes(Path(volumes))
        elif volumes is not None:
            check_volumes(volumes)
        reading = circular if isinstance(circular, Reading) else self._reading(circular)
        _refuse_corrigendum(reading)
        if against is None:
            return prove(reading, self._before(reading), volumes)
        if against == reading.circular.number:
            raise InputError(f"{against} cannot be compared with itself; name another circular, or none.")
        previous = self._held_reading(against)
        _refuse_corrigendum(previous)
        return prove(reading, [*self._before(previous, reading.circular.number), previous], volumes)

    @fewer_rounds()
    def compare(
        self,
        start: str | date | PathLike[str] | Reading,
        end: str | date | PathLike[str] | Reading,
        series: str | None = None,
        as_known_on: date | str | None = None,
    ) -> Difference:
        """What was added, ended and changed from one circular to another, or from one day to another, and why.

        Both are circulars (numbers that the book holds, documents, readings), or both are days: then all that the book
        has in force is compared, or the series whose id is or begins with `series`. With `as_known_on` only what was
        known on that day counts.
        """
        from bareme.audit.difference import of_circulars
        from bareme.book.between import days_meant, of_days

        known = None if as_known_on is None else as_date(as_known_on, "as_known_on")
        days = days_meant(start, end, {entry.circular for entry in self.entries()})
        if days is not None:
            return of_days(self._view(known, None).timeline, *days, series, known)
        if series is not None:
            raise InputError("a series narrows what is in force on two dates; a circular has a series of its own.")
        one, other = (x if isinstance(x, Reading) else self._reading(str(x), known) for x in (start, end))
        return of_circulars(one, other, lambda reading: self._before(reading, known=known), known)

    @fewer_rounds()
    def consider(self, source: DocumentLike, **given: object) -> Considered:
        """What a document says, what it changes in the book, and what would become of it. Nothing is written.

        `given` may be number, issued_on, effective_on and series, where the document does not say them. The circular
        is compared with what the book holds of the same number, else with the one before it in its series.
        """
        from bareme.book import intake
        from bareme.book.considering import Considered, previous_of
        from bareme.book.ledger import last_hash

        entries = self.entries()
        found = intake.read(source, None, given)
        result = intake.decide(found, entries).result
        reading = replace(found, findings=result.findings)
        previous = previous_of(reading, entries)
        difference = None if previous is None or not reading.lines else self.compare(previous, reading)
        return Considered(reading, difference, result, last_hash(entries), tuple(sorted(given.items())))

    @fewer_rounds()
    def accept(
        self,
        source: DocumentLike,
        token: str,
        *,
        accept_findings: bool = False,
        author: str | None = None,
        known_from: date | str | None = None,
        **given: object,
    ) -> LoadResult:
        """Record a document that `consider` was given, as `load` does; nothing may have changed since.

        `BookChangedError` where the book did and the document is to be written, `InputError` where the document or
        what is said of it is another.
        """
        from bareme.book import intake
        from bareme.book.considering import expected_of
        from bareme.circulars.documents.opening import bytes_of
        from bareme.circulars.heading import missing_of

        name, content = bytes_of(source)
        expected = expected_of(token, content, self.hash, given)
        reading = intake.read((name, content), None, given)
        missing = missing_of(reading.circular)
        if missing:
            raise InputError(f"{name} does not say what it is; give {', '.join(missing)}. Nothing was written.")
        return self.load(reading, accept_findings, author, known_from, expected)

    @fewer_rounds()
    def draft(
        self, circular: str | PathLike[str] | Reading, format: str = "text", language: str | None = None
    ) -> bytes:
        """A circular written out in our own layout and words: the bytes of a file in a format of `FORMATS`.

        `circular` is the number of one that the book holds, a document, or a reading; `language` is "fr" or "nl", by
        default that of the circular. The figures read back from a draft are those of the circular.
        """
        from bareme.exchange.drafts.formats import check_request, drafted

        check_request(format, language)
        return drafted(self.reading(circular), format, language)


def _refuse_corrigendum(reading: Reading) -> None:
    if reading.circular.kind == "corrigendum":
        name = reading.circular.number or reading.document.name
        raise InputError(f"{name} is a corrigendum: it corrects figures and has no measures. Try `bareme compare`.")

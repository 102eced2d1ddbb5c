"""A circular as a book holds it: the version that holds, its lines with their stable ids, and its documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bareme.book.ledger import Entry
from bareme.book.timeline import Publication, publication_of, versions_of
from bareme.circulars.serial import circular_to_dict, line_to_dict
from bareme.errors import NotHeldError


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """A document of a circular. `kept` is the hash of the bytes that the book keeps; None where it keeps none."""

    sha256: str
    name: str
    recorded_at: str
    witness: bool
    kept: str | None

    def to_dict(self) -> dict[str, Any]:
        """As data, an entry of `documents` in schema circular-1."""
        return {
            "sha256": self.sha256,
            "name": self.name,
            "recorded_at": self.recorded_at,
            "witness": self.witness,
            "kept": self.kept is not None,
        }


@dataclass(frozen=True, slots=True)
class CircularOfBook:
    """The version of a circular that holds, and every document that says or confirms it, in the order recorded."""

    publication: Publication
    documents: tuple[HeldDocument, ...]

    @property
    def number(self) -> str:
        """The circular's number."""
        return self.publication.number

    def to_dict(self) -> dict[str, Any]:
        """The JSON of a circular without its lines (schema circular-1)."""
        reading, entry = self.publication.reading, self.publication.entry
        return {
            "number": self.number,
            "circular": circular_to_dict(reading.circular),
            "known_from": entry.known_from,
            "recorded_at": entry.recorded_at,
            "author": entry.author,
            "lines": len(reading.lines),
            "measures": len(reading.measures),
            "documents": [document.to_dict() for document in self.documents],
        }

    def lines(self, code: str | None = None) -> Iterator[dict[str, Any]]:
        """Each line as data (schema circular-lines-1), or those of a code, in the order of the circular."""
        of = self.publication
        for line in of.reading.lines:
            if code is None or code in [own.digits for own in line.codes]:
                doubtful = (line.source.table, line.source.row) in of.doubtful
                ids = [of.line_id(line, own) for own in line.codes]
                yield {"line_ids": ids, "doubtful": doubtful, **line_to_dict(line)}

    def document(self, sha256: str | None = None) -> HeldDocument:
        """A document whose bytes the book keeps: the one with a hash, or the one that the version was read from.

        `NotHeldError` where there is no such document, or where the book keeps its figures and not its bytes.
        """
        wanted = self.publication.entry.document if sha256 is None else sha256
        found = [one for one in self.documents if one.sha256 == wanted]
        if not found:
            raise NotHeldError(f"{self.number} has no document {wanted}.")
        kept = [one for one in found if one.kept is not None]
        if not kept:
            raise NotHeldError(f"the book keeps the figures of {found[-1].name} and not its bytes.")
        return kept[-1]


def circular_of(entries: Sequence[Entry], number: str, known_on: date | None = None) -> CircularOfBook:
    """The version of a circular known on a day; `NotHeldError` where the book holds none."""
    own = [entry for entry in entries if entry.circular == number]
    versions = versions_of(own, known_on)
    if not versions:
        first = min((entry.known_from for entry in own), default=None)
        told = f"{number} is known from {first}, not yet on {known_on}." if first else f"the book holds no {number}."
        raise NotHeldError(told)
    documents = tuple(
        HeldDocument(e.document, e.document_name or "document", e.recorded_at, e.kind == "witness", e.content)
        for e in own
        if known_on is None or e.known <= known_on
    )
    [(entry, first_entry)] = versions
    return CircularOfBook(publication_of(entry, first_entry), documents)

"""A projected circular of a series: the lines that would be in force, as the timeline takes it; it is in no ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bareme.audit.pairs import Listed
from bareme.book.ledger import Entry
from bareme.book.outline import outline_of_reading
from bareme.book.timeline import Publication, contents_of
from bareme.circulars.findings import Findings
from bareme.circulars.model import Circular, Line, Measure, Reading

Becoming = tuple[Listed, Line]
"""A line in force and what it becomes."""


def circular_of(
    name: str, title: str, start: date, series: str, lines: Sequence[Becoming], measures: tuple[Measure, ...]
) -> Reading:
    """A circular of a series from a day, with these lines and measures; nothing is issued."""
    newest = max((listed.reading for listed, _ in lines), key=lambda r: str(r.circular.effective_on or ""))
    circular = Circular(name, None, start, None, newest.circular.language, "projected", series, title)
    return Reading(newest.document, circular, _narrowed(lines), measures, Findings())


def _narrowed(lines: Sequence[Becoming]) -> tuple[Line, ...]:
    """The lines, each for those of its codes that it holds: others stand on the line of a corrigendum.

    A line in doubt at the place of a trusted one, in another document, gives up its row: doubt is told by places.
    """
    trusted = {(line.source.table, line.source.row) for listed, line in lines if not listed.doubtful}
    found = []
    for listed, line in lines:
        if len(listed.codes) < len(line.codes):
            amounts = tuple(amount for amount in line.amounts if listed.fits(amount, listed.codes))
            ambulatory, hospital = (
                code if code in listed.codes else None for code in (line.ambulatory_code, line.hospital_code)
            )
            line = replace(line, ambulatory_code=ambulatory, hospital_code=hospital, amounts=amounts)
        if listed.doubtful and (line.source.table, line.source.row) in trusted:
            line = replace(line, source=replace(line.source, row=0))
        found.append(line)
    return tuple(found)


def doubtful_of(lines: Sequence[Becoming]) -> frozenset[tuple[int, int]]:
    """The places of the lines in doubt among the lines of a projected circular."""
    narrowed = zip(_narrowed(lines), lines, strict=True)
    return frozenset((n.source.table or 0, n.source.row or 0) for n, (listed, _) in narrowed if listed.doubtful)


def publication_of(reading: Reading, number: int, doubtful: frozenset[tuple[int, int]]) -> Publication:
    """A projected circular as the timeline takes it; its entry has a number below 0."""
    assert reading.circular.number is not None
    entry = Entry(
        seq=-number,
        kind="projected",
        recorded_at="",
        author=None,
        known_from="9999-12-31",
        effective_from=str(reading.circular.effective_on),
        circular=reading.circular.number,
        document=reading.document.sha256,
        content=None,
        payload="",
        previous_hash="",
        hash="",
    )
    return Publication(entry, entry, outline_of_reading(reading), lambda: contents_of(reading, doubtful))

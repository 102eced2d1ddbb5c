"""A circular: the document beside what was read of it, row by row; findings, measures, what it replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from bareme.book.timeline import Publication
from bareme.circulars.findings import Finding
from bareme.library import Book
from bareme.service.asked import circular_at
from bareme.service.books import TheBook
from bareme.service.keeping import Kept
from bareme.service.pages.circular_document import Shown, document_of
from bareme.service.pages.code import source_of, terms_of
from bareme.service.pages.figures import number as number_in
from bareme.service.pages.finding_words import grouped, title_of, told
from bareme.service.pages.languages import Words, language_of
from bareme.service.pages.measure_words import measure_in_words
from bareme.service.pages.session import Visitor
from bareme.service.pages.site import page, page_tag
from bareme.service.sharing import COMPARING

router = APIRouter(include_in_schema=False)
ON_A_PAGE = 40
"""So many lines stand on one page."""
MOST_FINDINGS = 60
VIEWS = ("text", "pages")
Judged = tuple[Sequence[Finding], dict[str, Any] | None]
_KEPT: Kept[Judged] = Kept(8)


@router.get("/circulars")
def circulars(request: Request, book: TheBook, caller: Visitor) -> Response:
    """The circulars of the book: they stand on the page about the data."""
    return Response(status_code=303, headers={"Location": "/about#loaded"})


@router.get("/circulars/{number}")
def circular(
    request: Request,
    book: TheBook,
    caller: Visitor,
    number: str,
    as_known_on: str = "",
    first: int = 0,
    line: str = "",
    view: str = "",
) -> Response:
    """The page of a circular: at one of its lines, its document as text or as the pages of a PDF."""
    known = as_known_on.strip() or None
    named = circular_at(book, number)
    tag = page_tag(request, book)
    held = book.circular(named, known)
    publication = held.publication
    findings, replaced = _judged(book, publication, known)
    lines = _shown(publication, findings)
    at = next((place for place, shown in enumerate(lines) if shown.id == line), first)
    begin = max(0, min(at, len(lines) - 1)) // ON_A_PAGE * ON_A_PAGE if lines else 0
    span = begin, begin + ON_A_PAGE
    document = document_of(book, held)
    as_pages = document is not None and bool(document.sizes) and view == VIEWS[1]
    words = Words(language_of(request))
    return page(
        request,
        "circular.html",
        "about",
        tag=tag,
        held=held,
        reading=publication.reading,
        known=known,
        number=named,
        lines=lines[slice(*span)],
        chosen=line,
        total=len(lines),
        begin=begin,
        size=ON_A_PAGE,
        document=document,
        items=document.items(lines, *span) if document and not as_pages else (),
        sheets=document.sheets(lines, *span) if document and as_pages else (),
        views=VIEWS,
        view=VIEWS[as_pages],
        findings=grouped(findings[:MOST_FINDINGS], words),
        told=partial(told, t=words),
        title_of=partial(title_of, t=words),
        most_findings=MOST_FINDINGS,
        counts=Counter(finding.severity.value for finding in findings),
        measures=[(measure_in_words(measure, words), measure.source.line) for measure in publication.reading.measures],
        replaced=replaced,
        terms_of=terms_of,
        plain=source_of,
        number_of=partial(number_in, language=language_of(request)),
    )


def _judged(book: Book, publication: Publication, known: str | None) -> Judged:
    """The findings of a circular and what it replaced; the last few are kept, as its other lines follow."""
    key = book.hash, publication.number, known
    if (kept := _KEPT.get(key)) is not None:
        return kept
    with COMPARING.one():
        findings = book.audit(publication.number) if known is None else list(publication.reading.findings)
    found = findings, _replaced(book, publication)
    _KEPT.put(key, found)
    return found


def _shown(publication: Publication, findings: Sequence[Finding]) -> list[Shown]:
    """The lines of a circular, each with its id and the findings that concern it."""
    by_place: dict[tuple[int | None, int | None], list[Finding]] = {}
    for finding in findings:
        if finding.source.row is not None:
            by_place.setdefault((finding.source.table, finding.source.row), []).append(finding)
    found = []
    for line in publication.reading.lines:
        name = publication.line_id(line, line.codes[0]) if line.codes else publication.number
        own = by_place.get((line.source.table, line.source.row), ())
        found.append(Shown(name.partition(":")[2], line, line.source.line, tuple(own)))
    return found


def _replaced(book: Book, publication: Publication) -> dict[str, Any] | None:
    """The circular before it in its series (of a corrigendum, the one that it corrects), and how much it changed."""
    reading = publication.reading
    before = book.previous(publication.number)
    if before is None:
        return None
    with COMPARING.one():
        found = book.compare(before, reading)
    return {
        "number": before.circular.number,
        "changed": len(found.changed),
        "added": len(found.added),
        "ended": len(found.ended),
        "unchanged": found.unchanged,
        "classes": Counter(one.klass.value for one in found.changed if one.klass is not None),
    }

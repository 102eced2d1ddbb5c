"""A circular: the document beside what was read of it, row by row; findings, measures, what it replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from bareme.book.documents import CircularOfBook
from bareme.book.timeline import Publication
from bareme.circulars.documents.blocks import Heading, Paragraph, Table
from bareme.circulars.documents.opening import open_document
from bareme.circulars.findings import Finding
from bareme.circulars.model import Line
from bareme.errors import BaremeError, NotHeldError
from bareme.indexation.wording import measure_words
from bareme.library import Book
from bareme.service.asked import circular_at
from bareme.service.books import TheBook
from bareme.service.pages.code import source_of, terms_of
from bareme.service.pages.figures import number as number_in
from bareme.service.pages.finding_words import grouped, title_of, told
from bareme.service.pages.languages import Words, language_of
from bareme.service.pages.session import Visitor
from bareme.service.pages.site import page, page_tag
from bareme.service.sharing import COMPARING

router = APIRouter(include_in_schema=False)
ON_A_PAGE = 40
"""So many lines stand on one page."""
MOST_FINDINGS = 60
MOST_TEXT = 600
"""So many characters of one paragraph or cell are shown."""


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a document as it is shown: a heading, a paragraph, or the cells of a row.

    `at` is the line of the document on which it stands, `line` the id of the circular's line that was read from it.
    """

    kind: str
    cells: tuple[str, ...]
    at: int
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the circular as it is shown, with the findings that concern it."""

    id: str
    line: Line
    at: int | None
    findings: tuple[Finding, ...]


@router.get("/circulars")
def circulars(request: Request, book: TheBook, caller: Visitor) -> Response:
    """The circulars of the book: they stand on the page about the data."""
    return Response(status_code=303, headers={"Location": "/about#loaded"})


@router.get("/circulars/{number}")
def circular(
    request: Request, book: TheBook, caller: Visitor, number: str, as_known_on: str = "", first: int = 0
) -> Response:
    """The page of a circular."""
    known = as_known_on.strip() or None
    named = circular_at(book, number)
    tag = page_tag(request, book)
    held = book.circular(named, known)
    publication = held.publication
    with COMPARING.one():
        findings = book.audit(named) if known is None else list(publication.reading.findings)
    lines = _shown(publication, findings)
    begin = max(0, min(first, len(lines) - 1)) // ON_A_PAGE * ON_A_PAGE if lines else 0
    some = lines[begin : begin + ON_A_PAGE]
    document, words = _document(book, held), Words(language_of(request))
    return page(
        request,
        "circular.html",
        "about",
        tag=tag,
        held=held,
        reading=publication.reading,
        known=known,
        number=named,
        lines=some,
        total=len(lines),
        begin=begin,
        size=ON_A_PAGE,
        items=_items(document, lines, begin) if document else (),
        has_document=document is not None,
        findings=grouped(findings[:MOST_FINDINGS], words),
        told=partial(told, t=words),
        title_of=partial(title_of, t=words),
        counts=Counter(finding.severity.value for finding in findings),
        measures=[(measure_words(measure), measure.source.line) for measure in publication.reading.measures],
        replaced=_replaced(book, publication),
        terms_of=terms_of,
        plain=source_of,
        number_of=partial(number_in, language=language_of(request)),
    )


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


def _document(book: Book, held: CircularOfBook) -> list[Item] | None:
    """The document as parts to show; None where the book keeps no bytes of it, or they cannot be shown."""
    try:
        name, content = book.document(held.number, held.publication.reading.document.sha256)
        blocks = open_document((name, content)).blocks
    except (NotHeldError, BaremeError):
        return None
    found: list[Item] = []
    for block in blocks:
        if isinstance(block, Heading):
            found.append(Item("heading", (_cut(block.text),), block.line))
        elif isinstance(block, Paragraph):
            found.append(Item("paragraph", (_cut(block.text),), block.line))
        elif isinstance(block, Table):
            found += [Item("row", tuple(_cut(cell.text) for cell in row.cells), row.line) for row in block.rows]
    return found


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]} …"


def _items(document: Sequence[Item], lines: Sequence[Shown], begin: int) -> list[Item]:
    """The parts of a document that go with the lines of a page: from its first line (or the top) to the next page's."""
    ids: Mapping[int | None, str] = {shown.at: shown.id for shown in lines}
    start = lines[begin].at if begin else None
    after = begin + ON_A_PAGE
    stop = lines[after].at if after < len(lines) else None
    return [
        replace(item, line=ids.get(item.at) if item.kind == "row" else None)
        for item in document
        if (start is None or item.at >= start) and (stop is None or item.at < stop)
    ]


def _replaced(book: Book, publication: Publication) -> dict[str, Any] | None:
    """The circular before it in its series, and how much it changed."""
    reading = publication.reading
    if reading.circular.kind != "circular":
        return None
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

"""The document of a circular as its page shows it: its text in parts, and the pages of a PDF with the places of lines.

Reading a document takes up to seconds: the last few are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Path, Request, Response

from bareme.book.documents import CircularOfBook
from bareme.circulars.documents.blocks import Block, Heading, Paragraph, Table
from bareme.circulars.documents.opening import open_document
from bareme.circulars.findings import Finding
from bareme.circulars.model import Line
from bareme.errors import BaremeError, NotHeldError
from bareme.library import Book
from bareme.service.asked import circular_at
from bareme.service.books import TheBook
from bareme.service.caching import is_fresh, tag_for
from bareme.service.keeping import Kept
from bareme.service.pages.session import Visitor
from bareme.service.sharing import PICTURING, READING

router = APIRouter(include_in_schema=False)
MOST_TEXT = 600
"""So many characters of one paragraph or cell are shown."""
MOST_SHEETS = 40
"""So many pages of a PDF stand beside the lines of one page."""
MOST_ITEMS = 30_000
"""A longer document is not kept in memory."""
PATIENCE = 20
"""Seconds that a picture waits for those before it."""


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


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a line stands on a page of a PDF, in points from its upper left corner."""

    line: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a PDF: its size in points, and the lines that stand on it."""

    number: int
    width: int
    height: int
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """A document that the book keeps, as parts; `sizes` are those of the pages of a PDF."""

    sha256: str
    name: str
    parts: tuple[Item, ...]
    sizes: tuple[tuple[int, int], ...]

    def items(self, lines: Sequence[Shown], begin: int, after: int) -> list[Item]:
        """The parts that go with some of the lines: from the first one (or the top) to the first one after them."""
        ids: Mapping[int | None, str] = {shown.at: shown.id for shown in lines}
        start = lines[begin].at if begin else None
        stop = lines[after].at if after < len(lines) else None
        return [
            replace(item, line=ids.get(item.at) if item.kind == "row" else None)
            for item in self.parts
            if (start is None or item.at >= start) and (stop is None or item.at < stop)
        ]

    def sheets(self, lines: Sequence[Shown], begin: int, after: int) -> list[Sheet]:
        """The pages of a PDF that go with some of the lines, likewise."""
        first = 1 if begin == 0 else self._page(lines[begin]) or 1
        last = len(self.sizes)
        if after < len(lines):
            last = max((page for shown in lines[begin:after] if (page := self._page(shown))), default=first)
        numbers = range(first, min(last, first + MOST_SHEETS - 1) + 1)
        return [self._sheet(number, lines[begin:after]) for number in numbers]

    def _sheet(self, number: int, lines: Sequence[Shown]) -> Sheet:
        width, height = self.sizes[number - 1]
        spots = []
        for shown in lines:
            place = shown.line.source.place
            if self._page(shown) == number and place is not None and place.box is not None:
                left, bottom, right, top = place.box
                spots.append(Spot(shown.id, left - 2, height - top - 1, right - left + 4, top - bottom + 2))
        return Sheet(number, width, height, tuple(spots))

    def _page(self, shown: Shown) -> int | None:
        """The page of this document on which a line stands."""
        source = shown.line.source
        page = None if source.place is None else source.place.page
        return page if source.document == self.sha256 and page and page <= len(self.sizes) else None


_KEPT: Kept[DocumentShown] = Kept(4)


def document_of(book: Book, held: CircularOfBook) -> DocumentShown | None:
    """The document to show; None where the book keeps no bytes of it, or they cannot be shown."""
    sha256 = held.publication.reading.document.sha256
    try:
        held.document(sha256)
        if (kept := _KEPT.get((sha256,))) is not None:
            return kept
        name, content = book.document(held.number, sha256)
        with READING.one(PATIENCE):
            document = open_document((name, content))
    except (NotHeldError, BaremeError):
        return None
    found = DocumentShown(sha256, name, tuple(_parts(document.blocks)), document.sheets)
    if len(found.parts) <= MOST_ITEMS:
        _KEPT.put((sha256,), found)
    return found


def _parts(blocks: Sequence[Block]) -> list[Item]:
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


@router.get("/circulars/{number}/pages/{page}.png")
def picture(
    request: Request,
    book: TheBook,
    caller: Visitor,
    number: str,
    page: int = Path(ge=1, le=9999),
    sha256: str | None = None,
) -> Response:
    """A page of a PDF of a circular as a picture; 404 where the book keeps no PDF of it."""
    named = circular_at(book, number)
    document = book.circular(named).document(sha256)
    tag = tag_for(document.sha256, str(page))
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if is_fresh(request, tag):
        return Response(status_code=304, headers=headers)
    with PICTURING.one(PATIENCE):
        painted = book.document_page(named, page, document.sha256)
    return Response(painted, media_type="image/png", headers=headers)

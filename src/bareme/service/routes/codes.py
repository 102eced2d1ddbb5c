"""Codes: found by words, and all that the book says of one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from bareme.library import Book
from bareme.service.accepting import chosen
from bareme.service.access import Reader
from bareme.service.answering import NDJSON, in_lines, kept
from bareme.service.asked import KnownOn, RecordedAt, Series, Whole, check_known
from bareme.service.books import TheBook
from bareme.service.caching import JSON, headers_of, tag_of, unchanged
from bareme.service.openapi import answer
from bareme.service.problems import Problem

router = APIRouter(tags=["codes"])
MOST = 1000
"""So many codes are on a page at most."""
COUNTED = ("limit", "cursor")


@router.get(
    "/v1/codes",
    operation_id="search_codes",
    responses=answer("search-1", "A page of codes; with NDJSON all of them, one a line.", also=(NDJSON,)),
)
def search(
    request: Request,
    book: TheBook,
    caller: Reader,
    q: Annotated[str, Query(description="Words, or a code or its first digits.", examples=["cesarienne"])] = "",
    on: Annotated[str | None, Query(description="Only codes in force on this day (YYYY-MM-DD).")] = None,
    series: Series = None,
    limit: Annotated[Whole, Query(description="So many on a page.", ge=1, le=MOST)] = 20,
    cursor: Annotated[str | None, Query(description="The `cursor` of the page before.")] = None,
    as_known_on: KnownOn = None,
    as_recorded_at: RecordedAt = None,
) -> Response:
    """The codes that have every word in code, label, section, series or convention, best first; all without words."""
    check_known(request, "q", "on", "series", *COUNTED, "as_known_on", "as_recorded_at")
    asked: dict[str, Any] = {"query": q, "on": on, "series": series}
    asked |= {"as_known_on": as_known_on, "as_recorded_at": as_recorded_at}
    form = chosen(request, JSON, NDJSON)
    tag = tag_of(book, as_recorded_at, form.rpartition("/")[2])
    if form == JSON:
        return kept(request, tag, lambda: book.search(**asked, limit=limit, cursor=cursor).to_dict(), as_recorded_at)
    check_known(request, *(name for name in request.query_params if name not in COUNTED))
    held = unchanged(request, tag, as_recorded_at)
    if held is not None:
        return held
    asked["as_recorded_at"] = as_recorded_at or datetime.now(UTC)  # all pages are of one state of the book
    first = book.search(**asked, limit=MOST)
    return in_lines(_all(book, asked, first), headers_of(request, tag, as_recorded_at))


def _all(book: Book, asked: dict[str, Any], found: Any) -> Iterator[dict[str, Any]]:
    """Every hit, page after page, of one state of the book."""
    while True:
        yield from (hit.to_dict() for hit in found.hits)
        if found.cursor is None:
            return
        found = book.search(**asked, limit=MOST, cursor=found.cursor)


@router.get(
    "/v1/codes/{code}",
    operation_id="code",
    responses=answer("code-1", "All that the book says of the code."),
)
def code(
    request: Request,
    book: TheBook,
    caller: Reader,
    code: Annotated[str, Path(description="A nomenclature code or pseudocode.", examples=["565014"])],
    as_known_on: KnownOn = None,
    as_recorded_at: RecordedAt = None,
) -> Response:
    """A code: its tariffs through time, its twin in the other setting, and the circulars that name it."""
    check_known(request, "as_known_on", "as_recorded_at")

    def found() -> dict[str, Any]:
        page = book.code(code, as_known_on=as_known_on, as_recorded_at=as_recorded_at)
        if not page.periods and not page.circulars:
            near = {"suggestions": list(page.suggestions)}
            advice = f" Near: {', '.join(page.suggestions)}." if page.suggestions else ""
            raise Problem("not_found", f"The book has no code {page.code}.{advice}", near)
        return page.to_dict()

    return kept(request, tag_of(book, as_recorded_at), found, as_recorded_at)

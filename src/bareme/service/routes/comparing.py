"""What changed from one circular or day to another."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from bareme.errors import InputError
from bareme.library import Book
from bareme.periods import is_day
from bareme.service.access import Reader
from bareme.service.answering import kept
from bareme.service.asked import KnownOn, Series, check_known, held_number
from bareme.service.books import TheBook
from bareme.service.caching import tag_of
from bareme.service.openapi import answer
from bareme.service.sharing import COMPARING

router = APIRouter(tags=["circulars"])
EITHER = "The number of a circular of the book, with `-` for `/`, or a day (YYYY-MM-DD)."


@router.get("/v1/compare", operation_id="compare", responses=answer("compare-1", "What changed, and why."))
def compare(
    request: Request,
    book: TheBook,
    caller: Reader,
    start: Annotated[str, Query(alias="from", description=EITHER, examples=["2024-382"])],
    end: Annotated[str, Query(alias="to", description=EITHER, examples=["2025-336"])],
    series: Series = None,
    as_known_on: KnownOn = None,
) -> Response:
    """What was added, ended and changed between two circulars or two days, by how much, and why."""
    check_known(request, "from", "to", "series", "as_known_on")

    def found() -> dict[str, Any]:
        sides = _side(book, start, "from"), _side(book, end, "to")
        with COMPARING.one():
            return book.compare(*sides, series, as_known_on).to_dict()

    return kept(request, tag_of(book), found)


def _side(book: Book, given: str, name: str) -> str:
    """A day, or the number of a circular that the book holds: nothing else is looked for anywhere."""
    number = held_number(book, given)
    if number is None and not is_day(given):
        raise InputError(f"{name}: the book holds no circular {given[:50]!r}, nor is that a day such as 2026-03-01.")
    return given if number is None else number

"""What is loaded, until when it is verified, what is not applied, how to cite, what feeds there are."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request, Response

from bareme.conventions.loading import conventions
from bareme.service.books import TheBook
from bareme.service.pages.session import Visitor
from bareme.service.pages.site import page, page_tag

router = APIRouter(include_in_schema=False)


@router.get("/about")
def about(request: Request, book: TheBook, caller: Visitor) -> Response:
    """The page about the data."""
    circulars = sorted(book.circulars(), key=lambda one: (one.series, one.effective_from, one.known_from))
    last = {one.series: int(one.effective_from[:4]) for one in circulars}
    verified = [(series, date(year, 12, 31)) for series, year in sorted(last.items())]
    left = [(one, one.left) for one in conventions().values() if one.left]
    tag = page_tag(request, book)
    return page(request, "about.html", "about", tag=tag, circulars=circulars, verified=verified, left=left)

"""The first page: a code or words, a date, a regime; what is found with its fee and what the patient pays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request, Response

from bareme.errors import InputError
from bareme.library import Book
from bareme.pricing.price import Price
from bareme.service.books import TheBook
from bareme.service.keeping import Kept
from bareme.service.pages.asked_words import day_asked
from bareme.service.pages.recent import last_two
from bareme.service.pages.session import Visitor
from bareme.service.pages.site import page, page_tag

router = APIRouter(include_in_schema=False)
REGIMES = ("ordinary", "preferential")
MOST_CHANGES = 5
EXAMPLES = ("565014", "726530", "conseil prenatal", "psycholog")
"""What the first page invites to try, where the book has it."""
_KEPT: Kept[list[str]] = Kept(2)


@router.get("/")
def search(
    request: Request,
    book: TheBook,
    caller: Visitor,
    q: str = "",
    on: str = "",
    regime: str = "ordinary",
    cursor: str | None = None,
) -> Response:
    """The search page; the part with the hits alone where htmx asks for it."""
    today = datetime.now(UTC).date()
    wrong, found, day = None, None, day_asked(on, today)
    prices: Mapping[str, Any] = {}
    chosen = regime if regime in REGIMES else REGIMES[0]
    try:
        if day and q.strip():
            found = book.search(q, today=day, cursor=cursor or None)
            prices = _prices(book, [hit.code for hit in found.hits], day, chosen)
    except InputError as error:
        wrong = str(error)
    partly = request.headers.get("hx-request") == "true"
    values: dict[str, Any] = {"q": q, "on": (day or today).isoformat(), "regime": chosen, "regimes": REGIMES}
    values |= {
        "wrong": wrong,
        "wrong_day": None if day else on[:20],
        "found": found,
        "prices": prices,
        "cursor": cursor,
        "shown": shown,
    }
    if not partly:
        values["changes"] = book.changes(limit=MOST_CHANGES).changes
        values["examples"] = _examples(book)
        values["pair"] = last_two(book)
    is_wrong = wrong is not None or day is None
    # A part is not kept: the browser would show it alone where one goes back to its address.
    tag = None if is_wrong or partly else page_tag(request, book, today.isoformat())
    return page(request, "hits.html" if partly else "search.html", "search", 400 if is_wrong else 200, tag, **values)


def _examples(book: Book) -> list[str]:
    """What the book has of what the first page invites to; looked for once in each state of it."""
    key = (book.hash,)
    found = _KEPT.get(key)
    if found is None:
        found = [one for one in EXAMPLES if book.search(one, limit=1).total]
        _KEPT.put(key, found)
    return found


def shown(price: Price) -> tuple[Decimal | None, tuple[Decimal, Decimal] | None]:
    """The fee, where every situation left open has the same one, and the least and most that a patient pays in them."""
    if not price.options:
        share = price.patient_share
        return price.fee, None if share is None else (share, share)
    fees = {option.fee for option in price.options}
    shares = [option.patient_share for option in price.options]
    known = [share for share in shares if share is not None]
    return fees.pop() if len(fees) == 1 else None, (min(known), max(known)) if len(known) == len(shares) else None


def _prices(book: Book, codes: list[str], day: date, regime: str) -> Mapping[str, Any]:
    """The price of each code that is found, in the regime chosen."""
    acts = [{"code": code, "on": day, "regime": regime} for code in codes]
    return {one.code: one for one in book.price_basket(acts)} if acts else {}

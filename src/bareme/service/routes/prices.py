"""What acts cost: one act by GET, a basket by POST."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from bareme.errors import InputError
from bareme.pricing.asking import refuse_unknown
from bareme.service.access import Reader
from bareme.service.asked import Whole, check_known
from bareme.service.baskets import answer_basket, basket_answers, basket_body, read_basket, wanted_form
from bareme.service.books import TheBook
from bareme.service.caching import JSON, headers_of, tag_of, unchanged
from bareme.service.openapi import answer, fact_parameters
from bareme.service.settings import Settings
from bareme.service.sharing import worked

router = APIRouter(tags=["prices"])
OWN = ("on", "birth_date", "quantity", "as_known_on", "as_recorded_at", "language")
"""Query parameters that are no facts."""

KnownOn = Annotated[str | None, Query(description="Only circulars known on this day (YYYY-MM-DD) count.")]
RecordedAt = Annotated[str | None, Query(description="Only what the book held at this moment (UTC) counts.")]
Language = Annotated[str, Query(description="The language of the explanation: en, fr or nl.")]


@router.get(
    "/v1/codes/{code}/price",
    operation_id="price",
    responses=answer("price-1", "The price, whatever its outcome."),
    openapi_extra={"parameters": fact_parameters()},
)
def price(
    request: Request,
    book: TheBook,
    caller: Reader,
    code: Annotated[str, Path(description="A nomenclature code or pseudocode.", examples=["565014"])],
    on: Annotated[str, Query(description="The date of the act (YYYY-MM-DD).", examples=["2026-03-01"])],
    birth_date: Annotated[str | None, Query(description="The patient's birth date, instead of the age.")] = None,
    quantity: Annotated[Whole, Query(description="How many units.")] = 1,
    as_known_on: KnownOn = None,
    as_recorded_at: RecordedAt = None,
    language: Language = "en",
) -> Response:
    """What an act costs on a day: fee, intervention, patient share, why, and where the figures stand."""
    facts = _facts(request)
    tag = tag_of(book, as_recorded_at)
    held = unchanged(request, tag, as_recorded_at)
    if held is not None:
        return held
    known: dict[str, Any] = {"as_known_on": as_known_on, "as_recorded_at": as_recorded_at}
    given: dict[str, Any] = {**facts, "birth_date": birth_date, "quantity": quantity, "language": language}
    found = book.price_json(code, on, **given, **known)
    return Response(found, 200, headers_of(request, tag, as_recorded_at), JSON)


def _facts(request: Request) -> dict[str, str]:
    """The facts in a query; `InputError` for what is none, and for any parameter that stands there twice."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in found:
            raise InputError(f"{name} is given twice.")
        found[name] = value
    facts = {name: value for name, value in found.items() if name not in OWN}
    refuse_unknown(facts)
    return facts


@router.post(
    "/v1/prices",
    operation_id="prices",
    responses=basket_answers(),
    openapi_extra={"requestBody": basket_body()},
)
async def prices(request: Request, book: TheBook, caller: Reader) -> Response:
    """What each act of a basket costs, in order; as JSON, JSON by lines or Arrow, as the header Accept asks.

    Rules see the acts of a basket as one history. An act that cannot be priced stops all, and is named by its place.
    """
    check_known(request)
    settings: Settings = request.app.state.settings
    body, form = await request.body(), wanted_form(request.headers.get("accept", ""))

    def answer() -> Response:
        return answer_basket(book, read_basket(request, body, settings.most_acts), form)

    return await worked(len(body), answer)

"""What acts cost: one act by GET, a basket by POST."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from bareme.errors import InputError
from bareme.service.access import Reader
from bareme.service.books import TheBook
from bareme.service.caching import answered, headers_of, tag_of, unchanged
from bareme.service.openapi import answer, fact_parameters
from bareme.service.problems import Problem
from bareme.service.settings import Settings

router = APIRouter(tags=["prices"])
OWN = ("on", "birth_date", "quantity", "as_known_on", "as_recorded_at", "language")
"""Query parameters that are no facts."""

KnownOn = Annotated[str | None, Query(description="Only circulars known on this day (YYYY-MM-DD) count.")]
RecordedAt = Annotated[str | None, Query(description="Only what the book held at this moment (UTC) counts.")]
Language = Annotated[str, Query(description="The language of the explanation: en or fr.")]


class Act(BaseModel):
    """An act to price. Any declared fact, and what rules ask, may be there beside."""

    model_config = ConfigDict(extra="allow")

    code: str = Field(description="A nomenclature code or pseudocode.", examples=["565014"])
    on: str = Field(description="The date of the act (YYYY-MM-DD).", examples=["2026-03-01"])
    quantity: int = Field(default=1, description="How many units.")
    birth_date: str | None = Field(default=None, description="The patient's birth date, instead of the age.")


class Basket(BaseModel):
    """Acts to price together: rules see them as one history."""

    model_config = ConfigDict(extra="forbid")

    acts: list[Act] = Field(min_length=1, description="The acts, in order.")
    as_known_on: str | None = Field(default=None, description="Only circulars known on this day (YYYY-MM-DD) count.")
    as_recorded_at: str | None = Field(default=None, description="Only what the book held at this moment (UTC) counts.")
    language: str = Field(default="en", description="The language of the explanations: en or fr.")


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
    quantity: Annotated[int, Query(description="How many units.")] = 1,
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
    found = book.price(code, on, birth_date=birth_date, quantity=quantity, **known, **facts)
    return answered(found.to_dict(language), headers_of(request, tag, as_recorded_at))


def _facts(request: Request) -> dict[str, str]:
    """The facts in a query; `InputError` for one that stands there twice."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in found:
            raise InputError(f"{name} is given twice.")
        if name not in OWN:
            found[name] = value
    return found


@router.post(
    "/v1/prices", operation_id="prices", responses=answer("price-1", "The price of each act, in order.", array=True)
)
def prices(request: Request, book: TheBook, caller: Reader, basket: Basket) -> Response:
    """What each act of a basket costs, in order."""
    settings: Settings = request.app.state.settings
    if len(basket.acts) > settings.most_acts:
        raise Problem("too_large", f"{len(basket.acts)} acts; a basket takes {settings.most_acts}.")
    acts = [act.model_dump(exclude_none=True) for act in basket.acts]
    found = book.price_basket(acts, as_known_on=basket.as_known_on, as_recorded_at=basket.as_recorded_at)
    return answered([one.to_dict(basket.language) for one in found])

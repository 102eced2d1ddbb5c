"""A basket as it comes and as it goes: JSON in; JSON, JSON by lines or Arrow out, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, NotRequired

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from starlette.responses import StreamingResponse
from typing_extensions import TypedDict

from bareme.errors import InputError
from bareme.library import Book
from bareme.pricing.explain import languages
from bareme.service.caching import JSON
from bareme.service.openapi import COMPONENTS, given_schemas, problems
from bareme.service.problems import Problem

if TYPE_CHECKING:
    import pyarrow as pa

LINES = "application/x-ndjson"
ARROW = "application/vnd.apache.arrow.stream"
FORMS = (JSON, LINES, ARROW)
"""The types of answers."""
PIECE = 512
"""So many prices, or Arrow batches of 16 times as many, are sent at once."""


class Act(TypedDict):
    """An act to price; any declared fact, and what rules ask, may be there beside."""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]

    code: str
    on: str
    quantity: NotRequired[Annotated[int, Field(strict=True)]]
    birth_date: NotRequired[str | None]


class Basket(TypedDict):
    """Acts to price together: rules see them as one history."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    acts: Annotated[list[Act], Field(min_length=1)]
    as_known_on: NotRequired[str | None]
    as_recorded_at: NotRequired[str | None]
    language: NotRequired[str]


_READER = TypeAdapter(Basket)


def read_basket(request: Request, body: bytes, most: int) -> Basket:
    """The basket of a request; `Problem` where it is of another type or too large."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != JSON and not (media.startswith("application/") and media.endswith("+json")):
        raise Problem("unsupported_type", f"A basket is JSON: send it with Content-Type: {JSON}.")
    try:
        basket = _READER.validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in found]) from None
    if len(basket["acts"]) > most:
        raise Problem("too_large", f"{len(basket['acts'])} acts; a basket takes {most}.")
    _check_names(body)
    return basket


def _check_names(body: bytes) -> None:
    """`InputError` where an object has a name twice: neither of two regimes may be taken by chance."""
    json.loads(body, object_pairs_hook=_once, parse_int=str, parse_float=str)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"{twice[:50]!r} stands twice in one object of the basket; say once what is meant.")
    return found


def wanted_form(accept: str) -> str:
    """The type of answer that a header Accept names first; JSON where it names none of ours."""
    asked = [one.partition(";")[0].strip().lower() for one in accept.split(",")]
    return next((form for form in asked if form in FORMS), JSON)


def answer_basket(book: Book, basket: Basket, form: str) -> Response:
    """The prices of a basket in a form; `InputError` names the act that cannot be priced."""
    acts = basket["acts"]
    when: dict[str, Any] = {name: basket.get(name) for name in ("as_known_on", "as_recorded_at")}
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding"}
    if form == ARROW:
        return StreamingResponse(_arrow(book.price_basket_table(acts, **when)), headers=headers, media_type=ARROW)
    told = book.price_basket_json(acts, language=basket.get("language", "en"), **when)
    if form == LINES:
        return StreamingResponse(_lines(told), headers=headers, media_type=LINES)
    return Response(b"[" + b",".join(told) + b"]", 200, headers, JSON)


def _lines(told: list[bytes]) -> Iterator[bytes]:
    for first in range(0, len(told), PIECE):
        yield b"\n".join(told[first : first + PIECE]) + b"\n"


def _arrow(table: pa.Table) -> Iterable[bytes]:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=16 * PIECE)
    content = memoryview(sink.getvalue())
    return (bytes(content[first : first + 2**16]) for first in range(0, len(content), 2**16))


def basket_body() -> dict[str, Any]:
    """The `requestBody` of a basket for the OpenAPI document."""
    day = {"type": "string", "format": "date"}
    act = {
        "type": "object",
        "required": ["code", "on"],
        "additionalProperties": False,
        "properties": {
            "code": {"type": "string", "description": "A nomenclature code or pseudocode.", "examples": ["565014"]},
            "on": {**day, "description": "The date of the act.", "examples": ["2026-03-01"]},
            "quantity": {"type": "integer", "minimum": 1, "maximum": 999_999, "description": "How many units; 1."},
            "birth_date": {**day, "description": "The patient's birth date, instead of the age."},
            **given_schemas(),
        },
    }
    basket = {
        "type": "object",
        "required": ["acts"],
        "additionalProperties": False,
        "properties": {
            "acts": {"type": "array", "minItems": 1, "items": act, "description": "The acts, in order."},
            "as_known_on": {**day, "description": "Only circulars known on this day count."},
            "as_recorded_at": {"type": "string", "description": "Only what the book held at this moment (UTC) counts."},
            "language": {"enum": languages(), "description": "The language of the explanations; en."},
        },
    }
    return {"required": True, "content": {JSON: {"schema": basket}}}


def basket_answers() -> dict[int | str, dict[str, Any]]:
    """The `responses` of a basket for the OpenAPI document."""
    price = {"$ref": f"{COMPONENTS}price-1"}
    content = {
        JSON: {"schema": {"type": "array", "items": price}},
        LINES: {"schema": {"type": "string", "description": "A price (price-1) on each line."}},
        ARROW: {"schema": {"type": "string", "format": "binary", "description": "The columns of a priced file."}},
    }
    return {200: {"description": "The price of each act, in order.", "content": content}, **problems()}

"""FHIR eTariff: a message in, a message out. What is wrong with a message is told by a reject, which is a message too.

Problems are for what is no message: no key, a body that is too large or of another type, a query that cannot be used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from bareme.nomenclature.facts import declared_facts
from bareme.service.accepting import chosen
from bareme.service.access import Reader
from bareme.service.asked import KnownOn, RecordedAt, check_known
from bareme.service.books import TheBook
from bareme.service.openapi import problems
from bareme.service.problems import Problem
from bareme.service.sharing import worked
from bareme.service.uploads import type_of

if TYPE_CHECKING:
    from bareme.library.etariff import Etariff

router = APIRouter(tags=["FHIR"])
FORMS = {
    "application/fhir+xml": "xml",
    "application/fhir+json": "json",
    "application/xml": "xml",
    "application/json": "json",
    "text/xml": "xml",
}
"""Media types of a message."""
ANSWERS: dict[str, Any] = {kind: {} for kind in ("application/fhir+xml", "application/fhir+json")}
OWN = ("regime", "ct1", "ct2", "as_known_on", "as_recorded_at")
FACTS = [
    {
        "name": fact.name,
        "in": "query",
        "description": f"Of all items: {fact.means}",
        "schema": {"type": "string", "enum": list(fact.values)},
    }
    for fact in declared_facts().values()
    if fact.name not in ("regime", "age")
]
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in FORMS},
    },
    "parameters": FACTS,
}
Insurability = Annotated[
    str | None, Query(description="An insurability code of the patient, of three digits.", examples=["110"])
]


@router.post(
    "/fhir/etariff",
    operation_id="etariff",
    response_class=Response,
    responses={
        200: {"description": "The response: a message Bundle.", "content": ANSWERS},
        **problems(),
        400: {
            "description": "A reject: a message Bundle that says where the message is wrong; of a query, a problem.",
            "content": {**ANSWERS, **problems()["4XX"]["content"]},
        },
    },
    openapi_extra=BODY,
)
async def etariff(
    request: Request,
    book: TheBook,
    caller: Reader,
    regime: Annotated[
        Literal["preferential", "ordinary"] | None, Query(description="The patient's regime, where CT1 is not known.")
    ] = None,
    ct1: Insurability = None,
    ct2: Insurability = None,
    as_known_on: KnownOn = None,
    as_recorded_at: RecordedAt = None,
) -> Response:
    """What the acts of a FHIR R4 eTariff request cost, with amounts from the book for their dates."""
    names = [fact["name"] for fact in FACTS]
    check_known(request, *OWN, *map(str, names))
    given = FORMS.get(type_of(request))
    if given is None:
        raise Problem("unsupported_type", f"A message is {', '.join(FORMS)}.")
    options: dict[str, Any] = {"regime": regime, "ct1": ct1, "ct2": ct2}
    options |= {"as_known_on": as_known_on, "as_recorded_at": as_recorded_at}
    options["facts"] = {name: value for name, value in request.query_params.items() if name in names}
    options["answer_format"] = _answered_in(request, given)
    content = await request.body()

    def work() -> Etariff:
        return book.etariff(content, given, **options)

    found = await worked(len(content), work)
    status = 400 if found.kind == "reject" else 200
    return Response(found.content, status, {"Cache-Control": "no-store"}, found.media_type)


def _answered_in(request: Request, given: str) -> str:
    """The form of the answer: what the client accepts, by default that of the message."""
    offered = sorted(FORMS, key=lambda kind: FORMS[kind] != given)
    return FORMS[chosen(request, *offered)]

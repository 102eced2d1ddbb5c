"""Documents into the book, in two steps: read and compared first, recorded when the same is sent again with its token.

Nothing is kept between the two: the token says that document and book are those that were looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from bareme.errors import InputError
from bareme.service.access import Editor
from bareme.service.asked import address_of, check_known
from bareme.service.books import TheBook
from bareme.service.caching import answered
from bareme.service.openapi import answer
from bareme.service.problems import Problem
from bareme.service.sharing import READING
from bareme.service.uploads import document_of, form_of

if TYPE_CHECKING:
    from bareme.book.intake import LoadResult

router = APIRouter(tags=["circulars"])
WORDS = r"^[^\x00-\x1f\x7f]+$"
Name = Annotated[
    str | None, Query(description="What the document is called.", examples=["2026-12.pdf"], max_length=500)
]
Number = Annotated[
    str | None,
    Query(description="The circular's number, where the document does not say it.", pattern=WORDS, max_length=60),
]
Issued = Annotated[str | None, Query(description="The day of issue, where the document does not say it.")]
Effective = Annotated[str | None, Query(description="The first day in force, where the document does not say it.")]
Series = Annotated[
    str | None,
    Query(description="The series, where the title does not tell it.", pattern=WORDS, max_length=150),
]
GIVEN = ("number", "issued_on", "effective_on", "series")
BODY = form_of(
    {"document": "A circular: text, HTML, a workbook (.xlsx) or PDF."},
    "document",
    {"application/octet-stream": {"type": "string", "format": "binary"}},
)


@router.post(
    "/v1/circulars",
    operation_id="consider_circular",
    responses=answer("considered-1", "What it says, what it changes, and a token to accept it with."),
    openapi_extra=BODY,
)
async def consider(
    request: Request,
    book: TheBook,
    caller: Editor,
    name: Name = None,
    number: Number = None,
    issued_on: Issued = None,
    effective_on: Effective = None,
    series: Series = None,
) -> Response:
    """Read a document and set it beside what the book holds. Nothing is recorded or kept."""
    check_known(request, "name", *GIVEN)
    document = await document_of(request, name)
    given = _given(number, issued_on, effective_on, series)

    def work() -> dict[str, Any]:
        with READING.one():
            return book.consider((document.name, document.content), **given).to_dict()

    return answered(await run_in_threadpool(work))


@router.post(
    "/v1/circulars/accept",
    operation_id="accept_circular",
    responses=answer("load-1", "It was recorded before; nothing changed.")
    | answer("load-1", "It is recorded, or kept as a witness.", status=201),
    openapi_extra=BODY,
)
async def accept(
    request: Request,
    book: TheBook,
    caller: Editor,
    token: Annotated[str, Query(description="The token that the first call gave.", max_length=200)],
    accept_findings: Annotated[
        bool, Query(description="Record it although findings are errors; they are kept with it.")
    ] = False,
    known_from: Annotated[str | None, Query(description="Known from this day, where later than its issue.")] = None,
    name: Name = None,
    number: Number = None,
    issued_on: Issued = None,
    effective_on: Effective = None,
    series: Series = None,
) -> Response:
    """Record a document that was looked at: the same document again, with the token. The ledger names the key."""
    check_known(request, "token", "accept_findings", "known_from", "name", *GIVEN)
    document = await document_of(request, name)
    given = _given(number, issued_on, effective_on, series)
    options: dict[str, Any] = {
        "accept_findings": accept_findings,
        "known_from": known_from,
        **given,
    }

    def work() -> LoadResult:
        with READING.one():
            return book.accept((document.name, document.content), token, author=caller.name, **options)

    return _told(await run_in_threadpool(work))


def _given(number: str | None, issued: str | None, effective: str | None, series: str | None) -> dict[str, str]:
    """What is said of a document."""
    said = zip(GIVEN, (number, issued, effective, series), strict=True)
    return {name: value for name, value in said if value is not None}


def _told(result: LoadResult) -> Response:
    """The answer for what became of a document; `Problem` where it was refused."""
    errors = result.findings.errors
    if result.status == "refused" and errors:
        found = {"findings": [finding.to_dict() for finding in errors]}
        count = f"{len(errors)} finding{'s' * (len(errors) > 1)} of severity error"
        raise Problem("findings", f"{count}; with accept_findings it is recorded all the same.", found)
    if not result.ok:
        raise InputError(result.message)
    if result.status == "unchanged":
        return answered(result.to_dict())
    place = {"Cache-Control": "no-store", "Location": f"/v1/circulars/{address_of(result.circular or '')}"}
    return answered(result.to_dict(), place, 201)

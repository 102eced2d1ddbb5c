"""The circulars of the book: which there are, and of each its lines, measures, findings, proof and documents."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from bareme.service.accepting import chosen
from bareme.service.access import Reader
from bareme.service.answering import NDJSON, in_lines, kept, saved_as
from bareme.service.asked import KnownOn, check_known, circular_at
from bareme.service.books import TheBook
from bareme.service.caching import JSON, answered, headers_of, tag_of, unchanged
from bareme.service.openapi import answer, problems
from bareme.service.sharing import COMPARING

router = APIRouter(tags=["circulars"])
BYTES = "application/octet-stream"
Number = Annotated[
    str,
    Path(description="The circular's number, with `-` for `/`.", examples=["2025-336"], min_length=1),
]
ONE = "/v1/circulars/{number:path}"


@router.get("/v1/circulars", operation_id="circulars", responses=answer("circulars-1", "Every circular of the book."))
def circulars(request: Request, book: TheBook, caller: Reader, as_known_on: KnownOn = None) -> Response:
    """What the book holds, each circular with its three dates, in the order recorded."""
    check_known(request, "as_known_on")
    return kept(request, tag_of(book), lambda: [held.to_dict() for held in book.circulars(as_known_on)])


@router.get(
    f"{ONE}/lines",
    operation_id="circular_lines",
    responses=answer("circular-lines-1", "Its lines; one a line of NDJSON where that is accepted.", also=(NDJSON,)),
)
def lines(
    request: Request,
    book: TheBook,
    caller: Reader,
    number: Number,
    code: Annotated[str | None, Query(description="Only the lines of this code.", examples=["565014"])] = None,
    as_known_on: KnownOn = None,
) -> Response:
    """The tariff lines of a circular, with the stable id of each: where a price's `line_id` leads to."""
    check_known(request, "code", "as_known_on")
    form = chosen(request, JSON, NDJSON)
    tag = tag_of(book, None, form.rpartition("/")[2])
    held = unchanged(request, tag)
    if held is not None:
        return held
    found = book.circular(circular_at(book, number), as_known_on)
    headers = headers_of(request, tag)
    if form == NDJSON:
        return in_lines(found.lines(code), headers)
    return answered(list(found.lines(code)), headers)


@router.get(
    f"{ONE}/measures",
    operation_id="circular_measures",
    responses=answer("circular-measures-1", "The measures that it announces."),
)
def measures(request: Request, book: TheBook, caller: Reader, number: Number, as_known_on: KnownOn = None) -> Response:
    """The measures that a circular announces: what is indexed, added, ended, and by how much."""
    check_known(request, "as_known_on")

    def found() -> Any:
        from bareme.circulars.serial import measure_to_dict

        reading = book.circular(circular_at(book, number), as_known_on).publication.reading
        return [measure_to_dict(measure) for measure in reading.measures]

    return kept(request, tag_of(book), found)


@router.get(
    f"{ONE}/findings",
    operation_id="circular_findings",
    responses=answer("audit-1", "What is to be said of it, the weightiest first."),
)
def findings(request: Request, book: TheBook, caller: Reader, number: Number) -> Response:
    """The findings of a circular, compared with those that are before it in the book today."""
    check_known(request)

    def found() -> Any:
        named = circular_at(book, number)
        with COMPARING.one():
            return [finding.to_dict() for finding in book.audit(named)]

    return kept(request, tag_of(book), found)


@router.get(
    f"{ONE}/reconciliation",
    operation_id="circular_reconciliation",
    responses=answer("reconcile-1", "Each figure, and whether it follows."),
)
def reconciliation(
    request: Request,
    book: TheBook,
    caller: Reader,
    number: Number,
    against: Annotated[str | None, Query(description="A circular to take as the one before.")] = None,
) -> Response:
    """Whether a circular follows from the one before it and the measures that it announces, figure by figure."""
    check_known(request, "against")

    def found() -> Any:
        named = circular_at(book, number)
        other = None if against is None else circular_at(book, against)
        with COMPARING.one():
            return book.reconcile(named, other).to_dict()

    return kept(request, tag_of(book), found)


@router.get(
    f"{ONE}/document",
    operation_id="circular_document",
    response_class=Response,
    responses={200: {"description": "Its bytes, to be saved.", "content": {BYTES: {}}}, **problems()},
)
def document(
    request: Request,
    book: TheBook,
    caller: Reader,
    number: Number,
    sha256: Annotated[
        str | None, Query(description="The hash of one of its documents.", pattern="^[0-9a-f]{64}$")
    ] = None,
) -> Response:
    """The document that a circular was read from, as it came; 404 where the book keeps only its figures."""
    check_known(request, "sha256")
    name, content = book.document(circular_at(book, number), sha256)
    return Response(content, headers={**headers_of(request, tag_of(book)), **saved_as(name)}, media_type=BYTES)


@router.get(ONE, operation_id="circular", responses=answer("circular-1", "Its identity, its dates and its documents."))
def circular(request: Request, book: TheBook, caller: Reader, number: Number, as_known_on: KnownOn = None) -> Response:
    """A circular: what it is, since when it is known and recorded, by whom, and from which documents."""
    check_known(request, "as_known_on")
    return kept(request, tag_of(book), lambda: book.circular(circular_at(book, number), as_known_on).to_dict())

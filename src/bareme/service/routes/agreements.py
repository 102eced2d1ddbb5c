"""What an agreement says: its clauses, parameters, figures, agenda, budget and index; and which addresses there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.routing import APIRoute

from bareme.errors import NotHeldError
from bareme.service.accepting import chosen
from bareme.service.access import Reader
from bareme.service.answering import kept, saved_as
from bareme.service.asked import check_known
from bareme.service.books import TheBook
from bareme.service.caching import JSON, headers_of, tag_of, unchanged
from bareme.service.openapi import answer

if TYPE_CHECKING:
    from bareme.library import Book
    from bareme.library.agreements.agreement import Agreement

router = APIRouter(prefix="/v1/agreements/{year}", tags=["agreements"])
CALENDAR = "text/calendar"
Language = Annotated[Literal["en", "fr"], Query(description="The language of sentences.")]
Day = Annotated[str | None, Query(description="Only what holds on this day (YYYY-MM-DD).")]
REPEATED = ("owner", "kind")


def of_year(year: Annotated[int, Path(description="The year of the agreement.", examples=[2020])]) -> Agreement:
    """The agreement of a year; `NotHeldError` where there is none."""
    from bareme.library.agreements import agreements

    if year not in agreements:
        raise NotHeldError(f"There is no agreement of {year}; those are of {', '.join(map(str, agreements))}.")
    return agreements[year]


OfYear = Annotated[Any, Depends(of_year)]
"""The agreement that is asked."""


def told(
    request: Request, book: Book, found: Callable[[], Any], *known: str, repeated: tuple[str, ...] = ()
) -> Response:
    """An answer of an agreement, which changes with the program only; the book is in its tag as in all others."""
    check_known(request, *known, repeated=repeated)
    return kept(request, tag_of(book), found)


@router.get("", operation_id="agreement", responses=answer("agreement-addresses-1", "Its addresses."))
def addresses(request: Request, book: TheBook, caller: Reader, agreement: OfYear) -> Response:
    """What can be asked of an agreement, and where."""
    from bareme.service.routes import agreement_questions

    def found() -> dict[str, Any]:
        routes = [r for r in (*router.routes, *agreement_questions.router.routes) if isinstance(r, APIRoute)]
        year = str(agreement.year)
        listed = [(r.path.replace("{year}", year), r.description) for r in routes if r.path != router.prefix]
        return {"year": agreement.year, "addresses": [{"address": a, "means": means} for a, means in listed]}

    return told(request, book, found)


@router.get("/overview", operation_id="agreement_overview", responses=answer("agreement-overview-1", "Every clause."))
def overview(request: Request, book: TheBook, caller: Reader, agreement: OfYear, language: Language = "en") -> Response:
    """Every clause to the third level: implemented, parameter awaited, or declaration of intent."""
    return told(request, book, lambda: agreement.overview().to_dict(language), "language")


@router.get(
    "/parameters", operation_id="agreement_parameters", responses=answer("agreement-parameters-1", "The parameters.")
)
def parameters(
    request: Request,
    book: TheBook,
    caller: Reader,
    agreement: OfYear,
    awaited: Annotated[bool, Query(description="Only those that the document does not hold.")] = False,
) -> Response:
    """Every parameter with its clause; those that the document does not hold are awaited."""

    def found() -> dict[str, Any]:
        own = [entry for entry in agreement.parameters if not awaited or entry.value is None]
        return {"year": agreement.year, "parameters": [entry.to_dict() for entry in own]}

    return told(request, book, found, "awaited")


@router.get("/figures", operation_id="agreement_figures", responses=answer("agreement-figures-1", "The figures."))
def figures(
    request: Request,
    book: TheBook,
    caller: Reader,
    agreement: OfYear,
    on: Day = None,
    derived: Annotated[bool, Query(description="Only those that follow from printed ones.")] = False,
) -> Response:
    """The figures of targets, revaluations, tariff security and other clauses, and what follows from them."""

    def found() -> dict[str, Any]:
        data: dict[str, Any] = agreement.figures(on).to_dict()
        return data | {"figures": [figure for figure in data["figures"] if figure["derived"] or not derived]}

    return told(request, book, found, "on", "derived")


@router.get(
    "/agenda",
    operation_id="agreement_agenda",
    responses=answer("agreement-agenda-1", "Promises and facts; a calendar where that is accepted.", also=(CALENDAR,)),
)
def agenda(
    request: Request,
    book: TheBook,
    caller: Reader,
    agreement: OfYear,
    first: Annotated[str | None, Query(alias="from", description="The first day.")] = None,
    last: Annotated[str | None, Query(alias="to", description="The last day, included.")] = None,
    owner: Annotated[list[str] | None, Query(description="Of this owner only, such as cnmm; repeatable.")] = None,
    kind: Annotated[
        list[Literal["deliverable", "fact", "period", "relative", "start"]] | None,
        Query(description="Of this kind only; repeatable."),
    ] = None,
    language: Language = "en",
) -> Response:
    """The agreement's dated promises and facts, in the order of their days; also as iCalendar."""
    known = ("from", "to", "owner", "kind", "language")

    def asked() -> Any:
        return agreement.agenda(first=first, last=last, owners=owner or (), kinds=kind or ())

    if chosen(request, JSON, CALENDAR) == JSON:
        return told(request, book, lambda: asked().to_dict(language), *known, repeated=REPEATED)
    check_known(request, *known, repeated=REPEATED)
    tag = tag_of(book, None, "calendar")
    held = unchanged(request, tag)
    if held is not None:
        return held
    headers = {**headers_of(request, tag), **saved_as(f"agenda-{agreement.year}.ics")}
    return Response(agreement.agenda_calendar(asked(), language=language), media_type=CALENDAR, headers=headers)


@router.get("/budget", operation_id="agreement_budget", responses=answer("budget-1", "The table, with every check."))
def budget(request: Request, book: TheBook, caller: Reader, agreement: OfYear, language: Language = "en") -> Response:
    """The budget table of the annex, in thousands of euro: sources, uses, balance, each recomputed and checked."""
    return told(request, book, lambda: agreement.budget().to_dict(language), "language")


@router.get(
    "/indexation", operation_id="agreement_indexation", responses=answer("agreement-indexation-1", "The measures.")
)
def indexation(
    request: Request, book: TheBook, caller: Reader, agreement: OfYear, language: Language = "en"
) -> Response:
    """The selective index by category, as measures."""
    return told(request, book, lambda: agreement.indexation().to_dict(language), "language")


@router.get(
    "/dashboard", operation_id="agreement_dashboard", responses=answer("agreement-dashboard-1", "The dashboard.")
)
def dashboard(
    request: Request,
    book: TheBook,
    caller: Reader,
    agreement: OfYear,
    quarter: Annotated[str, Query(description="A quarter of the agreement.", examples=["2020-Q2"])],
    language: Language = "en",
) -> Response:
    """The follow-up of a quarter: budget lines, commitments due and overdue."""
    return told(request, book, lambda: agreement.dashboard(quarter).to_dict(language), "quarter", "language")

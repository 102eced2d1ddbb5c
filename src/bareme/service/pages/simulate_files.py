"""The files of a simulation: its charts, the scenario, the report, the draft circulars; all from the page's address."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from bareme.errors import InputError
from bareme.library import Book
from bareme.service.answering import saved_as
from bareme.service.books import TheBook
from bareme.service.caching import is_fresh
from bareme.service.pages.charts import chart_headers, has_charts
from bareme.service.pages.downloads import KINDS
from bareme.service.pages.languages import language_of
from bareme.service.pages.scenario_asked import Asked, asked_by
from bareme.service.pages.session import Visitor
from bareme.service.pages.simulate_results import CHARTS, Results, picture_of, results_of
from bareme.service.pages.site import page_tag
from bareme.service.problems import Problem
from bareme.service.scenarios import sent_scenario
from bareme.service.sharing import SIMULATING

router = APIRouter(include_in_schema=False)
DRAFTS = {
    ".txt": "text/plain; charset=utf-8",
    ".xlsx": KINDS["xlsx"],
    ".pdf": "application/pdf",
    ".html": "text/html; charset=utf-8",
}
"""The media type of a draft by the end of its name."""
NOTHING = "the address has no measure."
HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A page that is saved, or looked at alone."""


@router.get("/simulate/{name}.svg")
def chart(request: Request, book: TheBook, caller: Visitor, name: str) -> Response:
    """A chart; the page has its table too."""
    if name not in CHARTS or not has_charts():
        raise Problem("not_found", "There is no such chart.")
    headers = chart_headers(request, page_tag(request, book, name))
    if is_fresh(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    picture = picture_of(_found(request, book), name, language_of(request))
    return Response(picture, media_type="image/svg+xml", headers=headers)


@router.get("/simulate/scenario.toml")
def scenario_file(request: Request, book: TheBook, caller: Visitor) -> Response:
    """The scenario's file, for a colleague to review and for `bareme simulate`."""
    asked = _asked(request)
    sent_scenario(asked.text or "", name=asked.name)
    return _file((asked.text or "").encode("utf-8", "replace"), "scenario.toml", "application/toml")


@router.get("/simulate/report.{form}")
def report_file(request: Request, book: TheBook, caller: Visitor, form: str) -> Response:
    """Every figure as a report: a workbook, or one page."""
    from bareme.simulation.report import report_of
    from bareme.simulation.report_files import report_page, report_workbook

    if form not in ("xlsx", "html"):
        raise Problem("not_found", "A report is report.xlsx or report.html.")
    report = report_of(_found(request, book).simulation)
    if form == "xlsx":
        return _file(report_workbook(report), "simulation.xlsx", KINDS["xlsx"])
    return _file(report_page(report).encode("utf-8", "replace"), "simulation.html", DRAFTS[".html"])


@router.get("/simulate/draft.{form}")
def draft_file(
    request: Request, book: TheBook, caller: Visitor, form: str, series: str | None = None, language: str | None = None
) -> Response:
    """The projected circular of a series, marked as a draft."""
    from bareme.exchange.drafts.formats import SUFFIXES

    suffixes = {suffix: format for format, suffix in SUFFIXES.items()}
    suffix = f".{form}"
    if suffix not in suffixes:
        raise Problem("not_found", f"A draft is draft{', draft'.join(DRAFTS)}.")
    asked = _asked(request)
    with SIMULATING.one():
        scenario = sent_scenario(asked.text or "", name=asked.name)
        content = book.draft_scenario(scenario, suffixes[suffix], language, series)
    name = f"DRAFT-{(series or 'circular').replace('/', '-')}{suffix}"
    return _file(content, name, DRAFTS[suffix])


def _asked(request: Request) -> Asked:
    asked = asked_by(request.query_params)
    if asked.text is None:
        raise InputError(NOTHING)
    return asked


def _found(request: Request, book: Book) -> Results:
    found = results_of(book, _asked(request))
    if found is None:
        raise InputError(NOTHING)
    return found


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {**saved_as(name), "Cache-Control": "no-store", "Content-Security-Policy": HARMLESS}
    return Response(content, media_type=kind, headers=headers)

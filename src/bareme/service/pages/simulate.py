"""Measures on the tariffs: chosen in a form, sent as a file or the example; what they change, what it costs, who pays.

A scenario that is short stands in the address, so that it can be shared; a longer one, and files of volumes, are sent
and not kept.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData, UploadFile

from bareme.errors import InputError
from bareme.exchange.drafts.words import DRAFTED
from bareme.library import Book
from bareme.money import from_cents
from bareme.service.books import TheBook
from bareme.service.pages.charts import has_charts
from bareme.service.pages.forms import form_of as sent_form_of
from bareme.service.pages.languages import Words, language_of
from bareme.service.pages.measure_words import step_in_words
from bareme.service.pages.recent import recent_circulars
from bareme.service.pages.scenario_asked import (
    EXAMPLE,
    KINDS,
    MOST_ROWS,
    REGIMES,
    SCOPES,
    Asked,
    Row,
    asked_by,
    costing_of,
    form_of,
    number_of,
    packed,
    part_of,
)
from bareme.service.pages.session import Visitor
from bareme.service.pages.simulate_results import Results, drawn_inline, results_of
from bareme.service.pages.site import page, url
from bareme.service.pages.waiting import in_time
from bareme.service.scenarios import placed, text_of
from bareme.service.uploads import Uploaded, plain_name
from bareme.simulation.parts import PARTS

if TYPE_CHECKING:
    from bareme.simulation.options import CostingOptions

router = APIRouter(include_in_schema=False)
ON_A_PAGE = 40
"""So many changed lines stand on one page."""
SPARE = 2
"""So many empty measures a new form has."""
FILES = ("scenario", "volumes", "baskets")
TEXTS = ("text", "volumes", "envelope", "part", "vary")


@router.get("/simulate")
async def simulate(request: Request, book: TheBook, caller: Visitor) -> Response:
    """The page of a simulation; with no measure in the address, the form alone."""
    return await in_time(request, "simulate", partial(_simulated, request, book))


def _simulated(request: Request, book: Book) -> Response:
    asked, found, wrong = Asked(None), None, None
    try:
        asked = asked_by(request.query_params)
        found = results_of(book, asked)
    except InputError as error:
        wrong = str(error)
        asked = asked if asked.text or asked.rows else form_of(request.query_params)
    return _page(request, book, asked, found, wrong)


@router.post("/simulate")
async def simulate_file(request: Request, book: TheBook, caller: Visitor) -> Response:
    """A scenario that is sent: led to its own address where it is short and comes alone, else answered at once."""
    async with sent_form_of(request, files=len(FILES)) as form:
        files = {name: file for name in FILES if (file := await _file(form, name)) is not None}
        texts = {name: value for name in TEXTS if isinstance(value := form.get(name), str) and value.strip()}

    return await in_time(request, "simulate", partial(_answered, request, book, files, texts))


async def _file(form: FormData, name: str) -> Uploaded | None:
    """The file of a field; None where none was chosen."""
    given = form.get(name)
    if not isinstance(given, UploadFile):
        return None
    content = await given.read()
    return Uploaded(plain_name(given.filename or ""), content) if content else None


def _answered(request: Request, book: Book, files: dict[str, Uploaded], texts: dict[str, str]) -> Response:
    asked, found, wrong = Asked(None), None, None
    try:
        text = text_of(files.pop("scenario")) if "scenario" in files else texts.get("text")
        if text is None:
            raise InputError("choose a file with a scenario, or write one.")
        short = packed(text)
        if short is not None and not files:
            kept = {name: texts[name] for name in TEXTS[1:] if name in texts}
            costing_of(kept)
            return Response(status_code=303, headers={"Location": url("/simulate", {"s": short, **kept})})
        with TemporaryDirectory(prefix="bareme-") as folder:
            query = None if short is None else (("s", short),)
            asked = Asked(text, query=query, costing=_costing(files, texts, Path(folder)))
            found = results_of(book, asked, keep=False)
            found = drawn_inline(found, language_of(request)) if found is not None and has_charts() else found
    except InputError as error:
        wrong = str(error)
    return _page(request, book, asked, found, wrong, texts)


def _costing(files: dict[str, Uploaded], texts: dict[str, str], folder: Path) -> CostingOptions | None:
    """The volumes and baskets that were sent, or those of the example."""
    if not files:
        return costing_of(texts)
    from bareme.simulation.options import CostingOptions

    envelope, vary = (number_of(texts.get(name, "")) or None for name in ("envelope", "vary"))
    return CostingOptions(**placed(files, folder), envelope=envelope, vary=vary, part=part_of(texts))


def _page(
    request: Request,
    book: Book,
    asked: Asked,
    found: Results | None,
    wrong: str | None,
    texts: dict[str, str] | None = None,
) -> Response:
    start = _next_year(book)
    values: dict[str, Any] = {
        "asked": asked,
        "rows": [*asked.rows, *[Row()] * _spare(asked, "add" in request.query_params)],
        "start": asked.start or start.isoformat(),
        "on": asked.on or date(start.year - 1, 12, 31).isoformat(),
        "costs": {"part": part_of(request.query_params), **request.query_params, **(texts or {})},
        "kinds": tuple(KINDS),
        "scopes": SCOPES,
        "regimes": REGIMES,
        "parts": PARTS,
        "example": EXAMPLE,
        "most": MOST_ROWS,
        "held": sorted({one.series for one in recent_circulars(book) if one.series}),
        "found": found,
        "wrong": wrong,
        "first": _first(request.query_params.get("first", "0")),
        "has_chart": has_charts(),
        "drafted_in": DRAFTED,
        "of_cents": from_cents,
        "words_of": partial(step_in_words, t=Words(language_of(request))),
        "size": ON_A_PAGE,
        "place": lambda file, **more: url(file, [*(asked.query or ()), *more.items()]),
    }
    # The page holds a form's token, which is of this browser: it has no tag.
    return page(request, "simulate.html", "simulate", 400 if wrong else 200, **values)


def _spare(asked: Asked, add: bool) -> int:
    wanted = 1 if add and asked.rows else 0 if asked.rows else SPARE
    return max(0, min(wanted, MOST_ROWS - len(asked.rows)))


def _first(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _next_year(book: Book) -> date:
    """The first day after the last year that a circular of the book is for, and after this year."""
    years = [int(one.effective_from[:4]) for one in recent_circulars(book)]
    return date(max([datetime.now(UTC).year, *years]) + 1, 1, 1)

"""A document given on a page: what it says, what it changes; and, for an editor, into the book."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from bareme.book.considering import Considered
from bareme.book.intake import LoadResult
from bareme.circulars.heading import missing_of
from bareme.errors import InputError
from bareme.library import Book
from bareme.service.access import Caller
from bareme.service.asked import address_of
from bareme.service.books import TheBook
from bareme.service.pages.finding_words import grouped
from bareme.service.pages.forms import form_of, text_of
from bareme.service.pages.languages import Words, language_of
from bareme.service.pages.session import Visitor
from bareme.service.pages.site import page
from bareme.service.problems import Problem
from bareme.service.settings import Settings
from bareme.service.sharing import READING
from bareme.service.uploads import plain_name

router = APIRouter(include_in_schema=False)
GIVEN = ("number", "issued_on", "effective_on", "series")
"""What may be said of a document that does not say it."""
MOST_ROWS = 40
"""So many lines, findings and changes are shown; the interface has all of them."""


@router.get("/circulars/new")
async def choose(request: Request, caller: Visitor) -> Response:
    """The form to give a document."""
    return page(request, "upload.html", "about", **_nothing(caller))


@router.post("/circulars/new")
async def give(request: Request, book: TheBook, caller: Visitor) -> Response:
    """Read a document and set it beside the book; with a token, record it."""
    async with form_of(request, files=1) as form:
        _check(request, caller)
        document = await _file(form)
        given = {name: value for name in GIVEN if (value := text_of(form, name))}
        token, accepted = text_of(form, "token"), bool(text_of(form, "accept_findings"))
    if token and caller.role != "editor":
        raise Problem("not_allowed", "Recording needs a key with the role editor.")
    try:
        if token:
            options: dict[str, Any] = {"accept_findings": accepted, "author": caller.name}
            result = await run_in_threadpool(_record, book, document, token, options | given)
            if result.ok:
                place = f"/circulars/{address_of(result.circular or '')}"
                return Response(status_code=303, headers={"Location": place})
        found = await run_in_threadpool(_consider, book, document, given)
    except InputError as error:
        return page(request, "upload.html", "about", 400, **_nothing(caller) | {"wrong": str(error), "given": given})
    return page(request, "upload.html", "about", **_nothing(caller) | _told(found, given, Words(language_of(request))))


def _check(request: Request, caller: Caller) -> None:
    """Whoever is known may give a document to read; without a key only on this machine."""
    settings: Settings = request.app.state.settings
    if caller.role is None and not settings.is_loopback:
        raise Problem("key_needed", "Giving a document needs a key here.")


async def _file(form: FormData) -> tuple[str, bytes]:
    value = form.get("document")
    if not isinstance(value, UploadFile) or not value.filename:
        raise Problem("invalid_input", "The form holds no document.")
    return plain_name(value.filename), await value.read()


def _consider(book: Book, document: tuple[str, bytes], given: dict[str, str]) -> Considered:
    with READING.one():
        return book.consider(document, **given)


def _record(book: Book, document: tuple[str, bytes], token: str, options: dict[str, Any]) -> LoadResult:
    with READING.one():
        return book.accept(document, token, **options)


def _nothing(caller: Caller) -> dict[str, Any]:
    return {"found": None, "wrong": None, "given": {}, "missing": (), "may_record": caller.role == "editor"}


def _told(found: Considered, given: dict[str, str], t: Words) -> dict[str, Any]:
    """What a document comes to, as far as it is shown."""
    reading, difference = found.reading, found.difference
    return {
        "found": found,
        "given": given,
        "missing": missing_of(reading.circular),
        "lines": reading.lines[:MOST_ROWS],
        "findings": grouped(reading.findings[:MOST_ROWS], t),
        "errors": len(reading.findings.errors),
        "changed": () if difference is None else difference.changed[:MOST_ROWS],
    }

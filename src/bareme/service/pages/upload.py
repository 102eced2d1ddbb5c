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
from bareme.service.pages.forms import SESSION, form_of, text_of
from bareme.service.pages.languages import Words, language_of
from bareme.service.pages.session import Visitor
from bareme.service.pages.site import page
from bareme.service.problems import Problem
from bareme.service.settings import Settings
from bareme.service.sharing import READING
from bareme.service.state.drafts import MINUTES, Drafts
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
    drafts = _Drafts(request, caller)
    async with form_of(request, files=1) as form:
        _check(request, caller)
        draft, document = text_of(form, "draft"), await _file(form)
        given = {name: value for name in GIVEN if (value := text_of(form, name))}
        token, accepted = text_of(form, "token"), bool(text_of(form, "accept_findings"))
    if token and caller.role != "editor":
        raise Problem("not_allowed", "Recording needs a key with the role editor.")
    if document is None and draft:
        document = await run_in_threadpool(drafts.find, draft)
        if document is None:
            return page(request, "upload.html", "about", 400, **_nothing(caller) | {"gone": True, "given": given})
    if document is None:
        raise Problem("invalid_input", "The form holds no document.")
    try:
        if token:
            options: dict[str, Any] = {"accept_findings": accepted, "author": caller.name}
            result = await run_in_threadpool(_record, book, document, token, options | given)
            if result.ok:
                await run_in_threadpool(drafts.delete, draft)
                place = f"/circulars/{address_of(result.circular or '')}"
                return Response(status_code=303, headers={"Location": place})
        found = await run_in_threadpool(_consider, book, document, given)
    except InputError as error:
        return page(request, "upload.html", "about", 400, **_nothing(caller) | {"wrong": str(error), "given": given})
    kept = await run_in_threadpool(drafts.keep, draft, document)
    told = _told(found, given, Words(language_of(request))) | {"draft": kept}
    return page(request, "upload.html", "about", **_nothing(caller) | told)


class _Drafts:
    """The documents that are kept for who looks: an editor who signed in."""

    def __init__(self, request: Request, caller: Caller) -> None:
        self._drafts: Drafts = request.app.state.drafts
        self._session = request.cookies.get(SESSION, "") if caller.role == "editor" else ""

    def keep(self, draft: str, document: tuple[str, bytes]) -> str | None:
        """Keep a document, unless it is the draft that is kept; its id, None where it is not kept."""
        if not self._session:
            return None
        if draft and self.find(draft) == document:
            return draft
        return self._drafts.keep(self._session, *document)

    def find(self, draft: str) -> tuple[str, bytes] | None:
        """A draft of this session."""
        return self._drafts.find(self._session, draft) if self._session else None

    def delete(self, draft: str) -> None:
        """Forget one."""
        if self._session and draft:
            self._drafts.delete(self._session, draft)


def _check(request: Request, caller: Caller) -> None:
    """Whoever is known may give a document to read; without a key only on this machine."""
    settings: Settings = request.app.state.settings
    if caller.role is None and not settings.is_loopback:
        raise Problem("key_needed", "Giving a document needs a key here.")


async def _file(form: FormData) -> tuple[str, bytes] | None:
    """The document of a form; None where none was chosen."""
    value = form.get("document")
    if not isinstance(value, UploadFile) or not value.filename:
        return None
    return plain_name(value.filename), await value.read()


def _consider(book: Book, document: tuple[str, bytes], given: dict[str, str]) -> Considered:
    with READING.one():
        return book.consider(document, **given)


def _record(book: Book, document: tuple[str, bytes], token: str, options: dict[str, Any]) -> LoadResult:
    with READING.one():
        return book.accept(document, token, **options)


def _nothing(caller: Caller) -> dict[str, Any]:
    none: dict[str, Any] = {"found": None, "wrong": None, "gone": False, "draft": None, "minutes": MINUTES}
    return none | {"given": {}, "missing": (), "may_record": caller.role == "editor"}


def _told(found: Considered, given: dict[str, str], t: Words) -> dict[str, Any]:
    """What a document comes to, as far as it is shown."""
    reading, difference = found.reading, found.difference
    return {
        "found": found,
        "given": given,
        "missing": missing_of(reading.circular),
        "lines": reading.lines[:MOST_ROWS],
        "findings": grouped(reading.findings[:MOST_ROWS], t),
        "most": MOST_ROWS,
        "errors": len(reading.findings.errors),
        "changed": () if difference is None else difference.changed[:MOST_ROWS],
    }

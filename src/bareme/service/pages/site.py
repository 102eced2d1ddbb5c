"""What all pages share: the template, the language, the headers, the tag, problems as pages, files that pages load.

Whatever comes from a document or a person is escaped by Jinja; nothing is marked safe but charts that we drew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from bareme._version import __version__
from bareme.errors import BookError
from bareme.library import Book
from bareme.service.access import NOBODY, Caller
from bareme.service.caching import A_YEAR, is_fresh, tag_of
from bareme.service.pages.figures import day, days_in, euro, number, period
from bareme.service.pages.finding_words import WRITTEN_IN
from bareme.service.pages.forms import form_token, keep_form_cookie
from bareme.service.pages.labels import label_of, own_language
from bareme.service.pages.languages import COOKIE, LANGUAGES, Words, language_of
from bareme.service.problems import Problem

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing is loaded from elsewhere, no script or style stands in a page."""
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "txt": "text/plain"}
SECTIONS = (
    ("search", "/"),
    ("compare", "/compare"),
    ("estimate", "/estimate"),
    ("simulate", "/simulate"),
    ("agreement", "/agreements/2020"),
    ("about", "/about"),
)
"""The sections that the head of each page leads to: key of the words, address."""
DISPLAY = {"lang"}
"""Parameters of an address that say how a page looks, not what it says."""
router = APIRouter(include_in_schema=False)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bareme.service.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["sections"] = SECTIONS
    environment.globals["languages"] = LANGUAGES
    environment.globals["version"] = __version__
    environment.globals["asset"] = asset
    return environment


@cache
def _static() -> Mapping[str, bytes]:
    """The files that pages load, by name."""
    folder = files("bareme.service.pages").joinpath("static")
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}


@cache
def asset(name: str) -> str:
    """The address of a file that pages load; it changes with the file, so that browsers may keep it."""
    return f"/static/{hashlib.sha256(_static()[name]).hexdigest()[:12]}/{name}"


@router.get("/static/{stamp}/{name}")
def static(stamp: str, name: str) -> Response:
    """A file that pages load."""
    content = _static().get(name)
    if content is None:
        raise Problem("not_found", "There is no such file.")
    known = asset(name) == f"/static/{stamp}/{name}"
    kept = f"public, max-age={A_YEAR}, immutable" if known else "no-cache"
    kind = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    return Response(content, media_type=kind, headers={"Cache-Control": kept})


def page(
    request: Request, template: str, section: str, status: int = 200, tag: str | None = None, **values: Any
) -> Response:
    """A page from a template; `section` is the key of the section that it belongs to.

    `tag` is the ETag where the page is the same for the same address, language and book (`page_tag`).
    """
    language = language_of(request)
    caller: Caller = getattr(request.state, "caller", NOBODY)
    if tag and caller.key:
        tag = f'{tag[:-1]}-{caller.key}"'
    headers = {"Content-Security-Policy": POLICY, "Vary": "Accept-Language, Cookie, Accept-Encoding, HX-Request"}
    headers |= {"Cache-Control": "private, no-cache" if tag else "no-store", "Content-Language": language}
    headers |= {"ETag": tag} if tag else {}
    if tag and is_fresh(request, tag):
        return Response(status_code=304, headers=headers)
    words = Words(language)
    own: dict[str, Any] = {
        "t": words,
        "language": language,
        "section": section,
        "euro": partial(euro, language=language),
        "number": partial(number, language=language),
        "day": partial(day, language=language),
        "period": partial(period, language=language),
        "days_in": days_in,
        "here": partial(address, request),
        "url": url,
        "label_of": partial(label_of, language=language),
        "own_language": own_language,
        "written_in": WRITTEN_IN,
        "book_hash": _hash_of(request.app.state.book),
        "request_path": request.url.path,
        "caller": caller,
        "form_token": partial(form_token, request),
    }
    text = _environment().get_template(template).render(own | values)
    response = Response(text.encode("utf-8", "replace"), status, headers, "text/html; charset=utf-8")
    keep_form_cookie(request, response)
    if request.query_params.get("lang") in LANGUAGES:
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, language, A_YEAR, samesite="lax", httponly=True, secure=secure)
    return response


def _hash_of(book: Book) -> str:
    """The hash of the book, for the foot of a page; nothing where the book cannot be read, which the page then says."""
    try:
        return book.hash
    except BookError:
        return ""


def page_tag(request: Request, book: Book, *also: str) -> str:
    """The ETag of a page that only the book, the address and the language decide (and what `also` says)."""
    return tag_of(book, None, language_of(request), *also)


def address(request: Request, **changed: object) -> str:
    """The address of this page with parameters changed; None takes one away."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changed]
    kept += [(name, str(value)) for name, value in changed.items() if value is not None]
    return url(request.url.path, kept)


def url(path: str, query: Mapping[str, object] | list[tuple[str, str]] | None = None) -> str:
    """A path with a query; parameters that are None are left out."""
    pairs = list(query.items()) if isinstance(query, Mapping) else list(query or ())
    said = urlencode([(name, str(value)) for name, value in pairs if value is not None])
    return f"{path}?{said}" if said else path


def as_page(request: Request, problem: Problem) -> Response | None:
    """A problem as a page, where a browser asks at the address of a page: what was found, what to do, where to go."""
    of_programs = request.url.path.startswith(("/v1/", "/fhir/", "/metrics", "/openapi.json", "/static/"))
    if of_programs or "text/html" not in request.headers.get("accept", ""):
        return None
    if problem.code == "key_needed" and request.method in ("GET", "HEAD"):
        return Response(status_code=303, headers={"Location": url("/session", {"to": str(address(request))})})
    response = page(request, "problem.html", "", problem.status, problem=problem)
    response.headers.update(problem.headers)
    return response

"""What became known, newest first: as JSON, and as a feed (Atom, RFC 4287) that people can subscribe to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from bareme._version import __version__
from bareme.service.access import Reader
from bareme.service.answering import kept
from bareme.service.asked import Whole, address_of, check_known
from bareme.service.books import TheBook
from bareme.service.caching import headers_of, tag_of, unchanged
from bareme.service.openapi import answer, problems
from bareme.service.settings import Settings

if TYPE_CHECKING:
    from lxml.etree import _Element

    from bareme.exchange.search.results import Change, Changes

router = APIRouter(tags=["circulars"])
ATOM = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
_OWN: Any = {None: NAMESPACE}
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MOST = 1000
NOBODY = "bareme"
"""The author of an entry that names none: the package that ships it."""
Limit = Annotated[Whole, Query(description="So many on a page.", ge=1, le=MOST)]
Cursor = Annotated[str | None, Query(description="The `cursor` of the page before.")]


@router.get("/v1/changes", operation_id="changes", responses=answer("changes-1", "Entries of the book, newest first."))
def changes(request: Request, book: TheBook, caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """What became known: each entry of the book, with the lines that it added, changed and ended."""
    check_known(request, "limit", "cursor")
    return kept(request, tag_of(book), lambda: book.changes(limit, cursor).to_dict())


@router.get(
    "/v1/changes.atom",
    operation_id="changes_feed",
    response_class=Response,
    responses={200: {"description": "A feed.", "content": {ATOM: {}}}, **problems()},
)
def feed(request: Request, book: TheBook, caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """What became known, as a feed; the link `next` leads to what is older."""
    check_known(request, "limit", "cursor")
    base = base_of(request)
    tag = tag_of(book, None, "atom")
    held = unchanged(request, tag)
    if held is not None:
        return held
    text = atom(book.changes(limit, cursor), base, {"limit": str(limit), **({"cursor": cursor} if cursor else {})})
    return Response(
        text, media_type=ATOM, headers={**headers_of(request, tag), "Vary": "Accept-Encoding, Authorization, Host"}
    )


def base_of(request: Request) -> str:
    """The address of the service as people use it, without a slash at its end."""
    settings: Settings = request.app.state.settings
    return (settings.public_url or str(request.base_url)).rstrip("/")


def atom(found: Changes, base: str, asked: Mapping[str, str]) -> bytes:
    """The feed; whatever a document or a person wrote stands in it as text."""
    from lxml import etree

    root = etree.Element(f"{{{NAMESPACE}}}feed", nsmap=_OWN)
    here = f"{base}/v1/changes.atom"
    _add(root, "id", here)
    _add(root, "title", "bareme: what became known")
    _add(root, "updated", _moment(found.changes[0].recorded_at if found.changes else "1970-01-01T00:00:00+00:00"))
    _add(root, "generator", "bareme", version=__version__)
    _add(root, "link", rel="self", type=ATOM, href=f"{here}?{urlencode(asked)}")
    if found.cursor is not None:
        _add(root, "link", rel="next", type=ATOM, href=f"{here}?{urlencode({**asked, 'cursor': found.cursor})}")
    for change in found.changes:
        _entry(root, change, base)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _entry(root: _Element, change: Change, base: str) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", f"urn:bareme:entry:{change.id}")
    _add(entry, "title", f"{change.number}: {change.title or change.series or change.kind}")
    _add(entry, "updated", _moment(change.recorded_at))
    _add(_add(entry, "author"), "name", change.author or NOBODY)
    place = f"{base}/v1/circulars/{address_of(change.number)}"
    _add(entry, "link", rel="alternate", type="application/json", href=place)
    _add(entry, "category", term=change.kind)
    if change.series:
        _add(entry, "category", term=change.series)
    _add(entry, "summary", summary_of(change), type="text")


def summary_of(change: Change) -> str:
    """A change in a sentence or two."""
    from bareme.exchange.search.results import KINDS

    told = f"{KINDS[change.kind].capitalize()}. In force from {change.effective_from}, known from {change.known_from}."
    if change.lines is None:
        return told
    counts = f"{change.added} added, {change.changed} changed, {change.ended} ended"
    return f"{told} {change.lines} line{'s' * (change.lines != 1)}: {counts}."


def _moment(text: str) -> str:
    """A moment of the ledger as RFC 3339 has it."""
    return text.replace("+00:00", "Z")


def _add(parent: _Element, name: str, text: str | None = None, **attributes: str) -> _Element:
    from lxml import etree

    found = etree.SubElement(
        parent, f"{{{NAMESPACE}}}{name}", {key: _plain(value) for key, value in attributes.items()}
    )
    if text is not None:
        found.text = _plain(text)
    return found


def _plain(text: str) -> str:
    """Text without the signs that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)

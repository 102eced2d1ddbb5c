"""Prices that take microseconds are told at once, before the layers of the framework; all others go their way.

Only a price of the book as it is now, of an act like one that was asked before: what is asked stays nowhere but in the
mould of its tariff, which holds nothing of a patient. Who may ask is looked at here as everywhere.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response
from starlette.types import Scope

from bareme.errors import BookError, InputError
from bareme.library import Book
from bareme.service.access import reader
from bareme.service.caching import JSON, headers_of, is_fresh, tag_for
from bareme.service.problems import Problem
from bareme.service.state.database import StateError

FIRST, LAST = "/v1/codes/", "/price"
PATTERN = "/v1/codes/{code}/price"
NOT_AT_ONCE = frozenset(("as_known_on", "as_recorded_at", "code", "self"))
"""Parameters with which a price is looked up, and names that are no parameters but mean something to a function."""
MOST_DIGITS = 6
PLAIN = re.compile(r"[\w-]+=[\w-]*(?:&[\w-]+=[\w-]*)*", re.ASCII)
"""A query in which nothing is written in another way than it is meant."""
PACKED_FROM = 2048
"""An answer of so many bytes is packed for clients that take it so, which is not done here."""
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
"""Status, headers, body."""


async def at_once(app: FastAPI, scope: Scope) -> Answer | None:
    """The answer to a request for a price that is there already; None for every other request."""
    path: str = scope["path"]
    if not path.startswith(FIRST) or not path.endswith(LAST) or not app.state.answers_at_once:
        return None
    code = path[len(FIRST) : -len(LAST)]
    headers = dict(scope["headers"])
    if not code or "/" in code or b"origin" in headers:
        return None
    given = _given(scope["query_string"])
    if given is None:
        return None
    book: Book = app.state.book
    try:
        told = book.price_json_at_once(code, **given)
    except (InputError, BookError):
        return None
    if told is None or (len(told[1]) >= PACKED_FROM and b"gzip" in headers.get(b"accept-encoding", b"")):
        return None
    return await _allowed(app, Request(scope), *told)


async def _allowed(app: FastAPI, request: Request, hash: str, body: bytes) -> Answer | None:
    """The answer, where who asks may read; None where that cannot be told at the moment."""
    request.scope["app"] = app
    try:
        await reader(request)
    except Problem as problem:
        refused = problem.response()
        return refused.status_code, refused.raw_headers, bytes(refused.body)
    except StateError:
        return None
    tag = tag_for(hash)
    headers = headers_of(request, tag)
    if is_fresh(request, tag):
        return 304, Response(status_code=304, headers=headers).raw_headers, b""
    said = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    size = str(len(body)).encode()
    return 200, [*said, (b"content-length", size), (b"content-type", JSON.encode())], body


def _given(query: bytes) -> dict[str, Any] | None:
    """What a query gives; None where it must be looked at more closely."""
    text = query.decode("latin-1")
    plain = PLAIN.fullmatch(text) is not None
    items = [part.split("=") for part in text.split("&")] if plain else parse_qsl(text, keep_blank_values=True)
    given: dict[str, Any] = dict(items)
    if len(given) != len(items) or "on" not in given or not NOT_AT_ONCE.isdisjoint(given):
        return None
    units = given.get("quantity")
    if units is not None:
        if len(units) > MOST_DIGITS or not units.isascii() or not units.isdigit():
            return None
        given["quantity"] = int(units)
    return given

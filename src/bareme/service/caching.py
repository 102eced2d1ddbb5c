"""Answers as JSON with their ETag: of the book, of the rules and of the program; what was recorded never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from fastapi import Request, Response

from bareme._version import __version__
from bareme.library import Book
from bareme.periods import as_moment
from bareme.pricing.moulds import as_json as as_json
from bareme.pricing.ruleset import conventions_hash, rules_hash
from bareme.service.access import is_public

JSON = "application/json"
A_YEAR = 31_536_000


@cache
def _program() -> str:
    """What stands for the rules and the program."""
    return hashlib.sha256(f"{__version__} {rules_hash()} {conventions_hash()}".encode()).hexdigest()[:12]


def tag_of(book: Book, as_recorded_at: str | None = None, *also: str) -> str:
    """The ETag of an answer of a book, as recorded by a moment; `also` is what else the answer depends on."""
    moment = None if as_recorded_at is None else as_moment(as_recorded_at, "as_recorded_at")
    return tag_for(book.hash_at(moment), *also)


def tag_for(hash: str, *also: str) -> str:
    """The ETag of an answer of a book of this hash."""
    parts = [hash[:20], _program(), *also]
    return f'W/"{"-".join(parts)}"'


def is_fresh(request: Request, tag: str) -> bool:
    """True when the client holds the answer already."""
    given = request.headers.get("if-none-match")
    if given is None:
        return False
    held = [one.strip().removeprefix("W/") for one in given.split(",")]
    return "*" in held or tag.removeprefix("W/") in held


def headers_of(request: Request, tag: str, as_recorded_at: str | None = None) -> dict[str, str]:
    """The headers that say how long an answer holds: for good where it is of a moment that is past."""
    whose = "public" if is_public(request) else "private"
    lasting = as_recorded_at is not None and as_moment(as_recorded_at, "as_recorded_at") < datetime.now(UTC)
    kept = f"{whose}, max-age={A_YEAR}, immutable" if lasting else f"{whose}, no-cache"
    return {"ETag": tag, "Cache-Control": kept, "Vary": "Accept, Accept-Encoding, Authorization"}


def unchanged(request: Request, tag: str, as_recorded_at: str | None = None) -> Response | None:
    """The answer 304 where the client holds the answer already, else None."""
    if not is_fresh(request, tag):
        return None
    return Response(status_code=304, headers=headers_of(request, tag, as_recorded_at))


def answered(value: Any, headers: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(as_json(value), status, {"Cache-Control": "no-store"} if headers is None else dict(headers), JSON)

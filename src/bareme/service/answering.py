"""Forms of answers: what the client may hold already, NDJSON, and a file to be saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from bareme.service.caching import answered, as_json, headers_of, unchanged

NDJSON = "application/x-ndjson"
AT_ONCE = 200
"""So many values of NDJSON are made at once."""
LONGEST_NAME = 150


def kept(request: Request, tag: str, found: Callable[[], Any], as_recorded_at: str | None = None) -> Response:
    """What is found as JSON with its tag, or that the client holds it already; then nothing is looked for."""
    held = unchanged(request, tag, as_recorded_at)
    return answered(found(), headers_of(request, tag, as_recorded_at)) if held is None else held


def in_lines(values: Iterable[Any], headers: Mapping[str, str]) -> Response:
    """Values as NDJSON, sent while they are made."""
    return StreamingResponse(_lines(iter(values)), headers=headers, media_type=NDJSON)


def _lines(values: Iterator[Any]) -> Iterator[bytes]:
    while some := list(islice(values, AT_ONCE)):
        yield b"".join(as_json(value) + b"\n" for value in some)


def saved_as(name: str) -> dict[str, str]:
    """The header that has a browser save a file and never show it; nothing in a name can be more than a name."""
    short = name[:LONGEST_NAME]
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._- ") else "_" for sign in short)
    whole = quote(short.encode("utf-8", "replace"), safe="")
    return {"Content-Disposition": f"attachment; filename=\"{plain or 'document'}\"; filename*=UTF-8''{whole}"}

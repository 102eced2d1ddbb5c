"""Work of a page that may take long: answered at once where it is done soon, else the page says how long it takes.

The head of the page is sent, then a second more each second, then what was found, below; the style sheet takes the
waiting away. So it needs no script, and nothing is kept of what was asked. Who closes the page waits for nothing; the
work itself goes on to its end, and only a few are done at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from html import escape

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from bareme.service.pages.forms import form_token
from bareme.service.pages.site import page
from bareme.service.problems import problem_of

SOON = 2
"""Work that is done in so many seconds is answered as any other."""
EACH = 1
"""The page says after so many seconds that it is still waited for."""
_BEGIN, _END = b'<main id="main" tabindex="-1">', b"</main>"
_KINDS = ("content-security-policy", "content-language", "set-cookie", "vary")
log = logging.getLogger("bareme")


async def in_time(request: Request, section: str, work: Callable[[], Response]) -> Response:
    """The page that `work` makes in a thread, or one that waits for it; `Problem` as `work` says, where it is soon."""
    form_token(request)  # both pages have the cookie of the same forms
    made = asyncio.ensure_future(run_in_threadpool(work))
    done, _ = await asyncio.wait({made}, timeout=SOON)
    if done:
        return made.result()
    made.add_done_callback(_seen)
    before = await run_in_threadpool(page, request, "waiting.html", section)
    headers = [(name, value) for name, value in before.raw_headers if name.decode() in _KINDS]
    answer = StreamingResponse(_parts(request, bytes(before.body), made), media_type="text/html; charset=utf-8")
    # Packed, the parts would wait for one another; kept, half a page might stay.
    answer.raw_headers += [*headers, (b"content-encoding", b"identity"), (b"cache-control", b"no-store")]
    answer.raw_headers.append((b"x-accel-buffering", b"no"))
    return answer


def _seen(made: asyncio.Future[Response]) -> None:
    """Who closed the page does not ask what failed; nobody else is to tell it."""
    if not made.cancelled():
        made.exception()


async def _parts(request: Request, before: bytes, made: asyncio.Future[Response]) -> AsyncIterator[bytes]:
    head, _, rest = before.partition(b"<!--seconds-->")
    yield head
    seconds = SOON
    while not made.done():
        yield f"<span>{seconds} s</span> ".encode()
        await asyncio.wait({made}, timeout=EACH)
        seconds += EACH
    close = rest.partition(_END)[0]
    yield close + b'<div class="found">' + _content(await _told(request, made)) + b"</div>" + rest[len(close) :]


async def _told(request: Request, made: asyncio.Future[Response]) -> Response:
    """What came of the work; a failure as the page that says so."""
    try:
        return made.result()
    except Exception as error:
        problem = problem_of(error)
        if problem.code == "internal":
            log.exception("failed", extra={"path": request.url.path})
    return await run_in_threadpool(page, request, "problem.html", "", problem=problem)


def _content(told: Response) -> bytes:
    """What stands in the main part of a page; of one that leads elsewhere, the way there."""
    place = told.headers.get("location")
    if place is not None:
        return f'<p class="actions"><a class="button" href="{escape(place)}">{escape(place[:80])}</a></p>'.encode()
    return bytes(told.body).partition(_BEGIN)[2].rpartition(_END)[0]

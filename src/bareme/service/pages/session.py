"""Signing in with a key: a session in a cookie, for who looks at pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from bareme.service.access import NOBODY, Caller, reader
from bareme.service.pages.forms import FORMS, form_of, text_of
from bareme.service.pages.forms import SESSION as COOKIE
from bareme.service.pages.site import page
from bareme.service.state.drafts import Drafts
from bareme.service.state.sessions import LASTS, Sessions

router = APIRouter(include_in_schema=False)


async def visitor(request: Request) -> Caller:
    """Who looks at a page: who signed in, else whoever may read without a key."""
    secret = request.cookies.get(COOKIE)
    sessions: Sessions = request.app.state.sessions
    found = await run_in_threadpool(sessions.find, secret) if secret else None
    caller = found if found is not None else await reader(request)
    request.state.caller = caller
    return caller


Visitor = Annotated[Caller, Depends(visitor)]


@router.get("/session")
async def session(request: Request, to: str = "/") -> Response:
    """The page to sign in, or out."""
    secret = request.cookies.get(COOKIE)
    sessions: Sessions = request.app.state.sessions
    found = await run_in_threadpool(sessions.find, secret) if secret else None
    request.state.caller = found or NOBODY
    return page(request, "session.html", "", to=_local(to), signed=found, wrong=False)


@router.post("/session")
async def begin(request: Request) -> Response:
    """Sign in with a key."""
    async with form_of(request) as form:
        to, key = _local(text_of(form, "to", 500) or "/"), text_of(form, "key")
    found = await run_in_threadpool(request.app.state.keys.find, key)
    if found is None:
        request.state.caller = NOBODY
        return page(request, "session.html", "", 403, to=to, signed=None, wrong=True)
    sessions: Sessions = request.app.state.sessions
    old = request.cookies.get(COOKIE)
    if old:
        await run_in_threadpool(request.app.state.drafts.delete, old)
        await run_in_threadpool(sessions.end, old)
    secret = await run_in_threadpool(sessions.begin, found)
    response = Response(status_code=303, headers={"Location": to, "Cache-Control": "no-store"})
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, secret, LASTS, samesite="strict", httponly=True, secure=secure)
    response.delete_cookie(FORMS)
    return response


@router.post("/session/end")
async def end(request: Request) -> Response:
    """Sign out."""
    async with form_of(request):
        pass
    secret = request.cookies.get(COOKIE, "")
    drafts: Drafts = request.app.state.drafts
    await run_in_threadpool(drafts.delete, secret)
    sessions: Sessions = request.app.state.sessions
    await run_in_threadpool(sessions.end, secret)
    response = Response(status_code=303, headers={"Location": "/", "Cache-Control": "no-store"})
    response.delete_cookie(COOKIE)
    return response


def _local(to: str) -> str:
    """An address of this service, whatever was given."""
    is_ours = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() and to.isascii()
    return to if is_ours else "/"

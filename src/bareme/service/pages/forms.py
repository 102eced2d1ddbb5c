"""What keeps forms from being sent from elsewhere: a token bound to a cookie of this browser and to its session.

Where the browser says from where a form comes, it must be from here.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.datastructures import FormData

from bareme.service.problems import Problem

SESSION = "bareme_session"
FORMS = "bareme_form"
FIELD = "form"
"""The field that holds a form's token."""
MOST_FIELDS = 200


def form_token(request: Request) -> str:
    """The token of this browser's forms; the cookie behind it is made where there is none."""
    held = request.cookies.get(FORMS) or getattr(request.state, "form_cookie", None)
    if not held:
        held = request.state.form_cookie = secrets.token_urlsafe(24)
    return _token(held, request.cookies.get(SESSION, ""))


def keep_form_cookie(request: Request, response: Response) -> None:
    """Set the cookie of a token that was made for this answer."""
    made = getattr(request.state, "form_cookie", None)
    if made:
        secure = request.url.scheme == "https"
        response.set_cookie(FORMS, made, samesite="strict", httponly=True, secure=secure)


def _token(form: str, session: str) -> str:
    return hashlib.sha256(f"{form}\n{session}".encode()).hexdigest()


@asynccontextmanager
async def form_of(request: Request, files: int = 0) -> AsyncIterator[FormData]:
    """The form of a request that comes from a page of ours; `Problem` for one that does not."""
    _check_origin(request)
    async with request.form(max_files=files, max_fields=MOST_FIELDS) as form:
        given, held = form.get(FIELD), request.cookies.get(FORMS)
        expected = None if held is None else _token(held, request.cookies.get(SESSION, ""))
        if not isinstance(given, str) or expected is None or not hmac.compare_digest(given.encode(), expected.encode()):
            raise Problem(
                "not_allowed", "The form is not one that this service gave to this browser, or it is too old."
            )
        yield form


def _check_origin(request: Request) -> None:
    """`Problem` where the browser says that another site sends the form."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    elsewhere = site is not None and site not in ("same-origin", "none")
    if origin is not None and origin != "null":
        elsewhere = elsewhere or urlsplit(origin).netloc != request.headers.get("host")
    if elsewhere:
        raise Problem("not_allowed", "The form was sent from another site.")


def text_of(form: FormData, name: str, most: int = 200) -> str:
    """A field of a form as text, without what stands around it; empty where there is none."""
    value = form.get(name)
    return value.strip()[:most] if isinstance(value, str) else ""

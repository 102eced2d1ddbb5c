"""One shape for everything that goes wrong: problem details (RFC 9457), with a code and what to do."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from bareme.errors import BookChangedError, BookError, InputError, NotHeldError
from bareme.service.state.database import StateError

TYPE = "application/problem+json"
SECURE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Headers of every answer; pages bring a Content-Security-Policy of their own."""
log = logging.getLogger("bareme")
CODES = {
    "invalid_input": (400, "A parameter, a value or a file cannot be used; the detail says which and why."),
    "key_needed": (401, "The request needs a key: Authorization: Bearer KEY."),
    "not_allowed": (403, "The key is not for this, or the page that asks is not of this service."),
    "not_found": (404, "There is nothing at this address."),
    "method_not_allowed": (405, "The address does not take this method; the header Allow names those that it takes."),
    "too_slow": (408, "The body of the request did not come in time; send it again on a quicker connection."),
    "conflict": (
        409,
        "The book changed in between, or the request contradicts it; look again, then repeat.",
    ),
    "not_ready": (409, "The job has no result yet; ask for its state, and for the result when that is done."),
    "findings": (409, "The document has findings of severity error; look at them, then accept them."),
    "too_large": (413, "The body is larger than this service takes."),
    "no_such_part": (416, "The result has no such bytes; Content-Range says how many it has."),
    "unsupported_type": (415, "The body is of a type that the address does not take."),
    "unprocessable": (422, "The request is not of the shape that the address takes; the errors say where."),
    "too_many_requests": (
        429,
        "Too many requests of this key or address, or too many jobs are kept; Retry-After says when to ask again.",
    ),
    "internal": (500, "The service failed; it was logged under the id of the request."),
    "no_space": (507, "The service has no room left for the file; ask whoever runs it, or send a smaller one."),
    "book_unavailable": (503, "The book cannot be read or written at the moment; ask again a little later."),
    "state_unavailable": (503, "Keys and jobs cannot be read or written at the moment; ask again a little later."),
    "busy": (
        503,
        "The service has as much work of this kind as it can do; ask again when the header Retry-After says.",
    ),
}
"""Every problem: its status and what it means."""


@dataclass(eq=False)
class Problem(Exception):
    """A problem to answer: a code of `CODES`, what was found, and more members of the answer.

    It is not frozen: an exception gets its traceback when it is raised.
    """

    code: str
    detail: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return CODES[self.code][0]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the answer (schema problem-1)."""
        return {
            "type": f"urn:bareme:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "advice": CODES[self.code][1],
            **self.more,
        }

    def response(self) -> Response:
        """The answer."""
        body = json.dumps(self.to_dict(), ensure_ascii=False).encode("utf-8", "replace")
        return Response(body, self.status, {**self.headers, "Cache-Control": "no-store"}, TYPE)


def problem_of(error: Exception) -> Problem:
    """What an error is to who asked; of a state or a book that cannot be used the reason is logged and not told."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, NotHeldError):
        return Problem("not_found", str(error))
    if isinstance(error, BookChangedError):
        return Problem("conflict", str(error))
    if isinstance(error, InputError):
        return Problem("invalid_input", str(error))
    for kind, code, what in (
        (StateError, "state_unavailable", "Keys and jobs"),
        (BookError, "book_unavailable", "The book"),
    ):
        if isinstance(error, kind):
            log.error(code, extra={"reason": str(error)})
            return Problem(code, f"{what} cannot be used at the moment.")
    return Problem("internal", "The service failed.")


def answer_to(request: Request, problem: Problem) -> Response:
    """The answer to a problem: a page where a browser asks for one."""
    as_page: Callable[[Request, Problem], Response | None] | None = getattr(request.app.state, "as_page", None)
    found = None if as_page is None else as_page(request, problem)
    return problem.response() if found is None else found


def add_handlers(app: FastAPI) -> None:
    """Have every error of an application answered as a problem."""

    async def _known(request: Request, error: Exception) -> Response:
        return answer_to(request, problem_of(error))

    for kind in (Problem, InputError, StateError, BookError, Exception):
        app.add_exception_handler(kind, _known)

    @app.exception_handler(RequestValidationError)
    async def _shape(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = [{"in": list(map(str, one["loc"])), "found": one["msg"]} for one in error.errors()[:20]]
        return answer_to(
            request, Problem("unprocessable", "The request is not of the right shape.", {"errors": errors})
        )

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        known = {status: code for code, (status, _) in reversed(CODES.items())}
        code = known.get(error.status_code, "invalid_input" if error.status_code < 500 else "internal")
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = request.app.state.methods.of(request.url.path)
        return answer_to(request, Problem(code, f"{error.detail}.".replace("..", "."), headers=headers))

"""Around every answer: an id, secure headers, a limit to what is read, HEAD as GET without a body, one line in the log.

The log names the address without its query, the method, the status, bytes, microseconds, the id: nothing of a patient.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bareme.service.patience import Body, SlowClient
from bareme.service.problems import SECURE, Problem
from bareme.service.quick import PATTERN, Answer
from bareme.service.settings import Settings

UPLOADS = ("/v1/price-files",)
"""Addresses that take large files."""
CLOSING = {"Connection": "close"}
"""A client whose body is not read to its end is let go."""
_SECURE = [(name.lower().encode(), value.encode()) for name, value in SECURE.items()]
_NAMES = frozenset(name for name, _ in _SECURE)
log = logging.getLogger("bareme.access")
AtOnce = Callable[[Scope], Awaitable[Answer | None]]
"""Answers what is answered before the layers of the framework; None for all else."""
Observe = Callable[[str, str, int, int], None]
"""Takes method, the pattern of the address, status and microseconds of an answer."""
Telling = Callable[[Scope, Problem], ASGIApp]
"""Makes the answer to a problem that is seen before the application is asked."""


class Envelope:
    """The outermost layer of the service."""

    def __init__(self, app: ASGIApp, settings: Settings, observe: Observe, at_once: AtOnce, answer: Telling) -> None:
        self.app, self.settings, self.observe, self.at_once, self.answer = app, settings, observe, at_once, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await _Exchange(self, scope, receive, send).run()

    def limit_for(self, path: str) -> int:
        """How large a body may be."""
        large = any(path == place or path.startswith(f"{place}/") for place in UPLOADS)
        return self.settings.most_upload if large else self.settings.most_body


class _Exchange:
    """One request and its answer."""

    def __init__(self, around: Envelope, scope: Scope, receive: Receive, send: Send) -> None:
        self.around, self.scope, self._receive, self._send = around, dict(scope), receive, send
        self.method = scope["method"]
        self.id = os.urandom(16).hex()
        self.route = ""
        self.status, self.sent = 500, 0
        self._body = Body(receive)
        self.started = False
        self.limit = around.limit_for(scope["path"])
        self.start = time.perf_counter_ns()

    async def run(self) -> None:
        """Have the request answered, and log it."""
        if self.method == "HEAD":
            self.scope["method"] = "GET"
        self.scope.setdefault("state", {})["request_id"] = self.id
        try:
            if self._says_too_much():
                await self._too_large(self.scope, self._receive, self.send)
            elif not await self._told_at_once():
                await self.around.app(self.scope, self.receive, self.send)
        except Exception:
            logging.getLogger("bareme").exception("failed", extra={"request": self.id, "path": self._pattern()})
            if not self.started:
                failed = Problem("internal", "The service failed.").response()
                await failed(self.scope, self._receive, self.send)
        finally:
            self._tell()

    async def _told_at_once(self) -> bool:
        told = await self.around.at_once(self.scope) if self.scope["method"] == "GET" else None
        if told is None:
            return False
        status, headers, body = told
        self.route = PATTERN
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})
        return True

    def _says_too_much(self) -> bool:
        said: bytes = next((value for name, value in self.scope["headers"] if name == b"content-length"), b"")
        return said.isdigit() and int(said[:18]) > self.limit

    async def _too_large(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = Problem("too_large", f"The body is over {self.limit} bytes.", headers=CLOSING)
        await self.around.answer(self.scope, refused)(scope, receive, send)

    async def receive(self) -> Message:
        """A part of the request's body, counted."""
        try:
            message = await self._body.next()
        except SlowClient:
            raise HTTPException(408, "The body did not come in time", CLOSING) from None
        if self._body.read > self.limit:
            raise HTTPException(413, f"The body is over {self.limit} bytes", CLOSING)
        return message

    async def send(self, message: Message) -> None:
        """A part of the answer, with the headers that all have."""
        if message["type"] == "http.response.start":
            self.started, self.status = True, message["status"]
            headers = list(message.get("headers", ()))
            own = _NAMES.intersection([name for name, _ in headers])
            headers += [one for one in _SECURE if one[0] not in own] if own else _SECURE
            headers.append((b"x-request-id", self.id.encode()))
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body":
            if self.method == "HEAD":
                message = {**message, "body": b""}
            self.sent += len(message.get("body", b""))
        await self._send(message)

    def _pattern(self) -> str:
        """The address without what stands in it."""
        return self.route or str(getattr(self.scope.get("route"), "path", "")) or "none"

    def _tell(self) -> None:
        took = (time.perf_counter_ns() - self.start) // 1000
        pattern = self._pattern()
        self.around.observe(self.method, pattern, self.status, took)
        if log.isEnabledFor(logging.INFO):
            said = {"method": self.method, "path": pattern, "status": self.status, "bytes": self.sent}
            log.info("answered", extra={**said, "microseconds": took, "request": self.id})

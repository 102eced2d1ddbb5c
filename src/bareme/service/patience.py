"""How long a client may take: the head of a request comes soon, its body keeps coming, or the connection is closed.

A client that sends a byte now and then would else hold a connection, and what was read of its body, for good.
"""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import Any

from starlette.types import Message, Receive
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bareme.service.problems import SECURE, Problem

HEAD_SECONDS = 15
"""A request's head must be whole so many seconds after its connection, or its first byte."""
BODY_SECONDS = 30
"""A body must be whole so many seconds after the head, and a second more for each `SLOWEST` bytes."""
SLOWEST = 16 * 1024
MOST_HEAD = 64 * 1024
"""The address and the headers of a request are no more bytes than this."""
SECOND = 1_000_000_000


class SlowClient(Exception):
    """A body does not come."""


class Patient(HttpToolsProtocol):
    """uvicorn's protocol, with a limit to the head of a request: its seconds and its bytes."""

    _waiting: asyncio.TimerHandle | None = None
    _head = 0
    _in_head = False

    def connection_made(self, transport: Any) -> None:
        """From now on a head is waited for."""
        super().connection_made(transport)
        self._in_head = True
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes: of a head if no request is under way."""
        idle = self.cycle is None or self.cycle.response_complete
        if idle and not self._in_head:
            self._in_head, self._head = True, 0
        if self._in_head:
            self._head += len(data)
            if self._head > MOST_HEAD and len(data) < MOST_HEAD:
                self.transport.close()
                return
        super().data_received(data)
        if self._in_head and self._waiting is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._in_head = False
        self._stop()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP: a problem too, with the headers that every answer has."""
        answer = Problem("invalid_input", f"{msg.rstrip('.')}.").response()
        said = {**SECURE, **dict(answer.headers), "Connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        status = f"HTTP/1.1 {answer.status_code} {HTTPStatus(answer.status_code).phrase}\r\n"
        self.transport.write(f"{status}{head}\r\n".encode("latin-1") + bytes(answer.body))
        self.transport.close()

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


class Body:
    """The body of a request as it comes; `SlowClient` where it does not."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._since = time.monotonic_ns()
        self._whole = False
        self.read = 0

    async def next(self) -> Message:
        """The next part."""
        if self._whole:
            return await self._receive()
        until = self._since + (BODY_SECONDS + self.read // SLOWEST) * SECOND
        try:
            left = max(0, until - time.monotonic_ns()) // SECOND
            async with asyncio.timeout(left):
                message = await self._receive()
        except TimeoutError:
            raise SlowClient from None
        if message["type"] == "http.request":
            self.read += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
        return message

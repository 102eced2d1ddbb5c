"""Hostile clients of a real server: refused or served, and others go on being served."""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from bareme.service import patience
from bareme.service.app import create_app
from bareme.service.settings import Settings

ASKED = b"GET /v1/codes/565014/price?on=2026-03-01&regime=ordinary HTTP/1.1\r\nHost: x\r\n"
HEALTH = b"GET /v1/health HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /v1/prices HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
MARK = "zq9mark7"
"""Stands in requests, and must not stand in the log."""
MOST_GROWTH = 150 * 1024
"""Kilobytes by which the server may grow under attack."""


@dataclass
class Server:
    """A server on a port of this machine."""

    port: int
    process: int | None = None
    log: Path | None = None

    def talk(self, *parts: bytes, wait: int = 20) -> bytes:
        """What is answered to some bytes, until the server closes or answers in full."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            with contextlib.suppress(OSError):
                for part in parts:
                    connection.sendall(part)
            return _all(connection)

    def kilobytes(self) -> int:
        """The memory that the process holds now."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.process}/status").read_text())
        return int(found[1]) if found else 0


def _all(connection: socket.socket) -> bytes:
    """All that comes until the connection is closed."""
    found = b""
    with contextlib.suppress(OSError):
        while part := connection.recv(65536):
            found += part
    return found


def _free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _until_it_answers(server: Server) -> None:
    for _ in range(400):
        with contextlib.suppress(OSError):
            if server.talk(b"GET /v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith(
                b"HTTP/1.1 200"
            ):
                return
        time.sleep(0.05)
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`bareme serve` in a process of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    port, log = _free(), folder / "log"
    command = [sys.executable, "-m", "bareme", "serve", "--port", str(port), "--book", str(folder / "none.sqlite")]
    variables = {**os.environ, "BAREME_MOST_BODY": str(1 << 20), "BAREME_STATE": str(folder / "state.sqlite")}
    with log.open("wb") as file, subprocess.Popen(command, stderr=file, env=variables) as process:
        found = Server(port, process.pid, log)
        _until_it_answers(found)
        yield found
        process.terminate()


def close(request: bytes) -> bytes:
    """A request after whose answer the connection is closed."""
    return request + b"Connection: close\r\n\r\n"


def get(address: bytes) -> bytes:
    """A request for an address."""
    return close(b"GET " + address + b" HTTP/1.1\r\nHost: x\r\n")


def status(answer: bytes) -> int:
    """The status of the first answer."""
    return int(answer.split(b" ", 2)[1])


def post(body: bytes, more: bytes = b"") -> bytes:
    """A basket."""
    return POST + b"Connection: close\r\n" + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


REFUSED = {
    "no HTTP at all": (b"\x16\x03\x01\x02\x00\x01" * 40 + b"\r\n\r\n", {400}),
    "a head without end": (ASKED + b"X: " + b"a" * 500_000, set()),
    "a thousand headers": (ASKED + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 200) for n in range(1000)) + b"\r\n", set()),
    "two lengths": (post(b"{}", b"Content-Length: 5\r\n"), {400}),
    "a length and chunks": (post(b"{}", b"Transfer-Encoding: chunked\r\n"), {400}),
    "a negative length": (b"POST /v1/prices HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", {400}),
    "a length without end": (
        b"POST /v1/prices HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 60 + b"\r\n\r\n",
        {400, 413},
    ),
    "a body over the limit": (post(b"[" * (2 << 20)), {413}),
    "a line break in an address": (
        close(b"GET /v1/codes/%0d%0aX-Evil:%201/price?on=2026-03-01 HTTP/1.1\r\nHost: x\r\n"),
        {200},
    ),
    "a header in a header": (close(ASKED + b"If-None-Match: a\rX-Evil: 1\r\n"), {400, 200}),
    "an address of bytes": (close(b"GET /v1/codes/\xff\xfe/price HTTP/1.1\r\nHost: x\r\n"), {400, 404, 422}),
    "NUL bytes": (close(b"GET /v1/codes/%00/price?on=%00 HTTP/1.1\r\nHost: x\r\n"), {400}),
    "SQL": (close(b"GET /v1/codes/1'%20OR%20'1'='1/price?on=2026-03-01 HTTP/1.1\r\nHost: x\r\n"), {200}),
    "HTML": (close(b"GET /v1/codes/%3Cscript%3E/price?on=2026-03-01 HTTP/1.1\r\nHost: x\r\n"), {200}),
    "a way out": (close(b"GET /v1/codes/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\n"), {400, 404}),
    "another way out": (close(b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n"), {400, 404}),
    "a method of nobody": (close(b"BREW /v1/health HTTP/1.1\r\nHost: x\r\n"), {400, 405}),
    "a delete": (close(b"DELETE /v1/codes/565014/price HTTP/1.1\r\nHost: x\r\n"), {405}),
    "an accept of nonsense": (close(ASKED + b"Accept: ;;q=,,\xff/*;q=NaN\r\n"), {200}),
    "a key that is none": (close(ASKED + b"Authorization: Bearer " + MARK.encode() + b"\r\n"), {401}),
    "a key of bytes": (close(ASKED + b"Authorization: Bearer \xff\xfe\r\n"), {401}),
    "deep JSON": (post(b'{"acts": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"), {422}),
    "long numbers": (
        post(b'{"acts": [{"code": "565014", "on": "2026-03-01", "age": ' + b"9" * 200_000 + b"}]}"),
        {400, 422},
    ),
    "not UTF-8": (post(b'{"acts": "\xff\xfe"}'), {422}),
    "UTF-16": (post('{"acts": []}'.encode("utf-16")), {422}),
    "patients in a basket": (post(json.dumps({"acts": [{"code": MARK, "on": MARK}]}).encode()), {400}),
    "a patient in a query": (
        close(b"GET /v1/codes/565014/price?on=" + MARK.encode() + b" HTTP/1.1\r\nHost: x\r\n"),
        {400},
    ),
}
"""Each what is sent, and the statuses that it may get; none: the connection may be closed without an answer."""


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_sent_to_harm_is_refused_or_served(server: Server, name: str) -> None:
    sent, expected = REFUSED[name]
    answer = server.talk(sent)
    if expected:
        assert status(answer) in expected, answer[:300]
    if answer:
        assert status(answer) == 200 or b"content-type: application/problem+json" in answer
        assert b"x-content-type-options: nosniff" in answer.lower()
    assert b"\nx-evil" not in answer.lower()
    assert b"root:" not in answer
    assert b"<script>" not in answer or b"content-type: application/json" in answer
    assert status(server.talk(close(ASKED))) == 200


def test_requests_in_one_go_are_answered_in_order(server: Server) -> None:
    answers = server.talk(b"".join((ASKED + b"\r\n", b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", close(ASKED))))
    assert [int(found) for found in re.findall(rb"HTTP/1\.1 (\d+)", answers)] == [200, 404, 200]


def test_an_endless_body_in_chunks_is_cut(server: Server) -> None:
    before = server.kilobytes()
    head = (
        b"POST /v1/prices HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    piece = b"%x\r\n%s\r\n" % (65536, b" " * 65536)
    answer = server.talk(head, *[piece] * 200, wait=10)
    assert not answer or status(answer) == 413
    assert server.kilobytes() - before < MOST_GROWTH
    assert status(server.talk(close(ASKED))) == 200


def test_slow_clients_do_not_keep_others_waiting(server: Server) -> None:
    """Some hundred connections that send a byte now and then: others are served, and memory stays."""
    before = server.kilobytes()
    many = min(400, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 3)
    slow = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(many)]
    try:
        for connection in slow:
            connection.sendall(b"GET /v1/hea")
        for _ in range(3):
            for connection in slow:
                with contextlib.suppress(OSError):
                    connection.sendall(b"l")
            assert status(server.talk(close(ASKED), wait=5)) == 200
        assert server.kilobytes() - before < MOST_GROWTH
    finally:
        for connection in slow:
            connection.close()


def test_nothing_that_was_sent_is_in_the_log(server: Server) -> None:
    """Runs after the others: what they sent, keys among it, stands nowhere."""
    assert server.log is not None
    text = server.log.read_text()
    assert '"event": "answered"' in text
    assert MARK not in text
    assert "Traceback" not in text
    assert '"failed"' not in text


@pytest.fixture
def impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of this process that waits a second only."""
    monkeypatch.setattr(patience, "HEAD_SECONDS", 1)
    monkeypatch.setattr(patience, "BODY_SECONDS", 1)
    port = _free()
    app = create_app(Settings(book=str(tmp_path / "none.sqlite"), state=str(tmp_path / "state.sqlite")))
    config = uvicorn.Config(app, port=port, http=patience.Patient, log_config=None, access_log=False)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    found = Server(port)
    _until_it_answers(found)
    yield found
    running.should_exit = True
    thread.join()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"", b""),
        (b"GET /v1/hea", b""),
        (ASKED + b"\r\nGET /v1/he", b"HTTP/1.1 200"),
        (b"POST /v1/prices HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", b"HTTP/1.1 408"),
    ],
)
def test_who_sends_no_more_is_let_go(impatient: Server, sent: bytes, expected: bytes) -> None:
    started = time.monotonic_ns()
    assert impatient.talk(sent).startswith(expected)
    assert time.monotonic_ns() - started < 15_000_000_000

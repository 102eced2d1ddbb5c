"""Run the service: one process or several on one socket, ended gracefully."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from bareme.errors import InputError
from bareme.service.logs import set_up
from bareme.service.patience import Patient
from bareme.service.settings import Settings

GIVEN = "BAREME_SERVICE_SETTINGS"
"""How worker processes are told the settings of the first one."""
COUNTERS = "PROMETHEUS_MULTIPROC_DIR"
"""Where Prometheus's library lets processes add up their counters."""
WAITING = 2048
"""So many connections may wait to be taken."""
log = logging.getLogger("bareme")


def run(settings: Settings) -> None:
    """Answer until a signal says stop; `BaremeError` where the book, the state or the address cannot be used."""
    set_up(settings.log_level)
    with contextlib.closing(listening(settings.host, settings.port)) as sock:
        host, port = sock.getsockname()[:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        _check(settings)
        if settings.workers == 1:
            from bareme.service.app import create_app

            app = create_app(settings)
            _listen(sock, address)
            with contextlib.suppress(KeyboardInterrupt):
                uvicorn.Server(uvicorn.Config(app, **_options(settings))).run([sock])
            return
        _run_several(settings, sock, address)


def _check(settings: Settings) -> None:
    """Whatever is wrong with the settings is said before any process answers, also of a file that is no book or state.

    Servers may come later: until they are there the service says that it is not ready.
    """
    from bareme.library import open_book
    from bareme.service.state.places import state_of

    state, book = state_of(settings), open_book(settings.book)
    if isinstance(state.address, Path):
        state.check()
    if isinstance(book.address, Path):
        _ = book.hash
    state.close()


def _run_several(settings: Settings, sock: socket.socket, address: str) -> None:
    os.environ[GIVEN] = settings.model_dump_json()
    counters = tempfile.mkdtemp(prefix="bareme-counters-")
    os.environ[COUNTERS] = counters
    try:
        config = uvicorn.Config(
            "bareme.service.running:worker", factory=True, workers=settings.workers, **_options(settings)
        )
        _listen(sock, address)
        Multiprocess(config, [sock]).run()
    finally:
        shutil.rmtree(counters, ignore_errors=True)


def _listen(sock: socket.socket, address: str) -> None:
    """From now on who connects is answered, if not at once."""
    sock.listen(WAITING)
    log.info("listening", extra={"where": address})


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "http": Patient,
        "ws": "none",
        "log_config": None,
        "backlog": WAITING,
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": settings.grace,
        "timeout_keep_alive": 30,
        "h11_max_incomplete_event_size": 64 * 1024,
        "proxy_headers": settings.behind_proxy,
        "forwarded_allow_ips": "127.0.0.1,::1" if settings.behind_proxy else "",
    }


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to an address; `InputError` where it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        sock = socket.socket(family, kind, protocol)
    except OSError as error:
        raise InputError(f"host: {host} is no address of this machine ({error.strerror or error}).") from None
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
    except OSError as error:
        sock.close()
        reason = error.strerror or error
        raise InputError(f"{host}, port {port}: {reason}. Choose another with --host or --port.") from None
    sock.set_inheritable(True)
    return sock


def worker() -> FastAPI:
    """The application of a worker process."""
    from bareme.service.app import create_app

    settings = Settings(**json.loads(os.environ[GIVEN]))
    set_up(settings.log_level)
    return create_app(settings)

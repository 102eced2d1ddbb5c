"""Run the service: one process or several on one address, ended gracefully."""

from __future__ import annotations

import json
import os
from typing import Any

import uvicorn
from fastapi import FastAPI

from bareme.service.logs import set_up
from bareme.service.patience import Patient
from bareme.service.settings import Settings

GIVEN = "BAREME_SERVICE_SETTINGS"
"""How worker processes are told the settings of the first one."""
GRACE = 30
"""Seconds that requests under way get to end."""


def run(settings: Settings) -> None:
    """Answer until a signal says stop; `BookError` or `InputError` where the book or the state cannot be opened."""
    from bareme.service.app import create_app

    set_up(settings.log_level)
    common: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "http": Patient,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": GRACE,
        "timeout_keep_alive": 30,
        "h11_max_incomplete_event_size": 64 * 1024,
        "proxy_headers": settings.behind_proxy,
        "forwarded_allow_ips": "127.0.0.1,::1" if settings.behind_proxy else "",
    }
    if settings.workers == 1:
        uvicorn.run(create_app(settings), **common)
        return
    create_app(settings)
    os.environ[GIVEN] = json.dumps(settings.model_dump())
    uvicorn.run("bareme.service.running:worker", factory=True, workers=settings.workers, **common)


def worker() -> FastAPI:
    """The application of a worker process."""
    from bareme.service.app import create_app

    settings = Settings(**json.loads(os.environ[GIVEN]))
    set_up(settings.log_level)
    return create_app(settings)

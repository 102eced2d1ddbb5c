"""Structured logs: one JSON object a line on stderr. Nothing of a request's query or body is ever logged."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

FIELDS = ("method", "path", "status", "bytes", "microseconds", "request", "reason", "job", "key", "where")
"""What a line may say beside its time, level and event."""


_ENCODER = json.JSONEncoder(ensure_ascii=False)


class OneLine(logging.Formatter):
    """A record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        said: dict[str, Any] = {
            "at": f"{_second(int(record.created))}.{int(record.msecs):03}+00:00",
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        said |= {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        if record.exc_info and record.exc_info[0] is not None:
            said["failed"] = record.exc_info[0].__name__
            said["where"] = _places(record)
        return _ENCODER.encode(said)


@lru_cache(maxsize=2)
def _second(since_1970: int) -> str:
    return datetime.fromtimestamp(since_1970, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _places(record: logging.LogRecord) -> list[str]:
    """Where a failure came through, without what was said: a message may hold what a client sent."""
    import traceback

    found = traceback.extract_tb(record.exc_info[2] if record.exc_info else None)
    return [f"{place.filename.rpartition('/')[2]}:{place.lineno} {place.name}" for place in found[-8:]]


def set_up(level: str) -> None:
    """Log in this form from a level on, once."""
    # What no line says is not looked up: neither threads and processes nor the place in the code.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # as Python's manual of logging advises
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = name != "uvicorn.access"

"""The time of the state: whole milliseconds since 1970, UTC; shown as ISO."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

SECOND = 1000
_START = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> int:
    """This moment."""
    return time.time_ns() // 1_000_000


def shown(moment: int | None) -> str | None:
    """A moment for people and programs.

    >>> shown(1_764_547_200_000)
    '2025-12-01T00:00:00Z'
    """
    if moment is None:
        return None
    return (_START + timedelta(milliseconds=moment)).strftime("%Y-%m-%dT%H:%M:%SZ")

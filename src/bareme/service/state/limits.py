"""How often one key, or one address, may ask: a bucket that holds a minute's requests and fills evenly.

The buckets are in the state, so that all processes share them; a process takes several requests at a time from one, and
forgets what it did not use within `HELD` seconds; who was refused is refused without asking until there is room. So the
state is not written at every request, and a flood does not reach it.
"""

from __future__ import annotations

import hashlib
import threading
import time
from typing import Any

from sqlalchemy import case, delete, insert, select, update

from bareme.service.state.clock import now
from bareme.service.state.database import State
from bareme.service.state.tables import limits

MINUTE = 60_000
BILLION = 1_000_000_000
HELD = 2
"""Seconds that a process keeps requests that it took and did not use."""
PARTS = 20
"""A process takes at most this part of a minute's requests at a time."""
MOST_HELD = 10_000


class Limiter:
    """The limit of a service: so many requests a minute of each who asks; 0 is no limit."""

    def __init__(self, state: State, rate: int) -> None:
        self.rate = rate
        self._state = state
        self._lock = threading.Lock()
        self._held: dict[str, tuple[int, int]] = {}
        self._refused: dict[str, int] = {}

    def take_held(self, who: str) -> bool:
        """Take a request from those that this process holds; False where the state must be asked."""
        with self._lock:
            left, until = self._held.get(who, (0, 0))
            if left < 1 or until < time.monotonic_ns():
                return False
            self._held[who] = (left - 1, until)
            return True

    def take(self, who: str) -> int | None:
        """None where the request may be answered, else the seconds until one may."""
        if self.take_held(who):
            return None
        left = self._refused.get(who, 0) - time.monotonic_ns()
        if left > 0:
            return -(-left // BILLION)
        wait: int | None = None
        for wanted in dict.fromkeys((max(1, self.rate // PARTS), 1)):
            wait = self._from_state(who, wanted)
            if wait is None:
                with self._lock:
                    if len(self._held) >= MOST_HELD:
                        self._held.clear()
                    self._held[who] = (wanted - 1, time.monotonic_ns() + HELD * BILLION)
                return None
        assert wait is not None
        with self._lock:
            if len(self._refused) >= MOST_HELD:
                self._refused.clear()
            self._refused[who] = time.monotonic_ns() + wait * BILLION
        return wait

    def _from_state(self, who: str, wanted: int) -> int | None:
        """Take so many requests from the bucket; None where they were there, else the seconds until they are."""
        moment, cost = now(), -(-wanted * MINUTE // self.rate)
        name = hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()
        row = limits.c.who == name
        full: Any = case((limits.c.full_at < moment, moment), else_=limits.c.full_at)
        with self._state.writing() as connection:
            fits = connection.execute(
                update(limits).where(row, full + cost <= moment + MINUTE).values(full_at=full + cost)
            )
            if fits.rowcount:
                return None
            full_at = connection.execute(select(limits.c.full_at).where(row)).scalar()
            if full_at is None:
                connection.execute(insert(limits).values(who=name, full_at=moment + cost))
                return None
        return max(1, -(-(int(full_at) + cost - moment - MINUTE) // 1000))

    def forget_full(self) -> None:
        """Drop the buckets that are full again."""
        if self.rate and self._state.is_made():
            with self._state.writing() as connection:
                connection.execute(delete(limits).where(limits.c.full_at < now()))

"""Large work waits for large work, and nobody else waits for it."""

from __future__ import annotations

import asyncio
from threading import Event, Lock

from bareme.service.sharing import LARGE, worked


def test_many_large_bodies_leave_room_for_others() -> None:
    """A process has 40 threads for all that it is asked."""
    over, lock, at_once, most = Event(), Lock(), 0, 0

    def long() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        over.wait(20)
        with lock:
            at_once -= 1

    async def asked() -> str:
        large = [asyncio.ensure_future(worked(LARGE, long)) for _ in range(50)]
        try:
            return await asyncio.wait_for(worked(LARGE - 1, lambda: "told"), 10)
        finally:
            over.set()
            await asyncio.gather(*large)

    assert asyncio.run(asked()) == "told"
    assert most == 2

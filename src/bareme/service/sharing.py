"""Work that takes seconds is done by a few at a time: who comes when all are busy is told so; only what
a page shows in itself waits a little."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from bareme.service.problems import Problem

RETRY = 2
"""Seconds after which to ask again."""
LARGE = 64 * 1024
"""A body of so many bytes holds hundreds of acts: they wait for one another, and not all others for them."""
Told = TypeVar("Told")
_FEW = ThreadPoolExecutor(2, thread_name_prefix="large")


class Desks:
    """So many pieces of work of a kind at once, in one process."""

    def __init__(self, kind: str, number: int) -> None:
        self._kind, self._free = kind, BoundedSemaphore(number)

    @contextmanager
    def one(self, wait: int = 0) -> Iterator[None]:
        """A place for one piece of work; `Problem` where there is none, also after so many seconds of waiting."""
        if not self._free.acquire(timeout=wait):
            advice = {"Retry-After": str(RETRY)}
            raise Problem("busy", f"The service is busy {self._kind} for others.", headers=advice)
        try:
            yield
        finally:
            self._free.release()


async def worked(size: int, work: Callable[[], Told]) -> Told:
    """What some work on a body of a size gives; of large ones two are worked on at once, in one process."""
    if size < LARGE:
        return await run_in_threadpool(work)
    return await asyncio.get_running_loop().run_in_executor(_FEW, work)


READING = Desks("reading documents", 2)
"""A document of the largest size takes some 100 MB and up to a minute."""
SIMULATING = Desks("simulating", 2)
COMPARING = Desks("comparing", 4)
PICTURING = Desks("drawing pages of documents", 2)
"""A browser asks for several pictures at once: those wait for one another."""

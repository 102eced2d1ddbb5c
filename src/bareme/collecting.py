"""Fewer rounds of Python's cycle collector while many values are made.

A circular of 2,000 lines is a quarter of a million small immutable values without a cycle among them, a workbook of
50,000 rows a million; the collector looks at the young ones again and again, a quarter of the time of a proof. Inside
`fewer_rounds` it waits for more.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

WAIT_FOR = 500_000
"""So many more values made than gone start a round; Python's own setting is 700."""
_lock = Lock()
_inside = 0
_before: tuple[int, int, int] = gc.get_threshold()


@contextmanager
def fewer_rounds() -> Iterator[None]:
    """The collector waits longer inside; its setting comes back when the last thread is out."""
    global _inside, _before
    with _lock:
        if _inside == 0:
            _before = gc.get_threshold()
            if 0 < _before[0] < WAIT_FOR:
                gc.set_threshold(WAIT_FOR, *_before[1:])
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                gc.set_threshold(*_before)

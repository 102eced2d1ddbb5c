"""The last few things of a kind that were made, kept in the memory of a process: what follows asks for them again."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """So many things at most, each by its key; the one that was not asked for the longest goes first."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._things: OrderedDict[tuple[object, ...], Thing] = OrderedDict()

    def get(self, key: tuple[object, ...]) -> Thing | None:
        """What is kept by a key; None where nothing is."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def put(self, key: tuple[object, ...], thing: Thing) -> None:
        """Keep a thing."""
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > self._most:
                self._things.popitem(last=False)

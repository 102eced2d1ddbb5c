"""Which methods an address takes, all of its routes together: for the header Allow."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter
from starlette.routing import Route


class Methods:
    """The methods of every address."""

    def __init__(self, routers: Iterable[APIRouter]) -> None:
        self._routes = [route for router in routers for route in router.routes if isinstance(route, Route)]

    def of(self, path: str) -> str:
        """The methods that a path takes, as the header has them; those that answer GET answer HEAD."""
        found = {method for route in self._routes if route.path_regex.match(path) for method in route.methods or ()}
        return ", ".join(sorted(found | ({"HEAD"} if "GET" in found else set())))

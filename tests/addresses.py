"""Asking the service in this process: a client, keys, answers valid by their schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from bareme.service.access import Caller
from bareme.service.app import create_app
from bareme.service.settings import Settings
from running import valid

EDITOR = {"Authorization": "Bearer editor-secret"}
READER = {"Authorization": "Bearer reader-secret"}
PROBLEM = "application/problem+json"


class TwoKeys:
    """A key of each role."""

    def remembered(self, secret: str) -> tuple[Caller | None] | None:
        return (self.find(secret),)

    def find(self, secret: str) -> Caller | None:
        """Who has the key."""
        return {"editor-secret": Caller("tariff-team", "editor"), "reader-secret": Caller("desk", "reader")}.get(secret)


def client_of(book: Path, **settings: Any) -> TestClient:
    """A client of a service on a book, with two keys."""
    app = create_app(Settings(book=str(book), **settings))
    app.state.keys = TwoKeys()
    return TestClient(app)


def answer_of(response: Response, schema: str, status: int = 200) -> Any:
    """The JSON of an answer, valid by its schema."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == "application/json"
    valid(response.json(), schema)
    return response.json()


def problem_of(response: Response, status: int, code: str | None = None) -> Any:
    """The problem that an answer is."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == PROBLEM
    valid(response.json(), "problem-1")
    assert code in (None, response.json()["code"])
    return response.json()

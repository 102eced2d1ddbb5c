"""Asking the service in this process: a client, keys, answers valid by their schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from bareme.service.app import create_app
from bareme.service.settings import Settings
from bareme.service.state.keys import create_key
from running import valid

PROBLEM = "application/problem+json"


def client_of(book: Path, **settings: Any) -> TestClient:
    """A client of a service on a book."""
    return TestClient(create_app(Settings(book=str(book), **settings)))


def key_of(client: TestClient, role: str, name: str) -> dict[str, str]:
    """The headers of a new key."""
    _, secret = create_key(client.app.state.state, name, role)  # type: ignore[attr-defined]
    return {"Authorization": f"Bearer {secret}"}


def editor(client: TestClient) -> dict[str, str]:
    """The headers of someone who may write: tariff-team."""
    return key_of(client, "editor", "tariff-team")


def reader(client: TestClient) -> dict[str, str]:
    """The headers of someone who may only read."""
    return key_of(client, "reader", "desk")


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

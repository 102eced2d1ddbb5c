"""The first page invites to what the book has, and to nothing else."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

import bareme
from bareme.service.app import create_app
from bareme.service.settings import Settings
from running import REPOSITORY

HTML = {"Accept": "text/html"}


def client_of(folder: Path) -> TestClient:
    return TestClient(create_app(Settings(book=str(folder / "book.sqlite"))))


def test_the_shipped_book_invites_to_codes_and_to_compare(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    text = client.get("/?lang=en", headers=HTML).text
    assert ">565014</a>" in text
    assert ">726530</a>" in text
    assert "Compare 2024/382 and 2025/336" in text
    assert client.get("/compare?from=2024/382&to=2025/336", headers=HTML).status_code == 200
    assert client.get("/simulate?example=negotiation-2027", headers=HTML).status_code == 200


def test_an_empty_book_invites_to_nothing_that_it_lacks(tmp_path: Path) -> None:
    bareme.create_book(tmp_path / "book.sqlite")
    client = client_of(tmp_path)
    for place in ("/?lang=en", "/compare?lang=en"):
        text = client.get(place, headers=HTML).text
        assert "565014" not in text
        assert "2024/382" not in text
        assert "Try:" not in text
    assert "The book holds no circular yet" in client.get("/about?lang=en", headers=HTML).text


def test_a_book_of_one_series_of_two_invites_to_compare_these(tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite")
    for path in sorted((REPOSITORY / "examples" / "toy").glob("*.txt")):
        book.load(path, accept_findings=True)
    text = client_of(tmp_path).get("/?lang=en", headers=HTML).text
    held = sorted((one.effective_from, one.number) for one in book.circulars() if one.kind == "circular")
    assert f"and {held[-1][1]}</a>" in text

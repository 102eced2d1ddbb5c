"""Whatever goes wrong is a page for who looks at pages, and problem details for a program."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import bareme
from bareme.errors import BookChangedError, BookError, InputError, NotHeldError
from bareme.service.app import create_app
from bareme.service.pages.forms import SESSION
from bareme.service.pages.languages import LANGUAGES, catalogue
from bareme.service.problems import CODES, Problem
from bareme.service.settings import Settings
from bareme.service.state.database import StateError

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
RAISED = {
    "conflict": BookChangedError("<b>the book changed"),
    "state_unavailable": StateError("/secret/place"),
    "book_unavailable": BookError("/secret/place"),
    "invalid_input": InputError("<b>wrong"),
    "not_found": NotHeldError("<b>nothing"),
    "internal": ZeroDivisionError("/secret/place"),
}


def made(folder: Path, **settings: object) -> TestClient:
    own = {"book": str(folder / "book.sqlite"), "state": str(folder / "state.sqlite"), **settings}
    return TestClient(create_app(Settings.model_validate(own)), raise_server_exceptions=False)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A service with two addresses that fail, with a code or with an error."""
    found = made(tmp_path_factory.mktemp("problems"))
    app = found.app
    assert isinstance(app, FastAPI)

    @app.get("/fails/{code}")
    def fails(code: str) -> None:
        raise Problem(code, "<b>said", headers={"Retry-After": "7"})

    @app.get("/raises/{code}")
    def raises(code: str) -> None:
        raise RAISED[code]

    return found


def is_page(client: TestClient, place: str, code: str, language: str) -> bool:
    """True when a browser gets a page in its language, and a program the problem's details."""
    wanted = client.get(place, headers={**HTML, "Accept-Language": language})
    words = catalogue(language)
    told = client.get(place)
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["code"] == code
    assert wanted.status_code == told.status_code == CODES[code][0]
    assert wanted.headers["content-type"] == "text/html; charset=utf-8"
    assert wanted.headers["cache-control"] == "no-store"
    assert f"<h1>{words[f'problems.{code}']}</h1>" in wanted.text
    assert words[f"advice.{code}"] in wanted.text
    assert "<b>" not in wanted.text
    return "/secret" not in wanted.text + told.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [code for code in CODES if code != "key_needed"])
def test_every_problem_is_a_page(client: TestClient, code: str, language: str) -> None:
    assert is_page(client, f"/fails/{code}", code, language)
    assert client.get(f"/fails/{code}", headers=HTML).headers["retry-after"] == "7"


@pytest.mark.parametrize("code", RAISED)
def test_every_error_is_a_page(client: TestClient, code: str) -> None:
    assert is_page(client, f"/raises/{code}", code, "nl")


def test_addresses_of_programs_answer_programs(client: TestClient) -> None:
    for place in ("/v1/codes/000000", "/v1/none", "/static/0/none"):
        assert client.get(place, headers=HTML).headers["content-type"] == "application/problem+json"


def test_a_key_is_asked_for(client: TestClient) -> None:
    assert client.get("/fails/key_needed").status_code == 401
    answer = client.get("/fails/key_needed", headers=HTML, follow_redirects=False)
    assert answer.headers["location"] == "/session?to=%2Ffails%2Fkey_needed"


def test_a_book_that_cannot_be_read_is_a_page(tmp_path: Path) -> None:
    bareme.create_book(tmp_path / "book.sqlite", shipped=True)
    client = made(tmp_path)
    assert client.get("/", headers=HTML).status_code == 200
    (tmp_path / "book.sqlite").write_bytes(b"no book" * 1000)
    answer = client.get("/codes/565014?lang=en", headers=HTML)
    assert answer.status_code == 503
    assert catalogue("en")["problems.book_unavailable"] in answer.text


def test_a_state_that_cannot_be_read_is_a_page(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite").write_bytes(b"no state" * 1000)
    client = made(tmp_path)
    client.cookies.set(SESSION, "a-session")
    answer = client.get("/?lang=fr", headers=HTML)
    assert answer.status_code == 503
    assert catalogue("fr")["problems.state_unavailable"] in answer.text


def test_a_file_that_is_too_large_is_a_page(tmp_path: Path) -> None:
    client = made(tmp_path, most_body=1024)
    form = {**HTML, "Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"x" * 2000, (piece for piece in (b"x" * 1000, b"x" * 1000))):
        answer = client.post("/circulars/new?lang=nl", headers=form, content=body)
        assert answer.status_code == 413
        assert catalogue("nl")["problems.too_large"] in answer.text
    assert client.post("/v1/prices", content=b"x" * 2000).json()["code"] == "too_large"

"""A simulation that takes long: the page says so, counts the seconds, and shows the results below; no script."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
import uvicorn
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

import bareme
from bareme.service.app import create_app
from bareme.service.pages import waiting
from bareme.service.pages.languages import catalogue
from bareme.service.settings import Settings
from bareme.service.sharing import SIMULATING
from bareme.simulation.examples import example_scenario
from browsing import looking, violations

EXAMPLE = "/simulate?example=negotiation-2027"
HTML = {"Accept": "text/html"}
TOKEN = re.compile(r'name="form" value="([0-9a-f]{64})"')
SAID = {"en": "This takes some seconds more", "fr": "Cela prend encore", "nl": "Dit duurt nog"}


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """A service to which everything takes too long to be waited for."""
    monkeypatch.setattr(waiting, "SOON", 0)
    return create_app(Settings(book=str(tmp_path / "none.sqlite")))


@pytest.fixture
def client(app: object) -> TestClient:
    return TestClient(app)  # type: ignore[arg-type]


def main_part(text: str) -> str:
    """What stands in the main part of a page, without the token of its forms."""
    assert text.count("<main") == text.count("</main>") == 1
    return TOKEN.sub("", text.partition('tabindex="-1">')[2].rpartition("</main>")[0]).strip()


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_the_results_are_those_of_a_page_that_is_there_at_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    waited = client.get(f"{EXAMPLE}&lang={language}", headers=HTML)
    monkeypatch.setattr(waiting, "SOON", 60)
    at_once = client.get(f"{EXAMPLE}&lang={language}", headers=HTML)
    assert waited.status_code == at_once.status_code == 200
    assert SAID[language] in waited.text
    assert SAID[language] not in at_once.text
    found = main_part(waited.text).partition('<div class="found">')[2].removesuffix("</div>")
    assert found.strip() == main_part(at_once.text)
    assert waited.headers["content-security-policy"] == at_once.headers["content-security-policy"]
    assert waited.headers["cache-control"] == "no-store"
    assert "bareme_form" in waited.headers["set-cookie"] or client.cookies.get("bareme_form")


def test_what_is_wrong_is_said_below(client: TestClient) -> None:
    form = {"on": "2026-12-31", "from": "2027-01-01", "kind": "index", "value": "272 %", "scope": "all"}
    text = client.get("/simulate", params=form, headers=HTML).text
    assert 'class="notice error"' in main_part(text).partition('class="found"')[2]


def test_a_service_that_is_busy_says_so_below(client: TestClient) -> None:
    with ExitStack() as desks:
        for _ in range(2):
            desks.enter_context(SIMULATING.one())
        form = {"on": "2026-12-31", "from": "2027-01-01", "kind": "index", "value": "3 %", "scope": "all"}
        text = client.get("/simulate", params={**form, "lang": "en"}, headers=HTML).text
    assert "The service is busy simulating for others." in main_part(text).partition('class="found"')[2]


def test_a_book_that_cannot_be_read_meanwhile_is_said_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "SOON", 0)
    bareme.create_book(tmp_path / "book.sqlite", shipped=True)
    client = TestClient(create_app(Settings(book=str(tmp_path / "book.sqlite"))))
    assert 'class="found"' in client.get(EXAMPLE, headers=HTML).text
    (tmp_path / "book.sqlite").write_bytes(b"no book" * 1000)
    found = main_part(client.get(f"{EXAMPLE}&lang=fr", headers=HTML).text).partition('class="found"')[2]
    assert catalogue("fr")["problems.book_unavailable"] in found
    assert "no book" not in found


def test_a_scenario_that_has_an_address_leads_there(client: TestClient) -> None:
    token = TOKEN.search(client.get("/simulate", headers=HTML).text)
    assert token is not None
    text = client.post("/simulate", data={"form": token[1], "text": example_scenario()}, headers=HTML).text
    [place] = re.findall(r'<a class="button" href="(/simulate\?s=[^"]+)"', text)
    assert "2,72" in client.get(place.replace("&amp;", "&"), headers={**HTML, "Accept-Language": "fr"}).text


@pytest.fixture
def served(app: object) -> Iterator[str]:
    """The same service on a port."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(1 / 50)
    [listening] = server.servers[0].sockets
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_the_page_says_so_before_the_results_are_there(served: str) -> None:
    with httpx2.stream("GET", served + EXAMPLE, headers={**HTML, "Accept-Encoding": "gzip"}) as answer:
        first, *rest = answer.iter_bytes()
    assert b'role="status"' in first
    assert b'class="found"' not in first
    assert b'class="found"' in b"".join(rest)


@pytest.mark.xdist_group("browser")
def test_a_browser_without_scripts_shows_the_results_alone(served: str, browser: Browser) -> None:
    with looking(browser, locale="nl-BE", java_script_enabled=False) as view:
        view.goto(served + EXAMPLE)
        expect(view.locator(".found h2").first).to_be_visible()
        expect(view.locator(".waiting")).to_be_hidden()
        expect(view.locator("h1")).to_have_count(1)
    with looking(browser, locale="fr-BE") as view:
        view.goto(served + EXAMPLE)
        assert violations(view) == []

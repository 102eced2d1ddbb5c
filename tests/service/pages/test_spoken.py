"""What documents say is marked with its language where the page has another; what bareme says is in the page's own."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from bareme.service.app import create_app
from bareme.service.settings import Settings

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(Settings(book=str(tmp_path_factory.mktemp("spoken") / "none.sqlite"))))


def page(client: TestClient, place: str, language: str) -> str:
    return client.get(f"{place}{'&' if '?' in place else '?'}lang={language}", headers=HTML).text


def test_labels_of_another_language_are_marked(client: TestClient) -> None:
    assert '<span lang="fr">Soutien 1' in page(client, "/?q=726530", "nl")
    assert "<span>Soutien 1" in page(client, "/?q=726530", "fr")
    assert '<span class="label" lang="fr">' in page(client, "/codes/726530", "nl")
    assert '<pre tabindex="0" lang="fr">' in page(client, "/codes/565014?on=2026-03-01", "en")


def test_prices_are_explained_in_dutch_on_dutch_pages(client: TestClient) -> None:
    text = page(client, "/codes/565014?on=2026-03-01", "nl")
    assert "Van kracht sinds 1\u00a0januari\u00a02026." in text
    assert "In force since" not in text
    assert "is niet van kracht" in page(client, "/codes/565014?on=2020-01-01", "nl")
    assert "is geen nomenclatuurcode" in page(client, "/estimate?code=565015", "nl")


DATED = (
    "/codes/565014?on=2026-03-01",
    "/codes/726530?on=2023-03-01",
    "/estimate?code=401435&on=2025-03-01&contracting_entity=wallonia",
    "/estimate?code=565014&on=2020-03-01",
    "/circulars/2024-356",
    "/agreements/2020/agenda",
    "/agreements/2020/budget",
    "/agreements/2020/conditions?on=2020-05-05&provider=specialist",
)
"""Pages that say days."""


@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize("place", DATED)
def test_days_are_written_as_people_do(client: TestClient, place: str, language: str) -> None:
    shown = re.sub(r"<pre.*?</pre>|<[^>]*>", " ", page(client, place, language).partition("<main")[2])
    assert re.findall(r"\d{4}-(?:\d{2}|Q\d)\b", shown) == []


def test_what_stays_english_is_marked(client: TestClient) -> None:
    for place in ("/circulars/9999-1", "/compare?from=2024-382&to=none", "/?q=a&cursor=none", "/codes/565014?on=soon"):
        assert re.search(r'(class="said"|role="alert") lang="en">', page(client, place, "fr")), place

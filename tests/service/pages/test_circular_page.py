"""The page of a circular: document and lines beside one another, linked; findings, measures, what was before."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

import bareme
from bareme.service.app import create_app
from bareme.service.settings import Settings
from browsing import PHONE, is_as_wide_as_the_window, looking, violations
from running import REPOSITORY

HTML = {"Accept": "text/html"}
TOY = REPOSITORY / "examples" / "toy"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(Settings(book=str(tmp_path_factory.mktemp("circular") / "none.sqlite"))))


@pytest.mark.xdist_group("browser")
def test_a_source_leads_to_its_line_and_the_line_to_its_row(site: str, browser: Browser) -> None:
    with looking(browser, locale="fr-BE", java_script_enabled=False) as page:
        page.goto(f"{site}/codes/565014?on=2026-03-01")
        page.get_by_role("link", name="2025/336:565014").click()
        expect(page.locator("#line-565014")).to_contain_text("373,31")
        page.locator("#line-565014").get_by_role("link", name="dans le document").click()
        assert page.url.endswith("#row-38")
        expect(page.locator("#row-38")).to_contain_text("1,291737")


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("place", ["/circulars/2025-336?lang=nl", "/circulars/2024-356?lang=en&first=40"])
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_everyone_can_use_it(site: str, browser: Browser, place: str, scheme: str) -> None:
    with looking(browser, PHONE, color_scheme=scheme) as page:
        page.goto(site + place)
        assert violations(page) == []
        assert is_as_wide_as_the_window(page)


@pytest.mark.parametrize("number", ["2024-356", "2024-382", "2024-401", "2025-336"])
def test_every_line_is_on_one_of_the_pages(client: TestClient, number: str) -> None:
    seen, first = 0, 0
    while True:
        text = client.get(f"/circulars/{number}?first={first}&lang=en", headers=HTML).text
        assert len(text.encode()) < 100_000
        seen += text.count('<article class="read"')
        if 'rel="next"' not in text:
            break
        first += 40
    assert seen == len(bareme.open_book().reading(number.replace("-", "/")).lines)


def test_it_says_what_it_replaced_and_what_was_announced(client: TestClient) -> None:
    text = client.get("/circulars/2025-336?lang=en", headers=HTML).text
    found = bareme.open_book().compare("2024/382", "2025/336")
    assert f"{len(found.changed)} figures changed" in text
    assert "index +2.72 % on all acts" in text
    assert "no circular before it" in client.get("/circulars/2024-382?lang=en", headers=HTML).text


def test_a_corrigendum_says_what_it_corrects(tmp_path: Path) -> None:
    """2024/905 of the toy corrects the coefficient of one line: it, the fee and four interventions change."""
    book = bareme.create_book(tmp_path / "book.sqlite")
    for name in ("2023-900", "2024-900", "2024-905"):
        book.load(TOY / f"{name}.txt", accept_findings=True)
    client = TestClient(create_app(Settings(book=str(book.path))))
    text = client.get("/circulars/2024-905?lang=fr", headers=HTML).text
    assert 'href="/compare?from=2024%2F900&amp;to=2024%2F905"' in text
    assert "6 montants changés, 0 lignes ajoutées, 0 supprimées" in text


def test_a_circular_that_is_not_held_is_a_page_that_says_so(client: TestClient) -> None:
    answer = client.get("/circulars/1999-1?lang=nl", headers=HTML)
    assert answer.status_code == 404
    assert "Hier is niets" in answer.text


@pytest.mark.parametrize("kind", ["text", "xlsx", "html"])
def test_the_document_is_shown_beside_its_lines_in_every_format(tmp_path: Path, kind: str) -> None:
    own = bareme.create_book(tmp_path / "own.sqlite")
    drafted = tmp_path / f"draft.{'txt' if kind == 'text' else kind}"
    shipped = bareme.open_book(tmp_path / "none.sqlite")
    drafted.write_bytes(shipped.draft("2025/336", format=kind))
    reading = own.read(drafted, number="2025/336", issued_on="2025-12-20", effective_on="2026-01-01")
    own.load(reading, accept_findings=True)
    text = TestClient(create_app(Settings(book=str(own.path)))).get("/circulars/2025-336?lang=en", headers=HTML).text
    line = own.reading("2025/336").lines[0]
    assert f'id="row-{line.source.line}"><a href="#line-{line.code}"' in text
    assert "keeps no copy" not in text
    assert text.index("1,291737") < text.index('<article class="read"')


def test_what_a_document_says_is_never_markup(tmp_path: Path) -> None:
    own = bareme.create_book(tmp_path / "own.sqlite", shipped=True)
    lines = bareme.open_book(tmp_path / "none.sqlite").draft("2025/336", format="text").decode()
    hostile = (
        lines.replace("565014", "565014", 1) + '\n<script>alert(1)</script> "><img src=x onerror=alert(1)> \u202e\n'
    )
    (tmp_path / "hostile.txt").write_text(hostile, encoding="utf-8")
    reading = own.read(tmp_path / "hostile.txt")
    own.load(reading, accept_findings=True)
    client = TestClient(create_app(Settings(book=str(own.path))))
    for place in ("/circulars/2026-1?first=40", "/circulars/2026-1", "/about", "/", "/codes/565014"):
        text = client.get(place, headers=HTML).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text

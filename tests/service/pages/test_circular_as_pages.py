"""The pages of a PDF beside the lines that were read from it, each line marked where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

import bareme
from bareme.service.app import create_app
from bareme.service.settings import Settings
from browsing import PHONE, is_as_wide_as_the_window, looking, serving, violations

HTML = {"Accept": "text/html"}
PLACE = "/circulars/2025-336"
LOADED = {"number": "2025/336", "issued_on": "2025-12-20", "effective_on": "2026-01-01"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a book that keeps a PDF."""
    place = tmp_path_factory.mktemp("pages")
    drafted = bareme.open_book(place / "none.sqlite").draft("2025/336", format="pdf")
    own = bareme.create_book(place / "book.sqlite")
    own.load(own.read(("the circular <b>.pdf", drafted), **LOADED), accept_findings=True)
    return place


@pytest.fixture(scope="module")
def client(folder: Path) -> TestClient:
    return TestClient(create_app(Settings(book=str(folder / "book.sqlite"))))


@pytest.fixture(scope="module")
def pdf_site(folder: Path) -> Iterator[str]:
    with serving(folder) as place:
        yield place


@pytest.mark.xdist_group("browser")
def test_a_line_is_marked_on_its_page_without_scripts(pdf_site: str, browser: Browser) -> None:
    with looking(browser, locale="fr-BE", java_script_enabled=False) as page:
        page.goto(f"{pdf_site}{PLACE}?line=589190")
        expect(page.locator(".document .chosen")).to_contain_text("2.177,30")
        page.get_by_role("link", name="En pages").click()
        assert "line=589190" in page.url
        spot, read = page.locator("#spot-589190"), page.locator("#line-589190")
        expect(spot).to_have_class("chosen")
        expect(read).to_have_class("read chosen")
        sheet = page.locator(".sheet", has=spot)
        expect(sheet.get_by_role("img")).to_have_attribute("alt", re.compile("^Page 5 de "))
        before, after = page.locator("#spot-589116"), page.locator("#line-589116")
        after.get_by_role("link", name="dans le document").click()
        assert page.url.endswith("#spot-589116")
        box, around = before.bounding_box(), sheet.bounding_box()
        assert box is not None
        assert around is not None
        assert around["x"] < box["x"] < box["x"] + box["width"] < around["x"] + around["width"]
        before.focus()
        page.keyboard.press("Enter")
        assert page.url.endswith("#line-589116")


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_everyone_can_use_it(pdf_site: str, browser: Browser, scheme: str) -> None:
    with looking(browser, PHONE, color_scheme=scheme) as page:
        page.goto(f"{pdf_site}{PLACE}?view=pages&lang=nl&line=565014")
        sheet = page.locator(".sheet img").first
        size = sheet.evaluate("image => image.offsetHeight")
        page.locator(".document").scroll_into_view_if_needed()
        sheet.evaluate("image => image.decode()")
        assert sheet.evaluate("image => image.offsetHeight") == size > 0
        assert violations(page) == []
        assert is_as_wide_as_the_window(page)


def test_every_line_that_has_a_place_is_marked_once(client: TestClient) -> None:
    seen: list[str] = []
    for first in (0, 40):
        text = client.get(f"{PLACE}?view=pages&first={first}", headers=HTML).text
        assert len(text.encode()) < 100_000
        seen += re.findall(r'<a id="spot-([^"]+)" href="#line-\1"', text)
    lines = bareme.open_book(client.app.state.settings.book).reading("2025/336").lines  # type: ignore[attr-defined]
    assert seen == [line.code for line in lines]


def test_a_page_is_a_picture_with_a_tag(client: TestClient) -> None:
    text = client.get(f"{PLACE}?view=pages", headers=HTML).text
    [first, *_] = re.findall(r'<img src="([^"]+)"', text)
    picture = client.get(first)
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    held = {"If-None-Match": picture.headers["etag"]}
    assert client.get(first, headers=held).status_code == 304
    assert client.get(first.replace("/1.png", "/2.png"), headers=held).status_code == 200
    assert "<b>" not in text
    assert "the circular &lt;b&gt;.pdf" in text


@pytest.mark.parametrize(
    ("place", "status"),
    [("7.png", 404), ("0.png", 422), ("x.png", 422), ("1.png?sha256=00", 404), ("1.png?sha256=%00", 404)],
)
def test_what_is_no_page_is_said(client: TestClient, place: str, status: int) -> None:
    answer = client.get(f"{PLACE}/pages/{place}", headers=HTML)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


def test_what_keeps_no_pdf_has_no_pages(client: TestClient, tmp_path: Path) -> None:
    shipped = TestClient(create_app(Settings(book=str(tmp_path / "none.sqlite"))))
    assert shipped.get(f"{PLACE}/pages/1.png", headers=HTML).status_code == 404
    assert "As pages" not in shipped.get(f"{PLACE}?view=pages&lang=en", headers=HTML).text
    own = bareme.create_book(tmp_path / "own.sqlite")
    text = bareme.open_book(tmp_path / "none.sqlite").draft("2025/336", format="text")
    own.load(own.read(("a.txt", text), **LOADED), accept_findings=True)
    of_text = TestClient(create_app(Settings(book=str(own.path))))
    answer = of_text.get(f"{PLACE}/pages/1.png")
    assert answer.status_code == 404
    assert "is no PDF" in answer.json()["detail"]


def test_a_line_of_a_later_page_is_found_by_its_name(client: TestClient) -> None:
    text = client.get(f"{PLACE}?line=589190&lang=en", headers=HTML).text
    assert 'class="read chosen" id="line-589190"' in text
    assert client.get(f"{PLACE}?line=nothing&lang=en", headers=HTML).status_code == 200

"""The first page in a real browser: looking up, with and without scripts, in two languages, wide and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from browsing import PHONE, is_as_wide_as_the_window, looking, violations

pytestmark = pytest.mark.xdist_group("browser")


def test_typing_finds_without_loading_the_page_again(site: str, browser: Browser) -> None:
    with looking(browser, locale="fr-BE") as page:
        page.goto(site)
        page.evaluate("window.same = true")
        page.get_by_label("Code ou mots").press_sequentially("565014")
        expect(page.get_by_role("link", name="565014", exact=True).last).to_be_visible()
        expect(page.locator("#hits")).to_contain_text("373,31")
        assert page.evaluate("window.same") is True
        assert "q=565014" in page.url


def test_going_back_from_a_code_shows_the_whole_page(site: str, browser: Browser) -> None:
    """Typing loads the hits alone from the address that the whole page has too."""
    with looking(browser, locale="nl-BE") as page:
        page.goto(site)
        page.get_by_label("Code of woorden").press_sequentially("565014")
        page.locator("#hits").get_by_role("link", name="565014").click()
        expect(page.get_by_role("heading", name="565014")).to_be_visible()
        page.go_back()
        expect(page.get_by_label("Code of woorden")).to_have_value("565014")
        expect(page.locator("#hits")).to_contain_text("373,31")


def test_it_works_without_scripts(site: str, browser: Browser) -> None:
    with looking(browser, locale="nl-BE", java_script_enabled=False) as page:
        page.goto(site)
        page.get_by_label("Code of woorden").fill("conseil prenatal")
        page.get_by_role("button", name="Zoeken").click()
        expect(page.locator("#hits")).to_contain_text("1 code gevonden")
        assert page.locator("html").get_attribute("lang") == "nl"


@pytest.mark.parametrize(
    "place", ["/", "/?q=psycholog&lang=en", "/?q=zzzz&lang=nl", "/?q=a&on=soon", "/about", "/nothing"]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_use_it(site: str, browser: Browser, place: str, scheme: str) -> None:
    with looking(browser, PHONE, color_scheme=scheme) as page:
        page.goto(site + place)
        assert violations(page) == []
        assert is_as_wide_as_the_window(page)


def test_the_keyboard_is_enough(site: str, browser: Browser) -> None:
    with looking(browser, locale="en") as page:
        page.goto(site)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="To the content")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("726530")
        page.keyboard.press("Enter")
        expect(page.locator("#hits")).to_contain_text("1 code found")


def test_what_is_alike_in_every_situation_is_shown(site: str) -> None:
    """726530 costs 89,59 whoever is asked about; without preferential regime the share is 0 or 11 euro, by age."""
    from urllib.request import urlopen

    with urlopen(f"{site}/?q=726530&on=2025-03-01&regime=ordinary&lang=en") as answer:
        text = answer.read().decode().replace("\u00a0", " ")
    assert "€ 89.59" in text
    assert "€ 0.00 – € 11.00" in text
    assert "depends on more facts" in text

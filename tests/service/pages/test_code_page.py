"""The page of a code in a real browser: amounts, terms, history, sources, the two dates; for everyone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from browsing import PHONE, is_as_wide_as_the_window, looking, violations

pytestmark = pytest.mark.xdist_group("browser")


def test_the_amounts_of_each_situation_and_where_they_stand(site: str, browser: Browser) -> None:
    with looking(browser, locale="fr-BE") as page:
        page.goto(f"{site}/codes/565014?on=2026-03-01")
        amounts = page.get_by_role("region", name="Montants au 1er mars 2026").get_by_role("row")
        assert amounts.count() == 3
        expect(amounts.nth(1)).to_contain_text("régime ordinaire")
        expect(amounts.nth(1)).to_contain_text("8,68")
        expect(page.get_by_text("Les honoraires sont")).to_contain_text("B 289 × 1,291737 = 373,31")
        expect(page.get_by_role("link", name="2025/336:565014")).to_have_attribute(
            "href", "/circulars/2025-336?line=565014#line-565014"
        )
        chart = page.get_by_role("img", name="565014")
        chart.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        assert chart.evaluate("image => image.complete && image.naturalWidth") > 0
        assert page.get_by_role("region", name="Historique").get_by_role("row").count() == 3


def test_a_fee_that_is_not_its_terms_is_not_said_to_be(site: str, browser: Browser) -> None:
    with looking(browser, locale="fr-BE", java_script_enabled=False) as page:
        page.goto(f"{site}/codes/589750?on=2026-03-01")
        said = page.get_by_text("Les honoraires sont")
        expect(said).to_contain_text("220 × 1,359267 = 299,04")
        expect(said).to_contain_text("publié : 299,03")


def test_what_was_known_then_is_shown_without_scripts(site: str, browser: Browser) -> None:
    with looking(browser, locale="nl-BE", java_script_enabled=False) as page:
        page.goto(f"{site}/codes/565014")
        page.get_by_label("Datum van de verstrekking").fill("2026-03-01")
        page.get_by_label("Zoals bekend op").fill("2025-06-01")
        page.get_by_role("button", name="Tonen").click()
        region = page.get_by_role("region", name="Bedragen op 1 maart 2026")
        expect(region).to_contain_text("363,43")
        expect(region).to_contain_text("Het laatst bekende tarief")


@pytest.mark.parametrize(
    ("place", "scheme"),
    [
        ("/codes/565014?on=2026-03-01", "light"),
        ("/codes/726530?on=2025-03-01&lang=nl", "dark"),
        ("/codes/401413?on=2020-01-01&lang=en", "light"),
        ("/codes/589794?on=2026-01-01&lang=en", "dark"),
        ("/codes/565015", "light"),
    ],
)
def test_everyone_can_use_it(site: str, browser: Browser, place: str, scheme: str) -> None:
    with looking(browser, PHONE, color_scheme=scheme) as page:
        page.goto(site + place)
        assert violations(page) == []
        assert is_as_wide_as_the_window(page)


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_on_a_phone_what_the_patient_pays_is_seen_at_once(site: str, browser: Browser, language: str) -> None:
    with looking(browser, PHONE) as page:
        page.goto(f"{site}/codes/726530?on=2025-03-01&lang={language}")
        region = page.locator('[aria-labelledby="amounts"]')
        assert region.evaluate("one => one.scrollWidth <= one.clientWidth")

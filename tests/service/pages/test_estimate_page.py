"""An estimate as a page: adding acts, answering what decides, sharing by address, printing; nothing personal in it."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect
from pypdfium2 import PdfDocument

from bareme.service.app import create_app
from bareme.service.settings import Settings
from browsing import PHONE, is_as_wide_as_the_window, looking, violations

SESSION = "/estimate?code=726530&quantity=2&code=565014&quantity=1&on=2025-03-01"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(Settings(book=str(tmp_path_factory.mktemp("estimate") / "none.sqlite"))))


@pytest.mark.xdist_group("browser")
def test_acts_are_added_and_what_decides_is_asked_without_scripts(site: str, browser: Browser) -> None:
    with looking(browser, locale="fr-BE", java_script_enabled=False) as page:
        page.goto(f"{site}/estimate")
        page.get_by_label("Code 1", exact=True).fill("726530")
        page.get_by_label("Nombre 1", exact=True).fill("2")
        page.get_by_label("Date de la prestation").fill("2025-03-01")
        page.get_by_role("button", name="Ajouter une prestation").click()
        page.get_by_label("Code 2", exact=True).fill("565014")
        page.get_by_role("button", name="Estimer").click()
        expect(page.get_by_text("Total des prestations qui ont un prix")).to_be_visible()
        page.get_by_label("Âge en années").fill("30")
        page.get_by_label("Régime du patient").select_option("ordinary")
        page.get_by_role("button", name="Estimer").click()
        total = page.get_by_role("row").last
        # 2 x 89,59 and 363,43; of these the patient pays 2 x 11,00 and 8,68 (circulars 2024/356 and 2024/382).
        expect(total).to_contain_text("542,61")
        expect(total).to_contain_text("511,93")
        expect(total).to_contain_text("30,68")
        assert "age=30" in page.url


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize(
    "place", ["/estimate", SESSION, f"{SESSION}&age=30&regime=ordinary&lang=nl", f"{SESSION}&age=x"]
)
def test_everyone_can_use_it(site: str, browser: Browser, place: str) -> None:
    with looking(browser, PHONE) as page:
        page.goto(site + place)
        assert violations(page) == []
        assert is_as_wide_as_the_window(page)


@pytest.mark.xdist_group("browser")
def test_it_prints_on_one_page(site: str, browser: Browser) -> None:
    with looking(browser) as page:
        page.goto(f"{site}{SESSION}&age=30&regime=ordinary&lang=en")
        printed = PdfDocument(page.pdf(prefer_css_page_size=True))
        assert len(printed) == 1
        text = " ".join(printed[0].get_textpage().get_text_range().split())  # where lines end is the font's affair
        assert "542.61" in text
        assert "sickness fund decides" in text


def test_what_is_missing_is_named_and_leads_to_its_field(client: TestClient) -> None:
    text = client.get(f"{SESSION}&lang=en").text
    assert '<a href="#f-age">Age in years</a>' in text
    assert 'id="f-age"' in text
    assert "Not every act has a complete price" in text


def test_a_code_that_is_none_is_said(client: TestClient) -> None:
    text = client.get("/estimate?code=565015&quantity=1&on=2026-03-01&lang=en").text
    assert "no valid code" in text


@pytest.mark.parametrize("count", ["0", "-1", "x", "1.5", "99999999"])
def test_a_number_that_is_none_is_said(client: TestClient, count: str) -> None:
    answer = client.get("/estimate", params={"code": "565014", "quantity": count, "on": "2026-03-01", "lang": "en"})
    assert answer.status_code == 200
    assert "not a whole number" in answer.text


def test_a_patient_is_never_asked_for(client: TestClient) -> None:
    text = client.get("/estimate?code=401435&quantity=1&on=2025-03-01&patient=85073003328&lang=en").text
    assert "85073003328" not in text.replace("&amp;patient=85073003328", "")
    assert 'name="patient"' not in text


def test_an_intervention_that_is_theoretical_is_in_no_total(client: TestClient) -> None:
    """Its total is not known: an estimate with it says that it is not whole, and adds nothing for it."""
    asked = "/estimate?code=726412&quantity=1&code=565014&quantity=1&on=2025-03-01&age=30&regime=ordinary&lang=en"
    text = client.get(asked).text
    assert "Not every act has a complete price" in text
    assert "Total of the acts that have a price" in text
    assert "354.75" in text[text.index("Total of the acts") :]

"""An estimate as a page: adding acts, answering what decides, sharing by address, printing; nothing personal in it."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect
from pypdfium2 import PdfDocument

from bareme.conventions.inputs import declared_inputs
from bareme.nomenclature.facts import declared_facts
from bareme.service.app import create_app
from bareme.service.pages.asked_words import asked_in_words, value_in_words
from bareme.service.pages.estimate import PERSONAL
from bareme.service.pages.languages import Words
from bareme.service.settings import Settings
from browsing import PHONE, is_as_wide_as_the_window, looking, violations

RULED = "&".join(f"code={code}" for code in (726530, 565014, 726655, 726950, 401435, 589794))
SAME = {("en", name) for name in ("yes", "no", "preferential", "ordinary", "full", "partial", "none")}
SAME |= {("en", name) for name in ("ambulatory", "hospital", "specialist")} | {("nl", "specialist")}
"""Values whose words are the values themselves."""
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


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize(
    ("place", "pages", "held"),
    [
        (f"/estimate?{RULED}&on=2025-03-01&age=30&regime=ordinary&lang=fr", 1, "La mutualité décide"),
        ("/codes/726530?on=2025-03-01&lang=fr", None, "89,59 85,59 78,59 4,00 11,00"),
        ("/circulars/2025-336?lang=fr", None, "I = 0,967687 589072 589083 = I 400 387,07"),
    ],
)
def test_nothing_is_cut_off_in_print(site: str, browser: Browser, place: str, pages: int | None, held: str) -> None:
    """Six acts with what rules say fit on a page; the row of a source and the rows of a document are whole."""
    with looking(browser) as page:
        page.goto(site + place)
        printed = PdfDocument(page.pdf(prefer_css_page_size=True))
        assert pages in (None, len(printed))
        assert held in " ".join(" ".join(one.get_textpage().get_text_range() for one in printed).split())


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
    assert "a whole number from 1 to 999\u202f999" in answer.text


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


def test_an_act_with_a_price_that_is_in_no_total_says_why(client: TestClient) -> None:
    """A theoretical intervention, and a support mission whose amounts are left blank (2024/356)."""
    text = client.get("/estimate?code=726655&code=726950&on=2025-03-01&age=30&regime=ordinary&lang=fr").text
    theoretical, blank, total = text[text.index("<tbody>") :].split("</tr>")[:3]
    assert "L’intervention est théorique" in theoretical
    assert "Les honoraires sont pour une séance" in theoretical
    assert "La circulaire ne donne pas : intervention, ticket modérateur." in blank
    assert "0,00" not in total


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_all_that_may_be_asked_has_words_in_each_language(language: str) -> None:
    words = Words(language)
    for name in {**declared_facts(), **declared_inputs()}:
        if name in PERSONAL:
            continue
        assert asked_in_words(name, words) != name
        for value in (declared_facts().get(name) or declared_inputs()[name]).values:
            assert value_in_words(name, value, words) != value or (language, value) in SAME, (name, value)


def test_what_cannot_be_used_is_said_at_its_field_and_nothing_is_computed(client: TestClient) -> None:
    answer = client.get("/estimate?code=565014&on=2026-03-01&age=30,5&regime=ordinary&lang=fr")
    assert answer.status_code == 400
    assert 'href="#f-age">Âge en années</a>' in answer.text
    assert "Cette valeur ne peut pas être utilisée." in answer.text
    assert 'id="result"' not in answer.text
    no_day = client.get("/estimate?code=565014&on=31/12/2025&regime=ordinary&lang=nl")
    assert no_day.status_code == 400
    assert "‘31/12/2025’ is geen datum" in no_day.text


def test_an_amount_may_be_written_with_a_comma(client: TestClient) -> None:
    """A hundredth of 1234,50 euro is 12,345: 12,35 with half away from zero."""
    for amount in ("1.234,50", "1234,50", "1 234,50", "1234.50"):
        asked = {"code": "589794", "on": "2026-03-01", "activity": "100", "amount_to_recover": amount, "lang": "fr"}
        assert "-12,35 pour chacun" in client.get("/estimate", params=asked).text, amount


def test_on_a_day_of_the_agreement_it_is_asked_whether_the_provider_accepted_it(client: TestClient) -> None:
    text = client.get("/estimate?code=565014&on=2020-05-05&provider=specialist&lang=fr").text
    assert 'id="f-convention_status"' in text
    assert '<a href="#f-convention_status">Adhésion du prestataire à l’accord</a>' in text
    assert 'href="/agreements/2020/conditions?provider=specialist&amp;on=2020-05-05"' in text
    assert 'id="f-provider"' not in client.get("/estimate?code=565014&on=2026-05-05").text

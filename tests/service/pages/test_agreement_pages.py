"""The agreement of 2020 as pages: clauses, parameters, budget and what-if, agenda, and the guided questionnaire."""

from __future__ import annotations

import csv
import io
import re
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

import bareme
from bareme.service.app import create_app
from bareme.service.pages.agreement_conditions import FACTS
from bareme.service.settings import Settings
from browsing import PHONE, is_as_wide_as_the_window, looking, violations

PLACE = "/agreements/2020"
HTML = {"Accept": "text/html"}
WHAT_IF = {"rate_row": "gynaecology", "rate": "1,95", "rate_mass": "", "start_row": "pre_anaesthesia"}
WHAT_IF |= {"start": "2020-10-01", "source_row": "savings_2020", "source": "-6.000", "drop_row": "ecg"}
WHAT_IF |= {"add_block": "revaluations", "add_label": "<script>", "add_annual": "1 000", "add_start": "2020-11-01"}
DATA: dict[str, Any] = {
    "rate": [{"row": "gynaecology", "rate": "1.95"}],
    "start": [{"row": "pre_anaesthesia", "start": "2020-10-01"}],
    "source": [{"row": "savings_2020", "annual": -6000}],
    "drop": [{"row": "ecg"}],
    "add": [{"block": "revaluations", "id": "x", "label": "y", "annual": 1000, "start": "2020-11-01"}],
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(Settings(book=str(tmp_path_factory.mktemp("agreement") / "none.sqlite"))))


def page(client: TestClient, address: str, status: int = 200, **query: str) -> str:
    answer = client.get(f"{PLACE}{address}", headers=HTML, params=query or None)
    assert answer.status_code == status, answer.text
    assert len(answer.content) < 100_000
    return answer.text


@pytest.mark.xdist_group("browser")
def test_questions_lead_to_the_answer_without_scripts(site: str, browser: Browser) -> None:
    with looking(browser, PHONE, locale="nl-BE", java_script_enabled=False) as view:
        view.goto(f"{site}{PLACE}/conditions")
        for choice in ("specialist", "gedeeltelijk", "geen"):
            view.get_by_label(choice).check()
            view.get_by_role("button", name="Volgende").click()
        view.get_by_label("Jaarlijks belastbaar gezinsinkomen").fill("92000")
        view.get_by_role("button", name="Volgende").click()
        for count in ("2", "0"):
            view.get_by_label("Waarde").fill(count)
            view.get_by_role("button", name="Volgende").click()
        view.get_by_label("nee").check()
        view.get_by_role("button", name="Volgende").click()
        expect(view.get_by_role("status")).to_contain_text("niet bindend")
        view.get_by_role("link", name="14.4").click()
        expect(view).to_have_url(f"{site}{PLACE}#c-14.4")


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize(
    "place",
    [
        "?lang=nl",
        pytest.param("/parameters?lang=fr", marks=pytest.mark.slow),
        f"/budget?{urlencode(WHAT_IF)}&lang=fr",
        pytest.param("/agenda?lang=en", marks=pytest.mark.slow),
        "/conditions?provider=specialist&convention_status=full&particular_requirement=late_consultation"
        "&income_above_ceiling=no&optional_third_party=no&lang=fr",
    ],
)
def test_everyone_can_use_it(site: str, browser: Browser, place: str) -> None:
    with looking(browser, PHONE, color_scheme="dark") as view:
        view.goto(f"{site}{PLACE}{place}")
        assert violations(view) == []
        assert is_as_wide_as_the_window(view)


def test_every_clause_has_its_place(client: TestClient) -> None:
    found = bareme.agreements[2020].overview().to_dict("fr")
    text = page(client, "?lang=fr")
    assert text.count('<tr id="c-') == len(found["clauses"])
    for place in re.findall(rf'href="({PLACE}[^"#]*)"', text):
        assert client.get(place.replace("&amp;", "&"), headers=HTML).status_code == 200
    awaited = page(client, "?status=parameter_awaited")
    assert awaited.count('<tr id="c-') == sum(one["status"] == "parameter_awaited" for one in found["clauses"])
    page(client, "?status=no", 400)


def test_every_parameter_is_on_one_of_the_pages_and_in_the_table(client: TestClient) -> None:
    own = bareme.agreements[2020].parameters
    names = [name for first in range(0, len(own), 60) for name in _names(page(client, f"/parameters?first={first}"))]
    assert names == [one.name for one in own]
    awaited = page(client, "/parameters?awaited=1&lang=en")
    assert _names(awaited) == [one.name for one in own if one.value is None]
    assert "634,75\u00a0€" in page(client, "/parameters?system=accreditation&lang=fr")
    page(client, "/parameters?system=none", 400)
    table = client.get(f"{PLACE}/parameters/table.csv").text.lstrip("\ufeff")
    assert [row["name"] for row in csv.DictReader(io.StringIO(table))] == [one.name for one in own]
    assert client.get(f"{PLACE}/parameters/table.xlsx").content[:2] == b"PK"


def _names(text: str) -> list[str]:
    return re.findall(r'<code class="soft">(\w+)</code>', text)


def test_the_budget_is_checked_row_by_row(client: TestClient) -> None:
    text = page(client, "/budget?lang=en")
    assert text.count(">equal after rounding</span>") == 8
    assert text.count(">not computable</span>") == 2
    assert "180\u202f029" in text
    assert "24,81 %" in text


def test_a_what_if_is_that_of_the_library(client: TestClient) -> None:
    result = bareme.agreements[2020].budget(DATA).what_if
    assert result is not None
    text = page(client, "/budget", 200, **WHAT_IF, lang="en")
    for amount in (result.balance.what_if.in_year, result.balance.what_if.annual, result.total.what_if.in_year):
        assert f'<td class="amount">{amount:,}</td>'.replace(",", "\u202f").replace("-", "\u2212") in text
    assert "<script>" not in text.replace("<script src", "")
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"rate_row": "gynaecology", "rate": "195", "rate_mass": ""}, "at most 25"),
        ({"rate_row": "gynaecology", "rate": "", "rate_mass": ""}, "rate"),
        ({"source_row": "savings_2020", "source": "6.5"}, "whole number of thousands"),
        ({"drop_row": "nothing"}, "not known"),
        ({"start_row": "ecg", "start": "1999-01-01"}, "not in 2020"),
    ],
)
def test_a_change_that_cannot_be_made_is_said(client: TestClient, query: dict[str, str], said: str) -> None:
    assert said in page(client, "/budget", 400, **query)


def test_a_change_that_needs_more_says_so(client: TestClient) -> None:
    query = {"rate_row": "clinical_biology:lump_sums_per_prescription", "rate": "1.25", "rate_mass": ""}
    assert "needs to know: mass" in page(client, "/budget", 200, **query, lang="en")
    assert "18.487" in page(client, "/budget", 200, **{**query, "rate_mass": "600 000"}, lang="en")


def test_the_agenda_is_chosen_and_is_a_calendar(client: TestClient) -> None:
    agreement = bareme.agreements[2020]
    own = agreement.agenda(first="2020-06-01", last="2020-06-30", kinds=["deliverable"])
    query = {"from": "2020-06-01", "to": "2020-06-30", "kind": "deliverable", "owner": ""}
    text = page(client, "/agenda", 200, **query, lang="fr")
    assert text.count('<tr><th scope="row">') == len(own.items)
    link = re.search(rf'href="({PLACE}/agenda.ics[^"]*)"', text)
    assert link is not None
    answer = client.get(link[1].replace("&amp;", "&"), headers={"Accept-Language": "fr"})
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.content == agreement.agenda_calendar(own, language="fr")
    page(client, "/agenda?from=x", 400)
    page(client, "/agenda?owner=nobody", 400)


def test_the_questionnaire_ends_and_says_what_the_rule_says(client: TestClient) -> None:
    """Every path of first answers leads to an answer in a few steps, each asking what decides and nothing twice."""
    book = bareme.open_book()
    starts = product(("general_practitioner", "specialist"), ("full", "partial", "none"))
    for number, (provider, status) in enumerate(starts):
        given: dict[str, Any] = {"provider": provider, "convention_status": status}
        for _ in range(8):
            text = page(client, "/conditions", 200, **given, on="2020-06-15", lang="en")
            asked = re.findall(r'<input type="radio" id="q-([a-z_]+)" name="([a-z_]+)"', text)
            if not asked:
                break
            value, name = asked[number % len(asked)]
            assert name not in given
            assert name in FACTS
            given[name] = value
        rule = next(one for one in book.price("", on="2020-06-15", **given).rules if one.rule.endswith(".binding"))
        assert rule.result in ("yes", "no")
        assert f"/agreements/2020#c-{rule.clause.rpartition(' ')[2]}" in text
        assert ("Yes, the tariff was binding." if rule.result == "yes" else "No, the tariff was not binding.") in text


def test_circumstances_may_change_the_answer(client: TestClient) -> None:
    given = "provider=specialist&convention_status=full&particular_requirement=late_consultation"
    given += "&income_above_ceiling=no&optional_third_party=no&lang=en"
    text = page(client, f"/conditions?{given}")
    assert "14.3.3.3" in text
    assert 'name="asked_back"' in text
    assert "Yes, the tariff was binding." in page(client, f"/conditions?{given}&asked_back=yes")


def test_what_is_not_of_the_agreement_is_said(client: TestClient) -> None:
    assert "for 2020 only" in page(client, "/conditions?provider=specialist&on=2021-01-01&lang=en")
    assert "none of general_practitioner" in page(client, "/conditions?provider=nurse", 400)
    wrong = dict(parse_qsl("provider=general_practitioner&convention_status=full&particular_requirement=home_call"))
    assert "cannot be true together" in page(client, "/conditions", 200, **wrong, lang="en")
    page(client, "/conditions?provider=specialist&on=yesterday", 400)
    page(client, "/conditions?provider=specialist&household_income=<script>", 400)
    answer = client.get("/agreements/1999", headers=HTML)
    assert (answer.status_code, "<h1>" in answer.text) == (404, True)


@pytest.mark.parametrize("field", sorted(WHAT_IF))
@pytest.mark.parametrize("typed", ['"><script>alert(1)</script>', "<img src=x onerror=alert(1)>\u202e\u2066"])
def test_what_is_typed_in_the_budget_is_never_markup(client: TestClient, field: str, typed: str) -> None:
    answer = client.get(f"{PLACE}/budget", headers=HTML, params={**WHAT_IF, field: typed})
    assert answer.status_code in (200, 400)
    assert "<script>" not in answer.text
    assert "<img src=x" not in answer.text


@pytest.mark.parametrize("place", ["", "/parameters", "/agenda", "/budget", "/conditions"])
def test_an_address_that_is_not_understood_is_never_markup(client: TestClient, place: str) -> None:
    typed = '"><script>alert(1)</script>\u202e'
    names = ("lang", "provider", "household_income", "quarter", "first", "as_known_on", typed)
    answer = client.get(PLACE + place, headers=HTML, params=dict.fromkeys(names, typed))
    assert answer.status_code in (200, 400, 422)
    assert "<script>" not in answer.text


def test_places_of_the_agreement_are_named_in_the_language_of_the_page(client: TestClient) -> None:
    for place in ("", "/budget", "/agenda"):
        shown = re.sub(r"<[^>]*>", " ", page(client, place, lang="fr").partition("<main")[2])
        assert re.search(r"\b(annex|savings)\b", shown) is None, place


def test_a_change_of_the_budget_that_the_address_leaves_half_is_not_passed_over(client: TestClient) -> None:
    """Without `rate_mass`, which is not needed, 1,95 % for gynaecology is worked out as with an empty one."""
    whole = page(client, "/budget", rate_row="gynaecology", rate="1,95", rate_mass="")
    assert 'id="what-if"' in whole
    assert 'id="what-if"' in page(client, "/budget", rate_row="gynaecology", rate="1,95")
    page(client, "/budget", 400, rate_row="nothing", rate="1,95")

"""What the page of a code says beside its amounts: ages, what is theoretical, what is not given, what is no code."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

import bareme
from bareme.service.app import create_app
from bareme.service.pages.code import _can_be_drawn
from bareme.service.settings import Settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(Settings(book=str(tmp_path_factory.mktemp("code") / "none.sqlite"))))


def part(client: TestClient, address: str, begin: str, end: str = "</table>") -> str:
    """What stands on a page between two places."""
    text = client.get(address).text
    return text.split(begin, 1)[1].split(end, 1)[0]


def test_the_history_says_for_which_ages(client: TestClient) -> None:
    """726530 stands in two tables of 2024/356: from 24 years the patient pays, under 24 nothing."""
    table = part(client, "/codes/726530?lang=fr", 'id="history"')
    older, younger = table.split("</tr>")[1:3]
    assert "âge 24+, ordinaire" in older
    assert "11,00" in older
    assert "âge 0-23, ordinaire" in younger


@pytest.mark.parametrize("address", ["/codes/726655?on=2025-03-01&lang=fr", "/codes/726412?on=2025-03-01&lang=fr"])
def test_a_theoretical_intervention_is_never_told_as_what_the_insurance_pays(client: TestClient, address: str) -> None:
    """Its price waits for an age; the fee is of a session, the 53,76 is for each patient and not paid (2024/356)."""
    told = part(client, address, 'id="amounts"', 'id="words"')
    assert "L’intervention est théorique" in told
    assert "Les honoraires sont pour une séance" in told


def test_what_the_circular_leaves_blank_is_not_what_it_does_not_publish(client: TestClient) -> None:
    """726950 has empty cells, the row of 726412 under 24 ends before its amounts (2024/356)."""
    blank = part(client, "/codes/726950?on=2025-03-01&lang=fr", 'id="amounts"')
    cut = part(client, "/codes/726412?on=2025-03-01&lang=fr", 'id="amounts"')
    assert (blank.count("néant"), blank.count("non publié")) == (2, 0)
    assert (cut.count("néant"), cut.count("non publié")) == (0, 2)
    hits = part(client, "/?q=726950&on=2025-03-01&lang=fr", "<tbody>")
    assert "néant" in hits
    assert "tarifé" not in hits


def test_no_chart_is_shown_where_there_is_none(client: TestClient) -> None:
    assert "history.svg" not in client.get("/codes/589794").text
    book = bareme.open_book(client.app.state.book.path)  # type: ignore[attr-defined]
    readings = [book.circular(one.number).publication.reading for one in book.circulars()]
    for code in sorted({code.digits for reading in readings for line in reading.lines for code in line.codes}):
        strands = [one for one in book.history(code).strands if any(m.value is not None for m in one.moments)]
        assert _can_be_drawn(book.code(code)) == bool(strands), code


def test_the_other_setting_is_shown_as_known_on_the_same_day(client: TestClient) -> None:
    text = client.get("/codes/565014?on=2026-03-01&as_known_on=2025-06-01").text
    assert 'href="/codes/565025?on=2026-03-01&amp;as_known_on=2025-06-01"' in text


def test_a_code_that_is_none_is_explained_with_those_near_to_it(client: TestClient) -> None:
    answer = client.get("/codes/565015?lang=fr")
    assert answer.status_code == 400
    assert "« 565015 » n&#39;est pas un code de nomenclature : son chiffre de contrôle est faux." in answer.text
    assert 'href="/codes/565014?' in answer.text


def test_a_code_that_the_book_does_not_hold_is_said(client: TestClient) -> None:
    answer = client.get("/codes/101032?lang=nl")
    assert answer.status_code == 404
    assert "101032" in answer.text


def test_a_code_that_was_not_known_then_leads_to_what_is_known_today(client: TestClient) -> None:
    answer = client.get("/codes/565014?on=2026-03-01&as_known_on=2024-01-01&lang=nl")
    assert answer.status_code == 404
    assert 'href="/codes/565014?on=2026-03-01&amp;lang=nl"' in answer.text
    assert "Deze code bekijken zoals vandaag bekend" in answer.text


@pytest.mark.parametrize(("language", "field"), [("fr", "Communauté ou région"), ("nl", "Gemeenschap of gewest")])
def test_what_a_rule_waits_for_is_named_in_words(client: TestClient, language: str, field: str) -> None:
    words = part(client, f"/codes/401435?on=2025-03-01&lang={language}", 'id="words"', 'id="history"')
    assert field in words
    assert "contracting_entity" not in words

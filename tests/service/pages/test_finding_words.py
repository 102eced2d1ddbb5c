"""Findings on pages: each check has a title and advice in each language, figures in a sentence, the rest marked."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

import bareme
from bareme.audit import CHECKS
from bareme.circulars.findings import Finding
from bareme.service.app import create_app
from bareme.service.pages.finding_words import ADVISED, advice_of, grouped, title_of, told
from bareme.service.pages.languages import LANGUAGES, Words, catalogue
from bareme.service.settings import Settings

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(Settings(book=str(tmp_path_factory.mktemp("findings") / "none.sqlite"))))


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    book = bareme.open_book("/nowhere/book.sqlite")
    return [finding for held in book.circulars() for finding in book.audit(held.number)]


def keys(section: str, language: str = "en") -> set[str]:
    return {key.partition(".")[2] for key in catalogue(language) if key.startswith(f"{section}.")}


def test_every_check_has_its_words() -> None:
    """A check that is new has no words: this fails until each catalogue has them."""
    assert keys("checks") == CHECKS.keys()
    assert sorted(check for checks in ADVISED.values() for check in checks) == sorted(CHECKS)
    assert keys("check_advice") == ADVISED.keys()
    assert keys("check_details") <= CHECKS.keys()


def test_advice_about_lines_that_are_not_used_says_so() -> None:
    for check in ADVISED["not_used"]:
        assert CHECKS[check].doubts_line, check


def test_the_figures_of_real_findings_are_told_in_each_language(findings: list[Finding]) -> None:
    [one, *_] = [finding for finding in findings if finding.check == "fee_from_terms"]
    assert told(one, Words("fr")).detail == "291,11 est publié ; 220 x 1,323274 donne 291,12."
    assert told(one, Words("nl")).detail == "291,11 is gepubliceerd; 220 x 1,323274 geeft 291,12."
    [other, *_] = [finding for finding in findings if finding.check == "figure_unrounded"]
    assert dict(told(other, Words("nl")).figures).keys() >= {"gepubliceerd", "berekend", "voordien"}
    for language in LANGUAGES:
        assert sum(len(group.findings) for group in grouped(findings, Words(language))) == len(findings)


def test_a_finding_without_the_values_of_its_sentence_keeps_its_message(findings: list[Finding]) -> None:
    [one, *_] = [finding for finding in findings if finding.check == "fee_from_terms"]
    assert told(replace(one, values={"published": "291,11"}), Words("fr")).detail is None
    strange = replace(one, check="of_a_later_version")
    assert (title_of(strange.check, Words("fr")), advice_of(strange.check, Words("fr"))) == (None, None)


@pytest.mark.parametrize("place", ["/circulars/2024-382", "/circulars/2025-336", "/codes/589750"])
def test_pages_mark_what_is_english(client: TestClient, findings: list[Finding], place: str) -> None:
    """On French and Dutch pages no message of a check stands outside of what is marked as English."""
    for language in ("fr", "nl"):
        text = client.get(place, params={"lang": language}, headers=HTML).text
        bare = re.sub(r'<ul lang="en">.*?</ul>', "", text, flags=re.S)
        assert bare != text
        assert "is published" not in bare
        assert catalogue(language)["checks.fee_from_terms"] in bare
        assert catalogue(language)["findings.message"] in bare
    english = client.get(place, params={"lang": "en"}, headers=HTML).text
    assert 'lang="en"' not in english.partition('id="findings"')[2].partition('id="measures"')[0]


def test_a_document_that_is_given_is_judged_in_the_language_of_the_page(client: TestClient) -> None:
    page = client.get("/circulars/new?lang=nl", headers=HTML).text
    token = re.search(r'name="form" value="([0-9a-f]{64})"', page)
    assert token is not None
    document = b"Tarifs\n\n<b>565014</b>\t<script>alert(1)</script>\n"
    answer = client.post(
        "/circulars/new", data={"form": token[1]}, files={"document": ("own.txt", document)}, headers=HTML
    )
    assert "Het document zegt niet welke omzendbrief het is" in answer.text
    assert "<script>alert" not in answer.text

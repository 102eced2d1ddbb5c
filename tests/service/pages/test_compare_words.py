"""Why figures changed, in words of three languages: every kind of reason, every note, and a real comparison."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

import bareme
from bareme.audit.because import KINDS, Because
from bareme.audit.changes import NOTES
from bareme.audit.compared import PARENTS
from bareme.service.app import create_app
from bareme.service.pages.compare_words import reasons_in_words
from bareme.service.pages.languages import LANGUAGES, Words, catalogue
from bareme.service.settings import Settings


def keys(section: str) -> set[str]:
    return {key.partition(".")[2] for key in catalogue("en") if key.startswith(f"{section}.")}


def test_every_reason_and_every_note_has_its_words() -> None:
    assert keys("because") == KINDS.keys() | {"then"}
    assert keys("parents") == PARENTS.keys()
    assert keys("compare_notes") == NOTES.keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_reason_can_be_said(language: str, kind: str) -> None:
    said = reasons_in_words((Because(kind, "2025/336", parent="amount"),), Words(language))
    assert said.strip()
    assert "{" not in said


def test_the_reasons_of_a_real_comparison() -> None:
    found = bareme.open_book("/nowhere/book.sqlite").compare("2024/382", "2025/336")
    [one] = [one for one in found.changed if one.act.codes[0] == "589676" and one.part.value == "letter_value"]
    french, dutch = (reasons_in_words(one.because, Words(language)) for language in ("fr", "nl"))
    assert french.startswith("index +2,72 % sur toutes les prestations, puis valeur de la lettre-clé \u221210 % sur")
    assert "vanaf een niet-gedrukte waarde van de sleutelletter" in dutch
    assert "; ".join(reason.words for reason in one.because) == one.why


@pytest.mark.parametrize(("language", "words"), [("fr", "(circulaire 2025/336)"), ("nl", "(omzendbrief 2025/336)")])
def test_the_page_gives_them_in_its_language(
    tmp_path_factory: pytest.TempPathFactory, language: str, words: str
) -> None:
    client = TestClient(create_app(Settings(book=str(tmp_path_factory.mktemp("reasons") / "none.sqlite"))))
    for place in ("/compare?from=2024-382&to=2025-336", "/compare?from=2025-06-01&to=2026-06-01"):
        text = client.get(f"{place}&lang={language}", headers={"Accept": "text/html"}).text
        bare = re.sub(r'<span class="soft" lang="en">.*?</span>', "", text)
        assert words in bare
        assert "(circular " not in bare
        assert len(text.encode()) < 100_000
    assert bare != text

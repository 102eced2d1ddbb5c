"""Measures in words of three languages: each kind and scope, those of real circulars, those of the example scenario."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient

import bareme
from bareme.circulars.model import MEASURE_KINDS, MEASURE_SCOPES, Measure
from bareme.service.app import create_app
from bareme.service.pages.languages import LANGUAGES, Words, catalogue
from bareme.service.pages.measure_words import measure_in_words, step_in_words
from bareme.service.settings import Settings
from bareme.simulation.scenario import KINDS, KeyLetter, Step

BOOK = bareme.open_book("/nowhere/book.sqlite")
REST = {"range", "since", "already", "except", "letters_only", "letters_but"}


def keys(section: str) -> set[str]:
    return {key.partition(".")[2] for key in catalogue("en") if key.startswith(f"{section}.")}


def measures() -> tuple[Measure, ...]:
    return BOOK.reading("2025/336").measures


def test_every_kind_and_every_scope_has_its_words() -> None:
    assert keys("measure_says") == MEASURE_KINDS.keys() | KINDS.keys() | REST
    assert keys("measure_on") == MEASURE_SCOPES.keys()


def test_what_a_circular_announces() -> None:
    said = {language: [measure_in_words(one, Words(language)) for one in measures()] for language in LANGUAGES}
    assert said["fr"][0] == "index +2,72 % sur toutes les prestations"
    assert said["nl"][0] == "index +2,72 % op alle verstrekkingen"
    assert said["en"][0] == "index +2.72 % on all acts"
    assert "honoraires de N 1\u202f300 au lieu de N 1\u202f350 sur 565493-565504, 565552-565563" in said["fr"]
    assert any(words.startswith("waarde van de sleutelletter \u221210 % op 589") for words in said["nl"])


def test_what_a_scenario_does() -> None:
    index = replace(measures()[0], excepted=("589072",), relative_to=date(2025, 1, 1))
    letters = (KeyLetter("I", Decimal("0.967687")),)
    step = Step("one", "One", index, date(2027, 1, 1), regime="preferential", letters=letters)
    assert step_in_words(step, Words("nl")) == (
        "index +2,72 % gerekend vanaf de tarieven van 1\u00a0januari\u00a02025 op alle verstrekkingen, behalve 589072 "
        "(met voorkeurregeling) (alleen de sleutelletters I = 0,967687)"
    )
    other = replace(step, measure=replace(index, kind="fee_as", excepted=()), other="565014", regime=None, letters=())
    ranged = replace(other, ranges=(("565051", "565062"),), measure=replace(other.measure, relative_to=None))
    assert step_in_words(ranged, Words("fr")) == "honoraires comme ceux de 565014 sur 565051 à 565062"
    whole = replace(step, measure=replace(index, kind="circular"), circular="2025/336")
    assert step_in_words(whole, Words("fr")) == "les mesures de la circulaire 2025/336"


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "sur toutes les prestations"), ("nl", "op alle verstrekkingen")]
)
def test_pages_say_measures_in_their_language(
    tmp_path_factory: pytest.TempPathFactory, language: str, words: str
) -> None:
    client = TestClient(create_app(Settings(book=str(tmp_path_factory.mktemp("measures") / "none.sqlite"))))
    for place in ("/circulars/2025-336?", "/simulate?example=negotiation-2027&"):
        text = client.get(f"{place}lang={language}", headers={"Accept": "text/html"}).text
        assert words in text
        assert "on all acts" not in text

"""Charts speak the language of their page: every word of them comes from its catalogue, its numbers are written so."""

from __future__ import annotations

import re
from base64 import b64decode

import pytest
from fastapi.testclient import TestClient
from lxml import etree

from bareme.service.app import create_app
from bareme.service.pages.charts import SHARED, chart_words
from bareme.service.pages.languages import LANGUAGES, catalogue
from bareme.service.settings import Settings
from bareme.simulation.chart_words import TEXTS
from bareme.simulation.examples import example_scenario

pytest.importorskip("matplotlib")
BUDGET = "/simulate/budget-by-measure.svg?example=negotiation-2027&volumes=example&envelope=800000"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(Settings(book=str(tmp_path_factory.mktemp("charts") / "none.sqlite"))))


def texts(svg: bytes) -> list[str]:
    """What a drawing says, a line each."""
    return ["".join(map(str, one.itertext())) for one in etree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def chart(client: TestClient, place: str, language: str) -> list[str]:
    answer = client.get(f"{place}{'&' if '?' in place else '?'}lang={language}")
    assert answer.headers["content-language"] == language
    return texts(answer.content)


def test_the_history_of_a_code(client: TestClient) -> None:
    place = "/codes/565014/history.svg"
    french, dutch = chart(client, place, "fr"), chart(client, place, "nl")
    assert {"honoraires, euro", "intervention régime ordinaire", "ticket modérateur, euro"} <= set(french)
    assert {"honorarium, euro", "tegemoetkoming zonder voorkeurregeling", "remgeld, euro"} <= set(dutch)
    assert "honoraires, aux prix de 2025" in french
    english = chart(client, place, "en")
    assert "1.26" in english
    assert "1,26" in french
    assert "1,26" in dutch


def test_what_measures_do(client: TestClient) -> None:
    bands = "/simulate/change-of-fees.svg?example=negotiation-2027"
    assert {"lignes", "inchangés", "de 2 % à 3 %"} <= set(chart(client, bands, "fr"))
    assert {"lijnen", "ongewijzigd", "2 % tot 3 %"} <= set(chart(client, bands, "nl"))
    said = chart(client, BUDGET, "nl")
    assert {"verzekering", "patiënten", "duizend euro per jaar", "alle maatregelen"} <= set(said)
    assert "enveloppe +800,00" in said
    assert "envelope +800.00" in chart(client, BUDGET, "en")


def test_the_tag_of_a_chart_is_of_its_language(client: TestClient) -> None:
    tags = {client.get(f"/codes/565014/history.svg?lang={one}").headers["etag"] for one in LANGUAGES}
    assert len(tags) == len(LANGUAGES)


def test_charts_that_stand_in_a_page_speak_its_language(client: TestClient) -> None:
    page = client.get("/simulate?lang=nl").text
    token = re.search(r'name="form" value="([0-9a-f]{64})"', page)
    assert token is not None
    files = {"volumes": ("volumes.csv", b"code,regime,acts\n565014,ordinary,100\n")}
    sent = client.post("/simulate", data={"form": token[1], "text": example_scenario()}, files=files)
    inside = re.search(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", sent.text)
    assert inside is not None
    assert "duizend euro per jaar" in texts(b64decode(inside[1]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_have_all_their_words_and_no_others(language: str) -> None:
    """A word that charts gain without a word in each catalogue fails here, and one that no chart says any more."""
    assert chart_words(language).texts.keys() == TEXTS.keys()
    own = {key.partition(".")[2] for key in catalogue(language) if key.startswith("charts.")}
    assert own == TEXTS.keys() - SHARED.keys()
    assert chart_words(language).fact("accreditation", "yes") != "accreditation yes"

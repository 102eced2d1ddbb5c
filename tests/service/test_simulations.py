"""Scenarios and eTariff messages sent: answered as the library does, and no file of the machine is read for them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import bareme
from addresses import answer_of, client_of, problem_of
from bareme.exchange.fhir.reading import read_message
from bareme.service.scenarios import MOST_MEASURES
from bareme.simulation.options import CostingOptions
from etariff_requests import REQUEST

EXAMPLES = Path(__file__).parents[2] / "examples" / "scenarios"
SCENARIO = (EXAMPLES / "negotiation-2027.toml").read_text(encoding="utf-8")
TOML = {"Content-Type": "application/toml"}
XML = {"Content-Type": "application/fhir+xml"}
PATIENTS = b'schema = "bareme/baskets/1"\n[[patient]]\nname = "A"\nregime = "ordinary"\nacts = { "565014" = 2 }\n'


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("simulations") / "none.sqlite"


@pytest.fixture(scope="module")
def client(book: Path) -> TestClient:
    return client_of(book)


def post(client: TestClient, content: str, **asked: Any) -> Any:
    return client.post("/v1/simulations", content=content, headers=TOML, params=asked)


def of_library(found: Any) -> Any:
    """What a simulation says, but for what its file is called."""
    return {name: value for name, value in found.items() if name != "scenario"}


def test_a_scenario_is_simulated_as_the_library_does(client: TestClient, book: Path) -> None:
    own = bareme.open_book(book).simulate(EXAMPLES / "negotiation-2027.toml", against="2025/336").to_dict()
    found = answer_of(post(client, SCENARIO, against="2025-336"), "simulate-1")
    same = json.loads(json.dumps(of_library(own)).replace("negotiation-2027.toml", "scenario"))
    assert of_library(found) == same
    assert found["scenario"]["document"] == own["scenario"]["document"]


def test_json_of_the_same_shape_does_as_well(client: TestClient) -> None:
    data = json.loads(json.dumps(tomllib.loads(SCENARIO), default=str))
    found = answer_of(client.post("/v1/simulations", json=data), "simulate-1")
    assert found["changes"] == post(client, SCENARIO).json()["changes"]
    form = {"scenario": ("plan.JSON", json.dumps(data))}
    assert client.post("/v1/simulations", files=form).json()["changes"] == found["changes"]


@pytest.mark.slow
def test_volumes_and_patients_come_in_a_form(client: TestClient, book: Path, tmp_path: Path) -> None:
    volumes = EXAMPLES / "volumes-2027.csv"
    (tmp_path / "baskets.toml").write_bytes(PATIENTS)
    (tmp_path / "volumes.csv").write_bytes(volumes.read_bytes())
    options = CostingOptions(
        str(tmp_path / "volumes.csv"), envelope="250000.00", baskets=str(tmp_path / "baskets.toml"), vary="5"
    )
    own = bareme.open_book(book).simulate(EXAMPLES / "negotiation-2027.toml", costing=options).to_dict()
    form: dict[str, tuple[str, bytes]] = {
        "scenario": ("a", SCENARIO.encode()),
        "volumes": ("../../v.csv", volumes.read_bytes()),
        "baskets": ("/b", PATIENTS),
    }
    answer = client.post("/v1/simulations", files=form, params={"envelope": "250000.00", "vary": "5"})
    found = answer_of(answer, "simulate-1")
    assert (found["budget"], found["patients"]) == (own["budget"], own["patients"])
    assert found["budget"] is not None
    assert str(tmp_path) not in answer.text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ('extends = "/etc/passwd"\n' + SCENARIO, "stands alone"),
        ('extends = "../../x.toml"\n' + SCENARIO, "stands alone"),
        ("extends = 3", "stands alone"),
        ("", "schema is missing"),
        ("x = [", "is not TOML"),
        ("a = " + "[" * 100_000, "is not TOML"),
        ("a = 1e400", "floating-point"),
        (SCENARIO.replace('"index"', '"indx"'), "did you mean index"),
        (SCENARIO.replace("2.72", "2.7.2"), "scenario, line"),
    ],
)
def test_a_scenario_that_cannot_be_used_is_told_where(client: TestClient, sent: str, said: str) -> None:
    assert said in problem_of(post(client, sent), 400, "invalid_input")["detail"]


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", '"x"', '{"a": 1, "a": 2}', '{"a": NaN}', '{"a": 1e999}', "{"])
def test_json_that_cannot_be_used_is_refused(client: TestClient, text: str) -> None:
    answer = client.post("/v1/simulations", content=text, headers={"Content-Type": "application/json"})
    problem_of(answer, 400, "invalid_input")


@pytest.mark.parametrize("name", ["/etc/passwd", "volumes.csv", "../x.csv"])
def test_baskets_name_no_file(client: TestClient, name: str) -> None:
    baskets = f'schema = "bareme/baskets/1"\n[[provider]]\nname = "A"\nvolumes = "{name}"\n'
    form = {"scenario": ("a", SCENARIO), "baskets": ("b", baskets)}
    answer = client.post("/v1/simulations", files=form)
    assert "name a file" in problem_of(answer, 400, "invalid_input")["detail"]


@pytest.mark.parametrize("against", ["/etc/passwd", "examples/toy/2023-900.txt", "2025/999", ""])
def test_a_scenario_is_set_beside_circulars_of_the_book_alone(client: TestClient, against: str) -> None:
    assert "the book holds no circular" in problem_of(post(client, SCENARIO, against=against), 400)["detail"]


def test_what_is_too_much_or_of_another_type_is_refused(client: TestClient) -> None:
    problem_of(client.post("/v1/simulations", content=SCENARIO), 415, "unsupported_type")
    problem_of(post(client, "#" * (1024 * 1024 + 1)), 413, "too_large")
    measure = '\n[[measure]]\nid = "m{}"\nkind = "index"\nrate = "1.00"\nall = true\n'
    head = SCENARIO.partition("[[measure]]")[0]
    many = head + "".join(measure.format(number) for number in range(MOST_MEASURES + 1))
    problem_of(post(client, many), 413, "too_large")
    problem_of(post(client, SCENARIO, envelope="1"), 400)
    problem_of(post(client, SCENARIO, envelope="much"), 422)
    problem_of(post(client, SCENARIO, scenario="/etc/passwd"), 400)
    problem_of(client.post("/v1/simulations", files={"volumes": ("a", b"")}), 400)
    problem_of(client.post("/v1/simulations", content=b"\xff", headers=TOML), 400)


def message(client: TestClient, content: bytes, accept: str | None = None, **asked: str) -> Any:
    headers = {**XML, **({} if accept is None else {"Accept": accept})}
    return client.post("/fhir/etariff", content=content, headers=headers, params=asked)


def test_an_etariff_request_is_answered_in_the_form_that_is_accepted(client: TestClient) -> None:
    request = REQUEST.read_bytes()
    for accept, kind in (
        (None, "application/fhir+xml"),
        ("application/fhir+json", "application/fhir+json"),
        ("application/json", "application/fhir+json"),
        ("text/html, application/xml;q=0.5, application/json;q=0.9", "application/fhir+json"),
        ("*/*", "application/fhir+xml"),
    ):
        answer = message(client, request, accept)
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert read_message(answer.content, kind).root is not None


def test_an_etariff_answer_is_that_of_the_library(client: TestClient, book: Path) -> None:
    request = REQUEST.read_bytes()
    own = bareme.open_book(book).etariff(request, ct1="110", ct2="110", as_known_on="2026-03-01")
    answer = message(client, request, ct1="110", ct2="110", as_known_on="2026-03-01")
    net = [line for line in own.content.decode().splitlines() if "<value value=" in line and "." in line]
    assert net
    assert all(line in answer.text for line in net)


@pytest.mark.parametrize("sent", [b"", b"<a", b"<Bundle/>", b"\xff\xfe", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'])
def test_what_is_no_request_is_answered_with_a_reject(client: TestClient, sent: bytes) -> None:
    answer = message(client, sent)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/fhir+xml")
    assert b"OperationOutcome" in answer.content


def test_problems_are_for_what_is_no_message(client: TestClient) -> None:
    request = REQUEST.read_bytes()
    problem_of(client.post("/fhir/etariff", content=request), 415, "unsupported_type")
    problem_of(message(client, request, ct1="x"), 400, "invalid_input")
    problem_of(message(client, request, fact="x"), 400, "invalid_input")
    problem_of(message(client, request, regime="x"), 422, "unprocessable")
    problem_of(client.get("/fhir/etariff"), 405, "method_not_allowed")


def test_the_real_requests_are_answered(client: TestClient, shared: Path) -> None:
    requests = sorted((shared / "etariff").glob("*Request*.xml"))
    assert requests
    for path in requests:
        answer = message(client, path.read_bytes())
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/fhir+xml")

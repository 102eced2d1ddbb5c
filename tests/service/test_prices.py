"""Prices over HTTP are those of the library, and say the same in every case."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

import bareme
from bareme.schemas import schema
from bareme.service.app import create_app
from bareme.service.logs import OneLine
from bareme.service.settings import Settings

PRICE = Draft202012Validator(schema("price-1"))
PROBLEM = Draft202012Validator(schema("problem-1"))
ASKED = "/v1/codes/565014/price?on=2026-03-01&regime=ordinary"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(Settings(book=str(tmp_path_factory.mktemp("service") / "none.sqlite"))))


def test_a_price_is_that_of_the_library(client: TestClient, tmp_path: Path) -> None:
    answer = client.get(ASKED)
    book = bareme.open_book(tmp_path / "none.sqlite")
    assert answer.json() == book.price("565014", on="2026-03-01", regime="ordinary").to_dict()
    PRICE.validate(answer.json())
    assert answer.json()["patient_share"] == "8.68"


def test_a_head_has_the_headers_and_no_body(client: TestClient) -> None:
    asked, head = client.get(ASKED), client.head(ASKED)
    assert head.content == b""
    assert {**head.headers, "x-request-id": ""} == {**asked.headers, "x-request-id": ""}


def test_who_holds_the_answer_gets_none(client: TestClient) -> None:
    tag = client.get(ASKED).headers["etag"]
    again = client.get(ASKED, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_only_what_was_recorded_is_kept_for_good(client: TestClient) -> None:
    assert "immutable" not in client.get(ASKED).headers["cache-control"]
    assert "immutable" in client.get(f"{ASKED}&as_recorded_at=2026-11-01T00:00:00Z").headers["cache-control"]
    assert "immutable" not in client.get(f"{ASKED}&as_recorded_at=2999-01-01T00:00:00Z").headers["cache-control"]


@pytest.mark.parametrize(
    ("asked", "status", "found"),
    [
        ("/v1/codes/565014/price?on=2026-03-01&regim=ordinary", 400, "'regim' is not a fact"),
        ("/v1/codes/565014/price?on=tomorrow", 400, "on:"),
        ("/v1/codes/565014/price", 422, ""),
        ("/v1/codes/565014/price?on=2026-03-01&regime=ordinary&regime=preferential", 400, "regime is given twice"),
        ("/v1/codes/565014/price?on=2025-03-01&on=2026-03-01&regime=ordinary", 400, "on is given twice"),
        ("/v1/codes/565014/price?on=2026-03-01&quantity=1&quantity=2", 400, "quantity is given twice"),
        ("/v1/codes/565014/price?on=2026-03-01&code=565025", 400, "'code' is not a fact"),
        ("/v1/codes/565014/price?on=2026-03-01&self=1", 400, "'self' is not a fact"),
        ("/v1/codes/565014/price?on=2026-03-01&quantity=1_0", 422, ""),
        ("/v1/codes/565014/price?on=2026-03-01&quantity=%201", 422, ""),
        ("/v1/codes/565014/price?on=2026-W09-7", 400, "on:"),
        ("/v1/codes?limit=1_0", 422, ""),
        ("/v1/agreements/2020/accreditation?flat_fees=1_0", 422, ""),
        ("/nothing", 404, ""),
    ],
)
def test_what_cannot_be_answered_is_a_problem(client: TestClient, asked: str, status: int, found: str) -> None:
    answer = client.get(asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    PROBLEM.validate(answer.json())
    assert found in answer.json()["detail"]


def test_a_basket_is_answered_in_order(client: TestClient) -> None:
    acts = [{"code": "565014", "on": "2026-03-01", "regime": "ordinary"}, {"code": "999999", "on": "2026-03-01"}]
    answer = client.post("/v1/prices", json={"acts": acts})
    assert [one["outcome"] for one in answer.json()] == ["priced", "invalid_code"]


@pytest.mark.parametrize(
    "body",
    [
        '{"acts": [{"code": "565014", "on": "2026-03-01", "regime": "ordinary", "regime": "preferential"}]}',
        '{"acts": [{"code": "565014", "code": "565025", "on": "2026-03-01", "regime": "ordinary"}]}',
        '{"acts": [{"code": "565014", "on": "2026-03-01"}], "acts": [{"code": "565025", "on": "2026-03-01"}]}',
    ],
)
def test_a_name_that_stands_twice_in_a_basket_is_refused(client: TestClient, body: str) -> None:
    answer = client.post("/v1/prices", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "stands twice" in answer.json()["detail"]


def test_what_stands_in_the_address_of_a_basket_is_refused_and_not_passed_over(client: TestClient) -> None:
    acts = {"acts": [{"code": "565014", "on": "2026-03-01", "regime": "ordinary"}]}
    answer = client.post("/v1/prices?as_known_on=2025-01-01", json=acts)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "'as_known_on' is no parameter of this address; it has none."


def test_every_answer_has_secure_headers(client: TestClient) -> None:
    for asked in (ASKED, "/nothing", "/v1/health"):
        headers = client.get(asked).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert len(headers["x-request-id"]) == 32


def test_the_log_of_a_failure_names_the_address_without_what_stands_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(Settings(book=str(tmp_path / "none.sqlite")))
    monkeypatch.setattr(app.state, "book", None)
    failing = TestClient(app, raise_server_exceptions=False)
    answer = failing.get("/v1/codes/Zorgvrager-7719")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    lines = [OneLine().format(record) for record in caplog.records if record.name.startswith("bareme")]
    assert any('"event": "failed"' in line and '"path": "/v1/codes/{code}"' in line for line in lines)
    assert [line for line in lines if "Zorgvrager" in line] == []


def test_a_body_over_the_limit_is_refused(tmp_path: Path) -> None:
    small = TestClient(create_app(Settings(book=str(tmp_path / "none.sqlite"), most_body=1024)))
    acts = [{"code": "565014", "on": "2026-03-01"}] * 100
    assert small.post("/v1/prices", json={"acts": acts}).status_code == 413
    parts = iter([b'{"acts": [', b" " * 2000, b"]}"])
    answer = small.post("/v1/prices", content=parts, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_the_openapi_document_leads_to_components_only(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    text = str(document)
    assert "#/$defs/" not in text
    assert {"price-1", "problem-1"} <= document["components"]["schemas"].keys()

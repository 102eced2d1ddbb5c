"""Prices that are told at once are those that are looked up, and never of a book that was written since."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

import bareme
from bareme.service.app import create_app
from bareme.service.settings import Settings

ASKED = "/v1/codes/565014/price?on=2026-03-01&regime=ordinary"
ACTS: list[dict[str, Any]] = [
    {"code": "565014", "on": "2026-03-01", "regime": "ordinary"},
    {"code": "565014", "on": "2026-03-02", "regime": "ordinary", "quantity": 3},
    {"code": "999999", "on": "2026-03-01"},
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(Settings(book=str(tmp_path_factory.mktemp("service") / "none.sqlite"))))


def slowly(client: TestClient, asked: str) -> Any:
    """The same asked in the way that every request goes."""
    app: Any = client.app
    app.state.answers_at_once = False
    try:
        return client.get(asked)
    finally:
        app.state.answers_at_once = True


@pytest.mark.parametrize(
    "more",
    [
        "",
        "&age=23",
        "&quantity=2",
        "&quantity=0",
        "&quantity=%2B2",
        "&language=fr",
        "&language=xx",
        "&birth_date=2000-02-29",
        "&age=23&birth_date=2000-02-29",
        "&regime=preferential",
        "&regim=x",
        "&code=1",
        "&as_known_on=2025-01-01",
        "&age=",
        "&request=1",
        "&self=1",
        "&on=2026-03-02",
        "&age=%00",
        "&age=%ff",
        "&age=%ed%a0%80",
        "&minutes=15",
    ],
)
def test_told_at_once_is_what_is_looked_up(client: TestClient, more: str) -> None:
    expected = slowly(client, ASKED + more)
    for _ in range(2):
        found = client.get(ASKED + more)
        assert (found.status_code, found.content) == (expected.status_code, expected.content)
        names = ("etag", "cache-control", "vary", "content-type", "x-content-type-options")
        assert [found.headers.get(name) for name in names] == [expected.headers.get(name) for name in names]


def test_who_holds_the_answer_gets_none_at_once(client: TestClient) -> None:
    tag = client.get(ASKED).headers["etag"]
    again = client.get(ASKED, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    head = client.head(ASKED)
    assert (head.status_code, head.content) == (200, b"")


def test_reading_with_a_key_only_is_so_at_once_too(tmp_path: Path) -> None:
    app = create_app(Settings(book=str(tmp_path / "none.sqlite"), reading="key"))
    book: bareme.Book = app.state.book
    book.price_json("565014", "2026-03-01", regime="ordinary")
    assert book.price_json_at_once("565014", "2026-03-01", regime="ordinary") is not None
    for headers in ({}, {"Authorization": "Bearer x"}):
        refused = TestClient(app).get(ASKED, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "key_needed")


def test_what_another_process_writes_is_told_from_then_on(tmp_path: Path, four: dict[str, Path]) -> None:
    """The service told prices of a book; a circular is recorded beside it; the next answer knows it."""
    place = tmp_path / "book.sqlite"
    old, new = four["2024/382"], four["2025/336"]
    bareme.create_book(place)
    bareme.open_book(place).load(old)
    client = TestClient(create_app(Settings(book=str(place))))
    before = [client.get(ASKED).json() for _ in range(2)]
    assert [one["certainty"] for one in before] == ["last_known", "last_known"]
    script = "import bareme, sys; bareme.open_book(sys.argv[1]).load(sys.argv[2])"
    subprocess.run([sys.executable, "-c", script, str(place), str(new)], check=True)
    after = client.get(ASKED)
    assert (after.json()["certainty"], after.json()["circular"]) == ("published", "2025/336")
    assert after.json() == bareme.open_book(place).price("565014", "2026-03-01", regime="ordinary").to_dict()


def test_a_basket_by_lines_or_as_arrow_is_the_same(client: TestClient) -> None:
    plain = client.post("/v1/prices", json={"acts": ACTS}).json()
    lines = client.post("/v1/prices", json={"acts": ACTS}, headers={"Accept": "application/x-ndjson"})
    assert lines.headers["content-type"].startswith("application/x-ndjson")
    assert [json.loads(line) for line in lines.content.splitlines()] == plain
    arrow = client.post("/v1/prices", json={"acts": ACTS}, headers={"Accept": "application/vnd.apache.arrow.stream"})
    table = pa.ipc.open_stream(arrow.content).read_all()
    assert table.column("outcome").to_pylist() == [one["outcome"] for one in plain]
    assert [str(fee) for fee in table.column("total_fee").to_pylist()[:2]] == [one["total_fee"] for one in plain[:2]]


@pytest.mark.parametrize(
    ("body", "status", "found"),
    [
        (
            '{"acts": [{"code": "565014", "on": "2026-03-01"}, {"code": "565014", "on": "2026-02-30"}]}',
            400,
            "act 2: on:",
        ),
        ('{"acts": []}', 422, ""),
        ('{"acts": [{"code": "565014"}]}', 422, ""),
        ('{"acts": [{"code": "565014", "on": "2026-03-01", "quantity": true}]}', 422, ""),
        ('{"acts": [{"code": "565014", "on": "2026-03-01", "age": ' + "9" * 6000 + "}]}", 4, ""),
        ('{"acts": [{"code": "565014", "on": "2026-03-01", "age": NaN}]}', 4, ""),
        ('{"acts": [{"code": "565014", "on": "2026-03-01", "age": 1e400}]}', 4, ""),
        ('{"acts": [{"code": "565014", "on": "2026-03-01", "regime": ' + "[" * 5000 + "]" * 5000 + "}]}", 4, ""),
        ('{"acts": [{"code": "565014", "on": "2026-03-01"}], "acts2": 1}', 422, ""),
        ('{"acts": "\\ud800"}', 422, ""),
        ("\xff", 422, ""),
        ("", 422, ""),
    ],
)
@pytest.mark.parametrize("accept", ["*/*", "application/vnd.apache.arrow.stream"])
def test_a_basket_that_cannot_be_priced_is_refused_whole(
    client: TestClient, body: str, status: int, found: str, accept: str
) -> None:
    headers = {"Content-Type": "application/json", "Accept": accept}
    answer = client.post("/v1/prices", content=body.encode("latin-1"), headers=headers)
    assert answer.status_code in ((status,) if status > 4 else (400, 422))
    assert answer.headers["content-type"] == "application/problem+json"
    assert found in answer.json()["detail"]


def test_a_basket_of_another_type_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/prices", content=b"a=b", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_type")

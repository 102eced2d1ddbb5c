"""Addresses that are read: each answer valid by its schema, the same as the library's, problems told in one shape."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urljoin

import pytest
from fastapi.testclient import TestClient
from lxml import etree

import bareme
from addresses import answer_of, client_of, editor, problem_of, reader
from bareme.exchange.agreements.agenda_ics import agenda_ics
from bareme.library.agreements import agreements
from bareme.service.answering import saved_as

AGREEMENT = "/v1/agreements/2020"
ANSWER = "agreement-answer-1"
READ = [
    ("/v1/codes?q=oncogenetique", "search-1"),
    ("/v1/codes?limit=3&on=2026-03-01&series=doctors", "search-1"),
    ("/v1/codes/565014", "code-1"),
    ("/v1/codes/565014?as_known_on=2025-06-01", "code-1"),
    ("/v1/circulars", "circulars-1"),
    ("/v1/circulars/2025-336", "circular-1"),
    ("/v1/circulars/2025-336/lines", "circular-lines-1"),
    ("/v1/circulars/2025-336/measures", "circular-measures-1"),
    ("/v1/circulars/2025-336/findings", "audit-1"),
    ("/v1/circulars/2025-336/reconciliation", "reconcile-1"),
    ("/v1/circulars/2025-336/reconciliation?against=2024-382", "reconcile-1"),
    ("/v1/compare?from=2024-382&to=2025/336", "compare-1"),
    ("/v1/compare?from=2025-06-01&to=2026-06-01&series=doctors", "compare-1"),
    ("/v1/changes?limit=2", "changes-1"),
    (AGREEMENT, "agreement-addresses-1"),
    (f"{AGREEMENT}/overview?language=fr", "agreement-overview-1"),
    (f"{AGREEMENT}/parameters?awaited=true", "agreement-parameters-1"),
    (f"{AGREEMENT}/figures?on=2020-05-01&derived=true", "agreement-figures-1"),
    (f"{AGREEMENT}/agenda?from=2020-01-01&to=2020-06-30&kind=fact&kind=period", "agreement-agenda-1"),
    (f"{AGREEMENT}/budget", "budget-1"),
    (f"{AGREEMENT}/indexation", "agreement-indexation-1"),
    (f"{AGREEMENT}/dashboard?quarter=2020-Q2", "agreement-dashboard-1"),
    (f"{AGREEMENT}/benefit?adhered=fully&threshold=not_met", ANSWER),
    (f"{AGREEMENT}/accreditation?flat_fees=100", "agreement-accreditation-1"),
    (f"{AGREEMENT}/accreditation/supplement?asked=1.50&on=2020-08-01", ANSWER),
    (f"{AGREEMENT}/premium?result=criterion=3", "agreement-premium-1"),
    (f"{AGREEMENT}/revaluation/euthanasia?on=2020-10-01&treating_doctor=yes", ANSWER),
    (f"{AGREEMENT}/correction/other?on=2020-06-01", ANSWER),
    (f"{AGREEMENT}/supplement-report?on=2020-06-01&electronic=yes&ambulatory=no", ANSWER),
    (f"{AGREEMENT}/global-file-fee", ANSWER),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("addresses") / "none.sqlite"


@pytest.fixture(scope="module")
def client(book: Path) -> TestClient:
    return client_of(book)


@pytest.mark.parametrize(("address", "schema"), READ)
def test_an_answer_is_valid_and_has_a_tag(client: TestClient, address: str, schema: str) -> None:
    answer = client.get(address)
    answer_of(answer, schema)
    again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_every_read_address_is_tried_here(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    tagged = ("codes", "circulars", "agreements")
    paths = [path for path, of in document["paths"].items() if "get" in of and of["get"]["tags"][0] in tagged]
    here = [address.partition("?")[0] for address, _ in READ]
    tried = {p for p in paths for a in here if len(p.split("/")) == len(a.split("/")) and _fits(p, a)}
    elsewhere = {"/v1/circulars/{number}/document", "/v1/changes.atom"}
    assert set(paths) - tried == elsewhere


def _fits(path: str, address: str) -> bool:
    return all(p == a or p.startswith("{") for p, a in zip(path.split("/"), address.split("/"), strict=True))


def test_every_operation_has_a_name_of_its_own(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    names = [operation["operationId"] for of in document["paths"].values() for operation in of.values()]
    assert len(names) == len(set(names))


def test_answers_are_those_of_the_library(client: TestClient, book: Path) -> None:
    own = bareme.open_book(book)
    assert client.get("/v1/codes?q=oncogen").json() == own.search("oncogen").to_dict()
    assert client.get("/v1/codes/565014").json() == own.code("565014").to_dict()
    assert client.get("/v1/circulars").json() == [one.to_dict() for one in own.circulars()]
    assert client.get("/v1/compare?from=2024-382&to=2025-336").json() == own.compare("2024/382", "2025/336").to_dict()
    findings = [finding.to_dict() for finding in own.audit("2025/336")]
    assert client.get("/v1/circulars/2025-336/findings").json() == findings
    assert client.get(f"{AGREEMENT}/budget").json() == agreements[2020].budget().to_dict()


@pytest.mark.parametrize("number", ["2025-336", "2025/336", "2025%2F336", "2025%2f336"])
def test_a_circular_has_one_answer_however_its_number_is_written(client: TestClient, number: str) -> None:
    assert client.get(f"/v1/circulars/{number}").json()["number"] == "2025/336"
    assert len(client.get(f"/v1/circulars/{number}/lines?code=565014").json()) == 1


def test_a_price_leads_to_its_line(client: TestClient) -> None:
    price = client.get("/v1/codes/565014/price?on=2026-03-01&regime=ordinary").json()
    number, _, code = price["line_id"].partition(":")
    [line] = client.get(f"/v1/circulars/{number}/lines?code={code}").json()
    assert price["line_id"] in line["line_ids"]
    assert (line["fee"], line["source"]["row"]) == (price["fee"], price["source"]["row"])


def test_lines_and_codes_come_one_a_line_where_that_is_asked(client: TestClient) -> None:
    for address, plain in (
        ("/v1/circulars/2025-336/lines", client.get("/v1/circulars/2025-336/lines").json()),
        ("/v1/codes?on=2026-03-01", client.get("/v1/codes?on=2026-03-01&limit=1000").json()["hits"]),
    ):
        answer = client.get(address, headers={"Accept": "application/x-ndjson"})
        assert answer.headers["content-type"] == "application/x-ndjson"
        assert [json.loads(line) for line in answer.text.splitlines()] == plain
        assert answer.headers["etag"] != client.get(address).headers["etag"]


def test_pages_of_codes_cover_every_code_once(client: TestClient) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        page = client.get("/v1/codes", params={"limit": 70, **({"cursor": cursor} if cursor else {})}).json()
        seen += [hit["code"] for hit in page["hits"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == page["total"]


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/v1/codes/565015", 400, "565014"),
        ("/v1/codes/x", 400, "six digits"),
        ("/v1/codes?cursor=x", 400, "cursor"),
        ("/v1/codes?limit=0", 422, ""),
        ("/v1/codes?series=x", 400, "no series"),
        ("/v1/codes?que=x", 400, "'que' is no parameter"),
        ("/v1/codes?q=a&q=b", 400, "twice"),
        ("/v1/circulars/2025-999", 404, "no circular 2025-999"),
        ("/v1/circulars/accept", 404, ""),
        ("/v1/circulars/2025-336/document", 404, "not its bytes"),
        ("/v1/circulars/2025-336/document?sha256=" + "0" * 64, 404, "no document"),
        ("/v1/circulars/2025-336/document?sha256=../x", 422, ""),
        ("/v1/circulars/2025-336?as_known_on=2025-01-01", 404, "known from 2025-12-20"),
        ("/v1/circulars/2025-336?as_known_on=x", 400, "as_known_on"),
        ("/v1/circulars/2025-336/reconciliation?against=2025-336", 400, ""),
        ("/v1/circulars/../../etc/passwd", 404, ""),
        ("/v1/circulars/%2e%2e%2f%2e%2e%2fetc%2fpasswd/lines", 404, "no circular"),
        ("/v1/compare?from=/etc/passwd&to=2026-01-01", 400, "nor is that a day"),
        ("/v1/compare?from=2026-W01-1&to=2026-01-01", 400, "nor is that a day"),
        ("/v1/compare?from=2025-01-01&to=2025-336", 400, ""),
        ("/v1/changes.atom?cursor=x", 400, "cursor"),
        ("/v1/agreements/1999", 404, "no agreement of 1999"),
        ("/v1/agreements/x", 422, ""),
        (f"{AGREEMENT}/figures?on=2021-01-01", 400, "holds from"),
        (f"{AGREEMENT}/benefit?pension=survivor&adhered=fully", 400, "pension"),
        (f"{AGREEMENT}/benefit?adhered=perhaps", 422, ""),
        (f"{AGREEMENT}/premium?result=x", 400, "criterion=value"),
        (f"{AGREEMENT}/dashboard?quarter=2019-Q9", 400, ""),
        (f"{AGREEMENT}/nothing", 404, ""),
    ],
)
def test_what_cannot_be_answered_is_a_problem(client: TestClient, address: str, status: int, said: str) -> None:
    assert said in problem_of(client.get(address), status)["detail"]


def test_a_code_that_the_book_has_not_is_told_with_near_ones(client: TestClient) -> None:
    problem = problem_of(client.get("/v1/codes/655014"), 400)
    assert "565014" in problem["detail"]
    swapped = client.get("/v1/codes/560512")
    assert problem_of(swapped, 404, "not_found")["suggestions"] == list(bareme.open_book().code("560512").suggestions)


def test_a_circular_is_told_as_it_was_known(client: TestClient) -> None:
    assert [one["number"] for one in client.get("/v1/circulars?as_known_on=2024-12-11").json()] == ["2024/356"]
    assert client.get("/v1/codes/565014?as_known_on=2025-06-01").json()["circulars"][-1]["number"] == "2024/382"


def test_reading_needs_a_key_where_it_is_said(book: Path) -> None:
    closed = client_of(book, reading="key")
    for address, _ in READ[::5]:
        problem_of(closed.get(address), 401, "key_needed")
        assert closed.get(address, headers=reader(closed)).headers["cache-control"] == "private, no-cache"
    problem_of(closed.post("/fhir/etariff", content=b""), 401, "key_needed")
    problem_of(closed.post("/v1/simulations", content=b""), 401, "key_needed")


def test_the_agreement_lists_its_addresses(client: TestClient) -> None:
    listed = [one["address"] for one in client.get(AGREEMENT).json()["addresses"]]
    plain = [address for address in listed if "{" not in address and "dashboard" not in address]
    assert len(listed) == 15
    for address in plain:
        assert client.get(address).status_code in (200, 422)


def test_the_agenda_is_a_calendar_where_that_is_asked(client: TestClient) -> None:
    answer = client.get(f"{AGREEMENT}/agenda?language=fr", headers={"Accept": "text/calendar"})
    agreement = agreements[2020]
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.content == agenda_ics(agreement.agenda(), agreement.systems["commitments"], "fr")


ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_is_what_readers_of_feeds_take(client: TestClient, book: Path) -> None:
    """RFC 4287: one id, title and updated each; authors; absolute links; moments with a zone; newest first."""
    answer = client.get("/v1/changes.atom?limit=3")
    assert answer.headers["content-type"] == "application/atom+xml"
    root = etree.fromstring(answer.content)
    entries = root.findall(f"{ATOM}entry")
    for one in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1
    assert all(entry.findtext(f"{ATOM}author/{ATOM}name") for entry in entries)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert ids == [f"urn:bareme:entry:{entry.hash}" for entry in reversed(bareme.open_book(book).entries())][:3]
    moments = [str(entry.findtext(f"{ATOM}updated")) for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert all(moment.endswith("Z") for moment in moments)
    assert root.findtext(f"{ATOM}updated") == moments[0]
    links = [str(link.get("href")) for link in root.iter(f"{ATOM}link")]
    assert all(urljoin("http://elsewhere/", link) == link for link in links)
    for entry in entries:
        [link] = entry.findall(f"{ATOM}link")
        assert client.get(str(link.get("href"))).status_code == 200
    [older] = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "next"]
    rest = etree.fromstring(client.get(str(older.get("href"))).content)
    assert len(rest.findall(f"{ATOM}entry")) == 1
    assert not [link for link in rest.findall(f"{ATOM}link") if link.get("rel") == "next"]
    again = client.get("/v1/changes.atom?limit=3", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_feed_leads_to_the_address_that_people_use(book: Path) -> None:
    public = client_of(book, public_url="https://tariffs.example.org/")
    root = etree.fromstring(public.get("/v1/changes.atom").content)
    assert root.findtext(f"{ATOM}id") == "https://tariffs.example.org/v1/changes.atom"


@pytest.mark.parametrize("name", ['a"b;c.txt', "a\r\nX-Evil: 1", "é€.pdf", "\ud800", "", "../../x", "a" * 500])
def test_no_name_of_a_file_can_be_more_than_a_name(name: str) -> None:
    [(header, value)] = saved_as(name).items()
    assert header == "Content-Disposition"
    assert value.isascii()
    assert value.isprintable()
    assert len(value) < 1500
    shown = value.partition('filename="')[2].partition('"')[0]
    assert not set(shown) & set('"/\\;')
    assert value.startswith('attachment; filename="')


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/v1/circulars", "GET, HEAD, POST"),
        ("/v1/circulars/accept", "GET, HEAD, POST"),
        ("/v1/circulars/2025-336", "GET, HEAD"),
        ("/fhir/etariff", "POST"),
    ],
)
def test_another_method_is_told_those_of_the_address(client: TestClient, address: str, allowed: str) -> None:
    answer = client.put(address)
    problem_of(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == allowed


def test_an_editor_reads_too(client: TestClient) -> None:
    assert client.get("/v1/circulars", headers=editor(client)).status_code == 200

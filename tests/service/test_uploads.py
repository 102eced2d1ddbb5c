"""Documents into the book over HTTP: looked at first, recorded with a token, under the name of the key."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import etree

import bareme
from addresses import answer_of, client_of, editor, problem_of, reader
from bareme.service.sharing import READING

TOY = Path(__file__).parents[2] / "examples" / "toy"
FIRST, SECOND = (TOY / name for name in ("2023-900.txt", "2024-900.txt"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    bareme.create_book(tmp_path / "book.sqlite")
    return tmp_path / "book.sqlite"


@pytest.fixture
def client(place: Path) -> TestClient:
    return client_of(place)


def look(client: TestClient, content: bytes, name: str = "a.txt", **said: Any) -> Any:
    answer = client.post("/v1/circulars", content=content, params={"name": name, **said}, headers=editor(client))
    return answer_of(answer, "considered-1")


def accept(client: TestClient, content: bytes, token: str, name: str = "a.txt", **said: Any) -> Any:
    asked = {"token": token, "name": name, **said}
    return client.post("/v1/circulars/accept", content=content, params=asked, headers=editor(client))


def test_a_document_is_looked_at_then_recorded_under_the_name_of_the_key(client: TestClient, place: Path) -> None:
    for file, before in ((FIRST, None), (SECOND, "2023/900")):
        content = file.read_bytes()
        found = look(client, content, file.name)
        assert found["status"] == "new"
        assert found["difference"] is None if before is None else found["difference"]["from"]["name"] == before
        assert found["book"] == bareme.open_book(place).hash, "nothing is written by looking"
        answer = accept(client, content, found["token"], file.name)
        assert answer_of(answer, "load-1", 201)["status"] == "recorded"
        assert client.get(answer.headers["location"]).json()["author"] == "tariff-team"
    book = bareme.open_book(place)
    assert [entry.author for entry in book.entries()] == ["tariff-team", "tariff-team"]
    assert not book.check().problems


def test_what_is_shown_is_what_the_library_says(client: TestClient, place: Path) -> None:
    book = bareme.open_book(place)
    book.load(FIRST, author="someone")
    found = look(client, SECOND.read_bytes(), SECOND.name)
    assert found["difference"] == book.compare("2023/900", book.read(SECOND)).to_dict()
    assert found["reading"] == book.read(SECOND).to_dict()


def test_a_form_does_as_well_as_a_body(client: TestClient) -> None:
    content = FIRST.read_bytes()
    form = {"document": (FIRST.name, content, "text/plain")}
    found = answer_of(client.post("/v1/circulars", files=form, headers=editor(client)), "considered-1")
    assert found == look(client, content, FIRST.name)
    asked = {"token": found["token"]}
    assert client.post("/v1/circulars/accept", files=form, params=asked, headers=editor(client)).status_code == 201


def test_its_document_comes_back_to_be_saved(client: TestClient) -> None:
    content = FIRST.read_bytes()
    accept(client, content, look(client, content)["token"], name='C:\\x\\ta"r\r\nif.html').raise_for_status()
    answer = client.get("/v1/circulars/2023-900/document")
    assert answer.content == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith('attachment; filename="ta_rif.html"')
    [document] = client.get("/v1/circulars/2023-900").json()["documents"]
    assert document["kept"]
    assert client.get(f"/v1/circulars/2023-900/document?sha256={document['sha256']}").content == content


def test_sent_again_it_changes_nothing(client: TestClient, place: Path) -> None:
    """Whoever did not get the answer may ask again: the token is spent, and the document is there."""
    content = FIRST.read_bytes()
    token = look(client, content)["token"]
    assert accept(client, content, token).status_code == 201
    assert answer_of(accept(client, content, token), "load-1")["status"] == "unchanged"
    assert look(client, content)["status"] == "unchanged"
    assert len(bareme.open_book(place).entries()) == 1


def test_the_same_figures_from_another_document_are_a_witness(client: TestClient) -> None:
    content = FIRST.read_bytes()
    accept(client, content, look(client, content)["token"])
    other = content + b"\n"
    assert look(client, other)["status"] == "witness"
    assert answer_of(accept(client, other, look(client, other)["token"]), "load-1", 201)["status"] == "witness"
    documents = client.get("/v1/circulars/2023-900").json()["documents"]
    assert [one["witness"] for one in documents] == [False, True]
    assert client.get(f"/v1/circulars/2023-900/document?sha256={documents[1]['sha256']}").content == other


def test_a_book_that_changed_in_between_is_a_conflict(client: TestClient, place: Path) -> None:
    content = SECOND.read_bytes()
    token = look(client, content)["token"]
    bareme.open_book(place).load(FIRST, author="someone")
    problem_of(accept(client, content, token), 409, "conflict")
    assert len(bareme.open_book(place).entries()) == 1


def test_of_two_who_accept_at_once_one_writes(client: TestClient, place: Path) -> None:
    content = FIRST.read_bytes()
    token = look(client, content)["token"]
    start = threading.Barrier(2)

    def take(_: int) -> int:
        start.wait(30)
        return int(accept(client, content, token).status_code)

    with ThreadPoolExecutor(2) as both:
        statuses = sorted(both.map(take, range(2)))
    assert statuses in ([200, 201], [201, 409])
    assert len(bareme.open_book(place).entries()) == 1
    assert not bareme.open_book(place).check().problems


@pytest.mark.parametrize(
    ("other", "token", "said"),
    [
        (b"another document", None, "the document is not what"),
        (None, "x", "none that this service gave"),
        (None, "a-b-c", "the document is not what"),
    ],
)
def test_a_token_goes_with_one_document(client: TestClient, other: bytes | None, token: str | None, said: str) -> None:
    content = FIRST.read_bytes()
    given = look(client, content)["token"]
    answer = accept(client, other or content, token or given)
    assert said in problem_of(answer, 400, "invalid_input")["detail"]
    assert "dates" in problem_of(accept(client, content, given, series="x"), 400)["detail"]


def test_findings_that_are_errors_are_accepted_in_so_many_words(client: TestClient) -> None:
    content = FIRST.read_bytes().replace("métier imaginaire - prestations".encode(), b"autre chose")
    found = look(client, content)
    assert found["status"] == "refused"
    problem = problem_of(accept(client, content, found["token"]), 409, "findings")
    assert {finding["severity"] for finding in problem["findings"]} == {"error"}
    answer = accept(client, content, found["token"], accept_findings=True)
    assert answer_of(answer, "load-1", 201)["status"] == "recorded"


def test_what_a_document_does_not_say_can_be_said_of_it(client: TestClient) -> None:
    content = b"\n".join(line for line in FIRST.read_bytes().split(b"\n") if b"OA no" not in line)
    assert "give number, issued_on" in look(client, content)["message"]
    token = look(client, content)["token"]
    assert "give number" in problem_of(accept(client, content, token), 400)["detail"]
    said = {"number": "2023/900", "issued_on": "2022-12-15"}
    found = look(client, content, **said)
    assert found["circular"] == "2023/900"
    assert accept(client, content, found["token"], **said).status_code == 201


def test_only_an_editor_writes(client: TestClient) -> None:
    content = FIRST.read_bytes()
    for address in ("/v1/circulars", "/v1/circulars/accept?token=x"):
        problem_of(client.post(address, content=content), 401, "key_needed")
        problem_of(client.post(address, content=content, headers=reader(client)), 403, "not_allowed")
    problem_of(client.post("/v1/circulars", content=content, headers={"Authorization": "Bearer no"}), 401)


def bomb() -> bytes:
    """A workbook whose one sheet unpacks to 200 MB of nothing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/workbook.xml", "<workbook/>")
        with file.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(200):
                sheet.write(b" " * 1024 * 1024)
    return packed.getvalue()


XML_BOMB = (
    b'<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b']><html><body><table><tr><td>&j;</td></tr></table><a href="file:///etc/passwd">x</a></body></html>'
)
HOSTILE = [
    ("nothing", b""),
    ("blank", b" \n\t"),
    ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
    ("bomb.xlsx", bomb()),
    ("cut.xlsx", bomb()[:500]),
    ("xml.html", XML_BOMB),
    ("deep.html", b"<div>" * 50_000),
    ("wide.txt", b"\t" * 90_000),
    ("zeros.txt", b"\0" * 1000),
    ("broken.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <</Root 1 0 R>>"),
]


@pytest.mark.parametrize(("name", "content"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_what_is_no_document_is_refused_or_read_as_text(
    client: TestClient, place: Path, name: str, content: bytes
) -> None:
    answer = client.post("/v1/circulars", content=content, params={"name": name}, headers=editor(client))
    if answer.status_code == 200:
        found = answer_of(answer, "considered-1")
        assert found["status"] in ("empty", "refused")
        assert "root:" not in answer.text
        token = found["token"]
        assert accept(client, content, token, name).status_code == 400
    else:
        problem_of(answer, 400, "invalid_input")
    assert not bareme.open_book(place).entries()


def test_html_and_sql_in_a_document_are_text(client: TestClient) -> None:
    evil = "<script>alert(1)</script>'; DROP TABLE entry;--"
    content = FIRST.read_text(encoding="utf-8").replace("Bilan imaginaire", evil).encode()
    accept(client, content, look(client, content, evil)["token"], evil).raise_for_status()
    for address in ("/v1/circulars/2023-900/lines?code=991071", "/v1/codes?q=drop%20table", "/v1/circulars/2023-900"):
        answer = client.get(address)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert evil in client.get("/v1/circulars/2023-900/lines?code=991071").json()[0]["label"]


def test_a_title_in_the_feed_is_text(client: TestClient) -> None:
    evil = "&lt;/title&gt;<b>]]></b>"
    content = FIRST.read_text(encoding="utf-8").replace("Tarifs ; métier imaginaire", f"Tarifs ; {evil}").encode()
    found = look(client, content)
    accept(client, content, found["token"], accept_findings=True).raise_for_status()
    title = found["reading"]["circular"]["title"]
    root = etree.fromstring(client.get("/v1/changes.atom").content)
    shown = root.findtext("{*}entry/{*}title")
    assert shown == f"2023/900: {title or found['reading']['circular']['series']}"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"other": ("a", b"x")}, "'other'"),
        ({"document": (None, b"x")}, "Too many fields"),
        ([("document", ("a", b"x")), ("document", ("b", b"y"))], "Too many files"),
    ],
)
def test_a_form_that_is_another_is_refused(client: TestClient, files: Any, said: str) -> None:
    assert said in problem_of(client.post("/v1/circulars", files=files, headers=editor(client)), 400)["detail"]


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=y"])
def test_a_form_that_is_none_is_refused(client: TestClient, kind: str) -> None:
    answer = client.post("/v1/circulars", content=b"--z\r\n\r\n", headers={**editor(client), "Content-Type": kind})
    problem_of(answer, 400)


def test_a_document_over_the_limit_is_refused(place: Path) -> None:
    small = client_of(place, most_body=2000)
    problem_of(small.post("/v1/circulars", content=b"x" * 3000, headers=editor(small)), 413, "too_large")
    parts: Iterator[bytes] = iter([b"x" * 1500, b"x" * 1500])
    problem_of(small.post("/v1/circulars", content=parts, headers=editor(small)), 413, "too_large")
    form = {"document": ("a", b"x" * 3000)}
    problem_of(small.post("/v1/circulars", files=form, headers=editor(small)), 413, "too_large")


def test_when_all_readers_are_busy_others_are_told_so(client: TestClient) -> None:
    free = threading.Event()
    taken = threading.Semaphore(0)

    def hold() -> None:
        with READING.one():
            taken.release()
            free.wait(60)

    holders = [threading.Thread(target=hold) for _ in range(2)]
    for holder in holders:
        holder.start()
        taken.acquire()
    try:
        answer = client.post("/v1/circulars", content=FIRST.read_bytes(), headers=editor(client))
        problem_of(answer, 503, "busy")
        assert int(answer.headers["retry-after"]) > 0
        assert client.get("/v1/circulars").status_code == 200
    finally:
        free.set()
        for holder in holders:
            holder.join()
    look(client, FIRST.read_bytes())


@pytest.mark.slow
def test_the_four_circulars_give_the_book_that_the_library_makes(
    client: TestClient, place: Path, four: dict[str, Path]
) -> None:
    own = bareme.create_book(place.with_name("own.sqlite"))
    for path in four.values():
        content = path.read_bytes()
        found = look(client, content, path.name)
        assert accept(client, content, found["token"], path.name).status_code == 201
        own.load(path, author="tariff-team")
    made = bareme.open_book(place)
    assert [entry.payload for entry in made.entries()] == [entry.payload for entry in own.entries()]

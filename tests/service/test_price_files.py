"""Files of acts over HTTP: received, priced in a process of their own, fetched by who sent them, gone afterwards."""

from __future__ import annotations

import gzip
import io
import logging
import os
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient
from pyarrow import parquet
from sqlalchemy import select, update

import bareme
from bareme.book.address import address_of
from bareme.service.app import create_app
from bareme.service.jobs import steward, work
from bareme.service.jobs.folders import Folders
from bareme.service.jobs.queue import MOST_ATTEMPTS, Job, Queue, new_id
from bareme.service.logs import OneLine
from bareme.service.settings import Settings
from bareme.service.state import tables
from bareme.service.state.clock import now
from bareme.service.state.database import State
from bareme.service.state.keys import create_key
from on_postgres import Cluster
from running import valid

PLACE = "/v1/price-files"
ACTS = b"code,date,regime,note\n565014,2026-03-01,ordinary,a\n999999,2026-03-01,,b\n"
CSV = {"Content-Type": "text/csv"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jobs")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    """A service whose steward works."""
    with TestClient(create_app(Settings(book=str(folder / "book.sqlite")))) as found:
        yield found


@pytest.fixture
def idle(tmp_path: Path) -> TestClient:
    """A service that keeps jobs and does not work on them."""
    return TestClient(create_app(Settings(book=str(tmp_path / "book.sqlite"), most_jobs=2, most_upload=2048)))


def ended(client: TestClient, place: str, **headers: str) -> dict[str, Any]:
    """A job when it is done or failed."""
    for _ in range(600):
        job: dict[str, Any] = client.get(place, headers=headers).json()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(1 / 10)
    raise AssertionError(f"the job did not end: {job}")


def test_a_file_is_priced_as_the_library_prices_it(client: TestClient, folder: Path, tmp_path: Path) -> None:
    made = client.post(PLACE, content=ACTS, headers=CSV)
    assert made.status_code == 202
    valid(made.json(), "price-job-1")
    assert made.json()["state"] == "queued"
    place = made.headers["location"]
    job = ended(client, place)
    valid(job, "price-job-1")
    valid(job["outcome"], "price-file-1")
    assert (job["state"], job["lines_done"], job["outcome"]["outcomes"]) == (
        "done",
        2,
        {"invalid_code": 1, "priced": 1},
    )
    (tmp_path / "acts.csv").write_bytes(ACTS)
    bareme.open_book(tmp_path / "none.sqlite").price_file(tmp_path / "acts.csv", tmp_path / "result.csv")
    result = client.get(job["result"])
    assert result.content == (tmp_path / "result.csv").read_bytes()
    assert result.headers["content-type"].startswith("text/csv")
    assert "priced.csv" in result.headers["content-disposition"]
    assert "content-encoding" not in result.headers
    part = client.get(job["result"], headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, result.content[5:10])
    for range_, status, code in (("bytes=9999-", 416, "no_such_part"), ("lines=1-2", 400, "invalid_input")):
        refused = client.get(job["result"], headers={"Range": range_})
        valid(refused.json(), "problem-1")
        assert (refused.status_code, refused.json()["code"]) == (status, code)
        assert refused.headers["content-type"] == "application/problem+json"
    place_of_files = folder / "service-files"
    assert stat.S_IMODE(place_of_files.stat().st_mode) == 0o700
    assert not (place_of_files / job["id"] / "acts.csv").exists()
    assert client.delete(place).status_code == 204
    assert not (place_of_files / job["id"]).exists()
    for gone in (client.get(place), client.get(f"{place}/result"), client.delete(place)):
        assert (gone.status_code, gone.json()["code"]) == (404, "not_found")


def test_a_form_with_a_parquet_file_and_options(client: TestClient) -> None:
    held = io.BytesIO()
    parquet.write_table(pa.table({"code": ["565014"], "date": ["2026-03-01"], "BIM": ["non"]}), held)
    made = client.post(
        f"{PLACE}?columns=fr&format=csv&rules=rolling", files={"file": ("x/../y.parquet", held.getvalue())}
    )
    assert made.status_code == 202, made.json()
    assert made.json()["lines_all"] == 1
    job = ended(client, made.headers["location"])
    assert (job["state"], job["error"]) == ("done", None)
    assert "2026-03-01" in client.get(job["result"]).text


def test_what_is_wrong_with_a_line_fails_the_job_with_what_to_do(client: TestClient) -> None:
    made = client.post(PLACE, content=b'code,date\n565014,2026-03-01\n"565014,2026-03-01\n', headers=CSV)
    job = ended(client, made.headers["location"])
    assert job["state"] == "failed"
    assert "acts.csv" in job["error"]
    assert "service-files" not in job["error"]
    refused = client.get(f"{job['self']}/result")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_ready")


@pytest.mark.parametrize(
    ("content", "headers", "status", "found"),
    [
        (b"cod,date\n1,2\n", CSV, 400, 'did you mean "code"'),
        (b"", CSV, 400, "is empty"),
        (b"\n", CSV, 400, ""),
        (b"code;date\n1;2\n", CSV, 400, "semicolons"),
        (b"code,date\n\xff\xfe\n", CSV, 400, ""),
        (b"\xff\xfe\x00", CSV, 400, ""),
        (b"PAR1 not really", {"Content-Type": "application/vnd.apache.parquet"}, 400, "damaged"),
        (ACTS, {"Content-Type": "application/vnd.apache.parquet"}, 400, "no Parquet"),
        (b"PAR1" + ACTS, CSV, 400, "is Parquet"),
        (ACTS, {"Content-Type": "application/json"}, 415, "application/json"),
        (ACTS, {}, 415, "of no type"),
        (gzip.compress(ACTS, mtime=0), {"Content-Type": "application/gzip"}, 415, ""),
        (ACTS, {"Content-Type": "multipart/form-data"}, 400, "form"),
        (ACTS, {"Content-Type": "multipart/form-data; boundary=x"}, 400, "form"),
        (b"--x\r\n", {"Content-Type": "multipart/form-data; boundary=x"}, 400, "form"),
        (b"x" * 4096, CSV, 413, "2048"),
    ],
)
def test_what_cannot_be_priced_is_refused_and_leaves_nothing(
    idle: TestClient, tmp_path: Path, content: bytes, headers: dict[str, str], status: int, found: str
) -> None:
    answer = idle.post(PLACE, content=content, headers=headers)
    assert (answer.status_code, found in str(answer.json())) == (status, True), answer.json()
    assert str(tmp_path) not in answer.text
    if status != 202:
        valid(answer.json(), "problem-1")
        assert list((tmp_path / "service-files").glob("*")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [("as_known=2025-01-01", "'as_known' is no parameter"), ("format=csv&format=parquet", "format is given twice")],
)
def test_an_option_that_is_not_known_is_not_passed_over(idle: TestClient, query: str, found: str) -> None:
    answer = idle.post(f"{PLACE}?{query}", content=ACTS, headers=CSV)
    assert (answer.status_code, found in answer.json()["detail"]) == (400, True)


def test_a_form_has_one_file_of_a_known_kind(idle: TestClient) -> None:
    two = idle.post(PLACE, files=[("a", ("a.csv", ACTS)), ("b", ("b.csv", ACTS))])
    assert (two.status_code, "2 files" in two.json()["detail"]) == (400, True)
    assert idle.post(PLACE, files={"a": ("a.xlsx", ACTS)}).status_code == 415
    field = idle.post(PLACE, data={"rules": "rolling"}, files={"a": ("a.csv", ACTS)})
    assert (field.status_code, "in the address" in field.json()["detail"]) == (400, True)
    assert idle.post(f"{PLACE}?columns=/etc/passwd", content=ACTS, headers=CSV).status_code == 422
    assert idle.post(f"{PLACE}?as_known_on=x", content=ACTS, headers=CSV).status_code == 400


def test_a_body_in_chunks_over_the_limit_is_refused(idle: TestClient, tmp_path: Path) -> None:
    answer = idle.post(PLACE, content=iter([b"code,date\n", *[b"1,2\n" * 256] * 8]), headers=CSV)
    assert answer.status_code == 413
    assert list((tmp_path / "service-files").glob("*")) == []


def test_a_parquet_file_of_too_many_lines_is_refused(tmp_path: Path) -> None:
    few = TestClient(create_app(Settings(book=str(tmp_path / "book.sqlite"), most_lines=1000)))
    held = io.BytesIO()
    parquet.write_table(pa.table({"code": ["565014"] * 1001, "date": ["2026-03-01"] * 1001}), held)
    answer = few.post(PLACE, content=held.getvalue(), headers={"Content-Type": "application/vnd.apache.parquet"})
    assert (answer.status_code, "1,001 lines" in answer.json()["detail"]) == (413, True)


def test_only_so_many_jobs_are_kept(idle: TestClient) -> None:
    answers = [idle.post(PLACE, content=ACTS, headers=CSV) for _ in range(3)]
    assert [one.status_code for one in answers] == [202, 202, 429]
    assert answers[2].headers["retry-after"] == "60"
    idle.delete(answers[0].headers["location"])
    assert idle.post(PLACE, content=ACTS, headers=CSV).status_code == 202


def test_a_job_is_seen_by_who_sent_it_only(idle: TestClient) -> None:
    state = idle.app.state.state  # type: ignore[attr-defined]
    own, other = ({"Authorization": f"Bearer {create_key(state, name, 'reader')[1]}"} for name in ("a", "b"))
    place = idle.post(PLACE, content=ACTS, headers=CSV | own).headers["location"]
    assert idle.get(place, headers=own).status_code == 200
    for stranger in (other, {}):
        for ask in (idle.get(place, headers=stranger), idle.delete(place, headers=stranger)):
            assert ask.status_code == 404
        assert idle.get(f"{place}/result", headers=stranger).status_code == 404
    assert idle.get(f"{PLACE}/..%2f..%2fetc", headers=own).status_code == 404


def test_nothing_of_a_patient_is_logged_or_outlives_the_job(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    marker = "Zorgvrager-7719"
    app = create_app(Settings(book=str(tmp_path / "book.sqlite"), log_level="debug"))
    lines: list[str] = []
    with caplog.at_level(logging.DEBUG), TestClient(app) as client:
        acts = f"code,date,regime,patient\n565014,2026-03-01,ordinary,{marker}\n".encode()
        place = client.post(PLACE, content=acts, headers=CSV).headers["location"]
        client.post(PLACE, content=f"{marker},date\n".encode(), headers=CSV)
        client.post(PLACE, files={"a": (f"{marker}.csv", acts + b'"')})
        client.get(f"/v1/codes/565014/price?on=2026-03-01&patient={marker}")
        client.post("/v1/prices", json={"acts": [{"code": "565014", "on": "2026-03-01", "patient": marker}]})
        job = ended(client, place)
        assert marker in client.get(job["result"]).text
        with app.state.state.writing() as connection:
            for row in connection.execute(select(tables.jobs)).mappings():
                assert marker not in str(dict(row))
            connection.execute(update(tables.jobs).values(expires_at=now()))
        assert client.get(place).status_code == 404
        app.state.steward._house = 0
        app.state.steward.wake()
        for _ in range(100):
            if not list((tmp_path / "service-files").iterdir()):
                break
            time.sleep(1 / 10)
    lines = [OneLine().format(record) + str(record.__dict__) for record in caplog.records if record.name[:5] != "httpx"]
    assert lines
    assert [line for line in lines if marker in line] == []
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    assert [path for path in kept if marker.encode() in path.read_bytes()] == []


def test_a_folder_that_cannot_be_made_is_no_mistake_of_who_sends(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_bytes(b"")
    settings = Settings(book=str(tmp_path / "book.sqlite"), files=str(tmp_path / "taken" / "files"))
    refused = TestClient(create_app(settings)).post(PLACE, content=ACTS, headers=CSV)
    assert (refused.status_code, refused.json()["code"]) == (503, "state_unavailable")
    assert "taken" not in refused.text
    assert [record.reason for record in caplog.records if record.message == "no_file"] == ["Not a directory"]  # type: ignore[attr-defined]


def test_a_job_whose_book_cannot_be_used_is_tried_again_then_given_up_and_its_place_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(steward, "AGAIN", 0)
    (tmp_path / "book.sqlite").write_bytes(b"no database at all" * 100)
    told = work.price(
        {"book": str(tmp_path / "book.sqlite"), "acts": "acts.csv", "result": "result.csv", "options": {}}
    )
    state = create_app(Settings(book=str(tmp_path / "none.sqlite"))).state
    job = a_job()
    state.queue.add(job, 1)
    found = []
    for _ in range(MOST_ATTEMPTS):
        state.steward._record(state.queue.claim(state.steward.worker, 1), told)
        found.append(state.queue.find(job.id).state)
    assert found == ["queued"] * (MOST_ATTEMPTS - 1) + ["failed"]
    assert state.queue.find(job.id).error == steward.AWAY
    reasons = {record.reason for record in caplog.records if record.message == "book_unavailable"}  # type: ignore[attr-defined]
    assert len(reasons) == 1
    assert "is not a book" in reasons.pop()


def a_job(**more: Any) -> Job:
    options = {"format": "csv", "columns": None, "rules": False, "as_known_on": None, "as_recorded_at": None}
    plain: dict[str, Any] = {"owner": "", "state": "queued", "format": "csv", "options": options, "size": 1}
    plain |= {"lines_done": 0, "lines_all": None, "attempts": 0, "created_at": now(), "ended_at": None}
    plain |= {"expires_at": now() + 100_000, "error": None, "outcome": None}
    return Job(id=new_id(), **(plain | more))


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.xdist_group("postgres"))])
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Queue]:
    """A queue in a file, and one on a server."""
    if request.param == "file":
        yield Queue(State(tmp_path / "service.sqlite"), lease=10)
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    with closing(State(address_of(cluster.fresh()))) as state:
        yield Queue(state, lease=10)


def lapse(queue: Queue) -> None:
    with queue._state.writing() as connection:
        connection.execute(update(tables.jobs).values(leased_until=now() - 1))


def test_a_job_is_claimed_by_one(queue: Queue) -> None:
    jobs = [a_job() for _ in range(8)]
    for job in jobs:
        assert queue.add(job, 100)
    claimed: list[str] = []

    def claim(worker: str) -> None:
        while (found := queue.claim(worker, 100)) is not None:
            claimed.append(found.id)

    threads = [threading.Thread(target=claim, args=(f"worker {number}",)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(claimed) == sorted(job.id for job in jobs)


def test_only_so_many_are_worked_on_at_once(queue: Queue) -> None:
    for _ in range(3):
        queue.add(a_job(), 100)
    assert queue.claim("a", 2) is not None
    assert queue.claim("b", 2) is not None
    assert queue.claim("c", 2) is None
    assert queue.claim("c", 0) is None


def test_who_lost_the_lease_writes_nothing_more(queue: Queue) -> None:
    job = a_job()
    queue.add(job, 100)
    assert queue.claim("a", 1) is not None
    assert queue.renew(job.id, "a", 5, 10)
    assert queue.claim("b", 1) is None
    lapse(queue)
    taken = queue.claim("b", 1)
    assert taken is not None
    assert (taken.id, taken.attempts) == (job.id, 2)
    assert not queue.renew(job.id, "a", 6, 10)
    assert not queue.finish(job.id, "a", {"lines": 1})
    assert not queue.give_back(job.id, "a")
    assert queue.finish(job.id, "b", {"lines": 1})
    found = queue.find(job.id)
    assert found is not None
    assert (found.state, found.lines_done) == ("done", 1)


def test_a_job_that_kills_whoever_works_on_it_is_given_up(queue: Queue) -> None:
    job = a_job()
    queue.add(job, 100)
    for _ in range(MOST_ATTEMPTS):
        assert queue.claim("a", 1) is not None
        lapse(queue)
    assert queue.claim("a", 1) is None
    found = queue.find(job.id)
    assert found is not None
    assert (found.state, "several times" in str(found.error)) == ("failed", True)


def test_a_job_given_back_at_the_end_of_a_process_has_lost_no_attempt(queue: Queue) -> None:
    job = a_job()
    queue.add(job, 100)
    for _ in range(MOST_ATTEMPTS * 2):
        assert queue.claim("a", 1) is not None
        assert queue.give_back(job.id, "a")
    assert queue.counts() == {"queued": 1}


def test_what_expired_is_not_found_and_forgotten(queue: Queue) -> None:
    job, later = a_job(expires_at=now()), a_job()
    queue.add(job, 100)
    queue.add(later, 100)
    assert queue.find(job.id) is None
    assert queue.expired() == [job.id]
    assert queue.ids() == {later.id}


def test_a_folder_that_an_upload_left_is_a_stray_after_a_while(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "files")
    for name in ("new", "old", "kept"):
        (folders.make(name) / "received").write_bytes(b"x")
    for name in ("old", "kept"):
        for path in (tmp_path / "files" / name / "received", tmp_path / "files" / name):
            os.utime(path, (1_000_000, 1_000_000))
    assert folders.strays({"kept"}) == ["old"]

"""The service as processes: started, stopped, killed; no job is lost and nobody waits long."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

import bareme
from running import bareme_here, bareme_process
from serving import command_of, descendants, serving

PLACE = "/v1/price-files"
CSV = {"Content-Type": "text/csv"}
ACTS = b"code,date,regime\n565014,2026-03-01,ordinary\n"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the tests look into /proc")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Acts that take a while."""
    path = tmp_path_factory.mktemp("many") / "acts.parquet"
    codes, lines = ["565014", "726530", "401435", "599001"], 6_000_000
    table = pa.table({"code": pa.array(codes * (lines // 4)), "date": pa.array(["2026-03-01"] * lines)})
    parquet.write_table(table, path)
    return path


def test_it_says_where_it_listens_and_ends_when_told(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        assert served.ask("GET", "/v1/ready").json()["status"] == "ok"
        assert not (tmp_path / "service.sqlite").exists()
        assert served.stop() in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
        assert "Traceback" not in served.log.read_text(encoding="utf-8")
        assert {event["event"] for event in served.events()} >= {"listening", "answered"}


def test_a_port_that_is_taken_is_said_plainly(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = bareme_here("serve", "--port", str(taken.getsockname()[1]), book=tmp_path / "book.sqlite")
    assert (ran.code, "--port" in ran.err) == (2, True)
    ran = bareme_here("serve", "--host", "no such host", book=tmp_path / "book.sqlite")
    assert (ran.code, "host" in ran.err) == (2, True)


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["worker", "job"])
def test_a_job_survives_the_death_of_whoever_works_on_it(tmp_path: Path, many: Path, victim: str) -> None:
    with serving(tmp_path, "--workers", "2", BAREME_LEASE="2") as served:
        kind = {"Content-Type": "application/vnd.apache.parquet"}
        place = served.ask("POST", PLACE, content=many.read_bytes(), headers=kind).headers["location"]
        work = served.working(place)
        killed = work if victim == "job" else int(Path(f"/proc/{work}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(killed, signal.SIGKILL)
        # Others are answered meanwhile.
        assert served.ask("GET", "/v1/codes/565014/price?on=2026-03-01&regime=ordinary").status_code == 200
        job = served.ended(place)
        assert (job["state"], job["error"], job["outcome"]["lines"]) == ("done", None, 6_000_000)
        assert not any(b"jobs.work" in command_of(pid) for pid in descendants(served.process.pid))
        result = tmp_path / "result.parquet"
        result.write_bytes(served.ask("GET", f"{place}/result").content)
        assert served.ask("GET", "/metrics").text.count("bareme_requests_total") > 1
    bareme.open_book(tmp_path / "book.sqlite").price_file(many, tmp_path / "own.parquet")
    assert result.read_bytes() == (tmp_path / "own.parquet").read_bytes()


@pytest.mark.slow
def test_a_job_under_way_is_queued_at_a_shutdown_and_done_after_it(tmp_path: Path, many: Path) -> None:
    kind = {"Content-Type": "application/vnd.apache.parquet"}
    with serving(tmp_path) as served:
        place = served.ask("POST", PLACE, content=many.read_bytes(), headers=kind).headers["location"]
        work = served.working(place)
        served.stop()
        assert command_of(work) == b""
        assert "job_given_back" in {event["event"] for event in served.events()}
    with serving(tmp_path) as again:
        job = again.ended(place)
        assert (job["state"], job["outcome"]["lines"]) == ("done", 6_000_000)


@pytest.mark.slow
def test_a_job_that_is_deleted_stops(tmp_path: Path, many: Path) -> None:
    kind = {"Content-Type": "application/vnd.apache.parquet"}
    with serving(tmp_path) as served:
        place = served.ask("POST", PLACE, content=many.read_bytes(), headers=kind).headers["location"]
        work = served.working(place)
        assert served.ask("DELETE", place).status_code == 204
        later = served.ask("POST", PLACE, content=ACTS, headers=CSV).headers["location"]
        assert served.ended(later)["state"] == "done"
        assert command_of(work) == b""
        assert [path.name for path in (tmp_path / "service-files").iterdir()] == [later.rpartition("/")[2]]


@pytest.mark.slow
def test_processes_know_the_same_keys(tmp_path: Path) -> None:
    made = bareme_process("key", "create", "Hospital", "--json", book=tmp_path / "book.sqlite").json()
    with serving(tmp_path, "--workers", "2", BAREME_READING="key") as served:
        own = {"Authorization": f"Bearer {made['secret']}"}
        place = "/v1/codes/565014/price?on=2026-03-01&regime=ordinary"
        assert {served.ask("GET", place, headers=own).status_code for _ in range(10)} == {200}
        assert {served.ask("GET", place).status_code for _ in range(10)} == {401}
        served.stop()
        assert made["secret"] not in served.log.read_text(encoding="utf-8")
    assert bareme_here("key", "list", "--json", book=tmp_path / "book.sqlite").json()[0]["used_at"] is not None


@pytest.mark.slow
def test_a_server_without_a_state_is_not_ready_and_says_no_password(tmp_path: Path) -> None:
    state = "postgresql://clerk:hidden-word@127.0.0.1:9/state"
    with serving(tmp_path, "--state", state) as served:
        refused = served.ask("GET", "/v1/ready")
        assert (refused.status_code, refused.json()["code"]) == (503, "state_unavailable")
        assert served.ask("GET", "/v1/codes/565014/price?on=2026-03-01&regime=ordinary").status_code == 200
        assert served.ask("POST", PLACE, content=ACTS, headers=CSV).status_code == 503
        served.stop()
        text = served.log.read_text(encoding="utf-8")
    assert "state_unavailable" in text
    assert "hidden-word" not in text
    assert "hidden-word" not in refused.text


@pytest.mark.slow
def test_a_disk_that_is_full_fails_the_file_and_not_the_service(tmp_path: Path) -> None:
    """A limit on how large a file may grow stands for a disk without room."""
    line = b"565014,2026-03-01,ordinary\n"
    with serving(tmp_path, most_kilobytes=256) as served:
        refused = served.ask("POST", PLACE, content=b"code,date,regime\n" + line * 20_000, headers=CSV)
        assert (refused.status_code, refused.json()["code"]) == (507, "no_space")
        assert list((tmp_path / "service-files").iterdir()) == []
        place = served.ask("POST", PLACE, content=b"code,date,regime\n" + line * 9_000, headers=CSV).headers["location"]
        job = served.ended(place)
        assert job["state"] == "failed"
        assert "cannot be written" in job["error"] or "No space" in job["error"]
        assert not (tmp_path / "service-files" / job["id"]).exists()
        small = served.ask("POST", PLACE, content=ACTS, headers=CSV).headers["location"]
        assert served.ended(small)["state"] == "done"

"""Keys: made once, told once, kept as hashes, revoked for good; and how often each may ask."""

from __future__ import annotations

import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from sqlalchemy import inspect, text

from bareme.book.address import address_of
from bareme.errors import BaremeError, InputError
from bareme.schemas import schema
from bareme.service.access import Caller
from bareme.service.app import create_app
from bareme.service.settings import Settings
from bareme.service.state import keys as key_module
from bareme.service.state import limits, tables
from bareme.service.state.database import State, StateError
from bareme.service.state.keys import KeyRing, create_key, list_keys, revoke_key
from bareme.service.state.limits import Limiter
from bareme.service.state.places import files_of, state_of
from on_postgres import Cluster
from running import Ran, bareme_here

VALID = Draft202012Validator(schema("key-1"))
ASKED = "/v1/codes/565014/price?on=2026-03-01&regime=ordinary"


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "service.sqlite")


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.xdist_group("postgres"))])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[State]:
    """A state in a file, and one on a server."""
    if request.param == "file":
        yield State(tmp_path / "service.sqlite")
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    with closing(State(address_of(cluster.fresh()))) as state:
        yield state


def test_a_key_is_told_once_and_kept_as_a_hash(state: State, tmp_path: Path) -> None:
    made, secret = create_key(state, "Hospital", "editor")
    assert secret.startswith(f"bareme_{made.id}_")
    assert KeyRing(state).find(secret) == Caller("Hospital", "editor", made.id)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert made.id.encode() in kept
    assert secret.rpartition("_")[2].encode() not in kept
    assert [one.to_dict() for one in list_keys(state)] == [made.to_dict()]


@pytest.mark.skipif(not hasattr(stat, "S_IMODE"), reason="no modes of files")
def test_only_its_user_may_read_the_state(state: State, tmp_path: Path) -> None:
    create_key(state, "Hospital", "reader")
    assert stat.S_IMODE((tmp_path / "service.sqlite").stat().st_mode) == 0o600


@pytest.mark.parametrize("secret", ["", "bareme", "bareme__", "bareme_x_y", "bareme_é_ü", "x" * 100_000, "a_b_c", "\0"])
def test_what_is_no_key_is_nobodys(either: State, secret: str) -> None:
    assert KeyRing(either).find(secret) is None
    create_key(either, "Hospital", "reader")
    assert KeyRing(either).find(secret) is None


def test_the_id_of_a_key_is_not_enough(either: State) -> None:
    made, secret = create_key(either, "Hospital", "reader")
    assert KeyRing(either).find(f"bareme_{made.id}_{'a' * 52}") is None
    assert KeyRing(either).find(secret[:-1]) is None
    assert KeyRing(either).find(secret.upper()) is None


def test_a_revoked_key_is_nobodys_as_soon_as_what_is_remembered_is_over(
    either: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, secret = create_key(either, "Hospital", "reader")
    ring = KeyRing(either)
    assert ring.find(secret) is not None
    assert revoke_key(either, made.id).revoked_at is not None
    assert KeyRing(either).find(secret) is None
    at = time.monotonic_ns() + key_module.REMEMBERED * 1_000_000_000 + 1
    monkeypatch.setattr(time, "monotonic_ns", lambda: at)
    assert ring.find(secret) is None
    assert revoke_key(either, made.id) == list_keys(either)[0]
    with pytest.raises(InputError, match="has no key 'other'"):
        revoke_key(either, "other")


def test_the_last_use_is_written_beside_the_requests(either: State, monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = create_key(either, "Hospital", "reader")
    ring = KeyRing(either)
    ring.find(secret)
    assert list_keys(either)[0].used_at is None
    ring.write_uses()
    first = list_keys(either)[0].used_at
    assert first is not None
    written: list[int] = []
    monkeypatch.setattr(either, "writing", lambda: written.append(1))
    ring.find(secret)
    ring.write_uses()
    assert written == []


@pytest.mark.parametrize(("name", "role"), [("", "reader"), ("a\nb", "reader"), ("x" * 81, "reader"), ("x", "admin")])
def test_a_name_or_role_that_cannot_be_used_is_refused(state: State, name: str, role: str) -> None:
    with pytest.raises(InputError):
        create_key(state, name, role)
    assert list_keys(state) == []


def test_models_and_migrations_agree(either: State) -> None:
    with either.writing() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": tables.VERSIONS})
        assert compare_metadata(context, tables.metadata) == []


def test_the_keys_of_an_older_form_are_found_at_once(either: State) -> None:
    """A service that was updated answers whoever has a key, before anything is written."""
    _, secret = create_key(either, "Ann", "reader")
    with either.writing() as connection:
        tables.drafts.drop(connection)
        connection.execute(text(f"UPDATE {tables.VERSIONS} SET version_num = '1'"))
    with closing(State(either.address)) as again:
        assert KeyRing(again).find(secret) is not None
        with again.reading() as connection:
            assert connection is not None
            assert inspect(connection).has_table(tables.drafts.name)


def test_a_state_of_a_newer_bareme_or_of_no_bareme_is_refused(state: State, tmp_path: Path) -> None:
    create_key(state, "Hospital", "reader")
    with closing(sqlite3.connect(tmp_path / "service.sqlite")) as file:
        file.execute(f"UPDATE {tables.VERSIONS} SET version_num = 99")
        file.commit()
    with pytest.raises(StateError, match="newer bareme"):
        list_keys(State(tmp_path / "service.sqlite"))
    (tmp_path / "other").write_bytes(b"not a database" * 100)
    with pytest.raises(StateError, match="cannot be used"):
        list_keys(State(tmp_path / "other"))


def test_many_make_the_state_at_once(either: State) -> None:
    wrong: list[Exception] = []

    def make(number: int) -> None:
        try:
            with closing(State(either.address)) as state:
                create_key(state, f"key {number}", "reader")
        except BaremeError as error:
            wrong.append(error)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    assert sorted(one.name for one in list_keys(either)) == [f"key {n}" for n in range(6)]


def test_the_state_stands_beside_the_book_and_never_in_it(tmp_path: Path) -> None:
    found = state_of(Settings(book=str(tmp_path / "book.sqlite")))
    assert found.address == tmp_path / "service.sqlite"
    assert files_of(Settings(), found) == tmp_path / "service-files"
    with pytest.raises(InputError, match="not kept in the book"):
        state_of(Settings(book=str(tmp_path / "book.sqlite"), state=str(tmp_path / "x" / ".." / "book.sqlite")))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> tuple[TestClient, str]:
    """A service where reading needs a key, and one."""
    folder = tmp_path_factory.mktemp("keys")
    app = create_app(Settings(book=str(folder / "book.sqlite"), reading="key"))
    return TestClient(app), create_key(app.state.state, "reader", "reader")[1]


def test_reading_needs_a_key_where_the_settings_say_so(guarded: Any) -> None:
    client, secret = guarded
    refused = client.get(ASKED)
    assert (refused.status_code, refused.json()["code"]) == (401, "key_needed")
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert client.get(ASKED, headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    for wrong in ("Bearer", f"Basic {secret}", "Bearer bareme_aaaaaaaa_b", f"bearer{secret}"):
        assert client.get(ASKED, headers={"Authorization": wrong}).status_code == 401
    assert client.get("/v1/health").status_code == 200


@pytest.mark.parametrize(
    ("settings", "is_open"),
    [
        ({}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "0.0.0.0", "reading": "open"}, True),
        ({"behind_proxy": True}, False),
        ({"host": "localhost"}, True),
        ({"host": "::1"}, True),
    ],
)
def test_reading_is_open_on_loopback_only(settings: dict[str, object], is_open: bool) -> None:
    assert Settings(**settings).reads_without_key is is_open  # type: ignore[arg-type]


def test_who_asks_too_often_is_told_when_to_ask_again(tmp_path: Path) -> None:
    app = create_app(Settings(book=str(tmp_path / "book.sqlite"), rate=3))
    client, other = TestClient(app), {"Authorization": f"Bearer {create_key(app.state.state, 'x', 'reader')[1]}"}
    statuses = [client.get("/v1/codes/565014/price?on=x").status_code for _ in range(5)]
    assert statuses == [400, 400, 400, 429, 429]
    refused = client.get(ASKED)
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert client.get(ASKED, headers=other).status_code == 200
    assert client.get("/v1/health").status_code == 200


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The moment that limits go by, in milliseconds: it stands still until a test moves it."""
    moment = [1_000_000]
    monkeypatch.setattr(limits, "now", lambda: moment[0])
    return moment


def let(limiter: Limiter, asked: int, who: str = "key") -> int:
    return sum(limiter.take(who) is None for _ in range(asked))


def test_processes_share_a_limit(either: State, at: list[int]) -> None:
    first, second = Limiter(either, 100), Limiter(either, 100)
    assert sum(let(limiter, 1) for _ in range(60) for limiter in (first, second)) == 100
    assert let(first, 1, "other") == 1


def test_a_bucket_fills_evenly(either: State, at: list[int]) -> None:
    assert let(Limiter(either, 60), 70) == 60
    at[0] += 30_000
    assert let(Limiter(either, 60), 70) == 30
    at[0] += 300_000
    refilled = Limiter(either, 60)
    refilled.forget_full()
    assert let(refilled, 70) == 60


def test_who_was_refused_does_not_reach_the_state(state: State, at: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = Limiter(state, 2)
    assert let(limiter, 3) == 2
    monkeypatch.setattr(state, "writing", None)
    assert limiter.take("key") in range(1, 31)


def test_the_commands_make_list_and_revoke(tmp_path: Path) -> None:
    def key(*args: str) -> Ran:
        place = ("--state", str(tmp_path / "state.sqlite"), "--json")
        return bareme_here("key", *args, *place, book=tmp_path / "book.sqlite")

    made = key("create", "Hospital", "--role", "editor").json()
    VALID.validate(made)
    secret, made["secret"] = made["secret"], None
    assert KeyRing(State(tmp_path / "state.sqlite")).find(secret) == Caller("Hospital", "editor", made["id"])
    assert key("list").json() == [made]
    assert key("revoke", made["id"]).json()["revoked_at"] is not None
    for wrong in (("revoke", "other"), ("create", "x", "--role", "admin")):
        assert (key(*wrong).code, key(*wrong).out) == (2, "")
    assert len(key("list").json()) == 1

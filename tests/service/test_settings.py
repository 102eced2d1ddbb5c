"""The settings of the service: where they come from, and what is said of those that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bareme.errors import InputError
from bareme.service.app import create_app
from bareme.service.settings import Settings, settings_of
from running import bareme_here

SECRET = "hidden-word"
ASKED = "/v1/codes/565014/price?on=2026-03-01&regime=ordinary"
ORIGIN = "https://app.example.org"


def test_the_command_line_comes_before_the_environment_and_that_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "service.toml"
    file.write_text('port = 1\nworkers = 2\nrate = 3\ncors_origins = ["https://a.example"]\n', encoding="utf-8")
    monkeypatch.setenv("BAREME_PORT", "4")
    monkeypatch.setenv("BAREME_WORKERS", "5")
    found = settings_of(file, port=6)
    assert (found.port, found.workers, found.rate, found.cors_origins) == (6, 5, 3, ("https://a.example",))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("", ()),
        (ORIGIN, (ORIGIN,)),
        (f"{ORIGIN}, http://localhost:3000", (ORIGIN, "http://localhost:3000")),
        ("*", ("*",)),
    ],
)
def test_origins_stand_in_the_environment_with_commas_between(
    monkeypatch: pytest.MonkeyPatch, given: str, found: tuple[str, ...]
) -> None:
    monkeypatch.setenv("BAREME_CORS_ORIGINS", given)
    assert settings_of().cors_origins == found


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("CORS_ORIGINS", f"{ORIGIN}/{SECRET}"),
        ("CORS_ORIGINS", SECRET),
        ("CORS_ORIGINS", f'["{ORIGIN}"'),
        ("PUBLIC_URL", SECRET),
        ("PUBLIC_URL", f"javascript:{SECRET}"),
        ("HOST", f"a {SECRET}"),
        ("PORT", SECRET),
        ("WORKERS", "0"),
        ("READING", SECRET),
        ("LEASE", "1"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, given: str) -> None:
    monkeypatch.setenv(f"BAREME_{name}", given)
    with pytest.raises(InputError, match=f"{name.lower()}: ") as refused:
        settings_of()
    assert SECRET not in str(refused.value)
    assert "Value error" not in str(refused.value)


@pytest.mark.parametrize("which", ["--book", "--state"])
def test_a_file_that_is_no_book_or_state_is_said_before_anyone_is_answered(tmp_path: Path, which: str) -> None:
    (tmp_path / "wrong").write_bytes(b"no database at all" * 100)
    ran = bareme_here("serve", "--port", "0", which, str(tmp_path / "wrong"), book=tmp_path / "book.sqlite")
    assert ran.code == 2
    assert "file is not a database" in ran.err
    assert "listening" not in ran.err


def test_pages_of_other_origins_ask_only_where_the_settings_say_so(tmp_path: Path) -> None:
    book = str(tmp_path / "none.sqlite")
    closed, opened = (TestClient(create_app(Settings(book=book, cors_origins=origins))) for origins in ((), (ORIGIN,)))
    allowed = "access-control-allow-origin"
    preflight = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    for path in (ASKED, "/v1/codes?q=none", "/v1/nothing"):
        assert allowed not in closed.get(path, headers={"Origin": ORIGIN}).headers
        assert opened.get(path, headers={"Origin": ORIGIN}).headers[allowed] == ORIGIN
        assert allowed not in opened.get(path, headers={"Origin": "https://other.example"}).headers
    assert closed.options("/v1/prices", headers=preflight).status_code == 405
    assert opened.options("/v1/prices", headers=preflight).headers[allowed] == ORIGIN
    assert opened.options("/v1/prices", headers={**preflight, "Origin": "https://other.example"}).status_code == 400

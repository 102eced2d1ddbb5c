"""Signing in, giving a document, recording it: what it says comes first; forms come from here only."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

import bareme
from bareme.book.considering import WOULD
from bareme.service.access import Caller
from bareme.service.app import create_app
from bareme.service.pages.languages import catalogue
from bareme.service.settings import Settings
from bareme.service.state import drafts as kept_drafts
from bareme.service.state.clock import now
from bareme.service.state.drafts import LARGEST, MINUTES
from bareme.service.state.keys import create_key, revoke_key
from browsing import PHONE, is_as_wide_as_the_window, looking, serving, violations

HTML = {"Accept": "text/html"}


def made(folder: Path, **settings: object) -> TestClient:
    own = {"book": str(folder / "book.sqlite"), "state": str(folder / "state.sqlite"), **settings}
    return TestClient(create_app(Settings.model_validate(own)), base_url="http://testserver")


def token_in(text: str) -> str:
    found = re.search(r'name="form" value="([0-9a-f]{64})"', text)
    assert found is not None
    return found[1]


def key_of(client: TestClient, role: str = "editor") -> tuple[str, str]:
    key, secret = create_key(client.app.state.state, "Ann", role)  # type: ignore[attr-defined]
    return key.id, secret


def sign_in(client: TestClient, secret: str) -> int:
    form = token_in(client.get("/session?lang=en", headers=HTML).text)
    answer = client.post("/session", data={"form": form, "key": secret, "to": "/about"}, follow_redirects=False)
    return answer.status_code


def draft(folder: Path) -> bytes:
    """A document that is a circular of no book: 2025/336 under another number."""
    text = bareme.open_book(folder / "none.sqlite").draft("2025/336", format="text").decode()
    return text.replace("2025/336", "2026/12").encode()


def test_a_key_begins_a_session_and_its_end_ends_it(tmp_path: Path) -> None:
    client = made(tmp_path)
    _, secret = key_of(client)
    assert sign_in(client, "bareme_aaaaaaaa_nothing") == 403
    assert sign_in(client, secret) == 303
    cookie = next(one for one in client.cookies.jar if one.name == "bareme_session")
    assert secret not in str(cookie.value)
    assert {"HttpOnly", "SameSite"} <= set(cookie._rest)  # type: ignore[attr-defined]
    page = client.get("/session?lang=en", headers=HTML).text
    assert "Signed in as Ann (editor)" in page
    client.post("/session/end", data={"form": token_in(page)})
    assert "Signed in" not in client.get("/session?lang=en", headers=HTML).text


def test_a_revoked_key_ends_its_sessions(tmp_path: Path) -> None:
    client = made(tmp_path)
    id, secret = key_of(client)
    sign_in(client, secret)
    revoke_key(client.app.state.state, id)  # type: ignore[attr-defined]
    assert "Signed in" not in client.get("/session?lang=en", headers=HTML).text


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(tmp_path: Path, to: str) -> None:
    client = made(tmp_path)
    _, secret = key_of(client)
    form = token_in(client.get("/session", headers=HTML).text)
    answer = client.post("/session", data={"form": form, "key": secret, "to": to}, follow_redirects=False)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, ""),
        ({}, "0" * 64),
        ({"Sec-Fetch-Site": "cross-site"}, None),
        ({"Origin": "https://evil.example"}, None),
    ],
)
def test_a_form_from_elsewhere_is_refused(tmp_path: Path, headers: dict[str, str], token: str | None) -> None:
    client = made(tmp_path)
    own = token_in(client.get("/circulars/new", headers=HTML).text)
    data = {"form": own if token is None else token}
    files = {"document": ("a.txt", draft(tmp_path))}
    answer = client.post("/circulars/new", data=data, files=files, headers={**HTML, **headers})
    assert answer.status_code == 403
    assert "<h1>" in answer.text


def test_a_document_is_read_and_only_an_editor_records_it(tmp_path: Path) -> None:
    client = made(tmp_path)
    files = {"document": ("new.txt", draft(tmp_path))}
    form = token_in(client.get("/circulars/new", headers=HTML).text)
    seen = client.post("/circulars/new?lang=en", data={"form": form}, files=files, headers=HTML).text
    assert "2026/12" in seen
    assert 'name="token"' not in seen
    assert not (tmp_path / "book.sqlite").exists()
    refused = client.post("/circulars/new", data={"form": form, "token": "x"}, files=files, headers=HTML)
    assert refused.status_code == 403
    _, secret = key_of(client)
    sign_in(client, secret)
    form = token_in(client.get("/circulars/new", headers=HTML).text)
    seen = client.post("/circulars/new?lang=en", data={"form": form}, files=files, headers=HTML).text
    token = re.search(r'name="token" value="([^"]+)"', seen)
    assert token is not None
    data = {"form": token_in(seen), "token": token[1], "accept_findings": "1"}
    done = client.post("/circulars/new", data=data, files=files, headers=HTML, follow_redirects=False)
    assert done.headers["location"] == "/circulars/2026-12"
    held = [one for one in bareme.open_book(tmp_path / "book.sqlite").circulars() if one.number == "2026/12"]
    assert [one.author for one in held] == ["Ann"]


def test_what_is_shown_of_a_document_says_how_much_there_is(tmp_path: Path) -> None:
    """Of 77 lines and of the figures that change the first 40 are shown, each with its situation."""
    client = made(tmp_path)
    form = token_in(client.get("/circulars/new", headers=HTML).text)
    files = {"document": ("new.txt", draft(tmp_path).replace(b"373,31", b"373,41"))}
    seen = client.post("/circulars/new?lang=nl", data={"form": form}, files=files, headers=HTML).text
    assert "1 tot 40 van 77" in seen
    changes = seen[seen.index('id="changes"') :]
    assert "\u20ac\u00a0373,41" in changes
    assert 'tegemoetkoming <span class="soft">ambulant</span> <span class="soft">voorkeurregeling</span>' in changes
    assert "Hij zou worden vastgelegd." in seen or "Hij bevat fouten" in seen
    assert set(WOULD) == {key.partition(".")[2] for key in catalogue("nl") if key.startswith("upload_statuses.")}


def test_another_document_is_not_recorded_with_the_token_of_the_first(tmp_path: Path) -> None:
    client = made(tmp_path)
    _, secret = key_of(client)
    sign_in(client, secret)
    form = token_in(client.get("/circulars/new", headers=HTML).text)
    first = {"document": ("new.txt", draft(tmp_path))}
    seen = client.post("/circulars/new?lang=en", data={"form": form}, files=first, headers=HTML).text
    token = re.search(r'name="token" value="([^"]+)"', seen)
    assert token is not None
    other = {"document": ("new.txt", draft(tmp_path).replace(b"373,31", b"373,32"))}
    data = {"form": token_in(seen), "token": token[1], "accept_findings": "1"}
    answer = client.post("/circulars/new", data=data, files=other, headers=HTML)
    assert answer.status_code in (400, 409)
    assert not (tmp_path / "book.sqlite").exists()


def test_where_reading_needs_a_key_pages_ask_to_sign_in(tmp_path: Path) -> None:
    client = made(tmp_path, reading="key")
    answer = client.get("/codes/565014?on=2026-03-01", headers=HTML, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/session?to=%2Fcodes%2F565014")
    _, secret = key_of(client, "reader")
    sign_in(client, secret)
    assert client.get("/codes/565014?on=2026-03-01", headers=HTML).status_code == 200
    assert client.get("/v1/circulars").status_code == 401  # a session is for pages only


def drafted(client: TestClient, folder: Path, **data: str) -> tuple[str, dict[str, str]]:
    """The page of a document that an editor gave, and the form on it."""
    form = token_in(client.get("/circulars/new", headers=HTML).text)
    files = {"document": ("new.txt", draft(folder))}
    seen = client.post("/circulars/new?lang=en", data={"form": form, **data}, files=files, headers=HTML).text
    return seen, dict(re.findall(r'<input type="hidden" name="(form|token|draft)" value="([^"]+)"', seen))


def drafts_in(folder: Path) -> int:
    with sqlite3.connect(folder / "state.sqlite") as state:
        return int(state.execute("SELECT count(*) FROM service_draft").fetchone()[0])


def test_a_document_is_recorded_without_giving_it_again(tmp_path: Path) -> None:
    client = made(tmp_path)
    sign_in(client, key_of(client)[1])
    seen, form = drafted(client, tmp_path)
    assert "kept for 15 minutes" in seen
    assert 'type="file"' not in seen
    again = client.post("/circulars/new?lang=en", data={**form, "token": ""}, headers=HTML).text
    assert f'name="draft" value="{form["draft"]}"' in again
    assert drafts_in(tmp_path) == 1
    data = {**form, "accept_findings": "1"}
    done = client.post("/circulars/new", data=data, headers=HTML, follow_redirects=False)
    assert done.headers["location"] == "/circulars/2026-12"
    assert drafts_in(tmp_path) == 0
    gone = client.post("/circulars/new?lang=en", data=data, headers=HTML)
    assert gone.status_code == 400
    assert "no longer kept" in gone.text


def test_a_draft_is_of_one_session(tmp_path: Path) -> None:
    client, other, nobody = made(tmp_path), made(tmp_path), made(tmp_path)
    secret = key_of(client)[1]
    sign_in(client, secret)
    sign_in(other, secret)
    _, form = drafted(client, tmp_path)
    for stranger in (other, nobody):
        own = token_in(stranger.get("/circulars/new", headers=HTML).text)
        data = {"form": own, "draft": form["draft"]}
        assert stranger.post("/circulars/new", data=data, headers=HTML).status_code == 400
    assert "draft" not in drafted(nobody, tmp_path)[1]
    assert client.post("/circulars/new", data={**form, "form": "0" * 64}, headers=HTML).status_code == 403
    client.post("/session/end", data={"form": form["form"]})
    assert drafts_in(tmp_path) == 0


def test_drafts_are_few_and_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = made(tmp_path)
    state = client.app.state  # type: ignore[attr-defined]
    session = state.sessions.begin(Caller("Ann", "editor", key_of(client)[0]))
    ids = [state.drafts.keep(session, f"{number}.txt", b"x") for number in range(5)]
    assert drafts_in(tmp_path) == 3
    assert [state.drafts.find(session, id) is not None for id in ids] == [False, False, True, True, True]
    assert state.drafts.keep("nobody", "a", b"x") is None
    assert state.drafts.keep(session, "a", bytes(LARGEST + 1)) is None
    monkeypatch.setattr(kept_drafts, "MOST", 3)
    assert state.drafts.keep(session, "a", b"four") is None
    later = now() + (MINUTES * 60 + 1) * 1000
    monkeypatch.setattr(kept_drafts, "now", lambda: later)
    assert state.drafts.find(session, ids[-1]) is None
    state.steward._keep_house()
    assert drafts_in(tmp_path) == 0


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("scripts", [pytest.param(False, marks=pytest.mark.slow), True])
def test_an_editor_records_a_document_in_the_browser(tmp_path: Path, browser: Browser, scripts: bool) -> None:
    (tmp_path / "new.txt").write_bytes(draft(tmp_path))
    secret = key_of(made(tmp_path))[1]
    with serving(tmp_path) as place, looking(browser, PHONE, locale="nl-BE", java_script_enabled=scripts) as page:
        page.goto(f"{place}/session")
        assert is_as_wide_as_the_window(page)
        page.get_by_label("Sleutel").fill(secret)
        page.locator("main").get_by_role("button").click()
        page.goto(f"{place}/circulars/new")
        page.get_by_label("Document").set_input_files(tmp_path / "new.txt")
        page.get_by_role("button", name="Document lezen").click()
        expect(page.locator("main")).to_contain_text("wordt 15 minuten bewaard")
        assert is_as_wide_as_the_window(page)
        assert not scripts or violations(page) == []
        if page.get_by_role("checkbox").count():
            page.get_by_role("checkbox").check()
        page.get_by_role("button", name="Omzendbrief vastleggen").click()
        expect(page.locator("h1")).to_contain_text("2026/12")


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("place", ["/session", "/circulars/new"])
def test_everyone_can_use_it(site: str, browser: Browser, place: str) -> None:
    with looking(browser, PHONE) as page:
        page.goto(site + place)
        assert violations(page) == []

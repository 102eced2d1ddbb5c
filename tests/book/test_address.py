"""Where a book is: files as ever, servers by their address, and no password in anything that is shown."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest

import bareme
from bareme.book.address import Server, address_of
from bareme.book.shelf import default_address, default_path
from bareme.errors import BookError, InputError

SECRET = "s3cr3t/word"
WRITTEN = "s3cr3t%2Fword"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://db.example/book", "postgresql://db.example/book"),
        ("postgres://clerk@db.example/book", "postgresql://clerk@db.example/book"),
        (f"postgresql+psycopg://clerk:{WRITTEN}@db:5433/book", "postgresql://clerk@db:5433/book"),
        (f"postgresql://clerk@db/book?password={WRITTEN}&sslmode=require", "postgresql://clerk@db/book"),
        (f"postgresql://db/book?sslpassword={WRITTEN}&sslkey=k", "postgresql://db/book"),
        ("postgresql://clerk@/book?host=/run/pg&port=5433", "postgresql://clerk@/book?host=%2Frun%2Fpg&port=5433"),
    ],
)
def test_a_server_is_shown_without_its_secrets(text: str, shown: str) -> None:
    server = address_of(text)
    assert isinstance(server, Server)
    assert (str(server), address_of(server)) == (shown, server)
    book = bareme.open_book(text)
    assert (book.address, str(book.address)) == (server, shown)
    for told in (str(server), repr(server), repr(server.url), repr(book.address), server.parts, str(server.url)):
        assert "s3cr3t" not in told
    assert dict(server.secrets).get("password") == (SECRET if f":{WRITTEN}@" in text or "?password" in text else None)
    assert pickle.loads(pickle.dumps(server)) == server


@pytest.mark.parametrize(
    "name", ["book.sqlite", "folder/book", "postgres", "a:b", "C:\\books\\b.sqlite", "é b?.sqlite"]
)
def test_anything_else_is_a_file(name: str) -> None:
    assert address_of(name) == address_of(Path(name)) == Path(name)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (
            "mysql://clerk:s3cr3t@db/book",
            r"a book is a file, or a database written postgresql://.*; mysql:// is neither",
        ),
        ("sqlite:///book.sqlite", r"sqlite:// is neither"),
        (Path("postgresql://clerk:s3cr3t@db/book"), r"given as a text, .*, not as a path, which takes a / away"),
        (
            "postgresql://clerk:s3cr3t@db:port/book",
            r"cannot be read: it is written postgresql://user@host:port/database",
        ),
        ("postgresql://clerk:s3cr3t@db", r"postgresql://clerk@db names no database"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_a_password(place: str, message: str) -> None:
    for use in (bareme.open_book, bareme.create_book):
        with pytest.raises(InputError, match=message) as raised:
            use(place)
        assert "s3cr3t" not in str(raised.value)
        assert raised.value.__cause__ is None


def test_a_book_on_a_server_has_no_file_and_says_so() -> None:
    with pytest.raises(BookError, match=r"postgresql://clerk@db/book is on a server; it has no file\."):
        _ = bareme.open_book("postgresql://clerk:s3cr3t@db/book").path


def test_the_environment_names_a_server_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAREME_BOOK", "postgresql://clerk:s3cr3t@db/book")
    assert str(default_address()) == str(bareme.open_book().address) == "postgresql://clerk@db/book"
    with pytest.raises(BookError, match="it has no file"):
        default_path()


def test_without_the_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r"needs a driver: pip install 'bareme\[postgres\]'\."):
        bareme.open_book("postgresql://db/book")


def test_a_server_that_cannot_be_reached_is_named_with_host_port_and_database(tmp_path: Path) -> None:
    place = f"postgresql://clerk:{WRITTEN}@/tariffs?host={tmp_path}&port=5499&connect_timeout=2"
    book = bareme.open_book(place)
    for use in (lambda: book.hash, book.entries, book.circulars, book.check, book.migrate):
        with pytest.raises(
            BookError, match=r"no connection to host .*, port 5499, database tariffs .*Is it running"
        ) as e:
            use()
        assert "s3cr3t" not in str(e.value)
        assert e.value.__cause__ is None

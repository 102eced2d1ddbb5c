"""Indexes kept between runs: used when they are there, made anew when they are not what was written."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import pytest

import bareme
from bareme import Book
from bareme.exchange.search import building, keeping
from bareme.pricing.kept import ABOUT, checksum_of
from invented import Invented, line, load, record

FIRST = Invented("2024/1", "2024-01-01", "2024-01-01", (line("100015", "100026", "10.00", label="Échographie"),))
SECOND = Invented("2025/1", "2024-12-01", "2025-01-01", (line("100015", "100026", "11.00", label="Biopsie"),))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where indexes are kept in this test."""
    monkeypatch.setenv("BAREME_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "search"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return record(tmp_path / "book.sqlite", [FIRST])


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One for each time that an index was made."""
    found: list[None] = []
    before = building.build

    def counted(*args: object) -> None:
        found.append(None)
        before(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(building, "build", counted)
    return found


def asked(book: Book, words: str = "echo") -> list[str | None]:
    """The fees that a book just opened answers."""
    return [hit.fee for hit in bareme.open_book(book.path).search(words).hits]


def test_an_index_is_made_once_for_a_state_of_a_book(book: Book, cache: Path, made: list[None]) -> None:
    assert [asked(book) for _ in range(3)] == [["10.00", "10.00"]] * 3
    bareme.open_book(book.path).changes()
    assert len(made) == 1
    [kept] = cache.iterdir()
    assert sorted(file.name for file in kept.iterdir()) == [ABOUT, keeping.FILE]
    load(book, SECOND)
    assert asked(book, "biopsie") == ["11.00", "11.00"]
    assert len(made) == 2


def test_days_on_which_the_same_is_known_have_one_index(book: Book, cache: Path, made: list[None]) -> None:
    load(book, SECOND)
    for day in ("2024-01-01", "2024-05-05", "2024-11-30"):
        assert book.search("", as_known_on=day).hits[0].fee == "10.00"
    for day in ("2024-12-01", "2030-01-01"):
        assert book.search("", as_known_on=day).hits[0].fee == "11.00"
    for day in ("2020-01-01", "2023-12-31"):
        assert book.search("", as_known_on=day).total == 0
    assert len(made) == 3


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-4096])


def changed(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[content.index(b"10.00")] = ord("9")
    file.write_bytes(content)


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def removed(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize("name", [keeping.FILE, ABOUT])
@pytest.mark.parametrize("damage", [cut, changed, emptied, removed])
def test_a_damaged_index_is_made_anew(
    book: Book, cache: Path, made: list[None], damage: Callable[[Path], None], name: str
) -> None:
    assert asked(book) == ["10.00", "10.00"]
    [kept] = cache.iterdir()
    file = kept / name
    if name == ABOUT and damage in (cut, changed):
        file.write_text('{"checksum": 1}')
    else:
        damage(file)
    assert asked(book) == ["10.00", "10.00"]
    assert len(made) == 2
    assert [place.name for place in cache.iterdir()] == [kept.name]


def test_an_index_damaged_while_it_is_open_is_made_anew(book: Book, cache: Path, made: list[None]) -> None:
    assert asked(book) == ["10.00", "10.00"]
    [kept] = cache.iterdir()
    with sqlite3.connect(kept / keeping.FILE) as connection:
        connection.execute("DROP TABLE tariff")
    connection.close()
    (kept / ABOUT).write_text(f'{{"checksum": {checksum_of(kept / keeping.FILE)}}}')
    assert asked(book) == ["10.00", "10.00"]
    assert len(made) == 2


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="everything can be written by root")
def test_a_folder_that_cannot_be_written(book: Book, cache: Path) -> None:
    cache.parent.mkdir(mode=0o500)
    assert asked(book) == ["10.00", "10.00"]
    assert not cache.exists()


def test_a_cache_that_is_a_file(book: Book, cache: Path) -> None:
    cache.parent.write_text("a file")
    assert asked(book) == ["10.00", "10.00"]


def test_a_full_disk(book: Book, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping, "checksum_of", full)
    assert asked(book) == ["10.00", "10.00"]
    assert list(cache.iterdir()) == []


def test_nothing_is_kept_when_the_cache_is_off(book: Book, made: list[None]) -> None:
    assert asked(book) == ["10.00", "10.00"]
    assert book.search("echo").total == book.search("echographie").total == 2
    assert len(made) == 2


def test_only_the_indexes_used_last_are_kept(book: Book, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_KEPT", 2)
    for year in (2025, 2026, 2027):
        load(book, Invented(f"{year}/1", f"{year}-01-01", f"{year}-01-01", FIRST.lines))
        assert asked(book) == ["10.00", "10.00"]
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("kept", [True, False])
def test_many_threads_ask_at_once(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: list[None], kept: bool
) -> None:
    monkeypatch.setenv("BAREME_CACHE", str(tmp_path / "cache") if kept else "off")
    shared = bareme.open_book(book.path)
    words = [f"echographie 1000{n % 10}" for n in range(200)]
    expected = {"echographie 10001": ["100015"], "echographie 10002": ["100026"]}
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda query: [hit.code for hit in shared.search(query).hits], words))
    assert found == [expected.get(query, []) for query in words]
    assert len(made) == 1

"""A book of many circulars: what is not asked for is not decoded, and nobody waits for its price table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import bareme
from bareme import Book
from bareme.pricing import view
from bareme.pricing.keeping import alone
from bareme.pricing.kept import Kept


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where tables are kept in this test."""
    monkeypatch.setenv("BAREME_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(autouse=True)
def three_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped book is a large one."""
    monkeypatch.setattr(view, "FEW_CIRCULARS", 3)


def kept_in(cache: Path) -> list[Path]:
    return list(cache.glob("*/about.json"))


def shipped(tmp_path: Path) -> Book:
    return bareme.open_book(tmp_path / "no-such-book.sqlite")


def decoded(book: Book) -> list[str]:
    """The circulars whose lines were decoded."""
    return [one.number for one in book._view(None, None).timeline.publications if one.is_decoded]


def test_only_the_circulars_that_are_asked_for_are_decoded(cache: Path, tmp_path: Path) -> None:
    book = shipped(tmp_path)
    assert "565014" in {code for codes in book._view(None, None).in_force(date(2026, 3, 1)).values() for code in codes}
    assert decoded(book) == []
    assert str(book.price("726530", "2025-03-01", age=30, regime="ordinary").fee) == "89.59"
    assert decoded(book) == ["2024/356"]
    assert [period.circular for period in book.show("565014").periods] == ["2024/382", "2025/336"]
    assert decoded(book) == ["2024/356", "2024/382", "2025/336"]
    for code in sorted(book._view(None, None).codes())[:9]:
        book.price(code, "2026-03-01")
    assert kept_in(cache) == []


def test_a_table_that_another_process_kept_is_taken(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = shipped(tmp_path)
    before = book.price("565014", "2026-03-01", regime="ordinary").to_dict()
    assert book.lacks_its_table
    with alone() as is_alone:
        # While one process is at it no other begins.
        assert is_alone
        shipped(tmp_path).keep_its_table()
    assert kept_in(cache) == []
    shipped(tmp_path).keep_its_table()
    assert len(kept_in(cache)) == 1
    monkeypatch.setattr(view, "LOOK_AGAIN", 0)
    book._view(None, None)._look_from = 0
    assert not book.lacks_its_table
    assert book.price("565014", "2026-03-01", regime="ordinary").to_dict() == before
    assert isinstance(book._view(None, None)._ready_desk().source, Kept)

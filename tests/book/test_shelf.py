"""Where a book is: the shipped one until the first write, then a file that appears whole or not at all."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

import bareme
from bareme import Book, BookError, DocumentError, InputError
from bareme.book.ledger import Ledger, NewEntry
from bareme.book.shelf import default_path, shipped_ledger

EXAMPLES = Path(__file__).parents[2] / "examples"
TOY = EXAMPLES / "toy" / "2023-900.txt"


def facts_of(book: Book) -> list[tuple[str, str, str]]:
    return [(entry.kind, entry.circular, entry.payload) for entry in book.entries()]


def shipped_facts() -> list[tuple[str, str, str]]:
    return [(entry.kind, entry.circular, entry.payload) for entry in shipped_ledger().entries()]


def test_a_book_that_does_not_exist_reads_as_the_shipped_one_and_is_not_made(tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "folder" / "book.sqlite")
    assert book.is_shipped
    assert facts_of(book) == shipped_facts()
    assert book.price("565025", "2026-03-01").outcome == "priced"
    assert book.check().problems == ()
    assert book.update() == []
    assert book.show("565014").periods != ()
    assert len(book.circulars()) == 4
    assert list(tmp_path.iterdir()) == []


def test_the_first_write_makes_it_with_the_shipped_entries_before_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "book.sqlite"
    book = bareme.open_book(path)
    result = book.load(TOY)
    assert (result.status, result.entry) == ("recorded", 5)
    assert [entry.name for entry in path.parent.iterdir()] == ["book.sqlite"]
    assert not book.is_shipped
    for again in (book, bareme.open_book(path)):
        assert [entry.hash for entry in again.entries()][:4] == [entry.hash for entry in shipped_ledger().entries()]
        assert [entry.circular for entry in again.entries()][4:] == ["2023/900"]
        assert again.check().problems == ()
        assert again.price("565025", "2026-03-01").outcome == again.price("991071", "2023-03-01").outcome == "priced"


def test_a_load_that_is_refused_or_changes_nothing_makes_no_file(tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "book.sqlite")
    wrong = TOY.read_text(encoding="utf-8").replace("16,10	<b>14,10</b>", "16,10	<b>16,20</b>")
    assert book.load(("wrong.txt", wrong.encode())).status == "refused"
    assert book.load(("prose.txt", b"Nothing but words.")).status == "empty"
    for source in (("empty.txt", b""), ("binary", b"\x00\x01"), tmp_path, tmp_path / "missing.txt"):
        with pytest.raises(DocumentError):
            book.load(source)
    with pytest.raises(InputError):
        book.load(TOY, known_from="2020-01-01")
    assert list(tmp_path.iterdir()) == []


def test_create_book_makes_an_empty_one_or_one_with_the_shipped_entries(tmp_path: Path) -> None:
    empty = bareme.create_book(tmp_path / "folder" / "empty.sqlite")
    assert (empty.entries(), empty.is_shipped, empty.hash) == ([], False, "0" * 64)
    assert empty.price("565014", "2026-03-01").outcome == "unknown_code"
    assert empty.check().problems == ()
    full = bareme.create_book(tmp_path / "full.sqlite", shipped=True)
    assert (facts_of(full), full.is_shipped) == (shipped_facts(), False)
    for path in (empty.path, full.path):
        before = path.read_bytes()
        with pytest.raises(BookError, match=r"exists already; open it, or name another file\."):
            bareme.create_book(path)
        assert path.read_bytes() == before


def test_a_place_where_no_book_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    inside = tmp_path / "file" / "book.sqlite"
    with pytest.raises(BookError, match="cannot be made"):
        bareme.create_book(inside)
    with pytest.raises(BookError, match=r"cannot be made: .* Nothing was written\."):
        bareme.open_book(inside).load(TOY)
    with pytest.raises(BookError, match=r"is a directory; a book is a file, for example .*book\.sqlite"):
        bareme.open_book(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind the root user")
def test_a_book_or_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite")
    book.path.chmod(0o400)
    with pytest.raises(BookError, match="cannot be written"):
        bareme.open_book(book.path).load(TOY)
    tmp_path.chmod(0o500)
    with pytest.raises(BookError, match="cannot be made"):
        bareme.open_book(tmp_path / "other.sqlite").load(TOY)


def test_the_default_book_is_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAREME_BOOK", str(tmp_path / "mine.sqlite"))
    assert bareme.open_book().path == default_path() == tmp_path / "mine.sqlite"
    monkeypatch.delenv("BAREME_BOOK")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_path().name == "book.sqlite"
    assert default_path().parent.name == "bareme"


@pytest.mark.parametrize("name", ["a book.sqlite", "wat?.sqlite", "50%20.sqlite", "no#1.sqlite", "é.sqlite", "b"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    book = bareme.create_book(tmp_path / name)
    assert book.load(TOY).status == "recorded"
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert len(bareme.open_book(tmp_path / name).entries()) == 1


def older_book(path: Path, count: int) -> Book:
    """A book made by an older package, which shipped only the first entries."""
    entries = shipped_ledger().entries()[:count]
    Ledger.create(path).append(
        lambda held: [
            NewEntry(e.kind, e.author, e.known, date.fromisoformat(e.effective_from), e.circular, e.document, e.payload)
            for e in entries
        ]
    )
    return bareme.open_book(path)


@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_update_adds_the_shipped_entries_that_a_book_lacks(count: int, tmp_path: Path) -> None:
    book = older_book(tmp_path / "book.sqlite", count)
    before = [entry.hash for entry in book.entries()]
    added = book.update()
    assert [result.status for result in added] == ["recorded"] * (4 - count)
    assert [entry.hash for entry in book.entries()][:count] == before
    assert facts_of(book) == shipped_facts()
    assert [entry.known_from for entry in book.entries()] == [e.known_from for e in shipped_ledger().entries()]
    assert book.check().problems == ()
    assert book.update() == []


def test_update_leaves_what_people_recorded_alone(tmp_path: Path) -> None:
    """Circulars read from other documents are not doubled, and a correction is not undone."""
    book = bareme.create_book(tmp_path / "book.sqlite")
    for path in sorted((EXAMPLES / "circulars").glob("*.txt")):
        assert book.load(path).status == "recorded"
    assert book.update() == []
    text = (EXAMPLES / "circulars" / "example-2024-401.txt").read_text(encoding="utf-8")
    assert "23,30" in text
    corrected = ("corrected.txt", text.replace("23,30", "23,31").encode())
    assert book.load(corrected, accept_findings=True).status == "recorded"
    assert str(book.price("401376", "2025-02-01").fee) == "23.31"
    assert book.update() == []
    assert str(book.price("401376", "2025-02-01").fee) == "23.31"
    assert len(book.entries()) == 5


def test_an_update_gives_the_prices_of_the_shipped_book(tmp_path: Path) -> None:
    older, shipped = older_book(tmp_path / "book.sqlite", 1), bareme.open_book(tmp_path / "none")
    older.update()
    acts = EXAMPLES / "acts.csv"
    assert older.price_table(acts).to_pylist() == shipped.price_table(acts).to_pylist()


def test_leftovers_of_half_made_files_do_not_disturb(tmp_path: Path) -> None:
    """A process that died while it made a book leaves a draft beside the place, and perhaps its journal."""
    drafts = [tmp_path / f".book.sqlite.{n:032x}.new" for n in range(3)]
    shutil.copy(EXAMPLES / "acts.csv", drafts[0])
    drafts[1].touch()
    (tmp_path / f"{drafts[1].name}-journal").write_bytes(b"\x00" * 512)
    book = bareme.open_book(tmp_path / "book.sqlite")
    assert book.load(TOY).status == "recorded"
    assert bareme.open_book(tmp_path / "book.sqlite").check().problems == ()

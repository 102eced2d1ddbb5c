"""The ledger: entries follow one another by hash, nothing can be changed in place, and every tampering is found."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import bareme
from bareme.book import storage
from bareme.book.ledger import EMPTY, Entry, Ledger
from bareme.book.shelf import shipped_path
from bareme.errors import BookError

TOY = Path(__file__).parents[2] / "examples" / "toy"
NAMES = ("2023-900", "2024-900", "2024-905")
ENTRY_COLUMNS = [field.name for field in fields(Entry)]
DOCUMENT_COLUMNS = ["sha256", "name", "size", "content"]


@pytest.fixture(scope="module")
def toy_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four entries and four documents: three circulars, and a witness of the first."""
    path = tmp_path_factory.mktemp("toy") / "book.sqlite"
    book = bareme.create_book(path)
    for name in NAMES:
        assert book.load(TOY / f"{name}.txt", author="clerk").status == "recorded"
    again = ("again.txt", (TOY / "2023-900.txt").read_bytes() + b"\n")
    assert book.load(again).status == "witness"
    assert book.check().problems == ()
    return path


@pytest.fixture
def path(toy_book: Path, tmp_path: Path) -> Path:
    """A copy of the toy book, to be spoilt."""
    return Path(shutil.copy(toy_book, tmp_path / "book.sqlite"))


@contextmanager
def raw(path: Path, guarded: bool = False) -> Iterator[sqlite3.Connection]:
    """The database behind the ledger's back, without its triggers unless `guarded`."""
    with closing(sqlite3.connect(path)) as connection, connection:
        if not guarded:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
        yield connection


def problems(path: Path) -> Sequence[str]:
    return Ledger(path).verify()


def test_each_entry_holds_the_hash_of_the_one_before(path: Path) -> None:
    entries = Ledger(path).entries()
    assert [entry.seq for entry in entries] == [1, 2, 3, 4]
    assert [entry.previous_hash for entry in entries] == [EMPTY, *(entry.hash for entry in entries[:-1])]
    assert [entry.hash for entry in entries] == [entry.expected_hash() for entry in entries]
    assert len({entry.hash for entry in entries}) == 4
    moments = [datetime.fromisoformat(entry.recorded_at) for entry in entries]
    assert moments == sorted(set(moments))
    assert all(moment.tzinfo == UTC for moment in moments)


def test_the_hash_covers_every_column(path: Path) -> None:
    entry = Ledger(path).entries()[1]
    for name in ENTRY_COLUMNS:
        changed = Entry(**asdict(entry) | {name: 7 if name == "seq" else "other"})
        assert (changed.expected_hash() == entry.hash) == (name == "hash")


def test_the_bytes_of_every_document_are_kept(path: Path) -> None:
    ledger = Ledger(path)
    kept = [ledger.content(str(entry.content)) for entry in ledger.entries()]
    originals = [(TOY / f"{name}.txt").read_bytes() for name in NAMES]
    assert kept == [*originals, originals[0] + b"\n"]
    assert ledger.content("0" * 64) is None


def test_moments_never_go_back(tmp_path: Path, toy_book: Path) -> None:
    """Where the clock stands still or goes back, an entry is a microsecond after the one before it."""
    ledger = Ledger.create(tmp_path / "book.sqlite")
    reading = Ledger(toy_book).entries()[0].reading()
    from bareme.book.intake import decide

    new = decide(reading, ()).new
    assert new is not None
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for moment in (noon, noon, datetime(2025, 1, 1, tzinfo=UTC)):
        ledger.append(lambda held: [new], now=moment)
    assert [entry.recorded_at[10:] for entry in ledger.entries()] == [
        "T12:00:00.000000+00:00",
        "T12:00:00.000001+00:00",
        "T12:00:00.000002+00:00",
    ]


@pytest.mark.parametrize("seq", [1, 2, 4])
@pytest.mark.parametrize("column", ENTRY_COLUMNS)
def test_a_changed_column_of_an_entry_is_found(path: Path, column: str, seq: int) -> None:
    other: dict[str, Any] = {"seq": 40 + seq, "author": None if seq < 4 else "someone", "hash": "f" * 64}
    with raw(path) as connection:
        changed = connection.execute(
            f"UPDATE entry SET {column} = ? WHERE seq = ?", [other.get(column, "2020-02-02"), seq]
        ).rowcount
    assert changed == 1
    assert problems(path)
    check_that_nothing_is_answered(path)


def check_that_nothing_is_answered(path: Path) -> None:
    """`book check` tells what is wrong; nothing else is answered from such a book, and nothing is added to it."""
    book = bareme.open_book(path)
    assert book.check().problems == tuple(problems(path))
    for use in (book.circulars, lambda: book.price("991071", "2024-05-05"), lambda: book.load(TOY / "2024-905.txt")):
        with pytest.raises(BookError, match=r"was changed: .* Look at it with `bareme book check`"):
            use()


def test_a_digit_in_a_payload_is_found_and_the_entry_named(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("UPDATE entry SET payload = replace(payload, '1231.51', '1231.52') WHERE seq = 2")
    assert problems(path) == ["entry 2 was changed after it was recorded"]


@pytest.mark.parametrize("column", ["payload", "circular", "previous_hash"])
def test_a_column_that_holds_no_text_any_more_is_found(path: Path, column: str) -> None:
    with raw(path) as connection:
        connection.execute(f"UPDATE entry SET {column} = x'00ff' WHERE seq = 2")
    assert "entry 2 was changed after it was recorded" in problems(path)


def test_a_changed_entry_with_a_new_hash_is_found_by_the_next_one(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("UPDATE entry SET payload = replace(payload, '1231.51', '1231.52') WHERE seq = 2")
    forged = Ledger(path).entries_as_they_are()[1].expected_hash()
    with raw(path) as connection:
        connection.execute("UPDATE entry SET hash = ? WHERE seq = 2", [forged])
    assert problems(path) == ["entry 3 does not follow the entry before it"]


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_an_entry_taken_out_is_found(path: Path, seq: int) -> None:
    with raw(path) as connection:
        connection.execute("DELETE FROM entry WHERE seq = ?", [seq])
    assert any("does not follow" in problem for problem in problems(path))


def test_the_last_entry_taken_out_leaves_its_document_behind(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("DELETE FROM entry WHERE seq = 4")
    [problem] = problems(path)
    assert problem.endswith("belongs to no entry")


def test_the_last_entry_taken_out_with_its_document_shows_in_the_hash_of_the_book(path: Path) -> None:
    """Nothing in the file can tell; every price and `book check` give the book's hash, which is another one."""
    before = bareme.open_book(path).check()
    with raw(path) as connection:
        [(content,)] = connection.execute("SELECT content FROM entry WHERE seq = 4").fetchall()
        connection.execute("DELETE FROM entry WHERE seq = 4")
        connection.execute("DELETE FROM document WHERE sha256 = ?", [content])
    after = bareme.open_book(path).check()
    assert (after.entries, after.problems) == (3, ())
    assert after.hash != before.hash


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 3), (1, 4)])
def test_entries_that_changed_places_are_found(path: Path, one: int, other: int) -> None:
    with raw(path) as connection:
        for old, new in ((one, 90), (other, one), (90, other)):
            connection.execute("UPDATE entry SET seq = ? WHERE seq = ?", [new, old])
    assert len(problems(path)) >= 2


def test_an_entry_put_in_between_is_found(path: Path) -> None:
    with raw(path) as connection:
        for old in (4, 3):
            connection.execute("UPDATE entry SET seq = ? WHERE seq = ?", [old + 1, old])
        names = ", ".join(name for name in ENTRY_COLUMNS if name not in ("seq", "hash"))
        connection.execute(
            f"INSERT INTO entry (seq, hash, {names}) SELECT 3, '{'a' * 64}', {names} FROM entry WHERE seq = 2"
        )
    assert problems(path)


@pytest.mark.parametrize("column", DOCUMENT_COLUMNS)
def test_a_changed_column_of_a_document_is_found(path: Path, column: str) -> None:
    other: dict[str, Any] = {"sha256": "e" * 64, "name": "other.txt", "size": 3, "content": b"other"}
    for number in range(4):
        with raw(path) as connection:
            [old] = connection.execute(f"SELECT rowid, {column} FROM document LIMIT 1 OFFSET {number}").fetchall()
            connection.execute(f"UPDATE document SET {column} = ? WHERE rowid = ?", [other[column], old[0]])
        assert any("document" in problem for problem in problems(path))
        with raw(path) as connection:
            connection.execute(f"UPDATE document SET {column} = ? WHERE rowid = ?", [old[1], old[0]])
        assert problems(path) == []


def test_a_document_that_is_text_now_is_found(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("UPDATE document SET content = 'text' WHERE rowid = 1")
    assert [problem for problem in problems(path) if "was changed" in problem]


def test_a_document_taken_out_is_found(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("DELETE FROM document WHERE sha256 = (SELECT content FROM entry WHERE seq = 3)")
    assert problems(path) == ["the document of entry 3 is gone"]


def test_a_document_that_no_entry_brought_is_found(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("INSERT INTO document VALUES (?, 'x', 1, x'00')", ["d" * 64])
    assert problems(path) == [f"document {'d' * 12} belongs to no entry"]


FORBIDDEN = [
    "UPDATE entry SET author = 'me' WHERE seq = 1",
    "UPDATE OR REPLACE entry SET seq = 2 WHERE seq = 1",
    "DELETE FROM entry",
    "DELETE FROM entry WHERE seq = 4",
    "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE seq = 2",
    "REPLACE INTO entry SELECT * FROM entry",
    # A new number and an old hash: REPLACE would drop the old entry and fire no DELETE trigger.
    "REPLACE INTO entry SELECT seq + 10, kind, recorded_at, author, known_from, effective_from, circular, document, "
    "content, payload, previous_hash, hash FROM entry WHERE seq = 2",
    "INSERT INTO entry SELECT * FROM entry WHERE seq = 2 ON CONFLICT (seq) DO UPDATE SET author = 'me'",
    "UPDATE document SET content = x'00'",
    "DELETE FROM document",
    "INSERT OR REPLACE INTO document SELECT sha256, name, size, x'00' FROM document",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_refuses_to_change_what_was_recorded(path: Path, statement: str) -> None:
    before = Ledger(path).entries()
    with raw(path, guarded=True) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    assert Ledger(path).entries() == before
    assert problems(path) == []


def test_the_shipped_book_is_guarded_in_the_same_way(tmp_path: Path) -> None:
    """A book of one's own begins as a copy of it."""

    def triggers(path: Path) -> list[tuple[str, ...]]:
        with raw(path, guarded=True) as connection:
            found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
            return found.fetchall()

    fresh = Ledger.create(tmp_path / "fresh.sqlite").path
    copied = Ledger.create(tmp_path / "copied.sqlite", copy_of=shipped_path()).path
    assert triggers(copied) == triggers(fresh)
    assert len(triggers(fresh)) == 6


def test_what_decide_raises_leaves_nothing_behind(path: Path) -> None:
    before = path.read_bytes()

    def fail(held: list[Entry]) -> list[Any]:
        assert len(held) == 4
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        Ledger(path).append(fail)
    assert path.read_bytes() == before


def test_a_writer_who_finds_another_one_waits_and_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "WAIT_SECONDS", 0.05)
    book = bareme.open_book(path)
    changed = ("2023-900.txt", (TOY / "2023-900.txt").read_bytes() + b"\n\n")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BookError, match=r"is in use by another writer .* try again\. Nothing was written\."):
            book.load(changed)
        other.execute("ROLLBACK")
    assert book.load(changed).status == "witness"


def test_a_file_that_is_no_book_is_told_so(tmp_path: Path) -> None:
    text, other, newer = tmp_path / "text", tmp_path / "other.sqlite", tmp_path / "newer.sqlite"
    text.write_text("no database, but long enough to be taken for one by its length alone\n" * 20)
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE entry (a)")
    Ledger.create(newer)
    with raw(newer) as connection:
        connection.execute(f"PRAGMA user_version = {storage.FORMAT + 1}")
    for path, message in ((text, "is not a book of bareme"), (other, "is not a book"), (newer, "newer bareme")):
        before = path.read_bytes()
        with pytest.raises(BookError, match=message):
            bareme.open_book(path).circulars()
        with pytest.raises(BookError, match=message):
            bareme.open_book(path).load(TOY / "2023-900.txt")
        assert path.read_bytes() == before

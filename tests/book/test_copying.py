"""A book copied between files and servers: the same entries, hashes and documents; whole or not at all."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import bareme
from bareme.book import copying
from bareme.book.address import address_of
from bareme.book.ledger import Given, Ledger
from bareme.errors import BookError
from on_postgres import Cluster
from running import bareme_here

pytestmark = pytest.mark.xdist_group("postgres")

TOY = Path(__file__).parents[2] / "examples" / "toy"
WAYS = [*itertools.product(("file", "server"), repeat=2)]
Place = Callable[[str], str]


@pytest.fixture
def place(cluster: Cluster, tmp_path: Path) -> Place:
    """A place of a kind where no book is yet."""
    numbers = itertools.count()
    return lambda kind: cluster.fresh() if kind == "server" else str(tmp_path / f"{next(numbers)}" / "book.sqlite")


def filled(url: str, *names: str) -> bareme.Book:
    book = bareme.create_book(url)
    for name in names or ("2023-900", "2024-900"):
        assert book.load(TOY / f"{name}.txt", author="clerk").status == "recorded"
    return book


def everything(book: bareme.Book) -> list[Any]:
    """Entries and documents."""
    ledger = Ledger(book.address)
    return [(entry, entry.content and ledger.document(entry.content)) for entry in ledger.entries()]


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_a_copy_holds_the_same_and_takes_what_was_added_later(source: str, target: str, place: Place) -> None:
    book, there = filled(place(source)), place(target)
    done = bareme.copy_book(book, there)
    copy = bareme.open_book(there)
    assert (done.entries, done.added, done.hash) == (2, 2, book.hash)
    assert everything(copy) == everything(book)
    assert all(document for _, document in everything(copy))
    assert bareme.copy_book(book.address if isinstance(book.address, Path) else book, there).added == 0
    assert book.load(("again.txt", (TOY / "2023-900.txt").read_bytes() + b"\n")).status == "witness"
    assert book.load(TOY / "2024-905.txt").status == "recorded"
    assert (book.copy_to(there).added, bareme.copy_book(book, there).added) == (2, 0)
    assert everything(copy) == everything(book)
    assert (copy.check().problems, copy.hash) == ((), book.hash)
    assert copy.price("991071", "2024-05-05").to_dict() == book.price("991071", "2024-05-05").to_dict()
    assert copy.load(("third.txt", (TOY / "2024-905.txt").read_bytes() + b"\n")).status == "witness"


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_a_target_that_holds_anything_else_is_left_as_it_is(source: str, target: str, place: Place) -> None:
    book = filled(place(source))
    others = [filled(place(target), "2024-900"), filled(place(target)), bareme.create_book(place(target), shipped=True)]
    longer = bareme.open_book(place(target))
    bareme.copy_book(book, longer)
    longer.load(TOY / "2024-905.txt")
    for other, number in ((others[0], 1), (others[1], 1), (others[2], 1), (longer, 3)):
        before = everything(other)
        with pytest.raises(
            BookError, match=rf"holds entry {number} \(20.*, recorded 20.*Z\), which .* does not hold there"
        ):
            bareme.copy_book(book, other)
        assert everything(other) == before


@pytest.mark.parametrize("target", ["file", "server"])
def test_a_copy_that_is_cut_short_leaves_nothing(target: str, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    book, new, begun = filled(place("file")), place(target), place(target)
    bareme.copy_book(book, begun)
    book.load(TOY / "2024-905.txt")
    plain = copying.with_documents

    def cut(source: Ledger, entries: Any) -> Iterator[Given]:
        yield from itertools.islice(plain(source, entries), max(len(entries) - 1, 0))
        raise BookError("cut short on purpose")

    monkeypatch.setattr(copying, "with_documents", cut)
    for there in (new, begun):
        with pytest.raises(BookError, match="on purpose"):
            bareme.copy_book(book, there)
    assert bareme.open_book(new).is_shipped
    assert len(bareme.open_book(begun).entries()) == 2
    assert target == "server" or [*Path(new).parent.iterdir()] == []
    monkeypatch.undo()
    assert bareme.copy_book(book, new).hash == bareme.copy_book(book, begun).hash == book.hash


def test_a_book_that_is_not_whole_is_not_copied(place: Place) -> None:
    import sqlite3
    from contextlib import closing

    book, there = filled(place("file")), place("server")
    with closing(sqlite3.connect(book.path)) as connection, connection:
        connection.execute("DROP TRIGGER document_no_update")
        connection.execute("UPDATE document SET content = x'00'")
    with pytest.raises(BookError, match=r"is not whole: document .* was changed .*Nothing was copied\."):
        bareme.copy_book(book, there)
    assert bareme.open_book(there).is_shipped


def test_the_command(cluster: Cluster, place: Place, tmp_path: Path) -> None:
    book, there, here = filled(place("file")), place("server"), tmp_path / "none.sqlite"
    shown = str(address_of(there))
    ran = bareme_here("book", "copy", book.path, there, "--json", book=here)
    expected = {"source": str(book.path), "target": shown, "entries": 2, "added": 2, "hash": book.hash}
    assert ran.json("book-copy-1") == expected
    ran = bareme_here("book", "copy", there, tmp_path / "back.sqlite", book=here)
    assert ran.out == f"{tmp_path / 'back.sqlite'}: 2 entries, 2 of them new. Hash {book.hash}.\n"
    ran = bareme_here("book", "copy", tmp_path / "mistyped.sqlite", there, book=here)
    assert (ran.code, ran.out) == (2, "")
    assert "mistyped.sqlite does not exist. Nothing was copied." in ran.err
    ran = bareme_here("book", "copy", book.path, tmp_path / "back.sqlite" / "inside", book=here)
    assert (ran.code, "cannot be made" in ran.err) == (2, True)


def test_the_shipped_book_is_copied_too(place: Place, tmp_path: Path) -> None:
    shipped = bareme.open_book(tmp_path / "none.sqlite")
    assert shipped.copy_to(place("server")).hash == shipped.hash

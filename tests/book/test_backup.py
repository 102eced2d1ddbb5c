"""Backups taken while the book is in use, and restored: the chain is whole and the hash is the same."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import bareme
from bareme.errors import BookError
from on_postgres import Cluster

pytestmark = pytest.mark.xdist_group("postgres")

TOY = Path(__file__).parents[2] / "examples" / "toy"
TEXT = (TOY / "2023-900.txt").read_bytes()


@contextmanager
def written_to(place: str) -> Iterator[bareme.Book]:
    """A book that another thread loads into all the time."""
    book, stop, failed = bareme.create_book(place, shipped=True), threading.Event(), list[Exception]()

    def write() -> None:
        number = 1
        while not stop.is_set():
            try:
                bareme.open_book(place).load((f"{number}.txt", TEXT + b"\n" * number))
            except Exception as error:
                failed.append(error)
                return
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield book
    finally:
        stop.set()
        writer.join()
    assert failed == []


def check_restored(place: str | Path, book: bareme.Book, least: int) -> None:
    """What was restored is whole and is a beginning of the book; a new load goes on from there."""
    restored = bareme.open_book(place)
    count = len(restored.entries())
    assert count >= least
    assert restored.check().problems == ()
    assert restored.hash == book.entries()[count - 1].hash
    assert [*restored.entries()] == [*book.entries()][:count]
    assert restored.load(("new.txt", TEXT + b"\n" * 999)).ok
    assert restored.check().problems == ()


@pytest.mark.parametrize("way", ["backup", "vacuum", "copy"])
def test_a_file_that_is_written_to_is_backed_up(way: str, tmp_path: Path) -> None:
    source, target = str(tmp_path / "book.sqlite"), tmp_path / "backup.sqlite"
    with written_to(source) as book:
        least = len(book.entries())
        if way == "copy":
            bareme.copy_book(source, target)
        else:
            with closing(sqlite3.connect(source, timeout=30)) as connection:
                if way == "vacuum":
                    connection.execute("VACUUM INTO ?", [str(target)])
                else:
                    with closing(sqlite3.connect(target)) as other:
                        connection.backup(other)
    check_restored(target, book, least)


def test_a_server_that_is_written_to_is_dumped_and_restored(cluster: Cluster, tmp_path: Path) -> None:
    source, target, dump = cluster.fresh(), cluster.fresh(), tmp_path / "book.dump"
    with written_to(source) as book:
        least = len(book.entries())
        cluster.program("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={source}")
    cluster.program("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={target}", dump)
    for statement in ("UPDATE entry SET author = 'x'", "TRUNCATE document CASCADE"):
        with pytest.raises(Exception, match="append-only"):
            cluster.sql(statement, url=target)
    check_restored(target, book, least)


def test_a_server_is_copied_to_a_file_and_back(cluster: Cluster, tmp_path: Path) -> None:
    source, target = cluster.fresh(), cluster.fresh()
    with written_to(source) as book:
        least = len(book.entries())
        bareme.copy_book(source, tmp_path / "backup.sqlite")
    bareme.copy_book(tmp_path / "backup.sqlite", target)
    check_restored(target, book, least)


def test_a_backup_that_was_put_in_place_of_the_book_is_seen_by_who_has_it_open(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite"
    book = bareme.create_book(path, shipped=True)
    bareme.copy_book(path, tmp_path / "backup.sqlite")
    assert book.load(("x.txt", TEXT)).entry == 5
    assert len(book.entries()) == 5
    (tmp_path / "backup.sqlite").rename(path)
    assert (len(book.entries()), book.check().problems) == (4, ())
    path.write_bytes(path.read_bytes()[:-4096])
    with pytest.raises(BookError):
        bareme.open_book(path).check()

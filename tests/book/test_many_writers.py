"""Processes that load into one book on a server at once, are killed, or lose the server: nothing is lost or doubled."""

from __future__ import annotations

import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

import bareme
from bareme.book.address import address_of
from bareme.book.ledger import Entry, Ledger, NewEntry
from bareme.errors import BookError
from loading_processes import run_rounds
from on_postgres import Cluster

pytestmark = [
    pytest.mark.xdist_group("postgres"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked and killed as on POSIX"),
]

TOY = Path(__file__).parents[2] / "examples" / "toy"
FIRST = TOY / "2023-900.txt"
WRITERS = 8
LOST = r"(was lost|no connection|starting up|shutting down)"


@pytest.fixture
def url(cluster: Cluster) -> str:
    """A book with one circular."""
    made = cluster.fresh()
    assert bareme.create_book(made).load(FIRST).status == "recorded"
    return made


def variants(folder: Path, count: int) -> list[Path]:
    """Documents of the same figures and different bytes: each is recorded as a witness."""
    places = [folder / f"variant-{number}.txt" for number in range(count)]
    for number, place in enumerate(places, start=1):
        place.write_bytes(FIRST.read_bytes() + b"\n" * number)
    return places


def check(url: str, documents: list[Path]) -> bareme.Book:
    """The chain is whole, each of the documents was recorded once, and nothing else but what was there."""
    book = bareme.open_book(url)
    assert book.check().problems == ()
    names = Counter(entry.document_name for entry in book.entries())
    assert [names[place.name] for place in documents] == [1] * len(documents)
    assert set(names.values()) == {1}
    return book


def test_different_documents_loaded_at_once_are_all_recorded(url: str, tmp_path: Path) -> None:
    documents = [*variants(tmp_path, WRITERS), TOY / "2024-900.txt", TOY / "2024-905.txt"]
    [found] = run_rounds([{"book": url, "loads": documents}], tmp_path)
    assert sorted(found["ended"]) == ["recorded"] * 2 + ["witness"] * WRITERS
    assert len(check(url, documents).entries()) == 1 + len(documents)


@pytest.mark.slow
def test_equal_documents_loaded_at_once_are_recorded_once(cluster: Cluster, url: str, tmp_path: Path) -> None:
    """Also where the first write has yet to make the book: the shipped entries are there once too."""
    fresh = cluster.fresh()
    rounds = [{"book": place, "loads": [TOY / "2024-900.txt"] * WRITERS} for place in (url, fresh)]
    for found in run_rounds(rounds, tmp_path):
        assert sorted(found["ended"]) == ["recorded"] + ["unchanged"] * (WRITERS - 1)
    assert len(check(url, [TOY / "2024-900.txt"]).entries()) == 2
    assert len(check(fresh, [TOY / "2024-900.txt"]).entries()) == 5


@pytest.mark.slow
def test_a_load_killed_at_any_of_its_steps_leaves_the_book_as_it_was_or_complete(url: str, tmp_path: Path) -> None:
    """One load after another is killed a step later; then all are done again, and each document is there once."""
    documents = variants(tmp_path, 40)
    rounds = [{"book": url, "loads": [place], "kill_at": step} for step, place in enumerate(documents, start=1)]
    ended = Counter(found["ended"][0] for found in run_rounds(rounds, tmp_path))
    assert ended["killed"] >= 15
    assert ended["witness"] >= 1
    assert ended["failed"] == 0
    book = bareme.open_book(url)
    assert book.check().problems == ()
    before = len(book.entries())
    assert before >= 1 + ended["witness"]
    again = Counter(book.load(place).status for place in documents)
    assert again == {"unchanged": before - 1, "witness": len(documents) - before + 1}
    check(url, documents)


@pytest.mark.slow
def test_a_first_write_that_is_killed_leaves_no_book_or_a_whole_one(cluster: Cluster, tmp_path: Path) -> None:
    steps = (2, 9, 16, 23, 30, 37, 60)
    places = [cluster.fresh() for _ in steps]
    rounds = [{"book": p, "loads": [FIRST], "kill_at": step} for p, step in zip(places, steps, strict=True)]
    assert {found["ended"][0] for found in run_rounds(rounds, tmp_path)} <= {"killed", "recorded"}
    for place in places:
        book = bareme.open_book(place)
        assert (len(book.entries()) - 4) in (0, 1)
        assert book.check().problems == ()
        assert book.load(FIRST).status in ("recorded", "unchanged")
        assert len(check(place, [FIRST]).entries()) == 5


def test_connections_that_died_are_replaced(cluster: Cluster, url: str) -> None:
    """The server is restarted, and crashes; the same book answers the same afterwards."""
    book = bareme.open_book(url)
    before = book.hash, [*book.entries()], book.price("991071", "2023-05-05").to_dict()
    for how in ("fast", "immediate"):
        cluster.restart(how)
        assert (book.hash, [*book.entries()], book.price("991071", "2023-05-05").to_dict()) == before
    assert book.load(TOY / "2024-900.txt").status == "recorded"


def test_while_the_server_is_down_every_question_says_so(cluster: Cluster, url: str) -> None:
    book = bareme.open_book(url)
    assert book.price("991071", "2023-05-05").outcome == "priced"
    socket = cluster.socket
    cluster.stop()
    try:
        for use in (lambda: book.price("991071", "2023-05-05"), book.entries, lambda: book.load(FIRST)):
            with pytest.raises(BookError, match=LOST):
                use()
    finally:
        cluster.start(socket)
    assert book.price("991071", "2023-05-05").outcome == "priced"


@pytest.mark.parametrize("how", ["fast", "immediate", "terminate"])
def test_a_load_that_loses_the_server_writes_nothing_and_may_be_tried_again(
    cluster: Cluster, url: str, how: str, tmp_path: Path
) -> None:
    ledger = Ledger(address_of(url))
    [held] = ledger.entries()
    new = NewEntry("witness", "x", held.known, held.known, held.circular, "d" * 64, held.payload, "x", b"x")

    def decide(_held: list[Entry]) -> list[NewEntry]:
        if how == "terminate":
            cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        else:
            cluster.restart(how)
        return [new]

    with pytest.raises(BookError, match=r"was lost \(.*\)\. Try again: what is recorded already is not recorded twice"):
        ledger.append(decide)
    assert [*ledger.entries()] == [held]
    assert ledger.verify() == []
    [document] = variants(tmp_path, 1)
    assert bareme.open_book(url).load(document).status == "witness"


def test_a_restart_under_load_gives_no_wrong_answer_and_loses_no_write(
    cluster: Cluster, url: str, tmp_path: Path
) -> None:
    book = bareme.open_book(url)
    right = book.price("991071", "2023-05-05")
    expected = (right.outcome, right.fee, right.intervention)
    documents, done = variants(tmp_path, 6), threading.Event()
    said: list[str] = []

    def ask() -> int:
        answers = 0
        while not done.is_set():
            try:
                price = book.price("991071", "2023-05-05")
            except BookError as error:
                said.append(str(error))
                continue
            assert (price.outcome, price.fee, price.intervention) == expected
            answers += 1
        return answers

    def load(document: Path) -> str:
        while True:
            try:
                return book.load(document).status
            except BookError as error:
                said.append(str(error))

    with ThreadPoolExecutor(9) as pool:
        asked = [pool.submit(ask) for _ in range(3)]
        loads = [pool.submit(load, document) for document in documents]
        cluster.restart("immediate")
        assert {found.result() for found in loads} <= {"witness", "unchanged"}
        done.set()
        assert all(found.result() for found in asked)
    assert [message for message in said if "was lost" not in message and "no connection" not in message] == []
    assert len(check(url, documents).entries()) == 1 + len(documents)


def test_a_forked_process_leaves_its_parents_connections_alone(url: str) -> None:
    """A child uses a book that its parent opened; both go on, each on a connection of its own."""
    book = bareme.open_book(url)
    before = book.hash
    for _ in range(2):
        child = os.fork()
        if child == 0:
            os._exit(0 if book.hash == before and len(book.entries()) == 1 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert book.hash == before
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM entry").fetchone() == (1,)

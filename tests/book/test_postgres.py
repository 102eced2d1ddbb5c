"""A book on a real PostgreSQL server: as in a file; nothing in it can be changed, and all tampering is found."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path

import psycopg
import pytest

import bareme
from bareme.book import storage
from bareme.book.address import address_of
from bareme.book.ledger import Entry, Ledger, NewEntry
from bareme.book.shelf import shipped_ledger
from bareme.errors import BookError
from on_postgres import Cluster
from running import bareme_here

pytestmark = pytest.mark.xdist_group("postgres")

EXAMPLES = Path(__file__).parents[2] / "examples"
TOY = EXAMPLES / "toy"
NAMES = ("2023-900", "2024-900", "2024-905")


@pytest.fixture(scope="module")
def toy(cluster: Cluster) -> str:
    """A book of three circulars and a witness; its database is a template of others."""
    url = cluster.fresh()
    with closing(bareme.create_book(url)) as book:
        for name in NAMES:
            assert book.load(TOY / f"{name}.txt", author="clerk").status == "recorded"
        assert book.load(("again.txt", (TOY / "2023-900.txt").read_bytes() + b"\n")).status == "witness"
    return url


@pytest.fixture
def url(cluster: Cluster, toy: str) -> str:
    """A copy of the toy book, to be spoilt."""
    copy = f"copy_{next(cluster.numbers)}"
    cluster.sql(f"CREATE DATABASE {copy} TEMPLATE {toy.split('@/')[1].split('?')[0]}")
    return cluster.url(copy)


@contextmanager
def raw(url: str) -> Iterator[psycopg.Connection]:
    """The database behind the ledger's back, its triggers switched off by the one who owns it."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in ("entry", "document"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield connection


def problems(url: str) -> list[str]:
    return Ledger(address_of(url)).verify()


def test_a_server_without_a_book_reads_as_the_shipped_one_and_the_first_write_makes_it(cluster: Cluster) -> None:
    url = cluster.fresh()
    book = bareme.open_book(url)
    assert book.is_shipped
    assert book.price("565025", "2026-03-01").outcome == "priced"
    assert book.update() == []
    assert cluster.sql("SELECT to_regclass('entry')", url=url) == [(None,)]
    result = book.load(TOY / "2023-900.txt", author="clerk")
    assert (result.status, result.entry, book.is_shipped) == ("recorded", 5, False)
    for again in (book, bareme.open_book(url)):
        assert [*again.entries()][:4] == [*shipped_ledger().entries()]
        assert (again.check().problems, again.hash) == ((), result.hash)
        assert again.price("565025", "2026-03-01").outcome == again.price("991071", "2023-03-01").outcome == "priced"


def test_create_book_makes_an_empty_one_or_one_with_the_shipped_entries_once(cluster: Cluster) -> None:
    for shipped, count in ((False, 0), (True, 4)):
        url = cluster.fresh()
        made = bareme.create_book(url, shipped=shipped)
        assert (len(made.entries()), made.is_shipped, made.check().problems) == (count, False, ())
        with pytest.raises(BookError, match=r"postgresql://postgres@/.* exists already; open it, or name another"):
            bareme.create_book(url, shipped=True)
        assert len(made.entries()) == count


def test_the_same_circulars_at_the_same_moments_give_the_same_hashes_as_in_a_file(
    cluster: Cluster, toy: str, tmp_path: Path
) -> None:
    there = bareme.open_book(toy).entries()
    ledger = Ledger(address_of(cluster.fresh()))
    ledger.make()
    for here in (ledger, Ledger.create(tmp_path / "book.sqlite")):
        for entry in there:
            here.append(exactly(as_new(entry, Ledger(address_of(toy)))), now=datetime.fromisoformat(entry.recorded_at))
        assert [asdict(entry) for entry in here.entries()] == [asdict(entry) for entry in there]
        assert here.verify() == []


def exactly(new: NewEntry) -> Callable[[list[Entry]], list[NewEntry]]:
    """To append it, whatever is held."""
    return lambda held: [new]


def as_new(entry: Entry, ledger: Ledger) -> NewEntry:
    name, content = ledger.document(str(entry.content)) or ("", None)
    dates = entry.known, date.fromisoformat(entry.effective_from)
    return NewEntry(entry.kind, entry.author, *dates, entry.circular, entry.document, entry.payload, name, content)


@pytest.mark.parametrize("table", ["entry", "document"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET name = name", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_nothing_can_be_changed_even_by_the_owner(url: str, table: str, statement: str) -> None:
    before = [*Ledger(address_of(url)).entries()]
    column = {"entry": "author = 'x'", "document": "name = 'x'"}[table]
    with psycopg.connect(url, autocommit=True) as connection:
        for settings in ("SET session_replication_role = origin", "SET session_replication_role = replica"):
            connection.execute(settings)
            with pytest.raises(psycopg.errors.RaiseException, match="the ledger is append-only"):
                connection.execute(statement.format(table).replace("name = name", column))
    assert [*Ledger(address_of(url)).entries()] == before


def test_a_number_is_not_given_twice(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection, pytest.raises(psycopg.errors.Error):
        connection.execute(
            "INSERT INTO entry SELECT * FROM entry WHERE seq = 4 ON CONFLICT (seq) DO UPDATE SET author = 'x'"
        )
    assert problems(url) == []


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        ("UPDATE entry SET payload = replace(payload, '1231.51', '1231.52') WHERE seq = 2", "entry 2 was changed"),
        ("UPDATE entry SET author = NULL WHERE seq = 3", "entry 3 was changed"),
        ("DELETE FROM entry WHERE seq = 2", "entry 3 does not follow the entry before it"),
        ("UPDATE document SET content = 'other' WHERE name = '2024-900.txt'", "was changed after it was recorded"),
        (
            "ALTER TABLE entry DROP CONSTRAINT entry_content_fkey; DELETE FROM document",
            "the document of entry 1 is gone",
        ),
    ],
)
def test_tampering_is_found(url: str, spoil: str, problem: str) -> None:
    with raw(url) as connection:
        connection.execute(spoil)
    assert any(problem in found for found in problems(url))
    book = bareme.open_book(url)
    assert book.check().problems == tuple(problems(url))
    if "document" not in spoil:
        for use in (book.circulars, lambda: book.load(TOY / "2024-905.txt")):
            with pytest.raises(BookError, match=r"was changed: .* Look at it with `bareme book check`"):
                use()


def test_only_what_was_added_is_read_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that was verified is not read twice, and what others add is seen at the next question."""
    one, other = Ledger(address_of(url)), Ledger(address_of(url))
    first = one.entries()
    assert one.entries() is first
    hashed: list[int] = []
    plain = Entry.expected_hash

    def counted(entry: Entry) -> str:
        hashed.append(entry.seq)
        return plain(entry)

    monkeypatch.setattr(Entry, "expected_hash", counted)
    new = as_new(first[0], one)
    made = other.append(exactly(new))
    hashed.clear()
    assert [entry.seq for entry in one.entries()] == [1, 2, 3, 4, 5]
    assert one.last_hash() == made[-1].hash
    assert hashed == [5]
    assert len(first) == 4


def test_an_entry_taken_away_behind_its_back_is_found_by_a_ledger_that_is_open(url: str) -> None:
    ledger = Ledger(address_of(url))
    assert len(ledger.entries()) == 4
    with raw(url) as connection:
        connection.execute("DELETE FROM entry WHERE seq = 2")
    with pytest.raises(BookError, match="entry 3 stands where entry 2 should"):
        ledger.entries()
    with raw(url) as connection:
        connection.execute("DELETE FROM entry WHERE seq > 2")
    assert [entry.seq for entry in ledger.entries()] == [1]


def test_readers_do_not_wait_for_a_writer(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a writer is in its transaction, others read what was there, and a second writer waits its time."""
    monkeypatch.setattr(storage, "WAIT_SECONDS", 1)
    writer, reader = Ledger(address_of(url)), bareme.open_book(url)
    new = as_new(writer.entries()[0], writer)

    def decide(held: list[Entry]) -> list[NewEntry]:
        book = bareme.open_book(url)
        assert [len(book.entries()), len(reader.entries()), len(writer.entries())] == [4, 4, 4]
        assert book.price("991071", "2024-05-05").outcome == "priced"
        assert (book.check().problems, book.hash) == ((), held[-1].hash)
        with pytest.raises(BookError, match=r"in use by another writer for more than 1 s; try again\. Nothing was"):
            book.load(("other.txt", (TOY / "2024-900.txt").read_bytes() + b"\n\n"))
        return [new]

    writer.append(decide)
    assert len(reader.entries()) == len(writer.entries()) == 5


def test_many_threads_share_one_book(cluster: Cluster, url: str) -> None:
    """More threads than connections read and write at once: each entry once, the chain whole, nobody fails."""
    book = bareme.open_book(url)
    text = (TOY / "2023-900.txt").read_bytes()
    start = threading.Barrier(24)

    def work(number: int) -> int:
        start.wait()
        if number % 4 == 0:
            return len([book.load((f"{number}.txt", text + b"\n" * (2 + number))).status == "witness"])
        return sum(book.price("991071", "2024-05-05").outcome == "priced" for _ in range(5)) + len(book.entries()) // 99

    with ThreadPoolExecutor(24) as pool:
        assert sorted(pool.map(work, range(24))) == [1] * 6 + [5] * 18
    assert (len(book.entries()), book.check().problems) == (10, ())
    [(used,)] = cluster.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'bareme'",
        url=url,
    )
    assert used <= 8


def test_threads_that_ask_for_many_states_disturb_no_one(url: str) -> None:
    """More states than are kept ready, asked for at once by several threads."""
    book = bareme.open_book(url)
    days = [f"2024-{month:02}-{day:02}" for month in range(1, 5) for day in (1, 15, 28)]

    def ask(number: int) -> list[str]:
        asked = days[number:] + days[:number]
        return sorted({book.price("991071", "2023-05-05", as_known_on=day).outcome.value for day in asked})

    with ThreadPoolExecutor(6) as pool:
        assert {*map(tuple, pool.map(ask, range(6)))} == {("priced",)}


def test_roles_may_do_what_their_rights_say(cluster: Cluster, url: str) -> None:
    """A reader reads everything and writes nothing; an editor adds and cannot make or change a table."""
    rights = [
        "GRANT SELECT ON entry, document, bareme_format TO {0}_reader, {0}_editor",
        "GRANT INSERT ON entry, document TO {0}_editor",
    ]
    name = url.split("@/")[1].split("?")[0]
    cluster.sql(*(f"CREATE ROLE {name}_{role} LOGIN" for role in ("reader", "editor", "nobody")))
    cluster.sql(*(right.format(name) for right in rights), url=url)
    reader, editor, nobody = (
        bareme.open_book(cluster.url(name, f"{name}_{role}")) for role in ("reader", "editor", "nobody")
    )
    changed = ("x.txt", (TOY / "2023-900.txt").read_bytes() + b"\n\n\n")
    assert reader.price("991071", "2024-05-05").outcome == "priced"
    assert reader.check().problems == ()
    with pytest.raises(BookError, match=r"this user may not do that .*ask its owner .* Nothing was written\."):
        reader.load(changed)
    with pytest.raises(BookError, match="this user may not do that"):
        nobody.entries()
    assert editor.load(changed).status == "witness"
    for statement in ("UPDATE entry SET author = 'x'", "DROP TABLE entry", "ALTER TABLE entry DISABLE TRIGGER USER"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            cluster.sql(statement, url=cluster.url(name, f"{name}_editor"))
    empty = cluster.fresh()
    other = cluster.url(empty.split("@/")[1].split("?")[0], f"{name}_editor")
    with pytest.raises(BookError, match="this user may not do that"):
        bareme.open_book(other).load(TOY / "2023-900.txt")
    assert bareme.open_book(empty).is_shipped


def test_a_database_that_is_missing_or_newer_or_no_book_is_named(cluster: Cluster, url: str) -> None:
    with pytest.raises(
        BookError, match=r'no connection to host .*, database missing .*database "missing" does not exist'
    ):
        bareme.open_book(cluster.url("missing")).entries()
    cluster.sql("UPDATE bareme_format SET version_num = '2'", url=url)
    book = bareme.open_book(url)
    for use in (book.circulars, lambda: book.price("991071", "2024-05-05"), lambda: book.load(TOY / "2023-900.txt")):
        with pytest.raises(BookError, match=r"was made by a newer bareme \(format 2\); update the package\."):
            use()
    cluster.sql("ALTER TABLE entry RENAME TO other", "UPDATE bareme_format SET version_num = '1'", url=url)
    with pytest.raises(BookError, match="is not a book of bareme"):
        bareme.open_book(url).entries()


def test_what_the_server_cannot_hold_is_refused_and_leaves_nothing(url: str) -> None:
    book = bareme.open_book(url)
    with pytest.raises(BookError, match=r"NUL.*Nothing was written\."):
        book.load(("x.txt", (TOY / "2023-900.txt").read_bytes() + b"\n\n"), author="a\x00b")
    assert (len(book.entries()), book.check().problems) == (4, ())


def test_a_long_number_of_a_circular_fits_both(url: str, tmp_path: Path) -> None:
    ledger = Ledger(address_of(url))
    new = as_new(ledger.entries()[0], ledger)
    ledger.append(exactly(replace(new, circular="9" * 200)))
    done = bareme.copy_book(url, tmp_path / "book.sqlite")
    assert bareme.copy_book(tmp_path / "book.sqlite", url).hash == done.hash


def test_a_wrong_password_is_told_without_it(cluster: Cluster, url: str) -> None:
    name = url.split("@/")[1].split("?")[0]
    cluster.sql(f"CREATE ROLE {name}_secret LOGIN PASSWORD 'right'")
    rules = Path(cluster.sql("SHOW hba_file")[0][0])
    before = rules.read_text()
    rules.write_text(f"local all {name}_secret scram-sha-256\n{before}")
    try:
        cluster.sql(
            "SELECT pg_reload_conf()", f"GRANT SELECT ON entry, document, bareme_format TO {name}_secret", url=url
        )
        wrong = cluster.url(name, f"{name}_secret", "wr0ng-s3cret")
        ran = bareme_here("circulars", "--book", wrong, book=Path("none.sqlite"))
        assert (ran.code, ran.out) == (2, "")
        assert "password authentication failed" in ran.err
        assert "wr0ng" not in ran.err
        assert len(bareme.open_book(cluster.url(name, f"{name}_secret", "right")).entries()) == 4
    finally:
        rules.write_text(before)
        cluster.sql("SELECT pg_reload_conf()")


def test_the_commands_take_a_server_as_a_book(cluster: Cluster, url: str, tmp_path: Path) -> None:
    here = tmp_path / "none.sqlite"
    shown = str(address_of(url))
    checked = bareme_here("book", "check", "--book", url, "--json", book=here).json("book-check-1")
    assert (checked["path"], checked["entries"], checked["problems"]) == (shown, 4, [])
    listed = bareme_here("circulars", "--book", url, "--json", book=here).json("circulars-1")
    assert [circular["number"] for circular in listed] == ["2023/900", "2024/900", "2024/905"]
    priced = bareme_here("price", "991071", "--on", "2024-05-05", "--book", url, "--json", book=here).json("price-1")
    assert priced["book"] == checked["hash"]
    migrated = bareme_here("book", "migrate", "--book", url, "--json", book=here).json("book-migrate-1")
    assert migrated == {"path": shown, "before": 1, "after": 1}
    made = bareme_here("book", "create", cluster.fresh(), "--shipped", book=here)
    assert made.out.endswith(": made, 4 entries.\n")
    assert not here.exists()


def test_the_four_circulars_are_priced_as_in_a_file(cluster: Cluster, four: dict[str, Path], tmp_path: Path) -> None:
    """The same answers from a server and from its copy in a file, for every act of the example."""
    book = bareme.create_book(cluster.fresh())
    for path in four.values():
        assert book.load(path, accept_findings=True).status == "recorded"
    bareme.copy_book(book, tmp_path / "book.sqlite")
    copy = bareme.open_book(tmp_path / "book.sqlite")
    acts = EXAMPLES / "acts.csv"
    assert copy.hash == book.hash
    assert book.price_table(acts).to_pylist() == copy.price_table(acts).to_pylist()
    codes = [(line.ambulatory_code or line.hospital_code) for e in copy.entries() for line in e.reading().lines][::23]
    for code in codes:
        on = "2025-06-01"
        assert book.price(str(code), on).to_dict() == copy.price(str(code), on).to_dict()
        assert book.show(str(code)) == copy.show(str(code))

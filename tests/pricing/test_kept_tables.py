"""Price tables kept between runs: used when they are there, made anew when they are not what was written."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

import bareme
from bareme import Book, BookError
from bareme.book.prices import build_prices
from bareme.book.timeline import publications_of, timeline_of
from bareme.pricing import keeping, ruleset, view
from bareme.pricing.desk import Desk
from bareme.pricing.engine import Engine
from bareme.pricing.kept import ABOUT, ROWS, TABLE, opened
from bareme.pricing.view import RowsOfTimeline
from invented import IN_MEMORY, Invented, amount, line, load, record
from random_books import RandomBook, books, examples
from running import environment

DAYS = ("2024-12-31", "2025-06-01", "2026-01-01", "2027-05-05")
FIRST = Invented(
    "2024/1",
    "2024-01-01",
    "2024-01-01",
    (line("100015", "100026", "10.00", amount("8.00", "2.00", regime="ordinary")),),
)
SECOND = Invented(
    "2025/1",
    "2024-12-01",
    "2025-01-01",
    (line("100015", "100026", "11.00", amount("8.00", "3.00", regime="ordinary")),),
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where tables are kept in this test."""
    monkeypatch.setenv("BAREME_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def kept_in(cache: Path) -> list[Path]:
    return sorted(place for place in cache.glob("*") if not place.name.startswith("."))


def shipped(tmp_path: Path) -> Book:
    return bareme.open_book(tmp_path / "no-such-book.sqlite")


def keep(book: Book, **when: Any) -> None:
    """Have the whole table of a book built and kept."""
    book._view(when.get("as_known_on"), when.get("as_recorded_at")).engine()


def no_building(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nothing may be built, nor the whole ledger read."""

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("built again")

    for name in ("build_prices", "timeline_of", "publications_of"):
        monkeypatch.setattr(view, name, refuse)


def answers(book: Book) -> list[dict[str, Any]]:
    """The JSON of prices of every outcome: some codes of each circular, and codes that are none."""
    codes = [*sorted(book._view(None, None).codes())[::7], "123456", "565015", "589794", ""]
    acts = [{"code": c, "on": day, "regime": r} for c in codes for day in DAYS for r in ("ordinary", None)]
    return [price.to_dict() for price in book.price_basket(acts)]


def test_a_kept_table_answers_as_the_book_does(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Acts, explanations, sources and files; and nothing is built for it, nor the ledger read but for what is cited."""
    monkeypatch.setenv("BAREME_CACHE", "off")
    plain = shipped(tmp_path)
    expected = answers(plain)
    acts = Path(__file__).parents[2] / "examples" / "acts.csv"
    table = plain.price_table(acts)
    monkeypatch.setenv("BAREME_CACHE", str(cache))
    keep(shipped(tmp_path))
    [place] = kept_in(cache)
    assert {file.name for file in place.iterdir()} == {TABLE, ROWS, ABOUT}
    no_building(monkeypatch)
    book = shipped(tmp_path)
    assert answers(book) == expected
    assert book.price_table(acts).equals(table)
    assert book.price("\ud800", "2026-01-01").outcome == "invalid_code"
    assert "timeline" not in vars(book._view(None, None))


def test_a_second_process_builds_nothing(cache: Path, tmp_path: Path) -> None:
    script = (
        "import sys, bareme.pricing.view as view, bareme\n"
        "if sys.argv[1] == 'again': view.build_prices = view.publications_of = None\n"
        "book = bareme.open_book()\n"
        "acts = [{'code': c, 'on': '2026-03-01', 'regime': 'ordinary'} for c in ('565014', '565025', '589551', '1')]\n"
        "print([str(price.fee) for price in book.price_basket(acts)])\n"
    )
    variables = environment(tmp_path / "no-such-book.sqlite", BAREME_CACHE=str(cache))
    said = [
        subprocess.run([sys.executable, "-c", script, which], env=variables, capture_output=True, check=True).stdout
        for which in ("first", "again")
    ]
    assert said[0] == said[1] != b""
    assert len(kept_in(cache)) == 1


def test_one_act_alone_keeps_nothing_and_a_fourth_code_does(cache: Path, tmp_path: Path) -> None:
    book = shipped(tmp_path)
    for number, code in enumerate(sorted(book._view(None, None).codes())[:4], start=1):
        assert kept_in(cache) == []
        book.price(code, "2026-03-01")
        book.price(code, "2025-03-01")
        assert len(kept_in(cache)) == (number == 4)


def test_another_state_of_the_book_has_another_table(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A circular more, a day before it was known, the ledger before it was recorded, other rules."""
    book = record(tmp_path / "book.sqlite", [FIRST])
    keep(book)
    moment = book.entries()[-1].recorded_at
    load(book, SECOND)
    keep(book)
    fees = [str(book.price("100015", "2025-03-01", regime="ordinary").fee)]
    keep(book, as_known_on="2024-06-01")
    fees.append(str(book.price("100015", "2025-03-01", regime="ordinary", as_known_on="2024-06-01").fee))
    assert (fees, len(kept_in(cache))) == (["11.00", "10.00"], 3)
    keep(book, as_recorded_at=moment)
    fees.append(str(book.price("100015", "2025-03-01", regime="ordinary", as_recorded_at=moment).fee))
    assert (fees, len(kept_in(cache))) == (["11.00", "10.00", "10.00"], 3), "the book as it was recorded then is kept"
    monkeypatch.setattr(keeping, "rules_hash", lambda: "other rules")
    keep(bareme.open_book(book.path))
    assert len(kept_in(cache)) == 4


def test_rules_version_and_form_decide_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {keeping.key_of("book", None)}
    changes = {"FORMAT": 99, "__version__": "99.0", "version": lambda _: "99", "rules_hash": lambda: "other rules"}
    for name, value in changes.items():
        with monkeypatch.context() as patch:
            patch.setattr(keeping, name, value)
            found.add(keeping.key_of("book", None))
    assert len(found) == 5


def test_every_deciding_file_decides_the_rules_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {ruleset.rules_hash.__wrapped__()}
    for package, names in ruleset.DECIDING.items():
        for name in names:
            less = {**ruleset.DECIDING, package: tuple(n for n in names if n != name)}
            monkeypatch.setattr(ruleset, "DECIDING", less)
            found.add(ruleset.rules_hash.__wrapped__())
            monkeypatch.undo()
    assert len(found) == 1 + sum(map(len, ruleset.DECIDING.values()))


def test_a_correction_and_a_late_circular_change_what_is_answered(cache: Path, tmp_path: Path) -> None:
    book = record(tmp_path / "book.sqlite", [SECOND])
    keep(book)
    assert book.price("100015", "2024-03-01", regime="ordinary").outcome == "not_in_force"
    load(book, FIRST)
    assert str(book.price("100015", "2024-03-01", regime="ordinary").fee) == "10.00"
    keep(book)
    corrected = (line("100015", "100026", "12.00", amount("8.00", "4.00", regime="ordinary")),)
    load(book, Invented("2025/1", "2024-12-01", "2025-01-01", corrected, known_from="2025-02-01"))
    for again in (book, bareme.open_book(book.path)):
        assert str(again.price("100015", "2025-03-01", regime="ordinary").fee) == "12.00"
        assert str(again.price("100015", "2025-03-01", regime="ordinary", as_known_on="2025-01-01").fee) == "11.00"


QUICK = settings(
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=examples(3),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@QUICK
@given(books(acts=30))
def test_a_kept_table_is_the_one_in_memory(made: RandomBook) -> None:
    """Every row in DuckDB, and every answer at the desk."""
    with TemporaryDirectory(dir=IN_MEMORY) as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("BAREME_CACHE", str(Path(folder, "cache")))
        book = record(Path(folder, "book.sqlite"), made.circulars)
        timeline = timeline_of(publications_of(book.entries()))
        prices = build_prices(timeline)
        kept = keeping.keep("key", prices)
        assert kept is not None
        whole = "SELECT * FROM prices"
        rows = [Engine(table).cursor().execute(whole).fetchall() for table in (kept, prices)]
        assert rows[0] == rows[1]
        assert (kept.choices, kept.years, kept.codes()) == (prices.choices, prices.years, frozenset(timeline.tenures))
        acts = [{"code": a.code, "date": a.on, "regime": a.regime, "age": a.years} | dict(a.facts) for a in made.acts]
        assert Desk(kept).answers(acts) == Desk(RowsOfTimeline(timeline)).answers(acts)


def cut(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:-100])


def spoil_a_byte(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 0xFF
    place.write_bytes(content)


def spoil_the_rows(place: Path) -> None:
    """Every packed row, by a byte in its middle; the file is a sound one of the same size."""
    with closing(sqlite3.connect(place)) as connection, connection:
        for code, year, packed in connection.execute("SELECT code, year, bytes FROM packed").fetchall():
            other = bytearray(packed)
            other[len(other) // 2] ^= 0x55
            connection.execute("UPDATE packed SET bytes = ? WHERE code = ? AND year = ?", [bytes(other), code, year])


DAMAGES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "the table is cut": (TABLE, cut),
    "a byte of the table": (TABLE, spoil_a_byte),
    "the table is gone": (TABLE, Path.unlink),
    "the table is nonsense": (TABLE, lambda place: place.write_bytes(bytes(place.stat().st_size))),
    "the rows are cut": (ROWS, cut),
    "the rows are gone": (ROWS, Path.unlink),
    "the rows are nonsense": (ROWS, lambda place: place.write_bytes(b"x" * place.stat().st_size)),
    "bytes of the rows": (ROWS, spoil_the_rows),
    "no word about it": (ABOUT, Path.unlink),
    "no sense about it": (ABOUT, lambda place: place.write_text("[]")),
    "half a word about it": (ABOUT, cut),
}


@dataclass(frozen=True)
class Sound:
    """The kept table of the shipped book, and what the book answers."""

    cache: Path
    answers: list[dict[str, Any]]
    table: pa.Table


ACTS = Path(__file__).parents[2] / "examples" / "acts.csv"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    folder = tmp_path_factory.mktemp("sound")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BAREME_CACHE", str(folder / "cache"))
        return Sound(folder / "cache", answers(shipped(folder)), shipped(folder).price_table(ACTS))


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_table_is_made_anew(name: str, sound: Sound, cache: Path, tmp_path: Path) -> None:
    shutil.copytree(sound.cache, cache)
    expected, table, acts = sound.answers, sound.table, ACTS
    [place] = kept_in(cache)
    file, damage = DAMAGES[name]
    damage(place / file)
    book = shipped(tmp_path)
    if file == TABLE:
        assert book.price_table(acts).equals(table)
        assert answers(book) == expected
    else:
        assert answers(book) == expected
        assert book.price_table(acts).equals(table)
    [again] = kept_in(cache)
    assert opened(again).codes() == book._view(None, None).codes()
    assert answers(shipped(tmp_path)) == expected


@pytest.mark.parametrize("where", ["off", "file/below", "file"])
def test_where_nothing_can_be_kept_all_is_in_memory(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("a file, not a folder")
    monkeypatch.setenv("BAREME_CACHE", where if where == "off" else str(tmp_path / where))
    book = shipped(tmp_path)
    keep(book)
    assert answers(book)
    assert not keeping.can_keep()
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_no_draft(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping, "write_rows", full)
    book = shipped(tmp_path)
    keep(book)
    assert answers(book)
    assert list(cache.iterdir()) == []


def test_several_processes_keep_one_table(cache: Path, tmp_path: Path) -> None:
    script = (
        "import bareme; book = bareme.open_book(); book._view(None, None).engine()\n"
        "print(book.price('565014', '2026-03-01', regime='ordinary').fee)"
    )
    variables = environment(tmp_path / "no-such-book.sqlite", BAREME_CACHE=str(cache))
    running = [
        subprocess.Popen([sys.executable, "-c", script], env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    said = [process.communicate() for process in running]
    assert said == [(b"373.31\n", b"")] * 4
    assert len(list(cache.iterdir())) == 1


def test_only_the_tables_used_last_stay(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_KEPT", 2)
    book = shipped(tmp_path)
    (cache / ".old.draft").mkdir(parents=True)
    monkeypatch.setattr(keeping, "ABANDONED", -(10**10))
    for day in ("2025-01-01", "2025-06-01", "2026-01-01"):
        keep(book, as_known_on=day)
    assert len(list(cache.iterdir())) == 2
    newest = keeping.key_of(book.hash, date(2026, 1, 1))
    assert newest in {place.name for place in cache.iterdir()}
    monkeypatch.setattr(keeping, "MOST_BYTES", 1)
    keep(book)
    assert [place.name for place in cache.iterdir()] == [keeping.key_of(book.hash, None)]


@pytest.fixture
def tampered(cache: Path, tmp_path: Path) -> Iterator[Book]:
    """A book whose first circular was changed behind its back after its table was kept."""
    path = tmp_path / "book.sqlite"
    bareme.create_book(path, shipped=True)
    keep(bareme.open_book(path))
    with closing(sqlite3.connect(path)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE entry SET payload = replace(payload, '373.31', '1.00')")
    yield bareme.open_book(path)
    shutil.rmtree(cache)


def test_what_a_price_cites_is_verified_when_it_is_read(tampered: Book) -> None:
    """The kept table trusts the hash of the last entry; the entry that is cited is recomputed, and `book check` all."""
    price = tampered.price("565014", "2026-03-01", regime="ordinary")
    assert str(price.fee) == "373.31"
    for look in (lambda: price.source, price.to_dict, price.explain, lambda: price.interpretations):
        with pytest.raises(BookError, match=r"entry \d was changed after it was recorded.*bareme book check"):
            look()
    assert tampered.check().problems

"""Migrations make the tables that the code has, on both databases, and bring an older book to the present form."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

import bareme
from bareme.book import migrating, storage
from bareme.book.address import Address, address_of
from bareme.book.ledger import Ledger, database_of
from bareme.book.shelf import shipped_path
from bareme.errors import BookError
from on_postgres import Cluster
from running import bareme_here

pytestmark = pytest.mark.xdist_group("postgres")

TOY = Path(__file__).parents[2] / "examples" / "toy"
NEXT = '''"""A form of the future, for tests."""
from alembic import op
revision = "{0}"
down_revision = "{1}"
def upgrade():
    op.create_index("ix_entry_{0}", "entry", ["document"])
    {2}
'''
MIGRATED = "SELECT type, name, sql FROM sqlite_master ORDER BY name"


@pytest.fixture(params=["file", "server"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a book can be made: in a file, or on a server."""
    if request.param == "file":
        return str(tmp_path / "book.sqlite")
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.fresh()


@pytest.fixture
def future(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What a package of the future brings: forms up to a number, the last one's script with a line of its own."""
    folder = tmp_path / "50% of scripts"
    shutil.copytree(migrating.scripts(), folder, ignore=shutil.ignore_patterns("__pycache__"))

    def bring(number: int, line: str = "pass") -> None:
        for form in range(2, number + 1):
            script = NEXT.format(form, form - 1, line if form == number else "pass")
            (folder / "versions" / f"format_{form}.py").write_text(script)
        monkeypatch.setattr(storage, "FORMAT", number)
        monkeypatch.setattr(migrating, "scripts", lambda: folder)

    return bring


def indexes(place: Address) -> set[str]:
    with database_of(place).transaction(reading=True) as connection:
        names = (
            "SELECT name FROM sqlite_master WHERE type = 'index'"
            if connection.dialect.name == "sqlite"
            else "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
        )
        return {name for (name,) in connection.execute(text(names)) if name.startswith("ix_")}


def test_the_migrations_make_the_tables_that_the_code_has(fresh: str) -> None:
    """Alembic finds nothing to do after them; and in a file they leave, to the letter, what the code makes at once."""
    place = address_of(fresh)
    if isinstance(place, Path):
        place.touch()
    with database_of(place).transaction() as connection:
        migrating.upgrade(connection, 0)
        options = {"compare_type": True, "compare_server_default": True, "version_table": storage.VERSIONS}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, storage.metadata) == []
    ledger = Ledger(place)
    assert (ledger.entries(), ledger.verify(), ledger.migrate()) == ([], [], (storage.FORMAT, storage.FORMAT))
    assert bareme.open_book(fresh).load(TOY / "2023-900.txt").status == "recorded"


def test_a_migrated_file_has_the_triggers_and_the_number_of_one_made_at_once(tmp_path: Path) -> None:
    migrated, made = tmp_path / "migrated.sqlite", Ledger.create(tmp_path / "made.sqlite").path
    migrated.touch()
    with database_of(migrated).transaction() as connection:
        migrating.upgrade(connection, 0)
    found = []
    for path in (migrated, made, shipped_path()):
        with closing(sqlite3.connect(path)) as connection:
            [(number,)] = connection.execute("PRAGMA user_version").fetchall()
            found.append(
                (number, sorted((t, n, " ".join((s or "").split())) for t, n, s in connection.execute(MIGRATED)))
            )
    assert found[0] == found[1] == found[2]


def test_there_is_a_migration_to_the_present_form_and_only_one_way() -> None:
    from alembic.script import ScriptDirectory

    directory = ScriptDirectory(str(migrating.scripts()))
    assert [script.revision for script in directory.walk_revisions()] == [
        str(number) for number in range(storage.FORMAT, 0, -1)
    ]


def test_an_older_book_is_read_as_it_is_and_migrated_at_the_first_write(
    fresh: str, future: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = bareme.create_book(fresh)
    book.load(TOY / "2023-900.txt")
    hashes = [entry.hash for entry in book.entries()]
    future(3)
    again = bareme.open_book(fresh)
    assert again.price("991071", "2023-05-05").outcome == "priced"
    assert [entry.hash for entry in again.entries()] == hashes
    assert indexes(address_of(fresh)) == {"ix_entry_circular"}
    assert again.load(TOY / "2024-900.txt").status == "recorded"
    assert indexes(address_of(fresh)) == {"ix_entry_circular", "ix_entry_2", "ix_entry_3"}
    assert [entry.hash for entry in again.entries()][:1] == hashes
    assert (again.check().problems, again.migrate().before) == ((), 3)
    monkeypatch.setattr(storage, "FORMAT", 1)
    with pytest.raises(BookError, match=r"was made by a newer bareme \(format 3\)"):
        bareme.open_book(fresh).entries()


def test_book_migrate_says_what_it_did(fresh: str, future: Callable[..., None], tmp_path: Path) -> None:
    bareme.create_book(fresh, shipped=True)
    future(2)
    here = tmp_path / "none.sqlite"
    done = bareme_here("book", "migrate", "--book", fresh, book=here)
    assert done.out.endswith(": brought from format 1 to format 2.\n")
    done = bareme_here("book", "migrate", "--book", fresh, book=here)
    assert done.out.endswith(" has the present form (format 2); nothing changed.\n")
    told = bareme_here("book", "migrate", "--book", fresh, "--json", book=here).json("book-migrate-1")
    assert (told["before"], told["after"]) == (2, 2)
    assert bareme.open_book(fresh).check().problems == ()


def test_a_migration_that_fails_leaves_everything_as_it_was(fresh: str, future: Callable[..., None]) -> None:
    book = bareme.create_book(fresh)
    book.load(TOY / "2023-900.txt")
    future(3, 'op.execute("DROP TABLE nothing_of_that_name")')
    for use in (book.migrate, lambda: book.load(TOY / "2024-900.txt")):
        with pytest.raises(BookError, match="nothing_of_that_name"):
            use()
    assert indexes(address_of(fresh)) == {"ix_entry_circular"}
    assert (len(book.entries()), book.check().problems) == (1, ())


def test_a_package_without_its_migration_says_so(fresh: str, monkeypatch: pytest.MonkeyPatch) -> None:
    book = bareme.create_book(fresh)
    monkeypatch.setattr(storage, "FORMAT", 2)
    with pytest.raises(BookError, match="this bareme has no migration to format 2"):
        book.load(TOY / "2023-900.txt")


def test_a_book_of_the_shipped_entries_has_nothing_to_migrate(tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "none.sqlite")
    assert (book.migrate().before, book.migrate().after) == (storage.FORMAT, storage.FORMAT)
    assert list(tmp_path.iterdir()) == []


def test_alembic_and_the_driver_are_loaded_only_where_they_are_needed(tmp_path: Path) -> None:
    code = (
        "import sys, bareme\n"
        f"book = bareme.open_book({str(tmp_path / 'book.sqlite')!r})\n"
        f"assert book.load({str(TOY / '2023-900.txt')!r}).ok\n"
        "assert bareme.open_book('postgresql://nobody@nowhere/book').address\n"
        "print([name for name in ('alembic', 'mako') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

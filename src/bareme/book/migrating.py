"""From an older form of the tables to the present one, by Alembic's scripts in `migrations/`, inside one transaction.

The revisions are named by the numbers of the forms. On a server Alembic's own table, `bareme_format`, holds the number;
a SQLite file holds it as `user_version`, and has that table only while it is migrated. Alembic is loaded only here.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

from bareme.book import storage
from bareme.errors import BookError


def scripts() -> Path:
    """The folder of the scripts."""
    with as_file(files("bareme.book").joinpath("migrations")) as path:
        return path


def upgrade(connection: Connection, found: int) -> None:
    """Bring tables of form `found` (0: there are none) to the present form; `BookError` where no script leads there."""
    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    directory = ScriptDirectory.from_config(config)
    if directory.get_current_head() != str(storage.FORMAT):
        raise BookError(f"this bareme has no migration to format {storage.FORMAT}; install the package again.")
    in_file = connection.dialect.name == "sqlite"
    if in_file and found:
        MigrationContext.configure(connection, opts={"version_table": storage.VERSIONS}).stamp(directory, str(found))
    command.upgrade(config, str(storage.FORMAT))
    if in_file:
        connection.execute(text(f"DROP TABLE {storage.VERSIONS}"))
        connection.execute(text(f"PRAGMA user_version = {storage.FORMAT}"))

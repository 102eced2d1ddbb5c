"""From an older form of the tables, or none, to the present one, by Alembic's scripts in `migrations/`.

Alembic is loaded only here.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

from bareme.service.state import tables


def scripts() -> Path:
    """The folder of the scripts."""
    with as_file(files("bareme.service.state").joinpath("migrations")) as path:
        return path


def upgrade(connection: Connection, form: int = tables.FORMAT) -> None:
    """Bring the tables to the present form, or an older one, inside the transaction of the connection."""
    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, str(form))

"""The views and their columns, as declared in `views.toml`: names, types, units and meanings."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

VERSION = 1
"""The version of the views; it changes when a column changes its meaning or goes."""

DUCKDB_TYPES = {
    "text": "VARCHAR",
    "number": "INTEGER",
    "euro": "DECIMAL(12,2)",
    "decimal": "DECIMAL(18,6)",
    "day": "DATE",
    "moment": "TIMESTAMP WITH TIME ZONE",
    "flag": "BOOLEAN",
}
SQLITE_TYPES = {
    "text": "TEXT",
    "number": "INTEGER",
    "euro": "INTEGER",
    "decimal": "INTEGER",
    "day": "TEXT",
    "moment": "TEXT",
    "flag": "INTEGER",
}
IN_WHOLE_NUMBERS = {"euro": ("cents", 2), "decimal": ("millionths", 6)}
"""How SQLite, which has no exact decimals, holds them: whole numbers of a part, and its decimal places."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view. `type` is a key of `DUCKDB_TYPES`; `unit` says what is counted and what is inclusive."""

    name: str
    type: str
    unit: str | None
    means: str

    @property
    def sqlite_name(self) -> str:
        """Its name in SQLite: `fee` is `fee_cents` there, `coefficient` is `coefficient_millionths`."""
        part = IN_WHOLE_NUMBERS.get(self.type)
        return self.name if part is None else f"{self.name}_{part[0]}"

    def to_dict(self) -> dict[str, Any]:
        """A column of schema sql-views-1."""
        return {
            "column": self.name,
            "type": DUCKDB_TYPES[self.type],
            "unit": self.unit,
            "means": self.means,
        }


@dataclass(frozen=True, slots=True)
class View:
    """A view: its name, what its rows are, its columns in order."""

    name: str
    means: str
    columns: tuple[Column, ...]

    def to_dict(self) -> dict[str, Any]:
        """A view of schema sql-views-1."""
        return {"view": self.name, "means": self.means, "columns": [column.to_dict() for column in self.columns]}

    def arrow_schema(self) -> pa.Schema:
        """Its columns as Arrow types: amounts are decimals, days `date32`, moments in UTC."""
        import pyarrow as pa

        types = {
            "text": pa.string(),
            "number": pa.int32(),
            "euro": pa.decimal128(12, 2),
            "decimal": pa.decimal128(18, 6),
            "day": pa.date32(),
            "moment": pa.timestamp("us", tz="UTC"),
            "flag": pa.bool_(),
        }
        return pa.schema([(column.name, types[column.type]) for column in self.columns])


@cache
def declared_views() -> Mapping[str, View]:
    """Every view by its name, in the order of the declaration."""
    data = tomllib.loads(files("bareme.exchange.views").joinpath("views.toml").read_text(encoding="utf-8"))
    return {name: _view(name, entry) for name, entry in data.items() if name != "schema"}


def _view(name: str, entry: Mapping[str, Any]) -> View:
    columns = (
        Column(column, given["type"], given.get("unit", "euro" if given["type"] == "euro" else None), given["means"])
        for column, given in entry["columns"].items()
    )
    return View(name, entry["means"], tuple(columns))

"""The pricing statement in SQL: shipped as compiled by Ibis for the usual facts, compiled now for others."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from bareme.pricing.columns import Kinds


def name_of(choices: tuple[str, ...], kinds: Kinds, dialect: str = "duckdb") -> str:
    """The file of the statement for a price table with these choice facts."""
    return f"{'-'.join(choices) or 'none'}.{kinds}.{'' if dialect == 'duckdb' else dialect + '.'}sql"


@cache
def statement(choices: tuple[str, ...], kinds: Kinds = Kinds.TEXT, dialect: str = "duckdb") -> str:
    """The statement for a price table with these choice facts, and for an engine."""
    shipped = files("bareme.pricing").joinpath("compiled", name_of(choices, kinds, dialect))
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    from bareme.pricing.expression import compile_sql

    return compile_sql(choices, kinds, dialect)

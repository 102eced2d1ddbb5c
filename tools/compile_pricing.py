"""Compile the pricing statements that the package ships, so that pricing needs no compiler at run time."""

from __future__ import annotations

from pathlib import Path

from bareme.pricing.columns import Kinds
from bareme.pricing.counting import compile_reading, reading_name
from bareme.pricing.expression import compile_sql
from bareme.pricing.statements import name_of

FOLDER = Path(__file__).parents[1] / "src" / "bareme" / "pricing" / "compiled"
SHIPPED = [("regime",)]

if __name__ == "__main__":
    for choices in SHIPPED:
        for kinds, dialect in ((Kinds.TEXT, "duckdb"), (Kinds.TYPED, "duckdb"), (Kinds.TYPED, "sqlite")):
            place = FOLDER / name_of(choices, kinds, dialect)
            place.write_text(compile_sql(choices, kinds, dialect), encoding="utf-8")
    for kinds in Kinds:
        (FOLDER / reading_name(kinds)).write_text(compile_reading(kinds), encoding="utf-8")

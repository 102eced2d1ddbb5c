"""Compile the pricing statements that the package ships, so that pricing needs no compiler at run time."""

from __future__ import annotations

from pathlib import Path

from bareme.pricing.columns import Kinds
from bareme.pricing.engine import name_of
from bareme.pricing.expression import compile_sql

FOLDER = Path(__file__).parents[1] / "src" / "bareme" / "pricing" / "compiled"
SHIPPED = [("regime",)]

if __name__ == "__main__":
    for choices in SHIPPED:
        for kinds in Kinds:
            (FOLDER / name_of(choices, kinds)).write_text(compile_sql(choices, kinds), encoding="utf-8")

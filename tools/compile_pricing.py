"""Compile the pricing statement that the package ships, so that one act needs no compiler at run time."""

from __future__ import annotations

from pathlib import Path

from bareme.pricing.expression import compile_sql

FOLDER = Path(__file__).parents[1] / "src" / "bareme" / "pricing" / "compiled"
SHIPPED = [("regime",)]

if __name__ == "__main__":
    for choices in SHIPPED:
        (FOLDER / f"{'-'.join(choices)}.sql").write_text(compile_sql(choices), encoding="utf-8")

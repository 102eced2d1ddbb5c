"""The statement that the package ships is the one that Ibis compiles now, and the one that the shipped book uses."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pytest

import bareme
from bareme.book.prices import build_prices
from bareme.book.timeline import publications_of, timeline_of
from bareme.pricing.columns import Kinds
from bareme.pricing.counting import compile_reading, reading_name
from bareme.pricing.expression import compile_sql
from bareme.pricing.statements import name_of, statement

FOLDER = files("bareme.pricing").joinpath("compiled")
COMPILED = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}


@pytest.mark.parametrize("name", COMPILED)
def test_a_shipped_statement_is_what_is_compiled_now(name: str) -> None:
    choices, kinds, *dialect, _ = name.split(".")
    if name == reading_name(Kinds(kinds)):
        compiled = compile_reading(Kinds(kinds))
    else:
        compiled = compile_sql(tuple(choices.split("-")), Kinds(kinds), *dialect)
    assert COMPILED[name] == compiled, "run tools/compile_pricing.py"


@pytest.mark.parametrize("name", COMPILED)
def test_a_shipped_statement_is_plain_text(name: str) -> None:
    """A control character would be lost where the file is read as text: `strip` would forget a carriage return."""
    assert [c for c in COMPILED[name] if c != "\n" and not c.isprintable()] == []


def test_a_value_is_read_without_the_white_space_around_it(tmp_path: Path) -> None:
    acts = pa.table({"code": ["\r\n565014\t \v\f"], "date": ["2026-03-01\r"], "regime": [" ordinary "]})
    [found] = bareme.open_book(tmp_path / "none").price_table(acts).to_pylist()
    assert (found["outcome"], found["fee"]) == ("priced", Decimal("373.31"))


@pytest.mark.slow
def test_compiling_gives_the_same_text_in_every_process() -> None:
    """Names in the order of a set would differ with the seed of Python's hashes."""
    command = [
        sys.executable,
        "-c",
        "from bareme.pricing.expression import compile_sql; from bareme.pricing.columns import Kinds; "
        "print(*(compile_sql(('trainee',), kinds) for kinds in Kinds))",
    ]
    texts = [
        subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2", "3")
    ]
    assert texts[0] == texts[1] == texts[2] != b""


def test_the_shipped_book_needs_no_compiler(tmp_path: Path) -> None:
    prices = build_prices(timeline_of(publications_of(bareme.open_book(tmp_path / "none").entries())))
    for kinds in Kinds:
        assert statement(prices.choices, kinds) == COMPILED[name_of(prices.choices, kinds)]
    assert statement(prices.choices, Kinds.TYPED, "sqlite") == COMPILED["regime.typed.sqlite.sql"]


def test_a_book_with_other_facts_gets_a_statement_of_its_own() -> None:
    other = statement(("regime", "trainee"))
    assert "act_trainee" in other
    assert other not in COMPILED.values()

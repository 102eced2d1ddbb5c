"""Oracle and engine agree on random books and random acts.

The oracle walks the entries again for every act, in plain `Decimal`; the engine joins all acts with one decision table.
They share no code, and both are given the same circulars: the engine through a real ledger.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from agreeing import AMOUNTS, COMPARED, answer, told
from invented import FACTS, IN_MEMORY, entries_for_oracle, record
from oracle import Oracle
from random_books import RandomBook, books, examples

UNHURRIED = settings(
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def agree(made: RandomBook) -> None:
    """Ask the book and the oracle the same, all acts at once."""
    oracle = Oracle(entries_for_oracle(made.circulars), domains=FACTS)
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        book = record(Path(folder, "book.sqlite"), made.circulars)
        table = pa.Table.from_pylist([act.row() for act in made.acts])
        rows = book.price_table(table, as_known_on=made.known_on).to_pylist()
    for act, row in zip(made.acts, rows, strict=True):
        expected = answer(oracle, act, made.known_on)
        assert told(row, expected) == expected, act


@settings(UNHURRIED, max_examples=examples(16), derandomize=True)
@given(books(acts=60))
def test_oracle_and_engine_agree(made: RandomBook) -> None:
    agree(made)


@settings(UNHURRIED, max_examples=examples(16), derandomize=True)
@given(books(acts=60, defects=False))
def test_oracle_and_engine_agree_on_books_without_defects(made: RandomBook) -> None:
    agree(made)


@settings(UNHURRIED, max_examples=examples(6), derandomize=True)
@given(books(acts=3))
def test_an_act_asked_alone_gets_the_same_answer(made: RandomBook) -> None:
    """`book.price` for one act, with what its amounts lack, and an explanation in both languages."""
    oracle = Oracle(entries_for_oracle(made.circulars), domains=FACTS)
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        book = record(Path(folder, "book.sqlite"), made.circulars)
        prices = [book.price(**act.for_book(), as_known_on=made.known_on) for act in made.acts]
    for act, price in zip(made.acts, prices, strict=True):
        expected = answer(oracle, act, made.known_on)
        found = {name: getattr(price, name) for name in COMPARED} | {"needs": ",".join(price.needs)}
        assert told(found | {"reason": price.reason_code}, expected) == expected, act
        assert all(isinstance(found[name], Decimal | None) for name in AMOUNTS)
        for language in ("en", "fr"):
            assert all(price.explain(language))
        if "defect" not in expected:
            lacking = oracle.price(**act.for_oracle(), as_known_on=made.known_on)["not_published"]
            assert list(price.not_published) == lacking, act


@pytest.mark.slow
@settings(UNHURRIED, max_examples=examples(24), derandomize=True)
@given(books(acts=60))
def test_oracle_and_engine_agree_on_books_never_seen_before(made: RandomBook) -> None:
    agree(made)

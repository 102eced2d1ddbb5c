"""The engine's DuckDB: cursors that run at once, and how the price table stands in it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bareme
from bareme.book.prices import PriceTable, columns_of
from bareme.pricing.engine import Engine


def shipped_engine(tmp_path: Path) -> Engine:
    return bareme.open_book(tmp_path / "none")._view(None, None).engine()


def test_several_cursors_read_the_tables_at_once(tmp_path: Path) -> None:
    engine = shipped_engine(tmp_path)
    assert isinstance(engine.prices, PriceTable)
    rows = len(engine.prices)

    def count(_: int) -> tuple[object, ...]:
        cursor = engine.cursor()
        [found] = cursor.execute("SELECT count(*) FROM prices").fetchall()
        return (*found, *cursor.execute("SELECT first_year, last_year FROM years").fetchall())

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(count, range(16))) == {(rows, engine.prices.years)}


def test_what_goes_to_the_answer_is_an_enum_and_what_is_joined_by_is_text(tmp_path: Path) -> None:
    engine = shipped_engine(tmp_path)
    described = engine.cursor().execute("DESCRIBE prices").fetchall()
    assert [name for name, *_ in described] == list(columns_of(engine.prices.choices))
    texts = {name: kind.partition("(")[0] for name, kind, *_ in described if kind.startswith(("VARCHAR", "ENUM"))}
    joined = {"code": "VARCHAR", "fact_regime": "VARCHAR"}
    assert texts == dict.fromkeys(texts, "ENUM") | joined


def test_the_table_is_sorted_by_code_and_year(tmp_path: Path) -> None:
    rows = shipped_engine(tmp_path).cursor().execute("SELECT code, year FROM prices").fetchall()
    assert [code for code, _ in rows] == sorted(code for code, _ in rows)

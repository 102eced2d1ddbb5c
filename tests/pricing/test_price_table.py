"""The price table is total: for every code, day and set of facts, "not given" included, exactly one row answers.

The table is taken apart in plain Python, without the engine, as its docstring says that it is to be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import bareme
from bareme.book import prices as module
from bareme.book.prices import PriceTable, build_prices
from bareme.book.timeline import Timeline, publications_of, timeline_of
from bareme.errors import BookError
from invented import IN_MEMORY, Invented, amount, line, record
from random_books import RandomBook, books, day, examples

FIRST, LAST = date(1, 1, 1), date(9999, 12, 30)
CHOICES = {"regime": ("preferential", "ordinary"), "convention_status": ("full", "partial", "none")}
YES_NO = ("yes", "no")

Row = dict[str, Any]


def rows_by_code(table: PriceTable) -> dict[str, list[Row]]:
    """The rows of each code."""
    found: dict[str, list[Row]] = {}
    for cells in zip(*table.columns.values(), strict=True):
        row = dict(zip(table.columns, cells, strict=True))
        found.setdefault(row["code"], []).append(row)
    return found


def matching(rows: list[Row], table: PriceTable, on: date, age: int, facts: dict[str, str]) -> list[Row]:
    """The rows that answer; age -1 and fact "" are "not given"."""
    year = min(max(on.year, table.years[0]), table.years[1])
    return [
        row
        for row in rows
        if row["year"] == year
        and row["valid_from"] <= on < row["valid_to"]
        and row["age_from"] <= age < row["age_to"]
        and all(row[f"fact_{name}"] == facts[name] for name in table.choices)
    ]


def every_choice(table: PriceTable) -> list[dict[str, str]]:
    values = [(*CHOICES.get(name, YES_NO), "") for name in table.choices]
    return [dict(zip(table.choices, found, strict=True)) for found in product(*values)]


def shipped() -> PriceTable:
    return build_prices(timeline_of(publications_of(bareme.open_book("no such book").entries())))


def edges(rows: list[Row]) -> Iterator[tuple[date, int]]:
    """Every day and age at which a row begins or ends, and the ones just before and after."""
    days = {day for row in rows for bound in (row["valid_from"], row["valid_to"]) for day in around(bound)}
    ages = {age for row in rows for bound in (row["age_from"], row["age_to"]) for age in (bound - 1, bound)}
    years = {date(day.year, *end) for day in days for end in ((1, 1), (12, 31))}
    yield from product(sorted(x for x in days | years if x <= LAST), sorted(age for age in ages if -1 <= age <= 150))


def around(bound: date) -> list[date]:
    before = [bound - timedelta(days=1)] if bound > FIRST else []
    return [*before, bound]


def test_exactly_one_row_for_every_code_of_the_shipped_book_at_every_edge() -> None:
    table = shipped()
    assert len(rows_by_code(table)) == 200
    for code, rows in rows_by_code(table).items():
        for (on, age), facts in product(edges(rows), every_choice(table)):
            assert len(matching(rows, table, on, age, facts)) == 1, (code, on, age, facts)


@settings(
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=examples(12),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(books(acts=0))
def test_exactly_one_row_for_random_days_and_facts_of_random_books(made: RandomBook) -> None:
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        entries = record(Path(folder, "book.sqlite"), made.circulars).entries()
    table = build_prices(timeline_of(publications_of(entries, made.known_on)))
    random = Random(1)
    for code, rows in rows_by_code(table).items():
        for _ in range(60):
            on, age, facts = min(day(random), LAST), random.randint(-1, 150), random.choice(every_choice(table))
            assert len(matching(rows, table, on, age, facts)) == 1, (code, on, age, facts)


def test_the_table_of_one_code_is_its_part_of_the_whole() -> None:
    timeline = timeline_of(publications_of(bareme.open_book("no such book").entries()))
    whole = rows_by_code(build_prices(timeline))
    for code in ("565014", "726412", "589794", "401435"):
        assert rows_by_code(build_prices(timeline, [code])) == {code: whole[code]}


@pytest.fixture
def cut_by_age_and_regime(tmp_path: Path) -> Timeline:
    """One code with amounts by age and regime, in two circulars."""
    figures = [
        amount(str(fee), "0.00", regime=regime, age_from=low, age_to=high)
        for fee, (regime, (low, high)) in enumerate(product(CHOICES["regime"], ((None, 24), (24, None))))
    ]
    circulars = [
        Invented("2020/1", "2019-12-01", "2020-01-01", (line("100015", None, "10.00", *figures),)),
        Invented("2021/1", "2020-12-01", "2021-02-01", (line("100015", None, "11.00", *figures),)),
    ]
    return timeline_of(publications_of(record(tmp_path / "book.sqlite", circulars).entries()))


def test_the_proof_refuses_a_table_with_a_hole_or_an_overlap(cut_by_age_and_regime: Timeline) -> None:
    """Without any one of its rows, or with any one twice, the table of a code is refused, and the code is named."""
    choices = ("regime",)
    rows = list(module._rows("100015", cut_by_age_and_regime, choices))
    assert len(rows) > 20
    module._prove("100015", rows, choices)
    for number in range(len(rows)):
        with pytest.raises(BookError, match="100015"):
            module._prove("100015", rows[:number] + rows[number + 1 :], choices)
        with pytest.raises(BookError, match="100015"):
            module._prove("100015", [*rows, rows[number]], choices)


def test_the_proof_refuses_a_value_that_no_fact_has(cut_by_age_and_regime: Timeline) -> None:
    rows = list(module._rows("100015", cut_by_age_and_regime, ("regime",)))
    code, span, _, ages, answer = rows[0]
    with pytest.raises(BookError, match="not declared"):
        module._prove("100015", [*rows, (code, span, ("omnio",), ages, answer)], ("regime",))

"""What must not change a price: the order of lines, the order of loading, splitting a file, facts that do not matter.

Every test prices the same acts twice, on random books, and compares; nothing needs to know the right amount.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bareme import Book
from invented import FACTS, IN_MEMORY, Asked, Invented, record
from random_books import RandomBook, books, examples

FEW = settings(
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=examples(5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
ADDED = ("outcome", "certainty", "fee", "intervention", "patient_share", "basis", "intervention_kind", "circular")
TOTALS = ("total_fee", "total_intervention", "total_patient_share")
ANSWER = (*ADDED, *TOTALS, "needs")

Row = dict[str, Any]


@contextmanager
def book_of(circulars: Sequence[Invented]) -> Iterator[Book]:
    """A book of these circulars, loaded in this order."""
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        yield record(Path(folder, "book.sqlite"), circulars)


def price_all(book: Book, acts: Sequence[Asked]) -> list[Row]:
    """The acts, all priced at once."""
    rows: list[Row] = book.price_table(pa.Table.from_pylist([act.row() for act in acts])).to_pylist()
    return rows


def complete(act: Asked) -> Asked:
    """The act with every fact given, so that one line answers."""
    age = 30 if act.age is None and act.birth_date is None else act.age
    facts = {name: act.facts.get(name, values[0]) for name, values in FACTS.items()}
    return replace(act, regime=act.regime or "ordinary", age=age, facts=facts)


def said(rows: Sequence[Row], *columns: str) -> list[Row]:
    return [{name: row[name] for name in columns} for row in rows]


@FEW
@given(books(acts=30), st.randoms(use_true_random=False))
def test_the_order_of_lines_in_a_circular(made: RandomBook, random: Random) -> None:
    shuffled = [shuffle_lines(circular, random) for circular in made.circulars]
    acts = [*made.acts, *map(complete, made.acts)]
    with book_of(made.circulars) as one, book_of(shuffled) as other:
        before, after = price_all(one, acts), price_all(other, acts)
    assert said(after, *ANSWER) == said(before, *ANSWER)
    # Where every fact is given one line answers, and it is the same one; a book's defect names no line.
    known = slice(len(made.acts), None)
    sound = [row["reason"] not in ("several_amounts", "doubtful_line") for row in before[known]]
    assert pick(said(after[known], "line_id", "reason"), sound) == pick(said(before[known], "line_id", "reason"), sound)


def shuffle_lines(circular: Invented, random: Random) -> Invented:
    """The circular with its lines in another order, the same lines in doubt."""
    order = list(range(len(circular.lines)))
    random.shuffle(order)
    doubtful = frozenset(place for place, number in enumerate(order) if number in circular.doubtful)
    return replace(circular, lines=tuple(circular.lines[number] for number in order), doubtful=doubtful)


def pick(rows: Sequence[Row], wanted: Sequence[bool]) -> list[Row]:
    return [row for row, keep in zip(rows, wanted, strict=True) if keep]


@FEW
@given(books(acts=40), st.randoms(use_true_random=False))
def test_the_order_of_loading(made: RandomBook, random: Random) -> None:
    """Circulars of one day and effective date included; only the corrections of one circular follow their recording."""
    circulars = list({circular.number: circular for circular in made.circulars}.values())
    shuffled = random.sample(circulars, len(circulars))
    with book_of(circulars) as one, book_of(shuffled) as other:
        before, after = price_all(one, made.acts), price_all(other, made.acts)
    assert after == before


@FEW
@given(books(acts=40), st.integers(1, 39))
def test_a_file_split_in_pieces(made: RandomBook, cut: int) -> None:
    table = pa.Table.from_pylist([act.row() for act in made.acts])
    with book_of(made.circulars) as book:
        whole = book.price_table(table)
        pieces = pa.concat_tables([book.price_table(table.slice(0, cut)), book.price_table(table.slice(cut))])
    assert pieces.to_pylist() == whole.to_pylist()


@FEW
@given(books(acts=25), st.randoms(use_true_random=False))
def test_facts_that_do_not_matter(made: RandomBook, random: Random) -> None:
    """A fact that is not among those needed changes neither the amounts nor the list of what is needed."""
    with book_of(made.circulars) as book:
        plain = price_all(book, made.acts)
        fuller = [tell_more(act, row["needs"].split(","), random) for act, row in zip(made.acts, plain, strict=True)]
        assert said(price_all(book, fuller), *ANSWER) == said(plain, *ANSWER)


def tell_more(act: Asked, needed: Sequence[str], random: Random) -> Asked:
    """The act with some of the facts that were neither given nor needed."""
    spare = [name for name in FACTS if name not in needed]
    facts = {name: random.choice(FACTS[name]) for name in spare if random.random() < 0.5}
    age, regime = act.age, act.regime
    if act.age is None and act.birth_date is None and "age" not in needed:
        age = random.choice([None, 0, 17, 24, 80, 150])
    if regime is None and "regime" not in needed:
        regime = random.choice([None, "preferential", "ordinary"])
    return replace(act, age=age, regime=regime, facts=facts | dict(act.facts))


@FEW
@given(books(acts=25), st.integers(1, 999_999))
def test_the_quantity(made: RandomBook, quantity: int) -> None:
    """Totals are the amounts times the quantity, exactly; a theoretical intervention has none. Nothing else changes."""
    with book_of(made.circulars) as book:
        one = price_all(book, [replace(act, quantity=1) for act in made.acts])
        many = price_all(book, [replace(act, quantity=quantity) for act in made.acts])
    assert said(many, *ADDED, "needs", "line_id") == said(one, *ADDED, "needs", "line_id")
    for row in many:
        for name in TOTALS:
            unit = row[name.removeprefix("total_")]
            if name == "total_intervention" and row["intervention_kind"] == "theoretical":
                unit = None
            assert row[name] == (None if unit is None else unit * quantity)

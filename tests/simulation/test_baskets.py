"""Who pays: what a scenario does to typical patients, whose acts stand in a file of baskets."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

import bareme
from bareme import Book
from bareme.errors import InputError
from bareme.simulation.options import CostingOptions
from costed import BASKETS, SCENARIO, euro, written
from running import valid


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The shipped book."""
    return bareme.open_book(tmp_path_factory.mktemp("books") / "book.sqlite")


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """The scenario's file."""
    return written(tmp_path / "negotiation.toml", SCENARIO)


def test_who_pays(book: Book, scenario: Path, tmp_path: Path) -> None:
    """Two tests and a session: fees 2 x 363,43 + 89,59 before, 2 x 373,31 + 92,03 after; the patient pays 28,36."""
    written(tmp_path / "centre.csv", "code,acts,regime\n565014,100,preferential\n")
    path = written(tmp_path / "baskets.toml", BASKETS)
    found = book.simulate(scenario, costing=CostingOptions(baskets=str(path)))
    assert found.patients is not None
    patient, centre = found.patients.baskets
    assert euro(patient.before) == (Decimal("816.45"), Decimal("788.09"), Decimal("28.36"))
    assert euro(patient.after) == (Decimal("838.65"), Decimal("810.29"), Decimal("28.36"))
    assert [(one.code, one.outcome) for one in patient.refused] == [("565015", "invalid_code")]
    assert euro(centre.after) == (Decimal(37331), Decimal(37331), Decimal(0))
    valid(found.to_dict(), "simulate-1")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('name = "A centre"', 'name = "Two tests, ordinary regime"', "two baskets named"),
        ('regime = "ordinary"', 'regime = "rich"', "patient.1.regime"),
        ('regime = "ordinary"', 'regim = "ordinary"', "there is no key regim; did you mean regime?"),
        ('schema = "bareme/baskets/1"', "", 'schema is missing; write schema = "bareme/baskets/1"'),
        ("565014 = 2", "565014 = 0", "patient.1.acts.565014"),
        ("age = 40", "years = 40", "years"),
        ('"centre.csv"', '"none.csv"', "is not a file"),
    ],
)
def test_baskets_that_cannot_be_used(book: Book, scenario: Path, tmp_path: Path, old: str, new: str, says: str) -> None:
    written(tmp_path / "centre.csv", "code,acts\n")
    path = written(tmp_path / "baskets.toml", BASKETS.replace(old, new))
    with pytest.raises(InputError, match=re.escape(says)):
        book.simulate(scenario, costing=CostingOptions(baskets=str(path)))

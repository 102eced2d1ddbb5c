"""The recovery of an overrun: exact to the cent, never more than was overrun, every rest said."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bareme
from bareme.conventions.genetics.rules import LUMP_SUMS, lump_sum, recover
from bareme.errors import InputError
from bareme.nomenclature.codes import is_code
from running import REPOSITORY, bareme_here

ACTS = REPOSITORY / "examples" / "conventions" / "lump-sums-2026.csv"
CENTS = st.integers(1, 10**9).map(lambda cents: Decimal(cents).scaleb(-2))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bareme.Book:
    """The shipped book, for tests that write nothing into it: its price table is built once for all of them."""
    return bareme.open_book(tmp_path_factory.mktemp("books") / "none.sqlite")


@given(CENTS, st.integers(1, 10_000))
def test_the_lump_sum_is_the_nearest_cent_ties_away_from_zero(amount: Decimal, activity: int) -> None:
    lump = -lump_sum(amount, activity)
    exactly = Fraction(amount) / activity
    assert lump == lump.quantize(Decimal("0.01"))
    assert -Fraction(1, 200) < exactly - Fraction(lump) <= Fraction(1, 200) or Fraction(lump) - exactly == Fraction(
        1, 200
    )
    assert abs(Fraction(lump) - exactly) <= Fraction(1, 200)


ACT = st.tuples(st.integers(0, 400).map(lambda n: date(2025, 12, 1) + timedelta(n)), st.integers(1, 5))


@given(CENTS, st.integers(1, 40), st.lists(ACT, max_size=30))
def test_never_more_is_recovered_than_was_overrun(amount: Decimal, activity: int, acts: list[tuple[date, int]]) -> None:
    given = [(day, line, units) for line, (day, units) in enumerate(acts, start=1)]
    found, left = recover(given, amount, activity, 2026)
    assert amount + sum(one.amount for one in found) == left >= 0
    assert all(one.amount <= 0 for one in found)
    lump = lump_sum(amount, activity)
    units = {line: n for _, line, n in given}
    # All but the last bear the whole lump sum for each unit.
    assert all(one.amount == lump * units[one.line] for one in found[:-1])
    of_year = [line for day, line, _ in sorted(given) if day.year == 2026]
    assert [one.line for one in found] == of_year[: len(found)]
    assert not left or len(found) == len(of_year)


def test_the_example_by_hand(book: bareme.Book, tmp_path: Path) -> None:
    found = book.clawback(ACTS, tmp_path / "out.csv", to_recover="40.00", activity=6, year=2026)
    # 40.00 / 6 = 6.666...; five units bear 33.35, the sixth the 6.65 that are left, G-08 nothing.
    assert (found.lump_sum, found.lines, found.recovered, found.left) == tuple(
        Decimal(text) if "." in text else int(text) for text in ("-6.67", "5", "40.00", "0.00")
    )
    assert found.rest == Decimal("-0.02")
    rows = [line.split(",") for line in (tmp_path / "out.csv").read_text().splitlines()[1:]]
    assert {row[0]: (row[4], row[5]) for row in rows} == {
        "G-01": ("-6.67", "26.66"),
        "G-02": ("-6.67", "19.99"),
        "G-03": ("-13.34", "6.65"),
        "G-04": ("", ""),
        "G-05": ("", ""),
        "G-06": ("-6.67", "33.33"),
        "G-07": ("-6.65", "0.00"),
        "G-08": ("", ""),
    }


def test_the_code_of_the_recovery_has_its_amount_beside_the_tariff(book: bareme.Book) -> None:
    price = book.price("589794", "2026-03-01", amount_to_recover="1000.00", activity=300, quantity=2)
    assert (price.outcome, price.fee) == (bareme.Outcome.NO_AMOUNT, None)
    assert price.payable is not None
    assert price.payable.fee == Decimal("-6.66")
    assert "clawback-per-lump-sum" in price.interpretations


def test_the_lump_sums_are_codes_of_the_section(book: bareme.Book) -> None:
    assert all(is_code(code) for code in LUMP_SUMS)
    for code in LUMP_SUMS:
        price = book.price(code, "2026-03-01")
        assert price.line is not None
        assert price.line.section is not None
        assert price.line.section.number == "N.6"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code,date\n589750,2026-02-30\n", r"acts.csv, line 1: date '2026-02-30' is not a day. Nothing was written"),
        ("code,date,quantity\n565014,x,\n589750,2026-02-03,1.5\n", r"acts.csv, line 2: quantity '1.5' is not a whole"),
        ("code,date,clawback\n589750,2026-02-03,1\n", r"a column 'clawback', which the result adds"),
        ("code\n589750\n", r"has no column 'date'"),
    ],
)
def test_what_cannot_be_used(text: str, message: str, book: bareme.Book, tmp_path: Path) -> None:
    (tmp_path / "acts.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        book.clawback(tmp_path / "acts.csv", tmp_path / "out.csv", to_recover="40", activity=6, year=2026)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("out.csv --recover -5 --activity 6", "amount_to_recover: '-5' is not an amount; write it as 1234.56."),
        ("out.csv --recover 5.001 --activity 6", "amount_to_recover: '5.001' is not an amount; write it as 1234.56."),
        ("out.csv --recover 5 --activity 0", "activity: '0' is not a whole number from 1 to 999999."),
        ("out.txt --recover 5 --activity 6", "out.txt: the acts with what they bear are written as .csv or .parquet."),
    ],
)
def test_options_that_cannot_be_used(options: str, message: str, tmp_path: Path) -> None:
    ran = bareme_here("clawback", ACTS, *options.split(), "--year", "2026", book=tmp_path / "b.sqlite")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"bareme: {message}")


def test_the_json_is_valid(tmp_path: Path) -> None:
    options = ["--recover", "40", "--activity", "6", "--year", "2026", "--json"]
    ran = bareme_here("clawback", ACTS, "out.parquet", *options, book=tmp_path / "b.sqlite")
    assert ran.json("clawback-1")["lump_sum"] == "-6.67"

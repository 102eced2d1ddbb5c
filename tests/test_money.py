"""Money: exact, in cents, rounded half away from zero; no float gets in."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareme.money import CENT, LETTER_VALUE, Rounding, euro_text, from_cents, printed, to_cents

UNITS = (CENT, LETTER_VALUE)
FIVE_CENTS = Rounding("five cents", Decimal("0.05"), "Made up: a unit that is no power of ten.")
DECIMALS = st.decimals(min_value=-(10**10), max_value=10**10, places=9)
FRACTIONS = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**9)
AMOUNTS = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize("rounding", UNITS, ids=lambda r: r.name)
@given(value=DECIMALS)
def test_a_decimal_is_rounded_as_decimal_rounds_half_up(rounding: Rounding, value: Decimal) -> None:
    with localcontext(prec=60):
        expected = value.quantize(rounding.unit, ROUND_HALF_UP)
    found = rounding.round(value)
    assert found == expected
    assert (found == 0) or str(found) == str(expected)


@pytest.mark.parametrize("rounding", [*UNITS, FIVE_CENTS], ids=lambda r: r.name)
@given(value=FRACTIONS, whole=st.integers(-(10**9), 10**9))
def test_any_number_goes_to_the_nearest_unit_and_a_tie_away_from_zero(
    rounding: Rounding, value: Fraction, whole: int
) -> None:
    unit = Fraction(rounding.unit)
    found = Fraction(rounding.round(value))
    assert (found / unit).denominator == 1
    assert abs(found - value) <= unit / 2
    tie = (whole + Fraction(1, 2)) * unit
    away = whole + 1 if whole >= 0 else whole
    assert Fraction(rounding.round(tie)) == away * unit
    assert rounding.round(-value) == -rounding.round(value)
    assert rounding.round(rounding.round(value)) == rounding.round(value)


@given(FRACTIONS, FRACTIONS)
def test_rounding_keeps_the_order(one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    assert CENT.round(low) <= CENT.round(high)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2.665", "2.67"),
        ("-2.665", "-2.67"),
        ("2.6649999", "2.66"),
        ("0.005", "0.01"),
        ("-0.004", "0.00"),
        ("1e3", "1000"),
    ],
)
def test_rounding_to_the_cent(value: str, expected: str) -> None:
    assert CENT.round(Decimal(value)) == Decimal(expected)


@given(AMOUNTS)
def test_cents_and_euro_are_one(cents: int) -> None:
    amount = from_cents(cents)
    assert to_cents(amount) == cents
    assert amount * 100 == cents
    text = euro_text(amount)
    assert text is not None
    assert Decimal(text) == amount
    assert len(text.partition(".")[2]) == 2
    assert str(amount) == text


@given(AMOUNTS, st.integers(0, 6))
def test_an_amount_with_more_zeros_is_the_same_amount(cents: int, zeros: int) -> None:
    longer = from_cents(cents).quantize(Decimal(1).scaleb(-2 - zeros))
    assert to_cents(longer) == cents
    assert euro_text(longer) == euro_text(from_cents(cents))


@given(AMOUNTS, st.integers(1, 9))
def test_a_tenth_of_a_cent_is_refused(cents: int, tenths: int) -> None:
    with pytest.raises(ValueError, match="is not a whole number of cents"):
        to_cents(from_cents(cents) + Decimal(tenths).scaleb(-3))


def test_what_is_not_published_stays_so() -> None:
    assert euro_text(None) is None


@given(DECIMALS)
def test_a_number_is_printed_as_belgian_documents_print_it(number: Decimal) -> None:
    text = printed(number)
    assert Decimal(text.replace(".", "").replace(",", ".")) == number
    whole = text.lstrip("-").partition(",")[0].split(".")
    assert [len(group) for group in whole[1:]] == [3] * (len(whole) - 1)
    assert 1 <= len(whole[0]) <= 3


@pytest.mark.parametrize("value", [2.665, 0.0, float("nan"), float("inf")])
def test_no_float_is_taken(value: Any) -> None:
    for function in (CENT.round, LETTER_VALUE.round, to_cents, euro_text, printed):
        with pytest.raises(TypeError, match="is a float"):
            function(value)
    with pytest.raises(TypeError):
        from_cents(value)


@given(DECIMALS)
def test_no_float_is_given(value: Decimal) -> None:
    assert type(CENT.round(value)) is Decimal
    assert type(to_cents(CENT.round(value))) is int
    assert type(from_cents(3)) is Decimal

"""Asking for one act: what may be given in which form, what is refused, what is said at the edges of time and age."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bareme
from bareme import Book, Certainty, InputError, Outcome, Regime
from invented import Invented, amount, line, record

TOY = Path(__file__).parents[2] / "examples" / "toy"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return bareme.open_book(tmp_path_factory.mktemp("none") / "book.sqlite")


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Book:
    book = bareme.create_book(tmp_path_factory.mktemp("toy") / "book.sqlite")
    for name in ("2023-900", "2024-900", "2024-905"):
        assert book.load(TOY / f"{name}.txt").status == "recorded"
    return book


def test_one_act_can_be_asked_in_several_forms(shipped: Book) -> None:
    asked = [
        shipped.price("565014", "2026-03-01", regime="ordinary"),
        shipped.price("565014", on=date(2026, 3, 1), regime=Regime.ORDINARY),
        shipped.price(" 565014 ", "2026-03-01", regime="ordinary", age=None, trainee=None, quantity=1),
    ]
    assert asked[0].fee == Decimal("373.31")
    assert [price.to_dict() for price in asked] == [asked[0].to_dict()] * 3


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"on": "2026-02-30"}, "'2026-02-30' is not a date; write it as 2026-03-01"),
    ({"on": "20260301"}, "is not a date"),
    ({"on": datetime(2026, 3, 1, 12)}, "is a moment; give a day, for example 2026-03-01"),
    ({"regime": "omnio"}, "regime: 'omnio' is none of preferential, ordinary"),
    ({"age": -1}, "age: -1 is not a number of completed years from 0 to 150"),
    ({"age": "24.5"}, "age: '24.5' is not a number of completed years"),
    ({"age": 151}, "age: 151 is not"),
    ({"age": True}, "age: True is not"),
    ({"quantity": 0}, "quantity: 0 is not a whole number from 1 to 999999"),
    ({"quantity": 1_000_000}, "quantity: 1000000 is not"),
    ({"quantity": True}, "quantity: True is not"),
    ({"quantity": "2"}, "quantity: '2' is not"),
    ({"birth_date": "2026-03-02"}, "birth_date: 2026-03-02 is after the act of 2026-03-01"),
    ({"birth_date": "1875-02-28"}, "age: 151 is not"),
    ({"birth_date": "2002-03-02", "age": 24}, "born on 2002-03-02, the patient is 23 on 2026-03-01, not 24"),
    ({"weather": "fine"}, "'weather' is not a fact that bareme knows; facts are age, regime, accreditation"),
    ({"trainee": "maybe"}, "trainee: 'maybe' is none of yes, no"),
    ({"as_known_on": "yesterday"}, "as_known_on: 'yesterday' is not a date"),
    ({"as_recorded_at": "noon"}, "as_recorded_at: 'noon' is not a moment; write it as 2026-03-01T12:00:00Z"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_what_cannot_be_used_is_named(given: Mapping[str, Any], message: str, shipped: Book) -> None:
    with pytest.raises(InputError) as caught:
        shipped.price(**{"code": "565014", "on": "2026-03-01", "regime": "ordinary"} | dict(given))
    assert message in str(caught.value)


def test_an_age_and_a_birth_date_that_agree_are_one_fact(shipped: Book) -> None:
    for birth_date, age in (("2001-05-06", 23), ("2001-05-05", 24), ("2025-05-05", 0), ("1874-05-06", 150)):
        price = shipped.price("726530", "2025-05-05", regime="ordinary", birth_date=birth_date, age=age)
        assert (price.age, price.patient_share) == (age, Decimal("11.00" if age >= 24 else "0.00"))


def test_who_was_born_on_29_february_completes_a_year_on_1_march(toy: Book) -> None:
    """2008-02-29: 18 years on 2026-03-01, for one act and in a file; the interpretation is named."""
    days = ["2026-02-28", "2026-03-01", "2028-02-28", "2028-02-29"]
    shares = ["0.00", "5.00", "5.00", "5.00"]
    for on, share, age in zip(days, shares, (17, 18, 19, 20), strict=True):
        price = toy.price("991034", on, regime="ordinary", birth_date="2008-02-29")
        assert (price.patient_share, price.age) == (Decimal(share), age)
        assert "birthday-on-29-february" in price.interpretations
    same = {"code": ["991034"] * 4, "birth_date": ["2008-02-29"] * 4, "regime": ["ordinary"] * 4}
    priced = toy.price_table(pa.table({"date": days, **same}))
    assert priced.column("patient_share").to_pylist() == [Decimal(share) for share in shares]
    plain = toy.price("991034", "2026-03-01", regime="ordinary", birth_date="2008-03-01")
    assert "birthday-on-29-february" not in plain.interpretations


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.dates(date(1995, 1, 1), date(2010, 12, 31)), st.dates(date(2023, 1, 1), date(2026, 12, 31)))
def test_a_birth_date_is_worth_its_age(toy: Book, born: date, on: date) -> None:
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    by_date = toy.price("991034", on, regime="ordinary", birth_date=born)
    by_age = toy.price("991034", on, regime="ordinary", age=age)
    assert by_date.age == age
    assert (by_date.fee, by_date.patient_share, by_date.line_id) == (by_age.fee, by_age.patient_share, by_age.line_id)


@pytest.mark.parametrize(
    ("code", "near"),
    [
        ("565015", "565014"),  # the check digit
        ("565041", "565014"),  # the last two digits swapped
        ("560514", "565014"),  # two others swapped
        ("595014", "565014"),  # one digit changed
        ("565 014", "565014"),  # other signs between the digits
        ("565.014", "565014"),
        ("56501", None),
        ("", None),
        ("abcdef", None),
        ("５６５０１４", None),
    ],
)
def test_a_code_that_is_none_suggests_near_ones_that_the_book_holds(code: str, near: str, shipped: Book) -> None:
    price = shipped.price(code, "2026-03-01", regime="ordinary")
    assert price.outcome is Outcome.INVALID_CODE
    assert near in price.suggestions if near else price.suggestions == ()
    held = {line_code for entry in shipped.entries() for line_code in codes_of(entry.reading())}
    assert set(price.suggestions) <= held
    assert all(suggestion in str(price.reason) for suggestion in price.suggestions)


def codes_of(reading: bareme.Reading) -> set[str]:
    return {code.digits for line in reading.lines for code in line.codes}


def test_an_unknown_code_suggests_only_what_the_book_holds(shipped: Book) -> None:
    """565714 is well-formed too: a digit that is wrong by seven keeps the remainder."""
    price = shipped.price("565714", "2026-03-01")
    assert price.outcome is Outcome.UNKNOWN_CODE
    assert "565014" in price.suggestions
    assert all(shipped.price(code, "2026-03-01").outcome is not Outcome.UNKNOWN_CODE for code in price.suggestions)
    assert (price.certainty, price.line_id, price.source) == (None, None, None)


def test_the_edges_of_time(shipped: Book) -> None:
    """The first day, the last known year, and both ends of the calendar."""
    days = ["0001-01-01", "2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"]
    found = [shipped.price("565025", on) for on in [*days, "9999-12-31"]]
    assert [(price.fee, price.certainty) for price in found] == [
        (None, None),
        (None, None),
        (Decimal("363.43"), Certainty.PUBLISHED),
        (Decimal("363.43"), Certainty.PUBLISHED),
        (Decimal("373.31"), Certainty.PUBLISHED),
        (Decimal("373.31"), Certainty.PUBLISHED),
        (Decimal("373.31"), Certainty.LAST_KNOWN),
        (Decimal("373.31"), Certainty.LAST_KNOWN),
    ]
    before = found[0]
    assert (before.outcome, before.reason_code) == (Outcome.NOT_IN_FORCE, "before_first")
    assert (before.in_force_from, before.in_force_until) == (date(2025, 1, 1), None)


def fee(number: str, issued_on: str, effective_on: str, *codes: str, **other: Any) -> Invented:
    """A circular with a fee of its own for each code."""
    return Invented(
        number, issued_on, effective_on, tuple(line(c, None, "9.00", amount("9.00", "0.00")) for c in codes), **other
    )


def test_why_a_code_is_not_in_force(tmp_path: Path) -> None:
    """A code that a circular leaves out and a later one takes up again; one that ends; one that never takes effect."""
    circulars = [
        fee("2020/1", "2019-12-01", "2020-01-01", "100015", "100030"),
        fee("2021/1", "2020-12-01", "2021-01-01", "100052"),
        fee("2022/1", "2021-11-01", "2022-01-01", "100074"),
        fee("2022/2", "2021-12-01", "2022-01-01", "100015"),
        fee("2022/3", "2021-12-15", "2022-01-01", "100096", series="toy/acts/2", kind="corrigendum"),
    ]
    book = record(tmp_path / "book.sqlite", circulars)
    found = {
        (code, on): book.price(code, on)
        for code, on in (
            ("100015", "2021-06-01"),
            ("100030", "2021-06-01"),
            ("100015", "2019-06-01"),
            ("100074", "2022-06-01"),
            ("100096", "2022-06-01"),
        )
    }
    assert {price.outcome for price in found.values()} == {Outcome.NOT_IN_FORCE}
    year = {n: date(n, 1, 1) for n in (2020, 2021, 2022)}
    assert [(p.reason_code, p.in_force_until, p.in_force_from) for p in found.values()] == [
        ("between", year[2021], year[2022]),
        ("ended", year[2021], None),
        ("before_first", None, year[2020]),
        ("never", None, None),
        ("never", None, None),
    ]
    for price in found.values():
        for language in ("en", "fr"):
            [sentence] = price.explain(language)
            assert "None" not in sentence
            for day in (price.in_force_from, price.in_force_until):
                assert day is None or day.isoformat() in sentence


def test_the_situation_of_an_answer_that_needs_no_fact_names_none(shipped: Book) -> None:
    """726471 is free at any age and in any regime: the explanation does not say "from 24 years"."""
    price = shipped.price("726471", "2025-02-17")
    assert (price.outcome, price.line_id) == (Outcome.PRICED, "2024/356:726471@1.2.1")
    assert "Situation: in any regime, at any age." in price.explain("en")
    younger = shipped.price("726471", "2025-02-17", age=10, regime="ordinary")
    assert younger.line_id == "2024/356:726471@2.2.1"
    assert "Situation: without preferential regime, under 24 years." in younger.explain("en")


def test_only_facts_that_decide_are_asked(tmp_path: Path) -> None:
    """Where no situation has a fee, nothing is asked; a situation that the line does not name is told with the line."""
    no_fee = [amount(basis="act", regime=regime) for regime in ("preferential", "ordinary")]
    one_setting = amount("9.00", "0.00", setting="ambulatory")
    lines = (
        line("100015", None, None, *no_fee[:1]),
        line("100030", "100041", "9.00", one_setting),
        line("100052", None, "9.00", amount("9.00", "0.00", regime="preferential")),
    )
    book = record(tmp_path / "book.sqlite", [Invented("2020/1", "2019-12-01", "2020-01-01", lines)])
    asked = [book.price(code, "2020-05-05") for code in ("100015", "100041", "100052")]
    assert [(p.outcome, p.needs, p.line_id) for p in asked] == [
        (Outcome.NO_AMOUNT, (), "2020/1:100015"),
        (Outcome.NO_AMOUNT, (), "2020/1:100041"),
        (Outcome.NEEDS_INFORMATION, ("regime",), "2020/1:100052"),
    ]
    assert all(price.source is not None for price in asked)


def test_what_is_open_says_what_kind_of_amounts_there_are(shipped: Book) -> None:
    """The intervention of a group session (circular 2024/356, table 3) is theoretical, whatever the age."""
    price = shipped.price("726655", "2025-03-01")
    assert {(one.basis, one.intervention_kind) for one in price.options} == {("session", "theoretical")}
    assert [one["intervention_kind"] for one in price.to_dict()["options"]] == ["theoretical"] * 2
    for language, word in (("en", "(theoretical)"), ("fr", "(théorique)"), ("nl", "(theoretisch)")):
        assert [word in line for line in price.explain(language)[1:3]] == [True, True]
    paid = shipped.price("565014", "2026-03-01").options
    assert {(one.basis, one.intervention_kind) for one in paid} == {("act", "actual")}

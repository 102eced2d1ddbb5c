"""The rate that spends an envelope: against arithmetic written out here, rate by rate; and what cannot be solved."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bareme
from bareme import Book
from bareme.errors import InputError
from bareme.simulation.options import CostingOptions
from bareme.simulation.solution import Solution
from running import bareme_here, same_as_golden, valid

GOLDEN = Path(__file__).parent / "golden"
HEAD = 'schema = "bareme/scenario/1"\ntitle = "A rate"\nfrom = 2026-01-01\n[baseline]\non = 2025-12-31\n'
INDEX = '[[measure]]\nid = "index"\nkind = "index"\nrate = "2.72"\nall = true\n'
LOWER = '[[measure]]\nid = "lower"\nkind = "fee_by_amount"\namount = "-400"\ncodes = ["589551-589562"]\n'
SHARE = '[[measure]]\nid = "share"\nkind = "share_rate"\nrate = "5"\nregime = "ordinary"\ncodes = ["565014"]\n'
ACTS = {"565014": 1000, "589676": 200, "589551": 10}
FIGURES = {"565014": ("1.257532", "289"), "589676": ("0.942063", "400"), "589551": ("0.926867", "3164")}
SIXTH, CENT = Decimal("0.000001"), Decimal("0.01")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The shipped book."""
    return bareme.open_book(tmp_path_factory.mktemp("books") / "book.sqlite")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the volumes and the scenario."""
    place = tmp_path_factory.mktemp("scenarios")
    rows = [f"{code},{acts},ordinary" for code, acts in ACTS.items()]
    (place / "volumes.csv").write_text("\n".join(["code,acts,regime", *rows]) + "\n", encoding="utf-8")
    (place / "rate.toml").write_text(HEAD + INDEX + LOWER, encoding="utf-8")
    (place / "share.toml").write_text(HEAD + SHARE, encoding="utf-8")
    return place


def solved(book: Book, folder: Path, envelope: object, **more: Any) -> Solution:
    scenario, measure = more.pop("scenario", "rate.toml"), more.pop("measure", "index")
    options = CostingOptions(str(folder / "volumes.csv"), envelope=str(envelope), part=more.pop("part", "intervention"))
    found = book.solve(folder / scenario, measure, options, **more)
    valid(found.to_dict(), "solve-1")
    return found


def fee(code: str, rate: Decimal) -> Decimal:
    """Value x (1 + rate), rounded at six decimals; the fee from it; 400 euros less for 589551."""
    value, coefficient = map(Decimal, FIGURES[code])
    value = (value * (100 + rate) / 100).quantize(SIXTH, ROUND_HALF_UP)
    if code == "589551":
        lower = (value * coefficient).quantize(CENT, ROUND_HALF_UP) - 400
        value = (lower / coefficient).quantize(SIXTH, ROUND_HALF_UP)
    return (value * coefficient).quantize(CENT, ROUND_HALF_UP)


def added(rate: Decimal, without: str = "") -> Decimal:
    """What the acts add to the insurance: shares stay, so it bears the whole change of the fees."""
    before = {"565014": "363.43", "589676": "376.83", "589551": "2932.61"}
    return sum(
        ((fee(code, rate) - Decimal(before[code])) * acts for code, acts in ACTS.items() if code != without),
        Decimal(0),
    )


@settings(max_examples=8, deadline=None)
@given(st.integers(-400_000_00, 400_000_00))
def test_the_largest_rate_within_the_envelope_is_found(book: Book, folder: Path, cents: int) -> None:
    envelope = Decimal(cents) / 100
    found = solved(book, folder, envelope)
    assert found.best is not None
    assert found.next is not None
    assert found.next.rate - found.best.rate == CENT
    assert Decimal(found.best.added.intervention) / 100 == added(found.best.rate) <= envelope
    assert Decimal(found.next.added.intervention) / 100 == added(found.next.rate) > envelope
    assert found.left == cents - found.best.added.intervention
    assert found.exceeds == found.next.added.intervention - cents
    assert found.not_monotone is None
    assert len(found.rates) < 16


def test_protected_lines_stay_as_they_are(book: Book, folder: Path) -> None:
    found = solved(book, folder, 10_000, protect=["589551-589562"])
    assert found.best is not None
    assert found.next is not None
    assert Decimal(found.best.added.intervention) / 100 == added(found.best.rate, "589551")
    assert added(found.next.rate, "589551") > 10_000
    assert found.protected == ("589551-589562",)


def test_a_share_is_lowered_to_spend_an_envelope(book: Book, folder: Path) -> None:
    """The share of 565014 is 8,68 of 363,43: below 2,39 % the insurance pays more; the smallest rate within is best."""
    found = solved(book, folder, 1000, scenario="share.toml", measure="share")
    rates = [Decimal(number) / 100 for number in range(10_001)]
    costs = {
        rate: (Decimal("8.68") - (Decimal("363.43") * rate / 100).quantize(CENT, ROUND_DOWN)) * 1000 for rate in rates
    }
    best = min(rate for rate, cost in costs.items() if cost <= 1000)
    assert found.best is not None
    assert found.best.rate == best
    assert Decimal(found.best.added.intervention) / 100 == costs[best]
    assert found.next is not None
    assert found.next.rate == best - CENT


def test_the_answer_is_what_simulate_gives(book: Book, folder: Path) -> None:
    found = solved(book, folder, "12345.67", part="fee")
    assert found.best is not None
    text = (HEAD + INDEX + LOWER).replace('"2.72"', f'"{found.best.rate}"')
    (folder / "answer.toml").write_text(text, encoding="utf-8")
    options = CostingOptions(str(folder / "volumes.csv"), envelope="12345.67", part="fee")
    budget = book.simulate(folder / "answer.toml", costing=options).budget
    assert budget is not None
    assert budget.envelope is not None
    assert budget.total.after - budget.total.before == found.best.added
    assert budget.envelope.amount - budget.envelope.spent == found.left


def test_envelopes_that_no_rate_or_every_rate_meets(book: Book, folder: Path) -> None:
    low, high = solved(book, folder, -10_000_000), solved(book, folder, 10_000_000)
    assert (low.best, low.next and low.next.rate) == (None, Decimal("-100.00"))
    assert (high.best and high.best.rate, high.next) == (Decimal("100.00"), None)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"measure": "lower"}, "lower has no rate to be found; measures with a rate are index"),
        ({"measure": "indx"}, "indx is not a measure of it"),
        ({"part": "patient_share"}, "its rate changes nothing of the patient share"),
        ({"protect": ["565015"]}, "--protect, line 1, measure protect: codes: '565015' is not a nomenclature code"),
        ({"protect": ["111112"]}, "111112"),
        ({"envelope": "1.234"}, "envelope"),
        ({"envelope": "much"}, "envelope"),
    ],
)
def test_what_cannot_be_solved(book: Book, folder: Path, options: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        solved(book, folder, options.pop("envelope", 1000), **options)


def test_a_rate_that_brings_a_fee_below_nothing_is_refused(book: Book, folder: Path) -> None:
    """No act of 589551 is needed for that: its fee less 400 would be below 0."""
    (folder / "few.csv").write_text("code,acts,regime\n565014,1,ordinary\n", encoding="utf-8")
    with pytest.raises(InputError, match="below 0"):
        book.solve(folder / "rate.toml", "index", CostingOptions(str(folder / "few.csv"), envelope="-350"))


def test_solve_for_people(folder: Path, tmp_path: Path) -> None:
    options: list[str | Path] = ["--measure", "index", "--volumes", folder / "volumes.csv", "--envelope", "10000"]
    ran = bareme_here("solve", folder / "rate.toml", *options, "--protect", "589551-589562", book=tmp_path / "b.sqlite")
    assert ran.code == 0, ran.err
    same_as_golden(ran.out, GOLDEN / "solve.txt")
    ran = bareme_here("solve", folder / "rate.toml", *options, "--json", book=tmp_path / "b.sqlite")
    assert ran.json("solve-1")["monotone"] is True

"""Findings in the order of their consequence: severity, euro a year, relative change; ties as they came."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bareme
from bareme.audit.consequence import by_consequence, euro_a_year, relative_change
from bareme.circulars.findings import Finding, Findings, Severity
from bareme.circulars.sources import Source
from bareme.money import printed

SUCCESSIONS = Path(__file__).parent / "successions"
ORDER = ("error", "warning", "note")
CODES = ("990010", "990032", "991034")


def finding(name: str, severity: str = "warning", code: str | None = None, **values: str) -> Finding:
    """A finding whose message is its name."""
    return Finding("invented", Severity(severity), name, Source("0" * 64, "invented.txt"), code, values)


def names(found: Findings) -> str:
    return " ".join(f.message for f in found)


def test_errors_come_before_warnings_and_warnings_before_notes() -> None:
    far = {"published": "200,00", "computed": "100,00"}
    found = [finding("note", "note", **far), finding("warning", **far), finding("error", "error")]
    assert names(by_consequence(found)) == "error warning note"


def test_the_figure_furthest_from_what_was_computed_comes_first() -> None:
    found = [
        finding("nothing"),
        finding("cent", published="1.207,38", computed="1.207,37"),
        finding("double", published="25,00", computed="12,50"),
        finding("less", published="12,50", computed="25,00"),
        finding("million", published="1.000.000,00", computed="999.999,99"),
    ]
    assert names(by_consequence(found)) == "double less cent million nothing"


@pytest.mark.parametrize(
    ("published", "computed", "change"),
    [
        ("110,00", "100,00", Fraction(1, 10)),
        ("90,00", "100,00", Fraction(1, 10)),
        ("0,00", "0,00", Fraction(0)),
        ("5,00", "0,00", Fraction(1)),
        ("0,00", "5,00", Fraction(1)),
        ("nothing", "5,00", Fraction(0)),
        ("2,052520", "2,052521", Fraction(1, 2052521)),
    ],
)
def test_the_relative_change_of_a_figure(published: str, computed: str, change: Fraction) -> None:
    assert relative_change(finding("it", published=published, computed=computed)) == change


def test_the_euro_of_a_year_weigh_more_than_the_change_of_one_act() -> None:
    rare = finding("rare", code="990010", published="200,00", computed="100,00", per_act="100,00")
    often = finding("often", code="990032", published="20,01", computed="20,00", per_act="0,01")
    less = finding("less", code="991034", published="19,00", computed="20,00", per_act="-1,00")
    found = [rare, often, less]
    assert names(by_consequence(found)) == "rare less often"
    assert names(by_consequence(found, {"990010": 1, "990032": 1_000_000, "991034": 20_000})) == "less often rare"
    assert [euro_a_year(f, {"990010": 3}) for f in found] == [300, 0, 0]


def test_volumes_do_not_lift_a_finding_out_of_its_severity() -> None:
    found = [finding("note", "note", code="990010", per_act="100,00"), finding("warning", code="990032")]
    assert names(by_consequence(found, {"990010": 1_000_000})) == "warning note"


def test_what_weighs_the_same_keeps_its_order() -> None:
    found = [finding(name, published="2,00", computed="1,00") for name in ("b", "a", "c")]
    assert names(by_consequence(found)) == "b a c"
    assert names(by_consequence(reversed(found))) == "c a b"


def test_a_book_lists_what_costs_most_first(tmp_path: Path) -> None:
    """The patient shares of 991034 and 991056 moved by the same euro, on fees that are not the same."""
    book = bareme.create_book(tmp_path / "book")
    book.load(SUCCESSIONS / "before.txt")

    def codes(volumes: Mapping[str, int] | None) -> list[str | None]:
        return [f.code for f in book.reconcile(SUCCESSIONS / "share_moved.txt", volumes=volumes).findings]

    assert codes(None) == ["991034", "991056"]
    assert codes({"991034": 1, "991056": 1000}) == ["991056", "991034"]
    assert codes({"991034": 1000}) == ["991034", "991056"]


NUMBERS = st.none() | st.decimals(min_value=0, max_value=10_000, places=2)


@st.composite
def some_finding(draw: st.DrawFn) -> tuple[Finding, tuple[Decimal | None, ...]]:
    """A finding, and the numbers that its values print: published, computed, per act."""
    numbers = (draw(NUMBERS), draw(NUMBERS), draw(NUMBERS))
    negative = draw(st.booleans())
    texts = dict(zip(("published", "computed", "per_act"), map(text, numbers), strict=True))
    if negative and numbers[2] is not None:
        texts["per_act"] = f"-{texts['per_act']}"
    severity, code = draw(st.sampled_from(ORDER)), draw(st.none() | st.sampled_from(CODES))
    return finding("it", severity, code, **texts), numbers


def text(number: Decimal | None) -> str:
    return "nothing" if number is None else printed(number)


def key(
    entry: tuple[Finding, tuple[Decimal | None, ...]], volumes: Mapping[str, int]
) -> tuple[int, Fraction, Fraction]:
    """Severity, euro a year and relative change, from the numbers and not from their texts; small comes first."""
    found, (published, computed, per_act) = entry
    change = Fraction(0)
    if published is not None and computed is not None:
        if computed:
            change = Fraction(abs(published - computed)) / Fraction(computed)
        elif published:
            change = Fraction(1)
    acts = volumes.get(found.code, 0) if found.code else 0
    euro = Fraction(per_act) * acts if per_act is not None else Fraction(0)
    return ORDER.index(found.severity.value), -euro, -change


@given(
    st.lists(some_finding(), max_size=12),
    st.none() | st.dictionaries(st.sampled_from(CODES), st.integers(0, 1_000_000)),
)
def test_any_findings_are_all_kept_and_sorted(
    entries: list[tuple[Finding, tuple[Decimal | None, ...]]], volumes: dict[str, int] | None
) -> None:
    ordered = by_consequence([found for found, _ in entries], volumes)
    numbers = {id(found): entry for entry in entries for found in entry[:1]}
    place = {id(found): i for i, (found, _) in enumerate(entries)}
    assert sorted(place[id(found)] for found in ordered) == list(range(len(entries)))
    keys = [(key(numbers[id(found)], volumes or {}), place[id(found)]) for found in ordered]
    assert keys == sorted(keys)

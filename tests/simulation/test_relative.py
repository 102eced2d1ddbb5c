"""Rates that count from the tariffs of an earlier day: by hand, with their parents, and where there are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import bareme
from bareme.book.outline import outline_of_reading
from bareme.book.timeline import Publication, contents_of
from bareme.circulars.model import Measure
from bareme.circulars.sources import Figure, Source
from bareme.errors import InputError
from bareme.simulation.drafting import draft_reading
from bareme.simulation.projecting import project
from bareme.simulation.report import report_of
from bareme.simulation.wording import step_words
from invented import CODES, Invented, amount, line, record
from projected import HEAD, becomes, measure, of, projection_of, scenario_of, view_of
from running import bareme_here, valid

THEN = date(2025, 6, 1)
RATE = {"kind": "index", "rate": "5", "relative_to": THEN}
DOCTORS = {"series": "doctors", "excepted": ["589794"]}


def test_a_rate_counts_from_the_letter_value_of_the_day(tmp_path: Path) -> None:
    """2024/382 prints 1,257532: x 1,05 = 1,3204086; 289 x 1,320409 = 381,598...; what was before it is gone."""
    projection = projection_of(tmp_path, measure(**RATE, codes=["565014"]))
    assert becomes(projection, "565014") == "1.320409 381.60 381.60+0.00 372.92+8.68 381.60+0.00 381.60+0.00"
    before = measure(kind="letter_value_by_rate", rate="-50", codes=["565014"])
    again = projection_of(tmp_path, before, measure(**RATE, codes=["565014"]))
    assert becomes(again, "565014") == becomes(projection, "565014")
    # After it, measures work on it: 1,257532 x 1,05 x 0,5 = 0,6602043.
    after = projection_of(tmp_path, measure(**RATE, codes=["565014"]), before)
    assert becomes(after, "565014").startswith("0.660204 190.80 ")


def test_a_rate_counts_from_a_value_after_one_of_a_hundred_percent_less(tmp_path: Path) -> None:
    gone = measure(kind="letter_value_by_rate", rate="-100", codes=["565014"])
    assert becomes(projection_of(tmp_path, gone), "565014").startswith("0.000000 0.00 ")
    projection = projection_of(tmp_path, gone, measure(**RATE, codes=["565014"]))
    assert becomes(projection, "565014").startswith("1.320409 381.60 ")


def test_the_parents_of_a_letter_value(tmp_path: Path) -> None:
    projection = projection_of(tmp_path, measure(id="catch-up", **RATE, codes=["565014"]))
    line = of(projection, "565014")
    [term] = line.after.terms
    assert term.value is not None
    earlier, rate = term.value.parents
    [printed] = [one for one in view_of().timeline.publications if one.number == "2024/382"]
    assert earlier.source.document == printed.reading.document.sha256
    assert (earlier.amount, earlier.is_derived, rate.amount) == (Decimal("1.257532"), False, Decimal(5))
    [(ident, base)] = line.bases
    assert (ident, base.circular, base.line_id, base.day) == ("catch-up", "2024/382", "2024/382:565014", THEN)


def test_the_rate_of_which_a_part_was_applied(tmp_path: Path) -> None:
    """`already` says how much of it is in the tariffs: the rest is a factor of them, whatever the day."""
    plain = projection_of(tmp_path, measure(kind="index", rate="8.14", already="2", codes=["565014"]))
    dated = projection_of(tmp_path, measure(kind="index", rate="8.14", already="2", relative_to=THEN, codes=["565014"]))
    assert becomes(plain, "565014") == becomes(dated, "565014")
    assert of(dated, "565014").bases == ()


def test_a_day_on_which_the_same_tariff_holds(tmp_path: Path) -> None:
    now = projection_of(tmp_path, measure(kind="index", rate="5", codes=["401376"]))
    then = projection_of(tmp_path, measure(**RATE, codes=["401376"]))
    assert becomes(now, "401376") == becomes(then, "401376")


def test_every_line_of_a_circular(tmp_path: Path) -> None:
    """Nothing more from the tariffs of 2025 gives the letter values of 2024/382, to the last digit."""
    back = measure(kind="index", rate="0", relative_to=THEN, series="doctors")
    projection = projection_of(tmp_path, back)
    [printed] = [one for one in view_of().timeline.publications if one.number == "2024/382"]
    values = {one.code: [term.value and term.value.amount for term in one.terms] for one in printed.reading.lines}
    doctors = [one for one in projection.lines if one.listed.circular == "2025/336"]
    assert len(doctors) == 77
    for one in doctors:
        assert [term.value and term.value.amount for term in one.after.terms] == values[one.listed.line.code]


OLD, NEW = "2025-01-01", "2026-01-01"


def book_of(folder: Path, then: dict[str, Any], now: dict[str, Any], **other: Any) -> bareme.Book:
    """Two circulars with one line each."""
    return record(
        folder / "b.sqlite",
        [Invented("2025/1", "2024-12-01", OLD, (then,), **other), Invented("2026/1", "2025-12-01", NEW, (now,))],
    )


def test_fees_without_a_letter_and_amounts_of_a_session(tmp_path: Path) -> None:
    """A fee of 10,00 and 12,00, 2,00 and 3,00 for each patient: + 10 % is 11,00 and 2,20; then a half of both."""
    then = line(CODES[0], None, "10.00", amount("2.00", None, basis="session"))
    now = line(CODES[0], None, "12.00", amount("3.00", None, basis="session"))
    book = book_of(tmp_path, then, now)
    rate = measure(kind="fee_by_rate", rate="10", relative_to=THEN, all=True)
    assert becomes(projection_of(tmp_path, rate, book=book), CODES[0]) == "11.00 2.20+-"
    half = measure(kind="fee_by_rate", rate="-50", all=True)
    assert becomes(projection_of(tmp_path, half, rate, half, book=book), CODES[0]) == "5.50 1.10+-"
    projection = projection_of(tmp_path, rate, book=book)
    fee = of(projection, CODES[0]).after.fee
    assert fee is not None
    assert fee.parents[0].amount == Decimal("10.00")


X, Y = ({"letter": letter, "coefficient": "10", "value": "1.000000"} for letter in "XY")
BAD = {
    "another letter": (line(CODES[0], None, "10.00", amount("10.00", "0.00"), terms=[Y]), "has Y, not X, in 2025/1"),
    "no letter": (line(CODES[0], None, "10.00", amount("10.00", "0.00")), "has no letter, not X, in 2025/1"),
    "no value": (
        line(CODES[0], None, "10.00", amount("10.00", "0.00"), terms=[X | {"value": None}]),
        "has no letter value in 2025/1",
    ),
    "no fee": (line(CODES[0], None, None, amount("10.00", "0.00"), terms=[X]), "has no fee in 2025/1"),
    "another code": (line(CODES[2], None, "10.00", amount("10.00", "0.00")), "has no tariff on 2025-06-01"),
}


@pytest.mark.parametrize("case", BAD)
def test_lines_that_no_rate_can_count_from(case: str, tmp_path: Path) -> None:
    then, said = BAD[case]
    now = line(CODES[0], None, "12.00", amount("12.00", "0.00"), terms=[X | {"value": "1.200000"}])
    book = book_of(tmp_path, then, now)
    with pytest.raises(InputError, match=f"measure m: it counts from an earlier day: {CODES[0]} {said}"):
        projection_of(tmp_path, measure(id="m", **RATE, all=True), book=book)
    # Left out, or frozen, it is no hindrance; but then nothing is left for the measure to change.
    frozen = measure(kind="freeze", codes=[CODES[0]])
    assert not projection_of(tmp_path, measure(id="m", **RATE, all=True), frozen, book=book).changed


def test_a_line_in_doubt_then(tmp_path: Path) -> None:
    then, now = (line(CODES[0], None, fee, amount(fee, "0.00")) for fee in ("10.00", "12.00"))
    book = book_of(tmp_path, then, now, doubtful=frozenset({0}))
    with pytest.raises(InputError, match=f"{CODES[0]} is in doubt in 2025/1, which is in force on 2025-06-01"):
        projection_of(tmp_path, measure(**RATE, all=True), book=book)


def test_an_amount_of_itself_that_was_not_there(tmp_path: Path) -> None:
    then = line(CODES[0], None, "10.00")
    now = line(CODES[0], None, "12.00", amount("3.00", None, basis="session"))
    with pytest.raises(InputError, match="has no such intervention in 2025/1"):
        projection_of(tmp_path, measure(**RATE, all=True), book=book_of(tmp_path, then, now))


def test_of_two_age_groups_each_counts_from_its_own(tmp_path: Path) -> None:
    def two(*fees: str) -> tuple[dict[str, Any], ...]:
        ages = ((None, 24), (24, None))
        return tuple(
            line(CODES[0], None, fee, amount(fee, "0.00", age_from=first, age_to=end))
            for fee, (first, end) in zip(fees, ages, strict=True)
        )

    old = Invented("2025/1", "2024-12-01", OLD, two("10.00", "20.00"))
    new = Invented("2026/1", "2025-12-01", NEW, two("15.00", "25.00"))
    projection = projection_of(tmp_path, measure(**RATE, all=True), book=record(tmp_path / "b.sqlite", [old, new]))
    assert [str(one.after.fee.amount) for one in projection.lines if one.after.fee] == ["10.50", "21.00"]


def test_one_letter_of_a_sum(tmp_path: Path) -> None:
    """8 x 2 + 10 x 1 = 26,00; then X was 1,5: 1,5 x 1,05 = 1,575, and 8 x 1,575 + 10 = 22,60."""
    terms = [X | {"coefficient": "8", "value": "2.000000"}, Y]
    now = line(CODES[0], None, "26.00", amount("26.00", "0.00"), terms=terms)
    then = line(
        CODES[0],
        None,
        "21.00",
        amount("21.00", "0.00"),
        terms=[terms[0] | {"value": "1.500000"}, Y | {"value": "0.900000"}],
    )
    projection = projection_of(tmp_path, measure(**RATE, key_letters=["X"]), book=book_of(tmp_path, then, now))
    assert becomes(projection, CODES[0]) == "1.575000 1.000000 22.60 22.60+0.00"


def test_the_measures_of_a_circular_count_from_their_day_too(tmp_path: Path) -> None:
    """A circular that announces +5 % from the tariffs of 2025 is the same measure, and gives the same figures."""
    view = view_of()
    step = measure(id="c", kind="circular", circular="2025/336")
    scenario = scenario_of(tmp_path, step)
    place = Source("0" * 64, "2025-336.txt", line=1)
    announced = Measure("index", place, rate=Figure(Decimal(5), place), relative_to=THEN)
    [publication] = [one for one in view.timeline.publications if one.number == "2025/336"]
    said = contents_of(replace(publication.reading, measures=(announced,)), publication.doubtful)
    changed = Publication(publication.entry, publication.first, outline_of_reading(said.reading), lambda: said)
    others = tuple(one for one in view.timeline.publications if one is not publication)
    timeline = replace(view.timeline, publications=(*others, changed))
    view.__dict__["timeline"] = timeline
    projection = project(scenario, view)
    own = projection_of(tmp_path, measure(**RATE, series="doctors"))
    assert [becomes(projection, code) for code in ("565014", "589072")] == [
        becomes(own, code) for code in ("565014", "589072")
    ]
    assert [ident for ident, _ in of(projection, "565014").bases] == ["c"]


def test_the_result_says_what_it_counts_from(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, measure(id="catch-up", **RATE, codes=["565014"]))
    assert step_words(scenario.steps[0]) == "index +5 % from the tariffs of 2025-06-01 on 565014"
    found = bareme.open_book("/nowhere/book.sqlite").simulate(scenario)
    data = found.to_dict()
    valid(data, "simulate-1")
    assert data["changes"][0]["counted_from"] == [
        {
            "measure": "catch-up",
            "day": "2025-06-01",
            "circular": "2024/382",
            "line_id": "2024/382:565014",
            "letter_values": [{"letter": "B", "value": "1.257532"}],
            "fee": "363.43",
        }
    ]
    [table] = [table for table in report_of(found).tables if table.name == "bases"]
    assert [str(content) for content in table.rows[0][:5]] == [
        "565014-565025",
        "catch-up",
        "2025-06-01",
        "2024/382",
        "B",
    ]
    ran = bareme_here("simulate", "s.toml", book=tmp_path / "book.sqlite")
    assert "Counted from the tariffs of an earlier day:" in ran.out
    [row] = [one for one in ran.out.splitlines() if "catch-up" in one and "2024/382" in one]
    assert row.split() == ["565014-565025", "catch-up", "2025-06-01", "2024/382", "B", "1,257532", "363,43"]


def test_a_measure_before_it_is_not_named_beside_the_fee(tmp_path: Path) -> None:
    low = measure(id="low", kind="index", rate="-1", codes=["565014"])
    scenario = scenario_of(tmp_path, low, measure(id="catch-up", **RATE, codes=["565014"]))
    [change] = bareme.open_book("/nowhere/book.sqlite").simulate(scenario).changes
    assert change.fee is not None
    assert change.fee.measures == ("catch-up",)


def test_a_draft_announces_the_day(tmp_path: Path) -> None:
    [announced] = draft_reading(projection_of(tmp_path, measure(**RATE, **DOCTORS))).measures
    assert announced.relative_to == THEN


def test_what_the_volumes_cost_is_the_sum_in_order(tmp_path: Path) -> None:
    """10 acts of 373,31: +5 % of 363,43 is 381,60, whatever the cut before it; the cut alone takes a half."""
    cut = measure(id="cut", kind="letter_value_by_rate", rate="-50", codes=["565014"])
    scenario_of(tmp_path, cut, measure(id="up", **RATE, codes=["565014"]))
    (tmp_path / "v.csv").write_text("code,regime,acts\n565014,preferential,10\n", encoding="utf-8")
    ran = bareme_here("simulate", "s.toml", "--volumes", "v.csv", "--json", book=tmp_path / "book.sqlite")
    budget = ran.json("simulate-1")["budget"]
    assert budget["total"]["after"]["fee"] == "3816.00"
    assert sum(Decimal(one["in_order"]["fee"]) for one in budget["measures"]) == Decimal("82.90")
    assert HEAD.startswith("schema")

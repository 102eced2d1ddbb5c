"""What a scenario comes to: figures before and after, what moved them, sums, bands, warnings; the book stays."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bareme
from bareme import Book
from bareme.audit.changes import Part
from bareme.simulation.changes import LineChange, lines_moved
from bareme.simulation.simulated import Simulation
from bareme.simulation.summing import EDGES, Band, bands_of, exact_sum
from bareme.simulation.warnings import NOTES, WARNINGS
from invented import CODES, Invented, amount, line, record
from projected import HEAD, HEAD_2026, measure, projection_of, scenario_of
from running import valid

INDEX = measure(id="index", kind="index", rate="2.72", all=True)


@cache
def shipped() -> Book:
    return bareme.open_book("/nowhere/book.sqlite")


def simulated(folder: Path, *measures: str, head: str = HEAD, book: Book | None = None) -> Simulation:
    return (book or shipped()).simulate(scenario_of(folder, *measures, head=head))


def change_of(found: Simulation, code: str) -> LineChange:
    [change] = [one for one in found.changes if code in one.codes]
    return change


def told(found: Simulation, code: str) -> list[str]:
    """The figures of a changed line as text: what, for whom, before > after, by which measures."""
    shown = []
    for figure in change_of(found, code).figures:
        words = " ".join(word for word in (figure.part.value, figure.letter, figure.situation.words) if word)
        shown.append(f"{words}: {figure.before} > {figure.after} {','.join(figure.measures)}".rstrip())
    return shown


def test_every_figure_of_a_line_with_what_moved_it(tmp_path: Path) -> None:
    """1,291737 x 1,0272 = 1,326872; 289 of it are 383,47; the share of 8,68 stays, so 374,79 is left to pay."""
    assert told(simulated(tmp_path, INDEX), "565014") == [
        "letter_value B: 1.291737 > 1.326872 index",
        "fee: 373.31 > 383.47 index",
        "intervention ambulatory preferential: 373.31 > 383.47 index",
        "patient_share ambulatory preferential: 0.00 > 0.00",
        "intervention ambulatory ordinary: 364.63 > 374.79 index",
        "patient_share ambulatory ordinary: 8.68 > 8.68",
        "intervention hospital preferential: 373.31 > 383.47 index",
        "patient_share hospital preferential: 0.00 > 0.00",
        "intervention hospital ordinary: 373.31 > 383.47 index",
        "patient_share hospital ordinary: 0.00 > 0.00",
    ]


def test_a_share_is_moved_by_its_own_measure_and_the_intervention_by_both(tmp_path: Path) -> None:
    share = measure(id="share", kind="share_set", amount="10", codes=["565014"])
    found = [text for text in told(simulated(tmp_path, INDEX, share), "565014") if "ambulatory ordinary" in text]
    assert found == [
        "intervention ambulatory ordinary: 364.63 > 373.47 index,share",
        "patient_share ambulatory ordinary: 8.68 > 10.00 share",
    ]


def test_what_comes_before_a_fee_that_is_set_is_gone(tmp_path: Path) -> None:
    fee = measure(id="set", kind="fee_set", amount="400", codes=["565014"])
    found = simulated(tmp_path, INDEX, fee)
    assert told(found, "565014")[1] == "fee: 373.31 > 400.00 set"


def test_a_percentage_moves_with_the_fee(tmp_path: Path) -> None:
    """25 % of 383,47 is 95,8675, cut to 95,86."""
    rate = measure(id="rate", kind="share_rate", rate="25", regime="ordinary", codes=["565014"])
    found = [text for text in told(simulated(tmp_path, INDEX, rate), "565014") if "patient_share amb" in text]
    assert found == [
        "patient_share ambulatory preferential: 0.00 > 0.00",
        "patient_share ambulatory ordinary: 8.68 > 95.86 index,rate",
    ]


def test_difference_and_percent(tmp_path: Path) -> None:
    fee = change_of(simulated(tmp_path, INDEX), "565014").fee
    assert fee is not None
    assert (fee.difference, fee.percent) == (Decimal("10.16"), Decimal("2.72"))
    assert fee.relative == 100 * (Fraction(38347, 37331) - 1)


def test_a_line_that_ends_has_nothing_after(tmp_path: Path) -> None:
    found = simulated(tmp_path, measure(id="end", kind="ended", codes=["565014-565025"]), INDEX)
    change = change_of(found, "565014")
    assert change.ends
    assert {figure.after for figure in change.figures} == {None}
    assert told(found, "565014")[1] == "fee: 373.31 > None end"
    assert next(group for group in found.sections if group.section and group.section.number == "N.1").ended == 1


@settings(max_examples=8, deadline=None)
@given(day=st.dates(min_value=date(2025, 1, 1), max_value=date(2027, 12, 30)))
def test_the_empty_scenario_changes_exactly_nothing(day: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    head = f'schema = "bareme/scenario/1"\nfrom = 2028-01-01\n[baseline]\non = {day}\n'
    found = simulated(tmp_path_factory.mktemp("empty"), head=head)
    assert found.changes == ()
    assert not found.warnings
    assert all(one.after is one.listed.line for one in found.projection.lines)
    assert {(group.changed, group.mean) for group in found.series} == {(0, Fraction(0))}
    assert [band.words for band in found.distribution] == ["no change"]
    assert found.projection.circulars == ()
    valid(found.to_dict(), "simulate-1")


def test_the_book_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite"
    bareme.create_book(path, shipped=True)
    before = hashlib.sha256(path.read_bytes()).hexdigest(), bareme.open_book(path).hash
    book = bareme.open_book(path)
    price = book.price("565014", "2027-03-01", regime="ordinary")
    found = book.simulate(scenario_of(tmp_path, INDEX))
    assert found.book == before[1]
    assert book.price("565014", "2027-03-01", regime="ordinary") == price
    assert (hashlib.sha256(path.read_bytes()).hexdigest(), bareme.open_book(path).hash) == before


def test_projected_is_said_everywhere(tmp_path: Path) -> None:
    data = simulated(tmp_path, INDEX).to_dict()
    assert data["certainty"] == "projected"
    assert {change["certainty"] for change in data["changes"]} == {"projected"}


def test_sums_by_section_and_series(tmp_path: Path) -> None:
    """N.4 has 13 lines; two of them fall to 1300/1350 of their indexed value."""
    [series, *_] = (found := simulated(tmp_path, measure(kind="circular", circular="2025/336"), head=HEAD_2026)).series
    assert (series.series, series.lines, series.changed) == ("doctors/medical-acts/7", 77, 76)
    [section] = [group for group in found.sections if group.section and group.section.number == "N.4"]
    fees = [one.fee for one in found.changes if one.section == section.section]
    moves = [Fraction(fee.after) / Fraction(fee.before) - 1 for fee in fees if fee and fee.after and fee.before]
    assert section.mean == 100 * sum(moves) / 13
    assert (section.least, section.most) == (100 * min(moves), 100 * max(moves))


@given(st.lists(st.fractions(max_denominator=1000), max_size=40))
def test_the_exact_sum_is_the_sum(numbers: list[Fraction]) -> None:
    assert exact_sum(numbers) == sum(numbers, Fraction(0))


def fees(folder: Path, rate: str) -> tuple[Band, ...]:
    """The bands of one act of 100,00 euro that changes by a rate."""
    lines = (line(CODES[0], None, "100.00", amount("100.00", "0.00")),)
    book = record(folder / "b.sqlite", [Invented("2026/1", "2025-12-01", "2026-01-01", lines)])
    projection = projection_of(folder, measure(kind="fee_by_rate", rate=rate, all=True), book=book)
    return bands_of(projection.lines)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        ("0", "no change"),
        ("0.5", "0 % to 1 %"),
        ("1", "1 % to 2 %"),
        ("-1", "-1 % to 0 %"),
        ("-0.5", "-1 % to 0 %"),
        ("-1.01", "-2 % to -1 %"),
        ("2.72", "2 % to 3 %"),
        ("50", "50 % or more"),
        ("49.99", "20 % to 50 %"),
        ("-50", "-50 % to -20 %"),
        ("-50.01", "less than -50 %"),
    ],
)
def test_each_change_is_in_one_band(rate: str, words: str, tmp_path: Path) -> None:
    assert [(band.words, band.lines) for band in fees(tmp_path, rate)] == [(words, 1)]


def test_bands_are_those_of_the_edges() -> None:
    assert list(EDGES) == sorted(EDGES)
    assert 0 in EDGES


# Warnings


def warned(found: Simulation) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for finding in found.warnings:
        assert (finding.severity == "note") == (finding.check in NOTES)
        told.setdefault(finding.check, []).append(finding.message)
    return told


def toy(folder: Path, **more: Any) -> Book:
    """Three acts: a fee of 20,00 with a share of 5,00; one of two letters; one that is not for everyone published."""
    one = line(
        CODES[0],
        None,
        "20.00",
        amount("15.00", "5.00", regime="ordinary"),
        amount("20.00", "0.00", regime="preferential"),
    )
    terms = [
        {"letter": "X", "coefficient": "8", "value": "2.000000"},
        {"letter": "Y", "coefficient": "4", "value": "1.000000"},
    ]
    two = line(CODES[2], None, "20.00", amount("20.00", "0.00"), terms=terms)
    cut = amount(None, None, regime="ordinary", not_published=["intervention", "patient_share"])
    three = line(CODES[4], None, "10.00", amount("10.00", "0.00", regime="preferential"), cut)
    none = line(CODES[6], None, None)
    lines = (one, two, three, none)
    return record(folder / "b.sqlite", [Invented("2026/1", "2025-12-01", "2026-01-01", lines, **more)])


def test_a_share_above_the_fee(tmp_path: Path) -> None:
    found = simulated(tmp_path, measure(kind="share_set", amount="25", codes=[CODES[0]]), book=toy(tmp_path))
    assert warned(found)["share_above_fee"] == [
        f"s.toml, line 5, measure measure-1: {CODES[0]} (ordinary): the patient share of 25,00 is above the fee of "
        "20,00."
    ]


def test_a_fee_below_the_share_names_the_measure_that_lowers_the_fee(tmp_path: Path) -> None:
    text = measure(id="share", kind="share_set", amount="5.00", codes=[CODES[0]])
    text += measure(id="cut", kind="fee_set", amount="4", codes=[CODES[0]])
    found = simulated(tmp_path, text, book=toy(tmp_path)).warnings
    assert [one.values["measure"] for one in found if one.check == "share_above_fee"] == ["cut"]


def test_a_measure_of_shares_beside_an_index_moves_what_it_moves(tmp_path: Path) -> None:
    """Of the four acts of the pathway nobody pays a share; of one psychologist's session preferential patients do."""
    index = measure(id="index", kind="index", rate="2", all=True)
    none = measure(id="none", kind="full_cover", series="integrated-care")
    some = measure(id="some", kind="full_cover", regime="preferential", codes=["726530"])
    found = simulated(tmp_path, index, none, some)
    assert lines_moved(found.projection.changed, found.scenario.steps) == {"index": 147 + 1, "some": 1}
    [said] = warned(found)["measure_without_effect"]
    assert "measure none changes nothing: the figures of its lines stay what they are." in said


def test_a_share_above_its_ceiling_and_one_that_was_above_before(tmp_path: Path) -> None:
    book = toy(tmp_path)
    head = HEAD.replace("[baseline]", '[ceilings]\nordinary = "4.00"\n[baseline]')
    found = simulated(tmp_path, measure(kind="share_set", amount="4.50", codes=[CODES[0]]), head=head, book=book)
    assert warned(found)["share_above_ceiling"] == [
        f"{CODES[0]} (ordinary): the patient share of 4,50 is above the ceiling of 4,00 for the ordinary regime; "
        "it was before."
    ]
    head = head.replace("4.00", "6.00")
    found = simulated(tmp_path, measure(kind="share_set", amount="6.00", codes=[CODES[0]]), head=head, book=book)
    assert "share_above_ceiling" not in warned(found)
    found = simulated(tmp_path, measure(kind="share_set", amount="6.01", codes=[CODES[0]]), head=head, book=book)
    assert warned(found)["share_above_ceiling"] == [
        f"{CODES[0]} (ordinary): the patient share of 6,01 is above the ceiling of 6,00 for the ordinary regime."
    ]


def test_a_letter_with_one_value_that_gets_two(tmp_path: Path) -> None:
    found = simulated(tmp_path, measure(id="cut", kind="letter_value_by_rate", rate="-10", codes=["565014", "565036"]))
    assert warned(found) == {
        "letter_with_two_values": [
            "B = 1,291737 stays on 28 of 30 lines; it is 1,162563 on 565014, 565036.",
        ]
    }
    assert "letter_with_two_values" not in warned(simulated(tmp_path, INDEX))


def test_a_fee_that_is_set_on_two_letters_loses_their_values(tmp_path: Path) -> None:
    found = simulated(tmp_path, measure(kind="fee_set", amount="21", codes=[CODES[2]]), book=toy(tmp_path))
    assert warned(found)["letter_value_lost"] == [
        f"{CODES[2]}: the fee is set, and it is a sum of X and Y: their values are not known from then on."
    ]


def test_a_measure_of_which_every_line_is_frozen_changes_nothing(tmp_path: Path) -> None:
    frozen = measure(id="ice", kind="freeze", codes=[CODES[0]])
    rise = measure(id="rise", kind="fee_by_rate", rate="2", codes=[CODES[0]])
    found = simulated(tmp_path, frozen, rise, book=toy(tmp_path))
    assert found.changes == ()
    assert warned(found)["measure_without_effect"] == [
        "s.toml, line 9, measure rise changes nothing: a measure freezes it."
    ]


def test_a_measure_that_leaves_figures_as_they_are(tmp_path: Path) -> None:
    same = measure(id="same", kind="share_set", amount="5", codes=[CODES[0]])
    found = simulated(tmp_path, same, book=toy(tmp_path))
    assert warned(found) == {
        "measure_without_effect": [
            "s.toml, line 5, measure same changes nothing: the figures of its lines stay what they are."
        ]
    }


def test_lines_in_doubt_amounts_that_are_not_published_and_lines_without_fee(tmp_path: Path) -> None:
    book = toy(tmp_path, doubtful=frozenset({0}))
    found = simulated(tmp_path, measure(id="rise", kind="index", rate="2", all=True), book=book)
    assert warned(found) == {
        "line_in_doubt": [f"1 line of 2026/1 in doubt is left as it is: {CODES[0]}."],
        "amount_not_published": [f"an amount that 2026/1 does not publish stays unknown, on 1 line: {CODES[4]}."],
        "no_fee": [f"{CODES[6]} has no fee in 2026/1: there is nothing to project."],
    }
    assert [change.codes for change in found.changes] == [(CODES[2],), (CODES[4],)]
    assert [m.after for m in found.changes[1].figures if m.part is Part.INTERVENTION] == [Decimal("10.20")]


def test_every_warning_has_a_meaning_and_stands_in_that_order(tmp_path: Path) -> None:
    found = simulated(tmp_path, measure(kind="share_set", amount="900", all=True), INDEX)
    checks = [list(WARNINGS).index(finding.check) for finding in found.warnings]
    assert checks == sorted(checks)
    assert set(NOTES) <= set(WARNINGS)
    valid(found.to_dict(), "simulate-1")

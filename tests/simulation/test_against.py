"""The measures of 2025/336 on 2024/382: its 77 lines come out with the published figures, the exceptions classed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import bareme
from bareme.audit.changes import Part
from bareme.simulation.against import MEANS, Against, Agreement, Held, against
from bareme.simulation.simulated import Simulation
from invented import CODES, Invented, amount, line, record
from projected import HEAD_2026, measure, projection_of, scenario_of
from running import valid

MEASURES = measure(id="published", kind="circular", circular="2025/336")
GIVEN = Path(__file__).parent


@cache
def of_2025_336(folder: Path) -> Simulation:
    scenario = scenario_of(folder, MEASURES, head=HEAD_2026)
    return bareme.open_book("/nowhere/book.sqlite").simulate(scenario, against="2025/336")


def beside(folder: Path) -> Against:
    found = of_2025_336(folder).against
    assert found is not None
    return found


def told(figures: tuple[Held, ...], klass: Agreement) -> list[str]:
    return [
        " ".join(
            str(word)
            for word in (figure.codes[0], figure.part, figure.letter, figure.situation.words, figure.projected, ">")
            if word
        )
        + f" {figure.published}"
        for figure in figures
        if figure.klass is klass
    ]


def test_its_77_lines_and_their_figures(tmp_path: Path) -> None:
    found = beside(tmp_path)
    assert found.lines == 77
    assert {name: dict(counts) for name, counts in found.counts().items()} == {
        "coefficient": {"equal": 76},
        "letter_value": {"equal": 72, "one_unit_apart": 4},
        "fee": {"equal": 74, "different": 2},
        "intervention": {"equal": 254, "not_published_before": 42, "different": 8},
        "patient_share": {"equal": 262, "not_published_before": 42},
        "line": {"without_amount": 1},
    }
    valid(of_2025_336(tmp_path).to_dict(), "simulate-1")


def test_two_letter_values_are_one_unit_apart(tmp_path: Path) -> None:
    """1,291737 x 1300/1350 = 1,243895 (1,243894 is published) and 0,967687 x 0,9 = 0,870918 (0,870919)."""
    assert told(beside(tmp_path).exceptions, Agreement.ONE_UNIT_APART) == [
        "565493 letter_value B 1.243895 > 1.243894",
        "565552 letter_value B 1.243895 > 1.243894",
        "589676 letter_value I 0.870918 > 0.870919",
        "589890 letter_value I 0.870918 > 0.870919",
    ]


def test_two_counselling_fees_do_not_follow_and_their_interventions_with_them(tmp_path: Path) -> None:
    different = told(beside(tmp_path).exceptions, Agreement.DIFFERENT)
    assert [text for text in different if " fee " in text] == [
        "589750 fee 299.04 > 299.03",
        "589772 fee 814.74 > 814.76",
    ]
    assert {text.split()[0] for text in different} == {"589750", "589772"}


def test_42_hospital_interventions_have_nothing_to_start_from(tmp_path: Path) -> None:
    cut = [f for f in beside(tmp_path).exceptions if f.klass is Agreement.NOT_PUBLISHED_BEFORE]
    interventions = [figure for figure in cut if figure.part is Part.INTERVENTION]
    assert len(interventions) == 42
    assert {figure.situation.words for figure in cut} == {"hospital ordinary"}
    assert {figure.projected for figure in cut} == {None}


def test_589794_has_no_amount_before_or_after(tmp_path: Path) -> None:
    [one] = [figure for figure in beside(tmp_path).exceptions if figure.klass is Agreement.WITHOUT_AMOUNT]
    assert one.codes == ("589794", "589805")


def test_every_class_has_words() -> None:
    assert set(MEANS) == set(Agreement)


def test_lines_and_situations_that_only_one_side_has(tmp_path: Path) -> None:
    """Of three acts one goes, one comes, one has a new situation and a fee that was not decided."""
    before = (
        line(CODES[0], None, "10.00", amount("10.00", "0.00", regime="preferential")),
        line(CODES[2], None, "10.00", amount("10.00", "0.00")),
    )
    after = (
        line(
            CODES[0],
            None,
            "11.50",
            amount("11.50", "0.00", regime="preferential"),
            amount("9.50", "2.00", regime="ordinary"),
        ),
        line(CODES[4], None, "5.00", amount("5.00", "0.00")),
    )
    book = record(tmp_path / "a.sqlite", [Invented("2025/1", "2024-12-01", "2025-01-01", before)])
    other = record(tmp_path / "b.sqlite", [Invented("2026/1", "2025-12-01", "2026-01-01", after)])
    projection = projection_of(tmp_path, measure(kind="index", rate="10", all=True), head=HEAD_2026, book=book)
    found = against(projection, other.reading("2026/1"))
    assert [
        (figure.codes[0], figure.part, str(figure.projected), figure.klass.value) for figure in found.exceptions
    ] == [
        (CODES[0], Part.FEE, "11.00", "different"),
        (CODES[0], Part.INTERVENTION, "11.00", "different"),
        (CODES[0], Part.INTERVENTION, "None", "no_parent"),
        (CODES[0], Part.PATIENT_SHARE, "None", "no_parent"),
        (CODES[4], None, "None", "no_parent"),
        (CODES[2], None, "None", "only_projected"),
    ]

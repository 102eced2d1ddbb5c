"""The negotiation of examples/scenarios/: figures worked out by hand from the printed tariffs and its volumes."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import bareme
from bareme.simulation.projecting import Projection
from bareme.simulation.scenario_files import read_scenario
from projected import becomes, of, view_of
from running import REPOSITORY, bareme_here

SCENARIOS = REPOSITORY / "examples" / "scenarios"
BOOK = bareme.open_book("/nowhere/book.sqlite")


@pytest.fixture(scope="module")
def negotiation() -> Projection:
    return BOOK.simulate(SCENARIOS / "negotiation-2027.toml").projection


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # 1,291737 x 1,0272 = 1,3268722...; 289 x 1,326872 = 383,466...
        ("565014", "1.326872 383.47 383.47+0.00 374.79+8.68 383.47+0.00 383.47+0.00"),
        # 1,243894 x 1,0272 x 1250 / 1300 = 1,2285845...; 1350 x 1,228585 = 1658,58975: also 1250 x 1,326872.
        ("565493", "1.228585 1658.59 1658.59+0.00 1649.91+8.68 1658.59+0.00 1658.59+0.00"),
        # The other line at that level is indexed alone: 1,243894 x 1,0272 = 1,2777279...; x 1350 = 1724,9328.
        ("565552", "1.277728 1724.93 1724.93+0.00 1716.25+8.68 1724.93+0.00 1724.93+0.00"),
        # 0,951813 x 1,0272 x 0,9 = 0,8799320...; 1103 x 0,879932 = 970,564996.
        ("589573", "0.879932 970.56 970.56+0.00 970.56+0.00 970.56+0.00 970.56+0.00"),
        # 2,970078 x 1,0272 x 0,9 = 2,7457777...; 633 x 2,745778 = 1738,077...
        ("587156", "2.745778 1738.08 1738.08+0.00 1738.08+0.00 1738.08+0.00 1738.08+0.00"),
        # Protected: as 2025/336 prints it.
        ("589072", "0.967687 387.07 387.07+0.00 387.07+0.00 387.07+0.00 387.07+0.00"),
        # 744,05 x 1,0272 = 764,288...: without a letter, as an amount.
        ("401413", "764.29 764.29+0.00"),
    ],
)
def test_lines_by_hand(negotiation: Projection, code: str, expected: str) -> None:
    assert becomes(negotiation, code) == expected


def test_the_share_of_psychologists_goes_in_july(negotiation: Projection) -> None:
    """89,59 x 1,0272 = 92,026...; preferential patients of 24 or older pay 4,00 until June, nothing from July."""
    found = [
        (tenure.period.start, amount.intervention and amount.intervention.amount, amount.patient_share)
        for tenure in negotiation.overlay.tenures["726611"]
        for amount in tenure.publication.lines_of["726611"][0].amounts
        if str(amount.regime) == "preferential"
    ]
    shares = [(day, paid, share and share.amount) for day, paid, share in found]
    assert shares == [
        (date(2025, 1, 1), Decimal("85.59"), Decimal("4.00")),
        (date(2027, 1, 1), Decimal("88.03"), Decimal("4.00")),
        (date(2027, 7, 1), Decimal("92.03"), Decimal("0.00")),
    ]
    # For doctors nothing begins in July: they have one projected circular.
    series = [reading.circular.series for reading in negotiation.circulars]
    assert series.count("doctors/medical-acts/7") == 1
    assert series.count("mental-health/psychological-care") == 2


def test_the_budget_by_hand(tmp_path: Path) -> None:
    """Of each measure in its order, the fees of its acts before and after it, times the volumes.

    level: 1724,93 to 1658,59 is -66,34, of 340 + 1490 + 25 + 80 acts. cut: 1078,41 to 970,56 is -107,85, of 1400 acts
    of 589573 and 589584; 1931,20 to 1738,08 is -193,12, of 1114. cover: 4,00 for 3400 + 1900 acts of those of 24 and
    older; patients save 2,50 for 800 sessions too, whose intervention is theoretical. From July, half of it counts.
    """
    ran = bareme_here(
        "simulate",
        SCENARIOS / "negotiation-2027.toml",
        "--volumes",
        SCENARIOS / "volumes-2027.csv",
        "--json",
        book=tmp_path / "none.sqlite",
    )
    assert ran.code == 0
    budget: dict[str, Any] = json.loads(ran.out)["budget"]
    found = {one["id"]: one for one in budget["measures"]}
    assert found["level"]["in_order"]["intervention"] == "-128367.90"  # -66,34 x 1935
    assert found["cut"]["in_order"]["intervention"] == "-366125.68"  # -107,85 x 1400 - 193,12 x 1114
    assert found["cover"]["in_order"] == {"fee": "0.00", "intervention": "21200.00", "patient_share": "-23200.00"}
    assert found["cover"]["in_year"]["intervention"] == "10600.00"
    assert found["protected"]["in_order"]["intervention"] == "0.00"
    added = sum(Decimal(one["in_order"]["intervention"]) for one in budget["measures"])
    assert added == Decimal(budget["total"]["change"]["intervention"]) == Decimal("834263.23")


def test_the_volumes_are_of_codes_in_force() -> None:
    with (SCENARIOS / "volumes-2027.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    assert len(codes) == 44
    assert codes <= set(view_of().codes())


def test_the_decision_written_out_is_what_the_circular_announces() -> None:
    """The measures of the file and those that are read in 2025/336 make the same tariffs of those of 2025."""
    written = BOOK.simulate(SCENARIOS / "decision-2026.toml").projection
    steps = read_scenario(SCENARIOS / "decision-2026.toml")
    announced = {line.code: line for line in BOOK.reading("2025/336").lines}
    assert len(written.lines) == len(announced) == 77
    assert [step.id for step in steps.steps] == ["index", "level", "cut", "less"]
    assert becomes(written, "565493").split()[:2] == ["1.243895", "1679.26"]
    assert becomes(written, "589676").split()[:2] == ["0.870918", "348.37"]
    assert becomes(written, "589551").split()[:2] == ["0.825654", "2612.37"]
    differ = {
        code
        for code, line in announced.items()
        if code and line.fee and line.fee.amount != (of(written, code).after.fee or line.fee).amount
    }
    assert differ == {"589750", "589772"}

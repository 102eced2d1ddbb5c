"""A negotiation as a scenario, tables of volumes, and what it costs: for the tests of budgets."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from bareme import Book
from bareme.simulation.budget import Budget
from bareme.simulation.options import CostingOptions
from bareme.simulation.parts import Parts

SCENARIO = """schema = "bareme/scenario/1"
title = "A negotiation"
from = 2026-01-01
[baseline]
on = 2025-12-31
[[measure]]
id = "index"
kind = "index"
rate = "2.72"
all = true
[[measure]]
id = "cut"
kind = "letter_value_by_rate"
rate = "-10"
codes = ["589676-589680"]
from = 2026-06-01
[[measure]]
id = "lower"
kind = "fee_by_amount"
amount = "-400"
codes = ["589551-589562"]
"""
BASKETS = """schema = "bareme/baskets/1"
[[patient]]
name = "Two tests, ordinary regime"
regime = "ordinary"
age = 40
acts = { 565014 = 2, 726611 = 1, 565015 = 1 }
[[provider]]
name = "A centre"
volumes = "centre.csv"
"""


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def table(folder: Path, *rows: str, head: str = "code,acts,regime,age") -> str:
    return str(written(folder / "volumes.csv", "\n".join((head, *rows)) + "\n"))


def budget(book: Book, scenario: Path, volumes: str, **options: Any) -> Budget:
    found = book.simulate(scenario, costing=CostingOptions(volumes, **options)).budget
    assert found is not None
    return found


def euro(parts: Parts) -> tuple[Decimal, Decimal, Decimal]:
    fee, intervention, share = (Decimal(cents) / 100 for cents in (parts.fee, parts.intervention, parts.patient_share))
    return fee, intervention, share

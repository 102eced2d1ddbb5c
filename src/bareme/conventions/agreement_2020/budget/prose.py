"""Where the prose of the agreement gives another figure than its annex: both are shown, neither is mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.budget.arithmetic import amounts_of, side_total
from bareme.conventions.agreement_2020.budget.model import BudgetTable, Row, Side, Words, as_printed
from bareme.money import CENT, Rounding, euro_text, printed

PERCENT = Rounding("hundredth of a percent", Decimal("0.01"), "Ours: shares are shown with two decimals.")


class Unit(StrEnum):
    """What a figure counts."""

    THOUSANDS = "thousands"
    """Whole thousands of euro."""
    PERCENT = "percent"
    """Percent, with two decimals where computed."""
    EURO = "euro"
    """Euro and cents."""


@dataclass(frozen=True, slots=True)
class Computation:
    """One way to the figure: the formula as people write it, and what it gives."""

    formula: Words
    unit: Unit
    result: Decimal

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data."""
        return {"formula": self.formula[language], "unit": self.unit.value, "result": _plain(self.result, self.unit)}


@dataclass(frozen=True, slots=True)
class ProseDifference:
    """A figure of the prose that the annex does not give, and the computations that give one or the other."""

    id: str
    clause: str
    unit: Unit
    prose: Decimal
    computations: tuple[Computation, ...]
    because: Mapping[str, str]

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data."""
        return {
            "id": self.id,
            "clause": self.clause,
            "unit": self.unit.value,
            "prose": _plain(self.prose, self.unit),
            "computations": [computation.to_dict(language) for computation in self.computations],
            "because": self.because[language],
        }


def prose_differences(system: System, table: BudgetTable) -> tuple[ProseDifference, ...]:
    """The four places where prose and annex differ (points 2, 3.3, 4.1 and 4.3), in the order of the clauses."""
    return tuple(_differences(system, table))


def _differences(system: System, table: BudgetTable) -> Iterator[ProseDifference]:
    yield trainee_rise(system)
    yield index_mass(system, table)
    yield share_used_to_index(system, table)
    yield nomenclature_proposals(system, table)


def trainee_rise(system: System) -> ProseDifference:
    """Point 2 speaks of 25 %; 1.250 euro on 5.037,70 is 24,81 % (points 9 and 11)."""
    said = system.parameters.rate("trainee_rise_in_prose")
    rise, benefit = system.parameters.euro("trainee_rise"), system.parameters.euro("full_benefit")
    share = Computation(as_printed(f"{printed(rise)} / {printed(benefit)}"), Unit.PERCENT, _percent(rise, benefit))
    as_said = CENT.round(Fraction(benefit) * Fraction(said) / 100)
    wanted = Computation(as_printed(f"{printed(said)} % x {printed(benefit)}"), Unit.EURO, as_said)
    return _difference(system, "trainee_rise", "2", Unit.PERCENT, said, share, wanted)


def index_mass(system: System, table: BudgetTable) -> ProseDifference:
    """3.3 gives 180.198 to the index mass of 1,95 %; the mass is 181.959, and 180.198 the total of all sources."""
    said = Decimal(system.parameters.thousands("means_in_prose"))
    mass = _row(table, "index_mass")
    rows = [amounts_of(row, table.year).in_year or 0 for block, row in table.rows if block.side is Side.SOURCE]
    formula = " ".join(f"{'-' if n < 0 else '+'} {_thousands(abs(n))}" for n in rows).removeprefix("+ ")
    total = Computation(as_printed(formula), Unit.THOUSANDS, Decimal(side_total(table, Side.SOURCE).in_year or 0))
    alone = Computation(mass.label, Unit.THOUSANDS, Decimal(mass.printed.in_year or 0))
    return _difference(
        system, "index_mass", "3.3", Unit.THOUSANDS, said, alone, total, rate=system.parameters.rate("index_rate")
    )


def share_used_to_index(system: System, table: BudgetTable) -> ProseDifference:
    """4.1 calls 138.706 about 75 % of the means: 76,97 % of those of the year, 75,16 % of those of a whole year."""
    used = system.parameters.thousands("index_in_prose")
    means = side_total(table, Side.SOURCE)
    shares = (
        Computation(as_printed(f"{_thousands(used)} / {_thousands(base)}"), Unit.PERCENT, _percent(used, base))
        for base in (means.in_year or 0, means.annual or 0)
    )
    said = system.parameters.rate("index_share_in_prose")
    return _difference(system, "share_used_to_index", "4.1", Unit.PERCENT, said, *shares, used=used)


def nomenclature_proposals(system: System, table: BudgetTable) -> ProseDifference:
    """4.3 plans 10.370 for new acts: 5.370 of block c) and the 5.000 of physical medicine that block b) prints."""
    said = Decimal(system.parameters.thousands("proposals_in_prose"))
    block = next(block for block in table.blocks if block.id == "technical_acts")
    annual, beside = block.printed.annual or 0, _row(table, "physical_medicine").printed.annual or 0
    alone = Computation(block.label, Unit.THOUSANDS, Decimal(annual))
    formula = as_printed(f"{_thousands(annual)} + {_thousands(beside)}")
    both = Computation(formula, Unit.THOUSANDS, Decimal(annual + beside))
    return _difference(system, "nomenclature_proposals", "4.3", Unit.THOUSANDS, said, alone, both)


def _difference(
    system: System, name: str, clause: str, unit: Unit, said: Decimal, *computations: Computation, **values: Any
) -> ProseDifference:
    results = {f"result_{number}": found.result for number, found in enumerate(computations, start=1)}
    because = system.say(name, {"said": said, "clause": clause, **results, **values})
    return ProseDifference(name, clause, unit, said, computations, because)


def _row(table: BudgetTable, ident: str) -> Row:
    found = table.row(ident)
    assert found is not None, ident
    return found


def _percent(part: Decimal | int, whole: Decimal | int) -> Decimal:
    return PERCENT.round(Fraction(part) / Fraction(whole) * 100)


def _thousands(number: int) -> str:
    return printed(Decimal(number))


def _plain(figure: Decimal, unit: Unit) -> int | str | None:
    if unit is Unit.THOUSANDS:
        return int(figure)
    return euro_text(figure) if unit is Unit.EURO else str(figure)

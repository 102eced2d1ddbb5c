"""The figures of the other clauses as printed, and what follows from them: exact, marked derived (3, 4, 5.3, 8, 10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bareme.conventions.agreement.parameters import Parameter
from bareme.conventions.agreement.systems import System, shown_value
from bareme.money import Rounding, printed

_UNITS = {"euro": "euro", "thousands": "thousands of euro", "rate": "percent"}
_STARTS = {
    "surveillance_fee": "surveillance_from",
    "care_planning_fee": "care_planning_from",
    "care_planning_budget": "care_planning_from",
    "care_planning_in_year": "care_planning_from",
    "euthanasia_fee": "euthanasia_from",
    "euthanasia_annual": "euthanasia_from",
    "teledermatology": "teledermatology_from",
    "physical_medicine": "physical_medicine_from",
}
"""The figures that do not hold from the first day."""
WHOLE = Rounding("whole", Decimal(1), "Derived figures as they are shown; their exact values stand beside them.")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: printed in the agreement, or derived from printed ones (`working`).

    Where the printed rate behind a derived one is rounded, it is more than `least` and at most `most`.
    """

    name: str
    clause: str
    unit: str
    value: Fraction
    means: str
    start: date
    working: str = ""
    least: Fraction | None = None
    most: Fraction | None = None
    text: str = ""
    """A printed figure as the agreement prints it."""

    @property
    def is_derived(self) -> bool:
        """True for one that the agreement does not print."""
        return bool(self.working)

    def shown(self) -> str:
        """As people read it: printed figures as they are, acts in full, other derived ones to a whole unit."""
        if self.text:
            return self.text
        if self.unit == "acts":
            return printed(Decimal(self.value // 1))
        if self.unit == "percent":
            return printed(_terminating(self.value))
        return ("" if self.value.denominator == 1 else "about ") + printed(WHOLE.round(self.value))

    def to_dict(self) -> dict[str, Any]:
        """As data; exact values are fractions such as 85888070000/10247."""
        return {
            "name": self.name,
            "clause": self.clause,
            "derived": self.is_derived,
            "unit": self.unit,
            "value": str(self.value),
            "shown": self.shown(),
            "least": None if self.least is None else str(self.least),
            "most": None if self.most is None else str(self.most),
            "from": self.start.isoformat(),
            "working": self.working or None,
            "means": self.means,
        }


def _terminating(value: Fraction) -> Decimal:
    """A fraction with a power of ten below as a decimal number."""
    digits = 0
    while 10**digits % value.denominator:
        digits += 1
    return Decimal(value.numerator * 10**digits // value.denominator).scaleb(-digits)


def figures(system: System, on: date | None = None) -> tuple[Figure, ...]:
    """Every figure of the other clauses, printed ones first; with a day those that hold on it."""
    printed_ones = [_printed(system, entry) for entry in system.parameters if entry.kind in _UNITS]
    found = [*printed_ones, *derived(system)]
    return tuple(figure for figure in found if on is None or figure.start <= on)


def _printed(system: System, entry: Parameter) -> Figure:
    start, text = _start(system, entry.name), shown_value(entry.value)
    return Figure(entry.name, entry.clause, _UNITS[entry.kind], Fraction(entry.value), entry.means, start, text=text)


def _start(system: System, name: str) -> date:
    return system.parameters.day(_STARTS.get(name, "first_day"))


def derived(system: System) -> Iterator[Figure]:
    """What follows from the printed figures."""
    yield from _of_2019(system)
    given, first = system.parameters, _start(system, "")
    thousands = "thousands of euro"

    def number(name: str) -> str:
        return shown_value(given.thousands(name))

    target, biology, imaging = (given.thousands(name) for name in ("target", "clinical_biology", "imaging"))
    rest = f"{number('target')} - {number('clinical_biology')} - {number('imaging')}"
    means = "the target without the two envelopes"
    yield Figure("target_rest", "3.1, 3.2", thousands, Fraction(target - biology - imaging), means, first, rest)
    less = Fraction(given.thousands("technical_proposals") - given.thousands("physical_medicine"))
    working = f"{number('technical_proposals')} - {number('physical_medicine')}"
    means = "the technical proposals without physical medicine: the total of block c of the annex"
    yield Figure("technical_acts", "4.3, 4.3.8", thousands, less, means, first, working)
    others = Fraction(given.thousands("codes_960") - given.thousands("codes_960_fees"))
    working = f"{number('codes_960')} - {number('codes_960_fees')}"
    yield Figure("codes_960_other", "8", thousands, others, "codes 960 other than fees", first, working)
    yield from _acts(system)
    index, rate = (Fraction(given.rate(name)) for name in ("consultation_index", "paediatric_rate"))
    both = ((1 + index / 100) * (1 + rate / 100) - 1) * 100
    working = " x ".join(printed(1 + given.rate(name).scaleb(-2)) for name in ("consultation_index", "paediatric_rate"))
    means = "paediatric consultations above 2019, index included, as we read it"
    yield Figure("paediatric_growth", "4.1, 4.2.1", "percent", both, means, first, f"{working} - 1")


def _acts(system: System) -> Iterator[Figure]:
    """How many acts an amount pays at its fee; at most that many where the fee is a floor (4.2.3, 4.2.4)."""
    given = system.parameters
    for name, clause, budget, fee, means in (
        ("care_planning_acts", "4.2.3", "care_planning_budget", "care_planning_fee", "acts a year"),
        (
            "care_planning_acts_in_year",
            "4.2.3, annex b",
            "care_planning_in_year",
            "care_planning_fee",
            "acts in the agreement's year",
        ),
        ("euthanasia_acts", "4.2.4, annex b", "euthanasia_annual", "euthanasia_fee", "acts a year"),
    ):
        amount = given.thousands(budget) * 1000
        working = f"{shown_value(amount)} / {shown_value(given.euro(fee))}"
        value = amount / Fraction(given.euro(fee))
        yield Figure(
            name,
            clause,
            "acts",
            value,
            f"{means} that the amount pays at that fee, at most",
            _start(system, fee),
            working,
        )


def _of_2019(system: System) -> Iterator[Figure]:
    """What amounts of 2019 the printed growth implies, with the bounds that its rounding leaves (3.1, 3.2)."""
    given, first = system.parameters, _start(system, "")
    both = given.thousands("target") + given.thousands("low_variability")
    working = f"{shown_value(given.thousands('target'))} + {shown_value(given.thousands('low_variability'))}"
    means = "target and low-variability care together"
    yield Figure("target_with_low_variability", "3.1", "thousands of euro", Fraction(both), means, first, working)
    for name, clause, amount, growth, means in (
        ("target_2019", "3.1", given.thousands("target"), "target_growth", "the target of 2019"),
        (
            "estimates",
            "3.1",
            given.thousands("target"),
            "target_above_estimates",
            "the technical estimates of September 2019",
        ),
        (
            "target_2019_with_low_variability",
            "3.1",
            both,
            "growth_with_low_variability",
            "2019, with low-variability care",
        ),
        (
            "estimates_with_low_variability",
            "3.1",
            both,
            "above_estimates_with_low_variability",
            "the estimates, with low-variability care",
        ),
        (
            "clinical_biology_2019",
            "3.2",
            given.thousands("clinical_biology"),
            "clinical_biology_growth",
            "the envelope of clinical biology of 2019",
        ),
        (
            "imaging_2019",
            "3.2",
            given.thousands("imaging"),
            "imaging_growth",
            "the envelope of medical imaging of 2019",
        ),
    ):
        rate = given.rate(growth)
        value, least, most = before(amount, rate)
        working = f"{shown_value(amount)} / {printed(1 + rate.scaleb(-2))}"
        yield Figure(name, clause, "thousands of euro", value, means, first, working, least, most)


def before(amount: int, rate: Decimal) -> tuple[Fraction, Fraction, Fraction]:
    """An amount before its growth by a printed rate, and the bounds of it: the rate is rounded to its last digit.

    >>> before(1030, Decimal("3"))
    (Fraction(1000, 1), Fraction(206000, 207), Fraction(41200, 41))
    """
    exponent = rate.as_tuple().exponent
    half = Fraction(Decimal(1).scaleb(int(exponent))) / 2
    value, least, most = (
        amount / (1 + part / 100) for part in (Fraction(rate), Fraction(rate) + half, Fraction(rate) - half)
    )
    return value, least, most

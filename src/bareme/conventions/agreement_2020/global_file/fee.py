"""The fee of the file in 2020, and the amount per file of a year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bareme.conventions.agreement.answers import Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.model import Missing
from bareme.errors import InputError
from bareme.money import CENT

INDEX = "global-file-index-of-consultations"
_YEAR = re.compile(r"\d{4}", re.ASCII)


def indexed(fee: Decimal, rate: Decimal) -> Decimal:
    """A fee with an index in percent, to the cent (annex, note 2).

    >>> indexed(Decimal("30.00"), Decimal("1.95"))
    Decimal('30.59')
    """
    return CENT.round(Fraction(fee) * (1 + Fraction(rate) / 100))


def fee_of_first_phase(system: System) -> Answer:
    """The fee of 2020: that of 1 January 2019 with the index; the temporary rise of 2019 has ended (annex, note 2)."""
    return system.asked("fee", "annex, note 2", lambda: _fee(system))


def _fee(system: System) -> Answer:
    parameters = system.parameters
    before = _fee_before(system)
    index = parameters.rate("index")
    day = parameters.day("fee_reference_day")
    temporary = parameters.rate("temporary_increase")
    told: dict[str, Any] = {"before": before, "index": index, "day": day, "temporary": temporary}
    amount = indexed(before, index)
    return system.answer("fee", True, "annex, note 2", amount=amount, interpretations=(INDEX,), **told)


def _fee_before(system: System) -> Decimal:
    return _positive(system, "fee_on_2019_01_01", system.parameters.euro("fee_on_2019_01_01"))


def amount_of(system: System, year: int) -> Decimal:
    """The amount per file for a year; `Missing` names the parameter while it is awaited."""
    if year == system.parameters.count("first_phase_year"):
        return indexed(_fee_before(system), system.parameters.rate("index"))
    amounts = system.parameters.euro_by("amount_by_year")
    if str(year) not in amounts:
        raise Missing(f"amount_by_year.{year}")
    return _positive(system, f"amount_by_year.{year}", amounts[str(year)])


def unused_amounts(system: System) -> tuple[str, ...]:
    """What `amount_by_year` names that is no year paid by it: 2020 has the fee of note 2 (5.1.1)."""
    amounts: Mapping[str, Decimal] = system.parameters.entry("amount_by_year").value or {}
    first = system.parameters.day("first_snapshot").year + 1
    return tuple(name for name in amounts if not (_YEAR.fullmatch(name) and int(name) >= first))


def _positive(system: System, name: str, amount: Decimal) -> Decimal:
    if amount <= 0:
        raise InputError(f"{system.name}.{name}: {amount} is no amount for a file; give one above 0.")
    return amount


def snapshot_day(year: int) -> date:
    """The day of the snapshot that is paid for a year: the last of the year before (5.1.1 A)."""
    return date(year - 1, 12, 31)

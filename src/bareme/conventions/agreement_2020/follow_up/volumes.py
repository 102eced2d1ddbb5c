"""Priced volumes by month: exact sums of what acts came to, in euro."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.money import euro_text

AMOUNTS = ("fee", "intervention", "patient_share")


@dataclass(frozen=True, slots=True)
class Payable:
    """What is payable after rules, of the lines of which a rule says so; the totals hold their full amounts."""

    lines: int
    fee: Decimal | None
    intervention: Decimal | None
    patient_share: Decimal | None

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {"lines": self.lines, **{name: euro_text(getattr(self, name)) for name in AMOUNTS}}


@dataclass(frozen=True, slots=True)
class Volume:
    """What the lines of a month, or of all, come to. An amount is None where no line has one."""

    month: str | None
    """Such as 2020-05; None for the sum of all."""
    lines: int
    without_fee: int
    """Lines that have no fee: they are counted and in no sum."""
    fee: Decimal | None
    intervention: Decimal | None
    patient_share: Decimal | None
    payable: Payable | None = None
    """None where the file was priced without rules."""

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {
            "month": self.month,
            "lines": self.lines,
            "without_fee": self.without_fee,
            **{name: euro_text(getattr(self, name)) for name in AMOUNTS},
            "payable": None if self.payable is None else self.payable.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Volumes:
    """The months of a quarter in order, and how many lines of the file are of other days."""

    file: str
    months: tuple[Volume, ...]
    outside: int

    @property
    def total(self) -> Volume:
        """The sum of the months."""
        fee, intervention, share = _sums(self.months)
        payable = [month.payable for month in self.months if month.payable is not None]
        return Volume(
            None,
            sum(month.lines for month in self.months),
            sum(month.without_fee for month in self.months),
            fee,
            intervention,
            share,
            Payable(sum(one.lines for one in payable), *_sums(payable)) if payable else None,
        )

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        months = [month.to_dict() for month in self.months]
        return {"file": self.file, "months": months, "total": self.total.to_dict(), "outside": self.outside}


def _sums(found: Sequence[Volume] | Sequence[Payable]) -> Iterator[Decimal | None]:
    return (_sum(getattr(one, name) for one in found) for name in AMOUNTS)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    found = [amount for amount in amounts if amount is not None]
    return sum(found, Decimal("0.00")) if found else None


@dataclass(frozen=True, slots=True)
class Unusable:
    """A cell of a file of volumes that cannot be used; `is_date` for one that should hold a day or a month."""

    column: str
    found: str
    is_date: bool


def unusable_finding(system: System, what: Unusable, file: str, line: int) -> AgreementFinding:
    """The finding about a cell that cannot be used, with its file and line."""
    from bareme.conventions.agreement.answers import Place

    check = "date_unusable" if what.is_date else "amount_unusable"
    return system.finding(check, "13", Place(file, line), column=what.column, found=what.found)


def more_finding(system: System, count: int) -> AgreementFinding:
    """The finding that counts the lines of which nothing more is said."""
    return system.finding("more_unusable", "13", count=count)

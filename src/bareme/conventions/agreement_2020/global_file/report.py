"""All files of a log: payments and recoveries, what each holder receives for each year, and what is still awaited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE, AgreementFinding, Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.global_file.checking import checked_events
from bareme.conventions.agreement_2020.global_file.events import Event, Holders
from bareme.conventions.agreement_2020.global_file.fee import amount_of, fee_of_first_phase
from bareme.conventions.agreement_2020.global_file.payments import FilePayment, PaymentKind, payments_of
from bareme.conventions.model import Missing, Result
from bareme.errors import InputError
from bareme.money import euro_text

MOST_YEARS = 20
"""Nobody asks for more years at once."""


@dataclass(frozen=True, slots=True)
class HolderYear:
    """What a holder receives for a year: numbers of files, and the euro of those decided.

    `total` is None while an amount of it is awaited.
    """

    holder: str
    year: int
    paid: int
    recovered: int
    not_paid: int
    needs_information: int
    total: Decimal | None

    def to_dict(self) -> dict[str, Any]:
        """As data, an entry of `holders`."""
        return {
            "holder": self.holder,
            "year": self.year,
            "paid": self.paid,
            "recovered": self.recovered,
            "not_paid": self.not_paid,
            "needs_information": self.needs_information,
            "total": euro_text(self.total),
        }


@dataclass(frozen=True, slots=True)
class GlobalFiles:
    """What is paid and recovered for global medical files through the year `until`.

    `total` is of what is decided, None while an amount of it is awaited; `missing` names what payments and their
    amounts await.
    """

    until: int
    fee: Answer
    payments: tuple[FilePayment, ...]
    holders: tuple[HolderYear, ...]
    total: Decimal | None
    missing: tuple[str, ...]
    findings: tuple[AgreementFinding, ...]

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data: `bareme agreement YEAR dmg --json`."""
        return {
            "until": self.until,
            "fee": self.fee.to_dict(language),
            "payments": [payment.to_dict(language) for payment in self.payments],
            "holders": [holder.to_dict() for holder in self.holders],
            "total": euro_text(self.total),
            "missing": list(self.missing),
            "findings": [finding.to_dict(language) for finding in self.findings],
        }


def global_files(
    system: System,
    events: Iterable[Event],
    holders: Holders,
    until: int | None = None,
    found: Iterable[AgreementFinding] = (),
) -> GlobalFiles:
    """Payments and recoveries through a year, by default the year of the corrections (5.1.1).

    `found` are findings about what was given, to be told with those about the events.
    """
    first = system.parameters.count("first_phase_year")
    last = system.parameters.count("correction_year") if until is None else until
    if not first <= last <= first + MOST_YEARS:
        raise InputError(f"until: {last} is no year from {first} to {first + MOST_YEARS}.")
    used, findings = checked_events(system, events, holders, last)
    payments: list[FilePayment] = []
    for patient, own in groupby(used, key=lambda event: event.patient):
        payments += payments_of(system, patient, own, holders, last)
    return GlobalFiles(
        until=last,
        fee=fee_of_first_phase(system),
        payments=tuple(payments),
        holders=_by_holder(payments),
        total=_total(payments),
        missing=_awaited(system, payments),
        findings=(*found, *findings),
    )


def _by_holder(payments: Iterable[FilePayment]) -> tuple[HolderYear, ...]:
    """Payments by holder and year; those of a file that two hold at once are nobody's."""

    def key(payment: FilePayment) -> tuple[str, int]:
        return payment.holder or "", payment.year

    groups = groupby(sorted((one for one in payments if one.holder is not None), key=key), key=key)
    return tuple(_holder_year(holder, year, tuple(own)) for (holder, year), own in groups)


def _holder_year(holder: str, year: int, payments: Sequence[FilePayment]) -> HolderYear:
    results = [(one.kind is PaymentKind.RECOVERY, one.answer.result) for one in payments]
    return HolderYear(
        holder,
        year,
        paid=results.count((False, Result.YES)),
        recovered=results.count((True, Result.YES)),
        not_paid=results.count((False, Result.NO)),
        needs_information=sum(result is Result.NEEDS_INFORMATION for _, result in results),
        total=_total(payments),
    )


def _total(payments: Iterable[FilePayment]) -> Decimal | None:
    """The sum in euro of what is paid and recovered; None where an amount is not known."""
    amounts = [one.answer.amount for one in payments if one.answer.result is Result.YES]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal("0.00")) if len(known) == len(amounts) else None


def _awaited(system: System, payments: Iterable[FilePayment]) -> tuple[str, ...]:
    """What payments and their amounts await, each named once, in the order of the alphabet."""
    names: set[str] = set()
    years: set[int] = set()
    for one in payments:
        names.update(one.answer.missing)
        if one.answer.result is Result.YES and one.answer.amount is None:
            years.add(one.year)
    for year in years:
        try:
            amount_of(system, year)
        except Missing as missing:
            names.update(missing.names)
    return tuple(sorted(names))

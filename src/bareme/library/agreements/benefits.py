"""What doctors are paid beside fees: accreditation (6.2), social status (9, 11), the practice premium (7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from bareme.conventions.agreement.answers import LANGUAGE, AgreementFinding, Answer
from bareme.conventions.agreement.parameters import as_number, plain
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.accreditation import effect as accredited
from bareme.conventions.agreement_2020.accreditation.effect import Effect, Volumes
from bareme.conventions.agreement_2020.practice_premium import premium as practice
from bareme.conventions.agreement_2020.practice_premium.premium import Criterion
from bareme.conventions.agreement_2020.social_status import benefit as social
from bareme.conventions.agreement_2020.social_status.benefit import Adherence, Doctor, Pension, Threshold
from bareme.conventions.model import Result
from bareme.errors import InputError
from bareme.library.agreements.wing import Wing, euro_given
from bareme.money import euro_text
from bareme.periods import as_date

Word = TypeVar("Word", bound=StrEnum)
Euro = Decimal | str | int
NOTHING = Decimal("0.00")
MOST_COUNTED = 10**12
"""What is counted is below it, here as in files."""


@dataclass(frozen=True, slots=True)
class Accreditation:
    """What the limit of the accreditation supplement changes for one provider, or for those of a file together."""

    year: int
    parameters: Mapping[str, Any]
    """The figures of 6.2 and its line in the annex by name: euro, thousands of euro, days."""
    annex_flat_fees: Fraction
    """How many flat fees a year the annex's annual effect stands for: derived."""
    answer: Answer
    effects: tuple[Effect, ...]
    """Of each provider, in the order of the file."""
    total: Effect | None
    findings: tuple[AgreementFinding, ...] = ()

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (`agreement-accreditation-1`)."""
        return {
            "year": self.year,
            "parameters": {name: plain(value) for name, value in self.parameters.items()},
            "annex_flat_fees": str(self.annex_flat_fees),
            "answer": self.answer.to_dict(language),
            "effects": [effect.to_dict() for effect in self.effects],
            "total": None if self.total is None else self.total.to_dict(),
            "findings": [finding.to_dict(language) for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class DoctorBenefit:
    """The benefit of one doctor of a file; `line` is where the doctor stands in it."""

    doctor: str
    line: int
    answer: Answer

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data, an entry of `agreement-benefits-1`."""
        return {"doctor": self.doctor, "line": self.line, "answer": self.answer.to_dict(language)}


@dataclass(frozen=True, slots=True)
class BenefitTotal:
    """How many doctors of a file have one result and amount, and the sum of it in euro."""

    result: Result
    amount: Decimal | None
    doctors: int
    sum: Decimal

    def to_dict(self) -> dict[str, Any]:
        """As data, an entry of `agreement-benefits-1`."""
        amount, summed = euro_text(self.amount), euro_text(self.sum)
        return {"result": self.result.value, "amount": amount, "doctors": self.doctors, "sum": summed}


@dataclass(frozen=True, slots=True)
class BenefitTable:
    """The benefits of the doctors of a file, in its order."""

    year: int
    doctors: tuple[DoctorBenefit, ...]
    findings: tuple[AgreementFinding, ...] = ()

    @property
    def totals(self) -> tuple[BenefitTotal, ...]:
        """By result and amount: benefits from the highest on, then none, then those in need of information."""
        found = Counter((each.answer.result, each.answer.amount or NOTHING) for each in self.doctors)
        order = list(Result)
        return tuple(
            BenefitTotal(result, amount if result is Result.YES else None, number, number * amount)
            for (result, amount), number in sorted(
                found.items(), key=lambda entry: (order.index(entry[0][0]), -entry[0][1])
            )
        )

    @property
    def total(self) -> Decimal:
        """What all benefits come to, in euro; doctors in need of information count for nothing."""
        return sum((each.sum for each in self.totals), NOTHING)

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (`agreement-benefits-1`)."""
        return {
            "year": self.year,
            "doctors": [each.to_dict(language) for each in self.doctors],
            "totals": [each.to_dict() for each in self.totals],
            "total": euro_text(self.total),
            "findings": [finding.to_dict(language) for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Premium:
    """A practice premium with the criteria behind it; no criteria while they are awaited."""

    year: int
    answer: Answer
    criteria: tuple[Criterion, ...]
    findings: tuple[AgreementFinding, ...] = ()

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (`agreement-premium-1`)."""
        return {
            "year": self.year,
            "answer": self.answer.to_dict(language),
            "criteria": [criterion.to_dict() for criterion in self.criteria],
            "findings": [finding.to_dict(language) for finding in self.findings],
        }


class Benefits(Wing):
    """What an agreement pays doctors beside fees."""

    def accreditation(
        self,
        volumes: str | PathLike[str] | None = None,
        *,
        flat_fees: int | None = None,
        before: int | None = None,
        since: int | None = None,
        supplement: Euro | None = None,
    ) -> Accreditation:
        """What the limit of the supplement per flat fee of clinical biology changes, in euro (6.2.1).

        For numbers of flat fees (of a whole year; before, and since the day of the limit), or for the providers of a
        file. `supplement` is the provider's own; else the agreement's average.
        """
        system = self.systems["accreditation"]
        own = None if supplement is None else euro_given(supplement, "supplement")
        counts = (_count(flat_fees, "flat_fees"), _count(before, "before"), _count(since, "since"))
        if volumes is None:
            told = Volumes(*counts, own)
            answer = accredited.effect_of(system, told)
            effects: tuple[Effect, ...] = (accredited.effect(system, told),) if answer.result is Result.YES else ()
            return _accreditation(self.year, system, answer, effects)
        if any(value is not None for value in (own, *counts)):
            raise InputError("give either a file of volumes or numbers of flat fees, not both.")
        from bareme.exchange.agreements.benefit_files import read_volumes

        rows, unread = read_volumes(Path(volumes), system)
        effects, wrong = accredited.effects(system, rows)
        total = accredited.total_of(effects)
        answer = accredited.told(system, total) if effects else accredited.effect_of(system, Volumes())
        return _accreditation(self.year, system, answer, effects, (*unread, *wrong))

    def accreditation_supplement(self, asked: Euro, on: date | str) -> Answer:
        """Whether a supplement per flat fee of clinical biology may stand on a day, and what remains of it (6.2.1)."""
        return accredited.supplement(self.systems["accreditation"], euro_given(asked, "asked"), as_date(on, "on"))

    def benefit(
        self,
        *,
        adhered: Adherence | str | None = None,
        threshold: Threshold | str | None = None,
        activity: Euro | None = None,
        specialty: str | None = None,
        trainee: bool | None = None,
        number_held: bool | None = None,
        rules_met: bool | None = None,
        pension: Pension | str | None = None,
    ) -> Answer:
        """The social benefit of a doctor (9, 11), or with `pension` the base amount of a pension and nothing else."""
        doctor = Doctor(
            _word(Adherence, adhered, "adhered"),
            _word(Threshold, threshold, "threshold"),
            None if activity is None else euro_given(activity, "activity"),
            specialty,
            trainee,
            number_held,
            rules_met,
        )
        whose = _word(Pension, pension, "pension")
        if whose is None:
            return social.benefit(self.systems["social_status"], doctor)
        if doctor != Doctor():
            raise InputError("a pension is a plain base amount: give pension alone.")
        return social.pension(self.systems["social_status"], whose)

    def benefits(self, doctors: str | PathLike[str]) -> BenefitTable:
        """The social benefit of each doctor of a file (9, 11), with totals.

        Rows that cannot be used, and a second row of a doctor, are findings and are left out.
        """
        from bareme.exchange.agreements.benefit_files import read_doctors

        system = self.systems["social_status"]
        read, findings = read_doctors(Path(doctors), system)
        found = (DoctorBenefit(one.name, one.place.line, social.benefit(system, one.known)) for one in read)
        return BenefitTable(self.year, tuple(found), findings)

    def premium(
        self, results: str | PathLike[str] | None = None, *, values: Mapping[str, Decimal | str | int] | None = None
    ) -> Premium:
        """The integrated practice premium for values by criterion, from a file or given (7)."""
        system = self.systems["practice_premium"]
        read: Mapping[str, Decimal] = {}
        findings: tuple[AgreementFinding, ...] = ()
        if results is not None:
            from bareme.exchange.agreements.benefit_files import read_results

            read, findings = read_results(Path(results), system)
        told = {name: _number(value, name) for name, value in (values or {}).items()}
        twice = sorted(read.keys() & told.keys())
        if twice:
            raise InputError(f"{twice[0]!r} is given twice: in {results} and beside it.")
        answer = practice.premium(system, {**read, **told})
        awaited = system.parameters.entry("thresholds").value is None
        return Premium(self.year, answer, () if awaited else practice.criteria(system, {**read, **told}), findings)


def _accreditation(
    year: int,
    system: System,
    answer: Answer,
    effects: tuple[Effect, ...],
    findings: tuple[AgreementFinding, ...] = (),
) -> Accreditation:
    own = {entry.name: entry.value for entry in system.parameters}
    total = accredited.total_of(effects) if effects else None
    return Accreditation(year, own, accredited.flat_fees_of_annex(system), answer, effects, total, findings)


def _count(value: int | None, name: str) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MOST_COUNTED):
        raise InputError(f"{name}: {value!r} is not a whole number, at least 0 and of at most twelve digits.")
    return value


def _number(value: object, name: str) -> Decimal:
    try:
        return as_number(value)
    except ValueError:
        raise InputError(f"{name}: {value!r} is not a number, such as 12.5.") from None


def _word(kind: type[Word], value: str | None, name: str) -> Word | None:
    """A word of a list, with `-` or `_`; `InputError` names those that there are."""
    if value is None:
        return None
    try:
        return kind(str(value).replace("-", "_"))
    except ValueError:
        raise InputError(f"{name}: {value!r} is none of {', '.join(kind)}.") from None

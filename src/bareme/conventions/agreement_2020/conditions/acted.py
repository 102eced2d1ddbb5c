"""What is done, acts of a list, and what comes of holding them against clause 14."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE, AgreementFinding, Answer, Place
from bareme.conventions.agreement_2020.conditions.model import NO_AGREEMENT, Doctor, clock, length
from bareme.conventions.model import Result
from bareme.money import from_cents, printed


@dataclass(frozen=True, slots=True)
class GivenAct:
    """One line of a list of acts. `inputs` are what the rules on one act ask, by their names."""

    place: Place
    on: date
    time: int | None
    """Minutes since midnight at which it began."""
    site: str | None
    code: str
    tariff: Any
    minutes: int | None
    inputs: Mapping[str, Any]

    @property
    def above(self) -> bool | None:
        """Whether more than the tariff was charged; None where the fee or the tariff is not told."""
        charged = self.inputs.get("fee_charged")
        return None if charged is None or self.tariff is None else charged > self.tariff


@dataclass(frozen=True, slots=True)
class JudgedAct:
    """An act held against clause 14. None is what is not known."""

    act: GivenAct
    answer: Answer
    in_free_hours: bool | None
    free: bool | None
    """Was it charged, or is it taken to be charged, outside the fees."""
    ambulatory: bool | None
    lifted: bool
    """Did a requirement of the patient, or the income, lift the tariff."""
    stretch: tuple[str, str, int, int] | None = None
    findings: tuple[AgreementFinding, ...] = ()
    unknown_hours: tuple[str, ...] = ()
    """What would tell whether it was in free hours, where that is not known."""

    @property
    def in_force(self) -> bool:
        """False for an act of a day for which there is no agreement."""
        return NO_AGREEMENT not in self.answer.missing

    @property
    def undecided(self) -> bool:
        """True where it cannot be said whether it is within the agreement."""
        return self.answer.result is Result.NEEDS_INFORMATION

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data."""
        return {
            "file": self.act.place.file,
            "line": self.act.place.line,
            "date": self.act.on.isoformat(),
            "time": None if self.act.time is None else clock(self.act.time),
            "site": self.act.site,
            "code": self.act.code or None,
            "in_free_hours": self.in_free_hours,
            "at_the_fees": None if self.free is None else not self.free,
            "answer": self.answer.to_dict(language),
        }


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, in acts, minutes or cents, and how many acts could be on either side."""

    rule: str
    unit: str
    part: int
    whole: int
    unknown: int
    least: Fraction

    def told(self) -> dict[str, Any]:
        """What sentences name: acts as numbers, minutes and cents with their unit."""
        return {"part": self._shown(self.part), "whole": self._shown(self.whole), "least": str(self.least)}

    def _shown(self, amount: int) -> str | int:
        if self.unit == "acts":
            return amount
        return length(amount) if self.unit == "hours" else f"{printed(from_cents(amount))} EUR"

    def to_dict(self) -> dict[str, Any]:
        """As data; `least` as a fraction such as 3/4."""
        return {
            "rule": self.rule,
            "unit": self.unit,
            "part": self.part,
            "whole": self.whole,
            "unknown": self.unknown,
            "least": str(self.least),
        }


@dataclass(frozen=True, slots=True)
class ActsCheck:
    """What `bareme agreement YEAR check-acts` finds: each act, each requirement, and every finding."""

    year: int
    doctor: Doctor
    acts: tuple[JudgedAct, ...]
    requirements: tuple[Answer, ...]
    shares: tuple[Share, ...]
    findings: tuple[AgreementFinding, ...]

    @property
    def breaches(self) -> tuple[AgreementFinding, ...]:
        """The findings that are errors."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (schema `agreement-acts-1`)."""
        return {
            "year": self.year,
            "provider": self.doctor.provider,
            "status": self.doctor.status,
            "acts": [act.to_dict(language) for act in self.acts],
            "requirements": [answer.to_dict(language) for answer in self.requirements],
            "shares": [share.to_dict() for share in self.shares],
            "findings": [finding.to_dict(language) for finding in self.findings],
        }

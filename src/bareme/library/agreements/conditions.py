"""The conditions of application (14): a declared week and a list of acts held against them."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from bareme.errors import InputError
from bareme.library.agreements.wing import Wing

if TYPE_CHECKING:
    from bareme.conventions.agreement_2020.conditions.acted import ActsCheck
    from bareme.conventions.agreement_2020.conditions.model import Doctor, WeekCheck


class Conditions(Wing):
    """What a doctor declares and does, held against the conditions of application."""

    def check_week(self, path: str | PathLike[str], *, provider: str, status: str, unit: str = "hours") -> WeekCheck:
        """A declared week (14.2.2.2, 14.3.2.2): each requirement as an answer, each breach as a finding.

        `provider` is general_practitioner or specialist, `status` full or partial. `unit` measures a general
        practitioner's whole practice: hours of the week; by acts or fees a week gives no answer.
        """
        from bareme.conventions.agreement_2020.conditions.week import check_week
        from bareme.exchange.agreements.conditions_files import read_week

        doctor, system = _doctor(provider, status, unit), self.systems["conditions"]
        given = read_week(path, system)
        return check_week(system, self.year, doctor, given.slots, given.findings, unit)

    def check_acts(
        self,
        path: str | PathLike[str],
        *,
        provider: str,
        status: str,
        week: str | PathLike[str] | None = None,
        unit: str = "acts",
    ) -> ActsCheck:
        """A list of one doctor's acts, with the declared week where there is one: every breach with clause and line.

        `unit` measures a general practitioner's whole practice: acts, fees (what was charged) or hours (`minutes`).
        """
        from bareme.conventions.agreement_2020.conditions.practice import check_acts
        from bareme.conventions.agreement_2020.conditions.slots import declarations
        from bareme.exchange.agreements.conditions_files import read_acts, read_week

        doctor, system = _doctor(provider, status, unit), self.systems["conditions"]
        given = read_acts(path, system)
        if week is None:
            return check_acts(system, self.year, doctor, given.acts, given.findings, None, unit)
        declared = read_week(week, system)
        weeks, wrong = declarations(system, declared.slots, whole=not declared.findings)
        found = [*declared.findings, *wrong]
        return check_acts(system, self.year, doctor, given.acts, given.findings, weeks, unit, found)


def _doctor(provider: str, status: str, unit: str) -> Doctor:
    """Who declares; `InputError` for a word that is none."""
    from bareme.conventions.agreement_2020.conditions.model import PROVIDERS, STATUSES, UNITS, Doctor

    for name, value, known in (
        ("provider", provider, PROVIDERS),
        ("status", status, STATUSES),
        ("unit", unit, UNITS),
    ):
        if value not in known:
            raise InputError(f"{name}: {value!r} is none of {', '.join(known)}.")
    return Doctor(provider, status)

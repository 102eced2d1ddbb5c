"""Which extra expense gives no correction (12.2), and which supplements are reported with electronic invoices (8)."""

from __future__ import annotations

from datetime import date

from bareme.conventions.agreement.answers import Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.model import Missing

CORRECTIONS, SUPPLEMENTS = "12.2", "8"
OTHER = "other"
"""A cause that 12.2 does not name."""
USED = ("extra-expense-found-in-the-period",)
"""Interpretation: the period of the agreement is that of the finding, not that of the expense."""


def causes(system: System) -> tuple[str, ...]:
    """The causes of extra expense that can be asked about: those that 12.2 names, and any other."""
    return (*system.parameters.texts("excluded_causes"), OTHER)


def excluded(system: System, cause: str, on: date) -> Answer:
    """Whether an extra expense found on a day is excluded from correction measures (12.2).

    It is when its cause is named there and it is found in the period of the agreement.
    """
    given = system.parameters
    if cause not in given.texts("excluded_causes"):
        return system.answer("excluded", False, CORRECTIONS)
    if not given.day("first_day") <= on <= given.day("last_day"):
        return system.answer("excluded", False, CORRECTIONS, case="later", on=on, interpretations=USED)
    return system.answer("excluded", True, CORRECTIONS, interpretations=USED)


def reported(system: System, electronic: bool | None, ambulatory: bool | None, on: date) -> Answer:
    """Whether a supplement is reported to the sickness fund (8): billed electronically, in the ambulatory sector.

    From which day the text does not say.
    """

    def answered() -> Answer:
        given = system.parameters
        if not given.day("first_day") <= on <= given.day("last_day"):
            raise Missing("agreement_on_this_date")
        if electronic is False or ambulatory is False:
            return system.answer("reported", False, SUPPLEMENTS)
        told = {"electronic": electronic, "ambulatory": ambulatory}
        absent = [name for name, value in told.items() if value is None]
        if absent:
            raise Missing(*absent)
        start = given.day("supplements_reported_from")
        if on < start:
            return system.answer("reported", False, SUPPLEMENTS, case="not_yet", on=on, start=start)
        return system.answer("reported", True, SUPPLEMENTS)

    return system.asked("reported", SUPPLEMENTS, answered)

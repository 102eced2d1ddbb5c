"""Which social benefit a doctor has under the agreement, and why (9, 11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bareme.conventions.agreement.answers import Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.model import Contradiction, Missing
from bareme.errors import InputError

CLAUSE, TRAINEES = "11", "9"
BY_SPECIALTY = "activity-threshold-by-specialty"
"""Interpretation: the thresholds that the document lacks are euro by specialty, and reaching one meets it."""
MUST_ADHERE, BY_THE_RULES = "trainee-must-adhere", "trainee-outside-the-rules"
"""Interpretations: a trainee who refused has no benefit; nor has one who does not satisfy the rules that 9 names."""


class Adherence(StrEnum):
    """How far a doctor adhered to the agreement (11, 17)."""

    FULLY = "fully"
    """For all activities."""
    PARTIALLY = "partially"
    REFUSED = "refused"


class Threshold(StrEnum):
    """What a doctor's activity reaches (11)."""

    MET = "met"
    REDUCED = "reduced"
    """The reduced threshold only."""
    NOT_MET = "not_met"
    EXEMPTED = "exempted"
    """Nothing is asked of the activity."""


class Pension(StrEnum):
    """Whose pension (11)."""

    RETIREMENT = "retirement"
    SURVIVOR = "survivor"


@dataclass(frozen=True, slots=True)
class Doctor:
    """What is known of a doctor; None: not told.

    `number_held` is about the day of point 9; `activity` is in euro and read with `specialty` where no `threshold` is
    told; `rules_met`: a trainee satisfies the rules in force (law, article 54).
    """

    adhered: Adherence | None = None
    threshold: Threshold | None = None
    activity: Decimal | None = None
    specialty: str | None = None
    trainee: bool | None = None
    number_held: bool | None = None
    rules_met: bool | None = None


def benefit(system: System, doctor: Doctor) -> Answer:
    """The benefit of a doctor by adherence and threshold (11), or of a trainee (9); the amount is in euro."""
    of_trainees = doctor.number_held or (doctor.trainee and doctor.number_held is None)
    return system.asked("benefit", TRAINEES if of_trainees else CLAUSE, lambda: _benefit(system, doctor))


def _benefit(system: System, doctor: Doctor) -> Answer:
    if doctor.number_held and doctor.trainee is None:
        raise Missing("trainee")
    if doctor.number_held and not doctor.trainee:
        raise Contradiction("trainee", "number_held")
    if doctor.trainee and doctor.number_held is not False:
        return _of_trainee(system, doctor)
    if doctor.adhered is Adherence.REFUSED:
        return system.answer("benefit", False, CLAUSE, case="refused")
    found = _by_threshold(system, doctor)
    if not doctor.trainee:
        return found
    note = system.say("no_increase", _increase(system))
    return replace(found, because={tongue: f"{text} {note[tongue]}" for tongue, text in found.because.items()})


def _increase(system: System) -> dict[str, object]:
    given = system.parameters
    return {"increase": given.euro("trainee_increase"), "day": given.day("trainee_number_day")}


def _of_trainee(system: System, doctor: Doctor) -> Answer:
    """A trainee who holds the number on the day and satisfies the rules has the increase too (9).

    Point 9 asks for no adherence in so many words; the benefit of 11 that it raises is one for those who adhered.
    Whoever does not hold the number has what 11 gives, so the rules decide nothing until that is told.
    """
    if doctor.adhered is Adherence.REFUSED:
        return system.answer("benefit", False, TRAINEES, case="trainee_refused", interpretations=(MUST_ADHERE,))
    if doctor.number_held and doctor.rules_met is False:
        return system.answer("benefit", False, TRAINEES, case="rules", interpretations=(BY_THE_RULES,))
    told = {"adhered": doctor.adhered, "number_held": doctor.number_held, "rules_met": doctor.rules_met}
    absent = [name for name, value in told.items() if value is None]
    if absent:
        raise Missing(*absent)
    if doctor.adhered is Adherence.PARTIALLY:
        return _supplied(system, "trainee_when_partial", TRAINEES)
    given = system.parameters
    amount = given.euro("trainee_benefit")
    values: dict[str, Any] = {"benefit": given.euro("benefit"), **_increase(system)}
    return system.answer("benefit", True, TRAINEES, case="trainee", amount=amount, **values)


def _by_threshold(system: System, doctor: Doctor) -> Answer:
    """Full adherence: the benefit, or the reduced one with the reduced threshold. Partial: the reduced one (11)."""
    threshold, used = _threshold(system, doctor)
    if doctor.adhered is None or threshold is None:
        names = (("adhered", doctor.adhered is None), ("threshold", threshold is None))
        raise Missing(*(name for name, absent in names if absent))
    if doctor.adhered is Adherence.PARTIALLY and threshold is Threshold.EXEMPTED:
        return _supplied(system, "partial_when_exempted", CLAUSE)
    case, parameter = _CASES[doctor.adhered, threshold]
    amount = system.parameters.euro(parameter) if parameter else None
    return system.answer("benefit", bool(parameter), CLAUSE, case=case, amount=amount, interpretations=used)


_CASES = {
    (Adherence.FULLY, Threshold.MET): ("full", "benefit"),
    (Adherence.FULLY, Threshold.EXEMPTED): ("exempted", "benefit"),
    (Adherence.FULLY, Threshold.REDUCED): ("reduced", "reduced_benefit"),
    (Adherence.FULLY, Threshold.NOT_MET): ("not_met", ""),
    (Adherence.PARTIALLY, Threshold.MET): ("partial", "reduced_benefit"),
    (Adherence.PARTIALLY, Threshold.REDUCED): ("partial_reduced", ""),
    (Adherence.PARTIALLY, Threshold.NOT_MET): ("not_met", ""),
}
"""The sentence and the amount's parameter; none where a condition of 11 is not met.

Under partial adherence that condition is the threshold, which the same sentence tells from the reduced one: reaching
the reduced one only does not meet it. Partial adherence with an exemption is not here: the text does not say.
"""


def _threshold(system: System, doctor: Doctor) -> tuple[Threshold | None, tuple[str, ...]]:
    """The threshold as told, or from the activity and the thresholds supplied; reaching one meets it (11)."""
    if doctor.activity is None:
        return doctor.threshold, ()
    if doctor.threshold is Threshold.EXEMPTED:
        return doctor.threshold, ()
    found = _reached(system, doctor.activity, doctor.specialty)
    if doctor.threshold not in (None, found):
        raise Contradiction("threshold", "activity")
    return found, (BY_SPECIALTY,)


def _reached(system: System, activity: Decimal, specialty: str | None) -> Threshold:
    if specialty is None:
        raise Missing("specialty")
    for name, reached in (("activity_thresholds", Threshold.MET), ("reduced_activity_thresholds", Threshold.REDUCED)):
        by_specialty = system.parameters.euro_by(name)
        if specialty not in by_specialty:
            raise Missing(f"{name}.{specialty}")
        if activity >= by_specialty[specialty]:
            return reached
    return Threshold.NOT_MET


def _supplied(system: System, parameter: str, clause: str) -> Answer:
    """An amount that the text does not say: *needs information* until it is supplied."""
    amount = system.parameters.euro(parameter)
    if amount < 0:
        raise InputError(f"{system.name}.{parameter}: {amount} is below 0.")
    return system.answer("benefit", amount > 0, clause, case="supplied", amount=amount)


def pension(system: System, whose: Pension) -> Answer:
    """The base amount of a pension, a year: a plain amount (11)."""
    given = system.parameters
    amount, day = given.euro(f"pension_{whose.value}"), given.day("pension_day")
    return system.answer("benefit", True, CLAUSE, case=whose.value, amount=amount, day=day)


def trainees_cost(system: System, trainees: int | None = None) -> Decimal:
    """What the increase costs for so many trainees, in euro; None: as many as the annex counts (annex d)."""
    number = system.parameters.count("trainees") if trainees is None else trainees
    return number * system.parameters.euro("trainee_increase")

"""What the agreement sets for the fee of an act: a level, a fixed fee or a floor (4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import chain

from bareme.conventions.agreement.answers import Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.model import Missing
from bareme.errors import InputError
from bareme.money import CENT

OTHER = "other"
"""A specialty that 4.2.2 does not name."""
ON_INDEXED = "paediatric-revaluation-on-indexed-fee"
"""Interpretation: the revaluation comes on the fee with its index."""


class ActKind(StrEnum):
    """The acts that 4.2 sets a fee for."""

    PAEDIATRIC_CONSULTATION = "paediatric_consultation"
    ONCOLOGY_SURVEILLANCE = "oncology_surveillance"
    """Surveillance in the oncological day hospital."""
    CARE_PLANNING = "care_planning"
    """Advance care planning."""
    EUTHANASIA = "euthanasia"


CLAUSES = {
    ActKind.PAEDIATRIC_CONSULTATION: "4.2.1",
    ActKind.ONCOLOGY_SURVEILLANCE: "4.2.2",
    ActKind.CARE_PLANNING: "4.2.3",
    ActKind.EUTHANASIA: "4.2.4",
}
_STARTS = {
    ActKind.PAEDIATRIC_CONSULTATION: "paediatric_from",
    ActKind.ONCOLOGY_SURVEILLANCE: "surveillance_from",
    ActKind.CARE_PLANNING: "care_planning_from",
    ActKind.EUTHANASIA: "euthanasia_from",
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of the act; None: not told. Fees are in euro."""

    fee_before: Decimal | None = None
    """Of a paediatric consultation: its fee of 2019."""
    geriatrician_fee: Decimal | None = None
    """Of a paediatric consultation: the geriatricians' fee on the day."""
    specialty: str | None = None
    """Of surveillance: the doctor's, as the parameters of 4.2.2 name them, or `other`."""
    identified: bool | None = None
    """Of care planning: a palliative patient identified by the scale that 4.2.3 names (PICT)."""
    treating_doctor: bool | None = None
    """Of euthanasia: performed by the treating doctor."""


def revaluation(system: System, kind: ActKind, on: date, known: Circumstances) -> Answer:
    """The fee, its floor or its level for a kind of act on a day, in euro (4.2)."""
    clause = CLAUSES[kind]
    return system.asked("revaluation", clause, lambda: _revaluation(system, kind, on, known))


def _revaluation(system: System, kind: ActKind, on: date, known: Circumstances) -> Answer:
    given, clause = system.parameters, CLAUSES[kind]
    if not given.day("first_day") <= on <= given.day("last_day"):
        raise Missing("agreement_on_this_date")
    start = given.day(_STARTS[kind])
    if on < start:
        return system.answer("revaluation", False, clause, case="not_yet", on=on, start=start)
    if kind is ActKind.PAEDIATRIC_CONSULTATION:
        return _paediatric(system, known, start)
    if kind is ActKind.ONCOLOGY_SURVEILLANCE:
        return _surveillance(system, known, start)
    name, holds, fee, case = {
        ActKind.CARE_PLANNING: ("identified", known.identified, "care_planning_fee", "least"),
        ActKind.EUTHANASIA: ("treating_doctor", known.treating_doctor, "euthanasia_fee", "fixed"),
    }[kind]
    if holds is None:
        raise Missing(name)
    if not holds:
        return system.answer("revaluation", False, clause, case="other")
    return system.answer("revaluation", True, clause, case=case, amount=given.euro(fee), start=start)


def specialties(system: System) -> tuple[str, ...]:
    """The specialties that can be asked about: those that 4.2.2 names, and any other."""
    phases = (system.parameters.texts(f"surveillance_{phase}_phase") for phase in ("first", "second"))
    return (*chain.from_iterable(phases), OTHER)


def _paediatric(system: System, known: Circumstances, start: date) -> Answer:
    """To the level of the geriatricians' consultation; of its own fee that is the index and 4,9 % more (4.2.1)."""
    given, clause = system.parameters, CLAUSES[ActKind.PAEDIATRIC_CONSULTATION]
    if known.geriatrician_fee is not None:
        amount = known.geriatrician_fee
        return system.answer("revaluation", True, clause, case="level", amount=amount, start=start)
    if known.fee_before is None:
        raise Missing("geriatrician_fee")
    index, rate = given.rate("consultation_index"), given.rate("paediatric_rate")
    amount = CENT.round(Fraction(known.fee_before) * (1 + Fraction(index) / 100) * (1 + Fraction(rate) / 100))
    told = {"before": known.fee_before, "index": index, "rate": rate}
    return system.answer(
        "revaluation", True, clause, case="computed", amount=amount, interpretations=(ON_INDEXED,), start=start, **told
    )


def _surveillance(system: System, known: Circumstances, start: date) -> Answer:
    """A fixed fee for the specialties of the first phase; those of the second wait for the year after (4.2.2)."""
    given, clause = system.parameters, CLAUSES[ActKind.ONCOLOGY_SURVEILLANCE]
    if known.specialty is None:
        raise Missing("specialty")
    if known.specialty in given.texts("surveillance_first_phase"):
        fee = given.euro("surveillance_fee")
        return system.answer("revaluation", True, clause, case="fixed", amount=fee, start=start)
    if known.specialty in given.texts("surveillance_second_phase"):
        year = str(given.day("last_day").year + 1)
        return system.answer("revaluation", False, clause, case="second_phase", year=year)
    if known.specialty != OTHER:
        named = ", ".join(specialties(system))
        raise InputError(f"specialty: {known.specialty!r} is none of {named}.")
    return system.answer("revaluation", False, clause, case="other")

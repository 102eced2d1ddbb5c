"""Many doctors at once: each stands once in a list (9, 11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bareme.conventions.agreement.answers import AgreementFinding, Place
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.social_status.benefit import Doctor


@dataclass(frozen=True, slots=True)
class ListedDoctor:
    """A doctor of a list: the name or number there, what is known, and where it stands."""

    name: str
    known: Doctor
    place: Place


def once_each(
    system: System, doctors: Iterable[ListedDoctor]
) -> tuple[tuple[ListedDoctor, ...], tuple[AgreementFinding, ...]]:
    """The first row of each doctor, in order; a finding for every other one, so that no benefit is counted twice."""
    first: dict[str, ListedDoctor] = {}
    twice = []
    for doctor in doctors:
        known = first.setdefault(doctor.name, doctor)
        if known is not doctor:
            line = str(known.place.line)
            twice.append(system.finding("doctor_twice", "", doctor.place, doctor=doctor.name, first=line))
    return tuple(first.values()), tuple(twice)

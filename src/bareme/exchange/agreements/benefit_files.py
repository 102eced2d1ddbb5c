"""Files for what doctors are paid beside fees: flat fees by provider (6.2), values by criterion (7), doctors (11)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.accreditation.effect import Volumes
from bareme.conventions.agreement_2020.practice_premium.premium import gathered
from bareme.conventions.agreement_2020.social_status.benefit import Adherence, Doctor, Threshold
from bareme.conventions.agreement_2020.social_status.doctors import ListedDoctor, once_each
from bareme.exchange.agreements.given import Column, Row, read_table

VOLUMES = (
    Column("provider"),
    Column("flat_fees", "count", needed=False),
    Column("before", "count", needed=False),
    Column("since", "count", needed=False),
    Column("supplement", "euro", needed=False, least=0),
)
RESULTS = (Column("criterion"), Column("value", "number"))
DOCTORS = (
    Column("doctor"),
    Column("adhered", "choice", needed=False, values=tuple(Adherence)),
    Column("threshold", "choice", needed=False, values=(*Threshold, "not-met")),
    Column("activity", "euro", needed=False, least=0),
    Column("specialty", needed=False),
    Column("trainee", "yes_no", needed=False),
    Column("number_held", "yes_no", needed=False),
    Column("rules_met", "yes_no", needed=False),
)


def read_volumes(path: Path, system: System) -> tuple[tuple[Volumes, ...], tuple[AgreementFinding, ...]]:
    """Flat fees of clinical biology by provider: `[[provider]]` or CSV."""
    given = read_table(path, VOLUMES, system, "provider")
    rows = (
        Volumes(row["flat_fees"], row["before"], row["since"], row["supplement"], row["provider"], row.place)
        for row in given.rows
    )
    return tuple(rows), given.findings


def read_results(path: Path, system: System) -> tuple[Mapping[str, Decimal], tuple[AgreementFinding, ...]]:
    """A practitioner's values by criterion: `[[result]]` or CSV."""
    given = read_table(path, RESULTS, system, "result")
    values, findings = gathered(system, ((row["criterion"], row["value"], row.place) for row in given.rows))
    return values, (*given.findings, *findings)


def read_doctors(path: Path, system: System) -> tuple[tuple[ListedDoctor, ...], tuple[AgreementFinding, ...]]:
    """Doctors with what is known of them: `[[doctor]]` or CSV. A second row of a doctor is a finding and left out."""
    given = read_table(path, DOCTORS, system, "doctor")
    doctors, twice = once_each(system, map(_doctor, given.rows))
    return doctors, (*given.findings, *twice)


def _doctor(row: Row) -> ListedDoctor:
    known = Doctor(
        None if row["adhered"] is None else Adherence(row["adhered"]),
        None if row["threshold"] is None else Threshold(row["threshold"].replace("-", "_")),
        row["activity"],
        row["specialty"],
        row["trainee"],
        row["number_held"],
        row["rules_met"],
    )
    return ListedDoctor(row["doctor"], known, row.place)

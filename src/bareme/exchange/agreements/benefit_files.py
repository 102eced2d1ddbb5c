"""Files for what doctors are paid beside fees: flat fees by provider (6.2), results by criterion (7)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.accreditation.effect import Volumes
from bareme.conventions.agreement_2020.practice_premium.premium import gathered
from bareme.exchange.agreements.given import Column, read_table

VOLUMES = (
    Column("provider"),
    Column("flat_fees", "count", needed=False),
    Column("before", "count", needed=False),
    Column("since", "count", needed=False),
    Column("supplement", "euro", needed=False),
)
RESULTS = (Column("criterion"), Column("value", "number"))


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

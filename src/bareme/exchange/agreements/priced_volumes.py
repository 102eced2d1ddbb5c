"""Volumes for a dashboard, summed by month: a result of `bareme price-file`, or a CSV file of totals by code.

A result has `date` and `total_fee`, `total_intervention`, `total_patient_share`; totals have `month` (or `date`) and
`fee`, `intervention`, `patient_share`. DuckDB sums decimals, so every cent is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.follow_up.volumes import (
    Unusable,
    Volume,
    Volumes,
    more_finding,
    unusable_finding,
)
from bareme.errors import InputError
from bareme.exchange.sql_text import literal, parquet_file, quoted
from bareme.periods import Period

if TYPE_CHECKING:
    import duckdb

AMOUNTS = ("fee", "intervention", "patient_share")
MOST_FINDINGS = 20
"""More unusable lines than these are counted only."""
_MONEY = r"-?[0-9]{1,15}(\.[0-9]{1,2})?"
_MONTH = r"[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])( 00:00:00)?)?"
_FORMATS = (".csv", ".csv.gz", ".parquet")


@dataclass(frozen=True, slots=True)
class _Source:
    """The rows of a file as SQL, every cell a text, and the columns of the month and the three amounts."""

    sql: str
    month: str
    amounts: tuple[str, ...]
    header: int
    """Lines before the first row."""


def read_priced_volumes(
    path: str | Path, period: Period, system: System
) -> tuple[Volumes, tuple[AgreementFinding, ...]]:
    """The sums of the months of a period; lines with an unusable value are findings and in no sum.

    `InputError` for a file that cannot be read, or has neither set of columns.
    """
    import duckdb

    place = Path(path)
    if not place.is_file():
        raise InputError(f"{path} is not a file.")
    if not place.name.lower().endswith(_FORMATS):
        raise InputError(f"{path}: volumes are read from {', '.join(_FORMATS)} files.")
    try:
        with duckdb.connect() as connection:
            source = _source(connection, place)
            findings = _findings(connection, source, place.name, system)
            return _volumes(connection, source, place.name, period), findings
    except duckdb.Error as error:
        raise InputError(f"{path} cannot be read: {str(error).splitlines()[0]}") from None


def _source(connection: duckdb.DuckDBPyConnection, place: Path) -> _Source:
    """Which columns there are, and by them which kind of file it is."""
    is_csv = not place.name.lower().endswith(".parquet")
    options = "all_varchar = true, header = true, delim = ',', strict_mode = true, auto_detect = false"
    if is_csv:
        with_names = f"read_csv({literal(str(place))}, all_varchar = true, header = true, delim = ',')"
        names = [str(row[0]) for row in connection.execute(f"DESCRIBE SELECT * FROM {with_names}").fetchall()]
        columns = "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names) + "}"
        rows = f"read_csv({literal(str(place))}, {options}, quote = '\"', escape = '\"', columns = {columns})"
    else:
        rows = parquet_file(place)
        described = connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
        names = [str(row[0]) for row in described]
        for name, kind in ((str(row[0]), str(row[1])) for row in described):
            if kind in ("DOUBLE", "FLOAT") and name.removeprefix("total_") in AMOUNTS:
                raise InputError(f"{place.name}: the column {name!r} holds floating-point numbers; give decimals.")
    prefix = "total_" if "total_fee" in names else ""
    amounts = tuple(f"{prefix}{name}" for name in AMOUNTS)
    month = "date" if prefix or "month" not in names else "month"
    missing = [name for name in (month, *amounts) if name not in names]
    if missing:
        wanted = (
            "a result of price-file has date and total_fee; totals have code, month, fee, intervention, patient_share"
        )
        raise InputError(f"{place.name} has no column {missing[0]!r}; {wanted}.")
    cells = ", ".join(f"trim(CAST({quoted(name)} AS VARCHAR)) AS {alias}" for name, alias in _named(month, amounts))
    return _Source(f"SELECT row_number() OVER () AS line, {cells} FROM {rows}", month, amounts, int(is_csv))


def _named(month: str, amounts: Sequence[str]) -> list[tuple[str, str]]:
    return [(month, "month"), *zip(amounts, AMOUNTS, strict=True)]


def _unusable(name: str) -> str:
    """The SQL that is true for a cell that cannot be used; an empty amount can."""
    if name == "month":
        no_day = "(length(month) > 7 AND TRY_CAST(left(month, 10) AS DATE) IS NULL)"
        return f"(NOT coalesce(regexp_full_match(month, {literal(_MONTH)}), false) OR {no_day})"
    return f"(coalesce({name}, '') <> '' AND NOT regexp_full_match({name}, {literal(_MONEY)}))"


def _findings(
    connection: duckdb.DuckDBPyConnection, source: _Source, file: str, system: System
) -> tuple[AgreementFinding, ...]:
    wrong = " OR ".join(map(_unusable, ("month", *AMOUNTS)))
    tests = ", ".join(_unusable(name) for name in ("month", *AMOUNTS))
    cells = f"line, month, {', '.join(AMOUNTS)}, {tests}"
    found = connection.execute(f"SELECT {cells} FROM ({source.sql}) WHERE {wrong} ORDER BY line").fetchall()
    findings = []
    for line, *rest in found[:MOST_FINDINGS]:
        for number, (column, _) in enumerate(_named(source.month, source.amounts)):
            if rest[number + 1 + len(AMOUNTS)]:
                what = Unusable(column, repr(rest[number] or "")[:80], is_date=number == 0)
                findings.append(unusable_finding(system, what, file, line + source.header))
    if len(found) > MOST_FINDINGS:
        findings.append(more_finding(system, len(found) - MOST_FINDINGS))
    return tuple(findings)


def _volumes(connection: duckdb.DuckDBPyConnection, source: _Source, file: str, period: Period) -> Volumes:
    good = " AND ".join(f"NOT {_unusable(name)}" for name in ("month", *AMOUNTS))
    sums = ", ".join(f"sum(CAST(nullif({name}, '') AS DECIMAL(18, 2)))" for name in AMOUNTS)
    columns = f"left(month, 7), count(*), count(*) FILTER (coalesce(fee, '') = ''), {sums}"
    rows = connection.execute(f"SELECT {columns} FROM ({source.sql}) WHERE {good} GROUP BY 1 ORDER BY 1").fetchall()
    by_month = {str(row[0]): row for row in rows}
    months = tuple(_volume(month, by_month.get(month)) for month in _months(period))
    lines = sum(row[1] for row in rows)
    return Volumes(file, months, lines - sum(month.lines for month in months))


def _volume(month: str, row: Any) -> Volume:
    if row is None:
        return Volume(month, 0, 0, None, None, None)
    fee, intervention, share = (None if amount is None else Decimal(amount) for amount in row[3:])
    return Volume(month, row[1], row[2], fee, intervention, share)


def _months(period: Period) -> list[str]:
    found: list[str] = []
    day = period.start
    while day in period:
        found.append(f"{day:%Y-%m}")
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return found

"""Volumes for a dashboard, summed by month: a result of `bareme price-file`, or a CSV file of totals by code.

A result has `date` and `total_fee`, `total_intervention`, `total_patient_share`, with rules `payable_fee` and so on
too; totals have `month` (or `date`) and `fee`, `intervention`, `patient_share`. DuckDB sums decimals, so every cent is
exact.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.follow_up.volumes import (
    AMOUNTS,
    Payable,
    Unusable,
    Volume,
    Volumes,
    more_finding,
    unusable_finding,
)
from bareme.errors import InputError
from bareme.exchange.sql_text import literal, one_file, parquet_file, quoted
from bareme.periods import Period

if TYPE_CHECKING:
    import duckdb

PAYABLE = tuple(f"payable_{name}" for name in AMOUNTS)
MOST_FINDINGS = 20
"""More unusable lines than these are counted only."""
_MONEY = r"-?[0-9]{1,15}(\.[0-9]{1,2})?"
_MONTH = r"[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])( 00:00:00)?)?"
_MOST_HEAD = 1_000_000
_WANTED = "a result of price-file has date and total_fee; totals have code, month, fee, intervention, patient_share"
_HEADED = (".csv", ".csv.gz")
_FORMATS = (*_HEADED, ".parquet")


@dataclass(frozen=True, slots=True)
class _Source:
    """The rows of a file as SQL, every cell a text, and the columns of the file by their names in the SQL."""

    sql: str
    columns: Mapping[str, str]

    @property
    def amounts(self) -> tuple[str, ...]:
        """The names of the columns of amounts."""
        return tuple(name for name in self.columns if name != "month")


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
            source = _csv(place) if place.name.lower().endswith(_HEADED) else _parquet(connection, place)
            findings = _findings(connection, source, place.name, system)
            return _volumes(connection, source, place.name, period), findings
    except duckdb.Error as error:
        raise InputError(f"{path} cannot be read: {_said(error)}.") from None


def _said(error: Exception) -> str:
    """What the engine says of a file, without the line itself and its advice."""
    lines = [line for line in str(error).splitlines() if line and not line.startswith("Original Line:")]
    return ": ".join(line.rstrip(".") for line in lines[: 2 if "CSV Error on Line" in lines[0] else 1])


def _csv(place: Path) -> _Source:
    """A CSV file parted by commas or semicolons."""
    try:
        with (gzip.open if place.name.lower().endswith(".gz") else open)(place, "rt", encoding="utf-8-sig") as file:
            head = file.readline(_MOST_HEAD)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"{place} cannot be read: {error}.") from None
    mark = ";" if head.count(";") > head.count(",") else ","
    names = [name.strip() for name in next(csv.reader([head], delimiter=mark), [])]
    chosen = _columns(names, place.name)
    described = "{" + ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(names))) + "}"
    options = f"header = true, delim = '{mark}', strict_mode = true, auto_detect = false, quote = '\"', escape = '\"'"
    whole = f"concat({', '.join(f'c{number}' for number in range(len(names)))})"
    return _source(
        f"read_csv({one_file(place)}, {options}, columns = {described})",
        {alias: (name, f"c{names.index(name)}") for alias, name in chosen.items()},
        f"(length({whole}) - length(replace({whole}, chr(10), '')))",
    )


def _parquet(connection: duckdb.DuckDBPyConnection, place: Path) -> _Source:
    rows = parquet_file(place)
    kinds = {str(row[0]): str(row[1]) for row in connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()}
    chosen = _columns(list(kinds), place.name)
    for alias, name in chosen.items():
        if alias != "month" and kinds[name] in ("DOUBLE", "FLOAT"):
            raise InputError(f"{place.name}: the column {name!r} holds floating-point numbers; give decimals.")
    return _source(rows, {alias: (name, quoted(name)) for alias, name in chosen.items()})


def _source(rows: str, columns: Mapping[str, tuple[str, str]], breaks: str = "0") -> _Source:
    """`columns` are names in the file and in SQL; `breaks` counts the line breaks inside the cells of a row."""
    cells = ", ".join(f"trim(CAST({own} AS VARCHAR)) AS {alias}" for alias, (_, own) in columns.items())
    line = f"sum(1 + {breaks}) OVER (ROWS UNBOUNDED PRECEDING) - {breaks}"
    return _Source(f"SELECT {line} AS line, {cells} FROM {rows}", {alias: name for alias, (name, _) in columns.items()})


def _columns(names: Sequence[str], file: str) -> Mapping[str, str]:
    """Which columns of a file are the month and the amounts: by them it is one kind of file or the other."""
    prefix = "total_" if "total_fee" in names else ""
    month = "date" if prefix or "month" not in names else "month"
    chosen = {"month": month, **{name: f"{prefix}{name}" for name in AMOUNTS}}
    if prefix and PAYABLE[0] in names:
        chosen |= {name: name for name in PAYABLE}
    for name in chosen.values():
        if name not in names:
            found = ", ".join(names) or "none"
            raise InputError(f"{file} has no column {name!r} (found: {found[:200]}); {_WANTED}.")
        if names.count(name) > 1:
            raise InputError(f"{file} has the column {name!r} more than once.")
    return chosen


def _unusable(name: str) -> str:
    """The SQL that is true for a cell that cannot be used; an empty amount can."""
    if name == "month":
        no_day = "(length(month) > 7 AND TRY_CAST(left(month, 10) AS DATE) IS NULL)"
        return f"(NOT coalesce(regexp_full_match(month, {literal(_MONTH)}), false) OR {no_day})"
    return f"(coalesce({name}, '') <> '' AND NOT regexp_full_match({name}, {literal(_MONEY)}))"


def _findings(
    connection: duckdb.DuckDBPyConnection, source: _Source, file: str, system: System
) -> tuple[AgreementFinding, ...]:
    names = tuple(source.columns)
    tests = [_unusable(name) for name in names]
    sql = f"SELECT line, {', '.join((*names, *tests))} FROM ({source.sql}) WHERE {' OR '.join(tests)} ORDER BY line"
    found = connection.execute(sql).fetchall()
    findings = []
    for line, *rest in found[:MOST_FINDINGS]:
        for cell, is_wrong, name in zip(rest, rest[len(names) :], names, strict=False):
            if is_wrong:
                what = Unusable(source.columns[name], repr(cell or "")[:80], is_date=name == "month")
                findings.append(unusable_finding(system, what, file, int(line) + file.lower().endswith(_HEADED)))
    if len(found) > MOST_FINDINGS:
        findings.append(more_finding(system, len(found) - MOST_FINDINGS))
    return tuple(findings)


def _volumes(connection: duckdb.DuckDBPyConnection, source: _Source, file: str, period: Period) -> Volumes:
    good = " AND ".join(f"NOT {_unusable(name)}" for name in source.columns)
    sums = ", ".join(f"sum(CAST(nullif({name}, '') AS DECIMAL(18, 2)))" for name in source.amounts)
    payable = [f"coalesce({name}, '') <> ''" for name in source.amounts if name in PAYABLE]
    ruled = f"count(*) FILTER ({' OR '.join(payable) or 'false'})"
    columns = f"left(month, 7), count(*), count(*) FILTER (coalesce(fee, '') = ''), {ruled}, {sums}"
    rows = connection.execute(f"SELECT {columns} FROM ({source.sql}) WHERE {good} GROUP BY 1 ORDER BY 1").fetchall()
    by_month = {str(row[0]): row for row in rows}
    empty = (0, 0, 0, *(None for _ in source.amounts))
    months = tuple(_volume(month, by_month.get(month, (month, *empty))) for month in _months(period))
    lines = sum(row[1] for row in rows)
    return Volumes(file, months, lines - sum(month.lines for month in months))


def _volume(month: str, row: Sequence[Any]) -> Volume:
    sums = [None if amount is None else Decimal(amount) for amount in row[4:]]
    payable = Payable(row[3], *sums[3:]) if sums[3:] else None
    fee, intervention, share = sums[:3]
    return Volume(month, row[1], row[2], fee, intervention, share, payable)


def _months(period: Period) -> list[str]:
    found: list[str] = []
    day = period.start
    while day in period:
        found.append(f"{day:%Y-%m}")
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return found

"""The recovery of a budget overrun over a file of acts: which lump sums bear it, and what each bears."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.conventions.genetics.rules import LUMP_SUMS, Recovered, lump_sum, recover
from bareme.conventions.inputs import declared_inputs
from bareme.errors import InputError
from bareme.exchange.act_files import read_acts
from bareme.exchange.outputs import check_place, written_whole
from bareme.periods import as_date
from bareme.pricing.acts import as_texts
from bareme.pricing.columns import MOST_UNITS, check_columns

if TYPE_CHECKING:
    import pyarrow as pa

NOTHING = "Nothing was written."
_UNITS = re.compile(r"([0-9]{1,6})(?:\.(?:0{1,2}|0{4,}))?", re.ASCII)
_MIDNIGHT = re.compile(r" 00:00:00(\.0+)?\Z", re.ASCII)
ADDED = {
    "clawback": "what the line bears of the recovery, in euro, negative; empty where it bears nothing",
    "left_to_recover": "what is left to recover after it, in euro",
}
"""The columns that `bareme clawback` adds."""


@dataclass(frozen=True, slots=True)
class Clawback:
    """What became of an overrun, in euro: the lump sum for each act (negative), what was recovered, and what is left.

    `rest` is what the lump sums of the whole activity would recover too little (positive) or too much: the rounding.
    """

    acts: str
    out: str
    to_recover: Decimal
    activity: int
    year: int
    lump_sum: Decimal
    lines: int
    recovered: Decimal
    left: Decimal
    rest: Decimal

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme clawback --json` (schema clawback-1); euro as text."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def claw_back(acts: str, out: Path, to_recover: object, activity: object, year: int, overwrite: bool) -> Clawback:
    """Spread an overrun over the lump sums of a year, and write the acts with what each bears.

    `InputError` for what cannot be read, used or written; the file is whole or not there.
    """
    amount, number = (
        declared_inputs()["amount_to_recover"].read(to_recover),
        declared_inputs()["activity"].read(activity),
    )
    if isinstance(year, bool) or not isinstance(year, int):
        raise InputError(f"year: {year!r} is not a year, such as 2026. {NOTHING}")
    assert isinstance(amount, Decimal)
    assert isinstance(number, int)
    what = "the acts with what they bear are written as .csv or .parquet"
    check_place(out, (".csv", ".parquet"), what, NOTHING, overwrite)
    table = read_acts(acts)
    check_columns(table.column_names, Path(acts).name)
    for name in ADDED:
        if name in table.column_names:
            raise InputError(f"{Path(acts).name} has a column {name!r}, which the result adds; rename it. {NOTHING}")
    found, left = recover(_lump_sums(table, Path(acts).name), amount, number, year)
    _write(table, found, out, overwrite)
    lump = lump_sum(amount, number)
    return Clawback(acts, str(out), amount, number, year, lump, len(found), amount - left, left, amount + lump * number)


def _lump_sums(table: pa.Table, where: str) -> Iterator[tuple[date, int, int]]:
    """Day, line and units of each standard or complex lump sum; `InputError` names the line of what cannot be used."""
    texts = as_texts(table, where)
    rows = zip(*(texts.column(name).to_pylist() for name in ("code", "date", "quantity")), strict=True)
    for line, (code, day, quantity) in enumerate(rows, start=1):
        if (code or "").strip() not in LUMP_SUMS:
            continue
        text = _MIDNIGHT.sub("", (day or "").strip())
        on = _day(text)
        if on is None:
            raise InputError(f"{where}, line {line}: date {day!r} is not a day. {NOTHING}")
        units = _UNITS.fullmatch((quantity or "").strip() or "1")
        if units is None or not 1 <= int(units[1]) <= MOST_UNITS:
            raise InputError(
                f"{where}, line {line}: quantity {quantity!r} is not a whole number of units, such as 1000. {NOTHING}"
            )
        yield on, line, int(units[1])


def _day(text: str) -> date | None:
    """A day in ISO form, or None."""
    try:
        day = as_date(text)
    except InputError:
        return None
    return day if day.isoformat() == text else None


def _write(table: pa.Table, found: list[Recovered], out: Path, overwrite: bool) -> None:
    import csv

    import pyarrow as pa
    from pyarrow import parquet

    borne = {one.line: one for one in found}
    lines = [borne.get(line) for line in range(1, table.num_rows + 1)]
    euro = pa.decimal128(18, 2)
    table = table.append_column("clawback", pa.array([one and one.amount for one in lines], euro))
    table = table.append_column("left_to_recover", pa.array([one and one.left for one in lines], euro))
    with written_whole(out, over=overwrite) as draft:
        if out.suffix.lower() == ".parquet":
            parquet.write_table(table, draft)
        else:
            with draft.open("w", encoding="utf-8", newline="") as file:
                rows = csv.writer(file, lineterminator="\n")
                rows.writerow(table.column_names)
                rows.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))

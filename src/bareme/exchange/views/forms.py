"""The answer to a query for programs and people: JSON values, texts, CSV and Parquet files.

Amounts are texts with their decimals (`373.31`, letter values `1.291737`), dates ISO, what is not known null or empty.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.errors import InputError
from bareme.exchange.outputs import check_place, written_whole

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = (".csv", ".parquet")
NOTHING = "Nothing was written."
BATCH = 65_536


def rows_of(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    """The rows as JSON values, in order."""
    for batch in table.to_batches(max_chunksize=BATCH):
        yield from zip(*(_values(*parts) for parts in zip(table.schema, batch.columns, strict=True)), strict=True)


def objects_of(table: pa.Table) -> list[dict[str, Any]]:
    """The rows as the objects of schema sql-1."""
    return [dict(zip(table.column_names, row, strict=True)) for row in rows_of(table)]


def texts_of(table: pa.Table) -> Iterator[list[str]]:
    """The rows as texts: null is empty."""
    for row in rows_of(table):
        yield [_text(value) for value in row]


def inexact_columns(table: pa.Table) -> list[str]:
    """The columns that the query made floating-point numbers of."""
    import pyarrow as pa

    return [field.name for field in table.schema if pa.types.is_floating(field.type)]


def number_columns(table: pa.Table) -> list[int]:
    """The places of the columns of numbers."""
    import pyarrow as pa

    kinds = (pa.types.is_integer, pa.types.is_decimal, pa.types.is_floating)
    return [place for place, field in enumerate(table.schema) if any(kind(field.type) for kind in kinds)]


def check_result(path: Path, overwrite: bool) -> None:
    """`InputError` for a place that the answer cannot be written to."""
    check_place(path, SUFFIXES, "the answer is a .csv or a .parquet file", NOTHING, overwrite)


def write_result(table: pa.Table, path: Path, overwrite: bool) -> None:
    """Write the answer, whole or not at all."""
    import pyarrow as pa
    from pyarrow import parquet

    with written_whole(path, over=overwrite) as draft:
        if path.suffix.lower() == ".parquet":
            try:
                parquet.write_table(table, draft)
            except pa.ArrowException as error:
                raise ValueError(str(error)) from None
        else:
            with draft.open("w", encoding="utf-8", newline="") as file:
                rows = csv.writer(file, lineterminator="\n")
                rows.writerow(table.column_names)
                rows.writerows(texts_of(table))


def _values(field: pa.Field, column: pa.Array) -> list[Any]:
    """The values of a column as JSON has them; whole numbers stay numbers, however large."""
    import pyarrow as pa

    whole = pa.types.is_decimal(field.type) and field.type.scale == 0
    try:
        values = column.to_pylist()
    except (OverflowError, ValueError):
        raise InputError(
            f"a value of {field.name} is out of the range that can be shown; make it a text in the query: "
            f'CAST("{field.name}" AS VARCHAR).'
        ) from None
    return [None if v is None else int(v) if whole else _plain(v) for v in values]


def _plain(value: Any) -> Any:
    """A value of JSON; what JSON does not have becomes a text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): _plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(held) for held in value]
    return value if isinstance(value, float) and isfinite(value) else str(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)

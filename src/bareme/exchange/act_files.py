"""Files of acts read whole, for what is priced in memory: CSV and Parquet."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.errors import InputError
from bareme.pricing.columns import check_columns

if TYPE_CHECKING:
    import pyarrow as pa


def read_acts(path: Path) -> pa.Table:
    """The acts of a CSV file (every column as text) or a Parquet file."""
    suffix = path.suffix.lower()
    if not path.exists():
        raise InputError(f"{path} does not exist. Nothing was priced.")
    if path.is_dir():
        raise InputError(f"{path} is a directory; name a CSV or Parquet file. Nothing was priced.")
    if suffix == ".parquet":
        return _read_parquet(path)
    if suffix == ".csv":
        return _read_csv(path)
    raise InputError(f"{path}: bareme reads acts from .csv and .parquet files. Nothing was priced.")


def _read_csv(path: Path) -> pa.Table:
    import pyarrow as pa

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            names = next(rows, None)
            if not names:
                raise InputError(f"{path.name} is empty. Nothing was priced.")
            _check_comma(names, path.name)
            check_columns(names, path.name)
            columns: list[list[str]] = [[] for _ in names]
            for row in rows:
                if not row:
                    continue
                if len(row) != len(names):
                    raise InputError(
                        f"{path.name}, line {rows.line_num}: {len(row)} values for {len(names)} columns. "
                        "Nothing was priced."
                    )
                for column, value in zip(columns, row, strict=True):
                    column.append(value)
    except UnicodeDecodeError:
        line = _first_line_that_is_not_text(path)
        raise InputError(f"{path.name}, line {line}: it is not UTF-8; save it as UTF-8. Nothing was priced.") from None
    except csv.Error as error:
        what = "a quotation mark is opened and not closed" if "end of data" in str(error) else str(error)
        raise InputError(f"{path.name}, line {rows.line_num}: {what}. Nothing was priced.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}. Nothing was priced.") from None
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)})


def _check_comma(names: Sequence[str], where: str) -> None:
    """Refuse a header whose only name is several names parted by something else than a comma."""
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and mark in names[0]:
            raise InputError(f"{where} parts its columns by {word}; save it with commas. Nothing was priced.")


def _first_line_that_is_not_text(path: Path) -> int:
    with path.open("rb") as file:
        return next((number for number, line in enumerate(file, start=1) if not _is_text(line)), 1)


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read_parquet(path: Path) -> pa.Table:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
        table.validate(full=True)
        return table
    except (pa.ArrowException, OSError, ValueError):
        raise InputError(f"{path.name} is no Parquet file, or a damaged one. Nothing was priced.") from None

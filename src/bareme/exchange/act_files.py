"""Files of acts: CSV and Parquet in, CSV and Parquet out, whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.errors import InputError
from bareme.exchange.outputs import check_place, written_whole
from bareme.pricing.columns import check_columns

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = (".csv", ".parquet")


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


def check_output(path: Path, overwrite: bool) -> None:
    """Refuse, before any work, an output that cannot be written."""
    check_place(path, SUFFIXES, "the result is a .csv or a .parquet file", "Nothing was priced.", overwrite)


def _write_csv(table: pa.Table, path: Path) -> None:
    """Amounts with a point and two decimals; what is null is empty; quotes only where a value needs them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(table.column_names)
        for batch in table.to_batches(max_chunksize=65_536):
            columns = [column.to_pylist() for column in batch.columns]
            rows.writerows(zip(*columns, strict=True))


def write_acts(table: pa.Table, path: Path) -> None:
    """Write a table under its name at once: beside its place first, then moved there."""
    import pyarrow as pa
    from pyarrow import parquet

    with written_whole(path, over=True) as draft:
        try:
            if path.suffix.lower() == ".parquet":
                parquet.write_table(table, draft)
            else:
                _write_csv(table, draft)
        except (pa.ArrowException, OverflowError) as error:
            raise ValueError(str(error)) from None

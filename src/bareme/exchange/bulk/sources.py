"""Acts in: one file, several that a pattern names, or a folder of them; what columns they have, before any work."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bareme.errors import InputError
from bareme.exchange.bulk.csv_blocks import header_of
from bareme.exchange.bulk.mapping import NONE, ColumnWords
from bareme.pricing.columns import OUTPUT_COLUMNS

NOTHING = "Nothing was priced."
FORMATS = (".parquet", ".csv", ".csv.gz")
"""The files that are read and written, by the end of their name."""
ROW_NUMBER = "file_row_number"
"""What the engine calls the number of a row in its Parquet file."""


@dataclass(frozen=True, slots=True)
class ActsFile:
    """One file of acts. `rows` is known of Parquet files only."""

    path: Path
    rows: int | None
    bytes: int
    modified: int


@dataclass(frozen=True, slots=True)
class ActsFiles:
    """Files of acts with the same columns, in order.

    `columns` are their names, `types` what Parquet says they hold (Arrow types; empty for CSV), `known` the file's
    column for each column that pricing reads.
    """

    given: str
    format: str
    files: tuple[ActsFile, ...]
    columns: tuple[str, ...]
    types: tuple[Any, ...]
    known: dict[str, str]
    words: ColumnWords

    @property
    def rows(self) -> int | None:
        """All rows; None where only reading tells."""
        counts = [file.rows for file in self.files]
        return None if None in counts else sum(count for count in counts if count is not None)


def format_of(path: Path) -> str | None:
    """Which of `FORMATS` a file is, by its name."""
    name = path.name.lower()
    return next((format for format in FORMATS if name.endswith(format)), None)


def files_named(given: str) -> list[Path]:
    """The files that a path, a folder or a pattern names, in the order of their names; `InputError` when none."""
    place = Path(given)
    if place.is_dir():
        found = sorted(path for path in place.iterdir() if path.is_file() and format_of(path))
        if not found:
            raise InputError(f"{given} is a directory without a .parquet, .csv or .csv.gz file. {NOTHING}")
        return found
    if place.exists() or not glob.has_magic(given):
        if not place.exists():
            raise InputError(f"{given} does not exist. {NOTHING}")
        return [place]
    found = sorted(Path(name) for name in glob.glob(given, recursive=True) if Path(name).is_file())  # noqa: PTH207
    if not found:
        raise InputError(f"{given} names no file. {NOTHING}")
    return found


def acts_files(given: str, words: ColumnWords = NONE) -> ActsFiles:
    """The files that are given, checked: they can be read, have the same columns, and those that pricing needs."""
    paths = files_named(given)
    formats = {path: format_of(path) for path in paths}
    for path, format in formats.items():
        if format is None:
            raise InputError(f"{path}: bareme reads acts from .csv, .csv.gz and .parquet files. {NOTHING}")
    first = paths[0]
    other = next((path for path in paths if formats[path] != formats[first]), None)
    if other is not None:
        raise InputError(f"{first.name} and {other.name} are files of two kinds; name those of one kind. {NOTHING}")
    found = [described(path, formats[path] == ".parquet") for path in paths]
    _, names, types = found[0]
    for (_, other_names, other_types), path in zip(found, paths, strict=True):
        _same(first, (names, types), path, (other_names, other_types))
    known = words.known_columns(names, first.name)
    _check_names(names, first.name, bool(types))
    _check_types(known, names, types, first.name)
    return ActsFiles(
        given, formats[first] or "", tuple(file for file, _, _ in found), tuple(names), tuple(types), known, words
    )


def described(path: Path, is_parquet: bool) -> tuple[ActsFile, list[str], list[Any]]:
    """A file with the names of its columns, and their Arrow types where it is Parquet; `InputError` if unreadable."""
    try:
        found = path.stat()
        if is_parquet:
            rows, names, types = _parquet(path)
        else:
            rows, names, types = None, header_of(path), []
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}. {NOTHING}") from None
    return ActsFile(path, rows, found.st_size, found.st_mtime_ns), names, types


def _parquet(path: Path) -> tuple[int, list[str], list[Any]]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            return file.metadata.num_rows, list(file.schema_arrow.names), list(file.schema_arrow.types)
    except (pa.ArrowException, OSError, ValueError):
        raise InputError(f"{path.name} is no Parquet file, or a damaged one. {NOTHING}") from None


def refuse_damaged(path: Path) -> None:
    """Read a Parquet file through, and say so where it cannot be read; nothing where it can."""
    import pyarrow as pa
    from pyarrow import parquet

    before = 0
    with parquet.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            try:
                file.read_row_group(group, use_threads=False).validate(full=True)
            except (pa.ArrowException, OSError, ValueError):
                raise InputError(
                    f"{path.name} is damaged: its lines {before + 1:,} to {before + rows:,} cannot be read. {NOTHING}"
                ) from None
            before += rows


def _same(first: Path, its: tuple[list[str], list[Any]], path: Path, other: tuple[list[str], list[Any]]) -> None:
    """`InputError` for a file whose columns are not those of the first."""
    for place, name in enumerate(its[0]):
        if place >= len(other[0]) or other[0][place] != name:
            found = repr(other[0][place]) if place < len(other[0]) else "none"
            raise InputError(
                f"{path.name} has not the columns of {first.name}: column {place + 1} is {found}, not {name!r}. "
                f"{NOTHING}"
            )
    if len(other[0]) > len(its[0]):
        extra = other[0][len(its[0])]
        raise InputError(f"{path.name} has a column {extra!r}, which {first.name} has not. {NOTHING}")
    for name, one, another in zip(its[0], its[1], other[1], strict=False):
        if one != another:
            raise InputError(
                f"{path.name}: the column {name!r} holds {another}, and in {first.name} it holds {one}. {NOTHING}"
            )


def _check_names(names: Sequence[str], where: str, is_parquet: bool) -> None:
    """Refuse names that differ by case only, which programs that read the result would take for one; and in Parquet
    those that the engine cannot name."""
    if is_parquet and "" in names:
        raise InputError(f"{where} has a column without a name; name it. {NOTHING}")
    if is_parquet and any(name.casefold() == ROW_NUMBER for name in names):
        raise InputError(f"{where} has a column {ROW_NUMBER!r}, which reading it needs; rename it. {NOTHING}")
    seen: dict[str, str] = {name.casefold(): name for name in OUTPUT_COLUMNS}
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            what = "which the result adds" if other in OUTPUT_COLUMNS else "which differs by case only"
            raise InputError(f"{where} has a column {name!r} beside {other!r}, {what}; rename it. {NOTHING}")


def _check_types(known: dict[str, str], names: Sequence[str], types: Sequence[Any], where: str) -> None:
    """Refuse a column that pricing reads and that holds lists or structures."""
    import pyarrow as pa

    held = dict(zip(names, types, strict=False))
    for name in known.values():
        kind = held.get(name)
        if kind is None:
            continue
        plain = kind.value_type if pa.types.is_dictionary(kind) else kind
        if pa.types.is_nested(plain):
            raise InputError(f"{where}: the column {name!r} holds {kind}, which cannot be read. {NOTHING}")

"""Tables that people give: CSV with a header, or TOML with one array of tables. Each row knows its file and line."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bareme.conventions.agreement.answers import AgreementFinding, Place
from bareme.conventions.agreement.parameters import Parameter, as_number
from bareme.conventions.agreement.systems import System
from bareme.errors import InputError
from bareme.nomenclature.codes import is_code

_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
MOST_BYTES = 64 * 1024 * 1024
"""No such table is larger."""
_BIG = 1_000_000
_CSV_FIELD = 100_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name and kind.

    Kinds: text, choice (one of `values`), yes_no (`bool`), day, time (minutes since midnight, 24:00 is 1440), count (at
    least 0), number, code (six digits of the nomenclature), euro, rate.
    """

    name: str
    kind: str = "text"
    needed: bool = True
    values: tuple[str, ...] = ()

    def read(self, value: object) -> Any:
        """The value of a cell; `ValueError` when it is none."""
        return _READERS[self.kind](self, value)

    @property
    def expected(self) -> str:
        """What a value must be, in words."""
        return f"one of {', '.join(self.values)}" if self.kind == "choice" else _EXPECTED[self.kind]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be used: None where an optional cell is empty."""

    place: Place
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Given:
    """What a file holds: rows that can be used, in their order, and findings about the others."""

    rows: tuple[Row, ...]
    findings: tuple[AgreementFinding, ...]


def read_table(path: str | Path, columns: Sequence[Column], system: System, table: str = "row") -> Given:
    """Read a table; `InputError` for a file that cannot be read or a column that is missing or none of these.

    In TOML the rows are `[[table]]`. A row with a value that cannot be used is left out, with a finding.
    """
    place = Path(path)
    if not place.is_file():
        raise InputError(f"{path} is not a file.")
    if place.stat().st_size > MOST_BYTES:
        raise InputError(f"{path} is too large: at most {MOST_BYTES // (1024 * 1024)} MiB.")
    rows, findings = [], []
    for where, cells in (_toml if place.suffix.lower() == ".toml" else _csv)(place, columns, table):
        values: dict[str, Any] = {}
        wrong = []
        for column in columns:
            cell = cells.get(column.name)
            if cell is None or not str(cell).strip():
                values[column.name] = None
                if column.needed:
                    wrong.append(_missing(system, where, column))
                continue
            try:
                values[column.name] = column.read(cell)
            except ValueError:
                wrong.append(_unusable(system, where, column, cell))
        findings += wrong
        if not wrong:
            rows.append(Row(where, values))
    return Given(tuple(rows), tuple(findings))


def _missing(system: System, where: Place, column: Column) -> AgreementFinding:
    return system.finding("value_missing", "", where, column=column.name, expected=column.expected)


def _unusable(system: System, where: Place, column: Column, cell: object) -> AgreementFinding:
    found = repr(cell)[:80]
    return system.finding("unusable_value", "", where, column=column.name, found=found, expected=column.expected)


def _csv(path: Path, columns: Sequence[Column], _: str) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Rows of a CSV file parted by commas or semicolons."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
            names = [name.strip() for name in next(reader, [])]
            _check_columns(names, columns, path.name)
            line = reader.line_num + 1
            for cells in reader:
                where, line = Place(path.name, line), reader.line_num + 1
                if any(cell.strip() for cell in cells):
                    if len(cells) > len(names):
                        raise InputError(f"{where}: {len(cells)} cells, and the header has {len(names)}.")
                    yield where, dict(zip(names, cells, strict=False))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None


def _toml(path: Path, columns: Sequence[Column], table: str) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """The `[[table]]` entries of a TOML file."""
    text, data = read_toml(path)
    lines = [n for n, line in enumerate(text.splitlines(), start=1) if line.split("#")[0].strip() == f"[[{table}]]"]
    entries = data.get(table, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(f"{path.name}: {table} must be [[{table}]] entries.")
    others = sorted(data.keys() - {table})
    if others:
        raise InputError(f"{path.name}: {others[0]!r} is not known here; give [[{table}]] entries.")
    for number, entry in enumerate(entries):
        _check_columns(list(entry), columns, path.name, all_needed=False)
        yield Place(path.name, lines[number] if number < len(lines) else 1), entry


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """A TOML file as text and as data; `InputError` when it is none. Floating-point numbers are refused."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text, parse_float=_no_float)
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InputError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None


def _no_float(text: str) -> Any:
    raise ValueError(f'{text} is a floating-point number; write amounts and rates as text, "{text}"')


def _check_columns(names: Sequence[str], columns: Sequence[Column], file: str, all_needed: bool = True) -> None:
    known = [column.name for column in columns]
    for name in names:
        if name not in known:
            near = get_close_matches(name.strip().lower(), known, n=1)
            meant = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}."
            raise InputError(f'{file} has a column "{name}"; {meant}')
        if names.count(name) > 1:
            raise InputError(f'{file} has the column "{name}" twice.')
    missing = [column.name for column in columns if column.needed and column.name not in names]
    if missing and all_needed:
        raise InputError(f"{file} has no column {' and no column '.join(map(repr, missing))}.")


def _choice(column: Column, value: object) -> str:
    if str(value).strip() not in column.values:
        raise ValueError(value)
    return str(value).strip()


def _yes_no(_: Column, value: object) -> bool:
    if isinstance(value, bool):
        return value
    return {"yes": True, "no": False}[str(value).strip()] if str(value).strip() in ("yes", "no") else _refuse(value)


def _refuse(value: object) -> Any:
    raise ValueError(value)


def _time(_: Column, value: object) -> int:
    found = _TIME.fullmatch(str(value).strip()[:5])
    if found is None or int(found[2]) > 59 or (minutes := int(found[1]) * 60 + int(found[2])) > 1440:
        raise ValueError(value)
    return minutes


def _code(_: Column, value: object) -> str:
    return str(value).strip() if is_code(str(value).strip()) else str(_refuse(value))


def _as_parameter(kind: str) -> Callable[[Column, object], Any]:
    def read(column: Column, value: object) -> Any:
        entry = Parameter("", column.name, kind, "", "")
        try:
            found = entry.read(value.strip() if isinstance(value, str) else value)
        except InputError:
            raise ValueError(value) from None
        return _refuse(value) if kind == "count" and found < 0 else found

    return read


def _text(_: Column, value: object) -> str:
    text = str(value).strip()
    return text if isinstance(value, str | int | date) and len(text) < _CSV_FIELD else str(_refuse(value))


_READERS: Mapping[str, Callable[[Column, object], Any]] = {
    "text": _text,
    "choice": _choice,
    "yes_no": _yes_no,
    "time": _time,
    "code": _code,
    "number": lambda _, value: as_number(value),
    **{kind: _as_parameter(kind) for kind in ("day", "count", "euro", "rate")},
}
_EXPECTED = {
    "text": "a text",
    "yes_no": "yes or no",
    "day": "a day, such as 2020-05-31",
    "time": "a time of the day, such as 08:30",
    "count": "a whole number, at least 0",
    "number": "a number, such as 12.5",
    "code": "a nomenclature code of six digits",
    "euro": "an amount of euro, such as 1234.56",
    "rate": "a rate in percent, such as 1.95",
}

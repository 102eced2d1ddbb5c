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

_TIME = re.compile(r"(\d{1,2}):(\d{2})(:[0-5]\d(\.\d+)?)?", re.ASCII)
MOST_BYTES = 64 * 1024 * 1024
"""No such table is larger."""
_CSV_FIELD = 100_000
_SHOWN = 80
"""How much of a cell that cannot be used is shown."""
_TOML_PART = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'{3}.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\'|\#[^\n]*'''
    r"|^[ \t]*\[\[[ \t]*(?P<header>[\w-]+)[ \t]*\]\]",
    re.ASCII | re.DOTALL | re.MULTILINE,
)
"""Texts, comments and `[[header]]` lines of TOML, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name and kind.

    Kinds: text, choice (one of `values`), yes_no (`bool`), day, time (minutes since midnight, 24:00 is 1440; without
    its seconds), count (from `least` to `most`, both inclusive; at least 0 where they are not given), number, code (six
    digits of the nomenclature), euro (at least `least`, where it is given), rate.
    """

    name: str
    kind: str = "text"
    needed: bool = True
    values: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    def read(self, value: object) -> Any:
        """The value of a cell, None for a blank one; `ValueError` when it is none."""
        if isinstance(value, str) and not value.strip():
            return None
        found = _READERS[self.kind](self, value)
        least = 0 if self.kind == "count" and self.least is None else self.least
        if (least is not None and found < least) or (self.most is not None and found > self.most):
            raise ValueError(value)
        return found

    def expected(self, system: System) -> Mapping[str, str]:
        """What a value must be, in words of every language."""
        bounds = "" if self.least is None else "_from" if self.most is None else "_between"
        values = {"values": self.values, "least": self.least, "most": self.most}
        return system.say(f"expected_{self.kind}{bounds}", values)


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
    blank = dict.fromkeys(column.name for column in columns)
    readers = {column.name: (column, _once(column.read)) for column in columns}
    needed = [column for column in columns if column.needed]
    for where, cells in (_toml if place.suffix.lower() == ".toml" else _csv)(place, columns, table):
        if isinstance(cells, int):
            findings.append(system.finding("too_many_cells", "", where, cells=cells))
            continue
        values, wrong = blank.copy(), {}
        for name, cell in cells.items():
            column, read = readers[name]
            try:
                values[name] = read(cell)
            except ValueError:
                wrong[name] = _unusable(system, where, column, cell)
        for column in needed:
            if values[column.name] is None and column.name not in wrong:
                wrong[column.name] = _missing(system, where, column)
        findings += wrong.values()
        if not wrong:
            rows.append(Row(where, values))
    return Given(tuple(rows), tuple(findings))


def _once(read: Callable[[object], Any]) -> Callable[[object], Any]:
    """Reads each text once: the cells of a column repeat themselves."""
    known: dict[str, Any] = {}

    def read_once(cell: object) -> Any:
        if not isinstance(cell, str):
            return read(cell)
        if cell not in known:
            known[cell] = read(cell)
        return known[cell]

    return read_once


def _missing(system: System, where: Place, column: Column) -> AgreementFinding:
    return system.finding("value_missing", "", where, column=column.name, expected=column.expected(system))


def _unusable(system: System, where: Place, column: Column, cell: object) -> AgreementFinding:
    try:
        found = repr(str(cell))
    except ValueError:
        found = "this number"
    found = f"{found[:_SHOWN]}..." if len(found) > _SHOWN else found
    return system.finding(
        "unusable_value", "", where, column=column.name, found=found, expected=column.expected(system)
    )


def _csv(path: Path, columns: Sequence[Column], _: str) -> Iterator[tuple[Place, Mapping[str, Any] | int]]:
    """Rows of a CSV file parted by commas or semicolons: cells by column, or their number where they are too many.

    Blank cells behind the last column, which spreadsheets write, are none.
    """
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
            names = _without_blank_end([name.strip() for name in next(reader, [])])
            _check_columns(names, columns, path.name)
            line = reader.line_num + 1
            for cells in reader:
                where, line = Place(path.name, line), reader.line_num + 1
                if not any(map(str.strip, cells)):
                    continue
                count = len(cells) if len(cells) <= len(names) else len(_without_blank_end(cells))
                yield where, dict(zip(names, cells, strict=False)) if count <= len(names) else count
    except csv.Error as error:
        raise InputError(f"{Place(path.name, line)}: this row cannot be read: {error}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None


def _without_blank_end(cells: Sequence[str]) -> Sequence[str]:
    """Cells without the blank ones behind the last that holds something."""
    return cells[: max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)]


def _unreadable(path: Path, error: Exception) -> InputError:
    if isinstance(error, UnicodeDecodeError):
        return InputError(f"{path} is not UTF-8 text (byte {error.start + 1}); save it as UTF-8.")
    return InputError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.")


def _toml(path: Path, columns: Sequence[Column], table: str) -> Iterator[tuple[Place, Mapping[str, Any] | int]]:
    """The `[[table]]` entries of a TOML file."""
    text, data = read_toml(path)
    lines = list(entry_lines(text, table))
    entries = data.get(table, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(f"{path.name}: {table} must be [[{table}]] entries.")
    others = sorted(data.keys() - {table})
    if others:
        raise InputError(f"{path.name}: {others[0]!r} is not known here; give [[{table}]] entries.")
    for number, entry in enumerate(entries):
        where = Place(path.name, lines[number] if number < len(lines) else 1)
        _check_columns(list(entry), columns, str(where), all_needed=False)
        yield where, entry


def entry_lines(text: str, table: str) -> Iterator[int]:
    """The lines of `[[table]]` headers in text that is TOML; what stands in texts and comments is none."""
    line, counted = 1, 0
    for found in _TOML_PART.finditer(text):
        if found["header"] == table:
            line += text.count("\n", counted, found.start("header"))
            counted = found.start("header")
            yield line


def _no_float(text: str) -> Any:
    raise ValueError(f'{text} is a floating-point number; write amounts and rates as text, "{text}"')


def read_toml(path: Path, number: Callable[[str], Any] = _no_float) -> tuple[str, dict[str, Any]]:
    """A TOML file as text and as data; `InputError` when it is none.

    `number` is given each floating-point number, as it is written; they are refused where it is not given.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text, parse_float=number)
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path, error) from None


def _check_columns(names: Sequence[str], columns: Sequence[Column], file: str, all_needed: bool = True) -> None:
    known = [column.name for column in columns]
    for name in names:
        if name not in known:
            near = get_close_matches(name.strip().lower()[:_SHOWN], known, n=1)
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
    found = _TIME.fullmatch(str(value).strip())
    if found is None or int(found[2]) > 59 or (minutes := int(found[1]) * 60 + int(found[2])) > 1440:
        raise ValueError(value)
    return minutes


def _code(_: Column, value: object) -> str:
    return str(value).strip() if is_code(str(value).strip()) else str(_refuse(value))


def _as_parameter(kind: str) -> Callable[[Column, object], Any]:
    def read(column: Column, value: object) -> Any:
        entry = Parameter("", column.name, kind, "", "")
        try:
            return entry.read(value.strip() if isinstance(value, str) else value)
        except InputError:
            raise ValueError(value) from None

    return read


def _text(_: Column, value: object) -> str:
    text = str(value).strip()
    is_text = isinstance(value, str | int | date) and len(text) < _CSV_FIELD and "\0" not in text
    return text if is_text else str(_refuse(value))


_READERS: Mapping[str, Callable[[Column, object], Any]] = {
    "text": _text,
    "choice": _choice,
    "yes_no": _yes_no,
    "time": _time,
    "code": _code,
    "number": lambda _, value: as_number(value),
    **{kind: _as_parameter(kind) for kind in ("day", "count", "euro", "rate")},
}

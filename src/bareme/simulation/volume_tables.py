"""Yearly volumes as a table: CSV with the columns `code` and `acts`, and any of `regime`, `age`, `age_from` and
`age_to` (completed years; `age_to` exclusive), and the other facts that decide, as insurers collect them.

A row that cannot be used is left out, with a finding that names file and line. Rows alike are added up.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from bareme.book.answers import END_OF_AGES
from bareme.circulars.findings import Finding, Findings, Severity
from bareme.circulars.sources import Source
from bareme.errors import InputError
from bareme.nomenclature.codes import is_code
from bareme.nomenclature.facts import OLDEST, declared_facts
from bareme.simulation.volumes import Counted, Volumes

NEEDED = ("code", "acts")
BAND = ("age_from", "age_to")
MOST_BYTES = 256 * 1024 * 1024
"""No table of volumes is larger; a file of acts may be."""
MOST_ACTS = 10**12
_WHOLE = re.compile(r"(\d{1,13})(\.0{1,2})?", re.ASCII)
"""A whole number; with one or two zeros, as programs write them. 1.000 may be a thousand, and is refused."""
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?", re.ASCII)


class UnusableError(Exception):
    """Why a row cannot be used: a check's name and a sentence."""

    def __init__(self, check: str, message: str) -> None:
        super().__init__(message)
        self.check, self.message = check, message


def read_volume_table(path: str | Path) -> Volumes:
    """The volumes of a table; `InputError` for a file that cannot be read, or a column that is missing."""
    place = Path(path)
    data = _bytes(place)
    document = hashlib.sha256(data).hexdigest()
    counted, findings = [], []
    for line, cells in _rows(place.name, data):
        source = Source(document, place.name, line=line, text=",".join(cells.values()))
        try:
            counted.append(counted_of(cells, line))
        except UnusableError as unusable:
            message = f"{place.name}, line {line}: {unusable.message} The row is left out."
            findings.append(Finding(unusable.check, Severity.ERROR, message, source))
    return Volumes(place.name, tuple(counted), Findings(findings), document)


def _bytes(place: Path) -> bytes:
    if not place.is_file():
        raise InputError(f"{place} is not a file; give a table of volumes (.csv).")
    if place.stat().st_size > MOST_BYTES:
        raise InputError(f"{place} is too large for a table of volumes; give a file of acts as acts.")
    try:
        return place.read_bytes()
    except OSError as error:
        raise InputError(f"{place} cannot be read: {error.strerror or error}.") from None


def _rows(name: str, data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The cells of each row by column, and its line; blank rows are none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text (byte {error.start + 1}); save it as UTF-8.") from None
    head = text[: text.find("\n")] if "\n" in text else text
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True
    )
    try:
        names = [column.strip() for column in next(reader, [])]
        _check_columns(names, name)
        line = reader.line_num + 1
        for cells in reader:
            own, line = line, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                yield own, {column: cell.strip() for column, cell in zip(names, cells, strict=False)}
    except csv.Error as error:
        raise InputError(f"{name}, line {reader.line_num}: this row cannot be read: {error}.") from None


def _check_columns(names: Sequence[str], file: str) -> None:
    """Columns with other names pass; one that is nearly a known name would be lost in silence."""
    known = (*NEEDED, *BAND, *declared_facts())
    for name in names:
        near = get_close_matches(name.casefold(), known, n=1)
        if name not in known and near:
            raise InputError(f'{file} has a column "{name}"; did you mean "{near[0]}"?')
        if name in known and names.count(name) > 1:
            raise InputError(f'{file} has the column "{name}" twice.')
    missing = [name for name in NEEDED if name not in names]
    if missing:
        found = ", ".join(filter(None, names)) or "nothing"
        raise InputError(f"{file} has no column {' and no column '.join(map(repr, missing))}; it has {found}.")


def counted_of(cells: Mapping[str, str], line: int | None = None) -> Counted:
    """A row as a count; `UnusableError` says what is wrong with it."""
    code = cells.get("code", "")
    if not is_code(code):
        raise UnusableError("volume_code", f"{code!r} is not a nomenclature code.")
    facts = tuple((name, _choice(name, cells[name])) for name in declared_facts() if name != "age" and cells.get(name))
    return Counted(code, facts, _ages(cells), _acts(cells.get("acts", "")), line)


def _acts(text: str) -> int:
    found = _WHOLE.fullmatch(text)
    if found and int(found[1]) <= MOST_ACTS:
        return int(found[1])
    if found:
        raise UnusableError("volume_acts", f"{text} acts: more than {MOST_ACTS}, which no year has.")
    if text.startswith("-") and _NUMBER.fullmatch(text):
        raise UnusableError("volume_negative", f"{text} acts: a volume is not below 0.")
    if _NUMBER.fullmatch(text):
        raise UnusableError("volume_fraction", f"{text} acts: a volume is a whole number, in digits alone.")
    raise UnusableError("volume_acts", f"{text!r} is not a number of acts; write it in digits alone.")


def _choice(name: str, text: str) -> str:
    values = declared_facts()[name].values
    if text not in values:
        raise UnusableError("volume_fact", f"{name}: {text!r} is none of {', '.join(values)}.")
    return text


def _ages(cells: Mapping[str, str]) -> tuple[int, int] | None:
    """The ages of a row: one year, or a band; None where none is given."""
    age, first, end = (_age(name, cells.get(name, "")) for name in ("age", *BAND))
    if age is not None and (first is not None or end is not None):
        raise UnusableError("volume_age", "an age and a band of ages are given; give one of them.")
    if age is not None:
        return age, age + 1
    if first is None and end is None:
        return None
    band = (first or 0, END_OF_AGES if end is None else end)
    if band[0] >= band[1]:
        raise UnusableError("volume_age", f"ages from {band[0]} to before {band[1]} are none.")
    return band


def _age(name: str, text: str) -> int | None:
    if not text:
        return None
    most = OLDEST + (name == "age_to")
    found = _WHOLE.fullmatch(text)
    if found is None or int(found[1]) > most:
        raise UnusableError("volume_age", f"{name}: {text!r} is not a number of completed years.")
    return int(found[1])

"""Yearly volumes: how many acts of each code, from a CSV file with the columns `code` and `acts`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from bareme.errors import InputError
from bareme.nomenclature.codes import is_code

COLUMNS = ("code", "acts")


def read_volumes(path: Path) -> dict[str, int]:
    """Acts a year by code; other columns are ignored. `InputError` names the file, the line and what is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                found = ", ".join(rows.fieldnames or ()) or "nothing"
                raise InputError(f"{path.name} has no column {missing[0]!r}; it has {found}. Give code,acts.")
            volumes: dict[str, int] = {}
            for row in rows:
                code, acts = (str(row[name] or "").strip() for name in COLUMNS)
                where = f"{path.name}, line {rows.line_num}"
                if not is_code(code):
                    raise InputError(f"{where}: {code!r} is not a nomenclature code.")
                if not (acts.isascii() and acts.isdigit()):
                    raise InputError(f"{where}: {acts!r} is not a number of acts; write it in digits alone.")
                if code in volumes:
                    raise InputError(f"{where}: {code} stands in the file already.")
                volumes[code] = int(acts)
            return volumes
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None


def check_volumes(volumes: Mapping[str, int]) -> None:
    """`InputError` unless every volume is a whole number of acts of a nomenclature code."""
    for code, acts in volumes.items():
        if not is_code(str(code)):
            raise InputError(f"volumes: {code!r} is not a nomenclature code.")
        if not isinstance(acts, int) or acts < 0:
            raise InputError(f"volumes: {acts!r} acts of {code} is not a whole number of acts.")

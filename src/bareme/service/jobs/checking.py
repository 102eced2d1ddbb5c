"""Whether a file of acts can be priced at all: told to who sends it, before any work."""

from __future__ import annotations

from pathlib import Path

from bareme.errors import InputError
from bareme.exchange.bulk.mapping import read_mapping
from bareme.exchange.bulk.sources import acts_files
from bareme.service.jobs.work import plain
from bareme.service.problems import Problem


def check_acts(acts: Path, columns: str | None, most_lines: int) -> int | None:
    """How many lines it has, None where only reading tells; `InputError` for one that cannot be priced."""
    try:
        found = acts_files(str(acts), read_mapping(columns))
    except InputError as error:
        raise InputError(plain(str(error), acts.parent)) from None
    if found.rows is not None and found.rows > most_lines:
        raise Problem("too_large", f"{found.rows:,} lines; a file takes {most_lines:,}. Send it in parts.")
    return found.rows

"""The log of events and the table of holders of global medical files, as people give them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from bareme.conventions.agreement.answers import AgreementFinding, Place
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.global_file.checking import known_holders
from bareme.conventions.agreement_2020.global_file.events import DAY_OR_NONE, Event, Holder, Holders, Kind
from bareme.errors import InputError
from bareme.exchange.agreements.given import Column, Row, read_table
from bareme.periods import as_date

EVENT_COLUMNS = (
    Column("date", "day"),
    Column("patient"),
    Column("event", "choice", values=tuple(kind.value for kind in Kind)),
    Column("holder"),
    Column("previous", needed=False),
    Column("received", "day", needed=False),
)
HOLDER_COLUMNS = (
    Column("holder"),
    Column("electronic_since", needed=False),
    Column("registered", needed=False),
)
NONE = "none"
"""What stands in the table of holders for a day that there is not; an empty cell is not told."""


def read_events(path: str | Path, system: System) -> tuple[tuple[Event, ...], tuple[AgreementFinding, ...]]:
    """The events of a log (CSV, or TOML with `[[event]]`), in the order of lines."""
    given = read_table(path, EVENT_COLUMNS, system, "event")
    events = tuple(
        Event(
            row["patient"], row["date"], Kind(row["event"]), row["holder"], row.place, row["previous"], row["received"]
        )
        for row in given.rows
    )
    return events, given.findings


def read_holders(path: str | Path, system: System) -> tuple[Holders, tuple[AgreementFinding, ...]]:
    """The table of holders (CSV, or TOML with `[[holder]]`); of one who stands there twice nothing is known."""
    given = read_table(path, HOLDER_COLUMNS, system, "holder")
    findings = list(given.findings)
    holders: list[tuple[Holder, Place]] = []
    for row in given.rows:
        holder, wrong = _holder(row, system)
        holders.append((holder, row.place))
        findings += wrong
    found, twice = known_holders(system, holders)
    return found, (*findings, *twice)


def _holder(row: Row, system: System) -> tuple[Holder, list[AgreementFinding]]:
    """A holder; a day that cannot be read is not told."""
    since: list[date] = []
    untold: list[str] = []
    wrong: list[AgreementFinding] = []
    for name in ("electronic_since", "registered"):
        text = row[name]
        try:
            if text is None:
                untold.append(name)
            elif text != NONE:
                since.append(as_date(text))
        except InputError:
            untold.append(name)
            told: dict[str, Any] = {"column": name, "found": repr(text)[:80], "expected": system.say(DAY_OR_NONE, {})}
            wrong.append(system.finding("unusable_value", "", row.place, **told))
    return Holder(row["holder"], tuple(since), tuple(untold)), wrong

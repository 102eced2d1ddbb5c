"""The events of an agreement's calendar from a file: CSV with a header, or TOML with `[[event]]` entries."""

from __future__ import annotations

from pathlib import Path

from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.duration.events import EXTENTS, Event, Happening
from bareme.exchange.agreements.given import Column, read_table


def read_events(path: str | Path, system: System) -> tuple[tuple[Event, ...], tuple[AgreementFinding, ...]]:
    """The events in the order of the file, and findings about rows that cannot be used."""
    given = read_table(path, _columns(system), system, "event")
    events = (
        Event(
            row["date"],
            Happening(row["event"]),
            who=row["who"],
            kind=row["kind"],
            in_force=row["in_force"],
            agreed=row["agreed"],
            situation=row["situation"],
            hours=row["hours"],
            extent=row["extent"],
            place=row.place,
        )
        for row in given.rows
    )
    return tuple(events), given.findings


def _columns(system: System) -> tuple[Column, ...]:
    return (
        Column("date", "day"),
        Column("event", "choice", values=tuple(Happening)),
        Column("who", needed=False),
        Column("kind", "choice", needed=False, values=system.parameters.texts("grounds_of_organisations")),
        Column("in_force", "day", needed=False),
        Column("agreed", "yes_no", needed=False),
        Column("situation", needed=False),
        Column("hours", needed=False),
        Column("extent", "choice", needed=False, values=EXTENTS),
    )

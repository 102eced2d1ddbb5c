"""How long an agreement lasts and whom it binds, from events (16, 17)."""

from __future__ import annotations

from datetime import date
from os import PathLike
from typing import TYPE_CHECKING

from bareme.library.agreements.wing import Wing

if TYPE_CHECKING:
    from bareme.conventions.agreement_2020.duration.calendar import Calendar


class Durations(Wing):
    """The calendar of an agreement."""

    def calendar(
        self, events: str | PathLike[str], *, on: date | str | None = None, doctor: str | None = None
    ) -> Calendar:
        """What the events of a file come to: deadlines, findings, and whom the agreement binds on a day (16, 17).

        With `doctor` the answers are the agreement's and that doctor's, else those of every doctor in the events.
        """
        from pathlib import Path

        from bareme.conventions.agreement_2020.duration.calendar import calendar_of
        from bareme.exchange.agreements.calendar_files import read_events
        from bareme.periods import as_date

        system = self.systems["duration"]
        day = None if on is None else as_date(on, "on")
        found, findings = read_events(Path(events), system)
        return calendar_of(system, self.year, found, on=day, doctor=doctor, findings=findings)

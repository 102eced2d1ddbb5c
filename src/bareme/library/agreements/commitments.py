"""The agenda of an agreement: what it promises or sets for which day, month, quarter or year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.library.agreements.wing import Wing

if TYPE_CHECKING:
    from bareme.conventions.agreement_2020.commitments.agenda import Agenda


class Agendas(Wing):
    """Commitments with owner, due date and status."""

    def agenda(
        self,
        *,
        first: date | str | None = None,
        last: date | str | None = None,
        owners: Sequence[str] = (),
        kinds: Sequence[str] = (),
        status: str | PathLike[str] | None = None,
    ) -> Agenda:
        """The commitments due from the first day to the last, both included, in the order of their days.

        `status` is a file of statuses; without it every status is unknown. Without days all are given, those without
        a date last.
        """
        from bareme.conventions.agreement_2020.commitments.agenda import agenda_of
        from bareme.conventions.agreement_2020.commitments.model import kind_named
        from bareme.conventions.agreement_2020.commitments.reading import commitments_of
        from bareme.exchange.agreements.status_files import read_statuses
        from bareme.periods import as_date

        system = self.systems["commitments"]
        told, findings = ((), ()) if status is None else read_statuses(Path(status), system)
        return agenda_of(
            system,
            self.year,
            commitments_of(system.agreement),
            first=None if first is None else as_date(first, "from"),
            last=None if last is None else as_date(last, "to"),
            owners=owners,
            kinds=[kind_named(kind) for kind in kinds],
            told=told,
            findings=findings,
        )

    def write_agenda(
        self, agenda: Agenda, out: str | PathLike[str], *, language: str = "en", overwrite: bool = False
    ) -> int:
        """Write an agenda as iCalendar (.ics) and give the number of events; items without a date are left out."""
        from bareme.exchange.agreements.agenda_ics import write_agenda

        return write_agenda(agenda, self.systems["commitments"], Path(out), language, overwrite)

    def agenda_calendar(self, agenda: Agenda, *, language: str = "en") -> bytes:
        """An agenda as iCalendar; items without a date are left out."""
        from bareme.exchange.agreements.agenda_ics import agenda_ics

        return agenda_ics(agenda, self.systems["commitments"], language)

"""What happened to files: events as they were logged, and what is known of the doctors who hold files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bareme.conventions.agreement.answers import Place
from bareme.conventions.model import Missing

Order = tuple[date, str, int]
"""A day, and a file and line."""


class Kind(StrEnum):
    """What an event is."""

    OPENED = "opened"
    """`holder` opens the file, at a contact."""
    PROLONGED = "prolonged"
    """`holder` attests the prolongation, with a contact."""
    CONTACT = "contact"
    """The patient sees the doctor."""
    TRANSFERRED = "transferred"
    """The file passes from `previous` to `holder`."""
    ATTESTED = "attested_on_paper"
    """`holder` attests the file on paper, with a contact; `received` is the day on which the paper came in."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a patient's file. `received` and `previous` are of the kinds that have them."""

    patient: str
    on: date
    kind: Kind
    holder: str
    place: Place
    previous: str | None = None
    received: date | None = None
    contested: bool = False
    """True for an opening while another doctor holds the file."""

    @property
    def known(self) -> date:
        """The day on which the event is known: that of the event, or of the paper's coming in."""
        return self.received or self.on

    @property
    def order(self) -> Order:
        """The order of events: day, then file and line."""
        return self.on, self.place.file, self.place.line


DAY_OR_NONE = "day_or_none"
"""The words for what a day of a doctor must be."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A doctor: the days from which the electronic file is used and registered for; `untold` are those not told.

    A day told as "none" is neither among `since` nor among `untold`.
    """

    name: str
    since: tuple[date, ...] = ()
    untold: tuple[str, ...] = ()


def unknown(name: str) -> Holder:
    """A doctor of whom nothing is told."""
    return Holder(name, untold=("electronic_since", "registered"))


@dataclass(frozen=True, slots=True)
class Holders:
    """The doctors by name."""

    by_name: Mapping[str, Holder] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.by_name

    def electronic_by(self, name: str, day: date) -> bool:
        """True when the doctor uses the electronic file or is registered for it on a day; `Missing` if it is not told.

        Either of the two days suffices (5.1.1, first phase).
        """
        holder = self.by_name.get(name) or unknown(name)
        if any(since <= day for since in holder.since):
            return True
        if holder.untold:
            raise Missing(*holder.untold)
        return False

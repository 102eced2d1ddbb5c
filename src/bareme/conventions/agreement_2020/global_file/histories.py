"""The history of one patient's file: who holds it when, by what is known on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bareme.conventions.agreement_2020.global_file.events import Event, Kind, Order
from bareme.conventions.model import Contradiction

SETTING = (Kind.OPENED, Kind.TRANSFERRED, Kind.ATTESTED)
"""The events that say who holds the file: the latest of them decides, in the order of days and lines."""
CONTACTS = (Kind.OPENED, Kind.PROLONGED, Kind.CONTACT, Kind.ATTESTED)
"""The events at which the patient sees the doctor."""
_LAST = ("\U0010ffff", 0)
"""Behind every file and line of a day."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a file from an event on; several names where two doctors hold it at once."""

    event: Event
    holders: tuple[str, ...]

    @property
    def holder(self) -> str:
        """The one holder; `Contradiction` where there are several."""
        if len(self.holders) > 1:
            raise Contradiction(*(f"holder {name}" for name in self.holders))
        return self.holders[0]


@dataclass(frozen=True, slots=True)
class History:
    """The events of a patient in the order of days and lines, and who holds the file from which of them on."""

    events: tuple[Event, ...]
    holdings: tuple[Holding, ...]

    def at(self, order: Order) -> Holding | None:
        """Who holds the file at an event, that event included."""
        found = bisect_right(self.holdings, order, key=lambda holding: holding.event.order)
        return self.holdings[found - 1] if found else None

    def on(self, day: date) -> Holding | None:
        """Who holds the file at the end of a day; None: nobody."""
        return self.at((day, *_LAST))

    def first_contact(self, year: int) -> Event | None:
        """The first contact of a year with a doctor who holds the file at that moment."""
        for event in self.events:
            if event.on.year == year and event.kind in CONTACTS:
                holding = self.at(event.order)
                if holding is not None and event.holder in holding.holders:
                    return event
        return None


def history(events: Iterable[Event]) -> History:
    """The history that events of one patient make."""
    ordered = tuple(sorted(events, key=lambda event: event.order))
    holdings: list[Holding] = []
    for event in ordered:
        if event.kind in SETTING:
            others = holdings[-1].holders if event.contested and holdings else ()
            holdings.append(Holding(event, tuple(dict.fromkeys((*others, event.holder)))))
    return History(ordered, tuple(holdings))


def known_by(events: Iterable[Event], day: date) -> tuple[Event, ...]:
    """The events that are known on a day (inclusive)."""
    return tuple(event for event in events if event.known <= day)

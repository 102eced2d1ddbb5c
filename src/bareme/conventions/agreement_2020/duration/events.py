"""What happens to an agreement, as events: each on a day, with the file and line that tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bareme.conventions.agreement.answers import Place


class Happening(StrEnum):
    """The kinds of events."""

    PUBLISHED = "published"
    """The agreement is published in the Moniteur belge."""
    REFUSED = "refused"
    """A doctor registers a refusal (17.1)."""
    HOURS_DECLARED = "hours_declared"
    """A doctor registers partial hours (17.2)."""
    HOURS_CHANGED = "hours_changed"
    """A doctor registers a change of them (17.3)."""
    SITUATION = "situation"
    """A situation of 16.2.1 to 16.2.3 arises."""
    NOTED = "noted"
    """It is noted: by one who would notify, or by all where nobody is named."""
    NOTIFIED_BY_ORGANISATION = "notified_by_organisation"
    """A representative organisation denounces by registered letter (16.2.4)."""
    NOTIFIED_BY_DOCTOR = "notified_by_doctor"
    """A doctor does (16.2.5)."""
    MEETING = "meeting"
    """The meeting that the chair convenes after an organisation's letter (16.2.4)."""
    TARIFFS_KEPT = "tariffs_kept"
    """A doctor undertakes to apply the tariffs after the agreement's end (16.2.4, last paragraph)."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `who` is a doctor or an organisation; `situation` the name of the situation that it is about."""

    day: date
    happening: Happening
    who: str | None = None
    kind: str | None = None
    """Of a situation: the clause that describes it, 16.2.1 to 16.2.3."""
    in_force: date | None = None
    """Of a situation: the day on which its measure enters into force."""
    agreed: bool | None = None
    """Of a meeting: did it find an accord."""
    situation: str | None = None
    hours: str | None = None
    """Of hours: what names them, such as the file of the declared week."""
    place: Place | None = None


_OF_DOCTORS = (
    Happening.REFUSED,
    Happening.HOURS_DECLARED,
    Happening.HOURS_CHANGED,
    Happening.NOTIFIED_BY_DOCTOR,
    Happening.TARIFFS_KEPT,
)
_ON_SITUATIONS = (
    Happening.NOTED,
    Happening.NOTIFIED_BY_ORGANISATION,
    Happening.NOTIFIED_BY_DOCTOR,
    Happening.MEETING,
)
NEEDED: Mapping[Happening, tuple[str, ...]] = {
    **dict.fromkeys((*_OF_DOCTORS, Happening.NOTIFIED_BY_ORGANISATION), ("who",)),
    Happening.SITUATION: ("kind",),
    Happening.MEETING: ("agreed",),
}
"""What an event must say beside its day."""
ALLOWED: Mapping[Happening, tuple[str, ...]] = {
    Happening.PUBLISHED: (),
    Happening.REFUSED: ("who",),
    Happening.HOURS_DECLARED: ("who", "hours"),
    Happening.HOURS_CHANGED: ("who", "hours"),
    Happening.SITUATION: ("kind", "in_force", "situation"),
    Happening.NOTED: ("who", "situation"),
    Happening.NOTIFIED_BY_ORGANISATION: ("who", "situation"),
    Happening.NOTIFIED_BY_DOCTOR: ("who", "situation"),
    Happening.MEETING: ("agreed", "situation"),
    Happening.TARIFFS_KEPT: ("who",),
}
"""What an event may say beside its day."""


@dataclass(frozen=True, slots=True)
class Case:
    """A situation with the events that are about it, in the order of days."""

    name: str
    arose: Event
    followed: tuple[Event, ...]

    def of(self, happening: Happening) -> tuple[Event, ...]:
        """What of one kind followed; what stands before the situation itself is left out."""
        found = (event for event in self.followed if event.happening is happening)
        return tuple(event for event in found if event.day >= self.arose.day)

    def noted(self, who: str | None) -> Event | None:
        """When one who notifies noted it: the first noting of their own, else the first that names nobody."""
        notings = self.of(Happening.NOTED)
        own = [event for event in notings if event.who == who] or [event for event in notings if event.who is None]
        return own[0] if own else None


@dataclass(frozen=True, slots=True)
class History:
    """The events of an agreement in the order of days, those of a situation with it."""

    events: tuple[Event, ...]
    cases: tuple[Case, ...]
    astray: tuple[Event, ...]
    """Events on a situation of which it is not clear which, or that there is not."""

    def of(self, happening: Happening, who: str | None = None) -> tuple[Event, ...]:
        """The events of a kind, of one doctor or organisation where it is named."""
        found = (event for event in self.events if event.happening is happening)
        return tuple(event for event in found if who is None or event.who == who)

    @property
    def doctors(self) -> tuple[str, ...]:
        """The doctors that the events name, sorted."""
        return tuple(sorted({event.who for event in self.events if event.happening in _OF_DOCTORS and event.who}))


def history_of(events: Iterable[Event]) -> History:
    """Events put in the order of days; those of one day stay in the order given."""
    ordered = sorted(events, key=lambda event: event.day)
    arisen = [event for event in ordered if event.happening is Happening.SITUATION]
    followed: dict[int, list[Event]] = {number: [] for number in range(len(arisen))}
    astray: list[Event] = []
    for event in ordered:
        if event.happening in _ON_SITUATIONS:
            meant = _meant(event, arisen)
            (astray if meant is None else followed[meant]).append(event)
    cases = (Case(_name(event), event, tuple(followed[number])) for number, event in enumerate(arisen))
    return History(tuple(ordered), tuple(cases), tuple(astray))


def _name(event: Event) -> str:
    return event.situation or event.kind or ""


def _meant(event: Event, arisen: Sequence[Event]) -> int | None:
    """Which situation an event is about: the one that it names, or the only one."""
    fits = [n for n, one in enumerate(arisen) if event.situation is None or _name(one) == event.situation]
    return fits[0] if len(fits) == 1 else None


def term(day: date, days: int) -> date:
    """The last day of a term of so many days after a day, which is not counted itself.

    >>> term(date(2020, 1, 20), 30)
    datetime.date(2020, 2, 19)
    """
    return day + timedelta(days=days)

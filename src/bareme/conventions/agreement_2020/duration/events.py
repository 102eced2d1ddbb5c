"""What happens to an agreement, as events: each on a day, with the file and line that tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bareme.conventions.agreement.answers import Place

WHOLLY = "whole"
PARTIALLY = "partial"
EXTENTS = (WHOLLY, PARTIALLY)
"""What a letter denounces, or for what activity a doctor applies the fees."""


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
    extent: str | None = None
    """`whole` or `partial`: of a letter, what it denounces; of a change, the activity to which the fees apply."""
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
    Happening.HOURS_CHANGED: ("who", "hours", "extent"),
    Happening.SITUATION: ("kind", "in_force", "situation"),
    Happening.NOTED: ("who", "situation"),
    Happening.NOTIFIED_BY_ORGANISATION: ("who", "situation", "extent"),
    Happening.NOTIFIED_BY_DOCTOR: ("who", "situation", "extent"),
    Happening.MEETING: ("agreed", "situation"),
    Happening.TARIFFS_KEPT: ("who",),
}
"""What an event may say beside its day."""


@dataclass(frozen=True, slots=True)
class Register:
    """Events by kind, and by kind and who (None: nobody is named), each in the order of days."""

    of_kind: Mapping[Happening, tuple[Event, ...]]
    of_whom: Mapping[tuple[Happening, str | None], tuple[Event, ...]]


def register_of(events: Iterable[Event]) -> Register:
    """A register of events that stand in the order of days."""
    kinds: dict[Happening, list[Event]] = {}
    whom: dict[tuple[Happening, str | None], list[Event]] = {}
    for event in events:
        kinds.setdefault(event.happening, []).append(event)
        whom.setdefault((event.happening, event.who), []).append(event)
    of_kind = {happening: tuple(found) for happening, found in kinds.items()}
    return Register(of_kind, {key: tuple(found) for key, found in whom.items()})


@dataclass(frozen=True, slots=True)
class Case:
    """A situation with the events that are about it, in the order of days.

    `register` has those that do not stand before the situation itself.
    """

    name: str
    arose: Event
    followed: tuple[Event, ...]
    register: Register

    def of(self, happening: Happening) -> tuple[Event, ...]:
        """What of one kind followed."""
        return self.register.of_kind.get(happening, ())

    def by(self, happening: Happening, who: str | None) -> tuple[Event, ...]:
        """What of one kind followed that is of a doctor or an organisation, or of nobody who is named."""
        return self.register.of_whom.get((happening, who), ())

    def noted(self, who: str | None) -> Event | None:
        """When one who notifies noted it: the first noting of their own, else the first that names nobody."""
        own = self.by(Happening.NOTED, who) or self.by(Happening.NOTED, None)
        return own[0] if own else None


@dataclass(frozen=True, slots=True)
class History:
    """The events of an agreement in the order of days, those of a situation with it."""

    events: tuple[Event, ...]
    cases: tuple[Case, ...]
    astray: tuple[Event, ...]
    """Events on a situation of which it is not clear which, or that there is not."""
    register: Register

    def of(self, happening: Happening, who: str | None = None) -> tuple[Event, ...]:
        """The events of a kind, of one doctor or organisation where it is named."""
        if who is None:
            return self.register.of_kind.get(happening, ())
        return self.register.of_whom.get((happening, who), ())

    def hours_of(self, doctor: str) -> tuple[Event, ...]:
        """The hours that a doctor declared and changed, in the order of days and, within a day, as given."""
        found = (*self.of(Happening.HOURS_DECLARED, doctor), *self.of(Happening.HOURS_CHANGED, doctor))
        return tuple(sorted(found, key=lambda event: (event.day, event.place or Place("", 0))))

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
    cases = (_case(event, followed[number]) for number, event in enumerate(arisen))
    return History(tuple(ordered), tuple(cases), tuple(astray), register_of(ordered))


def _case(arose: Event, followed: Sequence[Event]) -> Case:
    return Case(_name(arose), arose, tuple(followed), register_of(e for e in followed if e.day >= arose.day))


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
    return day + min(timedelta(days=days), date.max - day)

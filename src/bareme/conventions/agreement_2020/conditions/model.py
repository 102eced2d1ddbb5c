"""What is declared, slots of a week, and what comes of holding it against clause 14."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE, AgreementFinding, Answer, Place
from bareme.conventions.agreement.systems import System
from bareme.conventions.loading import conventions
from bareme.conventions.model import Missing, Result

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""The days of a week as a file names them, in the order of `date.weekday()`."""
GENERAL_PRACTITIONER, SPECIALIST = "general_practitioner", "specialist"
PROVIDERS = (GENERAL_PRACTITIONER, SPECIALIST)
STATUSES = ("full", "partial")
"""The two kinds of doctors that 14.1 tells apart; a doctor who refused has no conditions to keep."""
UNITS = ("hours", "acts", "fees")
"""How the whole of a general practitioner's practice may be measured; 14.2.2.2.2 names no unit."""
NO_AGREEMENT = "agreement_on_this_date"
"""What is missing for a day outside the time of the agreement (16.1)."""


def is_in_force(system: System, day: date | None) -> bool:
    """True for a day on which there is an agreement, and where no day is told (16.1)."""
    dated = conventions()[system.agreement].parameters_on(day)
    return dated is None or bool(dated["is_in_force"])


def no_agreement(system: System, rule: str, day: date | None) -> Answer:
    """The answer for a day on which there is none (16.1)."""
    said = system.say("no_agreement", {"day": day, "clause": "16.1"})
    return Answer(f"{system.name}.{rule}", Result.NEEDS_INFORMATION, "16.1", said, missing=(NO_AGREEMENT,))


def clock(minutes: int) -> str:
    """Minutes since midnight as a time of the day.

    >>> clock(510), clock(1440)
    ('08:30', '24:00')
    """
    return f"{minutes // 60:02}:{minutes % 60:02}"


def length(minutes: int) -> str:
    """A number of minutes as hours, for sentences.

    >>> length(240), length(270)
    ('4 h', '4 h 30')
    """
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


@dataclass(frozen=True, slots=True)
class Doctor:
    """Who declares: general practitioner or specialist, fully or partially conventioned (14.1)."""

    provider: str
    status: str

    def named(self, general_practitioner: str, specialist: str) -> str:
        """One of two words, by the kind of doctor."""
        return general_practitioner if self.provider == GENERAL_PRACTITIONER else specialist


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of a declared week; `start` (inclusive) and `end` (exclusive) in minutes since midnight.

    `valid_from` is the day on which the declaration was registered (17.3, 17.4); None: it was there from the beginning.
    """

    place: Place
    site: str
    day: str
    start: int
    end: int
    free: bool
    activity: str | None = None
    valid_from: date | None = None

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.end - self.start

    @property
    def order(self) -> tuple[int, int, int, str]:
        """By day, hour and site."""
        return (DAYS.index(self.day), self.start, self.end, self.site)

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {
            "file": self.place.file,
            "line": self.place.line,
            "site": self.site,
            "day": self.day,
            "from": clock(self.start),
            "to": clock(self.end),
            "kind": "free" if self.free else "conventioned",
            "activity": self.activity,
        }


@dataclass(frozen=True, slots=True)
class Stretch:
    """Free slots of one site and day that touch: one continuous slot, in minutes since midnight."""

    slots: tuple[Slot, ...]

    @property
    def start(self) -> int:
        """Its first minute."""
        return self.slots[0].start

    @property
    def end(self) -> int:
        """The minute after its last."""
        return max(slot.end for slot in self.slots)

    @property
    def minutes(self) -> int:
        """How long it lasts without a break."""
        return self.end - self.start

    @property
    def key(self) -> tuple[str, str, int, int]:
        """Site, day and hours: the same stretch in every week."""
        return (self.slots[0].site, self.slots[0].day, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Declared:
    """A week as it is declared from a day on, until a later declaration. `whole` is False where lines were unusable."""

    valid_from: date | None
    slots: tuple[Slot, ...]
    stretches: tuple[Stretch, ...]
    overlapping: tuple[int, ...] = ()
    """Lines of slots that overlap: what they sum up to is not known."""
    whole: bool = True

    def minutes(self, *, free: bool) -> int:
        """How long the free, or the other, slots last in all."""
        return sum(slot.minutes for slot in self.slots if slot.free is free)

    def need_whole(self) -> None:
        """Stop where the week is not wholly known."""
        if not self.whole:
            raise Missing("usable_lines")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a requirement comes to, and the breaches that were found."""

    answer: Answer
    findings: tuple[AgreementFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedWeek:
    """One declared week with what it sums up to, in minutes, and an answer for each requirement."""

    declared: Declared
    answers: tuple[Answer, ...]

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data."""
        free, bound = self.declared.minutes(free=True), self.declared.minutes(free=False)
        start = self.declared.valid_from
        return {
            "valid_from": None if start is None else start.isoformat(),
            "slots": [slot.to_dict() for slot in self.declared.slots],
            "free_slots": len(self.declared.stretches),
            "free_minutes": free,
            "conventioned_minutes": bound,
            "total_minutes": free + bound,
            "requirements": [answer.to_dict(language) for answer in self.answers],
        }


@dataclass(frozen=True, slots=True)
class WeekCheck:
    """What `bareme agreement YEAR check-week` finds: each declared week, and every finding."""

    year: int
    doctor: Doctor
    weeks: tuple[CheckedWeek, ...]
    findings: tuple[AgreementFinding, ...]

    @property
    def breaches(self) -> tuple[AgreementFinding, ...]:
        """The findings that are errors."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (schema `agreement-week-1`)."""
        return {
            "year": self.year,
            "provider": self.doctor.provider,
            "status": self.doctor.status,
            "weeks": [week.to_dict(language) for week in self.weeks],
            "findings": [finding.to_dict(language) for finding in self.findings],
        }


def by_place(findings: Sequence[AgreementFinding]) -> tuple[AgreementFinding, ...]:
    """Findings in the order of the lines that they are about, those about the whole last."""
    last = Place("\U0010ffff", 0)
    return tuple(sorted(findings, key=lambda finding: finding.place or last))

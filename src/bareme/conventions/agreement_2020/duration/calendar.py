"""The calendar of an agreement: from events to deadlines, findings, and whom it binds on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE, AgreementFinding, Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.duration.adhering import benefit_kept, binds
from bareme.conventions.agreement_2020.duration.checking import checked, usable
from bareme.conventions.agreement_2020.duration.deadlines import Deadline, deadlines
from bareme.conventions.agreement_2020.duration.ending import lasts
from bareme.conventions.agreement_2020.duration.events import Event, History, history_of


@dataclass(frozen=True, slots=True)
class OfWhom:
    """An answer and of whom it is: a doctor, or None for the agreement itself and for every doctor not named."""

    who: str | None
    answer: Answer

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data, an entry of `answers`."""
        return {"who": self.who, "answer": self.answer.to_dict(language)}


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the events of an agreement come to. `on` is the day asked about, `answers` are of that day."""

    year: int
    on: date | None
    answers: tuple[OfWhom, ...]
    deadlines: tuple[Deadline, ...]
    findings: tuple[AgreementFinding, ...]

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (`agreement-calendar-1`)."""
        return {
            "year": self.year,
            "on": None if self.on is None else self.on.isoformat(),
            "answers": [answer.to_dict(language) for answer in self.answers],
            "deadlines": [deadline.to_dict(language) for deadline in self.deadlines],
            "findings": [finding.to_dict(language) for finding in self.findings],
        }


def calendar_of(
    system: System,
    year: int,
    events: Sequence[Event],
    *,
    on: date | None = None,
    doctor: str | None = None,
    findings: Iterable[AgreementFinding] = (),
) -> Calendar:
    """The calendar that events make (16, 17). Without a day there are deadlines and findings only.

    With a doctor the answers are the agreement's and that doctor's, else those of every doctor whom events name and of
    all others. `findings` are those of the reading of the events.
    """
    good, unusable = usable(system, events)
    history = history_of(good)
    answers = () if on is None else tuple(_answers(system, history, on, doctor))
    found = (*findings, *unusable, *checked(system, good))
    return Calendar(year, on, answers, deadlines(system, history), found)


def _answers(system: System, history: History, on: date, doctor: str | None) -> Iterator[OfWhom]:
    whole = lasts(system, history, on)
    yield OfWhom(None, whole)
    for who in history.doctors if doctor is None else (doctor,):
        yield OfWhom(who, binds(system, history, who, on, whole))
        kept = benefit_kept(system, history, who, on, whole)
        if kept is not None:
            yield OfWhom(who, kept)
    if doctor is None:
        yield OfWhom(None, binds(system, history, None, on, whole))

"""The days that the clauses make of the events: last days of terms, and days on which something begins or ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.duration.adhering import publication
from bareme.conventions.agreement_2020.duration.ending import ENDS, NOTING, TERMS, cases_of_the_year, last_day_after
from bareme.conventions.agreement_2020.duration.events import Case, Event, Happening, History, term
from bareme.conventions.model import Contradiction, Missing


class Term(StrEnum):
    """What a day of the calendar is."""

    FIRST_DAY = "first_day"
    LAST_DAY = "last_day"
    REFUSE = "refuse"
    DECLARE_HOURS = "declare_hours"
    NOTIFY_ORGANISATION = "notify_organisation"
    NOTIFY_DOCTOR = "notify_doctor"
    LEAVE = "leave"
    END_WITHOUT_ACCORD = "end_without_accord"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day and what it is the last, or the first, day of."""

    day: date
    term: Term
    clause: str
    says: Mapping[str, str]
    who: str | None = None
    situation: str | None = None
    interpretations: tuple[str, ...] = ()

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data, an entry of `deadlines`."""
        return {
            "day": self.day.isoformat(),
            "term": self.term.value,
            "clause": self.clause,
            "who": self.who,
            "situation": self.situation,
            "interpretations": list(self.interpretations),
            "says": self.says[language],
        }


def deadlines(system: System, history: History) -> tuple[Deadline, ...]:
    """Every day that can be told from the events, in order; what has no event to count from is left out."""
    found = [*_of_the_year(system), *_of_the_publication(system, history)]
    for case in cases_of_the_year(system, history):
        found += _of_a_case(system, case)
    return tuple(sorted(found, key=lambda deadline: (deadline.day, deadline.clause, deadline.who or "")))


def _of_the_year(system: System) -> Iterator[Deadline]:
    for what in (Term.FIRST_DAY, Term.LAST_DAY):
        yield Deadline(system.parameters.day(what.value), what, "16.1", system.say(what.value, {}))


def _of_the_publication(system: System, history: History) -> Iterator[Deadline]:
    try:
        published = publication(system, history)
    except (Missing, Contradiction):
        return
    for what, clause, days in (
        (Term.REFUSE, "17.1", system.parameters.count("days_to_refuse")),
        (Term.DECLARE_HOURS, "17.2", system.parameters.count("days_to_declare_hours")),
    ):
        said = system.say(what.value, {"days": days, "day": published})
        yield Deadline(term(published, days), what, clause, said, interpretations=(TERMS,))


def _of_a_case(system: System, case: Case) -> Iterator[Deadline]:
    parameters = system.parameters
    by_doctors = case.arose.kind in parameters.texts("grounds_of_doctors")
    for noted in case.of(Happening.NOTED):
        yield _to_notify(system, case, noted, Term.NOTIFY_ORGANISATION, "16.2.4", "days_to_notify_organisation")
        if by_doctors:
            yield _to_notify(system, case, noted, Term.NOTIFY_DOCTOR, "16.2.5", "days_to_notify_doctor")
    days = parameters.count("days_to_end")
    said = system.say(Term.END_WITHOUT_ACCORD.value, {"situation": case.name, "days": days, "day": case.arose.day})
    end, used = last_day_after(system, case), (TERMS, ENDS)
    yield Deadline(end, Term.END_WITHOUT_ACCORD, "16.2.4", said, situation=case.name, interpretations=used)
    if by_doctors and case.arose.in_force is not None:
        said = system.say(Term.LEAVE.value, {"situation": case.name})
        yield Deadline(case.arose.in_force, Term.LEAVE, "16.2.5", said, situation=case.name)


def _to_notify(system: System, case: Case, noted: Event, what: Term, clause: str, days: str) -> Deadline:
    count = system.parameters.count(days)
    said = system.say(what.value, {"situation": case.name, "days": count, "day": noted.day})
    used = (TERMS, NOTING)
    return Deadline(term(noted.day, count), what, clause, said, noted.who, case.name, used)

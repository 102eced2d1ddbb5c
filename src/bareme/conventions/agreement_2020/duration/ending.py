"""Whether the agreement lasts on a day: its year (16.1), and its end after an organisation's denunciation (16.2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bareme.conventions.agreement.answers import Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.duration.events import Case, Event, Happening, History, term
from bareme.conventions.model import Contradiction, Missing

TERMS = "days-after-an-event"
ENDS = "agreement-ends-after-its-thirtieth-day"
WHOLE = "denunciation-is-whole"
NOTING = "noting-is-the-notifiers-own"


def is_of_the_year(system: System, day: date) -> bool:
    """True for a day of the agreement, its last one included (16.1)."""
    return system.parameters.day("first_day") <= day <= system.parameters.day("last_day")


def lasts(system: System, history: History, on: date) -> Answer:
    """Whether there is an agreement on a day (16.1), which a denunciation may have ended before (16.2.4)."""
    return system.asked("lasts", "16", lambda: _lasts(system, history, on))


def _lasts(system: System, history: History, on: date) -> Answer:
    first, last = system.parameters.day("first_day"), system.parameters.day("last_day")
    if not is_of_the_year(system, on):
        return system.answer("lasts", False, "16.1", case="outside", on=on, first=first, last=last)
    missing: list[str] = []
    for case in cases_of_the_year(system, history):
        end = last_day_after(system, case)
        if on <= end:
            continue
        try:
            ended = is_denounced(system, case)
        except Missing as unknown:
            missing += unknown.names
            continue
        if ended:
            used = (TERMS, ENDS, NOTING, WHOLE)
            return system.answer(
                "lasts",
                False,
                "16.2.4",
                case="denounced",
                interpretations=used,
                on=on,
                end=end,
                situation=case.name,
                arose=case.arose.day,
            )
    if missing:
        raise Missing(*dict.fromkeys(missing))
    return system.answer("lasts", True, "16.1", on=on, first=first, last=last)


def cases_of_the_year(system: System, history: History) -> Iterator[Case]:
    """The situations that arose while the agreement lasts; on others it cannot be denounced (16.2.1)."""
    return (case for case in history.cases if is_of_the_year(system, case.arose.day))


def last_day_after(system: System, case: Case) -> date:
    """The agreement's last day where a denunciation on the situation finds no accord (16.2.4), at most its own."""
    return min(term(case.arose.day, system.parameters.count("days_to_end")), system.parameters.day("last_day"))


def is_denounced(system: System, case: Case) -> bool:
    """An organisation notified in time, and the meeting after it found no accord (16.2.4)."""
    if case.arose.kind not in system.parameters.texts("grounds_of_organisations"):
        return False
    days = system.parameters.count("days_to_notify_organisation")
    letters = [(event, in_time(case, event, days)) for event in case.of(Happening.NOTIFIED_BY_ORGANISATION)]
    valid = [(event, timely) for event, timely in letters if timely is not False]
    if not valid:
        return False
    accords = {event.agreed for event in case.of(Happening.MEETING) if event.day >= valid[0][0].day}
    if len(accords) > 1:
        raise Contradiction("meeting")
    if True in accords:
        return False
    missing = [] if any(timely for _, timely in valid) else ["noted"]
    missing += [] if accords else ["meeting"]
    if missing:
        raise Missing(*missing)
    return True


def in_time(case: Case, letter: Event, days: int) -> bool | None:
    """Whether a letter follows within so many days after the noting (16.2.4, 16.2.5); None where no noting is known."""
    noted = case.noted(letter.who)
    return None if noted is None else noted.day <= letter.day <= term(noted.day, days)

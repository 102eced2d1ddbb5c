"""Whether the agreement lasts on a day: its year (16.1), and its end after an organisation's denunciation (16.2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bareme.conventions.agreement.answers import Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.duration.events import PARTIALLY, Case, Event, Happening, History, term
from bareme.conventions.model import Contradiction, Missing

TERMS = "days-after-an-event"
ENDS = "agreement-ends-after-its-thirtieth-day"
WHOLE = "denunciation-is-whole"
NOTING = "noting-is-the-notifiers-own"


def is_of_the_year(system: System, day: date) -> bool:
    """True for a day of the agreement, its last one included (16.1)."""
    return system.parameters.day("first_day") <= day <= system.parameters.day("last_day")


def is_ground(system: System, day: date) -> bool:
    """True for a situation that arose after the agreement was concluded, at the latest on its last day (16.2)."""
    return system.parameters.day("concluded") <= day <= system.parameters.day("last_day")


def lasts(system: System, history: History, on: date) -> Answer:
    """Whether there is an agreement on a day (16.1), which a denunciation may have ended before (16.2.4)."""
    return system.asked("lasts", "16", lambda: _lasts(system, history, on))


def _lasts(system: System, history: History, on: date) -> Answer:
    first, last = system.parameters.day("first_day"), system.parameters.day("last_day")
    if not is_of_the_year(system, on):
        return system.answer("lasts", False, "16.1", case="outside", on=on, first=first, last=last)
    missing: list[str] = []
    wrong: list[str] = []
    for case in cases_of_the_year(system, history):
        end = last_day_after(system, case)
        if on <= end:
            continue
        try:
            ended = is_denounced(system, case)
        except Missing as unknown:
            missing += unknown.names
            continue
        except Contradiction as both:
            wrong += both.names
            continue
        if ended:
            used = (TERMS, ENDS, NOTING, *(() if may_be_partial(system, case) else (WHOLE,)))
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
    raise_open(missing, wrong)
    return system.answer("lasts", True, "16.1", on=on, first=first, last=last)


def cases_of_the_year(system: System, history: History) -> Iterator[Case]:
    """The situations on which the agreement can be denounced by their day (16.2)."""
    return (case for case in history.cases if is_ground(system, case.arose.day))


def last_day_after(system: System, case: Case) -> date:
    """The agreement's last day where a denunciation on the situation finds no accord (16.2.4), at most its own."""
    return min(term(case.arose.day, system.parameters.count("days_to_end")), system.parameters.day("last_day"))


def is_denounced(system: System, case: Case) -> bool:
    """An organisation denounced the whole in time, and the meeting after its letter found no accord (16.2.4)."""
    if case.arose.kind not in system.parameters.texts("grounds_of_organisations"):
        return False
    missing: list[str] = []
    wrong: list[str] = []
    for letter in case.of(Happening.NOTIFIED_BY_ORGANISATION):
        try:
            if _ends(system, case, letter):
                return True
        except Missing as unknown:
            missing += unknown.names
        except Contradiction as both:
            wrong += both.names
    raise_open(missing, wrong)
    return False


def _ends(system: System, case: Case, letter: Event) -> bool:
    """Whether a letter and the meeting after it end the agreement (16.2.4)."""
    timely = in_time(case, letter, system.parameters.count("days_to_notify_organisation"))
    accords = {meeting.agreed for meeting in case.of(Happening.MEETING) if meeting.day >= letter.day}
    if timely is False or accords == {True}:
        return False
    if len(accords) > 1:
        raise Contradiction("meeting")
    missing = [] if timely else ["noted"]
    missing += [] if accords else ["meeting"]
    missing += not_whole(system, case, letter)
    if missing:
        raise Missing(*missing)
    return True


def may_be_partial(system: System, case: Case) -> bool:
    """True for a situation on which the agreement may be denounced wholly or partially (16.2.1, 16.2.2)."""
    return case.arose.kind in system.parameters.texts("grounds_of_partial")


def not_whole(system: System, case: Case, letter: Event) -> list[str]:
    """What must be known of a letter that does not say that it is of the whole; 16.2.3 names nothing but the whole.

    What becomes of the rest after a partial denunciation, no clause says.
    """
    if letter.extent == PARTIALLY:
        return ["part_denounced"]
    return ["extent"] if letter.extent is None and may_be_partial(system, case) else []


def raise_open(missing: Sequence[str], wrong: Sequence[str]) -> None:
    """Raise what contradicts itself, else what is not known, each named once; nothing where there is neither."""
    if wrong:
        raise Contradiction(*dict.fromkeys(wrong))
    if missing:
        raise Missing(*dict.fromkeys(missing))


def in_time(case: Case, letter: Event, days: int) -> bool | None:
    """Whether a letter follows within so many days after the noting (16.2.4, 16.2.5); None where no noting is known."""
    noted = case.noted(letter.who)
    return None if noted is None else noted.day <= letter.day <= term(noted.day, days)

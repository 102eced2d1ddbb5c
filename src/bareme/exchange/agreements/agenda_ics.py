"""An agenda as iCalendar (RFC 5545): all-day events on the day, or over the month, quarter or year that is named."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.commitments.agenda import Agenda
from bareme.conventions.agreement_2020.commitments.model import Item
from bareme.conventions.agreement_2020.commitments.wording import details_of, summary_of
from bareme.exchange.outputs import check_place, written_whole

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//bareme//agreement//EN"


def write_agenda(found: Agenda, system: System, place: Path, language: str, overwrite: bool) -> int:
    """Write an agenda, whole or not at all, and give the number of its events; the same agenda gives the same bytes.

    Items without a date are left out.
    """
    check_place(place, (".ics",), "a calendar is written as .ics", "Nothing was written.", overwrite)
    dated = [item for item in found.items if item.due is not None]
    content = agenda_ics(found, system, language)
    with written_whole(place, over=overwrite) as draft:
        draft.write_bytes(content)
    return len(dated)


def agenda_ics(found: Agenda, system: System, language: str) -> bytes:
    """The bytes of the calendar of an agenda."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for item in found.items:
        if item.due is not None:
            calendar.add_component(_event(item, found, system, language))
    content: bytes = calendar.to_ical(sorted=False)
    return content


def _event(item: Item, found: Agenda, system: System, language: str) -> Event:
    from icalendar import Event

    own, period = item.commitment, item.period
    event = Event()
    event.add("uid", f"{item.id}@agreement-{found.year}.bareme")
    event.add("dtstamp", _moment(system.parameters.day("concluded")))
    if period is not None:
        event.add("dtstart", period.start)
        event.add("dtend", period.end)
    event.add("summary", summary_of(system, item, language))
    event.add("description", details_of(system, item, found, language))
    event.add("categories", [own.kind.value, own.precision.value])
    event.add("transp", "TRANSPARENT")
    return event


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)

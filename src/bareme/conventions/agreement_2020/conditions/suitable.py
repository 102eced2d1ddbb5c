"""The hours that normally suit patients (14.3.2.2.2): an awaited parameter, since the agreement does not name them."""

from __future__ import annotations

import re

from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.conditions.model import DAYS
from bareme.errors import InputError

_HOURS = re.compile(r"([a-z]+) (\d{2}):(\d{2})-(\d{2}):(\d{2})", re.ASCII)


def suitable_hours(system: System) -> dict[str, list[tuple[int, int]]]:
    """The hours that suit patients by day, in minutes from (inclusive) and to (exclusive); `Missing` while awaited.

    `InputError` for one that was supplied and is none.
    """
    found: dict[str, list[tuple[int, int]]] = {day: [] for day in DAYS}
    for text in system.parameters.texts("suitable_hours"):
        read = _HOURS.fullmatch(text)
        start, end = (int(read[2]) * 60 + int(read[3]), int(read[4]) * 60 + int(read[5])) if read else (0, 0)
        if read is None or read[1] not in DAYS or not start < end <= 24 * 60:
            raise InputError(f"conditions.suitable_hours: {text!r} is no such hours; write them as monday 08:00-18:00.")
        found[read[1]].append((start, end))
    return {day: _joined(sorted(hours)) for day, hours in found.items()}


def _joined(hours: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Hours without those that touch or overlap."""
    joined: list[tuple[int, int]] = []
    for start, end in hours:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def minutes_within(hours: list[tuple[int, int]], start: int, end: int) -> int:
    """How many minutes of a slot fall within hours of its day."""
    return sum(max(0, min(end, until) - max(start, since)) for since, until in hours)

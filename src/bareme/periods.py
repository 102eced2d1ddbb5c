"""Dates and half-open periods: the first day belongs to a period, the last does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from bareme.errors import InputError


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` (inclusive) to `end` (exclusive; None: still open)."""

    start: date
    end: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    @property
    def last_day(self) -> date | None:
        """The last day that belongs to the period, or None while it is open."""
        return None if self.end is None else self.end - timedelta(days=1)


def as_date(value: date | str, name: str = "date") -> date:
    """A date given as `date` or ISO string; `InputError` names the parameter otherwise.

    >>> as_date("2026-03-01")
    datetime.date(2026, 3, 1)
    """
    if isinstance(value, datetime):
        raise InputError(f"{name}: {value} is a moment; give a day, for example {value.date()}.")
    if isinstance(value, date):
        return value
    try:
        return _day(value)
    except (TypeError, ValueError):
        raise InputError(f"{name}: {value!r} is not a date; write it as 2026-03-01.") from None


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    found = date.fromisoformat(text)
    if found.isoformat() != text:  # 20260301 and 2026-W09-7 are ISO too
        raise ValueError
    return found


def is_day(text: str) -> bool:
    """True for a day written as 2026-03-01.

    >>> is_day("2026-03-01"), is_day("2025/336")
    (True, False)
    """
    try:
        _day(text)
    except ValueError:
        return False
    return True


def as_moment(value: datetime | str, name: str = "moment") -> datetime:
    """A moment in UTC from `datetime` or ISO string; a day alone means its end; no zone means UTC."""
    if isinstance(value, str):
        try:
            if len(value) == 10:
                day = _day(value)
                return datetime(day.year, day.month, day.day, 23, 59, 59, 999999, tzinfo=UTC)
            value = datetime.fromisoformat(value)
        except ValueError:
            raise InputError(f"{name}: {value!r} is not a moment; write it as 2026-03-01T12:00:00Z.") from None
    if not isinstance(value, datetime):
        raise InputError(f"{name}: {value!r} is not a moment; write it as 2026-03-01T12:00:00Z.")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def completed_years(birth: date, day: date) -> int:
    """Age in completed years on `day`.

    >>> completed_years(date(2001, 5, 6), date(2025, 5, 5)), completed_years(date(2001, 5, 6), date(2025, 5, 6))
    (23, 24)
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))

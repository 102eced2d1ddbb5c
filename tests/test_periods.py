"""Days, half-open periods, moments and completed years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareme.errors import InputError
from bareme.periods import Period, as_date, as_moment, completed_years

DAYS = st.dates(date(1, 1, 2), date(9999, 12, 30))


@given(DAYS, st.integers(0, 3000), st.integers(-3000, 6000))
def test_the_first_day_belongs_to_a_period_and_the_end_does_not(start: date, length: int, offset: int) -> None:
    if start.toordinal() + max(length, offset) >= date.max.toordinal() or start.toordinal() + offset < 1:
        return
    end, day = start + timedelta(days=length), start + timedelta(days=offset)
    period = Period(start, end)
    assert (day in period) == (0 <= offset < length)
    assert (day in Period(start)) == (offset >= 0)
    assert period.last_day == end - timedelta(days=1)
    assert length == 0 or period.last_day in period
    assert end not in period


@given(DAYS, st.integers(1, 400), st.integers(1, 400))
def test_periods_that_meet_share_no_day_and_leave_none_out(start: date, one: int, other: int) -> None:
    if start.toordinal() + one + other >= date.max.toordinal():
        return
    middle = start + timedelta(days=one)
    first, second = Period(start, middle), Period(middle, middle + timedelta(days=other))
    for day in (start, middle - timedelta(days=1), middle, middle + timedelta(days=other - 1)):
        assert (day in first) != (day in second)


def test_an_open_period_has_no_last_day() -> None:
    assert Period(date(2025, 1, 1)).last_day is None
    assert date.max in Period(date(2025, 1, 1))


@given(st.dates())
def test_a_day_is_taken_as_date_or_in_iso_form(day: date) -> None:
    assert as_date(day) == as_date(day.isoformat()) == day


BAD_DAYS: list[Any] = [
    "",
    "2026",
    "2026-3-1",
    "20260301",
    "2026-W09-7",
    "01-03-2026",
    "2026-02-29",
    "2026-03-01T00",
    " 2026-03-01",
]


@pytest.mark.parametrize("value", [*BAD_DAYS, None, 20260301])
def test_what_is_no_day_is_refused_with_the_name_of_the_parameter(value: Any) -> None:
    with pytest.raises(InputError, match=r"effective_on: .* is not a date; write it as 2026-03-01"):
        as_date(value, "effective_on")


def test_a_moment_is_not_a_day() -> None:
    with pytest.raises(InputError, match="is a moment; give a day, for example 2026-03-01"):
        as_date(datetime(2026, 3, 1, 12, tzinfo=UTC))


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)), st.integers(-14, 14))
def test_a_moment_is_in_utc_whatever_its_zone(moment: datetime, hours: int) -> None:
    there = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    for given_as in (there, there.isoformat()):
        found = as_moment(given_as)
        assert found == there
        assert found.utcoffset() == timedelta(0)
    assert as_moment(moment) == as_moment(moment.isoformat()) == moment.replace(tzinfo=UTC)


@given(st.dates())
def test_a_day_as_a_moment_is_its_end(day: date) -> None:
    found = as_moment(day.isoformat())
    assert (found.date(), found.tzinfo) == (day, UTC)
    assert found == datetime(day.year, day.month, day.day, 23, 59, 59, 999999, tzinfo=UTC)


def test_a_z_is_read() -> None:
    assert as_moment("2026-03-01T12:00:00Z") == datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "now", "2026-13-01", "2026-W09-7", "2026-03-01 25:00", None, 3])
def test_what_is_no_moment_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match=r"as_recorded_at: .* is not a moment; write it as 2026-03-01T12:00:00Z"):
        as_moment(value, "as_recorded_at")


@given(st.dates(date(1850, 1, 1), date(2100, 12, 31)), st.integers(0, 150))
def test_a_year_is_completed_on_the_birthday_and_not_the_day_before(born: date, years: int) -> None:
    """Who was born on 29 February has the birthday of other years on 1 March."""
    year = born.year + years
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    birthday = date(year, 3, 1) if (born.month, born.day) == (2, 29) and not leap else born.replace(year=year)
    assert completed_years(born, birthday) == years
    assert completed_years(born, birthday - timedelta(days=1)) == years - 1


@given(st.dates(date(1850, 1, 1), date(2100, 12, 31)), st.dates(date(1850, 1, 1), date(2200, 12, 31)))
def test_nobody_gets_younger(born: date, day: date) -> None:
    today, tomorrow = completed_years(born, day), completed_years(born, day + timedelta(days=1))
    assert today <= tomorrow <= today + 1
    assert (today >= 0) == (day >= born)


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(2004, 2, 29), date(2022, 2, 28), 17),
        (date(2004, 2, 29), date(2022, 3, 1), 18),
        (date(2004, 2, 29), date(2024, 2, 28), 19),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (date(2025, 1, 1), date(2025, 1, 1), 0),
        (date(2025, 1, 2), date(2025, 1, 1), -1),
    ],
)
def test_completed_years(born: date, day: date, years: int) -> None:
    assert completed_years(born, day) == years

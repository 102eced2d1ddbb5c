"""A maximum of units in so many months: held against a plain count, and against its own promise on random histories."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareme.conventions.capping import Window, capped, capped_table, months_after

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
HISTORIES = st.lists(st.tuples(st.sampled_from("ab"), DAYS, st.integers(0, 20)), max_size=30)
Act = tuple[str, date, int, int]


def numbered(history: list[tuple[str, date, int]]) -> list[Act]:
    return [(patient, day, line, units) for line, (patient, day, units) in enumerate(history, start=1)]


def year_later(day: date) -> date:
    """Twelve months later, said otherwise: the same day of the next year, 28 February for the 29th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 2, 28)


def plainly(acts: list[Act], most: int, window: Window) -> dict[int, int]:
    """The units paid by line, each act counted from nothing."""
    paid: dict[int, int] = {}
    start: dict[str, date] = {}
    for patient, day, line, units in sorted(acts):
        earlier = [a for a in sorted(acts) if a[0] == patient and (a[1], a[2]) < (day, line) and paid[a[2]]]
        if window is Window.ROLLING:
            inside = [a for a in earlier if day < year_later(a[1])]
        else:
            if patient in start and day >= year_later(start[patient]):
                del start[patient]
            inside = [a for a in earlier if patient in start and a[1] >= start[patient]]
        paid[line] = min(units, most - sum(paid[a[2]] for a in inside))
        if paid[line]:
            start.setdefault(patient, day)
    return paid


@given(HISTORIES, st.sampled_from(Window))
def test_it_pays_what_a_plain_count_pays(history: list[tuple[str, date, int]], window: Window) -> None:
    acts = numbered(history)
    found = {c.line: c.paid for c in capped(acts, 16, 12, window)}
    assert found == plainly(acts, 16, window)


@given(HISTORIES)
def test_no_twelve_months_have_more_units_than_the_maximum(history: list[tuple[str, date, int]]) -> None:
    acts = numbered(history)
    paid = {c.line: c.paid for c in capped(acts, 16, 12)}
    for patient, start, _, _ in acts:
        inside = [a for a in acts if a[0] == patient and start <= a[1] < year_later(start)]
        assert sum(paid[a[2]] for a in inside) <= 16


@given(HISTORIES, st.randoms(use_true_random=False), st.sampled_from(Window))
def test_the_order_in_which_acts_are_given_does_not_matter(
    history: list[tuple[str, date, int]], dice: object, window: Window
) -> None:
    acts = numbered(history)
    shuffled = sorted(acts, key=lambda _: dice.random())  # type: ignore[attr-defined]
    assert {c.line: c for c in capped(acts, 16, 12, window)} == {c.line: c for c in capped(shuffled, 16, 12, window)}


@given(HISTORIES, st.sampled_from(Window))
def test_what_is_left_and_who_used_it(history: list[tuple[str, date, int]], window: Window) -> None:
    found = {c.line: c for c in capped(numbered(history), 16, 12, window)}
    for act in found.values():
        assert act.left == 16 - sum(found[line].paid for line in act.used_by)
        assert act.paid == min(act.units, act.left)
        other = {c.line: c.paid for c in capped(numbered(history), 16, 12, *(w for w in Window if w is not window))}
        assert act.other == other[act.line]


@pytest.mark.parametrize("window", Window)
def test_the_same_over_arrow(window: Window) -> None:
    history = [("b", date(2025, 3, 1), 10), ("a", date(2025, 3, 1), 16), ("b", date(2025, 9, 1), 10)]
    acts = numbered([*history, ("b", date(2026, 3, 1), 9)])
    table = pa.table(dict(zip(("patient", "date", "line", "units"), map(list, zip(*acts, strict=True)), strict=True)))
    found = capped_table(table, 16, 12, window)
    assert found.column("line").to_pylist() == [1, 2, 3, 4]
    # On 1 March 2026 the ten units of the year before count no more, in either way.
    assert found.column("paid").to_pylist() == [10, 16, 6, 9]
    assert found.column("used_by").to_pylist()[2] == [1]


def test_the_two_windows_differ_across_a_year() -> None:
    acts = numbered([("a", date(2025, 3, 1), 4), ("a", date(2026, 2, 1), 12), ("a", date(2026, 3, 1), 10)])
    rolling, first = ([(c.paid, c.other) for c in capped(acts, 16, 12, window)] for window in Window)
    assert rolling == [(4, 4), (12, 12), (4, 10)]
    assert first == [(4, 4), (12, 12), (10, 4)]


@given(DAYS)
def test_months_after_is_the_same_day_of_a_later_year(day: date) -> None:
    assert months_after(day, 12) == year_later(day)
    assert months_after(day, 0) == day
    assert timedelta(27) < months_after(day, 1) - day < timedelta(32)

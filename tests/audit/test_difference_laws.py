"""What must hold of the difference of any two circulars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bareme.audit.changes import Changed, Difference, Part
from bareme.audit.difference import of_circulars
from bareme.circulars.model import Reading
from random_books import RandomBook, books, examples
from running import valid


def readings(book: RandomBook) -> list[Reading]:
    return [circular.reading() for circular in book.circulars]


def told(found: Difference, *, back: bool = False) -> tuple[Counter[object], Counter[object], Counter[object], int]:
    """What a difference says without its reasons; turned around when `back`."""

    def figure(c: Changed) -> object:
        values = (c.after, c.before) if back else (c.before, c.after)
        situation = c.situation.words
        return (c.act.codes, c.part, c.letter, situation, c.derived, *values)

    added, ended = (Counter((x.act.codes, x.fee) for x in side) for side in (found.added, found.ended))
    figures: Counter[object] = Counter(figure(c) for c in found.changed)
    sides: tuple[Any, Any] = (ended, added) if back else (added, ended)
    return (*sides, figures, found.unchanged)


def dated(reading: Reading, day: date) -> Reading:
    return replace(reading, circular=replace(reading.circular, effective_on=day, issued_on=day))


@settings(max_examples=examples(50), deadline=None)
@given(st.data())
def test_two_circulars_and_the_two_the_other_way_round_mirror_each_other(data: st.DataObject) -> None:
    found = readings(data.draw(books(acts=0)))
    one, other = data.draw(st.sampled_from(found)), data.draw(st.sampled_from(found))
    forward, back = of_circulars(one, other), of_circulars(other, one)
    assert told(forward) == told(back, back=True)
    valid(forward.to_dict(), "compare-1")
    early, late = date(2001, 1, 1), date(2002, 1, 1)
    if one.circular.series == other.circular.series and one.circular.number != other.circular.number:
        # The circulars change places: each is the earlier one once, and nothing is only turned around.
        there = of_circulars(dated(one, early), dated(other, late))
        here = of_circulars(dated(other, early), dated(one, late))
        assert told(there) == told(here, back=True)


@settings(max_examples=examples(35), deadline=None)
@given(books(acts=0))
def test_a_circular_against_itself_is_empty(book: RandomBook) -> None:
    for reading in readings(book):
        found = of_circulars(reading, reading)
        assert found.is_empty
        assert [note.kind for note in found.notes if note.kind != "in_doubt"] == ["same"]


def fees(reading: Reading) -> Iterator[tuple[str, Decimal]]:
    """The fees of the codes that stand on one line."""
    lines = Counter(code.digits for x in reading.lines for code in x.codes)
    yield from ((c.digits, x.fee.amount) for x in reading.lines for c in x.codes if x.fee and lines[c.digits] == 1)


@settings(max_examples=examples(35), deadline=None)
@given(st.data())
def test_codes_and_fees_are_those_of_the_plain_lists(data: st.DataObject) -> None:
    found = [r for r in readings(data.draw(books(acts=0))) if r.circular.kind == "circular"]
    if not found:
        return
    one, other = (data.draw(st.sampled_from(found)) for _ in range(2))
    one, other = dated(one, date(2001, 1, 1)), dated(other, date(2002, 1, 1))
    difference = of_circulars(one, other)
    if one.circular.series == other.circular.series:
        codes = [{c.digits for x in reading.lines for c in x.codes} for reading in (one, other)]
        assert {code for x in difference.added for code in x.act.codes} == codes[1] - codes[0]
        assert {code for x in difference.ended for code in x.act.codes} == codes[0] - codes[1]
    old, new = dict(fees(one)), dict(fees(other))
    changed = {code: c for c in difference.changed if c.part is Part.FEE for code in c.act.codes}
    for code in old.keys() & new.keys():
        assert (code in changed) == (old[code] != new[code])
        if code in changed:
            assert (changed[code].before, changed[code].after) == (old[code], new[code])

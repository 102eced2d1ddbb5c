"""What two circulars, or two sets of tariffs in force, do not have in common: added, ended, changed, and why.

Codes that only one side holds are added or ended; of codes that both hold every figure is compared, those that bareme
computes included. Changes are told from one side to the other, reasons as they came: from the earlier to the later.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from bareme.audit.because import Because, in_words
from bareme.audit.changes import Act, Changed, Difference, Listing, Note, Side
from bareme.audit.compared import Situation
from bareme.audit.pairs import Listed, Pair, Sighting, listed_once, pairs_of, sightings_of
from bareme.audit.registry import doubtful_rows
from bareme.audit.ways import Stage, Way, reason_of, stage_of, why_added, why_ended
from bareme.circulars.model import Line, Reading
from bareme.nomenclature.codes import Code

MOST_LINES = 3
"""So many lines in doubt are named."""
OTHER_SERIES = Because("other_series")
ONE_NUMBER = Because("one_number")
UNDATED = Because("undated")
SAME_DAY = Because("same_day")


def difference_of(
    sides: tuple[Side, Side],
    before: Sequence[Listed],
    after: Sequence[Listed],
    way_of: Callable[[Pair], Way],
    notes: Sequence[Note] = (),
    as_known_on: date | None = None,
) -> Difference:
    """The difference of two sides, the earlier one first. `way_of` gives the circulars between the lines of a pair."""
    changed: list[Changed] = []
    unchanged = 0
    for pair in pairs_of(before, after):
        sightings = list(sightings_of(pair))
        moved = [seen for seen in sightings if seen.before != seen.after]
        unchanged += len(sightings) - len(moved)
        if moved:
            way, act = way_of(pair), pair.act
            changed += [_changed(pair, act, seen, way) for seen in moved]
    added = tuple(_listing(pair, why_added(pair.codes, way_of(pair))) for pair in listed_once(after, before))
    ended = tuple(_listing(pair, why_ended(pair.codes, way_of(pair))) for pair in listed_once(before, after))
    doubtful = [listed.line_id for listed in (*before, *after) if listed.doubtful and listed.line_id]
    said = [*notes, *_doubt(doubtful)]
    return Difference(*sides, as_known_on, added, ended, tuple(changed), unchanged, tuple(said))


def _changed(pair: Pair, act: Act, seen: Sighting, way: Way) -> Changed:
    reason = reason_of(pair, seen, way)
    sides = (pair.before, pair.after)
    return Changed(
        act=act,
        part=seen.part,
        before=seen.before,
        after=seen.after,
        why=in_words(reason.because),
        because=reason.because,
        letter=seen.letter,
        situation=seen.situation or Situation(),
        derived=seen.derived,
        klass=reason.klass,
        measure=reason.measure,
        circulars=(_number(sides[0]), _number(sides[1])),
        line_ids=(sides[0].line_id if sides[0] else None, sides[1].line_id if sides[1] else None),
    )


def _number(listed: Listed | None) -> str | None:
    return None if listed is None else listed.reading.circular.number


def _listing(pair: Pair, because: Because) -> Listing:
    listed = pair.newest
    fee = listed.line.fee
    return Listing(pair.act, fee.amount if fee else None, _number(listed), listed.line_id, because.words, because)


def _doubt(lines: Sequence[str]) -> Iterator[Note]:
    names = list(dict.fromkeys(lines))
    if names:
        more = f" and {len(names) - MOST_LINES} more" if len(names) > MOST_LINES else ""
        verb = "is" if len(names) == 1 else "are"
        message = f"{', '.join(names[:MOST_LINES])}{more} {verb} in doubt: compared as printed, and not priced."
        yield Note("in_doubt", message)


def of_circulars(
    start: Reading,
    end: Reading,
    before: Callable[[Reading], Sequence[Reading]] = lambda reading: (),
    as_known_on: date | None = None,
) -> Difference:
    """What changed from one circular to another. `before` gives the circulars that one follows, oldest first."""
    if _is_later(start, end):
        found = of_circulars(end, start, before, as_known_on).mirrored()
        return replace(found, notes=(_later_first(start, end), *found.notes))
    way, notes = _way_between(start, end, before)
    old, new = listed_in(start), listed_in(end)
    held, other = _codes(old), _codes(new)
    both = way.unlinked == OTHER_SERIES
    if both or end.circular.kind == "corrigendum":
        old = _only(old, other)
    if both or start.circular.kind == "corrigendum":
        new = _only(new, held)
    return difference_of((_side(start), _side(end)), old, new, lambda pair: way, notes, as_known_on)


def listed_in(reading: Reading) -> list[Listed]:
    """The lines of a circular, each with all of its codes."""
    doubtful = doubtful_rows(reading.findings)
    on_lines = Counter(code for line in reading.lines for code in line.codes)
    found = []
    for line in reading.lines:
        if line.codes:
            name = _line_id(reading, line, several=on_lines[line.codes[0]] > 1)
            found.append(Listed(line, line.codes, reading, name, (line.source.table, line.source.row) in doubtful))
    return found


def _line_id(reading: Reading, line: Line, several: bool) -> str | None:
    """As `Reading.line_id`, which counts the lines of a code anew each time; None for a circular without a number."""
    if reading.circular.number is None:
        return None
    section = f"@{line.section.number or line.section.title}" if several and line.section else ""
    return f"{reading.circular.number}:{line.codes[0]}{section}"


def _codes(listed: Sequence[Listed]) -> set[Code]:
    return {code for one in listed for code in one.codes}


def _only(listed: Sequence[Listed], codes: set[Code]) -> list[Listed]:
    """The lines of these codes, for these codes."""
    kept = [(one, tuple(code for code in one.codes if code in codes)) for one in listed]
    return [Listed(one.line, held, one.reading, one.line_id, one.doubtful) for one, held in kept if held]


def _side(reading: Reading) -> Side:
    circular = reading.circular
    numbers = () if circular.number is None else (circular.number,)
    series = () if circular.series is None else (circular.series,)
    return Side("circular", circular.number or reading.document.name, numbers, series, len(reading.lines))


def _is_later(one: Reading, other: Reading) -> bool:
    """True when a circular takes effect after another; on one day the one known later does, and a corrigendum last."""
    places = []
    for circular in (one.circular, other.circular):
        if circular.effective_on is None or circular.issued_on is None:
            return False
        digits = [int(number) for number in re.findall(r"[0-9]+", circular.number or "")]
        places.append((circular.effective_on, circular.issued_on, circular.kind == "corrigendum", digits))
    return places[0] > places[1]


def _way_between(
    start: Reading, end: Reading, before: Callable[[Reading], Sequence[Reading]]
) -> tuple[Way, list[Note]]:
    """The circulars after `start` up to `end`, if measures lead from one to the other, and what is to be noted."""
    old, new = start.circular, end.circular
    notes = list(_notes(start, end))
    unlinked = {"same": ONE_NUMBER, "one_number": ONE_NUMBER, "other_series": OTHER_SERIES}
    unlinked |= {"undated": UNDATED, "same_day": SAME_DAY}
    reason = next((unlinked[note.kind] for note in notes if note.kind in unlinked), None)
    if reason is not None or old.effective_on is None or new.effective_on is None:
        return Way(unlinked=reason), notes
    earlier, between = list(before(start)), []
    for reading in before(end):
        day, own = reading.circular.effective_on, reading.circular.number in (old.number, new.number)
        is_past = day is not None and (day < new.effective_on or new.kind == "corrigendum")
        if day is not None and old.effective_on < day and is_past and not own:
            between.append(reading)
    if between:
        numbers = ", ".join(f"{r.circular.number} from {r.circular.effective_on}" for r in between)
        notes.append(Note("on_the_way", f"in between: {numbers}."))
    chain = [*earlier, start]
    stages: list[Stage] = []
    for reading in (*between, end):
        stages.append(stage_of(reading, chain))
        chain.append(reading)
    return Way(tuple(stages), tuple(stage_of(reading) for reading in (*earlier, start))), notes


def _later_first(start: Reading, end: Reading) -> Note:
    names = [f"{r.circular.number or r.document.name} holds from {r.circular.effective_on}" for r in (start, end)]
    message = f"{names[0]}, {names[1]}: changes are told from the later to the earlier, reasons as they came."
    return Note("later_first", message)


def _notes(start: Reading, end: Reading) -> Iterator[Note]:
    """What is to be said of two circulars, the earlier one first, before their lines are looked at."""
    old, new = start.circular, end.circular
    name, other = old.number or start.document.name, new.number or end.document.name
    if start.document.sha256 == end.document.sha256 and old == new and start.lines == end.lines:
        yield Note("same", f"{name} is compared with itself.")
    elif old.number is not None and old.number == new.number:
        yield Note("one_number", f"{start.document.name} and {end.document.name} are both circular {name}.")
    elif old.series != new.series:
        series = [circular.series or "no series" for circular in (old, new)]
        message = f"{name} is of {series[0]}, {other} of {series[1]}: only codes that both hold are compared."
        yield Note("other_series", message)
    elif old.effective_on is None or new.effective_on is None:
        yield Note("undated", f"{name if old.effective_on is None else other} does not say from when it holds.")
    elif old.effective_on == new.effective_on and new.kind != "corrigendum":
        yield Note(
            "same_day", f"{name} and {other} take effect on one day, {old.effective_on}: {other} replaces {name}."
        )
    if old.language != new.language:
        message = f"{name} is in {old.language}, {other} in {new.language}: labels are not compared."
        yield Note("other_language", message)
    for reading in (start, end) if start.lines != end.lines else ():
        if reading.circular.kind == "corrigendum":
            number = reading.circular.number or reading.document.name
            message = f"{number} is a corrigendum: codes that it does not list stay as they are."
            yield Note("corrigendum", message)

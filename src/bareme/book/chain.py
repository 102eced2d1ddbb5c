"""Which circulars of its series a circular follows, as corrected by then, and which one follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bareme.book.ledger import Entry
from bareme.book.timeline import rank_of
from bareme.circulars.model import Line, Reading


def predecessors(reading: Reading, recorded: Sequence[Entry]) -> list[Reading]:
    """The circulars of the reading's series that take effect before it, oldest first, with their corrigenda applied.

    Of several with one effective date the one known last holds. A corrigendum corrects a circular on its own day too.
    """
    effective = str(reading.circular.effective_on)
    if reading.circular.effective_on is None:
        return []
    on_its_day = reading.circular.kind == "corrigendum"
    series = _series(reading, recorded)
    before = [e for e in series if e.effective_from < effective or (on_its_day and e.effective_from == effective)]
    full = {e.effective_from: e for e in before if _kind(e) == "circular"}
    starts = sorted(full)
    found = []
    for start, end in zip(starts, [*starts[1:], effective], strict=False):  # none at all where nothing is before
        corrigenda = [e for e in before if _kind(e) == "corrigendum" and start <= e.effective_from < end]
        later = [e for e in corrigenda if _rank(e) > _rank(full[start])]
        found.append(_corrected(full[start].reading(), [e.reading() for e in later]))
    return found


def replaced(reading: Reading, recorded: Sequence[Entry]) -> Reading | None:
    """The circular with the same effective date that the reading replaces because it is known later."""
    same = [e for e in _series(reading, recorded) if e.effective_from == str(reading.circular.effective_on)]
    before = [e for e in same if _kind(e) == "circular" and _rank(e) < _rank_of(reading, recorded)]
    return before[-1].reading() if before else None


def successor(reading: Reading, recorded: Sequence[Entry]) -> Reading | None:
    """The circular that follows the reading in its series, or replaces it: of those next, the one known last."""
    effective = str(reading.circular.effective_on)
    if reading.circular.effective_on is None:
        return None
    here = (effective, _rank_of(reading, recorded))
    circulars = [e for e in _series(reading, recorded) if _kind(e) == "circular"]
    after = [e for e in circulars if (e.effective_from, _rank(e)) > here]
    start = min((e.effective_from for e in after), default="")
    return next((e.reading() for e in reversed(after) if e.effective_from == start), None)


def _corrected(circular: Reading, corrigenda: Sequence[Reading]) -> Reading:
    """A circular with the lines of its corrigenda in place of those with the same codes."""
    lines = list(circular.lines)
    for corrigendum in corrigenda:
        codes = {code for line in corrigendum.lines for code in line.codes}
        here = next((i for i, line in enumerate(lines) if codes.intersection(line.codes)), len(lines))
        kept: list[Line] = [line for line in lines[here:] if not codes.intersection(line.codes)]
        lines = [*lines[:here], *corrigendum.lines, *kept]
    return replace(circular, lines=tuple(lines)) if corrigenda else circular


def _series(reading: Reading, recorded: Sequence[Entry]) -> list[Entry]:
    """The others of the reading's series, ordered by when they are known; of each number the version recorded last."""
    last = {e.circular: e for e in recorded if e.circular != reading.circular.number}
    same = [e for e in last.values() if e.reading().circular.series == reading.circular.series]
    return sorted(same, key=_rank)


def _kind(entry: Entry) -> str:
    return entry.reading().circular.kind


def _rank(entry: Entry) -> tuple[object, ...]:
    """Of two with one effective date, the one known later replaces the other."""
    return rank_of(entry.known_from, entry.circular, entry.seq, is_corrigendum=_kind(entry) == "corrigendum")


def _rank_of(reading: Reading, recorded: Sequence[Entry]) -> tuple[object, ...]:
    """That of a reading that is to be recorded now."""
    last = max((e.seq for e in recorded), default=0)
    return rank_of(str(reading.circular.issued_on), reading.circular.number or "", last + 1)

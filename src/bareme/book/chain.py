"""Which circulars of its series a circular follows, as corrected by then, and which one follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bareme.book.holdings import held_of
from bareme.book.ledger import Entry
from bareme.book.timeline import rank_of
from bareme.circulars.model import Line, Reading

Rank = tuple[object, ...]
"""Orders the circulars of a series; `rank_of` says how."""


def predecessors(reading: Reading, recorded: Sequence[Entry]) -> list[Reading]:
    """The circulars of the reading's series that take effect before it, oldest first, with their corrigenda applied.

    Of several with one effective date the one known last holds. A corrigendum corrects a circular on its own day too.
    """
    effective = str(reading.circular.effective_on)
    if reading.circular.effective_on is None:
        return []
    on_its_day = reading.circular.kind == "corrigendum"
    series = _series(reading, recorded)
    before = [
        (r, e) for r, e in series if e.effective_from < effective or (on_its_day and e.effective_from == effective)
    ]
    full = {e.effective_from: (rank, e) for rank, e in before if _kind(e) == "circular"}
    corrigenda = [(rank, e) for rank, e in before if _kind(e) == "corrigendum"]
    starts = sorted(full)
    found = []
    for start, end in zip(starts, [*starts[1:], effective], strict=False):  # none at all where nothing is before
        here, circular = full[start]
        later = [e.reading() for rank, e in corrigenda if start <= e.effective_from < end and rank > here]
        found.append(_corrected(circular.reading(), later))
    return found


def replaced(reading: Reading, recorded: Sequence[Entry]) -> Reading | None:
    """The circular with the same effective date that the reading replaces because it is known later."""
    here = _rank_of(reading, recorded)
    earlier = [e for rank, e in _series(reading, recorded) if rank < here and _kind(e) == "circular"]
    same = [e for e in earlier if e.effective_from == str(reading.circular.effective_on)]
    return same[-1].reading() if same else None


def successor(reading: Reading, recorded: Sequence[Entry]) -> Reading | None:
    """The circular that follows the reading in its series, or replaces it: of those next, the one known last."""
    effective = str(reading.circular.effective_on)
    if reading.circular.effective_on is None:
        return None
    here = (effective, _rank_of(reading, recorded))
    circulars = [(rank, e) for rank, e in _series(reading, recorded) if _kind(e) == "circular"]
    after = [e for rank, e in circulars if (e.effective_from, rank) > here]
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


def _series(reading: Reading, recorded: Sequence[Entry]) -> list[tuple[Rank, Entry]]:
    """The others of the reading's series in their order, with their ranks; of each number the version recorded last."""
    last = {e.circular: e for e in recorded if e.circular != reading.circular.number}
    same = [e for e in last.values() if held_of(e).series == (reading.circular.series or "")]
    first = _first_versions(recorded)
    ranked = [(_rank(first[e.circular], _kind(e)), e) for e in same]
    return sorted(ranked, key=lambda found: found[0])


def _kind(entry: Entry) -> str:
    return held_of(entry).kind


def _first_versions(recorded: Sequence[Entry]) -> dict[str, Entry]:
    """Of each number the entry that was known first."""
    first: dict[str, Entry] = {}
    for entry in sorted(recorded, key=lambda e: (e.known_from, e.seq)):
        first.setdefault(entry.circular, entry)
    return first


def _rank(first: Entry, kind: str) -> Rank:
    """Of two with one effective date, the one known later replaces the other; a corrected version keeps its rank."""
    return rank_of(first.known_from, first.circular, first.seq, is_corrigendum=kind == "corrigendum")


def _rank_of(reading: Reading, recorded: Sequence[Entry]) -> Rank:
    """That of a reading that is held, or else to be recorded now."""
    first = _first_versions(recorded).get(reading.circular.number or "")
    if first is not None:
        return _rank(first, reading.circular.kind)
    last = max((e.seq for e in recorded), default=0)
    return rank_of(str(reading.circular.issued_on), reading.circular.number or "", last + 1)

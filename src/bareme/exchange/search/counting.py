"""How many lines each entry of a book added, changed and ended.

A circular is compared with what the book held for the day on which it takes effect, a corrected circular with what it
said before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bareme.book.ledger import Entry
from bareme.book.timeline import rank_of
from bareme.exchange.search.extracting import LightLine, Said


@dataclass(frozen=True, slots=True)
class Counts:
    """Lines of an entry: all of them, the new ones, those with other figures; and lines that it no longer has."""

    lines: int = 0
    added: int = 0
    changed: int = 0
    ended: int = 0


@dataclass(slots=True)
class _Version:
    """A circular of a series as last recorded; its rank is that of its first version."""

    rank: tuple[object, ...]
    first_known: str
    known: str
    effective: str
    said: Said


class Counter:
    """Counts entry by entry, in the order in which they were recorded."""

    def __init__(self) -> None:
        self._versions: dict[str, _Version] = {}

    def count(self, entry: Entry, said: Said) -> Counts:
        """The counts of the next entry of a circular."""
        earlier = self._versions.get(entry.circular)
        first = entry.known_from if earlier is None else min(earlier.first_known, entry.known_from)
        corrects = said.kind == "corrigendum"
        rank = rank_of(first, entry.circular, entry.seq, is_corrigendum=corrects) if earlier is None else earlier.rank
        before = self._in_force(said.series, entry.effective_from) if earlier is None else earlier.said.lines
        if earlier is None or entry.known_from >= earlier.known:
            self._versions[entry.circular] = _Version(rank, first, entry.known_from, entry.effective_from, said)
        return _counts(before, said.lines, may_end=not corrects)

    def _in_force(self, series: str, day: str) -> Sequence[LightLine]:
        """The lines of a series that the book so far has in force on a day."""
        members = [v for v in self._versions.values() if v.said.series == series and v.effective <= day]
        full = [v for v in members if v.said.kind != "corrigendum"]
        if not full:
            return []
        start = max(v.effective for v in full)
        holder = max((v for v in full if v.effective == start), key=lambda v: v.rank)
        later = [v for v in members if v.said.kind == "corrigendum" and v.effective >= start and v.rank > holder.rank]
        lines = list(holder.said.lines)
        for version in sorted(later, key=lambda v: v.rank):
            corrected = {code for line in version.said.lines for code in line.codes}
            left = [(line, tuple(c for c in line.codes if c not in corrected)) for line in lines]
            lines = [*(replace(line, codes=codes) for line, codes in left if codes), *version.said.lines]
        return lines


def _counts(before: Sequence[LightLine], after: Sequence[LightLine], *, may_end: bool) -> Counts:
    old, new = _by_code(before), _by_code(after)
    added = [line for line in after if not any(code in old for code in line.codes)]
    changed = [
        line
        for line in after
        if any(code in old for code in line.codes) and not any(line.figures in old.get(code, ()) for code in line.codes)
    ]
    ended = [line for line in before if may_end and not any(code in new for code in line.codes)]
    return Counts(len(after), len(added), len(changed), len(ended))


def _by_code(lines: Iterable[LightLine]) -> Mapping[str, set[int]]:
    found: dict[str, set[int]] = {}
    for line in lines:
        for code in line.codes:
            found.setdefault(code, set()).add(line.figures)
    return found

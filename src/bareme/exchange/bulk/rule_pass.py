"""Conventions' rules for files of acts: asked only of the acts of their codes, and put beside the answer of each.

All files are gone through once before they are priced: acts that a rule must see together (a maximum over a patient's
history) are gathered, the others are asked at once; where those are very many, they are asked piece by piece instead.
Either way the rules are the functions that answer for one act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from bareme.collecting import fewer_rounds
from bareme.conventions.asking import answers_of, asking_inputs, history_codes, rule_codes, with_history
from bareme.conventions.capping import Window
from bareme.conventions.model import NOTHING_PAYABLE, Payable, RuleAnswer
from bareme.exchange.bulk.pieces import Cursors, Piece, Rows, in_order, pieces_of, rows_of
from bareme.exchange.bulk.ruled_acts import MOST_ALIKE, RuledActs, Seen
from bareme.exchange.bulk.sources import ActsFiles
from bareme.money import to_cents

if TYPE_CHECKING:
    import pyarrow as pa

RULED = "ruled_lines"
"""The table of what rules say of each line of a piece, as `piece_select` takes it."""
_GIVEN = ("given",)
MOST_KEPT = 1_000_000
"""So many answers of acts that no other act decides are kept until their piece is priced."""

RowsOf = Callable[[Piece, Any], Rows]
_Gathered = tuple[int, list[Seen], list[tuple[Any, ...]] | None]


class RulePass:
    """The rules of one run. `rows` gives the rows of a piece to a cursor; by default they are those of the acts."""

    def __init__(
        self,
        acts: ActsFiles,
        choices: tuple[str, ...],
        window: Window,
        rows: Callable[[Piece, Any], Rows] | None = None,
    ) -> None:
        self.acts, self.window = acts, window
        self.rows = rows or partial(rows_of, acts)
        self._ruled = RuledActs(acts, choices)
        self._answers: dict[Any, tuple[Any, ...]] = {}
        self._gathered: dict[int, list[tuple[Seen, Mapping[str, Any]]]] = {}
        self._asked: dict[int, list[tuple[Any, ...]]] = {}
        self._starts: list[int] = []

    @fewer_rounds()
    def gather(self, cursors: Cursors, file: ActsFiles | None = None) -> None:
        """Ask the rules of the acts, over all files, that a rule must see together; and of the others, while they are
        few enough to be kept. `file` is what the pieces are of, by default the acts."""
        before, kept = 0, 0
        found: list[tuple[int, Seen]] = []
        work = partial(self._gathered_of, cursors, lambda: kept < MOST_KEPT)
        with closing(in_order(pieces_of(file or self.acts), work, cursors.interrupt)) as gathered:
            for piece, (lines, together, asked) in gathered:
                found += [(piece.number, seen._replace(line=before + seen.line)) for seen in together]
                self._starts.append(before)
                before += lines
                if asked is not None:
                    self._asked[piece.number] = asked
                    kept += len(asked)
        known = with_history([(seen.line, seen.act) for _, seen in found], self.window, whole=True)
        # They are asked with their piece, beside the pricing of another.
        for number, seen in found:
            self._gathered.setdefault(number, []).append((seen, known.get(seen.line, {})))

    def _gathered_of(self, cursors: Cursors, all_are_asked: Callable[[], bool], piece: Piece) -> _Gathered:
        """Of a piece: its lines, the acts that are seen together, and the answers of the others (None: ask later)."""
        cursor = cursors.own()
        rows = self.rows(piece, cursor)
        codes = history_codes()
        if not all_are_asked():
            return rows.count, list(self._ruled.of_piece(cursor, rows, sorted(codes))), None
        together, asked = [], []
        for seen in self._ruled.of_piece(cursor, rows, sorted(rule_codes()), sorted(asking_inputs())):
            if seen.act.code in codes:
                together.append(seen)
            else:
                asked.append(self._row(seen, {}))
        return rows.count, together, asked

    def register(self, cursor: Any, piece: Piece, rows: Rows) -> None:
        """Give the cursor the table `ruled_lines`: what rules say of each line of a piece, in order."""
        cursor.register(RULED, self.table(cursor, piece, rows))

    def table(self, cursor: Any, piece: Piece, rows: Rows) -> pa.Table:
        """What rules say of each line of a piece, in order, asking what was not asked before; amounts in cents."""
        asked = self._asked.pop(piece.number, None)
        if asked is None:
            others = sorted(rule_codes() - history_codes())
            asked = [
                self._row(seen, {})
                for seen in self._ruled.of_piece(cursor, rows, others, sorted(asking_inputs()))
                if seen.act.code not in history_codes()
            ]
        together = self._gathered.pop(piece.number, [])
        return _table([*asked, *(self._row(*one, self._starts[piece.number]) for one in together)], rows.count)

    def one(self, cursor: Any, rows: Rows, line: int, others: Callable[[], None]) -> pa.Table:
        """What rules say of the one row that is given, a line of the whole; `others` gathers all acts, where its code
        needs them."""
        found = list(self._ruled.of_piece(cursor, rows, sorted(rule_codes()), sorted(asking_inputs())))
        told = [self._row(seen, {}) for seen in found if seen.act.code not in history_codes()]
        if found and not told:
            others()
            told = [self._row(*one) for own in self._gathered.values() for one in own if one[0].line == line]
        return _table([(1, *row[1:]) for row in told], 1)

    def _row(self, seen: Seen, known: Mapping[str, Any], before: int = 0) -> tuple[Any, ...]:
        """A line of the table `ruled_lines`, of an act whose line is counted from `before`."""
        *answer, note = self._told(seen, known)
        if known.get("used_by"):
            lines = ",".join(map(str, known["used_by"]))
            used = f"used by lines {lines}; the other window pays {known['other_window']}"
            note = used if note is None else f"{used}; {note}"
        return seen.line - before, *answer, note

    def _told(self, seen: Seen, known: Mapping[str, Any]) -> tuple[Any, ...]:
        """What the rules say of an act, as columns. Many acts are alike but for the patient, and are asked once.

        Which patient it is, and which acts used up a maximum, no rule looks at: only that they are given.
        """
        told = {name: bool(value) if name == "used_by" else value for name, value in known.items()}
        key = (seen.like, "patient" in seen.act.inputs, *told.items())
        found = self._answers.get(key)
        if found is None:
            if len(self._answers) >= MOST_ALIKE:
                self._answers.clear()
            given = {**seen.act.inputs, **known}
            given.update({name: _GIVEN for name in ("patient", "used_by") if given.get(name)})
            found = self._answers[key] = _columns(answers_of(replace(seen.act, inputs=given)))
        return found


def _columns(answers: tuple[RuleAnswer, ...]) -> tuple[Any, ...]:
    """Answers as the rules' columns: results, what is missing, what is paid in cents, amounts besides."""
    results = " ".join([f"{a.rule}={a.result}" for a in answers]) or None
    asked = [f"{a.rule}:{','.join(a.missing or a.contradicts)}" for a in answers if a.missing or a.contradicts]
    paid = next((a.said.payable for a in answers if a.said and a.said.payable), NOTHING_PAYABLE)
    amounts = [f"{a.rule} {a.said.amount}" for a in answers if a.said is not None and a.said.amount]
    return results, " ".join(asked) or None, *_cents(paid), "; ".join(amounts) or None


def _cents(paid: Payable) -> tuple[int | None, ...]:
    amounts: tuple[Decimal | None, ...] = (paid.fee, paid.intervention, paid.patient_share)
    return paid.units, *(None if euro is None else to_cents(euro) for euro in amounts)


def _table(found: list[tuple[Any, ...]], lines: int) -> pa.Table:
    """The table `ruled_lines`: the rules' columns of every line of a piece, in order; amounts in cents."""
    import pyarrow as pa

    paid = ("payable_units", "payable_fee", "payable_intervention", "payable_patient_share")
    names = ("line", "rules", "rules_missing", *paid, "rules_note")
    text = ("rules", "rules_missing", "rules_note")
    columns = dict(zip(names, zip(*found, strict=True) if found else [()] * len(names), strict=True))
    places = _places(columns.pop("line"), lines)
    values = {name: pa.array(own, pa.string() if name in text else pa.int64()) for name, own in columns.items()}
    return pa.table({name: pa.DictionaryArray.from_arrays(places, own) for name, own in values.items()})


def _places(taken: Sequence[int], lines: int) -> pa.Array:
    """For each line its place among those taken, or none. Few are taken of many: only those are touched."""
    import pyarrow as pa

    numbers, bits = bytearray(4 * lines), bytearray((lines + 7) // 8)
    of_line = memoryview(numbers).cast("i")
    for place, line in enumerate(taken):
        of_line[line - 1] = place
        bits[(line - 1) >> 3] |= 1 << ((line - 1) & 7)
    return pa.Array.from_buffers(pa.int32(), lines, [pa.py_buffer(bits), pa.py_buffer(numbers)])

"""Conventions' rules for files of acts: asked only of the acts of their codes, and put beside the answer of each.

Acts that a rule must see together (a maximum over a patient's history) are gathered first, over all files; the others
are asked piece by piece. Either way the rules are the functions that answer for one act.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bareme.conventions.asking import answers_of, asking_inputs, history_codes, rule_codes, with_history
from bareme.conventions.capping import Window
from bareme.conventions.inputs import declared_inputs
from bareme.conventions.model import NOTHING_PAYABLE, Payable, RuleAnswer, RuledAct
from bareme.errors import InputError
from bareme.exchange.bulk.pieces import Piece, Rows, pieces_of, rows_of
from bareme.exchange.bulk.sources import ActsFiles
from bareme.exchange.bulk.statement import acts_of, kinds_in
from bareme.exchange.sql_text import literal, quoted
from bareme.money import from_cents, to_cents
from bareme.pricing.columns import CENTS, KNOWN_COLUMNS, check_rule_columns
from bareme.pricing.statements import statement

if TYPE_CHECKING:
    import pyarrow as pa

RULED = "ruled_lines"
"""The table of a piece's lines that have rules, as `piece_select` joins it."""
_OWN = ("code", "date", "quantity")
RULED_FACTS = ("convention_status",)
"""Facts of a tariff that rules ask too."""


class RulePass:
    """The rules of one run."""

    def __init__(self, acts: ActsFiles, choices: tuple[str, ...], window: Window) -> None:
        check_rule_columns(acts.columns, acts.files[0].path.name)
        self.acts, self.choices, self.window = acts, choices, window
        self.inputs = {name: acts.columns.index(name) for name in declared_inputs() if name in acts.columns}
        self.facts = [name for name in RULED_FACTS if name in acts.known]
        self._known: Mapping[tuple[int, int], Mapping[str, Any]] = {}

    def gather(self, cursor: Any) -> None:
        """Look at the acts of all files that a rule must see together."""
        before, found, places = 0, [], {}
        for piece in pieces_of(self.acts):
            rows = rows_of(self.acts, piece, cursor)
            for line, act in self._ruled(cursor, rows, sorted(history_codes())):
                places[before + line] = (piece.number, line)
                found.append((before + line, act))
            before += rows.count
        known = with_history(found, self.window, whole=True)
        self._known = {places[line]: told for line, told in known.items()}
        self._line_of = {place: line for line, place in places.items()}

    def register(self, cursor: Any, piece: Piece, rows: Rows) -> None:
        """Ask the rules of a piece's acts, and give the cursor the table of their answers."""
        found = [
            self._row(piece.number, line, act)
            for line, act in self._ruled(cursor, rows, sorted(rule_codes()), sorted(asking_inputs()))
        ]
        cursor.register(RULED, _table(found))

    def _row(self, piece: int, line: int, act: RuledAct) -> tuple[Any, ...]:
        answers = self._answers(piece, line, act)
        amounts = [f"{a.rule} {a.said.amount}" for a in answers if a.said is not None and a.said.amount]
        notes = [note for note in (self._note(piece, line), *amounts) if note]
        return line, *_told(answers), "; ".join(notes) or None

    def _answers(self, piece: int, line: int, act: RuledAct) -> tuple[RuleAnswer, ...]:
        known = self._known.get((piece, line))
        return answers_of(act if known is None else act.knowing(known))

    def _note(self, piece: int, line: int) -> str | None:
        """Who used up what is left of a maximum, and what the other window would pay."""
        known = self._known.get((piece, line))
        if not known or not known.get("used_by"):
            return None
        lines = ",".join(map(str, known["used_by"]))
        return f"used by lines {lines}; the other window pays {known['other_window']}"

    def _ruled(
        self, cursor: Any, rows: Rows, codes: Sequence[str], asked_by: Sequence[str] = ()
    ) -> Iterator[tuple[int, RuledAct]]:
        """The acts of some codes among rows, or that give an input that asks, with their tariffs."""
        given = [name for name in asked_by if name in self.inputs]
        carry = [f"CAST({quoted(rows.columns[number])} AS VARCHAR)" for number in self.inputs.values()]
        kinds = kinds_in(self.acts)
        own = rows.columns[: len(self.acts.columns)]
        acts = acts_of(self.acts, own, kinds, rows.line, rows.source, carry or ["NULL"])
        asked = [f"trim(CAST(code AS VARCHAR)) IN ({', '.join(map(literal, codes))})"] if codes else []
        asked += [f"trim(carried.c{list(self.inputs).index(name)}) <> ''" for name in given]
        if not asked:
            return
        own_columns = [*_OWN, *self.facts]
        told = [f"c{n} := CAST({name} AS VARCHAR)" for n, name in enumerate(own_columns)]
        told += [f"c{len(own_columns) + n} := carried.c{n}" for n in range(len(self.inputs))]
        chosen = (
            f"SELECT input_line, struct_pack({', '.join(told)}) AS carried, {', '.join(KNOWN_COLUMNS)} "
            f"FROM ({acts}) WHERE {' OR '.join(asked)}"
        )
        wanted = ", ".join(f"carried.c{n}" for n in range(len(own_columns) + len(self.inputs)))
        amounts = ", ".join(f"CAST({name} AS BIGINT)" for name in CENTS)
        select = (
            f"SELECT input_line, {amounts}, {wanted} "
            f"FROM (WITH acts AS ({chosen}) {statement(self.choices, kinds)}) WHERE invalid = '' ORDER BY input_line"
        )
        cursor.execute(select)
        while block := cursor.fetchmany(10_000):
            for row in block:
                yield row[0], self._act(row)

    def _act(self, row: tuple[Any, ...]) -> RuledAct:
        fee, intervention, share = (None if cents is None else from_cents(cents) for cents in row[1:4])
        code, day, quantity, *rest = row[4:]
        given = rest[len(self.facts) :]
        facts = zip(self.facts, rest[: len(self.facts)], strict=True)
        inputs: dict[str, Any] = {name: text.strip() for name, text in facts if text is not None and text.strip()}
        wrong = set()
        for name, text in zip(self.inputs, given, strict=True):
            try:
                if text is not None and text.strip():
                    inputs[name] = declared_inputs()[name].read(text)
            except InputError:
                wrong.add(name)
        units = 1 if quantity is None or not quantity.strip() else int(quantity.strip().partition(".")[0])
        on = date.fromisoformat(day.strip()[:10])
        return RuledAct(code.strip(), on, units, inputs, fee, intervention, share, frozenset(wrong))


def _told(answers: tuple[RuleAnswer, ...]) -> tuple[Any, ...]:
    """Answers as the rules' columns but the note: results, what is missing, what is paid in cents."""
    results = " ".join(f"{a.rule}={a.result}" for a in answers) or None
    asked = " ".join(f"{a.rule}:{','.join(a.missing or a.contradicts)}" for a in answers if a.missing or a.contradicts)
    paid = next((a.said.payable for a in answers if a.said and a.said.payable), NOTHING_PAYABLE)
    return results, asked or None, *_cents(paid)


def _cents(paid: Payable) -> tuple[int | None, ...]:
    amounts: tuple[Decimal | None, ...] = (paid.fee, paid.intervention, paid.patient_share)
    return paid.units, *(None if euro is None else to_cents(euro) for euro in amounts)


def _table(found: list[tuple[Any, ...]]) -> pa.Table:
    """The table `ruled_lines`: a piece's lines (from 1) and the rules' columns, amounts in cents."""
    import pyarrow as pa

    paid = ("payable_units", "payable_fee", "payable_intervention", "payable_patient_share")
    names = ("ruled_line", "rules", "rules_missing", *paid, "rules_note")
    text = ("rules", "rules_missing", "rules_note")
    columns = list(zip(*found, strict=True)) if found else [()] * len(names)
    return pa.table(
        {
            name: pa.array(values, pa.string() if name in text else pa.int64())
            for name, values in zip(names, columns, strict=True)
        }
    )

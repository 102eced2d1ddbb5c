"""Conventions' rules for files of acts: asked only of the acts of their codes, and put beside the answer of each.

Acts that a rule must see together (a maximum over a patient's history) are gathered first, over all files; the others
are asked piece by piece. Either way the rules are the functions that answer for one act.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bareme.collecting import fewer_rounds
from bareme.conventions.asking import answers_of, asking_inputs, history_codes, rule_codes, with_history
from bareme.conventions.capping import Window
from bareme.conventions.inputs import declared_inputs
from bareme.conventions.model import NOTHING_PAYABLE, Payable, RuleAnswer, RuledAct
from bareme.errors import InputError
from bareme.exchange.bulk.pieces import Cursors, Piece, Rows, in_order, pieces_of, rows_of
from bareme.exchange.bulk.sources import ActsFiles, refuse_damaged
from bareme.exchange.bulk.statement import acts_of, kinds_in
from bareme.exchange.sql_text import BLANKS, literal, quoted
from bareme.money import from_cents, to_cents
from bareme.pricing.columns import CENTS, KNOWN_COLUMNS, check_rule_columns
from bareme.pricing.statements import statement

if TYPE_CHECKING:
    import pyarrow as pa

RULED = "ruled_lines"
"""The table of what rules say of each line of a piece, as `piece_select` takes it."""
_OWN = ("code", "date", "quantity")
_GIVEN = ("given",)
MOST_ALIKE = 100_000
"""So many acts that are not alike are kept with their answers."""
RULED_FACTS = ("convention_status",)
"""Facts of a tariff that rules ask too."""


class RulePass:
    """The rules of one run."""

    def __init__(self, acts: ActsFiles, choices: tuple[str, ...], window: Window) -> None:
        check_rule_columns(acts.columns, acts.files[0].path.name)
        self.acts, self.choices, self.window = acts, choices, window
        self.inputs = {name: acts.columns.index(name) for name in declared_inputs() if name in acts.columns}
        _refuse_floats(acts, self.inputs)
        self.facts = [name for name in RULED_FACTS if name in acts.known]
        self._alike: dict[Any, tuple[Any, ...]] = {}
        self._gathered: dict[int, list[tuple[Any, ...]]] = {}
        self._reads = {name: lru_cache(maxsize=10_000)(declared_inputs()[name].read) for name in self.inputs}

    @fewer_rounds()
    def gather(self, cursors: Cursors) -> None:
        """Ask the rules of the acts, over all files, that a rule must see together."""

        def acts_of_piece(piece: Piece) -> tuple[int, list[tuple[int, RuledAct]]]:
            rows = rows_of(self.acts, piece, cursors.own())
            return rows.count, list(self._ruled(cursors.own(), rows, sorted(history_codes())))

        before, found, places = 0, [], []
        with closing(in_order(pieces_of(self.acts), acts_of_piece, cursors.interrupt)) as gathered:
            for piece, (count, acts) in gathered:
                found += [(before + line, act) for line, act in acts]
                places += [(piece.number, line) for line, _ in acts]
                before += count
        known = with_history(found, self.window, whole=True)
        for (number, line), (place, act) in zip(places, found, strict=True):
            told = known.get(place, {})
            self._gathered.setdefault(number, []).append(self._row(line, act, told))

    def register(self, cursor: Any, piece: Piece, rows: Rows) -> None:
        """Ask the rules of a piece's other acts, and give the cursor the table of all answers."""
        others = sorted(rule_codes() - history_codes())
        found = [
            self._row(line, act, {})
            for line, act in self._ruled(cursor, rows, others, sorted(asking_inputs()))
            if act.code not in history_codes()
        ]
        cursor.register(RULED, _table(found + self._gathered.get(piece.number, []), rows.count))

    def _row(self, line: int, act: RuledAct, known: Mapping[str, Any]) -> tuple[Any, ...]:
        """A line of the table `ruled_lines`."""
        *answer, note = self._told(act, known)
        if known.get("used_by"):
            lines = ",".join(map(str, known["used_by"]))
            used = f"used by lines {lines}; the other window pays {known['other_window']}"
            note = used if note is None else f"{used}; {note}"
        return line, *answer, note

    def _told(self, act: RuledAct, known: Mapping[str, Any]) -> tuple[Any, ...]:
        """What the rules say of an act, as columns. Many acts are alike but for the patient, and are asked once.

        Which patient it is, and which acts used up a maximum, no rule looks at: only that they are given.
        """
        given = act.inputs
        if known or "patient" in given:
            given = {**given, **known}
            given.update({name: _GIVEN for name in ("patient", "used_by") if given.get(name)})
        amounts = act.fee, act.intervention, act.patient_share
        key = (act.code, act.on, act.quantity, amounts, tuple(given.items()), act.wrong, act.needs)
        found = self._alike.get(key)
        if found is None:
            if len(self._alike) >= MOST_ALIKE:
                self._alike.clear()
            found = self._alike[key] = _columns(answers_of(replace(act, inputs=given)))
        return found

    def _ruled(
        self, cursor: Any, rows: Rows, codes: Sequence[str], asked_by: Sequence[str] = ()
    ) -> Iterator[tuple[int, RuledAct]]:
        """The acts of some codes among rows, or that give an input that asks, with their tariffs."""
        given = [name for name in asked_by if name in self.inputs]
        carry = [f"CAST({quoted(rows.columns[number])} AS VARCHAR)" for number in self.inputs.values()]
        kinds = kinds_in(self.acts)
        own = rows.columns[: len(self.acts.columns)]
        acts = acts_of(self.acts, own, kinds, rows.line, rows.source, carry or ["NULL"])
        asked = [_in(f"trim(CAST(code AS VARCHAR), {BLANKS})", codes)] if codes else []
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
        # A join with the prices of these codes alone is quick to prepare, piece after piece.
        few = "" if given else f", prices AS (FROM {_few_prices(cursor, codes)})"
        select = (
            f"SELECT input_line, {amounts}, needs, {wanted} FROM (WITH acts AS ({chosen}){few} "
            f"{statement(self.choices, kinds)}) WHERE invalid = '' ORDER BY input_line"
        )
        self._execute(cursor, select)
        while block := cursor.fetchmany(10_000):
            for row in block:
                yield row[0], self._act(row)

    def _execute(self, cursor: Any, select: str) -> None:
        """Run a query; a file of acts that cannot be read is blamed for it."""
        import duckdb

        try:
            cursor.execute(select)
        except duckdb.InterruptException:
            raise
        except duckdb.Error:
            for file in self.acts.files if self.acts.format == ".parquet" else ():
                refuse_damaged(file.path)
            raise

    def _act(self, row: tuple[Any, ...]) -> RuledAct:
        fee, intervention, share = map(_euro, row[1:4])
        needs = tuple(filter(None, (row[4] or "").split(",")))
        code, day, quantity, *rest = row[5:]
        given = rest[len(self.facts) :]
        facts = zip(self.facts, rest[: len(self.facts)], strict=True)
        inputs: dict[str, Any] = {name: text.strip() for name, text in facts if text is not None and text.strip()}
        wrong = set()
        for name, text in zip(self.inputs, given, strict=True):
            try:
                if text is not None and text.strip():
                    inputs[name] = self._reads[name](text)
            except InputError:
                wrong.add(name)
        units = 1 if quantity is None or not quantity.strip() else int(quantity.strip().partition(".")[0])
        return RuledAct(
            code.strip(" \t\n\r\v\f"), _day(day), units, inputs, fee, intervention, share, frozenset(wrong), needs
        )


@lru_cache(maxsize=100_000)
def _euro(cents: int | None) -> Decimal | None:
    return None if cents is None else from_cents(cents)


@lru_cache(maxsize=100_000)
def _day(text: str) -> date:
    """A day that the statement found good."""
    return date.fromisoformat(text.strip()[:10])


def _refuse_floats(acts: ActsFiles, inputs: Mapping[str, int]) -> None:
    """`InputError` for an amount of euro in floating-point numbers."""
    import pyarrow as pa

    for name, place in inputs.items():
        if declared_inputs()[name].kind == "euro" and acts.types and pa.types.is_floating(acts.types[place]):
            where = acts.files[0].path.name
            raise InputError(f"{where}: {name} holds floating-point numbers; write exact decimals. Nothing was priced.")


def _few_prices(cursor: Any, codes: Sequence[str]) -> str:
    """The prices of some codes, in a table that the cursor keeps to itself."""
    name = f"prices_of_{codes[0]}_{len(codes)}"
    cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} AS SELECT * FROM prices WHERE {_in('code', codes)}")
    return f"temp.{name}"


def _in(value: str, codes: Sequence[str]) -> str:
    return f"{value} IN ({', '.join(map(literal, codes))})"


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
    places: list[int | None] = [None] * lines
    for place, line in enumerate(columns.pop("line")):
        places[line - 1] = place
    few = pa.table({n: pa.array(v, pa.string() if n in text else pa.int64()) for n, v in columns.items()})
    return few.take(pa.array(places, pa.int64()))

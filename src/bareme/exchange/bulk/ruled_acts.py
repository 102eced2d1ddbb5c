"""The acts of files that rules answer for, with their tariffs: read in SQL, a row each, and made into values.

Many acts are alike but for the patient: what they have alike is made once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from itertools import count
from typing import Any, NamedTuple

from bareme.conventions.inputs import declared_inputs
from bareme.conventions.model import RuledAct
from bareme.errors import InputError
from bareme.exchange.bulk.mapping import ColumnWords
from bareme.exchange.bulk.pieces import Rows
from bareme.exchange.bulk.sources import ActsFiles, refuse_damaged
from bareme.exchange.bulk.statement import acts_of, kinds_in
from bareme.exchange.sql_text import BLANKS, literal, quoted
from bareme.money import from_cents
from bareme.pricing.columns import CENTS, KNOWN_COLUMNS, check_rule_columns
from bareme.pricing.statements import statement

_OWN = ("code", "date", "quantity")
RULED_FACTS = ("convention_status",)
"""Facts of a tariff that rules ask too."""
MOST_ALIKE = 100_000
"""So many acts that are not alike are kept."""


class Seen(NamedTuple):
    """An act with its line in the piece; acts with the same number `like` are alike but for the patient."""

    line: int
    like: int
    act: RuledAct


class RuledActs:
    """The acts of files that rules may answer for."""

    def __init__(self, acts: ActsFiles, choices: tuple[str, ...]) -> None:
        where = acts.files[0].path.name
        given_as = acts.words.input_columns(acts.columns, where)
        known = {column: name for name, column in (*acts.known.items(), *given_as.items())}
        check_rule_columns([known.get(column, column) for column in acts.columns], where)
        self.acts, self.choices = acts, choices
        self.inputs = {name: acts.columns.index(given_as[name]) for name in declared_inputs() if name in given_as}
        _refuse_floats(acts, self.inputs)
        self.facts = [name for name in RULED_FACTS if name in acts.known]
        # A row is: line, three amounts, needs, own columns, facts, inputs.
        self._patient = (
            5 + len(_OWN) + len(self.facts) + list(self.inputs).index("patient") if "patient" in self.inputs else None
        )
        self._alike: dict[Any, tuple[int, RuledAct]] = {}
        self._numbers = count()
        self._reads = {name: lru_cache(maxsize=10_000)(partial(input_of, name, acts.words)) for name in self.inputs}

    def of_piece(self, cursor: Any, rows: Rows, codes: Sequence[str], asked_by: Sequence[str] = ()) -> Iterator[Seen]:
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
                yield self._seen(row)

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

    def _seen(self, row: tuple[Any, ...]) -> Seen:
        """A row as an act."""
        at, patient = self._patient, ""
        if at is not None:
            patient = (row[at] or "").strip()
            row = (*row[:at], "", *row[at + 1 :])
        found = self._alike.get(row[1:])
        if found is None:
            if len(self._alike) >= MOST_ALIKE:
                self._alike.clear()
            found = self._alike[row[1:]] = (next(self._numbers), self._act(row))
        like, act = found
        if not patient:
            return Seen(row[0], like, act)
        inputs = {**act.inputs, "patient": patient}
        amounts = (act.fee, act.intervention, act.patient_share)
        return Seen(row[0], like, RuledAct(act.code, act.on, act.quantity, inputs, *amounts, act.wrong, act.needs))

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


def input_of(name: str, words: ColumnWords, text: str) -> Any:
    """The value of an input, in the words of the file; `InputError` when it is none."""
    return declared_inputs()[name].read(words.words_of(name).get(text.strip().casefold(), text))


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

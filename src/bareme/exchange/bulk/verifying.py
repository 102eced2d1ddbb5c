"""A result priced again: with the state of the book that it was made with, and with the book of today.

The first says whether the result is what was computed; the second what a later circular, correction or rule changed,
on how many lines and by how much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bareme.conventions.capping import Window
from bareme.errors import InputError
from bareme.exchange.bulk.made import Made, as_text
from bareme.exchange.bulk.pieces import Cursors, Piece, Rows, in_order, pieces_of, rows_of
from bareme.exchange.bulk.rule_pass import RULED, RulePass
from bareme.exchange.bulk.runner import MEMORY
from bareme.exchange.bulk.sources import refuse_damaged
from bareme.exchange.bulk.statement import of_rule
from bareme.exchange.sql_text import literal
from bareme.pricing.columns import OUTPUT_COLUMNS, RULE_COLUMNS, TOTALS
from bareme.pricing.ruleset import conventions_hash

if TYPE_CHECKING:
    import pyarrow as pa

    from bareme.pricing.engine import Engine

SHOWN = 5
"""So many lines are shown of those that differ."""
WHYS = {
    "altered": "rules and book are those of the result: what stands in it was changed afterwards",
    "rules": "the rules of bareme are others than those of the result",
    "tariff_now": "the book has a tariff for the act, and had none",
    "no_tariff_now": "the book has no tariff for the act any more",
    "other_circular": "another circular is the tariff of that day",
    "corrected": "the same circular with other figures, or another line of it: it was corrected",
    "other_reason": "there is no tariff for the act, as before, and for another reason",
    "certainty": "only how sure the tariff is",
    "conventions": "the tariff is the same, and what rules of conventions say of the act is not",
}
"""Why a line is not priced as it was."""
_KEY = ("why", *(f"{side}_{name}" for name in ("outcome", "certainty", "circular") for side in ("was", "now")))


def _differ(columns: Iterable[str]) -> str:
    """The condition that one of some columns is not as it was."""
    return " OR ".join(f"was_{name} IS DISTINCT FROM now_{name}" for name in columns)


_SAME_TARIFF = " AND ".join(
    f"was_{name} IS NOT DISTINCT FROM now_{name}" for name in OUTPUT_COLUMNS if name != "certainty"
)
_BECAUSE = f"""CASE
WHEN {_SAME_TARIFF} THEN 'certainty'
WHEN was_circular IS NULL AND now_circular IS NULL THEN 'other_reason'
WHEN was_circular IS NULL THEN 'tariff_now'
WHEN now_circular IS NULL THEN 'no_tariff_now'
WHEN was_circular = now_circular THEN 'corrected'
ELSE 'other_circular' END"""


@dataclass(frozen=True, slots=True)
class Shift:
    """Lines alike in how they changed. Totals say by how much those of all lines moved together, in euro."""

    why: str
    outcome_was: str | None
    outcome_now: str | None
    certainty_was: str | None
    certainty_now: str | None
    circular_was: str | None
    circular_now: str | None
    lines: int
    first_line: int
    total_fee: Decimal
    total_intervention: Decimal
    total_patient_share: Decimal

    def to_dict(self) -> dict[str, Any]:
        """As data; euro as text."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: str(v) if isinstance(v, Decimal) else v for name, v in values.items()}


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A value that is not as it was: the line (from 1), its code and date, the column, and both values as text."""

    line: int
    code: str | None
    date: str | None
    column: str
    was: str | None
    now: str | None

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True)
class Differences:
    """What is not as it stands in a result: lines, alike ones together, and the cells of the first of them."""

    lines: int
    shifts: tuple[Shift, ...]
    first: tuple[ChangedCell, ...]

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {
            "lines": self.lines,
            "shifts": [shift.to_dict() for shift in self.shifts],
            "first": [cell.to_dict() for cell in self.first],
        }


@dataclass(frozen=True, slots=True)
class Known:
    """Lines that an earlier comparison found, by piece, and its word for them."""

    why: str
    lines: dict[int, pa.Table] = field(default_factory=dict)


def compare(
    made: Made,
    engine: Engine,
    why: str | None,
    progress: Callable[[int], None] | None = None,
    take: Callable[[pa.Table], None] | None = None,
    known: Known | None = None,
) -> tuple[int, Differences]:
    """Price a result's acts again and compare: the lines that it has, and what is not as it stands there.

    `why` is the word of `WHYS` for every line, or None to tell from what changed; lines of `known` keep theirs. `take`
    gets the lines that differ. With `why`, `known` is filled.
    """
    engine.cursor().execute(f"SET memory_limit = {literal(MEMORY)}")
    cursors = Cursors(engine)
    rules = None
    if made.about.window is not None:
        rules = RulePass(made.acts, engine.prices.choices, Window(made.about.window), made.rows)
        rules.gather(cursors, made.file)
    lines = 0
    groups: dict[tuple[Any, ...], list[Any]] = {}
    cells: list[ChangedCell] = []

    def work(piece: Piece) -> tuple[int, Sequence[Any], pa.Table, pa.Table]:
        known_here = None if known is None or why is not None else known
        again = _Again(made, engine.prices.choices, rules)
        return _compare_piece(again, piece, cursors.own(), why, known_here, take is not None)

    with closing(in_order(pieces_of(made.file), work, cursors.interrupt)) as compared:
        for piece, (count, found, rows, differing) in compared:
            if known is not None and why is not None:
                known.lines[piece.number] = differing
            _add(groups, found, lines)
            cells += _cells(rows, lines, SHOWN - len({cell.line for cell in cells}), rules is not None)
            if take is not None:
                take(_numbered(rows, lines))
            lines += count
            if progress is not None:
                progress(count)
    shifts = sorted((Shift(*key, *values) for key, values in groups.items()), key=lambda s: (s.first_line, s.why))
    return lines, Differences(sum(shift.lines for shift in shifts), tuple(shifts), tuple(cells))


@dataclass(frozen=True, slots=True)
class _Again:
    """What a piece is priced again with: the price table's choices, and the rules where they were asked."""

    made: Made
    choices: tuple[str, ...]
    rules: RulePass | None

    def rows(self, cursor: Any, piece: Piece, rows: Rows) -> str:
        """The select of the lines of a piece that differ, each column as it was and as it is now, with `why`."""
        compared = self.made.compared(rows, self.choices)
        if self.rules is None:
            return f"FROM ({compared}) WHERE {_differ(OUTPUT_COLUMNS)}"
        import pyarrow as pa

        said = self.rules.table(cursor, piece, self.made.as_acts(rows))
        cursor.register(RULED, said.append_column("line", pa.array(range(1, rows.count + 1), pa.int64())))
        told = f"FROM ({self.made.ruled(rows)}) was JOIN ({rules_now()}) now USING (line)"
        return (
            f"FROM ({compared}) JOIN (SELECT * {told}) ON input_line = line "
            f"WHERE {_differ((*OUTPUT_COLUMNS, *RULE_COLUMNS))}"
        )

    def why(self, why: str | None) -> str:
        """Why a line differs: where its tariff is the same, and its rules are others, what those say of it."""
        because = _BECAUSE if why is None else literal(why)
        if self.rules is None or (why == "altered" and self.made.about.conventions == conventions_hash()):
            return because
        return f"CASE WHEN NOT ({_differ(OUTPUT_COLUMNS)}) THEN 'conventions' ELSE {because} END"


def _compare_piece(
    again: _Again,
    piece: Piece,
    cursor: Any,
    why: str | None,
    known: Known | None,
    all_rows: bool,
) -> tuple[int, Sequence[Any], pa.Table, pa.Table]:
    """A piece's lines, those that differ by how they do, the first of them (or all), and the numbers of all."""
    import duckdb

    rows = rows_of(again.made.file, piece, cursor)
    because = again.why(why)
    if known is not None and known.lines[piece.number].num_rows:
        cursor.register("known_lines", known.lines[piece.number])
        told = literal(known.why)
        because = f"CASE WHEN input_line IN (SELECT input_line FROM known_lines) THEN {told} ELSE {because} END"
    try:
        select = f"SELECT *, {because} AS why {again.rows(cursor, piece, rows)}"
        cursor.execute(f"CREATE OR REPLACE TEMP TABLE differing AS {select}")
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        if piece.block is None:
            refuse_damaged(again.made.out)
        raise InputError(f"{again.made.out} cannot be compared: {str(error).splitlines()[0]}.") from None
    found = cursor.execute(
        f"SELECT {', '.join(_KEY)}, count(*), min(input_line), {', '.join(map(_moved, TOTALS))} FROM differing "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    limit = "" if all_rows else f"LIMIT {SHOWN}"
    first = cursor.sql(f"SELECT * FROM differing ORDER BY input_line {limit}").to_arrow_table()
    numbers = cursor.sql("SELECT input_line FROM differing").to_arrow_table()
    return rows.count, found, first, numbers


def rules_now() -> str:
    """The select of the columns of rules from `ruled_lines`, `now_...`, as text, with `line`."""
    now = ", ".join(f"{as_text(of_rule(name))} AS now_{name}" for name in RULE_COLUMNS)
    return f"SELECT line, {now} FROM {RULED}"


def _moved(name: str) -> str:
    """By how much the sum of a total moved; what is no amount counts as none."""
    was, now = (f"sum(coalesce(TRY_CAST({side}_{name} AS DECIMAL(18, 2)), 0))" for side in ("was", "now"))
    return f"CAST({now} - {was} AS VARCHAR)"


def _add(groups: dict[tuple[Any, ...], list[Any]], found: Iterable[Sequence[Any]], before: int) -> None:
    """Add what a piece found to what the pieces before it did, which have so many lines."""
    for row in found:
        key, (lines, first, *moved) = tuple(row[: len(_KEY)]), row[len(_KEY) :]
        known = groups.setdefault(key, [0, before + first, *[Decimal(0)] * len(TOTALS)])
        known[0] += lines
        for number, amount in enumerate(moved, start=2):
            known[number] += Decimal(amount)


def _numbered(rows: pa.Table, before: int) -> pa.Table:
    """Rows whose line is that of the whole result."""
    import pyarrow.compute as pc

    place = rows.column_names.index("input_line")
    return rows.set_column(place, "line", pc.add(rows.column("input_line"), before))


def _cells(rows: pa.Table, before: int, most: int, ruled: bool) -> list[ChangedCell]:
    """The cells that are not as they were, of the first rows."""
    found = []
    for row in rows.slice(0, max(0, most)).to_pylist():
        for name in (*OUTPUT_COLUMNS, *(RULE_COLUMNS if ruled else ())):
            was, now = row[f"was_{name}"], row[f"now_{name}"]
            if was != now:
                texts = (None if value is None else str(value) for value in (was, now))
                found.append(ChangedCell(before + row["input_line"], row["code"], row["date"], name, *texts))
    return found

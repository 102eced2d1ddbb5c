"""A result read back: the acts that it was made of, as they came in, and what stands beside them.

A result tells what its columns held (see `about`), so that its acts are priced again as they were: numbers of codes,
moments of a zone, words of a mapping, whatever kind of file it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.errors import InputError
from bareme.exchange.bulk.about import About, about_of
from bareme.exchange.bulk.arrow_types import sql_type, type_named
from bareme.exchange.bulk.mapping import NONE, mapping_of
from bareme.exchange.bulk.pieces import Piece, Rows, rows_of
from bareme.exchange.bulk.sources import ActsFiles, described, format_of
from bareme.exchange.bulk.statement import acts_of, added, kinds_in
from bareme.exchange.sql_text import literal, quoted
from bareme.pricing.columns import CENTS, OUTPUT_COLUMNS, REQUIRED, RULE_COLUMNS, TOTALS
from bareme.pricing.statements import statement

if TYPE_CHECKING:
    from bareme.pricing.columns import Kinds

AMOUNTS = (*CENTS, *TOTALS)
_CENT_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Made:
    """A result that is there. `file` is the file with all its columns, `acts` its acts' own columns as they came in."""

    out: Path
    about: About
    file: ActsFiles
    acts: ActsFiles

    @property
    def kinds(self) -> Kinds:
        """How the acts' columns are taken."""
        return kinds_in(self.acts)

    @property
    def is_text(self) -> bool:
        """True for CSV, in which everything is text."""
        return self.file.format != ".parquet"

    def compared(self, rows: Rows, choices: tuple[str, ...]) -> str:
        """The select whose rows are `input_line`, `code` and `date` as text, and each output column twice: `was_...` as
        it stands in the result, `now_...` as it is priced. Amounts are decimals, in CSV texts; all else is text."""
        own, written = self._names(rows)
        asked = [own[self.acts.columns.index(self.acts.known[name])] for name in REQUIRED]
        carry = [*(f"CAST({quoted(name)} AS VARCHAR)" for name in asked), *map(self._written, OUTPUT_COLUMNS, written)]
        acts = acts_of(self.acts, own, self.kinds, rows.line, self._source(rows, own), carry)
        columns = ["input_line"]
        columns += [f"carried.c{number} AS {name}" for number, name in enumerate(REQUIRED)]
        columns += [f"carried.c{number} AS was_{name}" for number, name in enumerate(OUTPUT_COLUMNS, len(REQUIRED))]
        columns += [f"{self._priced(name)} AS now_{name}" for name in OUTPUT_COLUMNS]
        return f"SELECT {', '.join(columns)} FROM (WITH acts AS ({acts}) {statement(choices, self.kinds)})"

    def rows(self, piece: Piece, cursor: Any) -> Rows:
        """The rows of a piece with the acts' own columns as they came in."""
        return self.as_acts(rows_of(self.file, piece, cursor))

    def as_acts(self, rows: Rows) -> Rows:
        """Rows of the result as rows of its acts."""
        own, _ = self._names(rows)
        return replace(rows, source=self._source(rows, own))

    def ruled(self, rows: Rows) -> str:
        """The select that gives the columns of rules as they stand in the result, `was_...`, as text, with `line`."""
        written = rows.columns[len(self.acts.columns) + len(OUTPUT_COLUMNS) :]
        told = [f"{as_text(quoted(column))} AS was_{name}" for name, column in zip(RULE_COLUMNS, written, strict=True)]
        return f"SELECT {rows.line} AS line, {', '.join(told)} FROM {rows.source}"

    def known(self, rows: Rows) -> str:
        """The select that gives the known columns as pricing takes them, with `input_line`."""
        own, _ = self._names(rows)
        acts = acts_of(self.acts, own, self.kinds, rows.line, self._source(rows, own), ["NULL"])
        return f"SELECT * EXCLUDE (carried) FROM ({acts})"

    def _names(self, rows: Rows) -> tuple[Sequence[str], Sequence[str]]:
        """What the acts' own columns and the output columns are called in a piece."""
        own = len(self.acts.columns)
        return rows.columns[:own], rows.columns[own : own + len(OUTPUT_COLUMNS)]

    def _source(self, rows: Rows, own: Sequence[str]) -> str:
        """The rows; of CSV with the known columns as what they held before they were written as text."""
        if not self.is_text or not self.acts.types:
            return rows.source
        known = {self.acts.columns.index(column) for column in self.acts.known.values()}
        typed = ", ".join(
            f"TRY_CAST({quoted(own[n])} AS {sql_type(self.acts.types[n])}) AS {quoted(own[n])}" for n in sorted(known)
        )
        return f"(SELECT * REPLACE ({typed}) FROM (SELECT {self._empty_is_none(rows)} FROM {rows.source}))"

    def _empty_is_none(self, rows: Rows) -> str:
        """The columns of CSV, in which nothing and an empty text are written alike."""
        return ", ".join(f"nullif({quoted(name)}, '') AS {quoted(name)}" for name in rows.columns)

    def _written(self, name: str, column: str) -> str:
        """An output column as it stands in the result."""
        return quoted(column) if self._is_decimal(name) else as_text(quoted(column))

    def _priced(self, name: str) -> str:
        """An output column as it is priced."""
        value = added(name) if name in AMOUNTS else name
        return value if self._is_decimal(name) else as_text(value)

    def _is_decimal(self, name: str) -> bool:
        return name in AMOUNTS and not self.is_text


def as_text(value: str) -> str:
    """A value as text; nothing and an empty text are one, as in CSV."""
    return f"nullif(CAST({value} AS VARCHAR), '')"


def made_of(out: Path) -> Made:
    """A result read back; `InputError` for a file that is none, or that has not the columns it was made with."""
    about = about_of(out)
    kind = format_of(out) or ""
    file, names, types = described(out, kind == ".parquet")
    expected = [*about.columns, *OUTPUT_COLUMNS, *(RULE_COLUMNS if about.window else ())]
    for place in range(max(len(names), len(expected))):
        found, wanted = (repr(n[place]) if place < len(n) else "none" for n in (names, expected))
        if found != wanted:
            raise InputError(
                f"{out} has not the columns that it was made with: column {place + 1} is {found}, not {wanted}."
            )
    whole = ActsFiles(str(out), kind, (file,), tuple(names), tuple(types), {}, NONE)
    _check_amounts(out, names, types)
    return Made(out, about, whole, _acts(out, about, kind, whole))


def _acts(out: Path, about: About, kind: str, whole: ActsFiles) -> ActsFiles:
    """The acts' own columns with the types that they came in with."""
    import pyarrow as pa

    words = mapping_of(about.words, out.name) if about.words else NONE
    known = words.known_columns(about.columns, out.name)
    wanted = set(known.values())
    try:
        named = dict(zip(about.columns, about.types, strict=bool(about.types)))
        types = [type_named(named[name]) if name in wanted else pa.string() for name in about.columns if named]
    except ValueError:
        raise InputError(f"{out} does not tell what its columns held: it is no result of bareme price-file.") from None
    return ActsFiles(str(out), kind, whole.files, about.columns, tuple(types), known, words)


def _check_amounts(out: Path, names: Sequence[str], types: Sequence[Any]) -> None:
    """`InputError` for a Parquet result whose amounts are no decimals any more."""
    import pyarrow as pa

    for name, type in zip(names, types, strict=False):
        if name in AMOUNTS and not (pa.types.is_decimal(type) and type.scale == _CENT_DIGITS):
            raise InputError(f"{out} was changed: its column {name} holds {type}, and no decimals of two places.")


def row_of(made: Made, line: int) -> Any:
    """One line of a result (from 1) as an Arrow table, its columns called as `Made` wants them."""
    if not made.about.lines:
        raise InputError(f"{made.out} has no lines.")
    if line < 1 or line > made.about.lines:
        raise InputError(f"{made.out} has lines 1 to {made.about.lines:,}; line {line:,} is none of them.")
    found = _row_of_csv(made, line) if made.is_text else _row_of_parquet(made.out, line)
    if found is None:
        raise InputError(f"{made.out} was cut: it has no line {line:,}, of {made.about.lines:,} that it was made with.")
    return found


def _row_of_parquet(out: Path, line: int) -> Any | None:
    import pyarrow as pa
    from pyarrow import parquet

    left = line - 1
    try:
        with parquet.ParquetFile(out) as file:
            for group in range(file.num_row_groups):
                rows = file.metadata.row_group(group).num_rows
                if left < rows:
                    return file.read_row_group(group).slice(left, 1)
                left -= rows
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{out} is damaged: line {line:,} cannot be read ({str(error).splitlines()[0]}).") from None
    return None


def _row_of_csv(made: Made, line: int) -> Any | None:
    from bareme.exchange.bulk import csv_blocks

    left = line - 1
    for block in csv_blocks.blocks_of(made.out):
        table = csv_blocks.read_block(block, made.file.columns, made.out)
        if left < table.num_rows:
            return table.slice(left, 1)
        left -= table.num_rows
    return None


def one_row(made: Made, line: int, cursor: Any) -> Rows:
    """One line of a result, to be read by a cursor."""
    table = row_of(made, line)
    cursor.register("acts_in", table)
    return Rows(1, "acts_in", f"CAST({literal(str(line))} AS BIGINT)", tuple(table.column_names))

"""The statement of one piece: the acts' columns as the expression wants them, and its answer as columns to write.

The acts' own columns go through it as one struct, `carried`, and come out under their names before the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bareme.exchange.bulk.sources import ActsFiles
from bareme.exchange.sql_text import BLANKS, literal, quoted
from bareme.nomenclature.outcomes import Outcome
from bareme.pricing.acts import kinds_for
from bareme.pricing.columns import CENTS, OUTPUT_COLUMNS, RULE_COLUMNS, TOTALS, Kinds, kinds_of
from bareme.pricing.statements import statement

_CENT = "CAST(0.01 AS DECIMAL(2, 2))"


def kinds_in(acts: ActsFiles) -> Kinds:
    """How the columns are taken: as text in CSV, and where a column has words of its own for days or numbers."""
    if not acts.types or acts.words.of_counts:
        return Kinds.TEXT
    held = dict(zip(acts.columns, acts.types, strict=True))
    return kinds_for({known: held[column] for known, column in acts.known.items()})


def acts_of(
    acts: ActsFiles, columns: Sequence[str], kinds: Kinds, line: str, source: str, carry: Sequence[str] | None = None
) -> str:
    """The select that gives the table `acts` of the expression.

    `columns` are the names in `source` of the acts' own columns, `line` is the expression of an act's number, `carry`
    what goes through under `carried.c0`, `carried.c1`, ... (expressions; by default the acts' own columns).
    """
    inside = dict(zip(acts.columns, columns, strict=True))
    held = dict(zip(acts.columns, acts.types, strict=False))
    values = [quoted(name) for name in columns] if carry is None else carry
    carried = ", ".join(f"c{number} := {value}" for number, value in enumerate(values))
    known = []
    for name, kind in kinds_of(kinds).items():
        if name not in acts.known:
            known.append(f"CAST(NULL AS {_SQL[kind]}) AS {name}")
            continue
        column = acts.known[name]
        known.append(f"{_value(name, quoted(inside[column]), held.get(column), kind, acts)} AS {name}")
    return f"SELECT {line} AS input_line, struct_pack({carried}) AS carried, {', '.join(known)} FROM {source}"


_SQL = {"string": "VARCHAR", "date": "DATE", "int64": "BIGINT"}


def _value(name: str, column: str, type: Any, kind: str, acts: ActsFiles) -> str:
    """A column as the expression wants it: as it is, or as text."""
    if kind != "string":
        return f"CAST({column} AS {_SQL[kind]})"
    text = column if type is None else _text(name, column, type)
    words = acts.words.words_of(name)
    if not words:
        return text
    cases = " ".join(f"WHEN {literal(word)} THEN {literal(value)}" for word, value in words.items())
    return f"CASE lower(trim({text}, {BLANKS})) {cases} ELSE {text} END"


def _plain(type: Any) -> Any:
    """A type; of a dictionary that of its values."""
    import pyarrow as pa

    return type.value_type if pa.types.is_dictionary(type) else type


def _is_text(type: Any) -> bool:
    import pyarrow as pa

    return any(is_text(_plain(type)) for is_text in (pa.types.is_string, pa.types.is_large_string))


def _text(name: str, column: str, type: Any) -> str:
    """A column of Parquet as text: whole numbers without a point, numbers of codes with six digits."""
    import pyarrow as pa

    plain = _plain(type)
    if _is_text(type):
        return column
    if pa.types.is_timestamp(plain) and plain.tz is not None:
        column = f"({column} AT TIME ZONE {literal(plain.tz)})"  # the day there, wherever the acts are priced
    text = f"CAST({column} AS VARCHAR)"
    if pa.types.is_floating(plain) or pa.types.is_decimal(plain):
        text = rf"regexp_replace({text}, '\.0*$', '')"
    is_number = pa.types.is_integer(plain) or pa.types.is_floating(plain) or pa.types.is_decimal(plain)
    return (
        f"CASE WHEN length({text}) < 6 THEN lpad({text}, 6, '0') ELSE {text} END"
        if is_number and name == "code"
        else text
    )


def day_of(acts: ActsFiles, column: str) -> str:
    """The date of an act, by its own column in a piece: of a moment with a zone the one there."""
    import pyarrow as pa

    type = _plain(acts.types[acts.columns.index(acts.known["date"])]) if acts.types else None
    zoned = type is not None and pa.types.is_timestamp(type) and type.tz is not None
    return f"({column} AT TIME ZONE {literal(type.tz)})" if type is not None and zoned else column


def own_name(number: int, name: str, for_csv: bool) -> str:
    """What a column of the acts is called in the piece: in CSV its number, since names stand in the head alone."""
    return f"own_{number}" if for_csv else quoted(name)


def piece_select(
    acts: ActsFiles, choices: tuple[str, ...], kinds: Kinds, acts_select: str, for_csv: bool, ruled: str | None = None
) -> str:
    """The select whose rows are the priced acts in their order: own columns, then the output columns, then those of
    rules, where `ruled` is a table of them with a row for each act, in their order."""
    own = []
    for number, name in enumerate(acts.columns):
        value = f"carried.c{number}"
        # An empty text and none are written alike in CSV: without quotation marks.
        is_text = not acts.types or _is_text(acts.types[number])
        value = f"nullif({value}, '')" if for_csv and is_text else value
        own.append(f"{value} AS {own_name(number, name, for_csv)}")
    blank = {name: f"nullif({name}, '')" for name in ("needs", "invalid") if for_csv}
    answer = [f"{blank.get(name) or added(name)} AS {name}" for name in OUTPUT_COLUMNS]
    inside = f"WITH acts AS ({acts_select}) {statement(choices, kinds)}"
    # A left join gives the rows of a vector that have no match after those that have one.
    select = f"SELECT {', '.join([*own, *answer])} FROM ({inside}) ORDER BY input_line"
    if ruled is None:
        return select
    said = ", ".join(f"{of_rule(name)} AS {name}" for name in RULE_COLUMNS)
    return f"SELECT priced.*, {said} FROM ({select}) priced POSITIONAL JOIN {ruled}"


def of_rule(name: str) -> str:
    """A column of `ruled_lines` as it is written: amounts in euro."""
    if name in ("payable_fee", "payable_intervention", "payable_patient_share"):
        return f"CAST(CAST({name} AS DECIMAL(18, 0)) * {_CENT} AS DECIMAL(18, 2))"
    return name


def added(name: str) -> str:
    """An output column: amounts in euro, words of few values as ENUM, which are written quicker."""
    if name in CENTS:
        return f"CAST(CAST({name} AS DECIMAL(16, 0)) * {_CENT} AS DECIMAL(12, 2))"
    if name in TOTALS:
        return f"CAST(CAST({name} AS DECIMAL(18, 0)) * {_CENT} AS DECIMAL(18, 2))"
    if name == "outcome":
        return f"CAST(outcome AS ENUM ({', '.join(literal(o) for o in Outcome)}))"
    return name

"""The acts as Spark reads them: their files, and the columns that pricing knows as texts or as days and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.errors import InputError
from bareme.exchange.bulk.mapping import NONE, ColumnWords
from bareme.pricing.columns import KNOWN_COLUMNS, Kinds, kinds_of

if TYPE_CHECKING:
    import pyarrow as pa

NOTHING = "Nothing was written."
_CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class ActFile:
    """One Parquet file of acts: its whole path, the input line before its first (from 0), its rows."""

    path: str
    before: int
    rows: int


def files_of(acts: Sequence[Path]) -> tuple[list[ActFile], pa.Schema]:
    """The files in order with their places among the input lines, and the columns that all of them have."""
    import pyarrow as pa
    from pyarrow import parquet

    if not acts:
        raise InputError(f"there is no file of acts. {NOTHING}")
    files: list[ActFile] = []
    first: pa.Schema | None = None
    for path in acts:
        if path.name.startswith((".", "_")) or ":" in path.name:
            raise InputError(f"{path}: Spark reads no file whose name begins with . or _ or has a colon. {NOTHING}")
        try:
            footer = parquet.read_metadata(path)
            schema = footer.schema.to_arrow_schema().remove_metadata()
        except (OSError, pa.ArrowException) as error:
            raise InputError(f"{path} cannot be read as Parquet: {str(error).splitlines()[0]}. {NOTHING}") from None
        if first is not None and not schema.equals(first):
            raise InputError(f"{path} has other columns or types than {acts[0]}. {NOTHING}")
        first = schema
        before = files[-1].before + files[-1].rows if files else 0
        files.append(ActFile(str(path.parent.resolve() / path.name), before, footer.num_rows))
    if len({file.path for file in files}) < len(files):
        raise InputError(f"a file of acts is given twice. {NOTHING}")
    assert first is not None
    _refuse_nanoseconds(first)
    return files, first


def _refuse_nanoseconds(schema: pa.Schema) -> None:
    """Spark has no type for them, and fails only while it reads."""
    import pyarrow as pa

    for column in schema:
        if (pa.types.is_timestamp(column.type) or pa.types.is_time(column.type)) and column.type.unit == "ns":
            raise InputError(
                f"the column {column.name!r} counts nanoseconds, which Spark does not read; "
                f"write it in microseconds. {NOTHING}"
            )


def columns_for(schema: pa.Schema, known: Mapping[str, str], kinds: Kinds, words: ColumnWords = NONE) -> dict[str, str]:
    """For each column that pricing knows, the SQL that reads it from the file."""
    types = {"string": "STRING", "date": "DATE", "int64": "BIGINT"}
    columns: dict[str, str] = {}
    for name, kind in kinds_of(kinds).items():
        if name not in known:
            columns[name] = f"CAST(NULL AS {types[kind]})"
        elif kind == "string":
            text = _text(quoted(known[name]), schema.field(known[name]), name)
            columns[name] = _meant(text, words.words_of(name))
        else:
            columns[name] = f"CAST({quoted(known[name])} AS {types[kind]})"
    assert tuple(columns) == KNOWN_COLUMNS
    return columns


def _meant(text: str, words: Mapping[str, str]) -> str:
    """A text, or the value that it stands for."""
    if not words:
        return text
    # Backslashes are written twice: Spark takes one for the beginning of another sign.
    literals = [[part.replace("\\", "\\\\").replace("'", "\\'") for part in pair] for pair in words.items()]
    cases = " ".join(f"WHEN '{word}' THEN '{value}'" for word, value in literals)
    return f"CASE LOWER(TRIM({text})) {cases} ELSE {text} END"


def _text(column: str, field: pa.Field, name: str) -> str:
    """A column as text: days in ISO form, whole numbers without a point, code numbers with six digits."""
    import pyarrow as pa

    kind: Any = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if pa.types.is_nested(kind):
        raise InputError(f"the column {field.name!r} holds {kind}, which cannot be read as {name}. {NOTHING}")
    text = f"CAST({column} AS STRING)"
    if pa.types.is_timestamp(kind) and kind.tz not in (None, "UTC"):
        return f"CAST(FROM_UTC_TIMESTAMP({column}, '{kind.tz}') AS STRING)"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        text = f"REGEXP_REPLACE({text}, '[.]0*$', '')"
        if name == "code":
            # LPAD would cut what is longer.
            return f"IF(LENGTH({text}) < {_CODE_DIGITS}, LPAD({text}, {_CODE_DIGITS}, '0'), {text})"
    return text


def quoted(name: str) -> str:
    """A column's name in SQL."""
    return "`" + name.replace("`", "``") + "`"

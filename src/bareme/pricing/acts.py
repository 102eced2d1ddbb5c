"""Acts in: whatever holds them, as an Arrow table with their columns, and as the texts that the expression reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bareme.errors import InputError
from bareme.pricing.columns import KNOWN_COLUMNS, Kinds, kinds_of

if TYPE_CHECKING:
    import pyarrow as pa


def acts_table(acts: object) -> tuple[pa.Table, str]:
    """Acts as an Arrow table, and what to call them in messages.

    `acts` is a pyarrow table, a pandas or polars frame, an Ibis table, or anything else that gives an Arrow stream.
    """
    import pyarrow as pa

    try:
        table = _arrow(acts)
        if table is not None:
            table.validate(full=True)
    except pa.ArrowException as error:
        raise InputError(f"the acts cannot be read as a table: {error}. Nothing was priced.") from None
    if table is None:
        raise InputError(
            f"acts are given as {type(acts).__name__}; "
            "give a pyarrow, pandas, polars or Ibis table, or the path of a file."
        )
    return table, "the table"


def _arrow(acts: Any) -> pa.Table | None:
    import pyarrow as pa

    if isinstance(acts, pa.Table):
        return acts
    package = type(acts).__module__.partition(".")[0]
    if package == "pandas":
        return pa.Table.from_pandas(acts, preserve_index=False) if hasattr(acts, "columns") else None
    if package == "polars" and hasattr(acts, "collect"):
        acts = acts.collect()
    for method in ("to_pyarrow", "to_arrow"):
        if hasattr(acts, method):
            found = getattr(acts, method)()
            return found if isinstance(found, pa.Table) else None
    if isinstance(acts, pa.RecordBatch):
        return pa.Table.from_batches([acts])
    return pa.table(acts) if hasattr(acts, "__arrow_c_stream__") else None


def kinds_for(types: Mapping[str, Any]) -> Kinds:
    """How acts come in, by the Arrow types of the known columns that they have: typed where each day is a date, and
    each number a whole one that fits; else all as text."""
    import pyarrow as pa

    fits = {
        "string": lambda _: True,
        "date": pa.types.is_date,
        "int64": lambda type: pa.types.is_integer(type) and not pa.types.is_uint64(type),
    }
    kinds = kinds_of(Kinds.TYPED)
    return Kinds.TYPED if all(fits[kinds[name]](type) for name, type in types.items()) else Kinds.TEXT


def as_texts(acts: pa.Table, where: str = "the table") -> pa.Table:
    """`input_line` (from 1) and every known column as text; a column that is not there is null throughout."""
    import pyarrow as pa

    columns: dict[str, Any] = {"input_line": pa.array(range(1, acts.num_rows + 1), pa.int64())}
    for name in KNOWN_COLUMNS:
        columns[name] = (
            _text(acts.column(name), name, where) if name in acts.column_names else pa.nulls(acts.num_rows, pa.string())
        )
    return pa.table(columns)


def _text(column: Any, name: str, where: str) -> Any:
    """A column as text: days in ISO form, whole numbers without a point, code numbers with six digits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.string())
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        text = pc.replace_substring_regex(column.cast(pa.string()), pattern=r"\.0*$", replacement="")
        return pc.utf8_lpad(text, 6, "0") if name == "code" else text
    if pa.types.is_timestamp(kind):
        return pc.strftime(column, format="%Y-%m-%d %H:%M:%S").cast(pa.string())
    if pa.types.is_null(kind):
        return pa.nulls(len(column), pa.string())
    try:
        return column.cast(pa.string())
    except pa.ArrowException:
        raise InputError(
            f"{where}: the column {name!r} holds {kind}, which cannot be read. Nothing was priced."
        ) from None


def basket_table(requests: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The acts of a basket, read, as a table: code, date, quantity, and each fact and input that some give."""
    import pyarrow as pa

    given = [{**request["facts"], **request["inputs"]} for request in requests]
    names = dict.fromkeys(name for facts in given for name in facts)
    columns: dict[str, Any] = {
        "code": pa.array([request["code"] for request in requests], pa.string()),
        "date": pa.array([request["on"] for request in requests], pa.date32()),
        "quantity": pa.array([request["quantity"] for request in requests], pa.int64()),
    }
    for name in names:
        texts = (None if facts.get(name) is None else str(facts[name]) for facts in given)
        columns[name] = pa.array(list(texts), pa.string())
    return pa.table(columns)

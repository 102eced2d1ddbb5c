"""Acts in: whatever holds them, as an Arrow table with their columns, and as the texts that the expression reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bareme.errors import InputError
from bareme.pricing.columns import KNOWN_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa


def acts_table(acts: object) -> tuple[pa.Table, str]:
    """Acts as Arrow, and what to call them in messages: a pyarrow Table, a pandas or polars frame, an Ibis table."""
    import pyarrow as pa

    if isinstance(acts, pa.Table):
        return acts, "the table"
    for method in ("to_pyarrow", "to_arrow"):
        if hasattr(acts, method):
            return getattr(acts, method)(), "the table"
    if hasattr(acts, "__dataframe__") or type(acts).__module__.startswith("pandas"):
        return pa.Table.from_pandas(acts, preserve_index=False), "the frame"
    raise InputError(
        f"acts are given as {type(acts).__name__}; give a pyarrow, pandas, polars or Ibis table, or the path of a file."
    )


def as_texts(acts: pa.Table) -> pa.Table:
    """`input_line` (from 1) and every known column as text; a column that is not there is null throughout."""
    import pyarrow as pa

    columns: dict[str, Any] = {"input_line": pa.array(range(1, acts.num_rows + 1), pa.int64())}
    for name in KNOWN_COLUMNS:
        columns[name] = (
            _text(acts.column(name), name) if name in acts.column_names else pa.nulls(acts.num_rows, pa.string())
        )
    return pa.table(columns)


def _text(column: Any, name: str) -> Any:
    """A column as text: days in ISO form, whole numbers without a point, code numbers with six digits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.string())
    if name == "code" and pa.types.is_integer(kind):
        return pc.utf8_lpad(column.cast(pa.string()), 6, "0")
    if pa.types.is_timestamp(kind):
        return pc.strftime(column, format="%Y-%m-%d %H:%M:%S").cast(pa.string())
    if pa.types.is_null(kind):
        return pa.nulls(len(column), pa.string())
    try:
        return column.cast(pa.string())
    except pa.ArrowException:
        raise InputError(f"the column {name!r} holds {kind}, which cannot be read. Nothing was priced.") from None

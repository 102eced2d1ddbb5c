"""Types of columns as Arrow names them, read back from their names; and what DuckDB calls them."""

from __future__ import annotations

import re
from typing import Any

_MOMENT = re.compile(r"timestamp\[(s|ms|us|ns)(?:, tz=(.+))?\]")
_TIME = re.compile(r"time(32|64)\[(s|ms|us|ns)\]")
_DECIMAL = re.compile(r"decimal(?:32|64|128|256)\((\d+), (\d+)\)")
_BYTES = re.compile(r"fixed_size_binary\[(\d+)\]")
_WORDS = re.compile(r"dictionary<values=(.+), indices=\w+, ordered=\d>")
_MOST_DIGITS = 38


def type_named(name: str) -> Any:
    """The Arrow type of a name that `str` gave; `ValueError` for a name of none, or of one that is not read."""
    import pyarrow as pa

    if found := _WORDS.fullmatch(name):
        return pa.dictionary(pa.int32(), type_named(found[1]))
    if found := _MOMENT.fullmatch(name):
        return pa.timestamp(found[1], found[2])
    if found := _TIME.fullmatch(name):
        return pa.time32(found[2]) if found[1] == "32" else pa.time64(found[2])
    if found := _DECIMAL.fullmatch(name):
        return pa.decimal256(int(found[1]), int(found[2]))
    if found := _BYTES.fullmatch(name):
        return pa.binary(int(found[1]))
    return pa.type_for_alias({"date32[day]": "date32", "date64[ms]": "date64"}.get(name, name))


def sql_type(type: Any) -> str:
    """What DuckDB calls an Arrow type; VARCHAR for one that it holds as text."""
    import pyarrow as pa

    kinds = pa.types
    if kinds.is_dictionary(type):
        return sql_type(type.value_type)
    if kinds.is_timestamp(type):
        return "TIMESTAMPTZ" if type.tz else "TIMESTAMP_NS" if type.unit == "ns" else "TIMESTAMP"
    if kinds.is_decimal(type):
        return f"DECIMAL({type.precision}, {type.scale})" if type.precision <= _MOST_DIGITS else "DOUBLE"
    known = [
        (kinds.is_boolean, "BOOLEAN"),
        (kinds.is_uint64, "UBIGINT"),
        (kinds.is_integer, "BIGINT"),
        (kinds.is_float64, "DOUBLE"),
        (kinds.is_floating, "REAL"),
        (kinds.is_date, "DATE"),
        (kinds.is_time, "TIME"),
        (kinds.is_binary, "BLOB"),
        (kinds.is_fixed_size_binary, "BLOB"),
    ]
    return next((name for is_kind, name in known if is_kind(type)), "VARCHAR")

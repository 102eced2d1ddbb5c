"""Names, texts and files as DuckDB's SQL writes them."""

from __future__ import annotations

from pathlib import Path

_PATTERNS = str.maketrans({"[": "[[]", "*": "[*]", "?": "[?]"})

BLANKS = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)"
"""What the pricing statement takes off a text, as DuckDB's `trim` wants it told."""


def quoted(name: str) -> str:
    """A name."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text."""
    return "'" + text.replace("'", "''") + "'"


def one_file(path: Path) -> str:
    """The name of one file; DuckDB takes brackets and stars for a pattern."""
    return literal(str(path).translate(_PATTERNS))


def parquet_file(path: Path, options: str = "") -> str:
    """The rows of one Parquet file, that one and no other: DuckDB takes folders such as `code=5` for columns."""
    return f"read_parquet({one_file(path)}, hive_partitioning = false{options})"

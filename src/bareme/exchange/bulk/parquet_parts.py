"""Parquet files put behind one another as one, without decoding them: their row groups, one description of all.

The parts must have one schema. A part's bytes go into the whole as they are; only the places that its description names
are moved by as much as its bytes were.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bareme.exchange.bulk.thrift import BINARY, LIST, STRUCT, Field, Items, Reader, Struct, value_of, written

MAGIC = b"PAR1"
_TAIL = 8
_SCHEMA, _ROWS, _GROUPS, _KEY_VALUES = 2, 3, 4, 5
_GROUP_COLUMNS, _GROUP_PLACE, _GROUP_NUMBER = 1, 5, 7
_CHUNK_PLACE, _CHUNK_ABOUT, _CHUNK_OFFSET_INDEX, _CHUNK_COLUMN_INDEX = 2, 3, 4, 6
_ABOUT_PLACES = (9, 10, 11, 14)
"""Of a column's pages: data, index, dictionary, bloom filter."""


def parted(path: Path) -> tuple[int, bytes]:
    """Where the description of a Parquet file begins, and the description."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
        length = int.from_bytes(tail[:4], "little")
        if tail[4:] != MAGIC or length > size - _TAIL - len(MAGIC):
            raise ValueError(f"{path.name} is no Parquet file")
        file.seek(size - _TAIL - length)
        return size - _TAIL - length, file.read(length)


def footer_of(parts: Sequence[tuple[bytes, int]], about: dict[str, str]) -> bytes:
    """The end of the whole file: the description of all parts, with what is said about it, its length, the mark.

    `parts` are descriptions, each with the number of bytes by which its part was moved in the whole.
    """
    first: Struct | None = None
    groups: list[Struct] = []
    rows = 0
    for description, moved in parts:
        struct = Reader(description).struct()
        first = struct if first is None else first
        if value_of(struct, _SCHEMA) != value_of(first, _SCHEMA):
            raise ValueError("the parts of the file have different columns")
        rows += value_of(struct, _ROWS)
        for group in value_of(struct, _GROUPS).values:
            groups.append(_moved(group, moved, len(groups)))
    assert first is not None, "a file has one part at least"
    pairs = [[Field(1, BINARY, k.encode()), Field(2, BINARY, v.encode())] for k, v in sorted(about.items())]
    whole = {field.number: field for field in first}
    whole[_ROWS].value = rows
    whole[_GROUPS].value = Items(STRUCT, groups)
    whole[_KEY_VALUES] = Field(_KEY_VALUES, LIST, Items(STRUCT, pairs))
    description = written([whole[number] for number in sorted(whole)])
    return description + len(description).to_bytes(4, "little") + MAGIC


def _moved(group: Struct, by: int, number: int) -> Struct:
    """A row group as it stands after its bytes were moved, with its number among all."""
    for field in group:
        if field.number == _GROUP_PLACE:
            field.value += by
        elif field.number == _GROUP_NUMBER:
            field.value = min(number, 2**15 - 1)
    for chunk in value_of(group, _GROUP_COLUMNS).values:
        for field in chunk:
            if field.number in (_CHUNK_OFFSET_INDEX, _CHUNK_COLUMN_INDEX) or (
                field.number == _CHUNK_PLACE and field.value
            ):
                field.value += by
        for field in value_of(chunk, _CHUNK_ABOUT):
            if field.number in _ABOUT_PLACES:
                field.value += by
    return group

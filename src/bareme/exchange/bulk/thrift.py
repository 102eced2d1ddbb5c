"""The compact protocol of Thrift, in which a Parquet file describes itself: bytes to values and back, unchanged.

A struct is a list of `Field`s in the order of the file; what is not known stays as it is. Only what the footers of
Parquet use is here: structs, lists, whole numbers, truths, doubles (kept as eight bytes), texts as bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
_WHOLE = (I16, I32, I64)


@dataclass(slots=True)
class Field:
    """A field of a struct: its number, the kind of its value, and the value."""

    number: int
    kind: int
    value: Any


@dataclass(slots=True)
class Items:
    """A list: the kind of its items, and the items."""

    kind: int
    values: list[Any]


Struct = list[Field]


def value_of(struct: Struct, number: int) -> Any:
    """The value of a field; None where the struct has none."""
    return next((field.value for field in struct if field.number == number), None)


class Reader:
    """Reads a struct from bytes; `ValueError` where they are none."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def _take(self, count: int) -> bytes:
        taken = self.data[self.at : self.at + count]
        if len(taken) != count:
            raise ValueError("the description of the file ends too early")
        self.at += count
        return taken

    def _count(self) -> int:
        """A whole number without sign, seven bits a byte."""
        result = shift = 0
        while True:
            byte = self._take(1)[0]
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                return result
            shift += 7

    def _number(self) -> int:
        """A whole number with sign, zigzag."""
        count = self._count()
        return (count >> 1) ^ -(count & 1)

    def struct(self) -> Struct:
        """The struct that begins here."""
        fields: Struct = []
        number = 0
        while header := self._take(1)[0]:
            step, kind = header >> 4, header & 0x0F
            number = number + step if step else self._number()
            fields.append(Field(number, kind, kind == TRUE if kind in (TRUE, FALSE) else self._value(kind)))
        return fields

    def _value(self, kind: int) -> Any:
        if kind in _WHOLE:
            return self._number()
        if kind in (TRUE, FALSE, BYTE):
            return self._take(1)[0]
        if kind == BINARY:
            return self._take(self._count())
        if kind == DOUBLE:
            return self._take(8)
        if kind == STRUCT:
            return self.struct()
        if kind in (LIST, SET):
            header = self._take(1)[0]
            size, item = header >> 4, header & 0x0F
            size = self._count() if size == 15 else size
            return Items(item, [self._value(item) for _ in range(size)])
        raise ValueError(f"the description of the file holds a value of kind {kind}, which no Parquet file has")


def written(struct: Struct) -> bytes:
    """A struct as bytes."""
    return b"".join(_fields(struct))


def _fields(struct: Struct) -> Iterable[bytes]:
    before = 0
    for field in struct:
        kind = field.kind if field.kind not in (TRUE, FALSE) else TRUE if field.value else FALSE
        step = field.number - before
        yield bytes([step << 4 | kind]) if 0 < step < 16 else bytes([kind]) + _zigzag(field.number)
        if kind not in (TRUE, FALSE):
            yield _bytes(kind, field.value)
        before = field.number
    yield b"\0"


def _bytes(kind: int, value: Any) -> bytes:
    if kind in _WHOLE:
        return _zigzag(value)
    if kind in (TRUE, FALSE, BYTE):
        return bytes([value])
    if kind == BINARY:
        return _varint(len(value)) + bytes(value)
    if kind == DOUBLE:
        return bytes(value)
    if kind == STRUCT:
        return written(value)
    size = len(value.values)
    head = bytes([size << 4 | value.kind]) if size < 15 else bytes([0xF0 | value.kind]) + _varint(size)
    return head + b"".join(_bytes(value.kind, item) for item in value.values)


def _varint(count: int) -> bytes:
    out = bytearray()
    while count > 0x7F:
        out.append(count & 0x7F | 0x80)
        count >>= 7
    out.append(count)
    return bytes(out)


def _zigzag(number: int) -> bytes:
    return _varint(number << 1 if number >= 0 else (-number << 1) - 1)

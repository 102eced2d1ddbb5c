"""Plain rows of a sheet, and their shapes: rows after one another mostly have the same columns, styles and types.

`PlainRow` is what stands in XML such as `<row r="7"><c r="A7" s="1" t="n"><v>1.5</v></c></row>`: digits, the number of
a shared text, or blank cells, and nothing that would need a tree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree import ElementTree

from bareme.circulars.documents.xlsx_tree import MAIN, Element

_VALUE = r"<v>[-+.\dEe]{1,400}+</v>"
_PLAIN = re.compile(
    r'[ \t\r\n]*<row r="([1-9]\d{0,6})"([^<>&/]*)(?:/>|>'
    rf'((?:<c r="[A-Z]{{1,3}}\1"(?: s="\d{{1,6}}")?(?: t="[ns]")?(?:>{_VALUE}</c>| ?/>))*+)</row>)',
    re.ASCII,
)
_CELLS = re.compile(r'<c r="([A-Z]+)\d+"(?: s="(\d+)")?(?: t="([ns])")?(?:><v>([^<]+))?', re.ASCII)
_MOST = 1_000
"""So many shapes, and ways to write the attributes of a row, are kept."""
_OFTEN = 16
"""A shape that so many rows had gets a pattern of its own, which finds the values at once."""
_MOST_PATTERNS = 32
_WIDEST = 64
"""So many patterns, of so many cells, are made at most."""

Key = tuple[str, tuple[tuple[str, str, str, bool], ...]]


class Shape:
    """What rows have in common: attributes beside their number; of each cell column, style, type, whether it is filled.

    A style or type that is not given is "".
    """

    __slots__ = ("attributes", "cells", "count")

    def __init__(self, attributes: dict[str, str], cells: Sequence[tuple[str, str, str, bool]]) -> None:
        self.attributes, self.cells, self.count = attributes, cells, 0


class PlainRow(NamedTuple):
    """A plain row: its number, its shape, the values of its filled cells as they are stored."""

    number: str
    shape: Shape
    values: Sequence[str]

    def element(self) -> Element:
        """The row as a tree: what the parser makes of it."""
        element = Element(f"{MAIN[0]}row", {"r": self.number, **self.shape.attributes})
        values = iter(self.values)
        for column, style, kind, is_filled in self.shape.cells:
            element.append(cell_element(column + self.number, style, kind, next(values) if is_filled else ""))
        return element


def cell_element(ref: str, style: str, kind: str, value: str) -> Element:
    """A plain cell as a tree."""
    element = Element(f"{MAIN[0]}c", {key: text for key, text in (("r", ref), ("s", style), ("t", kind)) if text})
    if value:
        ElementTree.SubElement(element, f"{MAIN[0]}v").text = value
    return element


class Shapes:
    """Finds plain rows in the text of a sheet. Attributes of rows are taken for good once they are known to be."""

    def __init__(self) -> None:
        self._attributes: dict[str, dict[str, str]] = {}
        self._shapes: dict[Key, Shape] = {}
        self._pattern: re.Pattern[str] | None = None
        self._shape: Shape | None = None
        self._patterns: dict[Shape, re.Pattern[str]] = {}

    def know(self, written: str, attributes: dict[str, str]) -> None:
        """Rows may have these attributes, in this writing."""
        if len(self._attributes) < _MOST:
            self._attributes[written] = attributes

    def row(self, text: str, at: int) -> tuple[PlainRow, int] | None:
        """The plain row that begins at a place, and the place behind it; None where none is sure to begin."""
        if self._pattern is not None and self._shape is not None and (found := self._pattern.match(text, at)):
            number, *values = found.groups()
            return PlainRow(number, self._shape, values), found.end()
        plain = _PLAIN.match(text, at)
        attributes = self._attributes.get(plain[2]) if plain else None
        if plain is None or attributes is None:
            return None
        cells = _CELLS.findall(plain[3] or "")
        key: Key = (plain[2], tuple((column, style, kind, bool(value)) for column, style, kind, value in cells))
        if key not in self._shapes and len(self._shapes) >= _MOST:
            self._shapes.clear()
        shape = self._shapes.setdefault(key, Shape(attributes, key[1]))
        self._use(shape, plain[2])
        return PlainRow(plain[1], shape, [value for *_, value in cells if value]), plain.end()

    def _use(self, shape: Shape, written: str) -> None:
        """Look for rows of this shape from now on, when there are many."""
        shape.count += 1
        self._shape, self._pattern = shape, self._patterns.get(shape)
        if shape.count == _OFTEN and len(self._patterns) < _MOST_PATTERNS and 0 < len(shape.cells) <= _WIDEST:
            self._pattern = self._patterns[shape] = _pattern(shape, written)


def _pattern(shape: Shape, written: str) -> re.Pattern[str]:
    """What finds a row of this shape: its number and the values of its filled cells."""
    parts = [r'[ \t\r\n]*+<row r="([1-9]\d{0,6})"', re.escape(written), ">"]
    for column, style, kind, is_filled in shape.cells:
        given = (f' s="{style}"' if style else "") + (f' t="{kind}"' if kind else "")
        parts.append(rf'<c r="{column}\1"{given}')
        parts.append(r"><v>([-+.\dEe]{1,400}+)</v></c>" if is_filled else " ?/>")
    return re.compile("".join([*parts, "</row>"]), re.ASCII)

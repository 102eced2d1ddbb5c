"""Rows of a sheet that are written plainly, taken from its XML without a tree: most rows of most workbooks.

A plain row is one whose bytes leave no doubt: `<row r="7" ...>` with cells `<c r="A7" s="1" t="n"><v>1.5</v></c>` or
blank ones, and nothing else. Every other byte of the part goes to the XML parser as it comes, so that what is no XML is
refused where it would be; plain rows are left out of what the parser sees, which changes nothing for the rest. A row's
other attributes are taken for good once the parser has read a row with the very same ones. Where anything is not as
expected (a comment between rows, another encoding than UTF-8), the parser gets all that follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree
from xml.parsers import expat

from bareme.circulars.documents.xlsx_shapes import PlainRow, Shapes
from bareme.circulars.documents.xlsx_tree import Element, complete, named

_UTF_8 = re.compile(
    r"""(?:\xef\xbb\xbf)?(?:<\?xml[ \t\r\n]+version=["']1\.0["'](?:[ \t\r\n]+encoding=["'][Uu][Tt][Ff]-8["'])?"""
    r"""(?:[ \t\r\n]+standalone=["'](?:yes|no)["'])?[ \t\r\n]*\?>)?[ \t\r\n]*<[A-Za-z]"""
)
_DATA = "sheetData"
_START = f"<{_DATA}>"
_END = "</row>"
_BEGINS = re.compile(r"[ \t\r\n]*<row[ \t\r\n>]")
_EMPTY = re.compile(r"[ \t\r\n]*<row[ \t\r\n][^<>&/]*/>")
_HEAD = re.compile(r'[ \t\r\n]*<row r="[1-9]\d{0,6}"([^<>&/]*)/?>', re.ASCII)
_NOTHING = re.compile(r"[ \t\r\n]*\Z")
_LONGEST = 1024 * 1024
"""So many bytes of a row that is not plain are looked at."""
_SAYS_ALL = expat.version_info < (2, 6, 0) or hasattr(ElementTree.XMLParser, "flush")
"""Whether the parser has read all that it was given: newer ones wait for more, unless they are told not to."""


Item = tuple[str, Element] | tuple[str, PlainRow]
"""The name of a child of the root, or of a row, and it."""


class RowParser:
    """Reads the bytes of a sheet in turn. What `feed` gives is, chunk by chunk, what a parser of all bytes would give:
    the children of the root, or of its `sheetData`, but for the last one that has begun."""

    def __init__(self) -> None:
        builder = ElementTree.TreeBuilder()
        self._above = builder.start("above", {})
        self._parser = ElementTree.XMLParser(target=builder)
        self._flush: Callable[[], None] = getattr(self._parser, "flush", _nothing)
        self._data: Element | None = None
        """The open element of the rows, once it was met."""
        self._is_over = not _SAYS_ALL
        """Whether the parser gets all that follows."""
        self._has_begun = False
        self._open = ""
        """What of a row that is not plain went to the parser in earlier chunks."""
        self._shapes = Shapes()
        self._found: list[Item] = []
        self._rows = 0
        """So many of those found at the end are rows."""

    def feed(self, chunk: bytes) -> list[Item]:
        """What is whole now; an error of the parser when it is no XML."""
        text = chunk.decode("latin-1")
        if not self._has_begun:
            self._has_begun = True
            self._is_over |= not _UTF_8.match(text)
        at = 0
        if self._data is None and not self._is_over:
            at = self._start(chunk, text)
        if self._data is not None and not self._is_over:
            at = self._read_rows(chunk, text, at)
        self._parser.feed(chunk[at:])
        return self._whole()

    def close(self) -> list[Item]:
        """What is left, and the root; an error of the parser when it is not whole."""
        self._parser.close()
        root = self._above[0]
        return [*self._found, *complete(root, _DATA, 0), (named(root.tag), root)]

    def _start(self, chunk: bytes, text: str) -> int:
        """Look for the element of the rows; the place behind what the parser got."""
        start = text.find(_START)
        if start < 0:
            return 0
        end = start + len(_START)
        self._parser.feed(chunk[:start])
        before = len(self._above[0]) if len(self._above) else -2
        self._parser.feed(chunk[start:end])
        self._flush()
        self._is_over = True
        if len(self._above) and len(self._above[0]) == before + 1:  # it is an element, and not in a comment
            root = self._above[0]
            self._found += complete(root, _DATA, 1)
            if named(root[0].tag) == _DATA and not len(root[0]):
                self._data, self._is_over = root[0], False
        return end

    def _read_rows(self, chunk: bytes, text: str, at: int) -> int:
        """Take rows, plain or by the parser; the place from where the parser gets the rest of the chunk."""
        if self._open:
            at = self._give(chunk, text, at)
        while not self._is_over and not self._open and not _NOTHING.match(text, at):
            plain = self._shapes.row(text, at)
            if plain is not None:
                row, at = plain
                self._found.append(("row", row))
                self._rows += 1
            elif _BEGINS.match(text, at) or "<row".startswith(text[at : at + _LONGEST].lstrip(" \t\r\n")):
                at = self._give(chunk, text, at)
            else:
                self._is_over = True
        return at

    def _give(self, chunk: bytes, text: str, at: int) -> int:
        """Give a row that is not plain to the parser, up to its end or the chunk's; the place behind it."""
        row = self._open + text[at:]
        empty = _EMPTY.match(row)
        end = empty.end() if empty else row.find(_END) + len(_END)
        is_whole = end >= len(_END)
        stop = at + end - len(self._open) if is_whole else len(text)
        self._parser.feed(chunk[at:stop])
        self._open = "" if is_whole else row
        if is_whole:
            self._take(row[:end])
        elif len(row) > _LONGEST:
            self._is_over = True
        return stop

    def _take(self, text: str) -> None:
        """Take the row that the parser has read, when it is sure that it was one and is over."""
        assert self._data is not None
        self._flush()
        is_one = _BEGINS.match(text) and text.count("<row") == 1 and "<!" not in text and "<?" not in text
        if not is_one or len(self._data) != 1:
            self._is_over = True
            return
        row = self._data[0]
        del self._data[0]
        self._found.append((named(row.tag), row))
        self._rows += 1
        head = _HEAD.match(text)
        if head and "xmlns" not in head[1]:
            self._shapes.know(head[1], {key: value for key, value in row.attrib.items() if key != "r"})

    def _whole(self) -> list[Item]:
        """What was found, but for the last row when nothing has begun behind it."""
        found, self._found = self._found, []
        if not len(self._above):
            return found
        root = self._above[0]
        if len(root) == 1 and root[0] is self._data and not len(self._data):
            if self._rows:
                self._found, self._rows = [found.pop()], 1
            return found
        self._rows = 0
        return [*found, *complete(root, _DATA, 1)]


def _nothing() -> None:
    return

"""Open the ZIP archive of an Office workbook safely: its parts one by one, inside stated bounds, as XML without tricks.

A ZIP archive is refused, with what to do, when it holds more than `MOST_MEMBERS` parts; when a part has a name that is
absolute, goes up (`..`), has more than `DEEPEST` folders or stands there twice; when parts overlap, are encrypted or
compressed in another way than a spreadsheet does; when all parts together are larger than `MOST_BYTES`, or one larger
than a mebibyte is more than `MOST_TIMES` as large as its compressed bytes. What is really inflated is counted again.
XML with a DOCTYPE (the only place where entities are made) or with a row, text or other element of more than
`LARGEST_ELEMENT` bytes is refused.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from posixpath import normpath
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from bareme.circulars.documents.xlsx_plain import Item, RowParser
from bareme.circulars.documents.xlsx_tree import Element, complete, named
from bareme.errors import DocumentError

MOST_MEMBERS = 2_000
MOST_BYTES = 192 * 1024 * 1024
MOST_TIMES = 200
LARGEST_ELEMENT = 16 * 1024 * 1024
DEEPEST = 12
LONGEST_NAME = 260
MOST_SAID = 400
"""A refusal quotes names and values of the file; it says so many letters of them at most."""
_LOCAL_HEADER = 30
_MEBIBYTE = 1024 * 1024
_CHUNK = 64 * 1024
_BROKEN = (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, struct.error)


class Package:
    """The parts of an archive, by name; names are told apart without regard to capitals."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        try:
            self._archive = ZipFile(BytesIO(content))
            members = self._archive.infolist()
        except _BROKEN as error:
            raise self.damaged(f"its ZIP archive is broken ({error})") from None
        self._members = {self._checked(member).filename.lower(): member for member in members if not member.is_dir()}
        self._check_all(members)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts, in small letters."""
        return tuple(self._members)

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._members

    def damaged(self, what: str) -> DocumentError:
        """The refusal of a file that is not whole."""
        return DocumentError(
            f"{self.name}: {_shortened(what)}. Open it in a spreadsheet program and save it again as .xlsx."
        )

    def refused(self, what: str) -> DocumentError:
        """The refusal of a file that no spreadsheet program writes."""
        return DocumentError(
            f"{self.name} is not read: {_shortened(what)}. Ask the sender for the file as it was published."
        )

    def _checked(self, member: ZipInfo) -> ZipInfo:
        """A member whose name, size and way of compression are those of a workbook."""
        name = member.filename
        if len(name) > LONGEST_NAME or name.count("/") > DEEPEST:
            raise self.refused(f"a part has a name longer than {LONGEST_NAME} letters or {DEEPEST} folders")
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise self.refused(f"the name of its part {name!r} leads out of it")
        if member.flag_bits & 1:
            raise DocumentError(f"{self.name} is protected by a password; save it without.")
        if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise self.refused(f"its part {name} is compressed in a way that no workbook is")
        if member.file_size > _MEBIBYTE and member.file_size > MOST_TIMES * member.compress_size:
            raise self.refused(f"its part {name} becomes more than {MOST_TIMES} times as large when it is unpacked")
        return member

    def _check_all(self, members: list[ZipInfo]) -> None:
        """All members together are within bounds, and none lies in another one."""
        if len(members) > MOST_MEMBERS:
            raise self.refused(f"it has more than {MOST_MEMBERS} parts")
        if len(self._members) < sum(not member.is_dir() for member in members):
            raise self.refused("two of its parts have the same name")
        if sum(member.file_size for member in members) > MOST_BYTES:
            raise self.refused(f"unpacked it is larger than {MOST_BYTES // _MEBIBYTE} MiB")
        end = 0
        for member in sorted(members, key=lambda m: m.header_offset):
            if member.header_offset < end:
                raise self.refused(f"its part {member.filename} overlaps another one")
            end = member.header_offset + _LOCAL_HEADER + len(member.orig_filename) + member.compress_size

    def elements(self, part: str, opened: str = "") -> Iterator[tuple[str, Element]]:
        """The children of a part's root, in order, and at last the root, each with its name.

        That is `{...}` if it is not of a spreadsheet. Of the child `opened`, its children are given one by one instead.
        What was given is forgotten before the next bytes are read; so the part is never whole in memory.
        """
        with self._opened(part) as stream:
            yield from self._children(part, stream, opened)

    def sheet_elements(self, part: str) -> Iterator[Item]:
        """The same of a sheet with its rows one by one, most of them without a tree of their own."""
        with self._opened(part, again="sheetData") as stream:
            yield from self._sheet_children(part, stream)

    @contextmanager
    def _opened(self, part: str, again: str = "") -> Iterator[_Guarded]:
        """A part to be read; what is wrong with it is refused.

        Where a part is no XML and has rows that the parser did not see, it is read again with all of `again`: so that
        the parser says the right place.
        """
        try:
            with self._archive.open(self._members[part.lower()]) as stream:
                yield _Guarded(self, part, stream)
        except KeyError:
            raise self.damaged(f"its part {part} is missing") from None
        except (ElementTree.ParseError, expat.ExpatError, LookupError) as error:
            for _ in self.elements(part, again) if again else ():
                continue
            raise self.damaged(f"its part {part} is no valid XML ({error})") from None
        except _BROKEN as error:
            raise self.damaged(f"its part {part} cannot be unpacked ({error})") from None

    def _children(self, part: str, stream: _Guarded, opened: str) -> Iterator[tuple[str, Element]]:
        builder = ElementTree.TreeBuilder()
        above = builder.start("above", {})
        parser = ElementTree.XMLParser(target=builder)
        waiting = 0
        while chunk := stream.read(_CHUNK):
            parser.feed(chunk)
            waiting += len(chunk)
            for found in complete(above[0], opened, 1) if len(above) else ():
                yield found
                waiting = 0
            self._check_waiting(part, waiting)
        parser.close()
        yield from complete(above[0], opened, 0)
        yield named(above[0].tag), above[0]

    def _sheet_children(self, part: str, stream: _Guarded) -> Iterator[Item]:
        parser = RowParser()
        waiting = 0
        while chunk := stream.read(_CHUNK):
            found = parser.feed(chunk)
            waiting = 0 if found else waiting + len(chunk)
            yield from found
            self._check_waiting(part, waiting)
        yield from parser.close()

    def _check_waiting(self, part: str, waiting: int) -> None:
        if waiting > LARGEST_ELEMENT:
            raise self.refused(f"its part {part} has an element larger than {LARGEST_ELEMENT // _MEBIBYTE} MiB")


class _Guarded:
    """The bytes of a part of XML: counted, and without a DOCTYPE before the first element."""

    def __init__(self, package: Package, part: str, stream: IO[bytes]) -> None:
        self._package, self._part, self._stream = package, part, stream
        self._left = MOST_BYTES
        self._prologue: expat.XMLParserType | None = expat.ParserCreate()
        self._prologue.StartDoctypeDeclHandler = self._refuse
        self._prologue.StartElementHandler = self._begin
        self._begun = False

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        found = self._stream.read(size)
        self._left -= len(found)
        if self._left < 0:
            raise self._package.refused(f"unpacked it is larger than {MOST_BYTES // _MEBIBYTE} MiB")
        if self._prologue is not None:
            self._prologue.Parse(found, not found)
            self._prologue = None if self._begun else self._prologue
        return found

    def _begin(self, *_: object) -> None:
        self._begun = True

    def _refuse(self, *_: object) -> None:
        raise self._package.refused(f"its part {self._part} declares a DOCTYPE, which no workbook does")


def _shortened(what: str) -> str:
    """What is said of a file, without the whole of a name or value that is too long to be one."""
    return what if len(what) <= MOST_SAID else f"{what[: MOST_SAID // 2]} ... {what[-MOST_SAID // 4 :]}"


def joined(base: str, target: str) -> str | None:
    """The part that a relationship of the part `base` means; None when it leads out of the archive.

    >>> joined("xl/workbook.xml", "worksheets/sheet1.xml"), joined("xl/workbook.xml", "/xl/a.xml"), joined("x", "../y")
    ('xl/worksheets/sheet1.xml', 'xl/a.xml', None)
    """
    folder = base.rpartition("/")[0]
    path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}" if folder else target
    if not target or "\\" in target or ":" in target:
        return None
    normal = normpath(path)
    return None if normal.startswith("..") or normal == "." else normal

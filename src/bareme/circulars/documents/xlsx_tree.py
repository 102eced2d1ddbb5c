"""Elements of a workbook's XML: their names, and those that are whole while the rest is still read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from xml.etree import ElementTree

MAIN = (
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
    "{http://purl.oclc.org/ooxml/spreadsheetml/main}",
)

Element = ElementTree.Element


def complete(root: Element, opened: str, open_ones: int) -> Iterator[tuple[str, Element]]:
    """The children of a root that are whole, all but the last `open_ones`; they are taken out of it.

    Of the child called `opened`, its children are given instead.
    """
    for child in root[: len(root) - open_ones]:
        name = named(child.tag)
        if name == opened:
            for inner in child:
                yield named(inner.tag), inner
        else:
            yield name, child
    del root[: len(root) - open_ones]
    if open_ones and len(root) and named(root[0].tag) == opened:
        for inner in root[0][:-1]:
            yield named(inner.tag), inner
        del root[0][:-1]


@lru_cache(maxsize=256)
def named(tag: str) -> str:
    """The name of an element of a spreadsheet without its namespace, of another one with it."""
    for namespace in MAIN:
        if tag.startswith(namespace):
            return tag[len(namespace) :]
    return tag

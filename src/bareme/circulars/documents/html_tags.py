"""The tags and texts of an HTML page, in order, in time that grows with its size only.

The parsers at hand need time that grows with the square of the size for pages made to stall them (comments that are
never closed, elements nested a hundred thousand deep); this one needs no tree. Comments and scripts are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]{0,40})"
    r"(?P<attributes>(?:[^<>\"']|\"[^\"<]{0,2000}\"|'[^'<]{0,2000}'){0,200})/?>"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]{1,40})(?:\s{0,20}=\s{0,20}(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_SKIPPED = ("script", "style", "template", "noscript", "svg", "math", "iframe", "object", "textarea", "select")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag with its name in lower case; `line` counts the lines of the page from 1."""

    name: str
    line: int
    closes: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Text:
    """A text between tags, its entities resolved."""

    text: str
    line: int


def parts_of(page: str) -> Iterator[Tag | Text]:
    """The tags and texts of a page."""
    at, line, length = 0, 1, len(page)
    while at < length:
        start = page.find("<", at)
        start = length if start < 0 else start
        if start > at:
            yield Text(unescape(page[at:start]), line)
            line += page.count("\n", at, start)
            at = start
            continue
        end, part = _markup(page, at, line)
        if part is not None:
            yield part
        line += page.count("\n", at, end)
        at = end


def _markup(page: str, at: int, line: int) -> tuple[int, Tag | Text | None]:
    """Where the mark-up that starts here ends, and the tag or text that it is."""
    if page.startswith("<!--", at):
        return _after(page, "-->", at + 4), None
    if page.startswith(("<!", "<?"), at):
        return _after(page, ">", at + 2), None
    found = _TAG.match(page, at)
    if found is None:
        return at + 1, Text("<", line)
    name = found["name"].lower()
    if found["end"]:
        return found.end(), Tag(name, line, closes=True)
    if name in _SKIPPED:
        return _after_element(page, name, found.end()), None
    pairs = _ATTRIBUTE.findall(found["attributes"])
    return found.end(), Tag(name, line, attributes={k.lower(): unescape(v.strip("\"'")) for k, v in pairs})


def _after(page: str, mark: str, at: int) -> int:
    """The place after the next mark; the end of the page where there is none."""
    found = page.find(mark, at)
    return len(page) if found < 0 else found + len(mark)


def _after_element(page: str, name: str, at: int) -> int:
    """The place after the end tag of an element; the end of the page where it is never closed."""
    found = re.compile(rf"</{name}\s{{0,20}}>", re.IGNORECASE).search(page, at)
    return len(page) if found is None else found.end()

"""What stands at the top or the foot of every page: running titles and page numbers, which are no part of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bareme.circulars.documents.aligned import is_data
from bareme.circulars.documents.pdf_page import Page, TextLine, chunks_of

_NUMBER = re.compile(r"(?<![\w.,/-])\d{1,4}(?![\w.,-])|(?<=/)\d{1,4}(?![\w.,-])|(?<![\w.,/-])\d{1,4}(?=/)")
_PAGE_NUMBER = re.compile(
    r"(?:page|pagina|p\.|blz\.?)?\s*[-–]?\s*(\d{1,4})\s*(?:(?:/|sur|van|von|of)\s*\d{1,4})?\s*[-–]?", re.I
)
_DEPTH = 4
"""How many lines at the top and the foot of a page may repeat."""
_MARGIN = 10
"""In percent of the page's height: where a page number by itself may stand."""

Key = tuple[str, int]


def without_running(pages: Sequence[tuple[Page, list[TextLine]]]) -> list[list[TextLine]]:
    """The lines of each page without those that repeat on most pages at the same height, and without page numbers."""
    counts = Counter(key for page, lines in pages for key in {k for line in _outer(lines) for k in _keys(page, line)})
    least = max(2, -(-6 * sum(1 for _, lines in pages if lines) // 10))
    kept = []
    for page, lines in pages:
        repeated = [any(counts[key] >= least for key in _keys(page, line)) for line in lines]
        numbered = [_is_number(page, line) for line in lines]
        drop = {
            n
            for ends in (range(len(lines)), range(len(lines) - 1, -1, -1))
            for n in _block(lines, ends, repeated, numbered)
        }
        kept.append([line for n, line in enumerate(lines) if n not in drop])
    return kept


def _outer(lines: Sequence[TextLine]) -> Sequence[TextLine]:
    return lines if len(lines) <= 2 * _DEPTH else [*lines[:_DEPTH], *lines[-_DEPTH:]]


def _keys(page: Page, line: TextLine) -> Iterator[Key]:
    """What a line must have in common with those of other pages: its words and height, a page number apart."""
    height = (line.base + 150) // 300
    text = line.text
    for shift in (0, 1):
        yield text, height + shift
        for found in _NUMBER.finditer(text):
            rest = f"{text[: found.start()]}#{int(found[0]) - page.number}{text[found.end() :]}"
            yield rest, height + shift


def _is_number(page: Page, line: TextLine) -> bool:
    """True for the page's own number in the margin."""
    in_margin = not page.height * _MARGIN < 100 * line.base < page.height * (100 - _MARGIN)
    found = _PAGE_NUMBER.fullmatch(line.text)
    return in_margin and found is not None and int(found[1]) == page.number


def _block(
    lines: Sequence[TextLine], order: Sequence[int], repeated: Sequence[bool], numbered: Sequence[bool]
) -> list[int]:
    """The repeated lines at one end of a page, when a gap parts them from the rest (a table's header stands close)."""
    block: list[int] = []
    for index in order[:_DEPTH]:
        if not (repeated[index] or numbered[index]):
            break
        block.append(index)
    while block and len(block) < len(lines):
        last, after = lines[block[-1]], lines[order[len(block)]]
        least = 30 if is_data(chunks_of(after)) and len(chunks_of(last)) > 1 else 18
        if 10 * abs(last.base - after.base) > least * max(last.size, after.size) or numbered[block[-1]]:
            break
        block.pop()
    return block

"""Lines of prose become headings and paragraphs: a line that was full goes on below, another one ends there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bareme.circulars.documents.blocks import Heading, Paragraph
from bareme.circulars.documents.pdf_page import Page, TextLine, around, joined

_ITEM = re.compile(r"^(?:[-•–●▪■◦○·]|\N{BULLET})\s+")
_STARTS = re.compile(r"^(?:[-•–●▪■◦○·]\s|\(?\*+\)?\s|[a-z]\)\s|\d+\.\d*\s)")
_NOTE = re.compile(r"^(?:\((?:\*+|\d{1,2})\)|\*+)\s")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_LONGEST_HEADING = 400
_SENTENCES = 300
"""In characters: prose that has fewer does not show by itself which size is that of the body."""
_PLAIN = 100
"""In characters: text that is not bold, of which so much shows the size of the body, however long the headings are."""


@dataclass(slots=True)
class Passage:
    """Lines of one paragraph or heading, on one page or more."""

    lines: list[tuple[Page, TextLine]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The size of its text, in halves of a point."""
        return (self.lines[0][1].size + 25) // 50

    @property
    def bold(self) -> bool:
        """True when all of it is bold."""
        return all(line.bold for _, line in self.lines)

    @property
    def raw(self) -> str:
        """As found, line breaks as spaces."""
        return " ".join(line.text for _, line in self.lines)

    def text(self, compounds: frozenset[str]) -> str:
        """With hyphenated words put together."""
        return " ".join(joined([line.text for _, line in self.lines], compounds).split())


@dataclass(frozen=True, slots=True)
class Measure:
    """What the prose of a document has in common: where its lines may end, by the width of the page; its sizes."""

    left: int
    right: dict[int, int]
    sizes: tuple[int, ...]
    compounds: frozenset[str]

    @classmethod
    def of(cls, prose: Sequence[tuple[Page, TextLine]], tables: Counter[int], texts: Sequence[str]) -> Measure:
        """Of all lines of prose, the sizes of the text in tables, and every line of the document."""
        left = min((line.left for _, line in prose), default=0)
        right: dict[int, int] = {}
        counts: Counter[int] = Counter()
        plain: Counter[int] = Counter()
        for page, line in prose:
            right[page.width] = max(right.get(page.width, page.width - left), line.right)
            counts[(line.size + 25) // 50] += len(line.text)
            plain[(line.size + 25) // 50] += 0 if line.bold else len(line.text)
        bare: Counter[int] = Counter()
        for line in _without_notes(prose):
            bare[(line.size + 25) // 50] += 0 if line.bold else len(line.text)
        plain = bare if bare.total() > _PLAIN else plain
        known = (
            +plain if plain.total() > _PLAIN else counts if counts.total() > _SENTENCES else +plain or tables or counts
        )
        body = known.most_common(1)[0][0] if known else 0
        sizes = sorted((size for size in counts if 100 * size > 108 * body), reverse=True)
        words = {word.lower() for text in texts if "-" in text for word in _WORD.findall(text)}
        return cls(left, right, tuple(sizes), frozenset(words))


def _without_notes(prose: Sequence[tuple[Page, TextLine]]) -> Iterator[TextLine]:
    """The lines that are no note below a table, whose size is that of no body: from its mark on, what is as small."""
    note: tuple[Page, int] | None = None
    for page, line in prose:
        if _NOTE.match(line.text):
            note = page, line.size
        elif note != (page, line.size):
            note = None
            yield line


def passages_of(lines: Sequence[tuple[Page, TextLine]], measure: Measure) -> list[Passage]:
    """Lines that follow one another as passages."""
    found: list[Passage] = []
    for page, line in lines:
        if found and _goes_on(found[-1], page, line, measure):
            found[-1].lines.append((page, line))
        else:
            found.append(Passage([(page, line)]))
    return found


def _goes_on(passage: Passage, page: Page, line: TextLine, measure: Measure) -> bool:
    """True when a line continues the passage above it: in the same hand, close below a line that was full."""
    above_page, above = passage.lines[-1]
    if abs(above.size - line.size) * 20 > above.size or (
        above.bold != line.bold and (above.bold or len(line.words) > 2)
    ):
        return False
    if _STARTS.match(line.text) or _is_mark(line):
        return False
    if page is above_page and 10 * (above.base - line.base) > 16 * line.size:
        return False
    if page is not above_page and not line.text[:1].islower():
        return False
    first = passage.lines[0][1]
    margin = measure.right.get(page.width, page.width)
    room = margin - above.right
    if abs((above.left + above.right) - (line.left + line.right)) < 400 and line.left != above.left:
        room += above.left - measure.left  # both lines are centred
    elif not -2 * line.size <= line.left - first.left <= 4 * line.size:
        return False
    word = line.words[0]
    return room < word.right - word.left + line.size // 2


def _is_mark(line: TextLine) -> bool:
    """True when a line begins with a small raised mark."""
    word = line.words[0]
    return 100 * word.size <= 85 * line.size and not word.text[:1].isalpha()


def block_of(passage: Passage, number: int, measure: Measure) -> Heading | Paragraph:
    """A passage as a block; `number` is its line in the document."""
    text, raw = passage.text(measure.compounds), passage.raw
    page = passage.lines[0][0]
    place = page.place(around(word for other, line in passage.lines if other is page for word in line.words))
    if passage.size in measure.sizes and len(text) <= _LONGEST_HEADING and any(c.isalpha() for c in text):
        return Heading(min(6, measure.sizes.index(passage.size) + 1), text, number, place)
    item = _ITEM.match(text)
    body = text[item.end() :] if item else text
    return Paragraph(body, raw, number, passage.bold and any(c.isalpha() for c in text), item is not None, place)

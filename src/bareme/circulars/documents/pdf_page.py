"""The words and rules of a page, and its words put together: to lines, to chunks, to text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from bareme.circulars.documents.aligned import Chunk
from bareme.circulars.documents.making import place_of
from bareme.circulars.sources import Place

Box = tuple[int, int, int, int]
_SPACE = 16
"""In hundredths of the font's size: a gap that is a space."""
_APART = 80
"""In hundredths of the font's size: a gap that parts two chunks of a line."""
_BESIDE = 500
"""Words of a line that a small raised one may stand beside."""
_ENDS_AMOUNT = re.compile(r"(?:^|[\s.])\d{1,3},\d{2,6}$|^\d+,\d{2,6}$")
_BEGINS_NUMBER = re.compile(r"\d|[-–—]$")
_HYPHENATED = re.compile(r"[^\W\d_]-$")


class Word(NamedTuple):
    """Characters that stand close together: box, baseline and size in hundredths of a point.

    `run` is the piece of the page's instructions that drew it; `turned` when it does not run to the right.
    """

    left: int
    bottom: int
    right: int
    top: int
    base: int
    size: int
    bold: bool
    run: int
    text: str
    spaced: bool
    turned: bool


_left, _base, _size, _left_and_right = attrgetter("left"), attrgetter("base"), attrgetter("size"), itemgetter(0, 2)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: size, words, rules (boxes, thin), the share of it in percent that pictures cover, its curves."""

    number: int
    width: int
    height: int
    words: tuple[Word, ...]
    rules: tuple[Box, ...]
    pictured: int
    curves: int

    @classmethod
    def of(cls, number: int, data: dict[str, Any]) -> Page:
        """A page as the child process describes it."""
        words = tuple(map(Word._make, data["words"]))
        rules = tuple((a, b, c, d) for a, b, c, d in data["rules"])
        return cls(number, data["width"], data["height"], words, rules, data["pictured"], data["curves"])

    def place(self, box: Box) -> Place:
        """A place on this page, in whole points around the box."""
        left, bottom, right, top = box
        return place_of(None, None, self.number, (left // 100, bottom // 100, -(-right // 100), -(-top // 100)))


class TextLine(NamedTuple):
    """Words on one baseline, from left to right."""

    words: tuple[Word, ...]
    base: int
    size: int

    @property
    def left(self) -> int:
        """Where it begins."""
        return self.words[0].left

    @property
    def right(self) -> int:
        """Where it ends."""
        return max(word.right for word in self.words)

    @property
    def box(self) -> Box:
        """Around all its words."""
        return around(self.words)

    @property
    def text(self) -> str:
        """Its words with the spaces between them."""
        return text_of(self.words)

    @property
    def bold(self) -> bool:
        """True when all of it is bold."""
        return all(word.bold for word in self.words if any(c.isalnum() for c in word.text))


def around(words: Iterable[Word]) -> Box:
    """The box around words."""
    every = tuple(words)
    return (
        min(w.left for w in every),
        min(w.bottom for w in every),
        max(w.right for w in every),
        max(w.top for w in every),
    )


def lines_of(words: Iterable[Word]) -> list[TextLine]:
    """The lines that words make, from top to bottom; small raised or lowered words stay in their line."""
    every = list(words)
    if len(every) == 1:
        return [TextLine((every[0],), every[0].base, every[0].size)]
    every.sort(key=_left)
    every.sort(key=_base, reverse=True)  # which keeps the order of those that are equal
    groups: list[list[Word]] = []
    for word in every:
        last = groups[-1] if groups else None
        if last and not word.turned and 5 * (last[0].base - word.base) <= min(last[0].size, word.size):
            last.append(word)
        else:
            groups.append([word])
    alike = every and every[0].size == min(map(_size, every)) == max(map(_size, every))
    for index in range(len(groups) - 1, -1, -1) if not alike else ():
        kept = [word for word in groups[index] if not _taken(word, groups, index)]
        groups[index] = kept
    return [_line(group) for group in groups if group]


def _taken(word: Word, groups: Sequence[list[Word]], index: int) -> bool:
    """True when a line next to it took a small word beside one of its own."""
    for other in (index - 1, index + 1):
        if not 0 <= other < len(groups) or not groups[other] or 100 * word.size > 85 * groups[other][0].size:
            continue
        for beside in groups[other][:_BESIDE]:
            small = 100 * word.size <= 85 * beside.size and 100 * abs(word.base - beside.base) <= 60 * beside.size
            close = 2 * abs(word.left - beside.right) <= beside.size or 2 * abs(beside.left - word.right) <= beside.size
            if small and close:
                groups[other].append(word)
                return True
    return False


def _line(group: list[Word]) -> TextLine:
    words = tuple(sorted(group, key=_left_and_right))
    size = max(map(_size, words))
    base = next(word.base for word in words if word.size == size)
    return TextLine(words, base, size)


def text_of(words: Sequence[Word]) -> str:
    """Words of one line as text."""
    if len(words) == 1:
        return words[0].text
    pieces: list[str] = []
    for number, word in enumerate(words):
        if number and _parted(words[number - 1], word):
            pieces.append(" ")
        pieces.append(word.text)
    return "".join(pieces)


def _parted(before: Word, word: Word) -> bool:
    """True when a space stands between two words; a raised mark is never part of the number before it."""
    if word.spaced or 100 * (word.left - before.right) >= _SPACE * min(before.size, word.size):
        return True
    if 2 * (word.left - before.right) < -before.size:
        return True
    small, other = (word, before) if word.size < before.size else (before, word)
    raised = 100 * small.size <= 85 * other.size and small.base != other.base
    return raised and not any(letter.isalpha() for letter in small.text)


def joined(lines: Sequence[str], compounds: frozenset[str] = frozenset()) -> str:
    """Lines of one text as one line; a word hyphenated at the end of a line is joined.

    `compounds` are words that the document writes with a hyphen within a line: those keep it.
    """
    text = ""
    for line in lines:
        if not text:
            text = line
        elif _HYPHENATED.search(text) and line[:1].islower():
            whole = text.split()[-1] + line.split()[0]
            text = (text if whole.strip(".,;:()").lower() in compounds else text[:-1]) + line
        else:
            text = f"{text} {line}"
    return text


def chunks_of(line: TextLine) -> list[Chunk]:
    """The pieces of a line that stand apart; an amount never shares one with the number after it."""
    groups: list[list[Word]] = []
    for word in line.words:
        before = groups[-1][-1] if groups else None
        if before is None or _apart(groups[-1], before, word):
            groups.append([word])
        else:
            groups[-1].append(word)
    return [Chunk(g[0].left, max(w.right for w in g), text_of(g), tuple(g)) for g in groups]


def _apart(group: list[Word], before: Word, word: Word) -> bool:
    gap = 100 * (word.left - before.right)
    if gap > _APART * max(before.size, word.size):
        return True
    ends = _ENDS_AMOUNT.search(before.text) is not None and _BEGINS_NUMBER.match(word.text) is not None
    return ends and gap >= _SPACE * word.size

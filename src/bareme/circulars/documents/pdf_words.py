"""The words of a page: its characters with their boxes, those that stand close together put together."""

from __future__ import annotations

import ctypes
import math
import re
import sys
from collections import Counter, deque
from collections.abc import Callable
from itertools import repeat
from operator import sub
from typing import Any, NamedTuple

from bareme.circulars.documents.pdf_bounds import MOST_CHARACTERS, Refusal, hundredths, turned
from bareme.circulars.documents.pdf_calls import Calls, Handle

_WORD_GAP = 16
"""In hundredths of the font's size: where two characters are farther apart, a word ends."""
_CUT_OFF = 3
"""In hundredths of a point: more than what two edges lose when they are made whole."""
_SOFT_HYPHEN = 0xAD
_PIECES = re.compile(r"([!-~\xa1-\xac\xae-\ud7ff]++)(?![^\0\1\3-\x20\xa0])|[^\0\1\3-\x20\xa0]+")
"""What stands between blanks; group 1 when all of it are characters that stand for themselves."""
_NO_LETTERS = range(0xD800, 0xF900)
"""Halves of letters, and codes for private use: what they stand for is known to their font alone."""
_UNNAMED = "\ufffd"
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_HYPHENS = (0x02, 0xFFFE)
"""What pdfium makes of a hyphen at the end of a line."""

Style = tuple[int, int, int, bool, bool, int]


class _Characters(NamedTuple):
    """Of all characters of a page: as one text, code, text object, whether the font does not name it, edges in points.

    `gaps` are from each right edge to the left edge of the next character; `whole` makes an edge hundredths of a point.
    `are_plain` when the font names them all and their edges are numbers.
    """

    text: str
    codes: list[int]
    drawings: list[int]
    unnamed: list[int]
    lefts: list[Any]
    tops: list[Any]
    rights: list[Any]
    bottoms: list[Any]
    gaps: list[Any]
    whole: Callable[[Any], int]
    are_plain: bool


class Words:
    """The words of a page: characters that stand close to one another."""

    def __init__(self, calls: Calls, text: Handle, page: int) -> None:
        self.calls, self.text, self.page = calls, text, page
        self.styles: dict[int, Style] = {}
        self.bold: dict[int, bool] = {}
        self.handle = ctypes.c_void_p(text)
        self.matrix, self.x, self.y = (ctypes.c_float * 6)(), ctypes.c_double(), ctypes.c_double()
        self.to_matrix, self.to_x, self.to_y = (ctypes.byref(place) for place in (self.matrix, self.x, self.y))
        self.count = calls.FPDFText_CountChars(text)
        if self.count > MOST_CHARACTERS:
            raise Refusal("many_characters", page, str(self.count))
        self.words: list[list[Any]] = []
        self.quarters: Counter[int] = Counter()

    def read(self) -> tuple[list[list[Any]], Counter[int]]:
        """Each word: quarter, box, baseline, size, bold, run, text; and how many characters run each way."""
        page = self._characters()
        for piece in _PIECES.finditer(page.text):
            first, end = piece.span()
            if not (page.are_plain and piece[1]) or not self._take_whole(page, first, end):
                self._take_apart(page, first, end)
        for found in self.words:
            found[6] = "".join(found[6])
            self.quarters[found[0]] += len(found[6])
        return self.words, self.quarters

    def _take_whole(self, page: _Characters, first: int, end: int) -> bool:
        """Take the characters of a piece as one word, as most are; False when they must be looked at one by one."""
        drawing = page.drawings[first]
        quarter, size, base, bold, seen, run = self.styles[drawing]
        if quarter or page.drawings[first:end].count(drawing) != end - first:
            return False
        if gaps := page.gaps[first : end - 1]:
            widest, closest = 100 * max(gaps) + _CUT_OFF, 100 * min(gaps) - _CUT_OFF
            if 100 * widest >= _WORD_GAP * size or 2 * closest <= -size:
                return False
        if seen:
            right, top = max(page.rights[first:end]), max(page.tops[first:end])
            bottom = min(page.bottoms[first:end])
            box = [int(100 * page.lefts[first]), int(100 * bottom), int(100 * right), int(100 * top)]
            self.words.append([0, box, base, size, bold, run, page.text[first:end], first > 0])
        return True

    def _take_apart(self, page: _Characters, first: int, end: int) -> None:
        """Take them one by one: a word ends at a gap, and where text of another direction, size or height begins."""
        letters: list[str] = []
        last, before, size, limit, spaced = 0, 0, 0, 0, first > 0
        style: Style | None = None
        word: list[Any] | None = None
        own = slice(first, end)
        every = page.lefts, page.tops, page.rights, page.bottoms
        edges = [[page.whole(edge) for edge in edges[own]] for edges in every]
        characters = zip(page.codes[own], page.drawings[own], page.unnamed[own], *edges, strict=True)
        for code, drawing, unnamed, left, top, right, bottom in characters:
            if code == _SOFT_HYPHEN:
                continue
            if drawing != last or style is None:
                new = self.styles[drawing]
                if word is not None and style is not None and new[:4] != style[:4]:
                    word = None
                last, style = drawing, new
                size, limit = style[1], _WORD_GAP * style[1]
            if not style[4]:
                continue
            quarter = style[0]
            if quarter:
                left, bottom, right, top = turned((left, bottom, right, top), quarter)
            gap = left - before
            if word is None or 100 * gap >= limit or 2 * gap <= -size:
                letters = []
                word = [quarter, [left, bottom, right, top], style[2], size, style[3], style[5], letters, spaced]
                self.words.append(word)
                spaced = False
            else:
                box = word[1]
                box[1:] = min(box[1], bottom), max(box[2], right), max(box[3], top)
            letters.append(_letter(code, unnamed))
            before = right

    def _characters(self) -> _Characters:
        """What pdfium says of all characters, and the style of every text object."""
        calls, text, every = self.calls, repeat(self.handle), range(self.count)
        codes = list(map(calls.FPDFText_GetUnicode, text, every))
        drawings = list(map(calls.FPDFText_GetTextObject, text, every))
        unnamed = list(map(calls.FPDFText_HasUnicodeMapError, text, every))
        for index, drawing in enumerate(drawings):
            if drawing not in self.styles:
                self._style(drawing, index)
        shown = "".join(map(chr, codes)) if max(codes, default=0) <= sys.maxunicode else "".join(map(_shown, codes))
        edges = self._edges()
        lefts, _, rights, _ = edges
        are_numbers = math.isfinite(sum(map(sum, edges)))
        gaps = list(map(sub, lefts[1:], rights))
        whole = _cut if are_numbers else hundredths
        return _Characters(shown, codes, drawings, unnamed, *edges, gaps, whole, are_numbers and not any(unnamed))

    def _edges(self) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
        """Left, top, right and bottom of all characters, in points."""
        boxes = (ctypes.c_float * (4 * self.count))()
        places = map(ctypes.byref, repeat(boxes), range(0, 16 * self.count, 16))
        deque(map(self.calls.FPDFText_GetLooseCharBox, repeat(self.handle), range(self.count), places), maxlen=0)
        numbers = memoryview(boxes).cast("B").cast("f").tolist()
        return numbers[::4], numbers[1::4], numbers[2::4], numbers[3::4]

    def _style(self, drawing: int, index: int) -> None:
        """Of the text object of a character: direction, size, baseline, bold, whether it is seen, its number."""
        calls, text = self.calls, self.handle
        calls.FPDFText_GetMatrix(text, index, self.to_matrix)
        a, b, c, d = self.matrix[:4]
        quarter = _quarter(a, b)
        size = hundredths(abs(calls.FPDFText_GetFontSize(text, index)) * math.hypot(c, d))
        calls.FPDFText_GetCharOrigin(text, index, self.to_x, self.to_y)
        x, y = hundredths(self.x.value), hundredths(self.y.value)
        base = turned((x, y, x, y), quarter)[1] if quarter else y
        mode = calls.FPDFTextObj_GetTextRenderMode(drawing)
        seen = quarter is not None and mode not in (3, 7) and size > 0
        font = calls.FPDFTextObj_GetFont(drawing)
        if font not in self.bold:
            self.bold[font] = self._is_bold(index)
        self.styles[drawing] = (quarter or 0, size, base, mode == 2 or self.bold[font], seen, len(self.styles))

    def _is_bold(self, index: int) -> bool:
        name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
        self.calls.FPDFText_GetFontInfo(self.text, index, name, 200, ctypes.byref(flags))
        told = name.value.lower()
        return bool(flags.value & 1 << 18) or any(word in told for word in (b"bold", b"black", b"heavy"))


def _cut(number: Any) -> int:
    return int(number * 100)


def _shown(code: int) -> str:
    return chr(code) if code <= sys.maxunicode else _UNNAMED


def _letter(code: int, unnamed: int) -> str:
    """The character; U+FFFD for one that the font does not name."""
    if code < 127 and code >= 32 and unnamed != 1:
        return chr(code)
    if code in _HYPHENS:
        return "-"
    if code in _LIGATURES:
        return _LIGATURES[code]
    if unnamed == 1 or code < 32 or code == 0xFFFD or code > 0x10FFFF or code in _NO_LETTERS:
        return _UNNAMED
    return chr(code)


def _quarter(a: Any, b: Any) -> int | None:
    """How many right angles against the clock text runs; None when it runs aslant."""
    if 20 * abs(b) <= abs(a):
        return 0 if a >= 0 else 2
    if 20 * abs(a) <= abs(b):
        return 1 if b >= 0 else 3
    return None

"""The words of a page: its characters with their boxes, those that stand close together put together."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from bareme.circulars.documents.pdf_bounds import MOST_CHARACTERS, Refusal, hundredths, turned
from bareme.circulars.documents.pdf_calls import Calls, Handle

_WORD_GAP = 16
"""In hundredths of the font's size: where two characters are farther apart, a word ends."""
_BLANK = frozenset((*range(2), *range(3, 33), 0xA0, 0xAD))
_SOFT_HYPHEN = 0xAD
_NO_LETTERS = range(0xD800, 0xF900)
"""Halves of letters, and codes for private use: what they stand for is known to their font alone."""
_UNNAMED = "\ufffd"
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_HYPHENS = (0x02, 0xFFFE)
"""What pdfium makes of a hyphen at the end of a line."""

Style = tuple[int, int, int, bool, bool, int]


class Words:
    """The words of a page: characters that stand close to one another."""

    def __init__(self, calls: Calls, text: Handle, page: int) -> None:
        self.calls, self.text, self.page = calls, text, page
        self.styles: dict[int, Style] = {}
        self.bold: dict[int, bool] = {}
        self.matrix, self.origin = (ctypes.c_float * 6)(), (ctypes.c_double(), ctypes.c_double())
        self.count = calls.FPDFText_CountChars(text)
        if self.count > MOST_CHARACTERS:
            raise Refusal("many_characters", page, str(self.count))
        self.words: list[list[Any]] = []
        self.quarters: Counter[int] = Counter()

    def read(self) -> tuple[list[list[Any]], Counter[int]]:
        """Each word: quarter, box, baseline, size, bold, run, text; and how many characters run each way."""
        letters: list[str] = []
        last, right, size, limit, spaced = 0, 0, 0, 0, False
        style: Style | None = None
        word: list[Any] | None = None
        for code, drawing, unnamed, left, top, end, bottom in zip(*self._characters(), strict=True):
            if code in _BLANK:
                if code != _SOFT_HYPHEN:
                    word, spaced = None, True
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
                left, bottom, end, top = turned((left, bottom, end, top), quarter)
            gap = left - right
            if word is None or 100 * gap >= limit or 2 * gap <= -size:
                letters = []
                word = [quarter, [left, bottom, end, top], style[2], size, style[3], style[5], letters, spaced]
                self.words.append(word)
                spaced = False
            else:
                box = word[1]
                if end > box[2]:
                    box[2] = end
                if bottom < box[1]:
                    box[1] = bottom
                if top > box[3]:
                    box[3] = top
            letters.append(chr(code) if code < 127 and unnamed != 1 and code != 2 else _letter(code, unnamed))
            right = end
        for found in self.words:
            found[6] = "".join(found[6])
            self.quarters[found[0]] += len(found[6])
        return self.words, self.quarters

    def _characters(self) -> Iterator[Sequence[int]]:
        """Of all characters: code, text object, whether the font does not name it, left, top, right, bottom."""
        calls, text, every = self.calls, self.text, range(self.count)
        boxes = (ctypes.c_float * (4 * max(1, self.count)))()
        start, box_of = ctypes.addressof(boxes), calls.FPDFText_GetLooseCharBox
        for index in every:
            box_of(text, index, start + 16 * index)
        unicode_of, object_of, is_unnamed = (
            calls.FPDFText_GetUnicode,
            calls.FPDFText_GetTextObject,
            calls.FPDFText_HasUnicodeMapError,
        )
        drawings = [object_of(text, index) for index in every]
        for index, drawing in enumerate(drawings):
            if drawing not in self.styles:
                self._style(drawing, index)
        yield [unicode_of(text, index) for index in every]
        yield drawings
        yield [is_unnamed(text, index) for index in every]
        numbers = list(boxes[: 4 * self.count])
        try:
            whole = [int(number * 100) for number in numbers]
        except (ValueError, OverflowError):  # no number, or no end
            whole = [hundredths(number) for number in numbers]
        yield from (whole[edge::4] for edge in range(4))

    def _style(self, drawing: int, index: int) -> None:
        """Of the text object of a character: direction, size, baseline, bold, whether it is seen, its number."""
        calls, text = self.calls, self.text
        matrix = self.matrix
        calls.FPDFText_GetMatrix(text, index, matrix)
        a, b, c, d = matrix[:4]
        quarter = _quarter(a, b)
        size = hundredths(abs(calls.FPDFText_GetFontSize(text, index)) * math.hypot(c, d))
        x, y = self.origin
        calls.FPDFText_GetCharOrigin(text, index, ctypes.byref(x), ctypes.byref(y))
        origin = (hundredths(x.value), hundredths(y.value))
        base = turned((*origin, *origin), quarter or 0)[1]
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

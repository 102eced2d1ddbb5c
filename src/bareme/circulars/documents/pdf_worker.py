"""What runs in the child process: pdfium opens a PDF from standard input and writes its words and rules, page by page.

Lines of JSON on standard output: `{"pages": n}`, then `page_of` of each page, or `{"refused": why, "page": n}`. All
coordinates are hundredths of a point in the page as it is read: upright, from its lower left corner. Nothing of a
document is run or followed: no form is filled, no script, link or attachment is looked at. Invisible text, as that
under a scanned picture, is left out.
"""

from __future__ import annotations

import ctypes
import gc
import itertools
import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from bareme.circulars.documents.pdf_calls import Calls, Handle, load_calls
from bareme.circulars.documents.pdf_streams import damaged_stream

MOST_PAGES = 2_000
MOST_CHARACTERS = 30_000
MOST_OBJECTS = 20_000
MOST_POINTS = 100_000
"""Of one page: more than any page that people read."""
MEMORY = 1024 * 1024 * 1024
SECONDS = 60
"""What the child may take, where the system can limit it."""
_DEEPEST_FORM = 8
_WORD_GAP = 16
"""In hundredths of the font's size: where two characters are farther apart, a word ends."""
_BLANK = frozenset((*range(2), *range(3, 33), 0xA0, 0xAD))
_SOFT_HYPHEN = 0xAD
_NO_LETTERS = range(0xD800, 0xF900)
"""Halves of letters, and codes for private use: what they stand for is known to their font alone."""
_UNNAMED = "\ufffd"
_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5
_LINE_TO, _CURVE_TO, _MOVE_TO = 0, 1, 2
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_HYPHENS = (0x02, 0xFFFE)
"""What pdfium makes of a hyphen at the end of a line."""
_OPENING = {2: "damaged", 3: "damaged", 4: "password", 5: "security"}

Point = tuple[int, int]
Box = tuple[int, int, int, int]


class Refusal(Exception):
    """Why a document is not read, and its page."""

    def __init__(self, why: str, page: int | None = None, what: str = "") -> None:
        super().__init__(why)
        self.said = {"refused": why, "page": page, "what": what}


def main(share: int, shares: int) -> None:
    """Read standard input, write every page whose turn it is: `share` of `shares`. A refusal is the last line."""
    content = sys.stdin.buffer.read()
    gc.disable()  # nothing here makes cycles
    _limit()
    try:
        if share == 0 and (place := damaged_stream(content)) is not None:
            raise Refusal("stream", what=str(place))
        calls = load_calls()
        document = open_pdf(calls, content)
        pages = calls.FPDF_GetPageCount(document)
        if pages < 1:
            raise Refusal("no_pages")
        if pages > MOST_PAGES:
            raise Refusal("many_pages", what=str(pages))
        _say({"pages": pages})
        for index in range(share, pages, shares):
            _say(page_of(calls, document, index))
    except Refusal as refusal:
        _say(refusal.said)
    except MemoryError:
        _say({"refused": "memory", "page": None, "what": ""})


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _limit() -> None:
    """Limit memory and processor time, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the parent still ends a child that takes too long
        return
    for name, most in (("RLIMIT_AS", MEMORY), ("RLIMIT_CPU", SECONDS), ("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0)):
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (ValueError, OSError, AttributeError):
            continue


def open_pdf(calls: Calls, content: bytes) -> Handle:
    """The document that pdfium opens; the bytes must outlive it."""
    calls.FPDF_InitLibrary()
    document = calls.FPDF_LoadMemDocument64(content, len(content), None)
    if not document:
        raise Refusal(_OPENING.get(calls.FPDF_GetLastError(), "damaged"))
    return document


def page_of(calls: Calls, document: Handle, index: int) -> dict[str, Any]:
    """One page: its size, words, rules, and how much of it pictures and curves cover."""
    page = calls.FPDF_LoadPage(document, index)
    if not page:
        raise Refusal("page", index + 1)
    text = calls.FPDFText_LoadPage(page)
    if not text:
        raise Refusal("page", index + 1)
    try:
        words, quarters = _Words(calls, text, index + 1).read()
        drawn = _Drawn(calls, index + 1)
        drawn.read_page(page)
        bounds = (ctypes.c_float * 4)()
        calls.FPDF_GetPageBoundingBox(page, bounds)
        left, top, right, bottom = (_hundredths(x) for x in bounds)
        turn = quarters.most_common(1)[0][0] if quarters else -calls.FPDFPage_GetRotation(page) % 4
        return _upright((left, bottom, right, top), words, drawn, turn)
    finally:
        calls.FPDFText_ClosePage(text)
        calls.FPDF_ClosePage(page)


def _upright(page: Box, words: list[list[Any]], drawn: _Drawn, turn: int) -> dict[str, Any]:
    """The page turned so that most of its text runs to the right, with its lower left corner at 0, 0."""
    left, bottom, right, top = turned(page, turn)
    kept = []
    for quarter, (*corners,), base, *rest in words:
        box: Box = (corners[0], corners[1], corners[2], corners[3])
        if quarter != turn:  # text that runs another way: its box, turned back and then with the page
            box = turned(turned(box, -quarter % 4), turn)
            base = box[1]
        x0, y0, x1, y1 = box
        if left <= (x0 + x1) // 2 <= right and bottom <= (y0 + y1) // 2 <= top:
            kept.append([x0 - left, y0 - bottom, x1 - left, y1 - bottom, base - bottom, *rest, quarter != turn])
    rules = []
    for box in drawn.rules:
        x0, y0, x1, y1 = turned(box, turn)
        if x1 >= left and x0 <= right and y1 >= bottom and y0 <= top:
            rules.append([x0 - left, y0 - bottom, x1 - left, y1 - bottom])
    area = max(1, (right - left) * (top - bottom))
    pictured = min(100, 100 * drawn.pictures // area)
    size = {"width": right - left, "height": top - bottom}
    return {**size, "words": kept, "rules": rules, "pictured": pictured, "curves": drawn.curves}


def turned(box: Box, quarter: int) -> Box:
    """A box in the frame in which text that runs `quarter` right angles against the clock runs to the right."""
    left, bottom, right, top = box
    if quarter == 1:
        return bottom, -right, top, -left
    if quarter == 2:
        return -right, -top, -left, -bottom
    if quarter == 3:
        return -top, left, -bottom, right
    return box


def _hundredths(number: Any) -> int:
    """A coordinate in hundredths of a point; what is no number or absurdly far is put far outside of any page."""
    return int(number * 100) if -1_000_000 < number < 1_000_000 else 10**8


Style = tuple[int, int, int, bool, bool, int]


class _Words:
    """The words of a page: characters that stand close to one another."""

    def __init__(self, calls: Calls, text: Handle, page: int) -> None:
        self.calls, self.text, self.page = calls, text, page
        self.styles: dict[int, Style] = {}
        self.bold: dict[int, bool] = {}
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
            letters.append(_letter(code, unnamed))
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
            hundredths = [int(number * 100) for number in numbers]
        except (ValueError, OverflowError):  # no number, or no end
            hundredths = [_hundredths(number) for number in numbers]
        yield from (hundredths[edge::4] for edge in range(4))

    def _style(self, drawing: int, index: int) -> None:
        """Of the text object of a character: direction, size, baseline, bold, whether it is seen, its number."""
        calls, text = self.calls, self.text
        matrix = (ctypes.c_float * 6)()
        calls.FPDFText_GetMatrix(text, index, matrix)
        a, b, c, d = matrix[:4]
        quarter = _quarter(a, b)
        size = _hundredths(abs(calls.FPDFText_GetFontSize(text, index)) * math.hypot(c, d))
        x, y = ctypes.c_double(), ctypes.c_double()
        calls.FPDFText_GetCharOrigin(text, index, ctypes.byref(x), ctypes.byref(y))
        origin = (_hundredths(x.value), _hundredths(y.value))
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


Matrix = tuple[Any, ...]


class _Drawn:
    """The rules of a page (its straight lines and thin rectangles), the area of its pictures, its curves."""

    def __init__(self, calls: Calls, page: int) -> None:
        self.calls, self.page = calls, page
        self.rules: list[Box] = []
        self.pictures = self.curves = self.objects = self.points = 0

    def read_page(self, page: Handle) -> None:
        """Everything drawn on a page."""
        for index in range(self._most(self.calls.FPDFPage_CountObjects(page))):
            self._read(self.calls.FPDFPage_GetObject(page, index), (1, 0, 0, 1, 0, 0), 0)

    def _most(self, count: int) -> int:
        self.objects += max(0, count)
        if self.objects > MOST_OBJECTS:
            raise Refusal("many_objects", self.page, str(self.objects))
        return count

    def _read(self, drawing: Handle, outer: Matrix, depth: int) -> None:
        calls, kind = self.calls, self.calls.FPDFPageObj_GetType(drawing)
        if kind not in (_PATH, _IMAGE, _FORM):
            return
        matrix = self._matrix(drawing, outer)
        if kind == _PATH:
            self._read_path(drawing, matrix)
        elif kind == _IMAGE:
            a, b, c, d = matrix[:4]
            self.pictures += abs(_hundredths(a * d - b * c)) * 100
        elif depth < _DEEPEST_FORM:
            for index in range(self._most(calls.FPDFFormObj_CountObjects(drawing))):
                self._read(calls.FPDFFormObj_GetObject(drawing, index), matrix, depth + 1)

    def _matrix(self, drawing: Handle, outer: Matrix) -> Matrix:
        own = (ctypes.c_float * 6)()
        self.calls.FPDFPageObj_GetMatrix(drawing, own)
        a, b, c, d, e, f = own
        m, n, o, p, q, r = outer
        return (a * m + b * o, a * n + b * p, c * m + d * o, c * n + d * p, e * m + f * o + q, e * n + f * p + r)

    def _read_path(self, drawing: Handle, matrix: Matrix) -> None:
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        self.calls.FPDFPath_GetDrawMode(drawing, ctypes.byref(filled), ctypes.byref(stroked))
        if not filled.value and not stroked.value:
            return
        for points in self._outlines(drawing, matrix):
            if stroked.value:
                for (x0, y0), (x1, y1) in itertools.pairwise(points):
                    if abs(x1 - x0) <= 50 or abs(y1 - y0) <= 50:
                        self.rules.append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
            elif len(points) > 1:
                xs, ys = [x for x, _ in points], [y for _, y in points]
                if max(xs) - min(xs) <= 250 or max(ys) - min(ys) <= 250:
                    self.rules.append((min(xs), min(ys), max(xs), max(ys)))

    def _outlines(self, drawing: Handle, matrix: Matrix) -> list[list[Point]]:
        """The straight outlines of a path; those with curves are only counted."""
        calls, outlines, curved = self.calls, [], False
        a, b, c, d, e, f = matrix
        x, y = ctypes.c_float(), ctypes.c_float()
        at_x, at_y = ctypes.byref(x), ctypes.byref(y)
        points: list[Point] = []
        count = calls.FPDFPath_CountSegments(drawing)
        self.points += max(0, count)
        if self.points > MOST_POINTS:
            raise Refusal("many_objects", self.page, str(self.points))
        for index in range(count):
            segment = calls.FPDFPath_GetPathSegment(drawing, index)
            kind = calls.FPDFPathSegment_GetType(segment)
            calls.FPDFPathSegment_GetPoint(segment, at_x, at_y)
            if kind == _MOVE_TO:
                points, curved = [], False
                outlines.append(points)
            elif kind == _CURVE_TO:
                self.curves += 1
                curved = True
            if curved:
                points.clear()
                continue
            u, v = x.value, y.value
            points.append((_hundredths(a * u + c * v + e), _hundredths(b * u + d * v + f)))
            if calls.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
        return outlines

"""What runs in the child process: pdfium opens a PDF from standard input and writes its words and rules, page by page.

Lines of JSON on standard output: `{"pages": n}`, then `page_of` of each page, or `{"refused": why, "page": n}`. All
coordinates are hundredths of a point in the page as it is read: upright, from its lower left corner. Nothing of a
document is run or followed: no form is filled, no script, link or attachment is looked at. Invisible text, as that
under a scanned picture, is left out.
"""

from __future__ import annotations

import ctypes
import gc
import json
import sys
from collections import Counter
from typing import Any

from bareme.circulars.documents.pdf_bounds import MEMORY, MOST_PAGES, SECONDS, Box, Refusal, hundredths, turned
from bareme.circulars.documents.pdf_calls import Calls, Handle, load_calls
from bareme.circulars.documents.pdf_drawn import Drawn
from bareme.circulars.documents.pdf_streams import damaged_stream
from bareme.circulars.documents.pdf_words import Words

_OPENING = {2: "damaged", 3: "damaged", 4: "password", 5: "security"}


def main(share: int, shares: int) -> None:
    """Read standard input, write every page whose turn it is: `share` of `shares`. A refusal is the last line."""
    content = sys.stdin.buffer.read()
    gc.disable()  # nothing here makes cycles
    limit()
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
        say({"pages": pages})
        for index in range(share, pages, shares):
            say(page_of(calls, document, index))
    except Refusal as refusal:
        say(refusal.said)
    except MemoryError:
        say({"refused": "memory", "page": None, "what": ""})


def say(line: dict[str, Any]) -> None:
    """Tell the parent."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def limit() -> None:
    """Limit memory and processor time of this process, where the system can."""
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
        words, quarters = Words(calls, text, index + 1).read()
        drawn = Drawn(calls, index + 1)
        drawn.read_page(page)
        return _upright(bounds_of(calls, page), words, drawn, turn_of(calls, page, quarters))
    finally:
        calls.FPDFText_ClosePage(text)
        calls.FPDF_ClosePage(page)


def bounds_of(calls: Calls, page: Handle) -> Box:
    """The box of a page that is looked at."""
    bounds = (ctypes.c_float * 4)()
    calls.FPDF_GetPageBoundingBox(page, bounds)
    left, top, right, bottom = (hundredths(x) for x in bounds)
    return left, bottom, right, top


def turn_of(calls: Calls, page: Handle, quarters: Counter[int]) -> int:
    """By how many right angles a page is turned with the clock to be upright: most of its text then runs right."""
    return quarters.most_common(1)[0][0] if quarters else calls.FPDFPage_GetRotation(page)


def _upright(page: Box, words: list[list[Any]], drawn: Drawn, turn: int) -> dict[str, Any]:
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

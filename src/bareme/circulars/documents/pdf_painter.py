"""What runs in the child process that paints a page: pdfium draws it as it is read, upright, and it goes out as a PNG.

A line of JSON on standard output, `{"size": bytes}` or `{"refused": why, "page": n}`, then the picture. As in reading,
nothing of a document is run or followed; notes and forms are not drawn. No side of a picture is more than `MOST_DOTS`.
"""

from __future__ import annotations

import ctypes
import struct
import sys
import zlib

from bareme.circulars.documents.pdf_bounds import MOST_DOTS, MOST_PAGES, Refusal
from bareme.circulars.documents.pdf_calls import Calls, Handle, load_calls
from bareme.circulars.documents.pdf_words import Words
from bareme.circulars.documents.pdf_worker import bounds_of, limit, open_pdf, say, turn_of

_COLOURS, _RED_FIRST, _WHITE = 2, 0x10, 0xFFFFFFFF
_GREY_TYPE, _COLOUR_TYPE = 0, 2


def main(number: int, dots: int) -> None:
    """Paint the page of a number, from 1, with so many dots to an inch; the document is on standard input."""
    content = sys.stdin.buffer.read()
    limit()
    try:
        calls = load_calls()
        document = open_pdf(calls, content)
        pages = calls.FPDF_GetPageCount(document)
        if not 1 <= number <= min(pages, MOST_PAGES):
            raise Refusal("absent", number, str(pages))
        painted = _painted(calls, document, number, dots)
        say({"size": len(painted)})
        sys.stdout.buffer.write(painted)
        sys.stdout.flush()
    except Refusal as refusal:
        say(refusal.said)
    except MemoryError:
        say({"refused": "memory", "page": None, "what": ""})


def _painted(calls: Calls, document: Handle, number: int, dots: int) -> bytes:
    page = calls.FPDF_LoadPage(document, number - 1)
    text = calls.FPDFText_LoadPage(page) if page else None
    if not page or not text:
        raise Refusal("page", number)
    _, quarters = Words(calls, text, number).read()
    turn = turn_of(calls, page, quarters)
    left, bottom, right, top = bounds_of(calls, page)
    sides = (right - left, top - bottom) if turn % 2 == 0 else (top - bottom, right - left)
    width, height = _size(*sides, dots)
    stride = -(-3 * width // 4) * 4
    dotted = ctypes.create_string_buffer(stride * height)
    bitmap = calls.FPDFBitmap_CreateEx(width, height, _COLOURS, ctypes.addressof(dotted), stride)
    if not bitmap:
        raise Refusal("page", number)
    calls.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
    more = (turn - calls.FPDFPage_GetRotation(page)) % 4
    calls.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, more, _RED_FIRST)
    return _png(width, height, [dotted.raw[y * stride : y * stride + 3 * width] for y in range(height)])


def _size(across: int, up: int, dots: int) -> tuple[int, int]:
    """The size of the picture of a page of so many hundredths of a point."""
    across, up = max(100, across), max(100, up)
    width, height = across * dots // 7200, up * dots // 7200
    if width > MOST_DOTS:
        width, height = MOST_DOTS, MOST_DOTS * up // across
    if height > MOST_DOTS:
        width, height = MOST_DOTS * across // up, MOST_DOTS
    return max(1, width), max(1, height)


def _png(width: int, height: int, rows: list[bytes]) -> bytes:
    """A picture of rows of red, green and blue; one without colour takes a third."""
    kind = _COLOUR_TYPE
    if all(row[::3] == row[1::3] == row[2::3] for row in rows):
        kind, rows = _GREY_TYPE, [row[::3] for row in rows]
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return b"\x89PNG\r\n\x1a\n" + _part(b"IHDR", head) + _part(b"IDAT", body) + _part(b"IEND", b"")


def _part(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

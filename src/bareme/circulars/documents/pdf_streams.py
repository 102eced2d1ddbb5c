"""Whether the packed streams of a PDF are whole: pdfium reads what it can of a damaged one; rows would be missing."""

from __future__ import annotations

import re
import zlib

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FLATE = re.compile(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\b")
_DICTIONARY = 600
"""In bytes: how far before a stream its dictionary begins, at most."""
_MOST = 64 * 1024 * 1024
"""In bytes: a stream is inflated so far; beyond it, the bounds of memory and time decide."""
_PIECE = 1024 * 1024


def damaged_stream(content: bytes) -> int | None:
    """The place of the first packed stream that does not inflate whole; None when all do, or are encrypted."""
    if b"/Encrypt" in content:
        return None
    for found in _STREAM.finditer(content):
        before = content[max(0, found.start() - _DICTIONARY) : found.start()]
        dictionary = before[before.rfind(b"obj") :]
        if _FLATE.search(dictionary) and not _is_whole(content, found.end()):
            return found.start()
    return None


def _is_whole(content: bytes, start: int) -> bool:
    """True for a stream that inflates to its end with the sum of its bytes that it says it has, where it says one."""
    unpacker = zlib.decompressobj(-15)
    at, total, size = start + 2, 1, 0
    try:
        while not unpacker.eof and size < _MOST:
            packed = unpacker.unconsumed_tail
            if not packed:
                packed, at = content[at : at + _PIECE], at + _PIECE
                if not packed:
                    return False
            piece = unpacker.decompress(packed, _PIECE)
            total, size = zlib.adler32(piece, total), size + len(piece)
    except zlib.error:
        return False
    if not unpacker.eof:
        return True
    told = unpacker.unused_data[:16]
    return told.lstrip().startswith(b"endstream"[:8]) or int.from_bytes(told[:4], "big") == total

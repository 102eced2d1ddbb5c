"""Open a document: a path, or bytes with a name. What is no readable document is refused with what to do."""

from __future__ import annotations

import hashlib
import re
from codecs import BOM_UTF8
from os import PathLike
from pathlib import Path

from bareme.circulars.documents.blocks import Block, Document, Remark
from bareme.circulars.documents.bounds import LARGEST, check_blocks
from bareme.circulars.documents.html import charset_of, is_html, read_html
from bareme.circulars.documents.pdf import is_pdf, read_pdf
from bareme.circulars.documents.text import blocks_of_text
from bareme.errors import DocumentError

SIGNATURES = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a SQLite database",
    b"PAR1": "a Parquet file",
}
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""How a ZIP archive starts, and with it a workbook; the second is an empty one."""
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
IN_OLD_OFFICE = {
    "EncryptedPackage": "protected by a password; save it without",
    "Workbook": "an old workbook (.xls); save it as .xlsx",
    "Book": "an old workbook (.xls); save it as .xlsx",
    "WordDocument": "an old Word document (.doc); save the tables as .xlsx or the whole as text",
}
"""What an old Office file is, by the name of a stream in it."""
START = 4096
"""So many characters tell a page from a text."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")

DocumentLike = str | PathLike[str] | tuple[str, bytes]
"""A path, or a name with the bytes."""


def bytes_of(source: DocumentLike) -> tuple[str, bytes]:
    """The name and bytes of a document; `DocumentError` when there is no such file or it is too large."""
    if isinstance(source, tuple):
        if len(source) != 2 or not isinstance(source[0], str) or not isinstance(source[1], bytes):
            raise DocumentError("a document is a path, or a pair of a name and bytes.")
        if len(source[1]) > LARGEST:
            raise _too_large(source[0])
        return source
    if not isinstance(source, str | PathLike) or "\0" in str(source):
        raise DocumentError("a document is a path, or a pair of a name and bytes.")
    path = Path(source)
    try:
        if path.is_dir():
            raise DocumentError(f"{path} is a directory; name the documents in it, for example {path}/*.txt.")
        if path.exists() and not path.is_file():
            raise DocumentError(f"{path} is not a regular file.")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1) if path.stat().st_size <= LARGEST else b""
        if path.stat().st_size > LARGEST or len(content) > LARGEST:
            raise _too_large(path)
        return path.name, content
    except FileNotFoundError:
        raise DocumentError(f"{path} does not exist.") from None
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror or error}.") from None


def _too_large(path: str | Path) -> DocumentError:
    return DocumentError(f"{path} is larger than {LARGEST // 1024 // 1024} MiB; no circular is.")


def open_document(source: DocumentLike) -> Document:
    """The document as blocks; `DocumentError` says what is wrong with bytes that cannot be read."""
    name, content = bytes_of(source)
    remarks: tuple[Remark, ...] = ()
    sheets: tuple[tuple[int, int], ...] = ()
    if is_pdf(content):
        blocks, sheets = read_pdf(name, content)
    elif content.startswith(ZIP):
        from bareme.circulars.documents.xlsx import read_xlsx

        blocks, remarks = read_xlsx(name, content)
    else:
        blocks, remarks = _of_text(name, content)
    check_blocks(name, blocks)
    return Document(hashlib.sha256(content).hexdigest(), name, len(content), blocks, content, remarks, sheets)


def _of_text(name: str, content: bytes) -> tuple[tuple[Block, ...], tuple[Remark, ...]]:
    text, remarks = _text_of(name, content)
    if not is_html(text[:START]):
        return blocks_of_text(text, name), remarks
    blocks, hidden = read_html(name, text)
    return blocks, (*remarks, *hidden)


def _text_of(name: str, content: bytes) -> tuple[str, tuple[Remark, ...]]:
    if not content.removeprefix(BOM_UTF8).strip():
        raise DocumentError(f"{name} is empty.")
    if content.startswith(OLD_OFFICE):
        streams = ((stream.encode("utf-16-le"), what) for stream, what in IN_OLD_OFFICE.items())
        what = next((what for stream, what in streams if stream in content), "an old Office file; save it as .xlsx")
        raise DocumentError(f"{name} is {what}.")
    for signature, what in SIGNATURES.items():
        if content.startswith(signature):
            raise DocumentError(f"{name} is {what}; bareme reads text, HTML, workbooks (.xlsx) and PDF.")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DocumentError(f"{name} is UTF-16 text; save it as UTF-8.")
    if b"\x00" in content:
        place = content.index(b"\x00")
        raise DocumentError(f"{name} is not text: byte {place + 1} is zero. bareme reads UTF-8 text.")
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        return _text_of_windows(name, content, error.start)


def _text_of_windows(name: str, content: bytes, at: int) -> tuple[str, tuple[Remark, ...]]:
    """The text of bytes that are not UTF-8 but can be windows-1252; a remark unless they are a page that says so.

    Bytes that stand for nothing in windows-1252 and control characters say that they are something else.
    """
    line = content.count(b"\n", 0, at) + 1
    declared = charset_of(content)
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = "\x00"
    if _CONTROL.search(text) or declared not in (None, "windows-1252", "cp1252", "iso-8859-1", "latin1", "us-ascii"):
        raise DocumentError(
            f"{name}, line {line}: byte {at + 1} (0x{content[at]:02X}) is not UTF-8, nor is the document windows-1252; "
            "save it as UTF-8."
        )
    return text, () if declared else (Remark("encoding", f"line {line}"),)

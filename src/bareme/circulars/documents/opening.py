"""Open a document: a path, or bytes with a name. What is no readable document is refused with what to do."""

from __future__ import annotations

import hashlib
from os import PathLike
from pathlib import Path

from bareme.circulars.documents.blocks import Document
from bareme.circulars.documents.pdf import blocks_of_pdf, is_pdf
from bareme.circulars.documents.text import blocks_of_text
from bareme.errors import DocumentError

SIGNATURES = {
    b"PK\x03\x04": "a ZIP or Office file",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a SQLite database",
    b"PAR1": "a Parquet file",
}
LARGEST = 64 * 1024 * 1024

DocumentLike = str | PathLike[str] | tuple[str, bytes]
"""A path, or a name with the bytes."""


def bytes_of(source: DocumentLike) -> tuple[str, bytes]:
    """The name and bytes of a document; `DocumentError` when there is no such file or it is too large."""
    if isinstance(source, tuple):
        if len(source) != 2 or not isinstance(source[0], str) or not isinstance(source[1], bytes):
            raise DocumentError("a document is a path, or a pair of a name and bytes.")
        return source
    if not isinstance(source, str | PathLike) or "\0" in str(source):
        raise DocumentError("a document is a path, or a pair of a name and bytes.")
    path = Path(source)
    try:
        if path.is_dir():
            raise DocumentError(f"{path} is a directory; name the documents in it, for example {path}/*.txt.")
        if path.exists() and not path.is_file():
            raise DocumentError(f"{path} is not a regular file.")
        if path.stat().st_size > LARGEST:
            raise DocumentError(f"{path} is larger than {LARGEST // 1024 // 1024} MiB; no circular is.")
        return path.name, path.read_bytes()
    except FileNotFoundError:
        raise DocumentError(f"{path} does not exist.") from None
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror or error}.") from None


def open_document(source: DocumentLike) -> Document:
    """The document as blocks; `DocumentError` says what is wrong with bytes that are not text."""
    name, content = bytes_of(source)
    blocks = blocks_of_pdf(name, content) if is_pdf(content) else blocks_of_text(_text_of(name, content))
    return Document(hashlib.sha256(content).hexdigest(), name, len(content), blocks, content)


def _text_of(name: str, content: bytes) -> str:
    if not content.strip():
        raise DocumentError(f"{name} is empty.")
    for signature, what in SIGNATURES.items():
        if content.startswith(signature):
            raise DocumentError(f"{name} is {what}; bareme reads UTF-8 text with tab-separated tables.")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DocumentError(f"{name} is UTF-16 text; save it as UTF-8.")
    if b"\x00" in content:
        place = content.index(b"\x00")
        raise DocumentError(f"{name} is not text: byte {place + 1} is zero. bareme reads UTF-8 text.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            f"{name}, line {line}: byte {error.start + 1} (0x{content[error.start]:02X}) is not UTF-8; "
            "save the document as UTF-8."
        ) from None

"""The formats of drafts, and the one function that writes a circular in one of them."""

from __future__ import annotations

from pathlib import Path

from bareme.circulars.model import Reading
from bareme.errors import InputError
from bareme.exchange.drafts.drafting import draft_of
from bareme.exchange.drafts.words import DRAFTED
from bareme.exchange.outputs import check_place, written_whole

FORMATS = {
    "xlsx": "a workbook of one sheet, with numbers that are numbers",
    "pdf": "A4 pages with ruled tables",
    "html": "one page that needs nothing beside itself",
    "text": "UTF-8 text with tab-separated tables",
}
SUFFIXES = {"xlsx": ".xlsx", "pdf": ".pdf", "html": ".html", "text": ".txt"}
"""Of the name of a file in each format."""
TO_SCREEN = ("html", "text")
"""The formats that may go to standard output."""


def check_request(format: str, language: str | None) -> None:
    """`InputError` for a format or language that there is not; it lists those that there are."""
    if format not in FORMATS:
        raise InputError(f"format: {format!r} is none of {', '.join(FORMATS)}.")
    if language is not None and language not in DRAFTED:
        raise InputError(f"language: {language!r} is none of {', '.join(DRAFTED)}.")


def format_of(path: str | None) -> str:
    """The format that the name of a file means; text without one."""
    if path is None:
        return "text"
    suffix = Path(path).suffix.lower()
    found = [format for format, own in SUFFIXES.items() if own == suffix]
    if not found:
        raise InputError(f"{path}: a draft is written as {', '.join(SUFFIXES.values())}. Nothing was written.")
    return found[0]


def drafted(reading: Reading, format: str, language: str | None = None) -> bytes:
    """A circular in a format and language (default: its own); the same circular gives the same bytes."""
    check_request(format, language)
    draft = draft_of(reading, language or reading.circular.language)
    # Each needs a library that takes a while to load.
    if format == "xlsx":
        from bareme.exchange.drafts.as_xlsx import workbook_of

        return workbook_of(draft)
    if format == "pdf":
        from bareme.exchange.drafts.as_pdf import pdf_of

        return pdf_of(draft)
    if format == "html":
        from bareme.exchange.drafts.as_html import page_of

        return page_of(draft).encode("utf-8", "replace")
    from bareme.exchange.drafts.as_text import text_of

    return text_of(draft).encode("utf-8", "replace")


def file_name(reading: Reading, format: str, language: str | None = None) -> str:
    """The name that a draft's file has by default: 2025-336-nl.pdf."""
    circular = reading.circular
    number = circular.number or Path(reading.document.name).stem
    return f"{number.replace('/', '-')}-{language or circular.language}{SUFFIXES[format]}"


def check_output(path: Path, format: str, overwrite: bool) -> None:
    """Refuse, before any work, a file that cannot be written."""
    what = f"a draft in the format {format} is written as {SUFFIXES[format]}"
    check_place(path, (SUFFIXES[format],), what, "Nothing was written.", overwrite)


def write_draft(content: bytes, path: Path, overwrite: bool) -> None:
    """Write a draft under its name at once."""
    with written_whole(path, over=overwrite) as draft:
        draft.write_bytes(content)

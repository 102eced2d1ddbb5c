"""A file of acts from the body of a request to the disk, as it comes: never whole in memory.

The body is the file itself, or a form (multipart/form-data) with one part that is a file. Names that a client gives are
looked at for their ending only.
"""

from __future__ import annotations

import errno
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from bareme.errors import InputError
from bareme.service.jobs.folders import FORMATS
from bareme.service.problems import Problem

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

PART = 1024 * 1024
"""So many bytes are written at once."""
TYPES = {
    "text/csv": "csv",
    "application/csv": "csv",
    "application/vnd.apache.parquet": "parquet",
    "application/x-parquet": "parquet",
    "application/parquet": "parquet",
}
ACCEPTED = "a file of acts is sent as text/csv or application/vnd.apache.parquet, or as multipart/form-data"
MAGIC = b"PAR1"
log = logging.getLogger("bareme.jobs")


@dataclass(frozen=True, slots=True)
class Received:
    """What came: its kind, and how many bytes."""

    format: str
    size: int


async def receive(request: Request, folder: Path) -> Received:
    """Write the acts of a request into a folder as `acts.csv` or `acts.parquet`; `Problem` for what is neither."""
    kind, options = parse_options_header(request.headers.get("content-type") or "")
    media = kind.decode("latin-1").strip().lower()
    draft = folder / "received"
    try:
        with draft.open("wb") as file:
            if media == "multipart/form-data":
                format = await _from_form(request, file, options.get(b"boundary", b""))
            else:
                format = TYPES.get(media, "")
                if not format:
                    raise Problem("unsupported_type", f"The body is {media or 'of no type'}; {ACCEPTED}.")
                await _from_body(request, file)
        return await run_in_threadpool(_settled, draft, folder, format)
    except OSError as error:
        raise cannot_keep(error) from None


def cannot_keep(error: OSError) -> Problem:
    """What is told where the disk does not take a file; the reason, which is none of who sent it, is logged."""
    log.error("no_file", extra={"reason": error.strerror or type(error).__name__})
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return Problem("no_space" if full else "state_unavailable", "The file of acts cannot be kept.")


def _settled(draft: Path, folder: Path, format: str) -> Received:
    """Give what came its name; `InputError` where it is plainly not of its kind."""
    size = draft.stat().st_size
    if not size:
        raise InputError("the file of acts is empty. Nothing was priced.")
    with draft.open("rb") as file:
        is_parquet = file.read(len(MAGIC)) == MAGIC
    if is_parquet != (format == "parquet"):
        what = "Parquet" if is_parquet else "no Parquet"
        raise InputError(f"the file of acts is {what}, and was sent as {FORMATS[format]}. Nothing was priced.")
    draft.replace(folder / f"acts.{format}")
    return Received(format, size)


async def _from_body(request: Request, file: IO[bytes]) -> None:
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) >= PART:
            await run_in_threadpool(file.write, bytes(held))
            held.clear()
    await run_in_threadpool(file.write, bytes(held))


async def _from_form(request: Request, file: IO[bytes], boundary: bytes) -> str:
    """Write the part that is a file; the kind that its name or type says."""
    form = _Form()
    try:
        parser = MultipartParser(boundary, form.callbacks())
        async for chunk in request.stream():
            parser.write(chunk)
            if len(form.data) >= PART:
                await run_in_threadpool(file.write, form.taken())
        parser.finalize()
    except (FormParserError, ValueError):
        raise InputError("the form cannot be read: it is not multipart/form-data as its header says.") from None
    await run_in_threadpool(file.write, form.taken())
    if form.files != 1 or not form.is_whole:
        raise InputError(f"the form has {form.files} files; send one, and options in the address.")
    if not form.format:
        raise Problem("unsupported_type", f"The name of the file does not end in .csv or .parquet; {ACCEPTED}.")
    return form.format


class _Form:
    """What the parser tells of a form: the bytes of its file, and the kind."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.files, self.format, self.is_whole = 0, "", False
        self._name, self._value, self._headers = bytearray(), bytearray(), {}  # type: ignore[var-annotated]
        self._in_file = False

    def callbacks(self) -> MultipartCallbacks:
        """The functions that the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header,
            "on_headers_finished": self._described,
            "on_part_data": self._bytes,
            "on_end": self._end,
        }

    def taken(self) -> bytes:
        """The bytes that are to be written."""
        found = bytes(self.data)
        self.data.clear()
        return found

    def _begin(self) -> None:
        self._headers, self._in_file = {}, False

    def _header(self) -> None:
        self._headers[bytes(self._name).lower()] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _described(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"filename")
        if name is None:
            raise InputError("the form has a field that is no file; options stand in the address.")
        self.files += 1
        self._in_file = self.files == 1
        ending = name.rpartition(b".")[2].lower().decode("latin-1")
        kind, _ = parse_options_header(self._headers.get(b"content-type", b""))
        self.format = ending if ending in FORMATS else TYPES.get(kind.decode("latin-1").lower(), "")

    def _bytes(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self.data += data[start:end]

    def _end(self) -> None:
        self.is_whole = True

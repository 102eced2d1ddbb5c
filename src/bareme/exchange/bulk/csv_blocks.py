"""CSV files in blocks of whole records: what a reader of the whole file would give, in parts that can be read apart.

A block ends after a line's end that is outside quotation marks. Blocks without a quotation mark are left to a quick
reader; a block with one is read here, strictly: a mark that is not closed, or that is closed and followed by more, is
an error and never a guess. Lines that are empty are passed over. Texts stay as they are, empty ones too.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from bareme.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK = 32 * 1024 * 1024
"""About so many bytes a block has."""
MOST = 1024 * 1024 * 1024
"""A record of more bytes is refused."""
NOTHING = "Nothing was priced."
_TRIES = 3
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records of a file, as bytes; `end` is where they end in it (unpacked), `quoted` if marks are in it."""

    data: bytes
    end: int
    quoted: bool


def opened(path: Path) -> IO[bytes]:
    """A file to read, unpacked where it is packed."""
    if path.name.lower().endswith(".gz"):
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


def header_of(path: Path) -> list[str]:
    """The names in the first record; `InputError` for a file without one."""
    with _readable(path), opened(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        names = next(csv.reader(text, strict=True), None)
    if not names:
        raise InputError(f"{path.name} is empty. {NOTHING}")
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and mark in names[0]:
            raise InputError(f"{path.name} parts its columns by {word}; save it with commas. {NOTHING}")
    return names


def blocks_of(path: Path, start: int = 0, size: int | None = None) -> Iterator[Block]:
    """The blocks of a file after its header, or from a place that was the end of one."""
    size = size or BLOCK
    with _readable(path), opened(path) as file:
        at = start or _after_header(file)
        file.seek(at)
        rest, window = b"", size
        # Where a block ends follows from where it begins alone: a run that goes on cuts the file as the first one did.
        while data := file.read(window - len(rest)):
            rest += data
            if len(rest) < window:
                continue
            cut, quoted = _cut(rest)
            if cut:
                at += cut
                yield Block(rest[:cut], at, quoted)
                rest, window = rest[cut:], size
            elif len(rest) <= MOST:
                window += size
            else:
                raise InputError(f"{path.name}: a record of more than {MOST:,} bytes. {NOTHING}")
        if rest:
            yield Block(rest, at + len(rest), b'"' in rest)


def _after_header(file: IO[bytes]) -> int:
    """Where the record after the header begins; quotation marks in the header may hold line ends."""
    at, text = 0, b""
    for line in file:
        at += len(line)
        text += line
        if text.count(b'"') % 2 == 0 and text.removeprefix(_BOM).strip(b"\r\n"):
            if line.endswith(b"\n") or b"\r" not in line.rstrip(b"\r\n"):
                return at
            return at - len(line) + line.index(b"\r") + 1  # lines that end with a carriage return alone
    return at


def _cut(data: bytes) -> tuple[int, bool]:
    """Where the last whole record ends, 0 if there is none; and whether a quotation mark stands before it."""
    mark = b"\n" if b"\n" in data else b"\r"
    if b'"' not in data:
        return data.rfind(mark) + 1, False
    end = len(data)
    for _ in range(_TRIES):
        end = data.rfind(mark, 0, end)
        while end >= 0 and data.count(b'"', 0, end) % 2:
            end = data.rfind(mark, 0, end)
        if end < 0:
            break
        if _is_whole(data[: end + 1]):
            return end + 1, b'"' in data[:end]
    return 0, True  # to be tried again with more of the file


def _is_whole(data: bytes) -> bool:
    """True when the records are read to their end; False also for what no reader can read."""
    try:
        for _ in csv.reader(io.StringIO(data.decode(), newline=""), strict=True):
            pass
    except (csv.Error, UnicodeDecodeError):
        return False
    return True


def read_block(block: Block, names: Sequence[str], path: Path) -> pa.Table:
    """The records of a block (see `table_of`); `InputError` names the line of the file that is no record."""
    try:
        return table_of(block, names, path.name)
    except ValueError as error:
        refuse_unreadable(path, len(names))
        raise InputError(f"{path.name} cannot be read: {error}. {NOTHING}") from None


def table_of(block: Block, names: Sequence[str], where: str) -> pa.Table:
    """The records of a block as texts, the columns by number (`c0`, `c1`, ...); `ValueError` for what is no record."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    columns = [f"c{number}" for number in range(len(names))]
    if not block.data.strip(b"\r\n"):
        return pa.table({name: pa.array([], pa.string()) for name in columns})
    if block.quoted:
        return pa.table(dict(zip(columns, _strictly(block.data, len(names), where), strict=True)))
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(block.data),
            read_options=arrow_csv.ReadOptions(use_threads=False, column_names=columns, block_size=len(block.data) + 1),
            parse_options=arrow_csv.ParseOptions(quote_char=False),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise ValueError(str(error)) from None


def _strictly(data: bytes, width: int, where: str) -> list[pa.Array]:
    import pyarrow as pa

    columns: list[list[str]] = [[] for _ in range(width)]
    try:
        for row in csv.reader(io.StringIO(data.decode(), newline=""), strict=True):
            if row:
                if len(row) != width:
                    raise ValueError(f"{where}: {len(row)} values for {width} columns")
                for column, value in zip(columns, row, strict=True):
                    column.append(value)
    except (csv.Error, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from None
    return [pa.array(column, pa.string()) for column in columns]


def refuse_unreadable(path: Path, width: int) -> None:
    """Read a file to its first fault, and say where it is; nothing where there is none."""
    with _readable(path), opened(path) as file:
        rows = csv.reader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""), strict=True)
        try:
            for row in rows:
                if row and len(row) != width:
                    raise InputError(
                        f"{path.name}, line {rows.line_num}: {len(row)} values for {width} columns. {NOTHING}"
                    )
        except csv.Error as error:
            what = "a quotation mark is opened and not closed" if "end of data" in str(error) else str(error)
            raise InputError(f"{path.name}, line {rows.line_num}: {what}. {NOTHING}") from None


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Inside it, a file that cannot be read is an `InputError` that names it and what to do."""
    try:
        yield
    except UnicodeDecodeError:
        line = _first_line_that_is_not_text(path)
        raise InputError(f"{path.name}, line {line}: it is not UTF-8; save it as UTF-8. {NOTHING}") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError(f"{path.name} is no gzip file, or a damaged one. {NOTHING}") from None
    except csv.Error as error:
        raise InputError(f"{path.name}, line 1: {error}. {NOTHING}") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}. {NOTHING}") from None


def _first_line_that_is_not_text(path: Path) -> int:
    with opened(path) as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 1

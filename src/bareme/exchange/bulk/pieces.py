"""Files in pieces: which lines each has, where its rows come from, and the work on several at once, in order."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from bareme.exchange.bulk import csv_blocks
from bareme.exchange.bulk.sources import ActsFiles
from bareme.exchange.sql_text import parquet_file

if TYPE_CHECKING:
    import duckdb

    from bareme.pricing.engine import Engine

PIECE = 1_000_000
"""So many lines of Parquet are worked on at a time; of CSV a block (`csv_blocks.BLOCK`)."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of one file: of Parquet `rows` lines from `first`; of CSV a block."""

    number: int
    file: int
    first: int
    rows: int
    block: csv_blocks.Block | None = None

    @property
    def end(self) -> tuple[int, int]:
        """The file and the place in it where the next piece begins."""
        return self.file, self.block.end if self.block else self.first + self.rows


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a piece in SQL: how many, what stands after FROM, each row's number from 1, the columns' names."""

    count: int
    source: str
    line: str
    columns: tuple[str, ...]


def processors() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pieces_of(acts: ActsFiles, start: tuple[int, int] = (0, 0), number: int = 0) -> Iterator[Piece]:
    """The pieces of files from a place on, numbered from `number`; one without lines where there is no other."""
    for index in range(start[0], len(acts.files)):
        for piece in _pieces_of(acts, index, start[1] if index == start[0] else 0):
            yield replace(piece, number=number)
            number += 1
    if not number:
        yield Piece(0, 0, 0, 0, None if acts.format == ".parquet" else csv_blocks.Block(b"", 0, False))


def _pieces_of(acts: ActsFiles, index: int, at: int) -> Iterator[Piece]:
    rows = acts.files[index].rows
    if rows is not None:
        for first in range(at, rows, PIECE):
            yield Piece(0, index, first, min(PIECE, rows - first))
        return
    for block in csv_blocks.blocks_of(acts.files[index].path, at):
        yield Piece(0, index, 0, 0, block)


def rows_of(acts: ActsFiles, piece: Piece, cursor: Any) -> Rows:
    """The rows of a piece, to be read by a cursor; of CSV the columns are called by number, and all of them texts."""
    file = acts.files[piece.file]
    if piece.block is None:
        last = piece.first + piece.rows
        rows = parquet_file(file.path, ", file_row_number = true")
        source = f"{rows} WHERE file_row_number >= {piece.first} AND file_row_number < {last}"
        return Rows(piece.rows, source, f"file_row_number + {1 - piece.first}", acts.columns)
    table = csv_blocks.read_block(piece.block, acts.columns, file.path)
    cursor.register("acts_in", table)
    return Rows(table.num_rows, "acts_in", "row_number() OVER ()", tuple(table.column_names))


class Cursors:
    """Connections to an engine's DuckDB, one for each thread that asks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._local = threading.local()
        self._made: list[duckdb.DuckDBPyConnection] = []

    def own(self) -> duckdb.DuckDBPyConnection:
        """The connection of this thread."""
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._engine.cursor()
            # Of one connection: moments are written alike wherever acts are priced.
            self._local.cursor.execute("SET TimeZone = 'UTC'")
            self._made.append(self._local.cursor)
        found: duckdb.DuckDBPyConnection = self._local.cursor
        return found

    def interrupt(self) -> None:
        """Stop what all of them do."""
        for cursor in self._made:
            cursor.interrupt()


def in_order(
    pieces: Iterable[Piece], work: Callable[[Piece], _T], interrupt: Callable[[], None]
) -> Generator[tuple[Piece, _T], None, None]:
    """What the work on each piece gives, in the order of the pieces; as many at once as there are processors.

    Few pieces are read ahead, so that memory does not grow with their number. When something fails, `interrupt` is
    called, and what was begun is waited for.
    """
    workers = processors()
    waiting: deque[tuple[Piece, Future[_T]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for piece in pieces:
                waiting.append((piece, pool.submit(work, piece)))
                if len(waiting) > workers:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        except BaseException:
            for _, future in waiting:
                future.cancel()
            interrupt()
            raise

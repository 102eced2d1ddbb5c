"""A run: acts in pieces, each priced by one statement on one thread, several at once, put together in order.

Each piece gives the same bytes on every run, and so does the whole. Two pieces or more are worked on at a time, one a
processor; what is not yet needed is not read, so that memory does not grow with the number of acts.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.errors import InputError
from bareme.exchange.bulk import csv_blocks
from bareme.exchange.bulk.about import KEY, About, sidecar
from bareme.exchange.bulk.counts import Summary, count_piece, summary_of
from bareme.exchange.bulk.parquet_parts import MAGIC, footer_of, parted
from bareme.exchange.bulk.sources import ActsFiles, format_of, refuse_damaged
from bareme.exchange.bulk.statement import acts_of, kinds_in, own_name, piece_select
from bareme.exchange.bulk.work_folder import PieceDone, WorkFolder
from bareme.exchange.sql_text import literal, parquet_file
from bareme.pricing.columns import OUTPUT_COLUMNS

if TYPE_CHECKING:
    import duckdb

    from bareme.pricing.engine import Engine

PIECE = 1_000_000
"""So many lines of Parquet are priced at a time; of CSV a block (`csv_blocks.BLOCK`)."""
MEMORY = "3GiB"
"""So much memory DuckDB takes for all pieces together; beyond, it goes on on disk."""
GROUP = 122_880
"""Lines of a row group of the result."""

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of one file: of Parquet `rows` lines from `first`; of CSV a block."""

    number: int
    file: int
    first: int
    rows: int
    block: csv_blocks.Block | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did: lines of the result, of which so many were there already, and what they come to."""

    lines: int
    resumed: int
    summary: Summary


def processors() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def price_acts(
    acts: ActsFiles,
    engine: Engine,
    out: Path,
    about: About,
    progress: Progress | None = None,
    memory: str = MEMORY,
) -> Run:
    """Price files of acts into one. `InputError` leaves no partial result."""
    return _Runner(acts, engine, out, about, progress, memory).run()


class _Runner:
    """One run."""

    def __init__(
        self,
        acts: ActsFiles,
        engine: Engine,
        out: Path,
        about: About,
        progress: Progress | None,
        memory: str,
    ) -> None:
        self.acts, self.engine, self.out, self.about = acts, engine, out, about
        self.progress, self.memory = progress, memory
        self.kinds = kinds_in(acts)
        self.format = format_of(out) or ""
        self.local = threading.local()
        self.cursors: list[duckdb.DuckDBPyConnection] = []
        self.resumed = 0

    def run(self) -> Run:
        import duckdb

        with WorkFolder(self.out, self._identity(), self._head()) as draft:
            self.resumed = draft.rows
            try:
                self._prepare()
                self._work(draft)
                return self._finish(draft)
            except OSError as error:
                raise self._stopped(error.errno == errno.ENOSPC, error.strerror or str(error), draft) from None
            except duckdb.Error as error:
                text = str(error).splitlines()[0]
                if isinstance(error, duckdb.InterruptException):
                    raise KeyboardInterrupt from None
                raise self._stopped("No space left" in str(error), text, draft) from None
            except InputError:
                draft.discard()
                raise

    def _stopped(self, full: bool, reason: str, draft: WorkFolder) -> InputError:
        """What is said when a run cannot go on."""
        if full:
            return InputError(
                f"{self.out} cannot be written: no space is left on the disk. The {draft.rows:,} lines that are done "
                f"are kept in {draft.folder.name}; make room and give the same command to go on."
            )
        draft.discard()
        return InputError(f"{self.out} cannot be written: {reason}.")

    def _identity(self) -> str:
        """What makes a run the same as an earlier one."""
        files = [(str(file.path.resolve()), file.bytes, file.modified) for file in self.acts.files]
        said = json.dumps([files, self.about.to_dict(), self.format, PIECE, csv_blocks.BLOCK, GROUP])
        return hashlib.sha256(said.encode()).hexdigest()

    def _head(self) -> bytes:
        if self.format == ".parquet":
            return MAGIC
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow([*self.acts.columns, *OUTPUT_COLUMNS])
        return _packed(text.getvalue().encode()) if self.format == ".csv.gz" else text.getvalue().encode()

    def _prepare(self) -> None:
        """Settings of the whole DuckDB: bounded memory, no zone of this machine."""
        cursor = self.engine.cursor()
        cursor.execute(f"SET memory_limit = {literal(self.memory)}")
        cursor.execute("SET TimeZone = 'UTC'")  # moments are written alike wherever acts are priced

    def _work(self, draft: WorkFolder) -> None:
        """Price the pieces that are not done, several at a time, and put each behind the one before it."""
        workers = processors()
        waiting: deque[tuple[Piece, Future[PieceDone]]] = deque()
        with ThreadPoolExecutor(workers) as pool:
            try:
                for piece in self._pieces(draft):
                    waiting.append((piece, pool.submit(self._price, piece, draft.piece(piece.number))))
                    if len(waiting) > workers:
                        self._append(draft, *waiting.popleft())
                while waiting:
                    self._append(draft, *waiting.popleft())
            except BaseException:
                for _, future in waiting:
                    future.cancel()
                for cursor in self.cursors:
                    cursor.interrupt()
                raise

    def _append(self, draft: WorkFolder, piece: Piece, future: Future[PieceDone]) -> None:
        done = future.result()
        path = draft.piece(piece.number)
        if self.format == ".parquet":
            end, footer = parted(path)
            draft.append(path, len(MAGIC), end, replace(done, footer=footer))
        else:
            draft.append(path, 0, path.stat().st_size, done)
        if self.progress:
            self.progress(draft.rows, self.acts.rows)

    def _pieces(self, draft: WorkFolder) -> Iterator[Piece]:
        """The pieces that are not done yet; one without lines where there is no other."""
        number = len(draft.done)
        file, at = draft.done[-1].at if draft.done else (0, 0)
        for index in range(file, len(self.acts.files)):
            for piece in self._pieces_of(index, at if index == file else 0):
                yield replace(piece, number=number)
                number += 1
        if not number:
            yield Piece(0, 0, 0, 0, None if self.acts.types else csv_blocks.Block(b"", 0, False))

    def _pieces_of(self, index: int, at: int) -> Iterator[Piece]:
        rows = self.acts.files[index].rows
        if rows is not None:
            for first in range(at, rows, PIECE):
                yield Piece(0, index, first, min(PIECE, rows - first))
            return
        for block in csv_blocks.blocks_of(self.acts.files[index].path, at):
            yield Piece(0, index, 0, 0, block)

    def _price(self, piece: Piece, place: Path) -> PieceDone:
        """Price one piece into a file of its own, and count it."""
        cursor = self._cursor()
        rows, select = self._select(cursor, piece)
        places = [self.acts.columns.index(self.acts.known[name]) for name in ("date", "code")]
        date, code = (own_name(n, self.acts.columns[n], self.format != ".parquet") for n in places)
        if self.format == ".parquet":
            self._run(piece, f"COPY ({select}) TO {literal(str(place))} (FORMAT parquet, ROW_GROUP_SIZE {GROUP})")
            source = parquet_file(place)
        else:
            # CSV is dear to read again: the piece is kept to be counted.
            source = "priced_piece"
            self._run(piece, f"CREATE OR REPLACE TEMP TABLE {source} AS {select}")
            packed = "gzip" if self.format == ".csv.gz" else "none"
            cursor.execute(
                f"COPY {source} TO {literal(str(place))} (FORMAT csv, HEADER false, COMPRESSION {packed}, NULLSTR '')"
            )
        counts = count_piece(cursor, source, date, code, self.kinds)
        end = piece.block.end if piece.block else piece.first + piece.rows
        return PieceDone(rows, (piece.file, end), counts)

    def _run(self, piece: Piece, statement: str) -> None:
        """Run a piece's statement; a file of acts that cannot be read is blamed for it."""
        import duckdb

        try:
            self._cursor().execute(statement)
        except duckdb.InterruptException:
            raise
        except duckdb.Error:
            if piece.block is None:
                refuse_damaged(self.acts.files[piece.file].path)
            raise

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if not hasattr(self.local, "cursor"):
            self.local.cursor = self.engine.cursor()
            self.cursors.append(self.local.cursor)
        found: duckdb.DuckDBPyConnection = self.local.cursor
        return found

    def _select(self, cursor: Any, piece: Piece) -> tuple[int, str]:
        """How many lines a piece has, and the select that prices them."""
        choices = self.engine.prices.choices
        file = self.acts.files[piece.file]
        if piece.block is None:
            last = piece.first + piece.rows
            line = f"file_row_number + {1 - piece.first}"
            rows_of_file = parquet_file(file.path, ", file_row_number = true")
            source = f"{rows_of_file} WHERE file_row_number >= {piece.first} AND file_row_number < {last}"
            rows, columns = piece.rows, self.acts.columns
        else:
            table = csv_blocks.read_block(piece.block, self.acts.columns, file.path)
            cursor.register("acts_in", table)
            line, source = "row_number() OVER ()", "acts_in"
            rows, columns = table.num_rows, tuple(table.column_names)
        acts = acts_of(self.acts, columns, self.kinds, line, source)
        return rows, piece_select(self.acts, choices, self.kinds, acts, self.format != ".parquet")

    def _finish(self, draft: WorkFolder) -> Run:
        about = replace(self.about, lines=draft.rows)
        tail = b""
        if self.format == ".parquet":
            parts = [(piece.footer, piece.moved) for piece in draft.done]
            tail = footer_of(parts, {KEY: about.to_json()})
        else:
            beside = sidecar(self.out)
            fresh = draft.folder / "about"
            fresh.write_text(about.to_json() + "\n", encoding="utf-8")
            fresh.replace(beside)
        summary = summary_of((piece.counts for piece in draft.done), self.engine.prices.series)
        rows = draft.rows
        draft.finish(tail)
        return Run(rows, self.resumed, summary)


def _packed(data: bytes) -> bytes:
    import gzip

    return gzip.compress(data, mtime=0)

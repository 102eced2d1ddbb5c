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
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.errors import InputError
from bareme.exchange.bulk import csv_blocks, pieces
from bareme.exchange.bulk.about import KEY, About, sidecar
from bareme.exchange.bulk.counts import Summary, count_piece, summary_of
from bareme.exchange.bulk.parquet_parts import MAGIC, footer_of, parted
from bareme.exchange.bulk.pieces import Cursors, Piece
from bareme.exchange.bulk.rule_pass import RULED, RulePass
from bareme.exchange.bulk.sources import ActsFiles, format_of, refuse_damaged
from bareme.exchange.bulk.statement import acts_of, day_of, kinds_in, own_name, piece_select
from bareme.exchange.bulk.work_folder import PieceDone, WorkFolder
from bareme.exchange.sql_text import literal, parquet_file
from bareme.pricing.columns import OUTPUT_COLUMNS, RULE_COLUMNS
from bareme.pricing.tables import was_interrupted

if TYPE_CHECKING:
    from bareme.pricing.engine import Engine

MEMORY = "3GiB"
"""So much memory DuckDB takes for all pieces together; beyond, it goes on on disk."""
GROUP = 122_880
"""Lines of a row group of the result."""

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did: lines of the result, of which so many were there already, and what they come to."""

    lines: int
    resumed: int
    summary: Summary


def price_acts(
    acts: ActsFiles,
    engine: Engine,
    out: Path,
    about: About,
    progress: Progress | None = None,
    memory: str = MEMORY,
    rules: RulePass | None = None,
) -> Run:
    """Price files of acts into one. `InputError` leaves no partial result."""
    return _Runner(acts, engine, out, about, progress, memory, rules).run()


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
        rules: RulePass | None,
    ) -> None:
        self.acts, self.engine, self.out, self.about = acts, engine, out, about
        self.progress, self.memory, self.rules = progress, memory, rules
        self.kinds = kinds_in(acts)
        self.format = format_of(out) or ""
        self.cursors = Cursors(engine)
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
                if was_interrupted(error):
                    raise KeyboardInterrupt from None
                raise self._stopped("No space left" in str(error), text, draft) from None
            except InputError:
                draft.discard()
                raise
            except RuntimeError as error:
                if was_interrupted(error):
                    raise KeyboardInterrupt from None
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
        said = json.dumps([files, self.about.to_dict(), self.format, pieces.PIECE, csv_blocks.BLOCK, GROUP])
        return hashlib.sha256(said.encode()).hexdigest()

    def _head(self) -> bytes:
        if self.format == ".parquet":
            return MAGIC
        text = io.StringIO()
        added = [*OUTPUT_COLUMNS, *(RULE_COLUMNS if self.rules else ())]
        csv.writer(text, lineterminator="\n").writerow([*self.acts.columns, *added])
        return _packed(text.getvalue().encode()) if self.format == ".csv.gz" else text.getvalue().encode()

    def _prepare(self) -> None:
        """Settings of the whole DuckDB: bounded memory; and the acts that rules must see together."""
        cursor = self.engine.cursor()
        cursor.execute(f"SET memory_limit = {literal(self.memory)}")
        if self.rules is not None:
            self.rules.gather(self.cursors)

    def _work(self, draft: WorkFolder) -> None:
        """Price the pieces that are not done, several at a time, and put each behind the one before it."""
        start = draft.done[-1].at if draft.done else (0, 0)
        left = pieces.pieces_of(self.acts, start, len(draft.done))
        with closing(
            pieces.in_order(left, lambda piece: self._price(piece, draft.piece(piece.number)), self.cursors.interrupt)
        ) as priced:
            for piece, done in priced:
                self._append(draft, piece, done)

    def _append(self, draft: WorkFolder, piece: Piece, done: PieceDone) -> None:
        path = draft.piece(piece.number)
        if self.format == ".parquet":
            end, footer = parted(path)
            draft.append(path, len(MAGIC), end, replace(done, footer=footer))
        else:
            draft.append(path, 0, path.stat().st_size, done)
        if self.progress:
            self.progress(draft.rows, self.acts.rows)

    def _price(self, piece: Piece, place: Path) -> PieceDone:
        """Price one piece into a file of its own, and count it."""
        cursor = self.cursors.own()
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
        counts = count_piece(cursor, source, day_of(self.acts, date), code, self.kinds)
        return PieceDone(rows, piece.end, counts)

    def _run(self, piece: Piece, statement: str) -> None:
        """Run a piece's statement; a file of acts that cannot be read is blamed for it."""
        import duckdb

        try:
            self.cursors.own().execute(statement)
        except duckdb.InterruptException:
            raise
        except duckdb.Error:
            if piece.block is None:
                refuse_damaged(self.acts.files[piece.file].path)
            raise

    def _select(self, cursor: Any, piece: Piece) -> tuple[int, str]:
        """How many lines a piece has, and the select that prices them."""
        rows = pieces.rows_of(self.acts, piece, cursor)
        acts = acts_of(self.acts, rows.columns, self.kinds, rows.line, rows.source)
        ruled = None
        if self.rules is not None:
            self.rules.register(cursor, piece, rows)
            ruled = RULED
        choices = self.engine.prices.choices
        return rows.count, piece_select(self.acts, choices, self.kinds, acts, self.format != ".parquet", ruled)

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

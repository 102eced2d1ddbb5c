"""The work folder of a result: its pieces one behind another in a draft, and a journal of what is done.

A run that ends early, whatever ended it, leaves the folder; the same run goes on behind the last piece that the journal
names, and the result has the same bytes as one that was never interrupted. Another run begins anew. The result gets its
name at the end, at once.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from bareme.errors import InputError

try:
    import fcntl
except ImportError:  # pragma: no cover - there are no such locks on Windows
    fcntl = None  # type: ignore[assignment]

COPY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PieceDone:
    """A piece that is in the draft: its lines, where it ends there, and what is to be known of it later.

    `at` is the file and the place in it where the next piece begins, `moved` by how much its bytes were moved, `footer`
    its description if it is Parquet, `counts` what its lines come to.
    """

    rows: int
    at: tuple[int, int]
    counts: Mapping[str, Any]
    end: int = 0
    moved: int = 0
    footer: bytes = b""

    def to_json(self) -> str:
        """A line of the journal."""
        row = {"rows": self.rows, "at": self.at, "counts": self.counts, "end": self.end, "moved": self.moved}
        return json.dumps(row | {"footer": base64.b64encode(self.footer).decode()})

    @classmethod
    def from_json(cls, line: str) -> PieceDone:
        """From a line of the journal; `ValueError` for half a line."""
        row = json.loads(line)
        return cls(**(row | {"at": tuple(row["at"]), "footer": base64.b64decode(row["footer"])}))


def work_folder_of(out: Path) -> Path:
    """The folder, hidden beside it, in which a result is made."""
    return out.with_name(f".{out.name}.work")


@dataclass
class WorkFolder:
    """The work folder of one result; a context: one run at a time may hold it."""

    out: Path
    identity: str
    head: bytes
    done: list[PieceDone] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder = work_folder_of(self.out)
        self._lock = -1

    def __enter__(self) -> WorkFolder:
        try:
            self.folder.mkdir(exist_ok=True)
            self._lock = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
            if fcntl is not None:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._resume()
        except BlockingIOError:
            os.close(self._lock)
            raise InputError(f"{self.out} is being made by another run. Nothing was priced.") from None
        except OSError as error:
            if self._lock >= 0:
                os.close(self._lock)
            raise InputError(f"{self.out} cannot be written: {error.strerror or error}.") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stray in self.folder.glob("piece-*"):
            stray.unlink(missing_ok=True)
        os.close(self._lock)

    @property
    def rows(self) -> int:
        """The lines that are in the draft."""
        return sum(piece.rows for piece in self.done)

    @property
    def journal(self) -> Path:
        """The file that says what is done, a line a piece."""
        return self.folder / "journal"

    @property
    def path(self) -> Path:
        """The draft itself."""
        return self.folder / "draft"

    def piece(self, number: int) -> Path:
        """Where a piece is written before it is put behind the others."""
        return self.folder / f"piece-{number:06}"

    def _resume(self) -> None:
        """Take up what an earlier run of the same identity left; else begin anew."""
        for stray in self.folder.glob("piece-*"):
            stray.unlink()
        lines = self.journal.read_text(encoding="utf-8").splitlines() if self.journal.exists() else []
        if not lines or lines[0] != self.identity or not self.path.exists():
            self.path.write_bytes(self.head)
            self.journal.write_text(self.identity + "\n", encoding="utf-8")
            return
        size = self.path.stat().st_size
        for line in lines[1:]:
            with suppress(ValueError, TypeError, KeyError):
                piece = PieceDone.from_json(line)
                if piece.end <= size:
                    self.done.append(piece)
                    continue
            break
        os.truncate(self.path, self.done[-1].end if self.done else len(self.head))
        kept = [self.identity, *(piece.to_json() for piece in self.done)]
        self.journal.write_text("\n".join(kept) + "\n", encoding="utf-8")

    def append(self, path: Path, start: int, stop: int, piece: PieceDone) -> None:
        """Put the bytes of a piece, from `start` to `stop`, behind the draft, and write it into the journal."""
        at = self.path.stat().st_size
        with path.open("rb") as source, self.path.open("ab") as draft:
            source.seek(start)
            left = stop - start
            while left:
                data = source.read(min(COPY, left))
                draft.write(data)
                left -= len(data)
            draft.flush()
            os.fsync(draft.fileno())  # the journal must not name what a failing machine has not kept
        path.unlink()
        whole = PieceDone(piece.rows, piece.at, piece.counts, at + stop - start, at - start, piece.footer)
        with self.journal.open("a", encoding="utf-8") as journal:
            journal.write(whole.to_json() + "\n")
        self.done.append(whole)

    def finish(self, tail: bytes) -> None:
        """Put the end behind the draft and give it its name."""
        with self.path.open("ab") as draft:
            draft.write(tail)
            draft.flush()
            os.fsync(draft.fileno())
        self.path.replace(self.out)
        self.discard()

    def discard(self) -> None:
        """Take the work folder away."""
        shutil.rmtree(self.folder, ignore_errors=True)

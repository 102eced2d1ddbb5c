"""What `bareme verify` says of a result: whether it is as it was made, and what the book of today makes of its acts."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.book.ledger import Entry
from bareme.errors import InputError
from bareme.exchange.bulk.about import About
from bareme.exchange.bulk.made import Made
from bareme.exchange.bulk.verifying import Differences, Known, compare
from bareme.exchange.outputs import check_place, written_whole
from bareme.pricing.ruleset import conventions_hash, rules_hash

if TYPE_CHECKING:
    import pyarrow as pa

    from bareme.pricing.view import View

NOTHING = "Nothing was compared."


@dataclass(frozen=True, slots=True)
class Since:
    """An entry that was recorded after the state of the book that a result was made with."""

    circular: str
    kind: str
    recorded_at: str
    known_from: str
    effective_from: str

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True)
class Verified:
    """What became of a result's acts when they were priced again.

    `altered` compares the result with what its own state of the book gives; `changed` with the book of today, None
    where that is the same. `book`, `rules` and `conventions` are the hashes of today, the last None where no rule of a
    convention was asked.
    """

    out: str
    lines: int
    made: About
    book: str
    rules: str
    conventions: str | None
    altered: Differences
    changed: Differences | None
    since: tuple[Since, ...]

    @property
    def as_made(self) -> bool:
        """True when every line is there, and is priced again as it stands."""
        return self.lines == self.made.lines and not self.altered.lines

    @property
    def up_to_date(self) -> bool:
        """True when the book of today prices every line as it stands."""
        return self.as_made and not (self.changed and self.changed.lines)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme verify --json` (schema verify-1)."""
        return {
            "out": self.out,
            "lines": self.lines,
            "as_made": self.as_made,
            "up_to_date": self.up_to_date,
            "made": self.made.to_dict(),
            "book": self.book,
            "rules": self.rules,
            "conventions": self.conventions,
            "altered": self.altered.to_dict(),
            "changed": None if self.changed is None else self.changed.to_dict(),
            "since": [entry.to_dict() for entry in self.since],
        }


def verify(
    made: Made,
    then: View,
    now: View,
    entries: Sequence[Entry],
    changes: Path | None = None,
    overwrite: bool = False,
    progress: Callable[[int, int | None], None] | None = None,
) -> Verified:
    """Price a result again with the book as it was and as it is; `changes` is a file for the lines that change.

    `InputError` for a result that cannot be read, or a file that cannot be written.
    """
    if changes is not None:
        if changes.resolve() == made.out.resolve():
            raise InputError(f"{changes} is the result itself; name another file for what changes. {NOTHING}")
        check_place(changes, (".csv", ".parquet"), "changes go to a .csv or .parquet file", NOTHING, overwrite)
    is_same = then.hash == now.hash
    passes, done = 1 if is_same else 2, 0

    def step(lines: int) -> None:
        nonlocal done
        done += lines
        if progress is not None:
            progress(done, passes * made.about.lines)

    same_rules = made.about.rules == rules_hash()
    why = "altered" if same_rules else "rules"
    known = Known(why)
    with _taken(changes, overwrite) as take:
        lines, altered = compare(made, then.engine(), why, step, take if is_same else None, known)
        changed = None if is_same else compare(made, now.engine(), None, step, take, known)[1]
    since = tuple(_since(entry) for entry in _after(entries, then.hash))
    said = None if made.about.window is None else conventions_hash()
    return Verified(str(made.out), lines, made.about, now.hash, rules_hash(), said, altered, changed, since)


def _after(entries: Sequence[Entry], hash: str) -> Sequence[Entry]:
    """The entries after that of a hash; all of them after the hash of none."""
    places = [place for place, entry in enumerate(entries, start=1) if entry.hash == hash]
    return entries[places[0] if places else 0 :]


def _since(entry: Entry) -> Since:
    return Since(entry.circular, entry.kind, entry.recorded_at, entry.known_from, entry.effective_from)


@contextmanager
def _taken(changes: Path | None, overwrite: bool) -> Generator[Callable[[pa.Table], None] | None, None, None]:
    """Inside it, a function that writes lines that differ behind one another; None where there is no file for them."""
    if changes is None:
        yield None
        return
    from pyarrow import csv, parquet

    with written_whole(changes, over=overwrite) as draft:
        writer: Any = None

        def take(rows: pa.Table) -> None:
            nonlocal writer
            if writer is None:
                is_parquet = changes.suffix.lower() == ".parquet"
                writer = parquet.ParquetWriter(draft, rows.schema) if is_parquet else csv.CSVWriter(draft, rows.schema)
            writer.write_table(rows)

        try:
            yield take
        finally:
            if writer is not None:
                writer.close()


def no_such_state(made: Made, book: object) -> InputError:
    """For a book that never was in the state that a result was made with."""
    return InputError(
        f"{made.out} was made with a book whose last entry is {made.about.book[:12]}, which {book} does not hold. "
        f"Name the book it was made with (--book FILE). {NOTHING}"
    )

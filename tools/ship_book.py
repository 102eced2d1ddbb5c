"""Make the book that the package ships from the real circulars: `python tools/ship_book.py FOLDER`.

The entries hold figures, codes, titles and labels, and no sentence of the documents; moments and author are fixed, so
that the same circulars give the same bytes.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bareme.book.intake import decide, read
from bareme.book.ledger import Entry, Ledger, NewEntry
from bareme.circulars.model import Reading

MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
PLACE = Path(__file__).parents[1] / "src" / "bareme" / "book" / "shipped.sqlite"


def ship(folder: Path, place: Path) -> Ledger:
    """The book of the circulars in a folder, oldest first."""
    readings = sorted((read(path) for path in folder.glob("*.txt")), key=lambda r: str(r.circular.issued_on))
    place.unlink(missing_ok=True)
    ledger = Ledger.create(place)
    for reading in readings:
        ledger.append(partial(choose, reading), now=MOMENT)
    return ledger


def choose(reading: Reading, held: list[Entry]) -> list[NewEntry]:
    """The entry to append; a circular with errors is not shipped."""
    decision = decide(reading, held, author="bareme", shipped=True)
    if decision.new is None:
        raise SystemExit(decision.result.message)
    return [decision.new]


if __name__ == "__main__":
    made = ship(Path(sys.argv[1]), PLACE)
    print(f"{PLACE}: {len(made.entries())} entries, {made.entries()[-1].hash}")

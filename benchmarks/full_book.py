"""A full-size book, made fast: 20 series of 500 lines of two codes, with a circular a year for 20 years.

`made_book(path)` writes the entries of 400 circulars as the ledger would have them after loading, without reading a
document: 20,000 codes x 20 yearly versions x 2 regimes. The figures rise by some 2 % a year.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

SERIES, LINES, FIRST_YEAR, YEARS = 20, 500, 2006, 20

Json = dict[str, Any]


def codes() -> list[str]:
    """The codes of the book, in order; each ambulatory one is followed by its hospital twin."""
    stems = range(10_001, 10_001 + 2 * SERIES * LINES)
    return [f"{stem:05d}{stem % 7}" for stem in stems]


def made_book(path: Path, series: int = SERIES, lines: int = LINES, years: int = YEARS) -> None:
    """Make the book, with fewer series, lines and years if so asked."""
    from bareme.book.ledger import Ledger

    new = list(_entries(series, lines, years))
    Ledger.create(path).append(lambda held: new)


def _entries(series: int, lines: int, years: int) -> Iterator[Any]:
    from bareme.book.ledger import NewEntry, canonical

    every = codes()
    for year in range(FIRST_YEAR, FIRST_YEAR + years):
        for number in range(series):
            own = every[2 * LINES * number : 2 * LINES * number + 2 * lines]
            reading = _reading(year, number, own)
            payload = {"reading": reading, "doubtful_rows": []}
            yield NewEntry(
                kind="circular",
                author="benchmark",
                known_from=date(year - 1, 12, 15),
                effective_from=date(year, 1, 1),
                circular=reading["circular"]["number"],
                document=reading["document"]["sha256"],
                payload=canonical(payload),
            )


def _reading(year: int, series: int, own: list[str]) -> Json:
    """The JSON of a circular: a fee for every line, an intervention and a share for each regime."""
    name = f"{year - 1}-{series + 100}.txt"
    document = hashlib.sha256(name.encode()).hexdigest()
    circular: dict[str, Any] = {
        "number": f"{year - 1}/{series + 100}",
        "issued_on": f"{year - 1}-12-15",
        "effective_on": f"{year}-01-01",
        "reference": None,
        "language": "fr",
        "kind": "circular",
        "series": f"invented/acts/{series + 1}",
        "title": None,
        "indices": [],
        "attachments": [],
        "notes": [],
    }
    pairs = zip(own[::2], own[1::2], strict=True)
    lines = [_line(year, row, pair, {"document": document, "name": name}) for row, pair in enumerate(pairs, start=1)]
    said = {"document": {"sha256": document, "name": name, "size": 1}, "circular": circular}
    return said | {"lines": lines, "measures": [], "findings": []}


def _line(year: int, row: int, pair: tuple[str, str], document: Json) -> Json:
    chance = random.Random(pair[0])
    fee = (chance.randrange(500, 90_000) * Decimal("1.02") ** (year - FIRST_YEAR)).quantize(Decimal(1)) / 100
    share = (fee / 10).quantize(Decimal("0.01"))
    place = {"table": 1, "row": row, "cell": None, "line": row, "text": f"{pair[0]}\t{pair[1]}\t{fee}", "place": None}
    cell = {"row": None, "line": None, "place": None}
    names = ["fee", *(f"amounts.{n}.{name}" for n in (0, 1) for name in ("intervention", "patient_share"))]
    amounts = [_amount("preferential", fee, Decimal("0.00")), _amount("ordinary", fee - share, share)]
    return {
        "ambulatory_code": pair[0],
        "hospital_code": pair[1],
        "terms": [],
        "fee": f"{fee:.2f}",
        "amounts": amounts,
        "label": None,
        "section": None,
        "convention": None,
        "footnotes": [],
        "not_published": [],
        "source": document | place,
        "cells": {name: cell | {"cell": n, "text": str(fee)} for n, name in enumerate(names, start=2)},
    }


def _amount(regime: str, intervention: Decimal, share: Decimal) -> Json:
    return {
        "setting": None,
        "regime": regime,
        "age_from": None,
        "age_to": None,
        "facts": {},
        "intervention": f"{intervention:.2f}",
        "patient_share": f"{share:.2f}",
        "basis": "act",
        "intervention_kind": "actual",
        "derived": [],
        "not_published": [],
    }


if __name__ == "__main__":
    import sys

    made_book(Path(sys.argv[1]), *map(int, sys.argv[2:]))
    print(json.dumps({"made": sys.argv[1]}))

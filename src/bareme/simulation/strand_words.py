"""What a figure through time is called, and its table as CSV."""

from __future__ import annotations

import csv
from io import StringIO

from bareme.simulation.chronicle import Chronicle, Strand

MOST_CODES = 3
"""So many codes of a letter value are named."""
COLUMNS = (
    "quantity",
    "letter",
    "codes",
    "series",
    "section",
    "regime",
    "age_from",
    "age_to",
    "facts",
    "from",
    "until",
    "circular",
    "certainty",
    "value",
    "percent",
    "index_percent",
    "real",
    "real_percent",
    "why",
)


def strand_words(strand: Strand) -> str:
    """For people: "intervention ordinary", "B: 565014, 565025, 565036 and 57 more"."""
    if strand.letter is not None and len(strand.codes) > 1:
        more = len(strand.codes) - MOST_CODES
        named = ", ".join(strand.codes[:MOST_CODES]) + (f" and {more} more" if more > 0 else "")
        return f"{strand.letter}: {named}"
    ages = [f"from {strand.age_from}"] * bool(strand.age_from) + [f"under {strand.age_to}"] * bool(strand.age_to)
    facts = [f"{name} {value}" for name, value in sorted(strand.facts.items())]
    section = [f"section {strand.section}"] if strand.section else []
    quantity = strand.quantity.value.replace("_", " ")
    words = [quantity, strand.letter or "", strand.regime or "", *ages, *facts, *section]
    return " ".join(filter(None, words))


def chronicle_csv(chronicle: Chronicle) -> bytes:
    """Every step of every series, one a row: amounts with a point, dates ISO, empty where nothing is known."""
    out = StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for series in chronicle.to_dict()["series"]:
        facts = " ".join(f"{name}={value}" for name, value in series["facts"].items())
        told = series | {"codes": " ".join(series["codes"]), "facts": facts}
        for step in series["steps"]:
            row = told | step
            rows.writerow(["" if row[name] is None else row[name] for name in COLUMNS])
    return out.getvalue().encode()

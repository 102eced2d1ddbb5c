"""What a figure through time is called, and its table as CSV."""

from __future__ import annotations

import csv
from io import StringIO

from bareme.simulation.chart_words import ENGLISH, ChartWords
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


def strand_words(strand: Strand, say: ChartWords = ENGLISH) -> str:
    """For people: "intervention ordinary", "B: 565014, 565025, 565036 and 57 more"."""
    if strand.letter is not None and len(strand.codes) > 1:
        named, more = ", ".join(strand.codes[:MOST_CODES]), len(strand.codes) - MOST_CODES
        return f"{strand.letter}: {say('more', codes=named, number=more) if more > 0 else named}"
    ages = [say(name, age=age) for name in ("age_from", "age_to") if (age := getattr(strand, name))]
    facts = [say.fact(name, value) for name, value in sorted(strand.facts.items())]
    section = [say("section", section=strand.section)] if strand.section else []
    regime = say(strand.regime) if strand.regime else ""
    words = [say(strand.quantity.value), strand.letter or "", regime, *ages, *facts, *section]
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

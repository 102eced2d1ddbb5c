"""The real text of the agreement of 2020, where BAREME_SHARED has it: its body, its headings, its clauses."""

from __future__ import annotations

import re
from pathlib import Path

HEADING = re.compile(r"^ ?(\d{1,2}(?=\.)|\d{1,2}(?:\.\d{1,2})+(?=\. | [A-ZÉ]))\.?\s", re.MULTILINE)
"""A clause's number: one number with a dot, or several, with a dot or a capital letter after them."""


def agreement_text(shared: Path) -> str:
    """The whole document."""
    [place] = (shared / "agreements").glob("2020_national-agreement-*.txt")
    return place.read_text(encoding="utf-8")


def body_of(text: str) -> str:
    """What stands before the signatures; the annex follows them."""
    return text.split("Fait à Bruxelles")[0]


def headings(body: str) -> list[str]:
    """The numbers of the clauses in order."""
    return [found[1] for found in HEADING.finditer(body)]


def clause_text(body: str, number: str) -> str:
    """A clause from its heading to the next one, in one line."""
    places = list(HEADING.finditer(body))
    [at] = [n for n, found in enumerate(places) if found[1] == number]
    end = places[at + 1].start() if at + 1 < len(places) else len(body)
    return " ".join(body[places[at].start() : end].split())

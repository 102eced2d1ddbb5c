"""Drafts in tests: written in a format and language, read back, compared with the circular that they were made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bareme import Reading
from bareme.audit import examine
from bareme.book.intake import figures_of
from bareme.book.ledger import canonical
from bareme.circulars.documents.opening import open_document
from bareme.circulars.model import Measure
from bareme.circulars.reading import read_document
from bareme.circulars.serial import measure_to_dict
from bareme.exchange.drafts.formats import FORMATS, SUFFIXES, drafted
from bareme.exchange.drafts.words import DRAFTED, words_of

READ_BACK = ("text", "html", "xlsx", "pdf")
"""The formats that the reader reads. A draft must be read back equal in each of them."""
NOT_PUBLISHED_IS_READ = True
"""Whether the reader understands the words for an amount that is not published. Until then rows end before them."""

FACTS_ARE_READ = True
"""Whether the reader understands the words of a header for facts beside setting and regime."""


def formats_and_languages(formats: Sequence[str] = READ_BACK) -> list[tuple[str, str]]:
    """Every format with every language."""
    assert set(formats) <= set(FORMATS)
    return [(format, language) for format in formats for language in DRAFTED]


def read_back(reading: Reading, format: str, language: str) -> Reading:
    """What the reader makes of a draft."""
    content = drafted(reading, format, language)
    if not NOT_PUBLISHED_IS_READ and format == "text":
        said = words_of(language).say("columns.not_published")
        content = re.sub(rf"(\t{said})+$", "", content.decode(), flags=re.MULTILINE).encode()
    return examine(*read_document(open_document((f"draft{SUFFIXES[format]}", content))))


def figures(reading: Reading) -> list[str]:
    """The figures of all lines, as the book compares them for a witness."""
    return sorted(canonical(figures_of(line)) for line in reading.lines)


def identity(reading: Reading) -> dict[str, Any]:
    """Who says it, and from when, whatever the language."""
    circular = reading.circular
    names = ("number", "issued_on", "effective_on", "reference", "series", "kind", "attachments")
    said = {name: getattr(circular, name) for name in names}
    return said | {
        "indices": [(index.kind, index.rate.amount) for index in circular.indices],
        "notes": [note.kind for note in circular.notes],
    }


def measures(reading: Reading) -> list[dict[str, Any]]:
    """The measures without their places."""
    return [without_place(measure) for measure in reading.measures]


def without_place(measure: Measure) -> dict[str, Any]:
    """A measure as data, without where it stands."""
    return {name: value for name, value in measure_to_dict(measure).items() if name != "source"}


def places(reading: Reading) -> list[tuple[Any, ...]]:
    """Section, convention and label of each line, in order, and which figures were computed."""
    derived = [tuple(sorted(map(str, (a.derived for a in line.amounts)))) for line in reading.lines]
    return [(x.section, x.convention, x.label, d) for x, d in zip(reading.lines, derived, strict=True)]


def new_errors(reading: Reading, back: Reading) -> list[str]:
    """The findings of severity error that the circular itself does not have."""
    known = {finding.check for finding in reading.findings.errors}
    by_row = () if NOT_PUBLISHED_IS_READ else ("row_width",)
    return [f.message for f in back.findings.errors if f.check not in known and f.check not in by_row]

"""Checks of the figures and names in the prose: rates, the year of the number, acts that the tables should hold."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from bareme.audit.alike import percent_alike, plain
from bareme.audit.neighbours import STEP, one_slip
from bareme.audit.registry import Saying, check, saying
from bareme.circulars.documents.blocks import Paragraph
from bareme.circulars.findings import Severity
from bareme.circulars.model import Reading
from bareme.circulars.reading import Structure
from bareme.nomenclature.codes import code_of_stem
from bareme.nomenclature.situations import Setting

MAY_BE_ONE = 50
"""In percent: a named act this like a label may be the same act."""
MOST_CANDIDATES = 4
"""Codes next to those listed are named where there are so few of them."""


@check("issue_year", Severity.WARNING, "document")
def the_number_has_the_year_of_issue(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A circular's number starts with the year in which it is issued, or one beside it."""
    number, issued = reading.circular.number, reading.circular.issued_on
    year = re.match(r"[12]\d{3}(?=/)", number or "")
    if year is not None and issued is not None and abs(int(year[0]) - issued.year) > 1:
        yield saying(
            structure.identity.sources.get("number", structure.document.source()),
            "number {number}, issued on {issued}: the years are far apart. Both are used as printed.",
            number=number,
            issued=issued,
        )


@check("rates_almost_equal", Severity.WARNING, "document")
def rates_are_equal_or_far_apart(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """Two percentages of the prose are equal, or differ by more than one slip of a digit, a swap or a comma."""
    rates: dict[str, Paragraph] = {}
    for block in structure.prose:
        if isinstance(block, Paragraph):
            for pattern in structure.words.patterns["prose.percent"]:
                for found in pattern.finditer(block.text):
                    rates.setdefault(found["rate"].replace("%", "").strip(), block)
    for one, other in itertools.combinations(rates, 2):
        if one_slip(one, other) and len(one) > len("10"):
            block = rates[other]
            yield saying(
                structure.document.source(block),
                "{other} % stands here and {one} % in line {line}: one slip apart. Both are used as printed.",
                one=one,
                other=other,
                line=rates[one].line,
            )


@check("act_without_line", Severity.WARNING, "document")
def acts_of_the_prose_have_lines(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """An act that the prose names, between quotation marks after the word for act, has a line with a like label."""
    labels = list(dict.fromkeys(line.label for line in reading.lines if line.label))
    named = [(block, names) for block in structure.prose for names in _acts(block.text, structure)] if labels else []
    best = sorted(
        (
            (percent_alike(plain(name), plain(label)), i, label)
            for i, (_, names) in enumerate(named)
            for name in names
            for label in labels
        ),
        reverse=True,
    )
    taken: dict[int, str] = {}
    for alike, i, label in best:
        if alike >= MAY_BE_ONE and i not in taken and label not in taken.values():
            taken[i] = label
    for i, (block, names) in enumerate(named):
        if i not in taken:
            yield saying(
                structure.document.source(block),
                "the prose names the act {name!r}, and no line has a name like it; a dropped row looks the same.{near}",
                name=" / ".join(names),
                near=_codes_beside(reading),
            )


def _acts(text: str, structure: Structure) -> Iterator[Sequence[str]]:
    """The acts that a passage names; several names of one act are joined by a slash."""
    start = structure.words.search("prose.named_act", text)
    if start is not None:
        for pattern in structure.words.patterns["prose.quoted"]:
            for found in pattern.finditer(text, start.start()):
                yield found["name"].split(" / ")


def _codes_beside(reading: Reading) -> str:
    """The codes next to those that are listed, where these are one run: " Codes beside: 401354, 401450."."""
    stems = {code.stem for line in reading.lines for code in line.codes if code.setting is Setting.AMBULATORY}
    beside = sorted({stem + way for stem in stems for way in (-STEP, STEP)} - stems)
    if not 0 < len(beside) <= MOST_CANDIDATES:
        return ""
    return f" Codes next to those listed: {_listed(code_of_stem(stem).digits for stem in beside)}."


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(codes)

"""Which measures of a circular change a line.

Codes, conventions, sections and series are told by the line and its circular. An article of the nomenclature is told
only where a title names it; elsewhere whether the measure changes the line is unknown, and both answers are candidates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from bareme.circulars.model import Line, Measure

_WIDTH = {"others": 0, "all": 0, "series": 1, "article": 2, "section": 3, "convention": 4, "codes": 5}
"""How narrow a scope is: of several indices the narrowest applies."""
_WORD = re.compile(r"\w+")
_ARTICLE = re.compile(
    r"\bart(?:icle|ikel|\.)?\s*(?P<number>\d+(?:\s?(?:bis|ter|quater|quinquies|sexies|septies|octies)\b|\w*))",
    re.IGNORECASE,
)
"""An article with its number; "17 bis" is article 17bis, not article 17."""
NO_CHANGE = ("added", "ended", "unchanged")
"""Kinds that leave every figure as it is."""
BESIDE = ("added", "ended", "share_set")
"""Kinds that an index of "the others" does not give way to."""


class Touch(Enum):
    """Whether a measure changes a line."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def measures_on(line: Line, measures: Sequence[Measure], series: str | None = None) -> tuple[Measure, ...]:
    """The measures that change a line, in the order in which they are applied: its index, then special measures.

    Measures of which that is unknown are left out; `candidates` has them. `series` is the id of the circular's series.
    Source of the order: 2025/336, whose special letter values follow from the indexed ones (1,291737 x 1300/1350).
    """
    return candidates(line, measures, series)[0]


def candidates(line: Line, measures: Sequence[Measure], series: str | None = None) -> list[tuple[Measure, ...]]:
    """The lists of measures that may change a line: first the certain ones alone, then with unknown ones."""
    codes = frozenset(code.digits for code in line.codes)
    touched = [(measure, _touches(measure, line, codes, series)) for measure in measures]
    sure = [measure for measure, touch in touched if touch is Touch.YES]
    perhaps = [measure for measure, touch in touched if touch is Touch.UNKNOWN]
    found = [_in_order(sure)]
    found += [_in_order([*sure, measure]) for measure in perhaps]
    if len(perhaps) > 1:
        found.append(_in_order([*sure, *perhaps]))
    return found


def _in_order(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """One index, the narrowest, then the others; a scope of "others" gives way to any other measure."""
    if any(measure.scope != "others" and measure.kind not in BESIDE for measure in measures):
        measures = [measure for measure in measures if measure.scope != "others"]
    indices = [measure for measure in measures if measure.kind in ("index", "unchanged")]
    own = [max(indices, key=lambda m: _WIDTH[m.scope])] if indices else []
    return (*own, *(measure for measure in measures if measure not in indices))


def touches(measure: Measure, line: Line, series: str | None = None) -> Touch:
    """Whether the measure's scope holds the line and does not leave it out."""
    return _touches(measure, line, frozenset(code.digits for code in line.codes), series)


def _touches(measure: Measure, line: Line, codes: frozenset[str], series: str | None) -> Touch:
    if codes.intersection(measure.excepted) or any(_is_named(name, line, series) for name in measure.excepted):
        return Touch.NO
    touch = _in_scope(measure, line, codes, series)
    if touch is Touch.YES and not _articles(line) and any(_ARTICLE.fullmatch(name) for name in measure.excepted):
        return Touch.UNKNOWN
    return touch


def _in_scope(measure: Measure, line: Line, codes: frozenset[str], series: str | None) -> Touch:
    if measure.scope == "codes":
        return _yes(any(code.digits in codes for pair in measure.codes for code in pair))
    if measure.scope == "convention":
        return _yes(measure.named == line.convention)
    if measure.scope == "section":
        return _yes(measure.named is not None and _in_section(line, measure.named))
    if measure.scope == "series":
        return _yes((series or "").split("/")[0] == measure.named)
    if measure.scope == "article":
        found = _articles(line)
        return _yes(measure.named in found) if found else Touch.UNKNOWN
    return Touch.YES


def _yes(answer: bool) -> Touch:
    return Touch.YES if answer else Touch.NO


def _is_named(name: str, line: Line, series: str | None) -> bool:
    """True when a name that a measure leaves out is the line's convention, profession, article or section."""
    article = _ARTICLE.fullmatch(name)
    if article is not None:
        return _number(article) in _articles(line)
    return name in (line.convention, (series or "").split("/")[0]) or _in_section(line, name)


def _in_section(line: Line, named: str) -> bool:
    """True for N.4 of a line in section N.4 or N.4.1, and for the title of its section."""
    if line.section is None:
        return False
    number = line.section.number or ""
    same_title = " ".join(_WORD.findall(named.casefold())) == " ".join(_WORD.findall(line.section.title.casefold()))
    return number == named or number.startswith(f"{named}.") or same_title


def _articles(line: Line) -> set[str]:
    """The articles of the nomenclature that the titles above a line name."""
    titles = [line.section.title if line.section else "", line.convention or ""]
    return {_number(found) for title in titles for found in _ARTICLE.finditer(title)}


def _number(found: re.Match[str]) -> str:
    return found["number"].replace(" ", "").lower()

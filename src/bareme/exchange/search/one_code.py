"""All that a book says of one code: tariffs through time, its twin, the circulars, measures and findings that name it.

The index tells which circulars those are; only these are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from bareme.book.history import TariffPeriod, period_of
from bareme.book.timeline import Publication, Tenure
from bareme.circulars.findings import Finding
from bareme.circulars.model import Measure
from bareme.circulars.serial import measure_to_dict
from bareme.exchange.search.asking import ask, question_of
from bareme.exchange.search.index import Index
from bareme.exchange.search.writing import OPEN
from bareme.nomenclature.codes import Code, near_codes
from bareme.nomenclature.situations import Setting
from bareme.periods import Period

Published = Callable[[int], Publication]
"""The circular of an entry, by the entry's number; the lines of the code are enough."""
_PERIODS = """
SELECT DISTINCT start, until, tariff.seq, published_until FROM tariff JOIN code ON code.id = tariff.code
WHERE code.code = ? AND start <> '' ORDER BY start, tariff.seq
"""
_NAMING = """
SELECT named.seq, group_concat(DISTINCT how) FROM named JOIN entry ON entry.seq = named.seq
WHERE code = ? OR (code = ? AND how = 'finding') GROUP BY named.seq ORDER BY effective_from, named.seq
"""
HOW = ("line", "measure", "finding")


@dataclass(frozen=True, slots=True)
class NamingCircular:
    """A circular that names a code, and how: in a line, in a measure, in a finding."""

    number: str
    series: str
    kind: str
    effective_from: str
    known_from: str
    recorded_at: str
    how: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """A circular of schema code-1."""
        return {name: getattr(self, name) for name in self.__slots__} | {"how": list(self.how)}


@dataclass(frozen=True, slots=True)
class CodePage:
    """A code as the book knows it; without periods and circulars where it does not hold it.

    `measures` and `findings` go with the number of the circular that says them. `label` and `labels` are those of the
    last tariff.
    """

    code: str
    setting: Setting
    twin: str | None
    label: str | None
    labels: Mapping[str, str]
    series: tuple[str, ...]
    periods: tuple[TariffPeriod, ...]
    circulars: tuple[NamingCircular, ...]
    measures: tuple[tuple[str, Measure], ...]
    findings: tuple[tuple[str, Finding], ...]
    suggestions: tuple[str, ...]
    book: str

    def to_dict(self) -> dict[str, Any]:
        """Its JSON (schema code-1)."""
        return {
            "code": self.code,
            "setting": self.setting,
            "twin": self.twin,
            "label": self.label,
            "labels": dict(self.labels),
            "series": list(self.series),
            "periods": [period.to_dict() for period in self.periods],
            "circulars": [circular.to_dict() for circular in self.circulars],
            "measures": [
                {"circular": number, "measure": measure_to_dict(measure)} for number, measure in self.measures
            ],
            "findings": [{"circular": number, "finding": finding.to_dict()} for number, finding in self.findings],
            "suggestions": list(self.suggestions),
            "book": self.book,
        }


def code_page(index: Index, code: str, published: Published, book: str) -> CodePage:
    """What the book of an index says of a code."""
    own = Code(code)
    published = cache(published)
    twin = own.twin.digits if own.twin is not None and own.twin.digits in index.held else None
    periods = tuple(
        period_of(own, Tenure(_period(start, until), published(seq)), date.fromisoformat(last))
        for start, until, seq, last in index.rows(_PERIODS, [code])
    )
    holding = set(index.versions)
    naming = [(published(seq), how) for seq, how in index.rows(_NAMING, [code, twin]) if seq in holding]
    hit = next(iter(ask(index, question_of(code), 1, None, book).hits), None) if code in index.held else None
    return CodePage(
        code=code,
        setting=own.setting,
        twin=twin,
        label=None if hit is None else hit.label,
        labels={} if hit is None else hit.labels,
        series=tuple(dict.fromkeys(p.series for p, how in naming if "line" in how)),
        periods=periods,
        circulars=tuple(_circular(p, how) for p, how in naming),
        measures=tuple((p.number, m) for p, _ in naming for m in p.reading.measures if _names(m, own)),
        findings=tuple((p.number, f) for p, _ in naming for f in _concerning(p, own)),
        suggestions=() if code in index.held else tuple(near_codes(code, index.held)),
        book=book,
    )


def _period(start: str, until: str) -> Period:
    return Period(date.fromisoformat(start), None if until == OPEN else date.fromisoformat(until))


def _circular(publication: Publication, how: str) -> NamingCircular:
    entry = publication.entry
    return NamingCircular(
        publication.number,
        publication.series,
        publication.circular.kind,
        entry.effective_from,
        entry.known_from,
        entry.recorded_at,
        tuple(name for name in HOW if name in how.split(",")),
    )


def _names(measure: Measure, code: Code) -> bool:
    return any(code in pair for pair in measure.codes)


def _concerning(publication: Publication, code: Code) -> list[Finding]:
    """The findings of a circular that name the code, or the other one of a line on which it stands."""
    lines = publication.lines_of.get(code.digits, ())
    together = {code.digits, *(other.digits for line in lines for other in line.codes)}
    return [f for f in publication.reading.findings if f.code in together]

"""The codes of a page, each with its tariff on a day or its last one, and what it is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bareme.exchange.search.folding import matching
from bareme.exchange.search.index import Index
from bareme.exchange.search.results import Hit
from bareme.exchange.search.writing import OPEN, series_names
from bareme.nomenclature.codes import Code
from bareme.nomenclature.outcomes import Certainty

_TARIFF = """
SELECT tariff.code, start, until, tariff.seq, published_until, fee, circular, label, number, said.title, convention,
    series, language
FROM tariff JOIN said ON said.id = tariff.said JOIN entry ON entry.seq = tariff.seq
"""
_ON = _TARIFF + "WHERE tariff.code IN ({}) AND start <= ? AND until > ? AND start <> '' ORDER BY tariff.code, place"
_LAST = (
    _TARIFF
    + """
WHERE tariff.code IN ({}) AND start = (SELECT max(start) FROM tariff AS other WHERE other.code = tariff.code)
ORDER BY tariff.code, tariff.seq DESC, place
"""
)
_SAID = """
SELECT tariff.code, label, number, said.title, convention, series, language
FROM tariff JOIN said ON said.id = tariff.said JOIN entry ON entry.seq = tariff.seq
WHERE tariff.code IN ({}) GROUP BY tariff.code, tariff.said, series, language
ORDER BY tariff.code, max(start) DESC, min(place)
"""
_TRANSLATED = """
SELECT code, seq, language, label, number, title FROM translated WHERE code IN ({})
ORDER BY code, seq DESC, nth, language
"""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a code is called, and where it stands."""

    label: str | None
    number: str | None
    title: str | None
    convention: str | None
    series: str
    language: str

    @property
    def texts(self) -> list[str]:
        texts = (self.label, self.number, self.title, *series_names(self.series), self.convention)
        return [text for text in texts if text]


@dataclass(frozen=True, slots=True)
class _Tariff:
    """A line of a code in a period; without days where no day has it."""

    start: str
    until: str
    seq: int
    published_until: str | None
    fee: str | None
    circular: str
    said: _Said


_Translated = tuple[int, str, str | None, str | None, str | None]
"""Entry, language, label, number and title of the section."""


def hits_of(index: Index, ids: Sequence[int], words: tuple[str, ...], day: date | None, rank: int) -> list[Hit]:
    """The codes of some numbers, in order, the first of them with a rank."""
    alive = {} if day is None else index.in_force(day.isoformat(), ids)
    held = [id for id in ids if id in alive]
    others = [id for id in ids if id not in alive]
    tariffs: dict[int, list[_Tariff]] = defaultdict(list)
    on = [] if day is None else [day.isoformat()] * 2
    for row in [*_rows(index, _ON, held, on), *_rows(index, _LAST, others)]:
        id, start, until, seq, last, fee, circular, *what = row
        tariffs[id].append(_Tariff(start, until, seq, last, fee, circular, _Said(*what)))
    said: dict[int, list[_Said]] = defaultdict(list)
    for id, *what in _rows(index, _SAID, ids):
        said[id].append(_Said(*what))
    translated: dict[int, list[_Translated]] = defaultdict(list)
    for id, seq, language, label, number, title in _rows(index, _TRANSLATED, ids):
        translated[id].append((seq, language, label, number, title))
    return [
        _hit(index, id, place, words, day, id in alive, tariffs[id], said[id], translated[id])
        for place, id in enumerate(ids, start=rank)
    ]


def _rows(index: Index, query: str, ids: Sequence[int], more: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    return index.rows(query.format(", ".join("?" * len(ids))), [*ids, *more]) if ids else []


def _hit(
    index: Index,
    id: int,
    rank: int,
    words: tuple[str, ...],
    day: date | None,
    alive: bool,
    tariffs: Sequence[_Tariff],
    said: Sequence[_Said],
    translated: Sequence[_Translated],
) -> Hit:
    code = index.codes[id - 1]
    first = tariffs[0]
    here = [tariff for tariff in tariffs if tariff.seq == first.seq]
    fees = {line.fee for line in here}
    twin = Code(code).twin
    labels = _labels(first, said, translated)
    return Hit(
        rank=rank,
        code=code,
        twin=twin.digits if twin is not None and twin.digits in index.held else None,
        label=first.said.label,
        labels=labels,
        section=None if first.said.title is None else (first.said.number, first.said.title),
        convention=first.said.convention,
        series=first.said.series,
        circular=first.circular,
        line_id=_line_id(code, here),
        lines=len(here),
        valid_from=first.start or None,
        valid_to=None if first.until in ("", OPEN) else first.until,
        published_until=first.published_until,
        in_force=None if day is None else alive,
        certainty=_certainty(first, day) if day is not None and alive else None,
        fee=fees.pop() if len(fees) == 1 else None,
        matched=_matched(code, labels, said, translated, words),
    )


def _certainty(tariff: _Tariff, day: date) -> Certainty:
    last = tariff.published_until
    return Certainty.PUBLISHED if last is None or day.isoformat() <= last else Certainty.LAST_KNOWN


def _line_id(code: str, here: Sequence[_Tariff]) -> str:
    first = here[0]
    section = first.said.number or first.said.title
    return f"{first.circular}:{code}{f'@{section}' if len(here) > 1 and section is not None else ''}"


def _labels(first: _Tariff, said: Sequence[_Said], translated: Sequence[_Translated]) -> dict[str, str]:
    """What a code is called, by language: in the tariff shown, else as last said in that language."""
    told = [(first.said.language, first.said.label)]
    told += [(row[1], row[2]) for row in translated if row[0] == first.seq]
    told += [(other.language, other.label) for other in said]
    told += [(row[1], row[2]) for row in translated]
    found: dict[str, str] = {}
    for language, label in told:
        if label is not None:
            found.setdefault(language, label)
    return dict(sorted(found.items()))


def _matched(
    code: str,
    labels: dict[str, str],
    said: Sequence[_Said],
    translated: Sequence[_Translated],
    words: tuple[str, ...],
) -> tuple[str, ...]:
    """The words of the book that the words asked for begin: the code, what it is called now, then all else."""
    if not words:
        return ()
    texts = [code, *labels.values(), *(text for other in said for text in other.texts)]
    texts += [text for row in translated for text in row[2:] if isinstance(text, str)]
    return tuple(dict.fromkeys(word for text in dict.fromkeys(texts) for word in matching(text, words)))

"""A search: from the words that someone types to the codes of a page, each with its tariff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bareme.errors import InputError
from bareme.exchange.search.cursors import cursor_of, place_of
from bareme.exchange.search.folding import matching, words_of
from bareme.exchange.search.index import Index
from bareme.exchange.search.results import Found, Hit
from bareme.exchange.search.writing import OPEN, series_names
from bareme.nomenclature.codes import Code, near_codes
from bareme.nomenclature.outcomes import Certainty

MOST_SIGNS = 500
MOST_WORDS = 32
MOST_HITS = 1000
_TARIFFS = """
SELECT tariff.code, start, until, place, tariff.seq, published_until, fee, label, number, said.title, convention,
    series, circular, language
FROM tariff JOIN said ON said.id = tariff.said JOIN entry ON entry.seq = tariff.seq
WHERE tariff.code IN ({}) ORDER BY tariff.code, start, tariff.seq, place
"""
_TRANSLATED = """
SELECT code, seq, nth, language, label FROM translated WHERE code IN ({}) ORDER BY code, seq, nth, language
"""


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: words, and the day and the series that narrow it.

    `today` is for telling what is in force, `known` the day on which the book is asked.
    """

    query: str
    words: tuple[str, ...]
    on: date | None
    series: str | None
    today: date | None
    known: date | None

    @property
    def has_no_word(self) -> bool:
        """True where something is asked for that holds neither letter nor digit."""
        return bool(self.query.strip()) and not self.words


def question_of(
    query: str,
    on: date | None = None,
    series: str | None = None,
    today: date | None = None,
    known: date | None = None,
) -> Question:
    """The question; `InputError` for one that is too long. Nothing in it is a sign with a meaning of its own."""
    if len(query) > MOST_SIGNS:
        raise InputError(f"the search has {len(query)} signs; at most {MOST_SIGNS} are looked for. Give fewer words.")
    words = tuple(dict.fromkeys(words_of(query)))
    if len(words) > MOST_WORDS:
        raise InputError(f"the search has {len(words)} words; at most {MOST_WORDS} are looked for. Give fewer words.")
    return Question(query, words, on, series, today, known)


def check_limit(limit: object, most: int) -> int:
    """A number of answers that can be given at once; `InputError` for another."""
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= most:
        raise InputError(f"limit is {limit!r}; give a whole number from 1 to {most}.")
    return limit


def ask(index: Index, question: Question, limit: int, cursor: str | None, book: str) -> Found:
    """A page of what the index finds."""
    check_limit(limit, MOST_HITS)
    _check_series(index, question.series)
    on = None if question.on is None else question.on.isoformat()
    ids = () if question.has_no_word else index.found(question.words, on, question.series)
    bound = (book, question.known, question.words, on, question.series)
    start = 0 if cursor is None else place_of(cursor, len(ids) - 1, *bound)
    page = ids[start : start + limit]
    end = start + len(page)
    return Found(
        query=question.query,
        words=question.words,
        on=question.on,
        series=question.series,
        total=len(ids),
        hits=tuple(_hits(index, page, question, start)),
        cursor=cursor_of(end, *bound) if end < len(ids) else None,
        unmatched=() if ids else tuple(w for w in question.words if not index.found((w,), None, None)),
        suggestions=() if ids else _near(index, question.words),
        book=book,
    )


def _check_series(index: Index, series: str | None) -> None:
    if series is not None and not any(s == series or s.startswith(f"{series}/") for s in index.series):
        raise InputError(f"{series!r} is no series of the book, which holds {', '.join(index.series) or 'none'}.")


def _near(index: Index, words: Sequence[str]) -> tuple[str, ...]:
    """Codes that the book holds, near to six digits that it does not."""
    like = [word for word in words if len(word) == 6 and word.isascii() and word.isdigit()]
    return tuple(dict.fromkeys(near for word in like for near in near_codes(word, index.held)))


def _hits(index: Index, ids: Sequence[int], question: Question, start: int) -> list[Hit]:
    marks = ", ".join("?" * len(ids))
    tariffs: dict[int, list[_Tariff]] = defaultdict(list)
    for id, *row in index.rows(_TARIFFS.format(marks), ids):
        tariffs[id].append(_Tariff(*row))
    translated: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for id, *other in index.rows(_TRANSLATED.format(marks), ids):
        translated[id].append(tuple(other))
    return [
        _hit(index, id, rank, question, tariffs[id], translated[id]) for rank, id in enumerate(ids, start=start + 1)
    ]


@dataclass(frozen=True, slots=True)
class _Tariff:
    """A line of a code in a period; without days where no day has it."""

    start: str
    until: str
    place: int
    seq: int
    published_until: str | None
    fee: str | None
    label: str | None
    number: str | None
    title: str | None
    convention: str | None
    series: str
    circular: str
    language: str


def _hit(
    index: Index,
    id: int,
    rank: int,
    question: Question,
    tariffs: Sequence[_Tariff],
    translated: Sequence[tuple[Any, ...]],
) -> Hit:
    code = index.codes[id - 1]
    given = question.on or question.today
    day = None if given is None else given.isoformat()
    in_force = None if day is None else id in index.in_force(day)
    here = _chosen(tariffs, day if in_force else None)
    first = here[0]
    section = None if first.title is None else (first.number, first.title)
    fees = {line.fee for line in here}
    twin = Code(code).twin
    certain = day is None or first.published_until is None or day <= first.published_until
    labels = _labels(tariffs, translated, first)
    return Hit(
        rank=rank,
        code=code,
        twin=twin.digits if twin is not None and twin.digits in index.held else None,
        label=first.label,
        labels=labels,
        section=section,
        convention=first.convention,
        series=first.series,
        circular=first.circular,
        line_id=_line_id(code, here),
        lines=len(here),
        valid_from=first.start or None,
        valid_to=None if first.until in ("", OPEN) else first.until,
        published_until=first.published_until,
        in_force=in_force,
        certainty=(Certainty.PUBLISHED if certain else Certainty.LAST_KNOWN) if in_force else None,
        fee=fees.pop() if len(fees) == 1 else None,
        matched=_matched(code, tariffs, labels, question.words),
    )


def _chosen(tariffs: Sequence[_Tariff], day: str | None) -> list[_Tariff]:
    """The lines of the tariff on a day, or of the last one."""
    holds = [t for t in tariffs if day is not None and t.start <= day < t.until] or tariffs
    last = holds[-1]
    return [t for t in holds if (t.start, t.seq) == (last.start, last.seq)]


def _line_id(code: str, here: Sequence[_Tariff]) -> str:
    first = here[0]
    section = f"@{first.number or first.title}" if len(here) > 1 and first.title is not None else ""
    return f"{first.circular}:{code}{section}"


def _labels(tariffs: Sequence[_Tariff], translated: Sequence[tuple[Any, ...]], first: _Tariff) -> Mapping[str, str]:
    """What a code is called, by language: in the tariff shown, else as last said in that language."""
    found: dict[str, str] = {}
    told = [(t.seq, 0, t.language, t.label) for t in tariffs if t.place == first.place or t.seq != first.seq]
    told = [*reversed(told), *((seq, nth, language, label) for seq, nth, language, label in reversed(translated))]
    for _, _, language, label in [*(t for t in told if t[0] == first.seq), *told]:
        if label is not None:
            found.setdefault(language, label)
    return dict(sorted(found.items()))


def _matched(
    code: str, tariffs: Sequence[_Tariff], labels: Mapping[str, str], words: tuple[str, ...]
) -> tuple[str, ...]:
    """The words of the book that the words asked for begin: the code, what it is called now, then what it was."""
    if not words:
        return ()
    texts = [code, *labels.values()]
    for t in reversed(tariffs):
        texts += [text for text in (t.label, t.number, t.title, *series_names(t.series), t.convention) if text]
    found: dict[str, None] = {}
    for text in dict.fromkeys(texts):
        found |= dict.fromkeys(matching(text, words))
    return tuple(found)

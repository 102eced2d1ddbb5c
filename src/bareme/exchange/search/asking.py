"""A search: from the words that someone types to the codes of a page, each with its tariff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bareme.errors import InputError
from bareme.exchange.search.cursors import cursor_of, place_of
from bareme.exchange.search.folding import words_of
from bareme.exchange.search.hits import hits_of
from bareme.exchange.search.index import Index
from bareme.exchange.search.results import Found
from bareme.nomenclature.codes import near_codes

MOST_SIGNS = 500
MOST_WORDS = 32
MOST_HITS = 1000


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
    ids: Sequence[int] = () if question.has_no_word else index.found(question.words, on, question.series)
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
        hits=tuple(hits_of(index, page, question.words, question.on or question.today, start + 1)),
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

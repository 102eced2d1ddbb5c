"""Checks of what a circular is compared with: is there one before it, in its series, its language and its order?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from bareme.audit.registry import Saying, anywhere, check, saying
from bareme.circulars.findings import Severity
from bareme.circulars.model import Reading


@check("predecessor_missing", Severity.NOTE, "book")
def a_circular_has_one_before_it(circular: Reading) -> Iterator[Saying]:
    """The book holds the circular before in the series, so that figures can be compared."""
    yield saying(
        anywhere(circular),
        "no earlier circular of the series {series} is at hand; the figures are proved against themselves only.",
        series=circular.circular.series or "(not given)",
    )


@check("predecessor_other_series", Severity.WARNING, "book")
def both_circulars_are_of_one_series(previous: Reading, circular: Reading) -> Iterator[Saying]:
    """A circular is compared with one of its own series."""
    if previous.circular.series != circular.circular.series:
        yield saying(
            anywhere(circular),
            "{previous} is of the series {other}, {number} of {series}; codes that both hold are compared.",
            previous=previous.circular.number,
            other=previous.circular.series,
            number=circular.circular.number,
            series=circular.circular.series,
        )


@check("predecessor_later", Severity.WARNING, "book")
def the_circular_before_is_earlier(previous: Reading, circular: Reading) -> Iterator[Saying]:
    """A circular is compared with one that takes effect before it."""
    before, here = previous.circular.effective_on, circular.circular.effective_on
    if before is not None and here is not None and before >= here:
        yield saying(
            anywhere(circular),
            "{previous} takes effect on {before}, {number} on {here}: it is not the circular before. "
            "Measures are applied to its figures all the same.",
            previous=previous.circular.number,
            before=before,
            number=circular.circular.number,
            here=here,
        )


@check("predecessor_other_language", Severity.NOTE, "book")
def both_circulars_are_in_one_language(previous: Reading, circular: Reading) -> Iterator[Saying]:
    """Labels are compared where both circulars are in one language; figures always."""
    if previous.circular.language != circular.circular.language:
        yield saying(
            anywhere(circular),
            "{previous} is in {other}, {number} in {own}; figures are compared, labels are not.",
            previous=previous.circular.number,
            other=_in_words(previous.circular.language),
            number=circular.circular.number,
            own=_in_words(circular.circular.language),
        )


def _in_words(language: str) -> str:
    """A language by its name; by its letters where it is none of Belgium's."""
    return {"fr": "French", "nl": "Dutch", "de": "German"}.get(language, language)


@check("predecessor_other_order", Severity.NOTE, "book")
def both_circulars_list_codes_in_one_order(previous: Reading, circular: Reading) -> Iterator[Saying]:
    """The codes that both circulars list stand in the same order."""
    codes = [code for line in circular.lines for code in line.codes[:1]]
    places = {code: i for i, code in reversed(list(enumerate(c for line in previous.lines for c in line.codes[:1])))}
    shared = [code for code in dict.fromkeys(codes) if code in places]
    for one, other in itertools.pairwise(shared):
        if places[one] > places[other]:
            yield saying(
                next(line.source for line in circular.lines if other in line.codes),
                "{other} stands after {one} here and before it in {previous}; lines are compared by code.",
                code=other.digits,
                one=one,
                other=other,
                previous=previous.circular.number,
            )
            return

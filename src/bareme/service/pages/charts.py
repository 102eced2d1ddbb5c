"""What the charts of pages share: their words in the language of the page, their policy, one drawing at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from threading import Lock

from fastapi import Request

from bareme.service.pages.figures import number
from bareme.service.pages.languages import Words, language_of
from bareme.simulation.chart_words import TEXTS, ChartWords

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The policy of a drawing that is looked at alone."""
SHARED = {
    **{name: f"simulate.{name}" for name in ("same", "under", "over", "between")},
    **{f"payer_{name}": f"payers.{name}" for name in ("intervention", "patient_share")},
    **{name: f"quantities.{name}" for name in ("coefficient", "letter_value", "fee", "intervention", "patient_share")},
}
"""Words of charts that pages have elsewhere, by their keys there; all others stand in the section `charts`."""
_DRAWING = Lock()
"""matplotlib has settings of the whole program: one drawing at a time."""


@cache
def has_charts() -> bool:
    """True where charts can be drawn: matplotlib is there."""
    from importlib.util import find_spec

    return find_spec("matplotlib") is not None


@cache
def chart_words(language: str) -> ChartWords:
    """The words of charts in a language of the pages."""
    words = Words(language)

    def fact(name: str, value: str) -> str:
        return words(f"facts.{name}", value=words.of("fact_values", f"{name}_{value}", value))

    texts = {key: words(SHARED.get(key, f"charts.{key}")) for key in TEXTS}
    return ChartWords(texts, partial(number, language=language), fact)


def drawn(draw: Callable[[ChartWords], bytes], language: str) -> bytes:
    """A chart in a language."""
    with _DRAWING:
        return draw(chart_words(language))


def chart_headers(request: Request, tag: str) -> dict[str, str]:
    """The headers of a chart; the tag tells the language too."""
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Content-Security-Policy": POLICY}
    return headers | {"Content-Language": language_of(request), "Vary": "Accept-Language, Cookie, Accept-Encoding"}

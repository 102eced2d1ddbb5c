"""How alike two names are: the quick search finds what comparing every label in full finds."""

from __future__ import annotations

from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from bareme.audit.alike import ALIKE, most_alike, percent_alike

WORDS = st.lists(st.sampled_from(["acte", "acta", "bilan", "de", "santé", "d", "1re", "2e", "ligne"]), max_size=6)
NAMES = st.one_of(WORDS.map(" ".join), st.text("ab é", max_size=10))


@given(NAMES, st.lists(NAMES, max_size=8))
def test_it_is_the_first_of_those_that_are_most_alike(name: str, labels: list[str]) -> None:
    percents = [percent_alike(name, label) for label in labels if label or name]
    assert percents == [round(100 * SequenceMatcher(None, label, name).ratio()) for label in labels if label or name]
    most = max(percents, default=0)
    expected = percents.index(most) if most >= ALIKE else None
    assert most_alike(name, [label for label in labels if label or name]) == expected


def test_nothing_is_like_nothing() -> None:
    assert most_alike("", ["", "acte"]) is None
    assert percent_alike("", "") == 0

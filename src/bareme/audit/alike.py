"""How alike two names are, in whole percent of the letters that they share in order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

ALIKE = 55
"""In percent: a quoted name this like a label is taken for the same act under another name."""


def plain(text: str) -> str:
    """A name as it is compared: its words in small letters, without marks between them."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def percent_alike(name: str, label: str) -> int:
    """How alike a name and one label are; nothing is like nothing."""
    return _percent(SequenceMatcher(None, label, name)) if name or label else 0


def most_alike(name: str, labels: Sequence[str]) -> int | None:
    """Which label is most like a name, the first of several; None when none is alike.

    Labels come in the order of a bound that is found quickly: the full comparison, which is slow, ends where no other
    label can be more alike.
    """
    matcher: SequenceMatcher[str] = SequenceMatcher(None)
    matcher.set_seq2(name)
    places = {letter: sum(1 << i for i, other in enumerate(name) if other == letter) for letter in set(name)}
    bounds = [(200 * _in_common(places, len(name), label), len(name) + len(label)) for label in labels]
    best, most = None, ALIKE
    for at_most, place in sorted(((-(common // max(total, 1) + 1), i) for i, (common, total) in enumerate(bounds))):
        if -at_most < most:
            break
        matcher.set_seq1(labels[place])
        alike = _percent(matcher)
        if alike > most or (alike == most and (best is None or place < best)):
            best, most = place, alike
    return best


def _percent(matcher: SequenceMatcher[str]) -> int:
    return round(100 * matcher.ratio())


def _in_common(places: Mapping[str, int], length: int, text: str) -> int:
    """How many letters, in their order, a text shares with a name: the longest common subsequence.

    `places` has a bit for each place of a letter in the name, `length` letters long (the algorithm is Hyyrö's, 2004).
    """
    every = row = (1 << length) - 1
    for letter in text:
        met = row & places.get(letter, 0)
        row = ((row + met) | (row - met)) & every
    return length - row.bit_count()

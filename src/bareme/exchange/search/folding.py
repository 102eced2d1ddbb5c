"""Words as they are compared: without case, accents and punctuation; the same for what is held and what is asked."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_SPELT = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
"""A word as it stands in a text, with marks that are signs of their own."""
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
    | dict(zip("авдекмнорстухіјѕ", "abdekmhopctyxijs", strict=True))
)
"""Letters that are not accented ones and that people type otherwise; and Cyrillic letters that slipped into words."""


def words_of(text: str) -> list[str]:
    """The words of a text in order, folded: runs of letters and digits.

    >>> words_of("Césarienne d'urgence (N.1), cœur")
    ['cesarienne', 'd', 'urgence', 'n', '1', 'coeur']
    """
    return _WORD.findall(_folded(text))


def matching(text: str, asked: tuple[str, ...]) -> list[str]:
    """The words of a text, as they stand there, that begin with one of those asked for.

    >>> matching("Césarienne d'urgence", ("ces", "urgence"))
    ['Césarienne', 'urgence']
    """
    return [word for word, parts in _parted(text) if any(part.startswith(asked) for part in parts)]


@lru_cache(maxsize=4096)
def _parted(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The words of a text as they stand there, each with its folded words."""
    return tuple((word, tuple(words_of(word))) for word in _SPELT.findall(text))


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_LETTERS)

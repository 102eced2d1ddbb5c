"""One row of a table: what kind of thing each cell holds, and the terms of the fee that its cells spell out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from bareme.circulars.documents.blocks import Cell, Row
from bareme.circulars.figures import NUMBER, amount_of, is_letter_value, number_of
from bareme.circulars.model import Term
from bareme.circulars.sources import Figure, Source
from bareme.nomenclature.codes import is_code

MOST_TERMS = 3


class Kind(Enum):
    """What a cell holds."""

    BLANK = "."
    DASH = "-"
    CODE = "C"
    AMOUNT = "A"
    NUMBER = "N"
    TERM = "T"
    MARK = "M"
    TEXT = "L"


_CODE = re.compile(r"(?P<code>\d{6})(?![\d.,])\s*(?P<rest>.*)\Z", re.DOTALL)
_TOKEN = re.compile(rf"\s*(=|\+|[A-Z]{{1,2}}(?![^\W\d_])|{NUMBER}(?![\w.,]))\s*")
_MARK = re.compile(r"(\(\*+\)|\*+|\(\d{1,2}\))\Z")
_DASHES = {"-", "–", "—"}


@dataclass(frozen=True, slots=True)
class Token:
    """A cell understood: its kind, the code that it starts with, the term words that it holds, its amount."""

    kind: Kind
    cell: Cell
    code: str | None = None
    words: tuple[str, ...] = ()
    amount: Decimal | None = None


def tokens_of(row: Row) -> tuple[Token, ...]:
    """Every cell of the row, understood by itself."""
    return tuple(_token(cell) for cell in row.cells)


def _token(cell: Cell) -> Token:
    text = cell.text
    if not text:
        return Token(Kind.BLANK, cell)
    if text in _DASHES:
        return Token(Kind.DASH, cell)
    amount = amount_of(text)
    if amount is not None:
        return Token(Kind.AMOUNT, cell, words=(text,), amount=amount)
    if _MARK.match(text):
        return Token(Kind.MARK, cell)
    code = _CODE.match(text)
    if code:
        words = _words(code["rest"])
        if words is not None and (not words or words[0] == "=" or words[0].isalpha()):
            return Token(Kind.CODE, cell, code["code"], words)
    if number_of(text) is not None:
        return Token(Kind.NUMBER, cell, words=(text,))
    words = _words(text)
    return Token(Kind.TERM, cell, words=words) if words else Token(Kind.TEXT, cell)


def _words(text: str) -> tuple[str, ...] | None:
    """The term words that make up the whole text, or None if anything else stands there."""
    words, place = [], 0
    text = text.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            return None
        words.append(found[1])
        place = found.end()
    return tuple(words)


def valid_codes(tokens: Sequence[Token]) -> list[Token]:
    """The cells that hold a code whose check digit is right."""
    return [t for t in tokens if t.code is not None and is_code(t.code)]


@dataclass(slots=True)
class _Pair:
    """A term while it is read."""

    letter: str | None
    coefficient: Figure | None = None
    value: Figure | None = None


def read_terms(tokens: Sequence[Token], source: Source) -> tuple[tuple[Term, ...], str | None]:
    """The terms that cells left of the fee spell out, and what is unclear about them (None when nothing is).

    `B = 1,257532`, then `= B 289`; a number with six decimals is a letter value, another one a coefficient. Both belong
    to the letter before them; without a letter they belong together.
    """
    pairs: dict[str | None, _Pair] = {}
    letter: str | None = None
    for token in tokens:
        for word in token.words:
            if word == "=":
                continue
            if word == "+":
                letter = None
            elif word.isalpha():
                letter = word
                pairs.setdefault(letter, _Pair(letter))
            else:
                unclear = _place(word, pairs.setdefault(letter, _Pair(letter)), _word_at(token, word, source))
                if unclear:
                    return (), unclear
    if len(pairs) > MOST_TERMS:
        return (), f"{len(pairs)} letters in one row"
    return tuple(Term(p.letter, p.coefficient, p.value) for p in pairs.values()), None


def _word_at(token: Token, word: str, source: Source) -> Source:
    cell, _, place, row, line = token.cell.spot
    return source.at(cell, word, place, row, line)


def _place(word: str, pair: _Pair, source: Source) -> str | None:
    number = number_of(word)
    if number is None:
        return f"{word!r} is not a number"
    figure = Figure(number, source)
    name = pair.letter or "the value without a letter"
    if is_letter_value(number):
        if pair.value is not None:
            return f"two values for {name}"
        pair.value = figure
        return None
    if pair.coefficient is not None:
        return f"two coefficients for {name}"
    pair.coefficient = figure
    return None

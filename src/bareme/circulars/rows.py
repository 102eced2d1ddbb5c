"""One row of a table: what kind of thing each cell holds, and the terms of the fee that its cells spell out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from bareme.circulars.documents.blocks import Cell, Row
from bareme.circulars.figures import (
    LONGEST_NUMBER,
    amount_of,
    is_in_cents,
    is_letter_value,
    is_percentage,
    number_of,
    without_list_mark,
)
from bareme.circulars.model import Term
from bareme.circulars.sources import Figure, Source
from bareme.circulars.vocabulary import Vocabulary
from bareme.nomenclature.codes import Code, is_code

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
    PERCENTAGE = "%"
    ABSENT = "X"
    """Words that say that the amount is not published."""
    TEXT = "L"


_NOTE = r"\(\*+\)|\*+|\(\d{1,2}\)"
_CODE = re.compile(
    r"(?P<code>\d{6})(?![\d.,])(?:(?:\s*[-–/]\s*|\s+)(?P<other>\d{6}|(?<=[-–/])\d{3})(?![\d.,]))?"
    rf"\s*(?P<mark>{_NOTE})?\s*(?P<rest>.*)\Z",
    re.DOTALL,
)
_NUMBER = r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?"
_TOKEN = re.compile(rf"\s*(=|\+|[A-Z]{{1,2}}(?![^\W\d_])|{_NUMBER}(?![\w.,]))\s*")
_MARK = re.compile(rf"({_NOTE})\Z")
_MARKED_AMOUNT = re.compile(rf"(?P<amount>.*\d(?:\s?€)?)\s?(?P<mark>{_NOTE})\Z")
_DASHES = {"-", "–", "—"}


@dataclass(frozen=True, slots=True)
class Token:
    """A cell understood.

    Its kind, the code that it starts with and the hospital code `other` beside that one, the term words that it holds,
    its amount, and the mark of a footnote that stands at the end of a code or an amount.
    """

    kind: Kind
    cell: Cell
    code: str | None = None
    words: tuple[str, ...] = ()
    amount: Decimal | None = None
    other: str | None = None
    mark: str | None = None


class Tokens(tuple[Token, ...]):
    """The cells of a row, understood; `below` holds those of the rows that only go on with it."""

    below: tuple[Token, ...]

    def __new__(cls, tokens: Iterable[Token], below: Iterable[Token] = ()) -> Tokens:
        """The cells of a row and of those below that belong to it."""
        made = super().__new__(cls, tokens)
        made.below = tuple(below)
        return made


def tokens_of(row: Row, words: Vocabulary | None = None) -> Tokens:
    """Every cell of the row, understood by itself; `words` know how to say that an amount is not published."""
    return Tokens((_token(cell, words) for cell in row.cells), (_token(cell, words) for cell in row.below))


def _token(cell: Cell, known: Vocabulary | None) -> Token:
    text = cell.text
    if not text:
        return Token(Kind.BLANK, cell)
    if text in _DASHES:
        return Token(Kind.DASH, cell)
    figure = _figure(cell)
    if figure is not None:
        return figure
    if _MARK.match(text):
        return Token(Kind.MARK, cell)
    code = _code(cell)
    if code is not None:
        return code
    if number_of(text) is not None:
        exact = cell.number if cell.number is not None and is_in_cents(cell.number) else None
        return Token(Kind.NUMBER, cell, words=(text,), amount=exact)
    if is_percentage(text):
        return Token(Kind.PERCENTAGE, cell)
    if known is not None and known.has("column.not_published", text):
        return Token(Kind.ABSENT, cell)
    words = _words(text)
    return Token(Kind.TERM, cell, words=words) if words else Token(Kind.TEXT, cell)


def _figure(cell: Cell) -> Token | None:
    """The amount that a cell holds, without the mark of a list before it or of a footnote after it."""
    text = without_list_mark(cell.text)
    marked = _MARKED_AMOUNT.match(text) if len(text) <= 2 * LONGEST_NUMBER else None
    printed, mark = (marked["amount"], marked["mark"]) if marked else (text, None)
    amount = amount_of(printed)
    return None if amount is None else Token(Kind.AMOUNT, cell, words=(printed,), amount=amount, mark=mark)


def _code(cell: Cell) -> Token | None:
    """The code that a cell starts with, and its hospital twin where it stands there too (565014-565025, 565014/025)."""
    found = _CODE.match(cell.text)
    if found is None:
        return None
    code, other = found["code"], found["other"]
    if other is not None:
        other = code[: 6 - len(other)] + other
        if not (is_code(code) and is_code(other) and Code(code).twin == Code(other)):
            return None
    words = _words(found["rest"])
    if words is None or (words and words[0] != "=" and not words[0].isalpha()):
        return None
    return Token(Kind.CODE, cell, code, words, other=other, mark=found["mark"])


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
    _join_loose(pairs, tokens)
    if len(pairs) > MOST_TERMS:
        return (), f"{len(pairs)} letters in one row"
    return tuple(Term(p.letter, p.coefficient, p.value) for p in pairs.values()), None


def _join_loose(pairs: dict[str | None, _Pair], tokens: Sequence[Token]) -> None:
    """Numbers before the only letter of a row belong to it, where each fills a cell: `8`, `X`, `2,012275`."""
    filled = [token.words for token in tokens if token.words]
    if len(pairs) != 2 or None not in pairs or any(len(words) > 1 or "+" in words for words in filled):
        return
    loose, pair = (pairs[name] for name in sorted(pairs, key=lambda name: name is not None))
    if (loose.coefficient and pair.coefficient) or (loose.value and pair.value):
        return
    pair.coefficient, pair.value = pair.coefficient or loose.coefficient, pair.value or loose.value
    del pairs[None]


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

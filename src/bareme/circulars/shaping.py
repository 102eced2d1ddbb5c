"""Tables brought into one form before they are read: one row an act, one cell an amount, decimal commas.

Only what the table itself proves is changed, and every cell keeps where it was found:

* amounts glued together in one cell are parted (`30,0023,756,25`);
* decimal points become commas, where the table has amounts with points and none with commas;
* a row that only goes on with the one above it belongs to it: a second term, the rest of a label, the hospital code;
* a label on rows of its own belongs to the row of figures below it, or above it, where all rows have one so;
* a title between rows becomes a heading, and its condition holds for the rows below it.

A row with figures and without a code is left as it is: the checks say so.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bareme.circulars.conditions import conditions_of
from bareme.circulars.documents.blocks import Block, Cell, Document, Heading, Row, Table
from bareme.circulars.figures import LONGEST_NUMBER, glued_amounts
from bareme.circulars.header import is_of_header, is_tariff, read_header, split_header
from bareme.circulars.rows import Kind, Tokens, tokens_of
from bareme.circulars.sections import BOLD_LEVEL
from bareme.circulars.vocabulary import Vocabulary
from bareme.nomenclature.codes import Code, is_code
from bareme.nomenclature.situations import Setting

_POINT_AMOUNT = re.compile(r"(?:€\s?)?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2}(?:\s?€)?\Z")
_COMMA_AMOUNT = re.compile(r"(?:€\s?)?(?:\d{1,3}(?:[. ]\d{3})+|\d+),\d{2}(?:\s?€)?\Z")
_POINT_NUMBER = re.compile(r"(?<![\d.,])(?P<whole>\d{1,3}(?:,\d{3})+|\d+)\.(?P<part>\d+)(?![\d.,])")
_WHOLE_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d.,])")
_GOES_ON = re.compile(r"[a-zà-ÿ(,;]")
_OPEN = re.compile(r"(?:[-–—/,(]|\b(?:de|du|des|la|le|les|et|ou|à|en|par|van|de|het|en|of|met|der|die|das|und|mit))$")
_STRONG = re.compile(r"\*\*|<b>|<strong>|:$")
_TERM_START = re.compile(r"[+A-Z]")


@dataclass(frozen=True, slots=True)
class _Seen:
    """A row with its cells understood."""

    row: Row
    tokens: Tokens

    @property
    def kinds(self) -> set[Kind]:
        """What its filled cells hold."""
        return {token.kind for token in self.tokens} - {Kind.BLANK}

    @property
    def is_figures(self) -> bool:
        """True for a row with a code, or with any amount."""
        return bool(self.kinds & {Kind.CODE, Kind.AMOUNT})

    @property
    def is_text(self) -> bool:
        """True for a row of words alone."""
        return self.kinds == {Kind.TEXT}

    @property
    def is_terms(self) -> bool:
        """True for a row that only adds a term to the fee: it starts with a plus or a key letter."""
        filled = [token for token in self.tokens if token.kind is not Kind.BLANK]
        words = [word for token in filled for word in token.words if word != "="]
        known = self.kinds <= {Kind.TERM, Kind.NUMBER}
        return known and len(words) > 1 and _TERM_START.match(words[0]) is not None

    @property
    def texts(self) -> list[Cell]:
        """The cells with words."""
        return [token.cell for token in self.tokens if token.kind is Kind.TEXT]

    @property
    def codes(self) -> list[str]:
        """Its codes, right or wrong."""
        return [code for token in self.tokens for code in (token.code, token.other) if code]


def shaped(document: Document, words: Vocabulary) -> Document:
    """The document with each of its tariff tables in the form in which it is read."""
    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Table) and is_tariff(block):
            blocks += _blocks_of(block, words)
        else:
            blocks.append(block)
    return replace(document, blocks=tuple(blocks))


def _blocks_of(table: Table, words: Vocabulary) -> Iterator[Heading | Table]:
    """The table in one form; several with headings between them where titles stand between its rows."""
    header, body = _without_titles(*split_header(_with_commas([_parted(row) for row in table.rows])), words)
    rows = [row if row.number else replace(row, number=number) for number, row in enumerate(body, start=1)]
    seen = [_Seen(row, tokens_of(row, words)) for row in rows]
    part: list[Row] = list(header)
    for first, last in _parts(seen, words):
        if first > 0:
            if part:
                yield Table(table.number, tuple(part))
            part = []
            while first < last and not seen[first].is_figures:
                part.append(seen[first].row)
                first += 1
        for found in _joined(seen[first:last], words):
            if isinstance(found, Heading):
                if part:
                    yield Table(table.number, tuple(part))
                    part = []
                yield found
            else:
                part.append(found)
    if part:
        yield Table(table.number, tuple(part))


def _parts(rows: Sequence[_Seen], words: Vocabulary) -> list[tuple[int, int]]:
    """From where to where the rows stand under one header: a row of titles after figures begins a new part."""
    starts = [0]
    for index, seen in enumerate(rows):
        above = rows[starts[-1] : index]
        if len(seen.texts) > 1 and not seen.is_figures and any(other.is_figures for other in above):
            titles = list(itertools.takewhile(lambda other: not other.is_figures, rows[index:]))
            follows = index + len(titles) < len(rows)
            if follows and read_header([title.row for title in titles], 0, words) is not None:
                starts.append(index)
    return list(zip(starts, [*starts[1:], len(rows)], strict=True))


def _without_titles(
    header: Sequence[Row], body: Sequence[Row], words: Vocabulary
) -> tuple[Sequence[Row], Sequence[Row]]:
    """The header without the rows at its end that are a title or a label of the rows below it, and the others.

    Such a row has words in one cell alone, left of the amounts, that neither go on with the title above them nor say
    what a column holds.
    """
    end = len(header)
    while end > 1 and body and _is_title(header[end - 1], header[: end - 1], words):
        end -= 1
    return header[:end], [*header[end:], *body]


def _is_title(row: Row, above: Sequence[Row], words: Vocabulary) -> bool:
    filled = [cell for cell in row.cells if cell.text]
    columns = read_header(above, 0, words) if len(filled) == 1 else None
    if columns is None or filled[0].index >= min(column.position for column in columns.columns):
        return False
    cell = filled[0]
    own = [c.text for other in above for c in other.cells if c.index == cell.index and c.text]
    if _GOES_ON.match(cell.text) or (own and _OPEN.search(own[-1])):
        return False
    return conditions_of([cell.text], words).says_something or not is_of_header(cell.text, words)


def _parted(row: Row) -> Row:
    """The row with one cell for each amount: glued ones fill the blank cells after them, or push the others aside."""
    if not any(len(cell.text) > 7 and glued_amounts(cell.text) for cell in row.cells):
        return row
    cells: list[Cell] = []
    spare = 0
    for cell in row.cells:
        parts = glued_amounts(cell.text)
        if parts:
            cells += [replace(cell, text=part, found_at=cell.found_at or cell.index) for part in parts]
            spare += len(parts) - 1
        elif spare and not cell.text:
            spare -= 1
        else:
            cells.append(cell)
            spare = 0
    numbered = (replace(c, index=n, found_at=c.found_at or c.index) for n, c in enumerate(cells, start=1))
    return replace(row, cells=tuple(numbered))


def _with_commas(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows with decimal commas, where the table's amounts are all printed with decimal points."""
    cells = (cell for row in rows for cell in row.cells if cell.number is None)
    texts = [cell.text for cell in cells if 0 < len(cell.text) <= LONGEST_NUMBER]
    if not any(_POINT_AMOUNT.match(text) for text in texts) or any(_COMMA_AMOUNT.match(text) for text in texts):
        return rows
    return [replace(row, cells=tuple(replace(c, text=with_comma(c.text)) for c in row.cells)) for row in rows]


def with_comma(text: str) -> str:
    """A text with its decimal points as commas and its thousands commas as points.

    >>> with_comma("1,234.50"), with_comma("B = 1.257532"), with_comma("2,000"), with_comma("art. 25")
    ('1.234,50', 'B = 1,257532', '2.000', 'art. 25')
    """
    swapped = _POINT_NUMBER.sub(lambda found: f"{found['whole'].replace(',', '.')},{found['part']}", text)
    return swapped if swapped != text else _WHOLE_NUMBER.sub(lambda found: found[0].replace(",", "."), text)


def _joined(rows: Sequence[_Seen], words: Vocabulary) -> Iterator[Row | Heading]:
    """The rows with those that go on joined to theirs, and the titles between them."""
    before, after = _labels_stand_before(rows), _labels_stand_after(rows)
    held: _Seen | None = None
    waiting: list[Cell] = []
    for index, seen in enumerate(rows):
        if held is not None and (seen.is_terms or _is_hospital_code_of(seen, held)):
            held = _with_below(held, seen)
            continue
        if not seen.is_text:
            if held is not None:
                yield held.row
            held = _with_cells(seen, waiting)
            waiting = []
            continue
        text = " ".join(cell.text for cell in seen.texts)
        follows = any(later.is_figures for later in rows[index + 1 :])
        if follows and conditions_of([text], words).says_something:
            if held is not None:
                yield held.row
            held = None
            yield _heading(seen, text)
        elif before and follows:
            waiting += _elsewhere(seen)
        elif held is not None and (not follows or _goes_on(seen, held) or before or after):
            held = _with_below(held, seen)
        elif follows:
            if held is not None:
                yield held.row
            held = None
            yield _heading(seen, text)
        else:
            yield seen.row
    if held is not None:
        yield held.row


def _heading(seen: _Seen, text: str) -> Heading:
    return Heading(BOLD_LEVEL + 1, text, seen.row.line, seen.row.place)


def _labels_stand_before(rows: Sequence[_Seen]) -> bool:
    """True when no row of figures has a label and each of them has one on the row or rows right above it."""
    figures = [index for index, seen in enumerate(rows) if seen.is_figures]
    own = any(rows[index].texts for index in figures)
    return bool(figures) and not own and all(index > 0 and rows[index - 1].is_text for index in figures)


def _labels_stand_after(rows: Sequence[_Seen]) -> bool:
    """True when no row of figures has a label and each of them has one on the row right below it, the first none above.

    The text below the last row can be no title, so those below the others are none either.
    """
    rows = [seen for seen in rows if not seen.is_terms]
    figures = [index for index, seen in enumerate(rows) if seen.is_figures]
    own = any(rows[index].texts for index in figures)
    below = [rows[min(index + 1, len(rows) - 1)] for index in figures]
    return figures[:1] == [0] and not own and all(seen.is_text for seen in below)


def _goes_on(seen: _Seen, held: _Seen) -> bool:
    """True for the rest of a label: not strong, in the same cell, and one of the two ends says that it is not whole."""
    if len(seen.texts) != 1 or _STRONG.search(seen.texts[0].raw):
        return False
    before = [*held.row.below, *held.texts]
    own = [cell for cell in before if cell.index == seen.texts[0].index]
    if not own:
        return not held.texts and _GOES_ON.match(seen.texts[0].text) is not None
    last = own[0] if held.row.below else own[-1]
    return _GOES_ON.match(seen.texts[0].text) is not None or _OPEN.search(last.text) is not None


def _is_hospital_code_of(seen: _Seen, held: _Seen) -> bool:
    """True for a row with the hospital code of the row above it and nothing else."""
    if not seen.kinds <= {Kind.CODE, Kind.DASH} or len(seen.codes) != 1 or len(held.codes) != 1:
        return False
    own, above = seen.codes[0], held.codes[0]
    if not (is_code(own) and is_code(above)) or any(token.words for token in seen.tokens):
        return False
    return Code(above).setting is Setting.AMBULATORY and Code(above).twin == Code(own)


def _elsewhere(seen: _Seen) -> list[Cell]:
    """The filled cells of a row, with the row and line on which they stand."""
    return [replace(t.cell, row=seen.row.number, line=seen.row.line) for t in seen.tokens if t.kind is not Kind.BLANK]


def _with_below(held: _Seen, seen: _Seen) -> _Seen:
    return _with_cells(held, _elsewhere(seen))


def _with_cells(held: _Seen, cells: Sequence[Cell]) -> _Seen:
    """The row with cells of other rows that belong to it."""
    return replace(held, row=replace(held.row, below=(*held.row.below, *cells))) if cells else held

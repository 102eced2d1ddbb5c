"""From a table and its header to lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bareme.circulars.amounts import Context, Draft, amounts_of, blank_amounts, figure_below, two_regimes
from bareme.circulars.columns import (
    is_coefficient,
    of_terms,
    row_shift,
    table_fits,
    usual_code_cell,
)
from bareme.circulars.conditions import conditions_of
from bareme.circulars.documents.blocks import Row, Table
from bareme.circulars.header import Header
from bareme.circulars.layout import RowLayout, TableLayout
from bareme.circulars.model import Footnote, Line, Term
from bareme.circulars.rows import Kind, Token, Tokens, read_terms, tokens_of, valid_codes
from bareme.circulars.sources import Source
from bareme.circulars.vocabulary import Vocabulary
from bareme.nomenclature.codes import Code, is_code
from bareme.nomenclature.situations import Setting

_TRAILING_MARK = re.compile(r"^(?P<label>.*\S)\s+(?P<mark>\(\*+\)|\*+|\(\d{1,2}\)|\d{1,2})$")
_DAMAGED_CODE = re.compile(r"[^\s\d]*(?:\d[^\s\d]*){5,}\Z")
_NO_CODE = (Kind.BLANK, Kind.DASH, Kind.MARK)
_SORTS = {Kind.NUMBER: Kind.TERM}
_TWO_NUMBERS = re.compile(r"(?<!\S)\d{1,2} \d{1,2}$")
_GOES_ON = re.compile(r"[a-zà-ÿ(,;]")
_OPEN_END = re.compile(r"[-–—/:;,]$")


@dataclass(frozen=True, slots=True)
class _Usual:
    """What the rows of a table have in common: by how much they are shifted, how many cells they have, what is in them.

    `holds` and `code_cells` are of cells as in a row that is not shifted; `code_cells` are those with any code.
    """

    shift: int
    cells: int
    holds: Mapping[int, Kind]
    code_cells: frozenset[int]


def read_table(
    table: Table, rows: Sequence[Row], header: Header | None, source: Source, context: Context, words: Vocabulary
) -> tuple[list[Line], TableLayout]:
    """The lines of a table's rows (those below its header), and how the table was laid out."""
    drafts = [Draft(row, tokens_of(row, words), _row_source(source, n, row)) for n, row in enumerate(rows, start=1)]
    tokens = [d.tokens for d in drafts]
    offset = 0
    if header:
        fits = table_fits(header, tokens)
        offset, code_at = fits[0].shift, usual_code_cell(tokens, fits)
        for draft, usual_fit in zip(drafts, fits, strict=True):
            draft.shift = row_shift(header, draft.tokens, usual_fit, code_at)
    usual = _Usual(offset, _usual_width(drafts, header), _what_columns_hold(drafts), _code_cells(drafts))
    lines, layouts = [], []
    for draft in drafts:
        line, layout = _line(draft, header, context, usual)
        lines.append(line)
        layouts.append(layout)
    _doubt_continued(lines, layouts, words)
    used = {footnote.mark for line in lines for footnote in line.footnotes}
    unused = tuple((mark, note) for mark, note in context.footnotes.items() if mark not in used)
    columns = tuple(column.name for column in header.columns) if header else ()
    names = header.names_settings if header else False
    header_table, title = (header.table, header.fee_title) if header else (None, "")
    rows_seen = tuple(layouts)
    seen = TableLayout(
        source, header_table, offset, columns, title, names, rows_seen, unused, context.place, context.days
    )
    return lines, seen


def _doubt_continued(lines: Sequence[Line], layouts: list[RowLayout], words: Vocabulary) -> None:
    """Doubt a row and those below it that go on with it: figures without a code, and without a label of their own.

    What their words mean for the row above is not known: its amounts may be those of the other patients.
    """
    above: int | None = None
    labelled = any(line.label for line in lines)
    for index, (line, layout) in enumerate(zip(lines, layouts, strict=True)):
        if line.codes or layout.wrong_codes:
            above = index
            continue
        label = line.label or ""
        goes_on = bool(labelled and not label) or _GOES_ON.match(label) is not None
        goes_on = goes_on or conditions_of([label], words).says_something
        if above is not None and goes_on and (line.fee or any(a.intervention or a.patient_share for a in line.amounts)):
            for doubted in (above, index):
                unclear = layouts[doubted].condition_unclear or label or "a row without code and label"
                layouts[doubted] = replace(layouts[doubted], condition_unclear=unclear)


def _usual_width(drafts: Sequence[Draft], header: Header | None) -> int:
    """How many cells the rows of a table have: as most rows; as the header where rows disagree evenly or are alone."""
    counts = Counter(len(d.tokens) for d in drafts)
    often = [width for width, count in counts.items() if count == max(counts.values())]
    if header is not None and len(drafts) == 1:
        return max(header.width, *often)
    return header.width if header is not None and header.width in often else max(often)


def _what_columns_hold(drafts: Sequence[Draft]) -> Mapping[int, Kind]:
    """What more than half of the rows hold in a cell (as in a row that is not shifted): code, term, text, amount..."""
    counts = Counter((t.cell.index - d.shift, _SORTS.get(t.kind, t.kind)) for d in drafts for t in d.tokens)
    return {place: kind for (place, kind), count in counts.items() if 2 * count > len(drafts)}


def _code_cells(drafts: Sequence[Draft]) -> frozenset[int]:
    """The cells (as in a row that is not shifted) in which some row has a code."""
    return frozenset(t.cell.index - d.shift for d in drafts for t in valid_codes(d.tokens))


def _blank_codes(draft: Draft, code_cells: Collection[int]) -> tuple[Source, ...]:
    """The row's blank cells where other rows have a code; a dash says that there is none."""
    blank = [t for t in draft.tokens if t.kind is Kind.BLANK and t.cell.index - draft.shift in code_cells]
    return tuple(draft.source.at(*t.cell.spot) for t in blank)


def _row_source(table: Source, number: int, row: Row) -> Source:
    return Source(table.document, table.name, table.table, row.number or number, None, row.line, row.raw, row.place)


def _line(draft: Draft, header: Header | None, context: Context, usual: _Usual) -> tuple[Line, RowLayout]:
    figures = {column: figure_below(draft, column) for column in header.columns} if header else {}
    first = min((c.position for c in header.columns), default=0) + draft.shift if header else len(draft.tokens) + 1
    claimed = {c.position + draft.shift for c in figures}
    codes, wrong = _codes(draft, claimed, usual.holds)
    spoilt = claimed | {source.cell for source in wrong}
    left = [t for t in draft.tokens if t.cell.index not in (claimed if t.code else spoilt)]
    left = [_as_label(t) if usual.holds.get(t.cell.index - draft.shift) is Kind.TEXT else t for t in left]
    spelt = of_terms(header, Tokens(left, draft.tokens.below), draft.shift) if header else []
    terms, unclear = _terms(draft, spelt, usual.holds) if header else ((), None)
    label, marks, label_mark = _label(draft, left, context)
    fee = next((figure for column, figure in figures.items() if column.quantity == "fee"), None)
    line = Line(
        ambulatory_code=codes.get(Setting.AMBULATORY),
        hospital_code=codes.get(Setting.HOSPITAL),
        terms=terms,
        fee=fee,
        amounts=amounts_of(draft, figures, fee, marks, context),
        label=label,
        section=context.section,
        convention=context.convention,
        footnotes=tuple(Footnote(m, _note(context, m)) for m in marks),
        source=draft.source,
        cells=_cells(draft, terms),
        not_published=("fee",) if "fee" in (*draft.cut, *draft.absent) else (),
    )
    return line, RowLayout(
        source=draft.source,
        code=line.code,
        cells=len(draft.tokens),
        usual_cells=usual.cells,
        shift=draft.shift - usual.shift,
        cut=tuple(draft.cut),
        wrong_codes=tuple(wrong),
        unreadable=tuple(draft.unreadable),
        leftover=tuple(_leftover(draft, left, first, header.terms)) if header else (),
        terms_unclear=unclear,
        label_mark=label_mark,
        form=" ".join(t.kind.value + "=" * ("=" in t.words) for t in left if t.cell.index < first),
        blank_hospital_cell=_blank_hospital(draft, codes, header),
        headless=header is None,
        columns_unclear=header.unclear if header else (),
        condition_unclear=context.unclear or two_regimes(line.amounts, context),
        blank_codes=_blank_codes(draft, usual.code_cells) if codes else (),
        blank_amounts=blank_amounts(draft, figures, line.amounts, codes),
        code_alone=len(codes) == 1 and _is_alone(draft.tokens),
    )


def _is_alone(tokens: Tokens) -> bool:
    """True where one cell is filled, with a code alone."""
    filled = [t for t in (*tokens, *tokens.below) if t.kind is not Kind.BLANK]
    return len(filled) == 1 and not (filled[0].words or filled[0].mark)


def _note(context: Context, mark: str) -> str | None:
    source = context.footnotes.get(mark)
    return None if source is None else source.text


def _terms(draft: Draft, left: Sequence[Token], holds: Mapping[int, Kind]) -> tuple[tuple[Term, ...], str | None]:
    """The terms of the cells left of the fee, and what is unclear; a word where the table holds terms is not one."""
    terms, unclear = read_terms([t for t in left if t.kind is not Kind.TEXT], draft.source)
    words = [t for t in left if t.kind is Kind.TEXT and holds.get(t.cell.index - draft.shift) is Kind.TERM]
    return terms, unclear or (f"{words[0].cell.text!r} is neither" if words else None)


def _is_damaged(token: Token, held: Kind | None) -> bool:
    """True for what should be a code and is none."""
    if held is Kind.CODE:
        return token.kind not in _NO_CODE
    return token.kind is Kind.TEXT and _DAMAGED_CODE.match(token.cell.text) is not None


def _as_label(token: Token) -> Token:
    """A number or letter among labels is a label."""
    return replace(token, kind=Kind.TEXT, words=()) if token.kind in (Kind.NUMBER, Kind.TERM) else token


def _codes(
    draft: Draft, claimed: Collection[int], holds: Mapping[int, Kind]
) -> tuple[dict[Setting, Code], list[Source]]:
    """The row's codes by setting, which the parity of the stem decides, and the cells that should be codes but are not.

    In a cell in which the table holds codes stands a code, a dash, a mark or nothing. Elsewhere a word with five digits
    or more is a damaged code.
    """
    codes: dict[Setting, Code] = {}
    wrong = []
    for token in (*draft.tokens, *(t for t in draft.tokens.below if t.code)):
        held = holds.get(token.cell.index - draft.shift)
        if held is Kind.CODE and (restored := _with_zeros(token)):
            token = replace(token, kind=Kind.CODE, code=restored, words=())
        if token.code is None and (token.cell.index in claimed or not _is_damaged(token, held)):
            continue
        source = draft.source.at(*token.cell.spot)
        if token.code is None or not is_code(token.code):
            wrong.append(source)
            continue
        code = Code(token.code)
        if code.setting in codes:
            wrong.append(source)
            continue
        codes[code.setting] = code
        draft.cells[f"{code.setting}_code"] = source
        if token.other is not None and (other := Code(token.other)).setting not in codes:
            codes[other.setting] = other
            draft.cells[f"{other.setting}_code"] = source
    return codes, wrong


def _with_zeros(token: Token) -> str | None:
    """The code that a spreadsheet's number stands for, which cannot keep the zeros at its start."""
    number = token.cell.number
    text = f"{number:f}".zfill(6) if number is not None and token.kind is Kind.NUMBER else ""
    return text if text.startswith("0") and is_code(text) else None


def _label(draft: Draft, left: Sequence[Token], context: Context) -> tuple[str | None, list[str], str | None]:
    """The label without its footnote mark, the marks of the row, and the mark that was read off the label's end.

    A number at the end of a label is a mark when a footnote with that number stands under the table and the label does
    not need it: `- 1 1` is provider 1, footnote 1; `- 2` is provider 2. Without that footnote the second number of
    `- 1 1` is a mark whose note is missing; the label stays as printed.
    """
    below = draft.tokens.below
    texts = [t for t in (*left, *below) if t.kind is Kind.TEXT]
    marks = [t.cell.text for t in (*left, *below) if t.kind is Kind.MARK]
    marks += [*draft.marks, *(t.mark for t in (*left, *below) if t.mark and t.kind is Kind.CODE)]
    for token in texts:
        draft.cells.setdefault("label", draft.source.at(*token.cell.spot))
    label = " ".join(t.cell.text for t in texts) or None
    found = _TRAILING_MARK.match(label or "")
    if found is None:
        return label, marks, None
    mark, rest = found["mark"], found["label"]
    if not mark.isdigit():
        return rest, [*marks, mark], None
    if mark in context.footnotes and not _OPEN_END.search(rest):
        return rest, [*marks, mark], mark
    if mark not in context.footnotes and _TWO_NUMBERS.search(label or ""):
        return label, [*marks, mark], None
    return label, marks, None


def _cells(draft: Draft, terms: Sequence[Term]) -> dict[str, Source]:
    """The cell of each figure and name of the line."""
    for number, term in enumerate(terms):
        for name, figure in (("value", term.value), ("coefficient", term.coefficient)):
            if figure is not None:
                draft.cells[f"terms.{number}.{name}"] = figure.source
    return dict(draft.cells)


def _leftover(draft: Draft, left: Sequence[Token], first: int, named: Collection[int]) -> list[Source]:
    """Cells that hold something which found no use: figures right of the fee, amounts left of it that are no factor."""
    spare = [t for t in left if t.cell.index >= first and t.kind in (Kind.AMOUNT, Kind.NUMBER, Kind.TERM)]
    spare = [t for t in spare if t.cell.index - draft.shift not in named]
    spare += [t for t in left if t.cell.index < first and t.kind is Kind.AMOUNT and not is_coefficient(t, draft.tokens)]
    return [draft.source.at(*t.cell.spot) for t in spare]


def _blank_hospital(draft: Draft, codes: Mapping[Setting, Code], header: Header | None) -> bool:
    """True when the header names both settings and the hospital cell is there and empty."""
    if header is None or not header.names_settings or Setting.HOSPITAL in codes:
        return False
    own = [t.cell.index for t in valid_codes(draft.tokens)]
    return bool(own) and own[0] < len(draft.tokens) and draft.tokens[own[0]].kind is Kind.BLANK

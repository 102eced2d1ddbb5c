"""From a table and its header to lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bareme.circulars.columns import cell_of, is_coefficient, row_shift, table_fits, usual_code_cell
from bareme.circulars.documents.blocks import Row, Table
from bareme.circulars.header import Column, Header
from bareme.circulars.layout import RowLayout, TableLayout
from bareme.circulars.model import Amount, Footnote, Line, Section, Term
from bareme.circulars.rows import Kind, Token, read_terms, tokens_of, valid_codes
from bareme.circulars.sources import Figure, Source, difference
from bareme.nomenclature.codes import Code, is_code
from bareme.nomenclature.situations import Basis, InterventionKind, Regime, Setting

_TRAILING_MARK = re.compile(r"^(?P<label>.*\S)\s+(?P<mark>\(\*+\)|\*+|\(\d{1,2}\)|\d{1,2})$")
_DAMAGED_CODE = re.compile(r"[^\s\d]*(?:\d[^\s\d]*){5,}\Z")
_NO_CODE = (Kind.BLANK, Kind.DASH, Kind.MARK)
_SORTS = {Kind.NUMBER: Kind.TERM}
_TWO_NUMBERS = re.compile(r"(?<!\S)\d{1,2} \d{1,2}$")
_OPEN_END = re.compile(r"[-–—/:;,]$")


@dataclass(frozen=True, slots=True)
class Context:
    """What the document says around a table: where it stands and what holds for all its lines."""

    section: Section | None
    convention: str | None
    basis: Basis
    age_from: int | None
    age_to: int | None
    footnotes: Mapping[str, Source]
    theoretical_marks: frozenset[str] = frozenset()
    unit_marks: frozenset[str] = frozenset()
    place: str = ""
    regime: Regime | None = None
    unclear: str | None = None
    days: tuple[tuple[date, Source], ...] = ()


@dataclass(frozen=True, slots=True)
class _Usual:
    """What the rows of a table have in common: by how much they are shifted, how many cells they have, what is in them.

    `holds` and `code_cells` are of cells as in a row that is not shifted; `code_cells` are those with any code.
    """

    shift: int
    cells: int
    holds: Mapping[int, Kind]
    code_cells: frozenset[int]


@dataclass(slots=True)
class _Draft:
    """A row while it is read."""

    row: Row
    tokens: tuple[Token, ...]
    source: Source
    shift: int = 0
    cells: dict[str, Source] = field(default_factory=dict)
    unreadable: list[tuple[str, Source]] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    blank: list[tuple[Column, Source]] = field(default_factory=list)


def read_table(
    table: Table, rows: Sequence[Row], header: Header | None, source: Source, context: Context
) -> tuple[list[Line], TableLayout]:
    """The lines of a table's rows (those below its header), and how the table was laid out."""
    drafts = [_Draft(row, tokens_of(row), _row_source(source, n, row)) for n, row in enumerate(rows, start=1)]
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


def _usual_width(drafts: Sequence[_Draft], header: Header | None) -> int:
    """How many cells the rows of a table have: as most rows; as the header where rows disagree evenly or are alone."""
    counts = Counter(len(d.tokens) for d in drafts)
    often = [width for width, count in counts.items() if count == max(counts.values())]
    if header is not None and len(drafts) == 1:
        return max(header.width, *often)
    return header.width if header is not None and header.width in often else max(often)


def _what_columns_hold(drafts: Sequence[_Draft]) -> Mapping[int, Kind]:
    """What more than half of the rows hold in a cell (as in a row that is not shifted): code, term, text, amount..."""
    counts = Counter((t.cell.index - d.shift, _SORTS.get(t.kind, t.kind)) for d in drafts for t in d.tokens)
    return {place: kind for (place, kind), count in counts.items() if 2 * count > len(drafts)}


def _code_cells(drafts: Sequence[_Draft]) -> frozenset[int]:
    """The cells (as in a row that is not shifted) in which some row has a code."""
    return frozenset(t.cell.index - d.shift for d in drafts for t in valid_codes(d.tokens))


def _blank_codes(draft: _Draft, code_cells: Collection[int]) -> tuple[Source, ...]:
    """The row's blank cells where other rows have a code; a dash says that there is none."""
    blank = [t for t in draft.tokens if t.kind is Kind.BLANK and t.cell.index - draft.shift in code_cells]
    return tuple(draft.source.at(*t.cell.spot) for t in blank)


def _row_source(table: Source, number: int, row: Row) -> Source:
    return Source(table.document, table.name, table.table, row.number or number, None, row.line, row.raw, row.place)


def _line(draft: _Draft, header: Header | None, context: Context, usual: _Usual) -> tuple[Line, RowLayout]:
    figures = {column: _figure(draft, column) for column in header.columns} if header else {}
    first = min((c.position for c in header.columns), default=0) + draft.shift if header else len(draft.tokens) + 1
    claimed = {c.position + draft.shift for c in figures}
    codes, wrong = _codes(draft, claimed, usual.holds)
    spoilt = claimed | {source.cell for source in wrong}
    left = [t for t in draft.tokens if t.cell.index not in (claimed if t.code else spoilt)]
    left = [_as_label(t) if usual.holds.get(t.cell.index - draft.shift) is Kind.TEXT else t for t in left]
    terms, unclear = _terms(draft, [t for t in left if t.cell.index < first], usual.holds) if header else ((), None)
    label, marks, label_mark = _label(draft, left, context)
    fee = next((figure for column, figure in figures.items() if column.quantity == "fee"), None)
    line = Line(
        ambulatory_code=codes.get(Setting.AMBULATORY),
        hospital_code=codes.get(Setting.HOSPITAL),
        terms=terms,
        fee=fee,
        amounts=_amounts(draft, figures, fee, marks, context),
        label=label,
        section=context.section,
        convention=context.convention,
        footnotes=tuple(Footnote(m, _note(context, m)) for m in marks),
        source=draft.source,
        cells=_cells(draft, terms),
        not_published=("fee",) if "fee" in draft.cut else (),
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
        leftover=tuple(_leftover(draft, left, first)) if header else (),
        terms_unclear=unclear,
        label_mark=label_mark,
        form=" ".join(t.kind.value + "=" * ("=" in t.words) for t in left if t.cell.index < first),
        blank_hospital_cell=_blank_hospital(draft, codes, header),
        headless=header is None,
        columns_unclear=header.unclear if header else (),
        condition_unclear=context.unclear or _two_regimes(line.amounts, context),
        blank_codes=_blank_codes(draft, usual.code_cells) if codes else (),
        blank_amounts=_blank_amounts(draft, figures, line.amounts),
    )


def _note(context: Context, mark: str) -> str | None:
    source = context.footnotes.get(mark)
    return None if source is None else source.text


def _figure(draft: _Draft, column: Column) -> Figure | None:
    """The figure in a column's cell; what is cut or cannot be read is noted in the draft."""
    token = cell_of(column, draft.tokens, draft.shift)
    if token is None:
        draft.cut.append(column.name)
        return None
    source = draft.source.at(*token.cell.spot)
    if token.kind is Kind.BLANK:
        draft.blank.append((column, source))
    if token.kind in (Kind.BLANK, Kind.DASH):
        return None
    if token.amount is None:
        draft.unreadable.append((column.name, source))
        return None
    return Figure(token.amount, source)


def _terms(draft: _Draft, left: Sequence[Token], holds: Mapping[int, Kind]) -> tuple[tuple[Term, ...], str | None]:
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
    draft: _Draft, claimed: Collection[int], holds: Mapping[int, Kind]
) -> tuple[dict[Setting, Code], list[Source]]:
    """The row's codes by setting, which the parity of the stem decides, and the cells that should be codes but are not.

    In a cell in which the table holds codes stands a code, a dash, a mark or nothing. Elsewhere a word with five digits
    or more is a damaged code.
    """
    codes: dict[Setting, Code] = {}
    wrong = []
    for token in draft.tokens:
        held = holds.get(token.cell.index - draft.shift)
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
    return codes, wrong


def _label(draft: _Draft, left: Sequence[Token], context: Context) -> tuple[str | None, list[str], str | None]:
    """The label without its footnote mark, the marks of the row, and the mark that was read off the label's end.

    A number at the end of a label is a mark when a footnote with that number stands under the table and the label does
    not need it: `- 1 1` is provider 1, footnote 1; `- 2` is provider 2. Without that footnote the second number of
    `- 1 1` is a mark whose note is missing; the label stays as printed.
    """
    texts = [t for t in left if t.kind is Kind.TEXT]
    marks = [t.cell.text for t in left if t.kind is Kind.MARK]
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


def _amounts(
    draft: _Draft, figures: Mapping[Column, Figure | None], fee: Figure | None, marks: Sequence[str], context: Context
) -> tuple[Amount, ...]:
    """One amount for each situation that the header names; at least one, so that a fee alone keeps its basis."""
    situations = list(dict.fromkeys((c.setting, c.regime) for c in figures if c.quantity != "fee")) or [(None, None)]
    basis = Basis.UNIT if context.unit_marks.intersection(marks) else context.basis
    theoretical = bool(context.theoretical_marks.intersection(marks))
    amounts = []
    for number, (setting, regime) in enumerate(situations):
        here = {c.quantity: (c, f) for c, f in figures.items() if (c.setting, c.regime) == (setting, regime)}
        _, intervention = here.get("intervention", (None, None))
        _, share = here.get("patient_share", (None, None))
        cut = [q for q in ("intervention", "patient_share") if q in here and here[q][0].name in draft.cut]
        if basis is not Basis.SESSION and fee is not None:
            intervention, share = _derived(fee, intervention, share, _may_follow(draft, here))
        for quantity, figure in (("intervention", intervention), ("patient_share", share)):
            if figure is not None and not figure.is_derived:
                draft.cells[f"amounts.{number}.{quantity}"] = figure.source
        kind = InterventionKind.THEORETICAL if theoretical else InterventionKind.ACTUAL
        amounts.append(
            Amount(
                setting=setting,
                regime=regime or context.regime,
                age_from=context.age_from,
                age_to=context.age_to,
                intervention=intervention,
                patient_share=share,
                basis=basis,
                intervention_kind=None if intervention is None else kind,
                not_published=("intervention", "patient_share") if cut else (),
            )
        )
    if fee is not None:
        draft.cells["fee"] = fee.source
    return tuple(amounts)


def _may_follow(draft: _Draft, here: Mapping[str, tuple[Column, Figure | None]]) -> tuple[str, ...]:
    """The quantities that the row does not print: without a column, or with a blank cell in it."""
    blank = [column for column, _ in draft.blank]
    return tuple(q for q in ("intervention", "patient_share") if q not in here or here[q][0] in blank)


def _derived(
    fee: Figure, intervention: Figure | None, share: Figure | None, missing: Collection[str]
) -> tuple[Figure | None, Figure | None]:
    """Intervention and patient share; the one that is not printed is the fee minus the other."""
    if "patient_share" in missing and intervention is not None and intervention.amount <= fee.amount:
        return intervention, difference(fee, intervention)
    if "intervention" in missing and share is not None and share.amount <= fee.amount:
        return difference(fee, share), share
    return intervention, share


def _blank_amounts(
    draft: _Draft, figures: Mapping[Column, Figure | None], amounts: Sequence[Amount]
) -> tuple[tuple[str, Source, bool], ...]:
    """The blank cells of a row that prints other interventions or patient shares, and which of them were computed."""
    if not draft.blank or not any(figure for column, figure in figures.items() if column.quantity != "fee"):
        return ()
    situations = dict.fromkeys((c.setting, c.regime) for c in figures if c.quantity != "fee")
    derived = dict(zip(situations, (amount.derived for amount in amounts), strict=True))
    return tuple((c.name, source, c.quantity in derived.get((c.setting, c.regime), ())) for c, source in draft.blank)


def _two_regimes(amounts: Sequence[Amount], context: Context) -> str | None:
    """Why the section's regime cannot hold: a column names the other one."""
    others = {a.regime for a in amounts} - {context.regime}
    return None if context.regime is None or not others else f"{context.regime} patients, of which a column says more"


def _cells(draft: _Draft, terms: Sequence[Term]) -> dict[str, Source]:
    """The cell of each figure and name of the line."""
    for number, term in enumerate(terms):
        for name, figure in (("value", term.value), ("coefficient", term.coefficient)):
            if figure is not None:
                draft.cells[f"terms.{number}.{name}"] = figure.source
    return dict(draft.cells)


def _leftover(draft: _Draft, left: Sequence[Token], first: int) -> list[Source]:
    """Cells that hold something which found no use: figures right of the fee, amounts left of it that are no factor."""
    spare = [t for t in left if t.cell.index >= first and t.kind in (Kind.AMOUNT, Kind.NUMBER, Kind.TERM)]
    spare += [t for t in left if t.cell.index < first and t.kind is Kind.AMOUNT and not is_coefficient(t, draft.tokens)]
    return [draft.source.at(*t.cell.spot) for t in spare]


def _blank_hospital(draft: _Draft, codes: Mapping[Setting, Code], header: Header | None) -> bool:
    """True when the header names both settings and the hospital cell is there and empty."""
    if header is None or not header.names_settings or Setting.HOSPITAL in codes:
        return False
    own = [t.cell.index for t in valid_codes(draft.tokens)]
    return bool(own) and own[0] < len(draft.tokens) and draft.tokens[own[0]].kind is Kind.BLANK

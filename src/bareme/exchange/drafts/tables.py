"""A group of lines as a table: its columns, the cells of its rows, the footnotes below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bareme.circulars.model import Amount, Line, Term
from bareme.circulars.sources import Figure
from bareme.exchange.drafts.draft import Cell, Column, Grid, Sort, Text
from bareme.exchange.drafts.groups import Group, Situation, amount_in, is_theoretical, would_be_derived
from bareme.exchange.drafts.words import Words
from bareme.money import printed
from bareme.nomenclature.codes import Code
from bareme.nomenclature.situations import Basis

DASH = "-"
_BLANK = {sort: Cell("", sort) for sort in Sort}


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns that a table has beside those of codes and fee."""

    labels: bool
    marks: int
    terms: int
    quantities: tuple[tuple[str, Situation], ...]


def table_of(group: Group, is_unit_by_note: bool, words: Words) -> tuple[Grid, list[Text]]:
    """The table of a group and its footnotes; `is_unit_by_note` where a footnote must say what one fee pays for."""
    marks, notes = _marks(group.lines, is_unit_by_note, words)
    layout = _Layout(
        labels=any(line.label for line in group.lines),
        marks=max(map(len, marks)),
        terms=max(len(line.terms) for line in group.lines),
        quantities=tuple(_quantities(group)),
    )
    rows = tuple(tuple(_row(line, own, layout, words)) for line, own in zip(group.lines, marks, strict=True))
    return Grid(tuple(_columns(layout, words)), rows), notes


def one_line(text: str) -> str:
    """The text without line breaks and tabs."""
    return " ".join(text.split())


def _quantities(group: Group) -> Iterator[tuple[str, Situation]]:
    shape = group.shape
    for quantity, wanted in (("intervention", shape.interventions), ("patient_share", shape.shares)):
        if wanted:
            yield from ((quantity, situation) for situation in shape.situations)


def _marks(lines: Sequence[Line], by_note: bool, words: Words) -> tuple[list[list[str]], list[Text]]:
    """The marks of each line, numbered in the order of their first use, and what they say."""
    said: dict[str, str] = {}
    marks: list[list[str]] = []
    for line in lines:
        names = ["theoretical"] * is_theoretical(line) + ["unit"] * by_note
        # A mark of the circular whose note says something else; ours say what decides amounts.
        names += ["other"] * bool(line.footnotes and not names)
        marks.append([said.setdefault(name, f"({len(said) + 1})") for name in names])
    return marks, [Text(f"{mark} {words.say(f'notes.{name}')}", note=True) for name, mark in said.items()]


def _columns(layout: _Layout, words: Words) -> Iterator[Column]:
    if layout.labels:
        yield Column(words.say("columns.label"), "", Sort.LABEL)
    for name in ("ambulatory_code", "hospital_code"):
        yield Column(words.say("columns.code"), words.say(f"columns.{name}"), Sort.CODE)
    for _ in range(layout.terms):
        for name, sort in (("letter", Sort.LETTER), ("value", Sort.VALUE), ("coefficient", Sort.COEFFICIENT)):
            yield Column(words.say(f"columns.{name}"), "", sort)
    yield from (Column(words.say("columns.note"), "", Sort.NOTE) for _ in range(layout.marks))
    yield Column(words.say("columns.fee"), "", Sort.AMOUNT)
    for quantity, situation in layout.quantities:
        group = words.say(f"columns.{quantity}")
        if situation.setting is not None:
            group += f" {words.say(f'columns.{situation.setting}')}"
        yield Column(group, _situation_words(situation, words), Sort.AMOUNT)


def _situation_words(situation: Situation, words: Words) -> str:
    """The patients, then the facts."""
    parts = [] if situation.regime is None else [words.say(f"columns.{situation.regime}")]
    first, end = situation.ages or (None, None)
    parts += [] if first is None else [words.say("facts.age_from", years=first)]
    parts += [] if end is None else [words.say("facts.age_to", years=end)]
    for name, value in situation.facts:
        key = f"facts.{name}_{value}"
        parts.append(words.say(key) if words.has(key) else f"{name}: {value}")
    return ", ".join(parts)


def _row(line: Line, marks: Sequence[str], layout: _Layout, words: Words) -> Iterator[Cell]:
    if layout.labels:
        yield Cell(one_line(line.label or ""), Sort.LABEL)
    yield _code(line.ambulatory_code)
    yield _code(line.hospital_code)
    for number in range(layout.terms):
        yield from _term(line.terms[number] if number < len(line.terms) else None, number)
    yield from (Cell(mark, Sort.NOTE) for mark in marks)
    yield from [_BLANK[Sort.NOTE]] * (layout.marks - len(marks))
    gives_some = any(_given(amount_in(line, s), quantity) for quantity, s in layout.quantities)
    if "fee" in line.not_published:
        yield Cell(words.say("columns.not_published"), Sort.AMOUNT)
    else:
        yield _amount(line.fee, gives_some)
    for quantity, situation in layout.quantities:
        yield _quantity(line, amount_in(line, situation), quantity, gives_some, words)


def _code(code: Code | None) -> Cell:
    return Cell(DASH, Sort.CODE) if code is None else Cell(code.digits, Sort.CODE, Decimal(code.digits))


def _term(term: Term | None, number: int) -> Iterator[Cell]:
    """Letter, letter value, coefficient; a plus where a further term has no letter.

    The value comes first, as in the circulars: a coefficient with two decimals, without a letter, is told from an
    amount by what stands before it.
    """
    if term is None:
        yield from (_BLANK[sort] for sort in (Sort.LETTER, Sort.VALUE, Sort.COEFFICIENT))
        return
    yield Cell(term.letter or ("+" if number else ""), Sort.LETTER)
    for figure, sort in ((term.value, Sort.VALUE), (term.coefficient, Sort.COEFFICIENT)):
        # No thousands dot in a coefficient: "1.500" and "1500" are the same, and the second is what is usual.
        yield _BLANK[sort] if figure is None else Cell(f"{figure.amount:f}".replace(".", ","), sort, figure.amount)


def _given(amount: Amount | None, quantity: str) -> Figure | None:
    """The figure that is printed; None for a computed one."""
    figure = None if amount is None else amount.intervention if quantity == "intervention" else amount.patient_share
    return None if figure is None or figure.is_derived else figure


def _quantity(line: Line, amount: Amount | None, quantity: str, gives_some: bool, words: Words) -> Cell:
    """A figure, the words for one that is not published, a dash or nothing for one that the document does not give."""
    figure = _given(amount, quantity)
    if figure is not None or amount is None:
        return _amount(figure, gives_some)
    if quantity in amount.not_published:
        return Cell(words.say("columns.not_published"), Sort.AMOUNT)
    is_derived = quantity in amount.derived
    must_not_be = not is_derived and would_be_derived(line, amount, quantity)
    return _amount(None, must_not_be or (gives_some and not is_derived and amount.basis is not Basis.SESSION))


def _amount(figure: Figure | None, dash: bool) -> Cell:
    if figure is None:
        return Cell(DASH, Sort.AMOUNT) if dash else _BLANK[Sort.AMOUNT]
    return Cell(printed(figure.amount), Sort.AMOUNT, figure.amount)

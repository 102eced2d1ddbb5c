"""Rows of the views that tell what circulars say, each a tuple in the order of the declared columns.

Amounts, letter values and coefficients are exact decimals; a line is named by circular and place, from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bareme.book.timeline import Publication
from bareme.circulars.model import Line
from bareme.circulars.sources import Figure, Source
from bareme.nomenclature.facts import declared_facts
from bareme.periods import as_moment

Row = tuple[Any, ...]


def circulars(publications: Sequence[Publication]) -> Iterator[Row]:
    """The rows of `circulars`."""
    for publication in publications:
        circular, entry, document = publication.reading.circular, publication.entry, publication.reading.document
        yield (
            publication.number,
            publication.series,
            circular.kind,
            circular.language,
            circular.title,
            circular.reference,
            circular.issued_on,
            publication.effective,
            entry.known,
            as_moment(entry.recorded_at),
            entry.author,
            len(publication.reading.lines),
            any(note.kind == "reservation" for note in circular.notes),
            document.sha256,
            document.name,
            entry.seq,
            entry.hash,
        )


def _every_line(publications: Sequence[Publication]) -> Iterator[tuple[Publication, Line, tuple[str, int, str | None]]]:
    """Each line with its publication and the three columns that name it: circular, line, line_id."""
    for publication in publications:
        for number, line in enumerate(publication.reading.lines, start=1):
            name = publication.line_id(line, line.codes[0]) if line.codes else None
            yield publication, line, (publication.number, number, name)


def lines(publications: Sequence[Publication]) -> Iterator[Row]:
    """The rows of `lines`."""
    for publication, line, name in _every_line(publications):
        yield (
            *name,
            None if line.ambulatory_code is None else line.ambulatory_code.digits,
            None if line.hospital_code is None else line.hospital_code.digits,
            line.label,
            None if line.section is None else line.section.number,
            None if line.section is None else line.section.title,
            line.convention,
            _number(line.fee),
            joined(line.not_published),
            (line.source.table, line.source.row) in publication.doubtful,
            line.source.document,
            line.source.table,
            line.source.row,
        )


def terms(publications: Sequence[Publication]) -> Iterator[Row]:
    """The rows of `terms`."""
    for _, line, name in _every_line(publications):
        for position, term in enumerate(line.terms, start=1):
            yield (*name, position, term.letter, _number(term.coefficient), _number(term.value))


def amounts(publications: Sequence[Publication]) -> Iterator[Row]:
    """The rows of `amounts`."""
    for _, line, name in _every_line(publications):
        for position, amount in enumerate(line.amounts, start=1):
            yield (
                *name,
                position,
                amount.setting,
                amount.regime,
                amount.age_from,
                amount.age_to,
                facts_in_words(amount.facts),
                _number(amount.intervention),
                _number(amount.patient_share),
                amount.basis,
                amount.intervention_kind,
                joined(amount.derived),
                joined(amount.not_published),
            )


def footnotes(publications: Sequence[Publication]) -> Iterator[Row]:
    """The rows of `footnotes`."""
    for _, line, name in _every_line(publications):
        for position, note in enumerate(line.footnotes, start=1):
            yield (*name, position, note.mark, note.text)


def measures(publications: Sequence[Publication]) -> Iterator[Row]:
    """The rows of `measures`."""
    for publication in publications:
        for position, measure in enumerate(publication.reading.measures, start=1):
            yield (
                publication.number,
                position,
                measure.kind,
                _number(measure.rate),
                _number(measure.amount),
                measure.scope,
                joined("-".join(code.digits for code in pair) for pair in measure.codes),
                measure.named,
                joined(measure.excepted),
                measure.letter,
                _number(measure.coefficient_from),
                _number(measure.coefficient_to),
                _number(measure.already),
                measure.relative_to,
                measure.source.document,
                measure.source.line,
                measure.source.text,
            )


def findings(publications: Sequence[Publication]) -> Iterator[Row]:
    """The rows of `findings`."""
    for publication in publications:
        for position, finding in enumerate(publication.reading.findings, start=1):
            source = finding.source
            yield (
                publication.number,
                position,
                finding.check,
                finding.severity,
                finding.code,
                finding.message,
                source.document,
                source.table,
                source.row,
                source.cell,
                source.line,
                source.text,
            )


def sources(publications: Sequence[Publication]) -> Iterator[Row]:
    """The rows of `sources`: the cells of each line, then the figures that bareme computed from them."""
    for _, line, name in _every_line(publications):
        numbers = _figures(line)
        for cell, source in line.cells.items():
            figure, position = _split(cell)
            yield (*name, figure, position, _number(numbers.get(cell)), False, *_place(source))
        for cell, found in numbers.items():
            if found.is_derived:
                row = line.source
                where = Source(row.document, row.name, row.table, row.row, None, row.line)
                figure, position = _split(cell)
                yield (*name, figure, position, _number(found), True, *_place(where))


def _figures(line: Line) -> Mapping[str, Figure]:
    """The figures of a line by the names that its cells have."""
    named = {"fee": line.fee}
    for number, term in enumerate(line.terms):
        named |= {f"terms.{number}.coefficient": term.coefficient, f"terms.{number}.value": term.value}
    for number, amount in enumerate(line.amounts):
        named[f"amounts.{number}.intervention"] = amount.intervention
        named[f"amounts.{number}.patient_share"] = amount.patient_share
    return {name: figure for name, figure in named.items() if figure is not None}


def _split(cell: str) -> tuple[str, int | None]:
    """The name of a cell as a figure and its position: `amounts.0.intervention` is the first intervention."""
    _, _, rest = cell.partition(".")
    number, _, figure = rest.partition(".")
    return (figure, int(number) + 1) if figure else (cell, None)


def _place(source: Source) -> Row:
    place = source.place
    where = (None,) * 3 if place is None else (place.sheet, place.ref, place.page)
    box = (None,) * 4 if place is None or place.box is None else place.box
    return (source.document, source.name, source.table, source.row, source.cell, source.line, source.text, *where, *box)


def _number(figure: Figure | None) -> Any:
    return None if figure is None else figure.amount


def joined(words: Iterable[str]) -> str | None:
    """Words joined by commas, or None when there are none."""
    return ",".join(words) or None


def facts_in_words(facts: Mapping[str, str]) -> str | None:
    """Facts as `gp_referral=no,trainee=yes`, in the order of their declaration; None when there are none."""
    return joined(f"{name}={facts[name]}" for name in declared_facts() if facts.get(name))

"""Checks of the words: identity, sections, labels, footnotes, measures, scripts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from bareme.audit.alike import most_alike, plain
from bareme.audit.registry import Saying, check, saying
from bareme.circulars.dates import date_of
from bareme.circulars.findings import Severity
from bareme.circulars.heading import OPTIONS, missing_of
from bareme.circulars.layout import RowLayout, TableLayout
from bareme.circulars.model import Line, Reading
from bareme.circulars.reading import Structure
from bareme.circulars.series import PROVISIONAL
from bareme.nomenclature.situations import Basis

_WORD = re.compile(r"[^\W\d_]{2,}")


@check("circular_identity", Severity.ERROR, "document")
def a_circular_says_what_it_is(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A circular gives its number, its date of issue, its effective date and its title."""
    missing = missing_of(reading.circular)
    if missing:
        yield saying(
            structure.document.source(),
            "the document does not say its {missing}. To record it, give {options} to `bareme load`.",
            missing=", ".join(name.replace("_on", " date") for name in missing),
            options=" ".join(OPTIONS[name] for name in missing),
        )


@check("encoding", Severity.NOTE, "document")
def a_text_is_in_utf_8(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A text is in UTF-8, or a page says what it is in; other bytes are read as windows-1252, or refused."""
    for remark in structure.document.remarks:
        if remark.kind == "encoding":
            yield saying(
                structure.document.source(),
                "{where} holds bytes that are not UTF-8; the document was read as windows-1252.",
                where=remark.text,
            )


@check("series_unknown", Severity.ERROR, "document")
def the_title_names_a_known_series(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """The title of the tariff belongs to a declared series; what it replaces is not known otherwise."""
    series = reading.circular.series
    if series is not None and series.startswith(PROVISIONAL):
        yield saying(
            structure.identity.sources.get("title", structure.document.source()),
            "no declared series has the title {title!r}; it is called {series} for now. "
            "Give --series, or declare its pattern in series.toml.",
            title=reading.circular.title or "",
            series=series,
        )


@check("no_tariff", Severity.NOTE, "document")
def a_circular_has_tariffs(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A circular that publishes tariffs has at least one line."""
    if not reading.lines:
        yield saying(structure.document.source(), "the document holds no tariff line.")


@check("effective_date_elsewhere", Severity.NOTE, "document")
def the_effective_date_has_a_line_of_its_own(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """The heading has a line of its own for the effective date."""
    where = structure.identity.effective_from
    if where in ("title", "prose"):
        source = structure.identity.sources["title" if where == "title" else "effective_elsewhere"]
        yield saying(
            source,
            "no line gives the effective date; {day} is taken from the {where}.",
            day=reading.circular.effective_on,
            where=where,
        )


@check("effective_dates_disagree", Severity.WARNING, "document")
def effective_dates_agree(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """The heading's line, the title and the prose give the same effective date."""
    words = structure.words
    of_tables = {source.line for table in reading.tables for _, source in table.days}
    for block in structure.prose:
        if block.line in of_tables and reading.circular.effective_on is not None:
            continue
        for name in ("title", "effective_elsewhere"):
            found = words.search(f"identity.{name}", block.text)
            day = date_of(found["date"], words) if found else None
            if day is not None and day != reading.circular.effective_on:
                yield saying(
                    structure.document.source(block),
                    "{day} stands here; {used} is used as the effective date.",
                    day=day,
                    used=reading.circular.effective_on,
                )


@check("effective_date_of_table", Severity.ERROR, "document", doubts_line=True)
def tables_take_effect_with_their_circular(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A table whose title, or a line below it, gives an effective date takes effect with its circular."""
    effective = reading.circular.effective_on
    for table in reading.tables if effective else ():
        days = dict.fromkeys(day for day, _ in table.days if day != effective)
        for row in table.rows if days else ():
            yield saying(
                row.source,
                "{days} stands above the table, {used} is the effective date of the circular. The line is not used.",
                code=row.code,
                days=" and ".join(str(day) for day in days),
                used=effective,
            )


@check("retroactive", Severity.NOTE, "document")
def a_circular_is_issued_before_it_takes_effect(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A circular is issued on or before the day on which it takes effect."""
    issued, effective = reading.circular.issued_on, reading.circular.effective_on
    if issued is not None and effective is not None and issued > effective:
        yield saying(
            structure.identity.sources.get("number", structure.document.source()),
            "issued on {issued}, it takes effect on {effective}, before that.",
            issued=issued,
            effective=effective,
        )


@check("reservation", Severity.NOTE, "document")
def figures_are_without_reservation(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """Nothing makes the figures depend on a later decision."""
    for note in reading.circular.notes:
        if note.kind == "reservation":
            yield saying(note.source, "the circular rests on a decision that is still to be taken.")


@check("section_numbering", Severity.NOTE, "document")
def sections_are_numbered_in_order(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """The numbers of sections follow one another, on one heading level; where they disagree the number decides."""
    for node in structure.nodes:
        if node.oddity:
            yield saying(
                replace(structure.document.source(), line=node.line, text=node.raw),
                "section {number}: {oddity}. The number decides where it belongs.",
                number=node.number or "",
                oddity=node.oddity,
            )


@check("condition_unclear", Severity.ERROR, "row", doubts_line=True)
def conditions_of_titles_are_understood(row: RowLayout) -> Iterator[Saying]:
    """A title that speaks of an age, a regime or a medical file says for which patients its lines hold."""
    if row.condition_unclear:
        yield saying(
            row.source,
            "for which patients the line holds is not understood: {title!r}. The line is not used.",
            code=row.code,
            title=row.condition_unclear,
        )


@check("foreign_script", Severity.WARNING, "document")
def words_are_in_one_script(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """The letters of a word belong to one script; a Cyrillic letter that looks Latin breaks every search."""
    texts = [(b.text, structure.document.source(b), None) for b in structure.prose]
    texts += [(line.label, line.source, line.code) for line in reading.lines if line.label]  # type: ignore[misc]
    seen: set[str] = set()
    for text, source, code in texts:
        for word in _WORD.findall(text) if not text.isascii() else ():
            odd = [c for c in word if not unicodedata.name(c, "LATIN").startswith("LATIN")]
            if odd and len(odd) < len(word) and word not in seen:
                seen.add(word)
                yield saying(
                    source,
                    "{word!r} holds letters of another script: {letters}. Kept as printed.",
                    code=code,
                    word=word,
                    letters=", ".join(f"{unicodedata.name(c).lower()} (U+{ord(c):04X})" for c in odd),
                )


@check("label_of_sibling", Severity.WARNING, "document")
def lines_of_a_table_have_labels_of_their_own(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """Two lines of a table do not carry the same label; lines with its amounts elsewhere tell which is wrong."""
    first: dict[tuple[int | None, str], Line] = {}
    alike: dict[object, list[Line]] = {}
    for line in reading.lines:
        alike.setdefault(_figures(line), []).append(line)
    for line in reading.lines:
        if not line.label:
            continue
        other = first.setdefault((line.source.table, line.label), line)
        if other is line or other.codes == line.codes:
            continue
        wrong, right = (other, line) if _fits(line, alike) and not _fits(other, alike) else (line, other)
        siblings = _same_amounts(wrong, alike)
        yield saying(
            wrong.cells.get("label", wrong.source),
            "{label!r} is the label of {right} too{siblings}. Kept as printed.",
            code=wrong.code,
            label=wrong.label,
            right=right.code,
            siblings="".join(f"; {s.code}, with the same amounts, says {s.label!r}" for s in islice(siblings, 2)),
        )


def _figures(line: Line) -> tuple[object, ...]:
    """The amounts of a line, for whom they hold."""
    paid = [(a.regime, a.setting, a.age_from, a.age_to, a.intervention and a.intervention.amount) for a in line.amounts]
    return (line.fee and line.fee.amount, *paid)


def _same_amounts(line: Line, alike: Mapping[object, Sequence[Line]]) -> Iterator[Line]:
    """Lines of other tables of the same age group with the same amounts."""
    return (other for other in alike[_figures(line)] if other.source.table != line.source.table)


def _fits(line: Line, alike: Mapping[object, Sequence[Line]]) -> bool:
    """True when a line of another table with the same amounts ends with the same words."""
    return any(_tail(other) == _tail(line) for other in _same_amounts(line, alike))


def _tail(line: Line) -> str:
    return re.split(r"\s[-–]\s", line.label or "", maxsplit=1)[-1]


@check("name_differs", Severity.NOTE, "document")
def prose_and_table_name_acts_alike(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """An act that the prose names in quotation marks has the same name in the table."""
    lines = {line.label: line for line in reading.lines if line.label}
    labels = list(lines)
    names = [plain(label) for label in labels]
    seen: set[str] = set()
    for block in structure.prose:
        for pattern in structure.words.patterns["prose.quoted"]:
            for found in pattern.finditer(block.text):
                for name in found["name"].split(" / "):
                    best = None if name in seen else most_alike(plain(name), names)
                    if best is None or plain(name) == names[best]:
                        continue
                    seen.add(name)
                    yield saying(
                        structure.document.source(block),
                        "the prose says {name!r}, the table {label!r}. The table's label is used.",
                        code=lines[labels[best]].code,
                        name=name,
                        label=labels[best],
                    )


@check("footnote_in_label", Severity.NOTE, "row")
def footnote_marks_are_set_apart(row: RowLayout) -> Iterator[Saying]:
    """A footnote mark is set apart from the label that it follows."""
    if row.label_mark:
        yield saying(
            row.source,
            "the last {mark} of the label is read as the mark of footnote {mark}.",
            code=row.code,
            mark=row.label_mark,
        )


@check("footnote_without_target", Severity.WARNING, "line")
def footnote_marks_have_a_note(line: Line) -> Iterator[Saying]:
    """A footnote mark has a note below its table."""
    for mark in _without_note(line):
        if not _is_session(line):
            yield saying(line.source, "the mark {mark} has no note below the table.", code=line.code, mark=mark)


@check("session_note_missing", Severity.ERROR, "line", doubts_line=True)
def footnotes_of_group_sessions_are_there(line: Line) -> Iterator[Saying]:
    """A footnote mark in a table of group sessions has its note: it may say that an intervention is not paid."""
    for mark in _without_note(line):
        if _is_session(line):
            yield saying(
                line.source,
                "the mark {mark} has no note below the table; it may say that the intervention is theoretical. "
                "The line is not used.",
                code=line.code,
                mark=mark,
            )


def _without_note(line: Line) -> list[str]:
    return [note.mark for note in line.footnotes if note.text is None]


def _is_session(line: Line) -> bool:
    return any(amount.basis is Basis.SESSION for amount in line.amounts)


@check("footnote_without_mark", Severity.WARNING, "table")
def notes_have_a_mark(table: TableLayout) -> Iterator[Saying]:
    """A note below a table is called by a mark in it."""
    for mark, source in table.unused_footnotes:
        yield saying(source, "no line of table {table} carries the mark {mark}.", table=table.number, mark=mark)


@check("measure_not_understood", Severity.WARNING, "document")
def measures_are_understood(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A passage that speaks of a change and gives a figure is a measure of a known kind."""
    for source in structure.announced.not_understood:
        yield saying(
            source, "this passage looks like a measure and is not understood: {text!r}.", text=source.text or ""
        )


@check("measure_code_missing", Severity.WARNING, "document")
def measures_name_codes_of_the_circular(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """The codes of a measure stand in the tables."""
    held = {code for line in reading.lines for code in line.codes}
    for measure in reading.measures:
        for code in (c for pair in measure.codes for c in pair):
            if code not in held and measure.kind != "ended":
                yield saying(measure.source, "the measure names {code}, which no table lists.", code=code.digits)


@check("measure_letter", Severity.WARNING, "document")
def measures_name_the_letter_of_their_lines(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """The key letter that a measure names is the letter of the lines that it changes."""
    for measure in reading.measures:
        codes = {code for pair in measure.codes for code in pair}
        lines = [line for line in reading.lines if codes.intersection(line.codes)]
        letters = sorted({term.letter for line in lines for term in line.terms if term.letter})
        if measure.letter and letters and measure.letter not in letters:
            yield saying(
                measure.source,
                "the measure says {said}, the lines of {codes} have the letter {letters}. "
                "The letter of the table is used.",
                code=lines[0].code,
                said=measure.letter,
                codes=", ".join("-".join(c.digits for c in pair) for pair in measure.codes),
                letters=", ".join(letters),
            )

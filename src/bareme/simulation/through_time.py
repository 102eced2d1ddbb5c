"""Made from a timeline: every figure of a code, or every value of a letter, circular after circular."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bareme.audit.changes import Part
from bareme.audit.compared import Situation
from bareme.book.history import History, TariffPeriod, history_of
from bareme.book.timeline import Tenure, Timeline
from bareme.circulars.model import Amount, Line
from bareme.circulars.sources import Figure
from bareme.errors import InputError
from bareme.nomenclature.codes import Code, InvalidCode, is_code
from bareme.nomenclature.outcomes import Certainty
from bareme.simulation.chronicle import Chronicle, Moment, Strand
from bareme.simulation.index_rates import FIRST_YEAR, LAST_YEAR, rates_of

IN_DOUBT, NOT_PUBLISHED, NONE = "in_doubt", "not_published", "none"
"""Why there is no figure: a finding puts its line in doubt; the row is cut before it; the document gives none."""
_ORDER = (Part.LETTER_VALUE, Part.FEE, Part.INTERVENTION, Part.PATIENT_SHARE)


def chronicle_of(
    asked: str,
    timeline: Timeline,
    book: str,
    start: date | None = None,
    end: date | None = None,
    index: str | Path | None = None,
    base_year: int | None = None,
) -> Chronicle:
    """The history of a code or a key letter between two days, both inclusive; `index` is a file of rates.

    Figures are deflated to `base_year`, by default the year of the first one. `InputError` for a letter that no
    circular prints, and for days in the wrong order.
    """
    if start is not None and end is not None and end < start:
        raise InputError(f"--to {end} is before --from {start}.")
    if not asked.strip():
        raise InputError("Nothing was asked for: give a code, or a key letter.")
    if base_year is not None and not FIRST_YEAR <= base_year <= LAST_YEAR:
        raise InputError(f"--base {base_year} is not a year from {FIRST_YEAR} to {LAST_YEAR}.")
    label, suggestions = None, tuple[str, ...]()
    if asked.isdigit():
        if not is_code(asked):
            raise InvalidCode(asked, timeline.tenures)
        history = history_of(asked, timeline)
        suggestions = history.suggestions
        label = next((line.label for period in history.periods for line in period.lines if line.label), None)
        strands = _of_code(history, timeline)
    else:
        strands = _of_letter(asked, timeline)
    kept = [replace(strand, moments=tuple(_within(strand.moments, start, end))) for strand in strands]
    strands = [strand for strand in kept if strand.moments]
    years = {moment.start.year for strand in strands for moment in strand.moments}
    rates = rates_of(timeline.publications, index)
    base = base_year if base_year is not None else min(years, default=None)
    lacking = rates.lacking({*years, base}) if base is not None else ()
    kind = "code" if asked.isdigit() else "letter"
    return Chronicle(asked, kind, label, base, rates, lacking, tuple(strands), suggestions, book)


def _within(moments: Sequence[Moment], start: date | None, end: date | None) -> Iterator[Moment]:
    """The moments of which a day lies between two days; what holds on after its year is last known from then on."""
    for moment in moments:
        if (start and moment.until and moment.until <= start) or (end and moment.start > end):
            continue
        after = date(moment.start.year + 1, 1, 1)
        if moment.until is None and end is not None and end >= after:
            if start is None or start < after:
                yield replace(moment, until=after)
            yield replace(moment, start=after, certainty=Certainty.LAST_KNOWN)
        else:
            yield moment


def _of_code(history: History, timeline: Timeline) -> list[Strand]:
    """The figures of a code: letter values, fee, interventions and shares, each situation for itself."""
    code = Code(history.code)
    tenures = {tenure.period.start: tenure for tenure in timeline.tenures.get(code.digits, ())}
    found: dict[tuple[object, ...], list[Moment]] = {}
    made: dict[tuple[object, ...], Strand] = {}
    for period in history.periods:
        series = tenures[period.effective_from].publication.series
        seen: set[tuple[object, ...]] = set()
        for line, doubtful in zip(period.lines, period.doubtful, strict=True):
            section = line.section.number or line.section.title if line.section else None
            for strand, figure, why in _figures(line, code, doubtful):
                key = _key(strand)
                if key in seen:
                    strand = replace(strand, section=section)
                    key = _key(strand)
                seen.add(key)
                made.setdefault(key, replace(strand, series=series, codes=(code.digits,)))
                found.setdefault(key, []).append(_moment(period, figure, why))
    strands = [replace(strand, moments=tuple(found[key])) for key, strand in made.items()]
    return sorted(strands, key=lambda strand: _ORDER.index(strand.quantity))


def _key(strand: Strand) -> tuple[object, ...]:
    who = (strand.regime, strand.age_from, strand.age_to, tuple(sorted(strand.facts.items())))
    return strand.quantity, strand.letter, *who, strand.section


def _figures(line: Line, code: Code, doubtful: bool) -> Iterator[tuple[Strand, Figure | None, str | None]]:
    """The figures of a line for a code, each with why there is none."""
    amounts = line.amounts_in(code.setting)
    ages = {(amount.age_from, amount.age_to) for amount in amounts}
    first, last = ages.pop() if len(ages) == 1 else (None, None)
    for term in line.terms:
        strand = Strand(Part.LETTER_VALUE, (), letter=term.letter, age_from=first, age_to=last)
        yield strand, *_told(term.value, doubtful, False)
    cut = "fee" in line.not_published
    yield Strand(Part.FEE, (), age_from=first, age_to=last), *_told(line.fee, doubtful, cut)
    for amount in amounts:
        for part, figure in ((Part.INTERVENTION, amount.intervention), (Part.PATIENT_SHARE, amount.patient_share)):
            yield _of_amount(part, amount), *_told(figure, doubtful, part.value in amount.not_published)


def _of_amount(part: Part, amount: Amount) -> Strand:
    who = Situation.of(amount)
    regime = None if who.regime is None else who.regime.value
    return Strand(part, (), regime=regime, age_from=who.age_from, age_to=who.age_to, facts=who.facts)


def _told(figure: Figure | None, doubtful: bool, cut: bool) -> tuple[Figure | None, str | None]:
    if doubtful:
        return None, IN_DOUBT
    return (figure, None) if figure is not None else (None, NOT_PUBLISHED if cut else NONE)


def _moment(period: TariffPeriod, figure: Figure | None, why: str | None) -> Moment:
    return Moment(
        period.effective_from, period.until, period.circular, period.known_from, Certainty.PUBLISHED, figure, why
    )


def _of_letter(letter: str, timeline: Timeline) -> list[Strand]:
    """The values of a letter: codes whose values are the same in every circular are one strand, most codes first."""
    paths: dict[tuple[object, ...], list[str]] = {}
    first: dict[tuple[object, ...], list[tuple[Tenure, Figure | None, str | None]]] = {}
    letters: set[str] = set()
    for code in sorted(timeline.tenures):
        path = []
        for tenure in timeline.tenures[code]:
            for line in tenure.publication.lines_of[code]:
                letters.update(term.letter for term in line.terms if term.letter)
                doubtful = (line.source.table, line.source.row) in tenure.publication.doubtful
                found = [_told(term.value, doubtful, False) for term in line.terms if term.letter == letter]
                path += [(tenure, *one) for one in dict.fromkeys(found)][:1]
        if path:
            key = tuple((t.period.start, t.publication.number, f and f.amount, why) for t, f, why in path)
            paths.setdefault(key, []).append(code)
            first.setdefault(key, path)
    if not paths:
        held = f"letters are {', '.join(sorted(letters))}" if letters else "it prints none"
        raise InputError(f"{letter} is no code, and no key letter of the book: {held}.")
    strands = [
        Strand(
            Part.LETTER_VALUE,
            tuple(_of_tenure(*one) for one in first[key]),
            letter=letter,
            codes=tuple(codes),
            series=first[key][0][0].publication.series,
        )
        for key, codes in paths.items()
    ]
    return sorted(strands, key=lambda strand: (-len(strand.codes), strand.codes))


def _of_tenure(tenure: Tenure, figure: Figure | None, why: str | None) -> Moment:
    publication, period = tenure.publication, tenure.period
    known = publication.entry.known
    return Moment(period.start, period.end, publication.number, known, Certainty.PUBLISHED, figure, why)

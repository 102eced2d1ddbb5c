"""The price table: a total decision table over codes, days and facts, in integer cents.

For each code the rows cut the days from the first to the last without gap or overlap, and for each of these periods
the values of the facts, "not given" included: for every day and every set of facts there is exactly one row. A period
that spans years stands once for each of them, so that acts find their row by code, year and facts (an equi-join), with
the days of the period and the ages of the band as what remains to be compared. The years are clamped: the first holds
all days before the book, the last all days after it.

Columns: code; year; one column for each choice fact (text, "" = not given); age_from, age_to (years, half-open, the
band -1 to 0 = not given); valid_from, valid_to (days, half-open); outcome; certainty; fee, intervention, patient_share
(cents or null); basis; intervention_kind; needs, not_published (names joined by commas); reason; circular; line_id;
entry, line, amount (where the figures stand in the ledger); tariff_from, tariff_to (the tariff's whole period).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

from bareme.book.answers import END_OF_AGES, NO_AGE, Answer, answers_of
from bareme.book.timeline import Publication, Tenure, Timeline
from bareme.errors import BookError
from bareme.nomenclature.facts import declared_facts
from bareme.nomenclature.outcomes import Certainty, Outcome

if TYPE_CHECKING:
    import pyarrow as pa

BEGINNING = date(1, 1, 1)
END = date(9999, 12, 31)
"""The day after the last day of the table; an act of that very day is priced as one of the day before."""
LAST = END - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days with one answer to each situation: a tenure (or its part before or after the last known year), or none."""

    start: date
    end: date
    tenure: Tenure | None
    certainty: Certainty | None
    reason: str | None = None
    tariff_from: date | None = None
    tariff_to: date | None = None


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The decision table of a book, as known on a day. `choices` are its choice facts, `years` its first and last.

    `columns` holds the rows by column; `publications` the circulars by the number of their entry.
    """

    columns: dict[str, list[Any]]
    choices: tuple[str, ...]
    years: tuple[int, int]
    publications: dict[int, Publication]

    def __len__(self) -> int:
        return len(self.columns["code"])

    @property
    def series(self) -> dict[str, str]:
        """The series of each circular, by its number."""
        return {publication.number: publication.series for publication in self.publications.values()}

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows in the order of the columns, days as ISO texts."""
        kinds = columns_of(self.choices)
        texts = {name: _iso(values) if kinds[name] == "day" else values for name, values in self.columns.items()}
        return zip(*texts.values(), strict=True)

    def by_year(self) -> dict[int, list[tuple[Any, ...]]]:
        """The same rows, those of each year."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        for row in self.rows():
            found.setdefault(row[1], []).append(row)
        return found

    def to_arrow(self) -> pa.Table:
        """The table in Arrow."""
        import pyarrow as pa

        types = {"text": pa.string(), "number": pa.int32(), "cents": pa.int64(), "day": pa.date32()}
        schema = pa.schema([(name, types[kind]) for name, kind in columns_of(self.choices).items()])
        return pa.table(self.columns, schema=schema)


def _iso(days: Iterable[date | None]) -> Iterator[str | None]:
    return (None if day is None else day.isoformat() for day in days)


def build_prices(timeline: Timeline, codes: Iterable[str] | None = None, on: date | None = None) -> PriceTable:
    """The price table that follows from a timeline, or its rows for some codes, or for a day; proved total."""
    choices = choices_of(timeline)
    years = years_of(timeline)
    columns: dict[str, list[Any]] = {name: [] for name in columns_of(choices)}
    for code in sorted(timeline.tenures if codes is None else timeline.tenures.keys() & set(codes)):
        rows = list(_rows(code, timeline, choices, on))
        _prove(code, rows, choices, on)
        cells = [cells for row in rows for cells in _cells(row, years)]
        for column, values in zip(columns.values(), zip(*cells, strict=True), strict=bool(cells)):
            column.extend(values)
    return PriceTable(columns, choices, years, {p.entry.seq: p for p in timeline.publications})


def columns_of(choices: Sequence[str]) -> dict[str, str]:
    """The columns of a price table with these choice facts, each with its kind: text, number, cents, day."""
    return {
        "code": "text",
        "year": "number",
        **{f"fact_{name}": "text" for name in choices},
        "age_from": "number",
        "age_to": "number",
        "valid_from": "day",
        "valid_to": "day",
        "outcome": "text",
        "certainty": "text",
        "fee": "cents",
        "intervention": "cents",
        "patient_share": "cents",
        "basis": "text",
        "intervention_kind": "text",
        "needs": "text",
        "not_published": "text",
        "reason": "text",
        "circular": "text",
        "line_id": "text",
        "entry": "number",
        "line": "number",
        "amount": "number",
        "tariff_from": "day",
        "tariff_to": "day",
    }


def choices_of(timeline: Timeline) -> tuple[str, ...]:
    """The choice facts that some amount of the book asks for, in the order of their declaration."""
    asked = {name for publication in timeline.publications for name in publication.asked}
    return tuple(name for name, fact in declared_facts().items() if name in asked and not fact.counts_years)


def years_of(timeline: Timeline) -> tuple[int, int]:
    """The first and the last year of the price table: the ones before and after those that have a tariff."""
    starts = [t.period.start.year for tenures in timeline.tenures.values() for t in tenures]
    last = max((p.effective.year for p in timeline.publications), default=1)
    return (min(starts, default=2) - 1, last + 1)


Row = tuple[str, Span, tuple[str, ...], tuple[int, int], Answer]


def _rows(code: str, timeline: Timeline, choices: Sequence[str], on: date | None = None) -> Iterator[Row]:
    for span in spans_of(timeline.tenures[code], timeline.last_year):
        if on is not None and not span.start <= min(on, LAST) < span.end:
            continue
        if span.tenure is None:
            answer = Answer(Outcome.NOT_IN_FORCE, reason=span.reason)
            if span.reason == "two_series":
                answer = Answer(Outcome.NO_AMOUNT, reason="two_series")
            for values in _every(choices):
                yield code, span, values, (NO_AGE, END_OF_AGES), answer
            continue
        for situation, answer in answers_of(code, span.tenure.publication, choices):
            yield code, span, situation.choices, situation.ages, answer


def _every(choices: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return product(*((*declared_facts()[name].values, "") for name in choices))


def spans_of(tenures: Sequence[Tenure], last_year: dict[str, int]) -> list[Span]:
    """All days from the first to the last, cut where the tariff of a code or its certainty changes."""
    cuts = {BEGINNING, END}
    for tenure in tenures:
        cuts.update((tenure.period.start, tenure.period.end or END, _stale(tenure, last_year)))
    days = sorted(day for day in cuts if BEGINNING <= day <= END)
    spans = []
    for start, end in pairwise(days):
        here = [t for t in tenures if start in t.period]
        spans.append(_span(start, end, here, tenures, last_year))
    return spans


def _stale(tenure: Tenure, last_year: dict[str, int]) -> date:
    """The first day on which a code has only a last known tariff: after the year of the series' last circular.

    A corrigendum of a later year says so for its own codes only.
    """
    publication = tenure.publication
    year = max(last_year[publication.series], publication.effective.year) + 1
    return date(year, 1, 1) if year <= END.year else END


def _span(start: date, end: date, here: Sequence[Tenure], tenures: Sequence[Tenure], last_year: dict[str, int]) -> Span:
    if len(here) == 1:
        tenure = here[0]
        certainty = Certainty.LAST_KNOWN if start >= _stale(tenure, last_year) else Certainty.PUBLISHED
        return Span(start, end, tenure, certainty, None, tenure.period.start, tenure.period.end)
    if here:
        return Span(start, end, None, None, "two_series", start, end)
    before = [t for t in tenures if t.period.end is not None and t.period.end <= start]
    after = [t for t in tenures if t.period.start >= end]
    reasons = {(False, False): "never", (False, True): "before_first", (True, False): "ended", (True, True): "between"}
    # What is known around the gap: the first day of the next tariff, the day on which the last one ended.
    begins = min((t.period.start for t in after), default=None)
    ended = max((t.period.end for t in before if t.period.end), default=None)
    return Span(start, end, None, None, reasons[bool(before), bool(after)], begins, ended)


def _cells(row: Row, years: tuple[int, int]) -> Iterator[tuple[Any, ...]]:
    """A row's cells in the order of the columns, once for each year that its days span."""
    code, span, values, ages, answer = row
    first = max(span.start.year, years[0])
    last_day_year = span.end.year if (span.end.month, span.end.day) != (1, 1) else span.end.year - 1
    first, last = min(first, years[1]), max(min(last_day_year, years[1]), years[0])
    publication = span.tenure.publication if span.tenure else None
    cells = (
        *values,
        *ages,
        span.start,
        span.end,
        answer.outcome.value,
        span.certainty,
        answer.fee,
        answer.intervention,
        answer.patient_share,
        answer.basis,
        answer.intervention_kind,
        ",".join(answer.needs),
        ",".join(answer.not_published),
        answer.reason,
        publication.number if publication else None,
        answer.line_id,
        publication.entry.seq if publication else None,
        answer.line,
        answer.amount,
        span.tariff_from,
        span.tariff_to,
    )
    return ((code, year, *cells) for year in range(first, last + 1))


def _prove(code: str, rows: Iterable[Row], choices: Sequence[str], on: date | None = None) -> None:
    """For one code: every day (or `on`), every choice and every age has one row; `BookError` names what has not."""
    area: dict[tuple[str, ...], list[tuple[date, date, int, int]]] = {}
    for _, span, values, ages, _ in rows:
        area.setdefault(values, []).append((span.start, span.end, *ages))
    for values in _every(choices):
        boxes = area.pop(values, [])
        periods = sorted({(start, end) for start, end, _, _ in boxes})
        days = [BEGINNING, *(end for _, end in periods)]
        are_whole = [start for start, _ in periods] == days[:-1] and days[-1] == END
        if not (are_whole if on is None else len(periods) == 1):
            raise BookError(f"the days of {code} are not cut into whole periods for {values}; the book has a defect.")
        for period in periods:
            bands = sorted((low, high) for start, end, low, high in boxes if (start, end) == period)
            edges = [NO_AGE, *(high for _, high in bands)]
            if [low for low, _ in bands] != edges[:-1] or edges[-1] != END_OF_AGES:
                raise BookError(
                    f"the ages of {code} are not cut into whole bands from {period[0]}; the book has a defect."
                )
    if area:
        raise BookError(f"{code} has rows for values that are not declared: {sorted(area)}.")

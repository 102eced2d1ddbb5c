"""The history of a code or a letter as a report, in the language of its readers: charts, every step, the documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bareme.audit.changes import Part
from bareme.circulars.sources import Source
from bareme.exchange.sheets import Content, plain
from bareme.money import printed
from bareme.simulation.chronicle import Chronicle, Compared, Strand
from bareme.simulation.history_words import HistoryWords, history_words
from bareme.simulation.report import Picture, Report, Table
from bareme.simulation.report_cells import NUMBER, TEXT, figure_cell, percent_cell
from bareme.simulation.report_words import ReportWords, report_words
from bareme.simulation.step_chart import MOST_STRANDS, step_chart
from bareme.simulation.strand_words import strand_words

NUMBERS = range(3, 8)
"""The columns of a step that hold numbers."""


def report_of_history(found: Chronicle, language: str | None = None) -> Report:
    """The report of a history, in "en", "fr" or "nl"; the same history gives the same report."""
    telling = _Telling(found, history_words(language), report_words(language or "en", "history"))
    return Report(
        telling.title,
        telling.verdict,
        tuple(telling.notes()),
        (*telling.strands(), telling.sources(), *telling.rates()) if found.strands else (),
        tuple(telling.pictures()),
        (telling.steps(), telling.sources(), *telling.rates()) if found.strands else (),
        language or "en",
        is_projected=False,
    )


@dataclass(frozen=True)
class _Telling:
    """A history with the words to tell it."""

    found: Chronicle
    say: HistoryWords
    words: ReportWords

    @property
    def title(self) -> str:
        """The code and its label, or the letter."""
        if self.found.kind == "letter":
            return self.say.chart("letter", letter=self.found.asked)
        label = " ".join((self.found.label or "").split())
        return f"{self.found.asked}: {label}" if label else self.found.asked

    @property
    def verdict(self) -> str:
        """What figures are compared with; that there is none, where there is none."""
        if not self.found.strands:
            near = self.say("near", codes=", ".join(self.found.suggestions)) if self.found.suggestions else ""
            return f"{self.say('nothing', asked=self.found.asked)} {near}".strip()
        rates = [f"{one.year} {printed(one.rate)} %" for one in self.found.rates.rates]
        return self.say("index", rates="; ".join(rates) or self.say("no_rate"), year=self.found.base_year)

    def notes(self) -> Iterator[str]:
        """Years without a rate, and the state of the book."""
        if self.found.lacking:
            yield self.say("lacking", years=self.found.lacking_words)
        yield self.words("book", hash=self.found.book)

    def strands(self) -> Iterator[Table]:
        """A table for each figure."""
        columns = (*self._of_step(), (_capital(self.words("source")), TEXT))
        for number, strand in enumerate(self.found.strands, start=1):
            rows = tuple(
                (*self._step(strand, step), self._source(step) or None) for step in self.found.compared(strand)
            )
            title = _capital(strand_words(strand, self.say.chart))
            codes = f"{self.words('of_codes', codes=', '.join(strand.codes))} " if len(strand.codes) > 1 else ""
            yield Table(f"figure-{number}", title, f"{codes}{self.words('caption')}", columns, rows)

    def steps(self) -> Table:
        """Every step of every figure in one table, for a workbook."""
        named = [(_capital(self.words(name)), TEXT) for name in ("figure", "codes", "series")]
        columns = (*named, *self._of_step(), (_capital(self.words("source")), TEXT))
        rows = tuple(
            (
                strand_words(strand, self.say.chart),
                ", ".join(strand.codes) or self.found.asked,
                strand.series,
                *self._step(strand, step),
                self._source(step) or None,
            )
            for strand in self.found.strands
            for step in self.found.compared(strand)
        )
        return Table("steps", self.words("steps"), self.words("caption"), columns, rows)

    def sources(self) -> Table:
        """The circulars, when they became known, and the documents that the figures stand in."""
        rows: dict[tuple[Content, ...], None] = {}
        moments = [moment for strand in self.found.strands for moment in strand.moments]
        for moment in sorted(moments, key=lambda one: (one.known_from, one.circular)):
            if moment.figure is not None:
                source = moment.figure.source
                rows[moment.circular, moment.known_from.isoformat(), source.name, source.document] = None
        there = {row[0] for row in rows}
        for moment in moments:
            if moment.circular not in there:
                rows[moment.circular, moment.known_from.isoformat(), None, None] = None
        columns = tuple((_capital(name), TEXT) for name in self.words.columns("sources_columns"))
        return Table("sources", self.words("sources"), self.words("sources_caption"), columns, tuple(rows))

    def rates(self) -> Iterator[Table]:
        """The health index, where a rate is known."""
        year, percent, by = map(_capital, self.words.columns("index_columns"))
        rows = tuple((str(one.year), plain(one.rate), ", ".join(one.named_by)) for one in self.found.rates.rates)
        if rows:
            columns = ((year, TEXT), (percent, NUMBER), (by, TEXT))
            yield Table("index", self.words("index"), self.words("index_caption"), columns, rows)

    def pictures(self) -> Iterator[Picture]:
        """Charts of each quantity that has a value, of as many figures at once as can be told apart."""
        drawn = [one for one in self.found.strands if any(moment.value is not None for moment in one.moments)]
        for part in Part:
            some = [strand for strand in drawn if strand.quantity is part]
            for place in range(0, len(some), MOST_STRANDS):
                own = tuple(some[place : place + MOST_STRANDS])
                title = self.words("through_time", figure=self.say.chart(part.value))
                figures = "; ".join(strand_words(strand, self.say.chart) for strand in own)
                draw = partial(step_chart, replace(self.found, strands=own), say=self.say.chart)
                yield Picture(f"{part.value}-{place}", title, self.words("chart", figures=figures), draw)

    def _of_step(self) -> list[tuple[str, bool]]:
        return [(_capital(name), place in NUMBERS) for place, name in enumerate(self.say.columns)]

    def _step(self, strand: Strand, step: Compared) -> Sequence[Content]:
        moment = step.moment
        why = None if moment.why in (None, "none") else self.say(str(moment.why))
        return (
            moment.start.isoformat(),
            self.say("open") if moment.until is None else moment.until.isoformat(),
            moment.circular,
            why if moment.value is None else figure_cell(strand.quantity, moment.value),
            percent_cell(step.percent),
            percent_cell(step.index),
            figure_cell(strand.quantity, step.real),
            percent_cell(step.real_percent),
            self.say(moment.certainty.value),
        )

    def _source(self, step: Compared) -> str:
        """ "table 1, row 3, cell 5", "page 3, row 4"; with what is worked out said."""
        figure = step.moment.figure
        if figure is None:
            return ""
        derived = [self.words("derived")] if figure.is_derived else []
        return ", ".join((*self._place(figure.source), *derived))

    def _place(self, source: Source) -> Iterator[str]:
        if source.place is not None and source.place.page is not None:
            yield self.words("page", number=source.place.page)
        elif source.place is not None:
            yield self.words("sheet", name=source.place.sheet, ref=source.place.ref)
        counted = {"table": source.table, "row": source.row, "cell": source.cell}
        counted = counted if source.table is not None else {"line": source.line}
        yield from (self.words(name, number=number) for name, number in counted.items() if number is not None)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""Rows of the views that follow from the timeline: who is in force when, and what an act costs then."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from bareme.book.history import history_of
from bareme.book.prices import PriceTable
from bareme.book.timeline import Timeline
from bareme.exchange.views.of_circulars import Row, facts_in_words
from bareme.money import from_cents
from bareme.nomenclature.codes import Code


def history(timeline: Timeline) -> Iterator[Row]:
    """The rows of `history`: codes in order, then days."""
    for code in sorted(timeline.tenures):
        setting = Code(code).setting
        for period, tenure in zip(history_of(code, timeline).periods, timeline.tenures[code], strict=True):
            publication = tenure.publication
            for line, name, doubtful in zip(period.lines, period.line_ids, period.doubtful, strict=True):
                yield (
                    code,
                    setting,
                    period.effective_from,
                    period.until,
                    period.last_published,
                    period.circular,
                    publication.series,
                    period.known_from,
                    publication.numbers[id(line)] + 1,
                    name,
                    doubtful,
                )


def prices(table: PriceTable) -> Iterator[Row]:
    """The rows of `prices`: those of the decision table, each once instead of once a year."""
    names = [name for name in table.columns if name != "year"]
    for values, _ in groupby(zip(*(table.columns[name] for name in names), strict=True)):
        row = dict(zip(names, values, strict=True))
        facts = {name: row[f"fact_{name}"] for name in table.choices}
        yield (
            row["code"],
            facts.pop("regime", None) or None,
            facts_in_words(facts),
            row["age_from"],
            row["age_to"],
            row["valid_from"],
            row["valid_to"],
            row["outcome"],
            row["certainty"],
            *(None if row[n] is None else from_cents(row[n]) for n in ("fee", "intervention", "patient_share")),
            row["basis"],
            row["intervention_kind"],
            row["needs"] or None,
            row["not_published"] or None,
            row["reason"],
            row["circular"],
            None if row["line"] is None else row["line"] + 1,
            row["line_id"],
        )

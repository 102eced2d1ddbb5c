"""A code's tariffs through time, as `bareme show` tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from bareme.book.timeline import Publication, Tenure, Timeline
from bareme.circulars.model import Line
from bareme.circulars.serial import line_to_dict
from bareme.nomenclature.codes import Code, near_codes


@dataclass(frozen=True, slots=True)
class TariffPeriod:
    """A period in which a circular's lines are the tariff of a code; `until` is exclusive, None while it is open.

    `doubtful` marks the lines that a finding puts in doubt: they are shown, and not priced.
    """

    effective_from: date
    until: date | None
    last_published: date
    circular: str
    known_from: date
    line_ids: tuple[str, ...]
    lines: tuple[Line, ...]
    doubtful: tuple[bool, ...]

    def to_dict(self) -> dict[str, Any]:
        """A period of schema show-1; a line stands whole, with the amounts of both settings."""
        return {
            "from": self.effective_from.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "published_until": self.last_published.isoformat(),
            "circular": self.circular,
            "known_from": self.known_from.isoformat(),
            "lines": [
                {"line_id": i, "doubtful": d, **line_to_dict(x)}
                for i, d, x in zip(self.line_ids, self.doubtful, self.lines, strict=True)
            ],
        }


@dataclass(frozen=True, slots=True)
class History:
    """Every tariff of a code that the book knows, oldest first; empty for a code that it does not hold."""

    code: str
    twin: str | None
    periods: tuple[TariffPeriod, ...]
    suggestions: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme show --json` (schema show-1)."""
        return {
            "code": self.code,
            "twin": self.twin,
            "periods": [period.to_dict() for period in self.periods],
            "suggestions": list(self.suggestions),
        }


def history_of(code: str, timeline: Timeline, on: date | None = None) -> History:
    """The tariffs of a code, or the one on a day."""
    own = Code(code)
    tenures = timeline.tenures.get(code, ())
    twin = own.twin
    held_twin = twin.digits if twin is not None and twin.digits in timeline.tenures else None
    suggestions = () if code in timeline.tenures else tuple(near_codes(code, timeline.tenures.keys()))
    periods = tuple(
        period_of(own, t, published_until(t.publication, timeline)) for t in tenures if on is None or on in t.period
    )
    return History(code, held_twin, periods, suggestions)


def period_of(code: Code, tenure: Tenure, published_until: date) -> TariffPeriod:
    """A tenure of a code with its lines; `published_until` is the last day for which its tariff is published."""
    publication = tenure.publication
    lines = publication.lines_of[code.digits]
    return TariffPeriod(
        tenure.period.start,
        tenure.period.end,
        published_until,
        publication.number,
        publication.entry.known,
        tuple(publication.line_id(line, code) for line in lines),
        lines,
        tuple((line.source.table, line.source.row) in publication.doubtful for line in lines),
    )


def published_until(publication: Publication, timeline: Timeline) -> date:
    """The last day for which a circular's tariffs are published: later ones are only the last known."""
    return date(max(timeline.last_year[publication.series], publication.effective.year), 12, 31)

"""What a result comes to: lines and euro by outcome, certainty, series and year; the codes refused most.

A piece is counted by one statement each; counts of pieces are added up exactly. Of refused codes each piece keeps the
`KEPT` most frequent: where a piece has more, the numbers of lines are at least those that are told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from bareme.nomenclature.outcomes import Outcome
from bareme.pricing.columns import TOTALS, Kinds

KEPT = 2_000
TOLD = 20
"""So many refused codes are told of."""
_ANSWERED = (Outcome.PRICED, Outcome.INCOMPLETE)


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """Lines alike in outcome, certainty, series and year, and their euro; a total is null where no line has one."""

    outcome: str
    certainty: str | None
    series: str | None
    year: int | None
    lines: int
    total_fee: Decimal | None
    total_intervention: Decimal | None
    total_patient_share: Decimal | None


@dataclass(frozen=True, slots=True)
class RefusedCode:
    """A code that got no price, why (`needs`, `invalid` or `reason` of its lines), and on how many lines."""

    code: str | None
    outcome: str
    because: str | None
    lines: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a result comes to. `refused_all` is False where there were more refused codes than are counted."""

    by_outcome: tuple[OutcomeCount, ...]
    refused: tuple[RefusedCode, ...]
    refused_all: bool

    @property
    def outcomes(self) -> dict[str, int]:
        """Lines by outcome, in the order of the outcomes."""
        counts: Counter[str] = Counter()
        for row in self.by_outcome:
            counts[row.outcome] += row.lines
        return {o.value: counts[o] for o in Outcome if counts[o]}

    @property
    def lines(self) -> int:
        """All lines."""
        return sum(row.lines for row in self.by_outcome)

    def to_dict(self) -> dict[str, Any]:
        """The part `summary` of schema price-file-1; euro as text."""
        return {
            "by_outcome": [
                {f.name: _plain(getattr(row, f.name)) for f in fields(OutcomeCount)} for row in self.by_outcome
            ],
            "refused": [{f.name: getattr(row, f.name) for f in fields(RefusedCode)} for row in self.refused],
            "refused_all": self.refused_all,
        }


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value


def count_piece(connection: Any, source: str, date: str, code: str, kinds: Kinds) -> dict[str, Any]:
    """What a piece comes to, ready for JSON; `source`, `date` and `code` as SQL writes them."""
    year = f"year({date})" if kinds is Kinds.TYPED else f"TRY_CAST(left(trim(CAST({date} AS VARCHAR)), 4) AS INTEGER)"
    sums = ", ".join(f"CAST(sum({name}) AS VARCHAR)" for name in TOTALS)
    words = ", ".join(f"CAST({name} AS VARCHAR)" for name in ("outcome", "certainty", "circular"))
    invalid = f"outcome = '{Outcome.INVALID_INPUT}'"
    groups = connection.execute(
        f"SELECT {words}, CASE WHEN NOT {invalid} THEN {year} END, "
        f"count(*), {sums} FROM {source} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    answered = ", ".join(f"'{o}'" for o in _ANSWERED)
    because = "coalesce(nullif(needs, ''), nullif(invalid, ''), CAST(reason AS VARCHAR))"
    refused = connection.execute(
        f"SELECT trim(CAST({code} AS VARCHAR)), CAST(outcome AS VARCHAR), {because}, count(*) AS n FROM {source} "
        f"WHERE outcome NOT IN ({answered}) GROUP BY ALL ORDER BY n DESC, 1, 2, 3 LIMIT {KEPT + 1}"
    ).fetchall()
    return {"groups": groups, "refused": refused[:KEPT], "all": len(refused) <= KEPT}


def summary_of(pieces: Iterable[Mapping[str, Any]], series: Mapping[str, str]) -> Summary:
    """The counts of all pieces together; `series` is that of each circular."""
    groups: dict[tuple[str, str | None, str | None, int | None], list[Any]] = {}
    refused: Counter[tuple[Any, Any, Any]] = Counter()
    whole = True
    for piece in pieces:
        for outcome, certainty, circular, year, lines, *totals in piece["groups"]:
            of_series = None if circular is None else series.get(circular)
            found = groups.setdefault((outcome, certainty, of_series, year), [0, *[None] * len(TOTALS)])
            found[0] += lines
            for number, total in enumerate(totals, start=1):
                if total is not None:
                    found[number] = (found[number] or 0) + Decimal(total)
        for code, outcome, because, lines in piece["refused"]:
            refused[code, outcome, because] += lines
        whole = whole and piece["all"]
    order = list(Outcome)
    rows = sorted(groups, key=lambda key: (order.index(Outcome(key[0])), key[2] or "", key[3] or 0, key[1] or ""))
    most = sorted(refused.items(), key=lambda item: (-item[1], _texts(item[0])))[:TOLD]
    return Summary(
        tuple(OutcomeCount(*key, *groups[key]) for key in rows),
        tuple(RefusedCode(code, outcome, because, lines) for (code, outcome, because), lines in most),
        whole,
    )


def _texts(what: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(part or "") for part in what)

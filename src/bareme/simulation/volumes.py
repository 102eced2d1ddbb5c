"""Volumes: how many acts there are of each code and situation, and where the book has the tariff of each.

Volumes come from a table (`volume_tables`) or from acts (`volume_acts`). They are priced on one day, by the statement
that prices acts; what has no tariff there is counted by outcome and left out of every sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from bareme.book.answers import NO_AGE
from bareme.circulars.findings import Finding, Findings, Severity
from bareme.circulars.sources import Source
from bareme.nomenclature.outcomes import Outcome
from bareme.nomenclature.situations import InterventionKind

if TYPE_CHECKING:
    from bareme.pricing.engine import Engine

Place = tuple[int, int, int]
"""Where figures stand: the entry of the ledger, the line in it, the amount of the line."""


@dataclass(frozen=True, slots=True)
class Counted:
    """So many acts of a code in one situation, as given.

    `facts` are choices by name, without those that are not given; `ages` are completed years from the first to before
    the second, None where no age is given. `line` is the line of a table. `invalid` names columns that cannot be used.
    """

    code: str
    facts: tuple[tuple[str, str], ...]
    ages: tuple[int, int] | None
    acts: int
    line: int | None = None
    invalid: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """Acts of a code whose figures stand in one place; cents for one act.

    `intervention` is None where none is published or it is theoretical; `why` says which, and why there is no share.
    `facts` and `age` (None: not given) are the situation that was given.
    """

    code: str
    place: Place
    acts: int
    fee: int
    intervention: int | None
    patient_share: int | None
    why: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Acts that are in no sum: their outcome, and `because` (what is missing or wrong, in a word).

    `line` is that of a table; `facts` and `age` (the first of its band) tell the acts of files from others.
    """

    code: str
    outcome: str
    because: str | None
    acts: int
    line: int | None = None
    facts: tuple[tuple[str, str], ...] = ()
    age: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Its JSON."""
        return {"code": self.code, "outcome": self.outcome, "because": self.because, "acts": self.acts}


@dataclass(frozen=True, slots=True)
class Volumes:
    """What was given: a name, counts, and findings about what of it could not be used.

    `document` is the sha256 of a table, empty for acts.
    """

    name: str
    counted: tuple[Counted, ...]
    findings: Findings
    document: str = ""

    @property
    def acts(self) -> int:
        """All acts, those without a tariff among them."""
        return sum(one.acts for one in self.counted)

    def without_tariff(self, refused: Iterable[Refused]) -> Findings:
        """The findings, with one for each row of the table that has no tariff."""
        more = [self._without(one, one.line) for one in refused if one.line is not None]
        return self.findings.plus(more)

    def _without(self, one: Refused, line: int) -> Finding:
        because = f" ({one.because.replace('_', ' ')})" if one.because else ""
        message = (
            f"{self.name}, line {line}: {one.code}, {one.outcome.replace('_', ' ')}{because}: "
            f"its {one.acts} acts are in no sum."
        )
        values = {"outcome": one.outcome, "acts": str(one.acts)}
        source = Source(self.document, self.name, line=line)
        return Finding("volume_without_tariff", Severity.WARNING, message, source, one.code, values)


def ages_of(engine: Engine, on: date) -> list[int]:
    """The ages at which some amount of a day begins or ends, from 0 on."""
    first, last = engine.prices.years
    rows = engine.cursor().execute(
        "SELECT DISTINCT age_from FROM prices WHERE year = ? AND valid_from <= ? AND ? < valid_to AND age_from > 0",
        [min(max(on.year, first), last), on, on],
    )
    return [0, *sorted(age for (age,) in rows.fetchall())]


def placed(volumes: Iterable[Counted], engine: Engine, on: date) -> tuple[list[Placed], list[Refused]]:
    """Where the figures of acts stand on a day, and the acts that have no tariff then."""
    usable, refused = [], []
    for one in volumes:
        if one.invalid:
            refused.append(_refused(one, Outcome.INVALID_INPUT.value, one.invalid))
        else:
            usable.append(one)
    probes = list(_probes(usable, ages_of(engine, on)))
    rows = _priced([(usable[number], age) for number, age in probes], engine, on)
    found: dict[tuple[Any, ...], Placed] = {}
    for number, answers in _by_number(probes, rows):
        one, (age, row) = usable[number], answers[0]
        if len({_where(row) for _, row in answers}) > 1:
            refused.append(_refused(one, Outcome.NEEDS_INFORMATION.value, "age"))
        elif row.fee is None:
            because = row.needs or row.invalid or row.reason or None
            refused.append(_refused(one, row.outcome, because))
        else:
            new = _placed(one, age, row, row.fee)
            key = (new.code, new.place, new.facts, new.age)
            found[key] = replace(found[key], acts=found[key].acts + new.acts) if key in found else new
    return list(found.values()), refused


def _refused(one: Counted, outcome: str, because: str | None) -> Refused:
    age = None if one.ages is None else one.ages[0]
    return Refused(one.code, outcome, because, one.acts, one.line, one.facts, age)


def _probes(volumes: Sequence[Counted], cuts: Sequence[int]) -> Iterator[tuple[int, int | None]]:
    """Each row with the ages that it must be asked for: none, its first, and those of its band where amounts change."""
    for number, one in enumerate(volumes):
        if one.ages is None:
            yield number, None
            continue
        first, end = one.ages
        yield number, max((cut for cut in cuts if cut <= first), default=first)
        for cut in cuts:
            if first < cut < end:
                yield number, cut


def _by_number(
    probes: Sequence[tuple[int, int | None]], rows: Sequence[_Row]
) -> Iterator[tuple[int, list[tuple[int | None, _Row]]]]:
    """The answers of each row."""
    found: dict[int, list[tuple[int | None, _Row]]] = {}
    for (number, age), row in zip(probes, rows, strict=True):
        found.setdefault(number, []).append((age, row))
    yield from found.items()


class _Row(NamedTuple):
    """What is read of an answer of the price table; a plain tuple, since there are many."""

    outcome: str
    entry: int
    line: int
    amount: int
    fee: int | None
    intervention: int | None
    patient_share: int | None
    intervention_kind: str | None
    not_published: str | None
    needs: str
    invalid: str
    reason: str | None


def _priced(asked: Sequence[tuple[Counted, int | None]], engine: Engine, on: date) -> list[_Row]:
    """The row of the price table for each, in order."""
    import pyarrow as pa

    from bareme.pricing.acts import as_texts

    if not asked:
        return []
    names = sorted({name for one, _ in asked for name, _ in one.facts})
    facts = [dict(one.facts) for one, _ in asked]
    columns: dict[str, Any] = {name: [own.get(name) for own in facts] for name in names}
    columns |= {
        "code": [one.code for one, _ in asked],
        "date": [on.isoformat()] * len(asked),
        "age": [None if age is None or age == NO_AGE else str(age) for _, age in asked],
    }
    acts = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    rows = engine.price(as_texts(acts))
    return [_Row(*values) for values in zip(*(rows.column(name).to_pylist() for name in _Row._fields), strict=True)]


def _where(row: _Row) -> tuple[Any, ...]:
    return row.outcome, row.entry, row.line, row.amount, row.needs


def _placed(one: Counted, age: int | None, row: _Row, fee: int) -> Placed:
    theoretical = row.intervention_kind == InterventionKind.THEORETICAL.value
    intervention = None if theoretical else row.intervention
    why = () if intervention is not None and row.patient_share is not None else tuple(_why(row, theoretical))
    place = (row.entry, row.line, row.amount)
    return Placed(one.code, place, one.acts, fee, intervention, row.patient_share, why, one.facts, age)


def _why(row: _Row, theoretical: bool) -> Iterator[tuple[str, str]]:
    """The parts of an answer without a figure for the sums, and why."""
    missing = (row.not_published or "").split(",")
    if theoretical or row.intervention is None:
        none = "not_published" if "intervention" in missing else "none_given"
        yield "intervention", "theoretical" if theoretical else none
    if row.patient_share is None:
        yield "patient_share", "not_published" if "patient_share" in missing else "none_given"

"""What-if: other index rates, starts or sources, a measure dropped or added; the totals beside the original ones.

A change is applied to the row that it names; rows that none names keep what is printed. Amounts are whole thousands of
euro.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bareme.conventions.agreement.answers import Answer
from bareme.conventions.agreement.systems import System, shown_value
from bareme.conventions.agreement_2020.budget.arithmetic import (
    YEAR_ALONE,
    amounts_of,
    in_year,
    months_in,
    rounded,
    total_of,
)
from bareme.conventions.agreement_2020.budget.changes import (
    Added,
    Beside,
    Dropped,
    NewRate,
    NewSource,
    NewStart,
    WhatIf,
    WhatIfResult,
)
from bareme.conventions.agreement_2020.budget.model import (
    Amounts,
    Block,
    BudgetTable,
    Part,
    Row,
    Side,
    Start,
    Words,
    as_printed,
)
from bareme.conventions.model import Contradiction, Missing

MASS = "index-mass-from-amount"
ENVELOPES = "envelopes-follow-the-index"


@dataclass
class _State:
    """A row while changes are applied to it: what totals counted before, and what they count now."""

    block: Block
    row: Row
    before: Amounts
    counts: Amounts
    start: Start
    changed: bool = False


@dataclass
class _Run:
    """A table while changes are applied to it."""

    system: System
    table: BudgetTable
    states: dict[str, _State] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)

    def ask(self, rule: str, clause: str, state: _State, function: Callable[[], Answer]) -> None:
        """Apply a change; what must be known and is not leaves the row's amounts unknown."""
        state.changed = True
        answer = self.system.asked(rule, clause, function)
        if answer.missing or answer.contradicts:
            state.counts = Amounts()
        self.answers.append(answer)


def apply_what_if(system: System, table: BudgetTable, what_if: WhatIf) -> WhatIfResult:
    """A table after changes: rates first, then sources, starts, what is dropped and what is added (annex).

    Ids in the changes must be those of the table: whoever reads them says so.
    """
    run = _Run(system, table)
    for block, row in table.rows:
        amounts = amounts_of(row, table.year)
        run.states[row.id] = _State(block, row, amounts, amounts, row.start)
    rates: dict[str, list[NewRate]] = {}
    for change in what_if.changes:
        if isinstance(change, NewRate):
            rates.setdefault(change.row, []).append(change)
    for ident, changes in rates.items():
        _rate(run, run.states[ident], changes)
    for kind, function in _STEPS:
        for change in what_if.changes:
            if isinstance(change, kind):
                function(run, change)
    return _result(run, what_if.title)


def new_cost(row: Row, changes: Iterable[NewRate]) -> Fraction:
    """What an index row costs in a year at other rates, in thousands: the cost of each part scales with its rate (4.1).

    A row with one rate has the mass amount / rate; of one with several, the mass of each changed part must be given.
    """
    annual = row.printed.annual
    if annual is None:
        raise Missing("annual")
    cost, given, absent = Fraction(annual), Fraction(0), []
    open_ = {part.id for part in row.parts if part.rate}
    for change in changes:
        part = part_of(row, change.part)
        mass = mass_of(row, part, change.mass)
        if mass is None:
            absent.append(f"mass of {row.id}.{part.id}")
            continue
        cost += mass * (Fraction(change.rate) - Fraction(part.rate)) / 100
        given += mass * Fraction(part.rate) / 100
        open_.discard(part.id)
    if absent:
        raise Missing(*absent)
    if rounded(given) > annual or (not open_ and rounded(given) != annual):
        raise Contradiction(f"masses of {row.id}", "annual")
    return cost


def part_of(row: Row, ident: str | None) -> Part:
    """The part of a row that a change means; `Missing` where it has several and none is named."""
    if ident is None and len(row.parts) != 1:
        raise Missing(f"part of {row.id}")
    return next(part for part in row.parts if ident in (None, part.id))


def mass_of(row: Row, part: Part, given: int | None) -> Fraction | None:
    """What is indexed, in thousands: given, or amount / rate where the row has one rate (`index-mass-from-amount`)."""
    if given is not None:
        return Fraction(given)
    if len(row.parts) > 1 or not part.rate or row.printed.annual is None:
        return None
    return Fraction(row.printed.annual) * 100 / Fraction(part.rate)


def _rate(run: _Run, state: _State, changes: list[NewRate]) -> None:
    def answer() -> Answer:
        annual = rounded(new_cost(state.row, changes))
        months = _months(run, state.start)
        state.counts = Amounts(in_year(annual, months), annual)
        parts = [(part_of(state.row, change.part), _rate_text(change.rate)) for change in changes]
        rates = tuple({lang: f"{label} {rate}" for lang, label in part.label.items()} for part, rate in parts)
        read = (MASS,) if any(change.mass is None for change in changes) else ()
        return run.system.answer(
            "rate", True, "4.1", interpretations=read, row=state.row.label, rates=rates, **_told(state)
        )

    run.ask("rate", "4.1", state, answer)


def _source(run: _Run, change: NewSource) -> None:
    state = run.states[change.row]

    def answer() -> Answer:
        year = change.in_year
        if year is None:
            year = in_year(change.annual, _months(run, state.start))
        state.counts = Amounts(year, change.annual)
        return run.system.answer("source", True, "3", row=state.row.label, **_told(state))

    run.ask("source", "3", state, answer)


def _start(run: _Run, change: NewStart) -> None:
    state = run.states[change.row]
    state.start = change.start

    def answer() -> Answer:
        if state.counts.annual is None:
            raise Missing("annual")
        months = _months(run, change.start)
        state.counts = Amounts(in_year(state.counts.annual, months), state.counts.annual)
        return run.system.answer(
            "start",
            True,
            "annex",
            interpretations=_reading(change.start),
            row=state.row.label,
            start=str(change.start),
            months=months,
            **_told(state),
        )

    run.ask("start", "annex", state, answer)


def _drop(run: _Run, change: Dropped) -> None:
    state = run.states[change.row]
    state.counts = Amounts(0, 0)
    run.ask(
        "drop", "annex", state, lambda: run.system.answer("drop", True, "annex", row=state.row.label, **_told(state))
    )


def _add(run: _Run, change: Added) -> None:
    block = next(block for block in run.table.blocks if block.id == change.block)
    row = Row(change.id, change.label, change.start, Amounts(), "")
    state = _State(block, row, Amounts(0, 0), Amounts(0, 0), change.start)
    run.states[change.id] = state

    def answer() -> Answer:
        state.counts = Amounts(in_year(change.annual, _months(run, change.start)), change.annual)
        read = _reading(change.start)
        return run.system.answer(
            "add", True, "annex", interpretations=read, row=change.label, block=block.label, **_told(state)
        )

    run.ask("add", "annex", state, answer)


_STEPS: tuple[tuple[type, Callable[[_Run, Any], None]], ...] = (
    (NewSource, _source),
    (NewStart, _start),
    (Dropped, _drop),
    (Added, _add),
)


def _result(run: _Run, title: str) -> WhatIfResult:
    rows = tuple(Beside(s.row.id, s.row.label, s.before, s.counts) for s in run.states.values() if s.changed)
    blocks = tuple(_beside(run, b.id, b.label, [b]) for b in run.table.blocks)
    sides = {
        side: _beside(run, side.value, as_printed(""), [b for b in run.table.blocks if b.side is side]) for side in Side
    }
    sources, uses = sides[Side.SOURCE], sides[Side.USE]
    say = run.system.say
    balance = Beside("balance", say("balance", {}), sources.original - uses.original, sources.what_if - uses.what_if)
    total = Beside("total", say("total", {}), uses.original, uses.what_if)
    return WhatIfResult(title, tuple(run.answers), rows, blocks, total, balance, _envelopes(run, sources))


def _beside(run: _Run, ident: str, label: Words, blocks: list[Block]) -> Beside:
    own = [state for state in run.states.values() if state.block in blocks]
    return Beside(ident, label, total_of(s.before for s in own), total_of(s.counts for s in own))


def _envelopes(run: _Run, sources: Beside) -> tuple[Beside, ...]:
    """The available means (3.3), and the envelopes of biology and imaging (3.2), which move with their index row."""
    means = run.system.say("available_means", {})
    found = [Beside("available_means", means, sources.original, sources.what_if)]
    for ident, name in _INDEXED.items():
        state = run.states.get(ident)
        if state is not None:
            stated = Amounts(run.system.parameters.thousands(name))
            change = Amounts((state.counts - state.before).in_year)
            found.append(Beside(name, state.row.label, stated, stated + change))
    return tuple(found)


_INDEXED: Mapping[str, str] = {"clinical_biology": "clinical_biology_envelope", "imaging": "imaging_envelope"}
"""The index rows whose envelope 3.2 states."""


def _months(run: _Run, start: Start) -> int:
    months = months_in(start, run.table.year)
    if months is None:
        raise Missing("start")
    return months


def _reading(start: Start) -> tuple[str, ...]:
    return (YEAR_ALONE,) if isinstance(start, int) else ()


def _told(state: _State) -> dict[str, Any]:
    return {"before": _pair(state.before), "after": _pair(state.counts)}


def _pair(amounts: Amounts) -> str:
    return " / ".join("-" if n is None else shown_value(n) for n in (amounts.in_year, amounts.annual))


def _rate_text(rate: Decimal) -> str:
    return f"{rate:f}".replace(".", ",") + " %"

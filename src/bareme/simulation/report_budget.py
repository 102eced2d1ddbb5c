"""The tables of a report that tell what a scenario costs, and who pays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bareme.exchange.sheets import Content, Number, euro
from bareme.money import from_cents
from bareme.simulation.parts import PARTS, Parts
from bareme.simulation.report import Table

if TYPE_CHECKING:
    from bareme.simulation.budget import Budget, Change, Group

TEXT, NUMBER = False, True
TITLES = {"series": "series", "section": "section", "letter": "key letter", "provider": "provider", "code": "code"}
WORDS = {"fee": "fees", "intervention": "insurance", "patient_share": "patients"}


def budget_tables(budget: object) -> tuple[Table, ...]:
    """The tables of a budget; none without one."""
    from bareme.simulation.budget import Budget

    return tuple(_tables(budget)) if isinstance(budget, Budget) else ()


def _tables(budget: Budget) -> Iterator[Table]:
    caption = f"Euro; {budget.acts} acts of {budget.volumes}"
    yield Table("budget", "What it costs in a year", caption, _PARTS_OF_CHANGE, tuple(_total(budget.total)))
    yield _measures(budget)
    if budget.envelope is not None:
        one = budget.envelope
        amounts = (one.amount, one.spent, one.amount - one.spent, one.spent_in_year, one.amount - one.spent_in_year)
        names = ("Envelope", "Spent in a year", "Left", "Spent in the first year", "Left in the first year")
        caption = f"Euro, {WORDS[one.part]}; more than before"
        columns = tuple((name, NUMBER) for name in names)
        yield Table("envelope", "Against the envelope", caption, columns, (tuple(map(_euro, amounts)),))
    for name, groups in budget.groups.items():
        yield _groups(name, groups)
    if budget.gaps:
        columns = (("Part", TEXT), ("Why", TEXT), ("Acts", NUMBER), ("Their fees", NUMBER))
        rows = tuple((WORDS.get(gap.part, gap.part), gap.why, gap.acts, _euro(gap.fee)) for gap in budget.gaps)
        yield Table("gaps", "What the sums lack", "Acts of which a part is not published", columns, rows)
    if budget.refused:
        columns = (("Code", TEXT), ("Outcome", TEXT), ("Because", TEXT), ("Acts", NUMBER))
        acts = tuple((one.code, one.outcome, one.because, one.acts) for one in budget.refused)
        yield Table("refused", "Acts without a tariff", "They are in no sum", columns, acts, long=len(acts) > 40)
    yield from _variations(budget)


def _euro(cents: int) -> Number | None:
    return euro(from_cents(cents))


def _of(parts: Parts) -> list[Number | None]:
    return [_euro(parts.part(name)) for name in PARTS]


_PARTS_OF_CHANGE = (
    ("Who pays", TEXT),
    ("Before", NUMBER),
    ("After", NUMBER),
    ("Change", NUMBER),
    ("Change in the first year", NUMBER),
)


def _total(change: Change) -> Iterator[tuple[Content, ...]]:
    rise = change.after - change.before
    for name in PARTS:
        parts = (change.before, change.after, rise, change.in_year)
        yield (WORDS[name], *(_euro(part.part(name)) for part in parts))


def _measures(budget: Budget) -> Table:
    """What each measure adds; the last row is the whole."""
    columns = (("Measure", TEXT), ("Title", TEXT), ("Months", NUMBER))
    words = [(f"{when}: {WORDS[name]}", NUMBER) for when in ("A year", "Alone", "First year") for name in PARTS]
    rows: list[tuple[Content, ...]] = [
        (one.id, one.title, one.months, *_of(one.in_order), *_of(one.alone), *_of(one.in_year))
        for one in budget.measures
    ]
    nothing: list[Content] = [None] * len(PARTS)
    rows.append(("interaction", "what they do not add alone", None, *nothing, *_of(budget.interaction), *nothing))
    rise = budget.total.after - budget.total.before
    rows.append(("all", None, None, *_of(rise), *_of(rise), *_of(budget.total.in_year)))
    caption = "Euro; what each adds in its place, after those before it, and what it would add alone"
    return Table("decomposition", "By measure", caption, (*columns, *words), tuple(rows), last_is_sum=True)


def _groups(name: str, groups: Iterable[Group]) -> Table:
    columns = (("Key", TEXT), ("Title", TEXT), ("Of", TEXT), ("Acts", NUMBER))
    words = [(f"{when}: {WORDS[part]}", NUMBER) for when in ("Before", "After", "Change") for part in PARTS]
    rows = tuple(
        (
            group.key,
            group.title,
            group.of,
            group.acts,
            *_of(group.change.before),
            *_of(group.change.after),
            *_of(group.change.after - group.change.before),
        )
        for group in groups
    )
    title = f"What it costs by {TITLES.get(name, name)}"
    return Table(f"by_{name}", title, "Euro a year", (*columns, *words), rows, long=len(rows) > 40)


def _variations(budget: Budget) -> Iterator[Table]:
    if budget.variations:
        columns = (("Series", TEXT), *((f"{when}: {WORDS[part]}", NUMBER) for when in _VARIED for part in PARTS))
        rows = tuple(
            (one.series or "all", *_of(one.lower), *_of(one.change), *_of(one.higher)) for one in budget.variations
        )
        caption = f"Euro a year; the change if volumes are {budget.varied} % lower or higher"
        yield Table("variations", "If volumes are other", caption, columns, rows)


_VARIED = ("Lower", "As given", "Higher")

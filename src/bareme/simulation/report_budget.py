"""The tables of a report that tell what a scenario costs, and who pays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from bareme.exchange.sheets import Content, Number, euro
from bareme.money import from_cents, printed
from bareme.simulation.parts import PARTS, Parts
from bareme.simulation.report import Table
from bareme.simulation.report_cells import NUMBER, TEXT

if TYPE_CHECKING:
    from bareme.simulation.baskets import Patients
    from bareme.simulation.budget import Budget, Change, Group

TITLES = {"series": "series", "section": "section", "letter": "key letter", "provider": "provider", "code": "code"}
WORDS = {"fee": "fees", "intervention": "insurance", "patient_share": "patients"}


def budget_tables(budget: object) -> tuple[Table, ...]:
    """The tables of a budget; none without one."""
    from bareme.simulation.budget import Budget

    return tuple(_tables(budget)) if isinstance(budget, Budget) else ()


def patients_tables(patients: object) -> tuple[Table, ...]:
    """The tables of baskets of patients and providers; none without them."""
    from bareme.simulation.baskets import Patients

    return tuple(_baskets(patients)) if isinstance(patients, Patients) else ()


def _baskets(patients: Patients) -> Iterator[Table]:
    names = (("Who", TEXT), ("Kind", TEXT), ("Regime", TEXT), ("Age", NUMBER))
    columns = (*names, *((f"{when}: {WORDS[part]}", NUMBER) for when in _BEFORE_AND_AFTER for part in PARTS))
    rows = tuple(
        (
            one.basket.name,
            one.basket.kind,
            _text(one.basket.facts.get("regime")),
            _number(one.basket.facts.get("age")),
            *_of(one.before),
            *_of(one.after),
            *_of(one.after - one.before),
        )
        for one in patients.baskets
    )
    yield Table("patients", "Who pays", f"Euro; baskets of {patients.file}", columns, rows)
    columns = (("Who", TEXT), ("Code", TEXT), ("Acts", NUMBER), *columns[4:])
    acts = tuple(
        (one.basket.name, item.code, item.acts, *_of(item.before), *_of(item.after), *_of(item.after - item.before))
        for one in patients.baskets
        for item in one.items
    )
    yield Table("basket_acts", "Acts of the baskets", "Euro; only acts with a tariff", columns, acts, long=True)
    lacking = tuple(_lacking(patients))
    if lacking:
        names = (("Who", TEXT), ("Code", TEXT), ("What", TEXT), ("Why", TEXT))
        yield Table("basket_gaps", "What the baskets lack", "Acts or parts of them in no sum", names, lacking)


def _lacking(patients: Patients) -> Iterator[tuple[Content, ...]]:
    for one in patients.baskets:
        yield from ((one.basket.name, act.code, act.outcome.replace("_", " "), act.because) for act in one.refused)
        yield from (
            (one.basket.name, code, WORDS.get(part, part), why.replace("_", " "))
            for code, part, why in one.without_figure
        )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _tables(budget: Budget) -> Iterator[Table]:
    caption = f"Euro; {printed(Decimal(budget.acts))} acts of {budget.volumes}"
    yield Table("budget", "What it costs in a year", caption, _PARTS_OF_CHANGE, tuple(_total(budget.total)))
    yield _measures(budget)
    if budget.envelope is not None:
        one = budget.envelope
        amounts = (one.amount, one.spent, one.amount - one.spent, one.spent_in_year, one.amount - one.spent_in_year)
        names = ("Envelope", "Spent in a year", "Left", "Spent in the first year", "Left in the first year")
        caption = f"Euro, {WORDS[one.part]}; more than before"
        columns = tuple((name, NUMBER) for name in names)
        yield Table("envelope", "Against the envelope", caption, columns, (tuple(map(_euro, amounts)),))
    for name in TITLES:
        yield _groups(name, budget.groups[name])
    if budget.gaps:
        columns = (("Part", TEXT), ("Why", TEXT), ("Acts", NUMBER), ("Their fees", NUMBER))
        rows = tuple(
            (WORDS.get(gap.part, gap.part), gap.why.replace("_", " "), gap.acts, _euro(gap.fee)) for gap in budget.gaps
        )
        yield Table("gaps", "What the sums lack", "Acts of which a part is not published", columns, rows)
    if budget.refused:
        columns = (("Code", TEXT), ("Outcome", TEXT), ("Because", TEXT), ("Acts", NUMBER))
        acts = tuple((one.code, one.outcome.replace("_", " "), one.because, one.acts) for one in budget.refused)
        yield Table("refused", "Acts without a tariff", "They are in no sum", columns, acts, long=len(acts) > 40)
    unusable = budget.unusable
    if unusable.rows:
        columns = (("File", TEXT), ("Line", NUMBER), ("Code", TEXT), ("Why", TEXT))
        lines = tuple((row.file, row.line, row.code, row.why) for row in unusable.rows)
        caption = "They are in no sum" if unusable.complete else "They are in no sum; there may be more than these"
        yield Table("unusable", "Rows that cannot be counted", caption, columns, lines, long=len(lines) > 40)
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
    """The sums of a grouping; sections name their series too."""
    is_section = name == "section"
    columns = ((TITLES[name].capitalize(), TEXT), *([("Series", TEXT)] if is_section else []), ("Acts", NUMBER))
    words = [(f"{when}: {WORDS[part]}", NUMBER) for when in _BEFORE_AND_AFTER for part in PARTS]
    rows = tuple(
        (
            _name(name, group),
            *([group.of] if is_section else []),
            group.acts,
            *_of(group.change.before),
            *_of(group.change.after),
            *_of(group.change.after - group.change.before),
        )
        for group in groups
    )
    title = f"What it costs by {TITLES[name]}"
    return Table(f"by_{name}", title, "Euro a year", (*columns, *words), rows, long=len(rows) > 30)


def _name(name: str, group: Group) -> str:
    """The key, with what it stands for where that says more."""
    key = group.key or "none"
    says_more = name in ("section", "code") and group.title not in (None, key)
    return f"{key} {group.title}" if says_more else key


def _variations(budget: Budget) -> Iterator[Table]:
    if budget.variations:
        columns = (("Series", TEXT), *((f"{when}: {WORDS[part]}", NUMBER) for when in _VARIED for part in PARTS))
        rows = tuple(
            (one.series or "all", *_of(one.lower), *_of(one.change), *_of(one.higher)) for one in budget.variations
        )
        caption = f"Euro a year; the change if volumes are {budget.varied} % lower or higher"
        yield Table("variations", "If volumes are other", caption, columns, rows)


_BEFORE_AND_AFTER = ("Before", "After", "Change")
_VARIED = ("Lower", "As given", "Higher")

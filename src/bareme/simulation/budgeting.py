"""What a scenario costs: expenditure before and after it by who pays, by group, by measure, and against an envelope.

All sums are exact, in cents. What a measure adds is the difference between the tariffs with the measures up to it and
those with the measures before it; a freeze holds throughout. What the measures add alone does not sum to the whole
where they meet: the rest is the interaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from bareme.errors import InputError
from bareme.money import to_cents
from bareme.simulation.budget import Budget, Change, Envelope, Gap, Group, MeasureEffect, Variation
from bareme.simulation.costing import Cost, gaps_of
from bareme.simulation.parts import NOTHING, Parts, checked_part, proportion
from bareme.simulation.scenario import Scenario
from bareme.simulation.volumes import Refused, Volumes


def budget_of(
    scenario: Scenario,
    volumes: Volumes,
    costs: Sequence[Cost],
    refused: Iterable[Refused],
    envelope: Decimal | None = None,
    part: str = "intervention",
    vary: Decimal | None = None,
) -> Budget:
    """The budget of a scenario. `envelope` is what may be spent more than before in a part, in euro; `vary` percent."""
    months = scenario.months
    effects = tuple(_measures(scenario, costs))
    total = Change(
        sum((cost.before for cost in costs), NOTHING),
        sum((cost.after for cost in costs), NOTHING),
        sum((effect.in_year for effect in effects), NOTHING),
    )
    rise = total.after - total.before
    groups = {name: _groups(costs, keys, months) for name, keys in _KEYS.items()}
    return Budget(
        volumes.name,
        sum(cost.acts.acts for cost in costs),
        total,
        effects,
        rise - sum((effect.alone for effect in effects), NOTHING),
        groups,
        tuple(Gap(*gap, *sums) for gap, sums in sorted(gaps_of(costs).items())),
        _together(refused),
        volumes.findings,
        None if envelope is None else _envelope(envelope, checked_part(part), rise, total.in_year),
        vary,
        () if vary is None else tuple(_variations(groups["series"], rise, vary)),
    )


def _measures(scenario: Scenario, costs: Sequence[Cost]) -> Iterable[MeasureEffect]:
    """What each measure adds, in the order of the measures."""
    in_order, alone = dict[str, Parts](), dict[str, Parts]()
    for cost in costs:
        for found, parts in ((in_order, cost.effects), (alone, cost.alone)):
            for ident, added in parts:
                found[ident] = found.get(ident, NOTHING) + added
    for step in scenario.steps:
        months, added = scenario.months[step.id], in_order.get(step.id, NOTHING)
        yield MeasureEffect(step.id, step.title, months, added, alone.get(step.id, NOTHING), added.of_year(months))


Keys = Callable[[Cost], tuple[str | None, str | None, str | None]]


def _series(cost: Cost) -> str:
    return cost.line.listed.reading.circular.series or ""


def _section(cost: Cost) -> tuple[str | None, str | None, str | None]:
    section = cost.line.listed.line.section
    return (None, None, _series(cost)) if section is None else (section.number, section.title, _series(cost))


def _letters(cost: Cost) -> tuple[str | None, str | None, str | None]:
    letters = [term.letter or "?" for term in cost.line.listed.line.terms]
    return ("+".join(letters) or None, None, None)


_KEYS: Mapping[str, Keys] = {
    "series": lambda cost: (_series(cost), cost.line.listed.reading.circular.title, None),
    "section": _section,
    "letter": _letters,
    "provider": lambda cost: (_series(cost).split("/")[0], None, None),
    "code": lambda cost: (cost.acts.code, cost.line.listed.line.label, _series(cost)),
}
"""What acts are grouped by: key, title, and what the key belongs to."""


class _Sums:
    """Sums of a group while it is put together."""

    def __init__(self) -> None:
        self.acts, self.before, self.after = 0, NOTHING, NOTHING
        self.effects: dict[str, Parts] = {}


def _groups(costs: Sequence[Cost], keys: Keys, months: Mapping[str, int]) -> tuple[Group, ...]:
    """Costs by group, in the order of the keys; those without a key last."""
    found: dict[tuple[str | None, str | None], _Sums] = {}
    titles: dict[tuple[str | None, str | None], str | None] = {}
    for cost in costs:
        key, title, of = keys(cost)
        titles.setdefault((key or title, of), title)
        sums = found.setdefault((key or title, of), _Sums())
        sums.acts, sums.before, sums.after = (
            sums.acts + cost.acts.acts,
            sums.before + cost.before,
            sums.after + cost.after,
        )
        for ident, added in cost.effects:
            sums.effects[ident] = sums.effects.get(ident, NOTHING) + added
    ordered = sorted(found, key=lambda group: (group[1] or "", group[0] is None, group[0] or ""))
    return tuple(_group(name, titles[name], found[name], months) for name in ordered)


def _group(name: tuple[str | None, str | None], title: str | None, sums: _Sums, months: Mapping[str, int]) -> Group:
    in_year = sum((parts.of_year(months[ident]) for ident, parts in sums.effects.items()), NOTHING)
    return Group(name[0], title, name[1], sums.acts, Change(sums.before, sums.after, in_year))


def _together(refused: Iterable[Refused]) -> tuple[Refused, ...]:
    """Refused acts by code and reason, most first."""
    found: dict[tuple[str, str, str | None], int] = {}
    for one in refused:
        key = (one.code, one.outcome, one.because)
        found[key] = found.get(key, 0) + one.acts
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0][1], item[0][0], item[0][2] or ""))
    return tuple(Refused(*key, acts) for key, acts in ordered)


def _envelope(euro: Decimal, part: str, rise: Parts, in_year: Parts) -> Envelope:
    return Envelope(part, cents_of(euro, "envelope"), rise.part(part), in_year.part(part))


def cents_of(euro: Decimal, name: str) -> int:
    """An amount of euro in cents; `InputError` for one with more decimals."""
    try:
        return to_cents(euro)
    except (ValueError, OverflowError):
        raise InputError(f"{name}: {euro} is not an amount of euro such as 250000.00.") from None


def _variations(series: Sequence[Group], rise: Parts, vary: Decimal) -> Iterable[Variation]:
    """The change with lower and with higher volumes, for all and for each series."""
    if not 0 < vary <= 100:
        raise InputError(f"vary: {vary} is not a percentage above 0 and up to 100.")
    rows: list[tuple[str | None, Parts]] = [(None, rise)]
    rows += [(group.key, group.change.after - group.change.before) for group in series]
    for name, change in rows:
        yield Variation(name, _varied(change, 100 - vary), change, _varied(change, 100 + vary))


def _varied(parts: Parts, percent: Decimal) -> Parts:
    above, below = (Fraction(percent) / 100).as_integer_ratio()
    return Parts(*(proportion(parts.part(name) * above, below) for name in ("fee", "intervention", "patient_share")))

"""What a scenario costs: expenditure before and after it by who pays, by group, by measure, and against an envelope.

All sums are exact, in cents. What a measure adds is the difference between the tariffs with the measures up to it and
those with the measures before it; a freeze holds throughout. What the measures add alone does not sum to the whole
where they meet: the rest is the interaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from bareme.errors import InputError
from bareme.money import to_cents
from bareme.simulation.budget import GROUPINGS, Budget, Change, Envelope, Gap, Group, MeasureEffect, Variation
from bareme.simulation.costing import Cost, gaps_of
from bareme.simulation.parts import NOTHING, Parts, checked_part, proportion
from bareme.simulation.projecting import ProjectedLine
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
    months, refused = scenario.months, tuple(refused)
    effects = tuple(_measures(scenario, costs))
    groups = _grouped(costs, months)
    total = Change(
        sum((group.change.before for group in groups["series"]), NOTHING),
        sum((group.change.after for group in groups["series"]), NOTHING),
        sum((effect.in_year for effect in effects), NOTHING),
    )
    rise = total.after - total.before
    return Budget(
        volumes.name,
        sum(cost.acts.acts for cost in costs),
        total,
        effects,
        rise - sum((effect.alone for effect in effects), NOTHING),
        groups,
        tuple(Gap(*gap, *sums) for gap, sums in sorted(gaps_of(costs).items())),
        _together(refused),
        volumes.without_tariff(refused),
        None if envelope is None else _envelope(envelope, checked_part(part), rise, total.in_year),
        vary,
        () if vary is None else tuple(_variations(groups["series"], rise, vary)),
    )


def _measures(scenario: Scenario, costs: Sequence[Cost]) -> Iterable[MeasureEffect]:
    """What each measure adds, in the order of the measures."""
    months = scenario.months
    in_order, alone, shifts = ({ident: _Tally() for ident in months} for _ in range(3))
    for cost in costs:
        for ident, added in cost.effects:
            in_order[ident].add(added)
        for ident, added in cost.alone:
            alone[ident].add(added)
        for ident, added in cost.shifts:
            shifts[ident].add(added)
    for step in scenario.steps:
        added = in_order[step.id].parts
        of_year = added.of_year(months[step.id], shifts[step.id].parts)
        yield MeasureEffect(step.id, step.title, months[step.id], added, alone[step.id].parts, of_year)


Key = tuple[str | None, str | None, str | None]
"""A group: its key, its title, and what the key belongs to."""
_Line = tuple[Key, Key, Key, Key]


def _keys_of(line: ProjectedLine) -> _Line:
    """The groups of a line: series, section, letters, provider."""
    circular, section = line.listed.reading.circular, line.listed.line.section
    series = circular.series or ""
    letters = "+".join(term.letter or "?" for term in line.listed.line.terms)
    return (
        (series, circular.title, None),
        (None, None, series) if section is None else (section.number or section.title, section.title, series),
        (letters or None, None, None),
        (series.split("/")[0], None, None),
    )


class _Tally:
    """Parts while they are summed: adding whole values for every act takes its time."""

    __slots__ = ("fee", "intervention", "patient_share")

    def __init__(self) -> None:
        self.fee = self.intervention = self.patient_share = 0

    def add(self, parts: Parts | _Tally) -> None:
        """Add sums to these."""
        self.fee += parts.fee
        self.intervention += parts.intervention
        self.patient_share += parts.patient_share

    @property
    def parts(self) -> Parts:
        """The sums."""
        return Parts(self.fee, self.intervention, self.patient_share)


class _Sums:
    """Sums of a group while it is put together."""

    __slots__ = ("acts", "after", "before", "effects", "shifts")

    def __init__(self) -> None:
        self.acts, self.before, self.after = 0, _Tally(), _Tally()
        self.effects: dict[str, _Tally] = {}
        self.shifts: dict[str, _Tally] = {}

    def add(
        self,
        acts: int,
        before: Parts | _Tally,
        after: Parts | _Tally,
        effects: Iterable[tuple[str, Parts | _Tally]],
        shifts: Iterable[tuple[str, Parts | _Tally]],
    ) -> None:
        """Add what some acts come to."""
        self.acts += acts
        self.before.add(before)
        self.after.add(after)
        for tallies, more in ((self.effects, effects), (self.shifts, shifts)):
            for ident, added in more:
                if ident not in tallies:
                    tallies[ident] = _Tally()
                tallies[ident].add(added)


def _grouped(costs: Sequence[Cost], months: Mapping[str, int]) -> dict[str, tuple[Group, ...]]:
    """Costs by every grouping: acts of alike lines are put together once, and those sums then by group."""
    keys: dict[int, _Line] = {}
    alike: dict[_Line, _Sums] = {}
    codes: dict[Key, _Sums] = {}
    for cost in costs:
        line = cost.line
        if id(line) not in keys:
            keys[id(line)] = _keys_of(line)
        own = keys[id(line)]
        code = (cost.acts.code, line.listed.line.label, own[0][0])
        for sums in (alike.setdefault(own, _Sums()), codes.setdefault(code, _Sums())):
            sums.add(cost.acts.acts, cost.before, cost.after, cost.effects, cost.shifts)
    groups = {"code": _groups(codes.items(), months)}
    for place, name in enumerate(GROUPINGS[:-1]):
        groups[name] = _groups([(own[place], sums) for own, sums in alike.items()], months)
    return groups


def _groups(parts: Iterable[tuple[Key, _Sums]], months: Mapping[str, int]) -> tuple[Group, ...]:
    """Sums by group, in the order of the keys; those without a key last. Of several titles the first stands."""
    found: dict[tuple[str | None, str | None], tuple[str | None, _Sums]] = {}
    for (key, title, of), sums in parts:
        _, own = found.setdefault((key, of), (title, _Sums()))
        own.add(sums.acts, sums.before, sums.after, sums.effects.items(), sums.shifts.items())
    ordered = sorted(found.items(), key=lambda item: (item[0][1] or "", item[0][0] is None, item[0][0] or ""))
    return tuple(_group(key, title, of, sums, months) for (key, of), (title, sums) in ordered)


def _group(key: str | None, title: str | None, of: str | None, sums: _Sums, months: Mapping[str, int]) -> Group:
    in_year = _Tally()
    for ident, tally in sums.effects.items():
        shift = sums.shifts.get(ident)
        in_year.add(tally.parts.of_year(months[ident], NOTHING if shift is None else shift.parts))
    return Group(key, title, of, sums.acts, Change(sums.before.parts, sums.after.parts, in_year.parts))


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

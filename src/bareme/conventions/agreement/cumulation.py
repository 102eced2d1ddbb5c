"""Which acts of a patient exclude which others: rules of cumulation over acts in the order of date and input line.

An act is kept unless a rule excludes it because of acts that are kept; excluded acts count for nothing. Acts of an
earlier day come before those of a later one; within a day a rule's `keeps` says which comes first. Where that depends
on what is not told, the act needs information, and so do later acts that depend on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import chain, groupby, islice

from bareme.conventions.capping import months_after
from bareme.periods import Period

NAMED = 20
"""So many acts that may decide are named where something is not told: of a list without fees there are too many."""


class Kind(StrEnum):
    """What a rule of cumulation says."""

    NOT_ON_SAME_DAY = "not_on_same_day"
    """Of its codes one act a day."""
    AT_MOST = "at_most"
    """Of its codes so many acts per period."""
    NOT_WITH = "not_with"
    """No act of its codes with one of the others, on one day or in one session."""


class Per(StrEnum):
    """The period of a maximum."""

    DAY = "day"
    DAYS = "days"
    """So many days that end on the day of the act."""
    MONTHS = "months"
    """So many months that end on the day of the act: an act of 1 March counts until the end of February after it."""
    CALENDAR_YEAR = "calendar_year"


class Within(StrEnum):
    """Where two acts meet."""

    DAY = "day"
    SESSION = "session"
    """The same session of the same day."""


class Keeps(StrEnum):
    """Which of several acts of one day is kept; an act of an earlier day always goes before."""

    FIRST = "first"
    """The first by input line."""
    HIGHER_FEE = "higher_fee"
    """The higher fee; of equal fees the first."""


@dataclass(frozen=True, slots=True)
class CumulationRule:
    """A rule of cumulation. A maximum has `most`, `per` and `length`; `not_with` has `other` codes and `within`."""

    id: str
    kind: Kind
    clause: str
    codes: frozenset[str]
    keeps: Keeps
    period: Period
    """The days of acts for which it is in force."""
    other: frozenset[str] = frozenset()
    within: Within = Within.DAY
    most: int = 1
    per: Per = Per.DAY
    length: int = 1

    @property
    def every_code(self) -> frozenset[str]:
        """The codes that it is about."""
        return self.codes | self.other

    def counts(self, earlier: date, on: date) -> bool:
        """True when an act of an earlier or the same day is in the period of one on `on`."""
        if self.per is Per.DAY:
            return earlier == on
        if self.per is Per.CALENDAR_YEAR:
            return earlier.year == on.year
        if self.per is Per.MONTHS:
            return earlier == on or months_after(earlier, self.length) > on
        return on - earlier < timedelta(self.length)


@dataclass(frozen=True, slots=True)
class CumulatedAct:
    """An act of a patient: one line, one act. `session` and `fee` (in euro) are asked only where a rule needs them."""

    patient: str
    on: date
    code: str
    line: int
    session: str | None = None
    fee: Decimal | None = None


class Ruled(StrEnum):
    """What becomes of an act."""

    KEPT = "kept"
    EXCLUDED = "excluded"
    NEEDS_INFORMATION = "needs_information"


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that excludes an act, or may: the kept (or perhaps kept) acts that do it by line, and what is missing.

    Of acts that only perhaps do it not all are named: `NAMED`, or as many as the rule counts.
    """

    rule: CumulationRule
    lines: tuple[int, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """An act and what becomes of it; a kept act has no reasons."""

    act: CumulatedAct
    ruled: Ruled
    reasons: tuple[Reason, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What must be told, of any of the acts that decide."""
        return tuple(sorted({name for reason in self.reasons for name in reason.missing}))


@dataclass(frozen=True, slots=True)
class _Standing:
    """An act that is kept, or perhaps: then `missing` says on what it depends."""

    act: CumulatedAct
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _History:
    """The acts before that count for a rule, in order: those that are kept, and those that perhaps are."""

    certain: list[_Standing] = field(default_factory=list)
    perhaps: list[_Standing] = field(default_factory=list)


def cumulation(acts: Iterable[CumulatedAct], rules: Sequence[CumulationRule]) -> tuple[Ruling, ...]:
    """What becomes of each act, in the order of patient, date and line."""
    ordered = sorted(acts, key=lambda act: (act.patient, act.on, act.line))
    found: list[Ruling] = []
    known: dict[tuple[str, ...], Mapping[str, int]] = {}
    for _, of_patient in groupby(ordered, key=lambda act: act.patient):
        history = {rule.id: _History() for rule in rules}
        for day, of_day in groupby(of_patient, key=lambda act: act.on):
            in_force = [rule for rule in rules if day in rule.period]
            names = tuple(rule.id for rule in in_force)
            groups = known.get(names) or known.setdefault(names, groups_of(in_force))
            found += sorted(_day(tuple(of_day), in_force, groups, history), key=lambda ruling: ruling.act.line)
    return tuple(found)


def _day(
    acts: Sequence[CumulatedAct],
    rules: Sequence[CumulationRule],
    groups: Mapping[str, int],
    history: Mapping[str, _History],
) -> Iterator[Ruling]:
    """The acts of one patient and day, group by group: acts of different groups have no rule in common."""
    by_group: dict[int | None, list[CumulatedAct]] = {}
    for act in acts:
        by_group.setdefault(groups.get(act.code), []).append(act)
    for number, members in by_group.items():
        own = [rule for rule in rules if number is not None and groups[min(rule.codes)] == number]
        by_fee = any(rule.keeps is Keeps.HIGHER_FEE for rule in own)
        in_doubt = by_fee and len(members) > 1 and any(act.fee is None for act in members)
        if by_fee and not in_doubt:
            members = sorted(members, key=lambda act: (-(act.fee or Decimal(0)), act.line))
        peers = [_Standing(act, ("fee",)) for act in members] if in_doubt else []
        rulings = []
        for act in members:
            ruling = _ruled(act, own, history, peers)
            rulings.append(ruling)
            if not in_doubt:
                _stand(ruling, own, history)
        if in_doubt:
            for ruling in rulings:
                _stand(ruling, own, history)
        yield from rulings


def _stand(ruling: Ruling, rules: Sequence[CumulationRule], history: Mapping[str, _History]) -> None:
    """An act that is kept, or perhaps, counts for what comes after it."""
    if ruling.ruled is not Ruled.EXCLUDED:
        for rule in rules:
            if ruling.act.code in rule.every_code:
                before = history[rule.id]
                (before.perhaps if ruling.missing else before.certain).append(_Standing(ruling.act, ruling.missing))


def _ruled(
    act: CumulatedAct,
    rules: Sequence[CumulationRule],
    history: Mapping[str, _History],
    peers: Sequence[_Standing],
) -> Ruling:
    """An act against the acts before it, and `peers` of its day that may come before it (it may be one of them)."""
    surely, perhaps = [], []
    for rule in rules:
        if act.code not in rule.every_code:
            continue
        before = list(_before(act, rule, history[rule.id].certain))
        least = 1 if rule.kind is Kind.NOT_WITH else rule.most
        certain = [standing for standing in before if not standing.missing]
        if len(certain) >= least:
            surely.append(Reason(rule, _lines(certain)))
            continue
        before += islice(_before(act, rule, history[rule.id].perhaps, peers), max(NAMED, least))
        if len(before) >= least:
            missing = tuple(sorted({name for standing in before for name in standing.missing}))
            perhaps.append(Reason(rule, _lines(before), missing))
    if surely:
        return Ruling(act, Ruled.EXCLUDED, tuple(surely))
    return Ruling(act, Ruled.NEEDS_INFORMATION if perhaps else Ruled.KEPT, tuple(perhaps))


def _lines(standings: Sequence[_Standing]) -> tuple[int, ...]:
    return tuple(sorted(standing.act.line for standing in standings))


def _before(
    act: CumulatedAct, rule: CumulationRule, history: Sequence[_Standing], peers: Sequence[_Standing] = ()
) -> Iterator[_Standing]:
    """The acts before an act that count for a rule, the last ones first."""
    for standing in chain(peers, reversed(history)):
        other = standing.act
        if other is act:
            continue
        if rule.kind is not Kind.NOT_WITH:
            if not rule.counts(other.on, act.on):
                return
            if other.code in rule.codes:
                yield standing
            continue
        if other.on != act.on:
            return
        if other.code in (rule.other if act.code in rule.codes else rule.codes):
            yield from _met(act, standing, rule.within)


def _met(act: CumulatedAct, standing: _Standing, within: Within) -> Iterator[_Standing]:
    """The other act of the day, if the two meet; a session that is not told leaves it open."""
    if within is Within.DAY:
        yield standing
    elif act.session is None or standing.act.session is None:
        yield _Standing(standing.act, tuple(sorted({*standing.missing, "session"})))
    elif act.session == standing.act.session:
        yield standing


def groups_of(rules: Sequence[CumulationRule]) -> Mapping[str, int]:
    """The codes that rules join directly or by way of others, each with the number of its group."""
    groups: dict[str, int] = {}
    for number, rule in enumerate(rules):
        joined = {groups[code] for code in rule.every_code if code in groups}
        groups.update({code: number for code, group in groups.items() if group in joined})
        groups.update(dict.fromkeys(rule.every_code, number))
    return groups

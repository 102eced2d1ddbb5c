"""The rules asked for acts: for one by itself, or for several that may be a patient's history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from bareme.conventions.capping import Window
from bareme.conventions.loading import conventions
from bareme.conventions.model import Parameters, Rule, RuleAnswer, RuledAct


@cache
def rule_codes() -> frozenset[str]:
    """The codes for which some rule answers."""
    return frozenset(code for c in conventions().values() for rule in c.rules for code in rule.codes)


@cache
def history_codes() -> frozenset[str]:
    """The codes for which a rule needs to know the patient's other acts."""
    return frozenset(code for c in conventions().values() if c.history is not None for code in c.history.codes)


@cache
def asking_inputs() -> frozenset[str]:
    """The inputs that ask a rule for an act of any code."""
    return frozenset(
        name for c in conventions().values() for rule in c.rules if not rule.codes for name in rule.asked_by
    )


def is_ruled(code: str, inputs: Iterable[str]) -> bool:
    """True for an act that some rule may answer for, by its code or by an input that is given."""
    return code in rule_codes() or not asking_inputs().isdisjoint(inputs)


@lru_cache(maxsize=10_000)
def _asked_on(code: str, day: date) -> tuple[tuple[Rule, Parameters], ...]:
    """The rules that may answer for a code on a day, each with the parameters of its convention."""
    return tuple(
        (rule, values)
        for convention in conventions().values()
        if (values := convention.parameters_on(day)) is not None
        for rule in convention.rules
        if day in rule.period and (code in rule.codes if rule.codes else rule.asked_by)
    )


def answers_of(act: RuledAct) -> tuple[RuleAnswer, ...]:
    """What all rules say of an act."""
    return tuple(rule.answer(act, values) for rule, values in _asked_on(act.code, act.on) if rule.is_asked(act))


def with_history(
    acts: Sequence[tuple[int, RuledAct]], window: Window = Window.ROLLING, *, whole: bool = False
) -> Mapping[int, Mapping[str, Any]]:
    """By line, what acts that are given together tell of one another, to be added to an act's inputs.

    `whole` says that they are all acts that there are: each then is told at least that it is `among_others`.
    """
    known: dict[int, Mapping[str, Any]] = {}
    for convention in conventions().values():
        if convention.history is None:
            continue
        codes, is_dated = convention.history.codes, cache(lambda day, c=convention: c.parameters_on(day) is not None)
        own = [(line, act) for line, act in acts if act.code in codes and is_dated(act.on)]
        # A history is counted by the parameters of its last day.
        values = convention.parameters_on(max((act.on for _, act in own), default=None))
        if values is not None:
            told = convention.history.function(own, values, window)
            known |= {line: {"among_others": True, **told.get(line, {})} for line, _ in own} if whole else told
    return known


def informed(acts: Iterable[tuple[int, RuledAct]], known: Mapping[int, Mapping[str, Any]]) -> list[RuledAct]:
    """Acts with what is known of them from others."""
    return [act.knowing(known[line]) if line in known else act for line, act in acts]

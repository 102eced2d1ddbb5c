"""The agreement's own rules of cumulation, for ECGs (6.5) and article 34 (6.6), once what they await is supplied."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from bareme.conventions.agreement.answers import Answer
from bareme.conventions.agreement.cumulation import CumulationRule, Keeps, Kind, Within
from bareme.conventions.agreement.systems import System
from bareme.conventions.model import Missing
from bareme.errors import InputError
from bareme.periods import Period

ECG, ARTICLE_34 = "6.5", "6.6"
USED = ("cumulation-kept-acts-count",)
"""Interpretation: only acts that are kept exclude others, and an earlier day goes before."""
Word = TypeVar("Word", bound=StrEnum)


def ecg(system: System) -> Answer:
    """Several ECGs on one day are limited from the day of the annex (6.5): which and how many is awaited."""

    def answered() -> Answer:
        rule = _ecg(system)
        told: dict[str, Any] = {"codes": sorted(rule.codes), "start": rule.period.start}
        return system.answer("ecg", True, ECG, most=rule.most, interpretations=USED, **told)

    return system.asked("ecg", ECG, answered)


def article_34(system: System) -> Answer:
    """Cumulation of article 34 with other acts is limited from the day of the annex (6.6): with which is awaited."""

    def answered() -> Answer:
        rule = _article_34(system)
        told: dict[str, Any] = {"codes": sorted(rule.codes), "other": sorted(rule.other), "start": rule.period.start}
        return system.answer("article_34", True, ARTICLE_34, within=rule.within.value, interpretations=USED, **told)

    return system.asked("article_34", ARTICLE_34, answered)


def own_rules(system: System) -> tuple[CumulationRule, ...]:
    """The rules of 6.5 and 6.6 for which everything was supplied."""
    return tuple(rule for make in (_ecg, _article_34) if (rule := _made(make, system)) is not None)


def _made(make: Callable[[System], CumulationRule], system: System) -> CumulationRule | None:
    try:
        return make(system)
    except Missing:
        return None


def _ecg(system: System) -> CumulationRule:
    _complete(system, "ecg_codes", "ecg_most_a_day", "ecg_keeps")
    given = system.parameters
    if given.count("ecg_most_a_day") < 1:
        raise InputError("cumulation.ecg_most_a_day: at least 1.")
    return CumulationRule(
        "ecg",
        Kind.AT_MOST,
        ECG,
        _codes(system, "ecg_codes"),
        _word(system, "ecg_keeps", Keeps),
        Period(given.day("ecg_from")),
        most=given.count("ecg_most_a_day"),
    )


def _article_34(system: System) -> CumulationRule:
    _complete(system, "article_34_codes", "article_34_not_with", "article_34_within", "article_34_keeps")
    given = system.parameters
    return CumulationRule(
        "article_34",
        Kind.NOT_WITH,
        ARTICLE_34,
        _codes(system, "article_34_codes"),
        _word(system, "article_34_keeps", Keeps),
        Period(given.day("article_34_from")),
        _codes(system, "article_34_not_with"),
        _word(system, "article_34_within", Within),
    )


def _complete(system: System, *names: str) -> None:
    """All that is awaited is told at once."""
    absent = [name for name in names if system.parameters.entry(name).value is None]
    if absent:
        raise Missing(*absent)


def _codes(system: System, name: str) -> frozenset[str]:
    codes = system.parameters.codes(name)
    if not codes:
        raise InputError(f"cumulation.{name}: at least one code.")
    return frozenset(codes)


def _word(system: System, name: str, kind: type[Word]) -> Word:
    text = system.parameters.text(name)
    if text not in list(kind):
        raise InputError(f"cumulation.{name}: {text!r} is none of {', '.join(kind)}.")
    return kind(text)

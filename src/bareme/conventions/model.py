"""What a rule is given and what it answers: plain values. A rule is a small function of one act and its parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bareme.money import euro_text
from bareme.periods import Period


class Result(StrEnum):
    """What a rule says of an act."""

    YES = "yes"
    """It holds, or what it asks is met."""
    NO = "no"
    """It does not."""
    NEEDS_INFORMATION = "needs_information"
    """Something is missing, or contradicts itself; `missing` and `contradicts` name it."""


class Missing(Exception):
    """Inside a rule: what it must know and is not told."""

    def __init__(self, *names: str) -> None:
        super().__init__(*names)
        self.names = names


class Contradiction(Exception):
    """Inside a rule: inputs that cannot be true together."""

    def __init__(self, *names: str) -> None:
        super().__init__(*names)
        self.names = names


@dataclass(frozen=True, slots=True)
class RuledAct:
    """An act as rules see it: what was given, and its tariff per unit in euro (None: no amount).

    `wrong` names inputs whose value cannot be used: a rule that looks at one is told so.
    """

    code: str
    on: date
    quantity: int
    inputs: Mapping[str, Any]
    fee: Decimal | None
    intervention: Decimal | None
    patient_share: Decimal | None
    wrong: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()
    """Facts that the tariff needs before there is a fee."""

    def get(self, name: str) -> Any:
        """An input, or None."""
        if name in self.wrong:
            raise Contradiction(name)
        return self.inputs.get(name)

    def is_told(self, name: str) -> bool:
        """True when an input is given, whether or not it can be used."""
        return name in self.wrong or self.inputs.get(name) is not None

    def ask(self, *names: str) -> Any:
        """Inputs that must be known (one, or a tuple of several); all that are not are told at once."""
        absent = [name for name in names if self.get(name) is None]
        if absent:
            raise Missing(*absent)
        found = tuple(self.inputs[name] for name in names)
        return found if len(found) > 1 else found[0]

    def knowing(self, more: Mapping[str, Any]) -> RuledAct:
        """The act with what is known of it besides."""
        return replace(self, inputs={**self.inputs, **more}) if more else self

    def tariff(self) -> Decimal:
        """The fee per unit; a rule that pays needs one."""
        if self.fee is None:
            raise Missing(*(self.needs or ("fee",)))
        return self.fee


@dataclass(frozen=True, slots=True)
class Payable:
    """What is paid for an act after rules, in euro for all its units; None: the rule leaves it open."""

    units: int | None
    fee: Decimal | None
    intervention: Decimal | None
    patient_share: Decimal | None

    def to_dict(self) -> dict[str, Any]:
        """As data, `payable_...`."""
        return {
            "payable_units": self.units,
            "payable_fee": euro_text(self.fee),
            "payable_intervention": euro_text(self.intervention),
            "payable_patient_share": euro_text(self.patient_share),
        }


NOTHING_PAYABLE = Payable(None, None, None, None)
"""No rule says what is paid."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule's function gives: does it hold, what its sentence names, what is paid, the interpretations used."""

    holds: bool
    values: Mapping[str, object] = field(default_factory=dict)
    payable: Payable | None = None
    interpretations: tuple[str, ...] = ()
    case: str = ""
    """Which of several sentences for the same result; empty for the only one."""
    clause: str = ""
    """The place that decides, where it is more exact than the rule's."""
    amount: Decimal | None = None
    """An amount that the rule tells of beside what is paid, in euro: a supplement."""


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """A rule's answer for an act. `clause` is the place of the documents that states it."""

    rule: str
    result: Result
    missing: tuple[str, ...]
    contradicts: tuple[str, ...]
    clause: str
    said: Said | None = None

    def to_dict(self) -> dict[str, Any]:
        """As data: an entry of `rules`."""
        return {
            "rule": self.rule,
            "result": self.result.value,
            "missing": list(self.missing),
            "contradicts": list(self.contradicts),
            "clause": self.clause,
            "amount": None if self.said is None else euro_text(self.said.amount),
        }


Parameters = Mapping[str, Any]
Function = Callable[[RuledAct, Parameters], Said]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a convention: for which codes, on which days, stated where, and its function."""

    id: str
    codes: frozenset[str]
    period: Period
    clause: str
    function: Function
    pays: bool
    place: str
    """Module and line of the function, to be named where rules contradict one another."""
    asked_by: frozenset[str] = frozenset()
    """Inputs of which one must be given for the rule to answer; none: it answers for all its codes."""

    def is_for(self, act: RuledAct) -> bool:
        """True for an act that it answers for."""
        of_code = act.code in self.codes if self.codes else bool(self.asked_by)
        return of_code and act.on in self.period and self.is_asked(act)

    def is_asked(self, act: RuledAct) -> bool:
        """True when nothing must ask it, or one of its inputs is given."""
        return not self.asked_by or any(map(act.is_told, self.asked_by))

    def answer(self, act: RuledAct, parameters: Parameters) -> RuleAnswer:
        """What the rule says of an act."""
        try:
            said = self.function(act, parameters)
        except Missing as missing:
            return RuleAnswer(self.id, Result.NEEDS_INFORMATION, missing.names, (), self.clause)
        except Contradiction as wrong:
            return RuleAnswer(self.id, Result.NEEDS_INFORMATION, (), wrong.names, self.clause)
        clause = said.clause or self.clause
        return RuleAnswer(self.id, Result.YES if said.holds else Result.NO, (), (), clause, said)

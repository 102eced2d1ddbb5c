"""The rules of conventions asked for priced acts. They never change its tariff: they stand beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from bareme.conventions.asking import answers_of, informed, is_ruled, with_history
from bareme.conventions.loading import conventions
from bareme.conventions.model import RuleAnswer, RuledAct

if TYPE_CHECKING:
    from bareme.pricing.explain import Catalogue
    from bareme.pricing.price import Price


def ruled(prices: Sequence[Price], inputs: Sequence[Mapping[str, Any]]) -> list[Price]:
    """Prices with what the rules of their codes say, and the inputs that they were given.

    Several prices are each other's history: acts of one patient, in the order of date and place.
    """
    asked = [
        (place, _act(price, price.on, price.quantity, given))
        for place, (price, given) in enumerate(zip(prices, inputs, strict=True))
        if is_ruled(price.code, given)
    ]
    answers = rulings(asked, len(prices) > 1)
    return [
        replace(price, inputs=dict(given), rules=answers.get(place, ())) if given or answers.get(place) else price
        for place, (price, given) in enumerate(zip(prices, inputs, strict=True))
    ]


def rulings(asked: Sequence[tuple[int, RuledAct]], several: bool) -> dict[int, tuple[RuleAnswer, ...]]:
    """What rules say of acts, by their place from 0; the acts of `several` are each other's history.

    Sentences name acts by their place from 1.
    """
    named = [(place + 1, act) for place, act in asked]
    known = with_history(named) if several else {}
    return {place: answers_of(act) for (place, _), act in zip(asked, informed(named, known), strict=True)}


def ruled_act(price: Price, request: Mapping[str, Any]) -> RuledAct:
    """An act as rules see it; its tariff is that of `price`, which may be another act's of the same tariff."""
    return _act(price, request["on"], request["quantity"], request["inputs"])


def _act(price: Price, on: date, quantity: int, given: Mapping[str, Any]) -> RuledAct:
    told = {**price.facts, **given}
    amounts = (price.fee, price.intervention, price.patient_share)
    return RuledAct(price.code, on, quantity, told, *amounts, needs=price.needs)


def sentences_of(answers: Iterable[RuleAnswer], words: Catalogue) -> Iterator[str]:
    """What rules say, in a language."""
    for answer in answers:
        convention = conventions()[answer.rule.partition(".")[0]]
        said = convention.sentence(answer, words.language)
        if said is not None:
            yield said
            continue
        names = list(answer.missing or answer.contradicts)
        key = "rule_needs" if answer.missing else "rule_contradicts"
        yield words.say(key, rule=answer.rule, clause=answer.clause, names=words.join(names))

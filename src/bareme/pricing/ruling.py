"""The rules of conventions asked for priced acts. They never change its tariff: they stand beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bareme.conventions.asking import answers_of, informed, is_ruled, with_history
from bareme.conventions.loading import conventions
from bareme.conventions.model import RuledAct

if TYPE_CHECKING:
    from bareme.pricing.explain import Catalogue
    from bareme.pricing.price import Price


def ruled(prices: Sequence[Price], inputs: Sequence[Mapping[str, Any]]) -> list[Price]:
    """Prices with what the rules of their codes say, and the inputs that they were given.

    Several prices are each other's history: acts of one patient, in the order of date and place.
    """
    asked = [
        (place, _act(price, given))
        for place, (price, given) in enumerate(zip(prices, inputs, strict=True), start=1)
        if is_ruled(price.code, given)
    ]
    known = with_history(asked) if len(prices) > 1 else {}
    acts = {place: act for (place, _), act in zip(asked, informed(asked, known), strict=True)}
    found = []
    for place, (price, given) in enumerate(zip(prices, inputs, strict=True), start=1):
        answers = answers_of(acts[place]) if place in acts else ()
        found.append(replace(price, inputs=dict(given), rules=answers) if given or answers else price)
    return found


def _act(price: Price, given: Mapping[str, Any]) -> RuledAct:
    told = {**price.facts, **given}
    amounts = (price.fee, price.intervention, price.patient_share)
    return RuledAct(price.code, price.on, price.quantity, told, *amounts, needs=price.needs)


def sentences_of(price: Price, words: Catalogue) -> Iterator[str]:
    """What the rules say of a price, in a language."""
    for answer in price.rules:
        convention = conventions()[answer.rule.partition(".")[0]]
        said = convention.sentence(answer, words.language)
        if said is not None:
            yield said
            continue
        names = list(answer.missing or answer.contradicts)
        key = "rule_needs" if answer.missing else "rule_contradicts"
        yield words.say(key, rule=answer.rule, clause=answer.clause, names=words.join(names))

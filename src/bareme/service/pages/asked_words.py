"""What pages ask and were answered, in words: facts that amounts depend on and inputs of rules, their values, days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bareme.conventions.inputs import declared_inputs
from bareme.conventions.model import RuleAnswer
from bareme.errors import InputError
from bareme.nomenclature.facts import declared_facts
from bareme.periods import as_date
from bareme.pricing.explain import catalogue
from bareme.pricing.price import Price
from bareme.pricing.ruling import sentences_of
from bareme.service.pages.figures import days_in
from bareme.service.pages.languages import Words
from bareme.service.pages.scenario_asked import number_of


def asked_in_words(name: str, t: Words) -> str:
    """What a fact or an input is called where it is asked for; its own name where there are no words."""
    return t.of("asked", name, t.of("conditions_asked", name, name))


def value_in_words(name: str, value: str, t: Words) -> str:
    """A value of a fact or an input, such as yes."""
    own = f"{name}_{value}"
    found = t.of("fact_values", own, t.of("condition_values", own, ""))
    return found or t.of("answers", value, t.of("condition_values", value, value))


def written_plain(name: str, text: str) -> str:
    """What was typed for a fact or an input as the library takes it: an amount may have a comma, and groups of three.

    >>> written_plain("household_income", "20.000,50"), written_plain("age", "30,5")
    ('20000.50', '30,5')
    """
    found = declared_inputs().get(name)
    if found is None or found.kind != "euro":
        return text
    whole, comma, cents = text.rpartition(",")
    return number_of(f"{whole.replace('.', '')}{comma}{cents}" if comma else text)


def is_usable(name: str, text: str) -> bool:
    """True for what a fact or an input may be."""
    try:
        (declared_facts().get(name) or declared_inputs()[name]).read(text)
    except InputError:
        return False
    return True


def day_asked(text: str, default: date) -> date | None:
    """The day that was typed, the default where none was; None for what is no day."""
    try:
        return as_date(text, "on") if text.strip() else default
    except InputError:
        return None


def told(price: Price, spoken: str) -> list[str]:
    """A price in sentences, without what rules have to know: pages say that with the words of their fields."""
    return [days_in(one, spoken) for one in replace(price, rules=_answered(price)).explain(spoken)]


def of_rules(price: Price, spoken: str) -> list[str]:
    """What rules say of a price, as far as they can, without the sentences of the price itself."""
    return [days_in(one, spoken) for one in sentences_of(_answered(price), catalogue(spoken))]


def _answered(price: Price) -> tuple[RuleAnswer, ...]:
    return tuple(one for one in price.rules if not one.missing)


def waiting(price: Price) -> Iterator[RuleAnswer]:
    """The rules that have to know more."""
    return (one for one in price.rules if one.missing)

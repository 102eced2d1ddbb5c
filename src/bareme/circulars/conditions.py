"""The conditions that the titles above a table set for all its lines: ages, regime, facts (the global medical file).

What a title says is taken off it, form by form; if words that speak of a condition are left, or two bounds are on one
side or two values of a fact, it is not understood, and its lines are not used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bareme.circulars.header import Facts, values_in
from bareme.circulars.vocabulary import Vocabulary
from bareme.nomenclature.situations import Regime

_AGES = (
    ("section.age_between", 0, 1),
    ("section.age_above", 1, 0),
    ("section.age_up_to", 0, 1),
    ("section.age_from", 0, 0),
    ("section.age_to", 0, 0),
)
"""The forms of ages, in the order in which they are tried, and the years to add to their lower and upper bound."""
FACTS_OF_TITLES = ("global_medical_file", "gp_referral", "accreditation", "trainee", "convention_status")
"""A pathway is not among them: in a title it is what the circular is about."""
_REGIMES = ((Regime.ORDINARY, "section.ordinary"), (Regime.PREFERENTIAL, "section.preferential"))


@dataclass(frozen=True, slots=True)
class Conditions:
    """Ages in completed years, end exclusive, the regime and facts; None (no facts) where nothing is said.

    `unclear` is the title that sets a condition which is not understood.
    """

    age_from: int | None = None
    age_to: int | None = None
    regime: Regime | None = None
    facts: Facts = ()
    unclear: str | None = None

    @property
    def says_something(self) -> bool:
        """True for a title that sets a condition, understood or not."""
        return self != Conditions()


def conditions_of(titles: Sequence[str], words: Vocabulary) -> Conditions:
    """The conditions of titles, outermost first: an inner one replaces the same bound of an outer one."""
    found = [_condition(title, words) for title in titles]
    age_from = next((c.age_from for c in reversed(found) if c.age_from is not None), None)
    age_to = next((c.age_to for c in reversed(found) if c.age_to is not None), None)
    regime = next((c.regime for c in reversed(found) if c.regime is not None), None)
    facts = {name: value for c in found for name, value in c.facts}
    unclear = next((c.unclear for c in found if c.unclear is not None), None)
    if unclear is None and age_from is not None and age_to is not None and age_from >= age_to:
        unclear = " / ".join(titles)
    return Conditions(age_from, age_to, regime, tuple(sorted(facts.items())), unclear)


def _condition(title: str, words: Vocabulary) -> Conditions:
    """What one title says."""
    lows, highs, rest = _ages(title, words)
    regimes = []
    for regime, name in _REGIMES:
        if words.has(name, rest):
            regimes.append(regime)
            rest = words.without((name,), rest)
    facts = tuple((name, value) for name, value in values_in(rest, words) if name in FACTS_OF_TITLES)
    rest = words.without([f"fact.{name}={value}" for name, value in facts], rest)
    said = bool(lows or highs or regimes or facts)
    unclear = words.has("section.condition", rest) or (said and words.has("section.exclusion", rest))
    most = max(Counter(name for name, _ in facts).values(), default=0)
    if unclear or max(len(lows), len(highs), len(regimes), most) > 1:
        return Conditions(unclear=title)
    return Conditions(lows[0] if lows else None, highs[0] if highs else None, regimes[0] if regimes else None, facts)


def _ages(title: str, words: Vocabulary) -> tuple[list[int], list[int], str]:
    """The lower and upper bounds that a title sets, and what is left of it."""
    lows: list[int] = []
    highs: list[int] = []
    for name, above, below in _AGES:
        for pattern in words.patterns[name]:
            for found in pattern.finditer(title):
                ages = found.groupdict()
                lows += [int(ages["low"]) + above] if ages.get("low") else []
                highs += [int(ages["high"]) + below] if ages.get("high") else []
            title = pattern.sub(" ", title)
    return lows, highs, title

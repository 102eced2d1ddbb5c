"""What a clause does to the tariffs: one kind of measure with its figure, or nothing that is understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bareme.circulars.clauses import Clause
from bareme.circulars.figures import number_of

_DIRECTIONS = frozenset({"lower", "higher"})
_VAGUE = frozenset({"change", "set"})
"""Words of change that say nothing by themselves."""
_CHANGED = frozenset({"index", "change"})
"""What, when it does not happen, leaves the figures as they are."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is done, and to what: words of a clause, or those that it takes over from the one before."""

    verbs: frozenset[str]
    objects: frozenset[str]

    @property
    def of_patients(self) -> bool:
        """True where it is said of what patients or the insurance pay."""
        return bool(self.objects & {"share", "intervention"})

    @property
    def of_fees(self) -> bool:
        """True where it is said of fees, by that name or as tariffs, and of nothing else."""
        return bool(self.objects & {"fees", "tariffs"}) and not self.of_patients


@dataclass(frozen=True, slots=True)
class Effect:
    """A measure without its lines: a kind of `MEASURE_KINDS` and its figures."""

    kind: str
    rate: Decimal | None = None
    amount: Decimal | None = None
    letter: str | None = None
    coefficient_from: Decimal | None = None
    coefficient_to: Decimal | None = None
    already: Decimal | None = None
    relative_to: date | None = None


def words_of(clause: Clause, before: Words | None = None) -> Words:
    """The words of a clause; without a word of change (or without an object) of its own, it takes over those before."""
    verbs, objects = clause.verbs, clause.objects - {"tariffs"}
    if before is not None and not verbs:
        verbs = before.verbs
    if before is not None and not objects:
        objects = before.objects
    return Words(verbs, objects | (clause.objects & {"tariffs"}))


def keeps_shares(clause: Clause, words: Words) -> bool:
    """True for patient shares that stay as they are: an index leaves them alone anyway, and no measure says so."""
    same = "unchanged" in words.verbs or ("not" in clause.flags and bool(words.verbs & _CHANGED))
    return same and words.objects - {"tariffs"} == {"share"} and not clause.figures and not clause.unclear


def effect_of(clause: Clause, words: Words) -> Effect | None:
    """The one thing that a clause does; None unless all its figures and words of change are accounted for."""
    if clause.unclear:
        return None
    if "not" in clause.flags:
        return _denied(clause, words)
    if not clause.figures:
        return _without_figure(clause, words)
    if clause.figures > 1 or words.verbs & {"unchanged", "added", "ended"}:
        return None
    if clause.insteads:
        return _of_coefficient(clause, words)
    if clause.rates:
        return _by_rate(clause, words)
    return _of_amount(clause, words)


def _denied(clause: Clause, words: Words) -> Effect | None:
    """What is not indexed and not changed stays as it is; no other negation is understood."""
    if clause.figures or not words.verbs or words.verbs - _CHANGED or _only_of_patients(words):
        return None
    return Effect("unchanged")


def _only_of_patients(words: Words) -> bool:
    return words.of_patients and "fees" not in words.objects


def _without_figure(clause: Clause, words: Words) -> Effect | None:
    kinds = words.verbs - _VAGUE
    if kinds == {"unchanged"}:
        return None if _only_of_patients(words) else Effect("unchanged")
    if kinds in ({"added"}, {"ended"}) and clause.pairs and not words.objects - {"tariffs"}:
        return Effect(next(iter(kinds)))
    return None


def _of_coefficient(clause: Clause, words: Words) -> Effect | None:
    """The letter value that makes the fee what it is at another coefficient: N1300 instead of N1350."""
    [found] = clause.insteads
    new, old = number_of(found["to"]), number_of(found["from"])
    other_letter = found["from_letter"] and found["from_letter"] != found["to_letter"]
    if not new or not old or other_letter or "index" in words.verbs or words.of_patients or not words.objects:
        return None
    return Effect("fee_of_coefficient", letter=found["to_letter"], coefficient_from=old, coefficient_to=new)


def _by_rate(clause: Clause, words: Words) -> Effect | None:
    """A rate on letter values or fees."""
    [rate] = clause.rates
    if words.of_patients or (clause.already is not None and not 0 < clause.already < rate):
        return None
    verbs = words.verbs - _VAGUE
    if verbs == {"index"}:
        return Effect("index", rate=rate, already=clause.already, relative_to=clause.relative_to)
    if len(verbs) != 1 or not verbs <= _DIRECTIONS or rate < 0 or not clause.rate_by:
        return None
    signed = -rate if "lower" in verbs else rate
    if "letter_value" in words.objects:
        kind = "letter_value_by_rate"
    elif words.of_fees or clause.pairs:
        kind = "fee_by_rate"
    else:
        return None
    return Effect(kind, rate=signed, already=clause.already, relative_to=clause.relative_to)


def _of_amount(clause: Clause, words: Words) -> Effect | None:
    """An amount that fees or shares become, or by which fees change."""
    if clause.already is not None or clause.relative_to is not None or "index" in words.verbs:
        return None
    if clause.to and words.verbs & (_VAGUE | _DIRECTIONS):
        if words.objects - {"tariffs"} == {"share"}:
            return Effect("share_set", amount=clause.to[0])
        if words.of_fees and "letter_value" not in words.objects:
            return Effect("fee_set", amount=clause.to[0])
    directions = words.verbs & _DIRECTIONS
    letter_alone = "letter_value" in words.objects and "fees" not in words.objects
    if clause.by and len(directions) == 1 and words.of_fees and not letter_alone:
        amount = clause.by[0]
        return Effect("fee_by_amount", amount=-amount if "lower" in directions else amount)
    return None

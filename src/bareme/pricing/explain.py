"""A price in sentences: what it is, how the fee comes about, which situation, since when, from where.

Sentences come from a catalogue, one file a language; numbers are written as the circulars print them. Every product and
difference that a sentence shows gives the cent that it shows.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bareme.audit.figures import terms_text
from bareme.circulars.columns import product_of
from bareme.errors import InputError
from bareme.money import printed
from bareme.nomenclature.codes import looks_like_code
from bareme.nomenclature.outcomes import Certainty, Outcome
from bareme.nomenclature.situations import Basis, InterventionKind

if TYPE_CHECKING:
    from bareme.pricing.price import Price

_NO_AMOUNT = {
    "no_fee_printed": "no_amount_printed",
    "fee_not_published": "no_amount_cut",
    "doubtful_line": "no_amount_doubtful",
    "several_amounts": "no_amount_several",
    "two_series": "no_amount_series",
    "no_such_situation": "no_amount_situation",
}

REASONS = {
    "before_first": "before the first tariff known to the book",
    "ended": "after the code's last tariff ended",
    "between": "in a gap between two tariffs",
    "never": "the book holds the code, and no day on which its tariff takes effect",
    "not_published": "an amount of this situation is not published",
    "no_fee_printed": "the line prints no fee",
    "fee_not_published": "the row ends before the fee",
    "doubtful_line": "a finding puts the line in doubt",
    "several_amounts": "the circular has several amounts for the situation",
    "two_series": "two series have a tariff for the code",
    "not_known_then": "the book holds the code today, not as known or recorded at the moment asked for",
    "no_such_situation": "the circular names no amount for the situation",
}
"""The words of `reason_code` and of the column `reason`."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words and sentences of one language."""

    language: str
    words: Mapping[str, str]
    sentences: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """A sentence filled in."""
        return self.sentences[key].format(**values)

    def join(self, items: list[str]) -> str:
        """ "a, b and c"."""
        head, last = items[:-1], items[-1]
        return f"{', '.join(head)} {self.words['and']} {last}" if head else last

    def money(self, amount: Decimal | None) -> str:
        """An amount as printed, or the word for none."""
        return self.words["none"] if amount is None else printed(amount)


def languages() -> list[str]:
    """The languages of the catalogue."""
    folder = files("bareme.pricing").joinpath("catalogue")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language; `InputError` names those that there are."""
    if language not in languages():
        raise InputError(f"language: {language!r} is none of {', '.join(languages())}.")
    text = files("bareme.pricing").joinpath("catalogue", f"{language}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Catalogue(language, data["words"], data["sentence"])


def explain(price: Price, language: str) -> list[str]:
    """The price in sentences; the first one is the answer."""
    words = catalogue(language)
    before, after = told(price, words)
    sentences = [answer(price, words), *before, *after]
    if price.quantity != 1 and has_figures(price):
        totals = (price.total_fee, price.total_intervention, price.total_patient_share)
        sentences.insert(1 + len(before), totals_sentence(price.quantity, totals, words))
    if price.rules:
        from bareme.pricing.ruling import sentences_of

        sentences += sentences_of(price.rules, words)
    return sentences


def told(price: Price, words: Catalogue) -> tuple[list[str], list[str]]:
    """The sentences between the answer and what rules say: those before and those after the totals of several units."""
    before = list(_options(price, words)) if price.outcome is Outcome.NEEDS_INFORMATION else []
    if price.outcome in (Outcome.PRICED, Outcome.INCOMPLETE):
        before += _figures(price, words)
    return before, [] if price.publication is None else list(_provenance(price, words))


def has_figures(price: Price) -> bool:
    """True for a price of which the explanation tells the figures."""
    whole = price.line is not None and price.amount is not None and price.fee is not None
    return whole and price.outcome in (Outcome.PRICED, Outcome.INCOMPLETE)


def totals_sentence(units: int, totals: Sequence[Decimal | None], words: Catalogue) -> str:
    """The totals of several units: fee, intervention, patient share."""
    names = ("total_fee", "total_intervention", "total_patient_share")
    return words.say("totals", quantity=units, **dict(zip(names, map(words.money, totals), strict=True)))


def reason(price: Price, language: str) -> str | None:
    """Why there is no complete price; None when there is one."""
    return None if price.outcome is Outcome.PRICED else answer(price, catalogue(language))


def answer(price: Price, words: Catalogue, on: str | None = None) -> str:
    """The first sentence; `on` stands in the place of the day."""
    base = {"code": price.code, "on": price.on if on is None else on, "circular": price.circular}
    base |= {"from": price.in_force_from, "until": price.in_force_until}
    if price.outcome is Outcome.PRICED:
        return words.say("priced", **base, **_amounts(price, words))
    if price.outcome is Outcome.INCOMPLETE:
        missing = words.join([words.words[name] for name in price.not_published])
        return words.say("incomplete", **base, fee=words.money(price.fee), missing=missing)
    if price.outcome is Outcome.NEEDS_INFORMATION:
        return words.say("needs_information", **base, needs=words.join([words.words[name] for name in price.needs]))
    if price.outcome is Outcome.NO_AMOUNT:
        return words.say(_NO_AMOUNT[price.reason_code or "no_such_situation"], **base, marks=_marks(price, words))
    if price.outcome is Outcome.NOT_IN_FORCE:
        return words.say(price.reason_code or "ended", **base)
    near = words.say("near", codes=", ".join(price.suggestions)) if price.suggestions else ""
    if price.reason_code == "not_known_then":
        return words.say("not_known_then", code=price.code)
    if price.outcome is Outcome.UNKNOWN_CODE:
        return words.say("unknown_code", code=price.code, near=near)
    fault = words.sentences["fault_digit" if looks_like_code(price.code) else "fault_form"]
    return words.say("invalid_code", code=price.code, fault=fault, near=near)


def _amounts(price: Price, words: Catalogue) -> dict[str, str]:
    return {name: words.money(getattr(price, name)) for name in ("fee", "intervention", "patient_share")}


def _options(price: Price, words: Catalogue) -> Iterator[str]:
    for option in price.options:
        facts = [_fact(name, value, words) for name, value in option.facts]
        amounts = {name: words.money(getattr(option, name)) for name in ("fee", "intervention", "patient_share")}
        amounts |= dict.fromkeys(option.not_published, words.words["not_published"])
        if option.intervention_kind == InterventionKind.THEORETICAL.value:
            amounts["intervention"] += f" ({words.words['theoretical']})"
        sentence = words.say("option", facts=words.join(facts), **amounts)
        yield sentence[0].upper() + sentence[1:]


def _fact(name: str, value: str, words: Catalogue) -> str:
    """A fact in words: "without preferential regime", "from 24 years", "the global medical file: yes"."""
    if name == "regime":
        return words.words[value]
    if name == "age":
        first, _, last = value.removesuffix("+").partition("-")
        return _ages(int(first) or None, int(last) + 1 if last else None, words)
    own = words.words.get(f"{name}_{value}")
    return f"{words.words[name]}: {own or words.words[value]}"


def _ages(first: int | None, end: int | None, words: Catalogue) -> str:
    """A group of ages, the end exclusive: "from 24 years", "under 24 years"."""
    if end is None:
        return words.words["years_from"].format(age=first or 0)
    if first is None:
        return words.words["years_to"].format(age=end)
    return words.words["years_between"].format(**{"from": first, "to": end - 1})


def _figures(price: Price, words: Catalogue) -> Iterator[str]:
    """How the fee and the amounts of the situation come about."""
    line, amount = price.line, price.amount
    if line is None or amount is None or not has_figures(price):
        return
    yield _fee(price, words)
    yield words.say("situation", situation=_situation(price, words))
    amounts = _amounts(price, words)
    if "patient_share" in price.derived:
        yield words.say("share_derived", **amounts)
    elif "intervention" in price.derived:
        yield words.say("intervention_derived", **amounts)
    elif price.intervention is not None and price.patient_share is not None:
        yield words.sentences["share_printed"]
    yield from _sum(price, words)
    absent = [
        n for n in ("intervention", "patient_share") if getattr(price, n) is None and n not in price.not_published
    ]
    if absent:
        yield words.say("none_given", missing=words.join([words.words[name] for name in absent]))
    if price.basis == Basis.SESSION:
        yield words.sentences["session"]
    if price.basis == Basis.UNIT:
        yield words.sentences["unit"]
    if price.intervention_kind == InterventionKind.THEORETICAL:
        yield words.say("theoretical", intervention=amounts["intervention"])


def _sum(price: Price, words: Catalogue) -> Iterator[str]:
    """Where printed intervention and share do not make the fee."""
    if price.derived or price.basis == Basis.SESSION or price.intervention is None or price.patient_share is None:
        return
    total = price.intervention + price.patient_share
    if total != price.fee:
        yield words.say("sum_differs", total=words.money(total), **_amounts(price, words))


def _fee(price: Price, words: Catalogue) -> str:
    assert price.line is not None
    terms, fee = price.line.terms, words.money(price.fee)
    computed = product_of(terms)
    if computed is None:
        return words.say("fee_printed", fee=fee)
    products = terms_text(terms)
    if computed != price.fee:
        return words.say("terms_differ", fee=fee, products=products, computed=words.money(computed))
    letters = [term.letter for term in terms if term.letter]
    named = words.say("letters", letters=words.join(letters)) if letters else words.sentences["letters_none"]
    return words.say("terms", products=products, fee=fee, letters=named)


def _situation(price: Price, words: Catalogue) -> str:
    """The setting of the code, the regime and the ages for which the amount is printed, and any other fact."""
    assert price.amount is not None
    amount = price.amount
    parts = [words.words[amount.setting]] if amount.setting else []
    if amount.regime is None:
        parts.append(words.words["any_regime"])
    else:
        parts.append(words.words[amount.regime if price.regime else "any_regime"])
    if amount.age_from is not None or amount.age_to is not None:
        known = price.age is not None
        parts.append(_ages(amount.age_from, amount.age_to, words) if known else words.words["any_age"])
    parts += [_fact(name, value, words) for name, value in amount.facts.items() if name in price.facts]
    return ", ".join(parts)


def _provenance(price: Price, words: Catalogue) -> Iterator[str]:
    """Since when, how certain, and where it is printed."""
    assert price.publication is not None
    circular = price.publication.reading.circular
    if price.in_force_until is None:
        yield words.say("in_force", **{"from": price.in_force_from})
    else:
        last = price.in_force_until - timedelta(days=1)
        yield words.say("in_force_until", **{"from": price.in_force_from, "last": last})
    if price.certainty is Certainty.LAST_KNOWN:
        yield words.say("last_known", year=price.on.year)
    if price.line is not None:
        section = price.line.section
        place = words.say("section", section=section.number) if section and section.number else ""
        yield words.say(
            "source",
            circular=price.circular,
            issued=circular.issued_on,
            place=place,
            table=price.line.source.table,
            row=price.line.source.row,
            marks=_marks(price, words),
            label=f": {price.line.label}" if price.line.label else "",
        )
    if any(note.kind == "reservation" for note in circular.notes):
        yield words.sentences["reservation"]


def _marks(price: Price, words: Catalogue) -> str:
    marks = " ".join(note.mark for note in price.line.footnotes) if price.line else ""
    return words.say("marks", marks=marks) if marks else ""

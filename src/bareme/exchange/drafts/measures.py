"""A measure as a sentence of our own, such that the reader makes the same measure of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from bareme.circulars.model import Measure, Section
from bareme.exchange.drafts.words import Words
from bareme.money import CENT, printed
from bareme.nomenclature.codes import Code, is_code

_BY_RATE = {"letter_value_by_rate": "letter_value", "fee_by_rate": "fee", "fee_by_amount": "fee_by_amount"}
"""Kinds with a direction, and the words that begin the key of their sentence."""
_OF_PROVIDED = ("added", "ended")
"""Kinds whose sentences name their codes right away."""


def sentence_of(measure: Measure, sections: Sequence[Section], words: Words) -> str:
    """What a measure does, to which lines, and what it leaves out; `sections` are those of the circular."""
    said = words.say(f"kinds.{_kind(measure)}", lines=_lines(measure, sections, words), **_figures(measure))
    if measure.relative_to is not None:
        said += words.say("clauses.relative_to", date=words.day(measure.relative_to))
    if measure.already is not None:
        said += words.say("clauses.already", rate=_plain(measure.already.amount))
    if measure.excepted:
        names = [_excepted(name, sections, words) for name in _with_codes_joined(measure.excepted)]
        said += words.say("clauses.excepted", names=_enumerated(names, words))
    return f"{said}."


def _kind(measure: Measure) -> str:
    size = measure.amount if measure.kind == "fee_by_amount" else measure.rate
    if measure.kind not in _BY_RATE or size is None:
        return measure.kind
    return f"{_BY_RATE[measure.kind]}_{'down' if size.amount < 0 else 'up'}"


def _figures(measure: Measure) -> dict[str, str]:
    """The figures of the sentence; a change is named by its size, its direction by a word."""
    found: dict[str, str] = {"letter": measure.letter or ""}
    if measure.rate is not None:
        rate = measure.rate.amount
        found["rate"] = _plain(rate if measure.kind == "index" else abs(rate))
    if measure.amount is not None:
        found["amount"] = printed(CENT.round(abs(measure.amount.amount)))
    for name, figure in (("new", measure.coefficient_to), ("old", measure.coefficient_from)):
        found[name] = "" if figure is None else _plain(figure.amount)
    return found


def _plain(number: Decimal) -> str:
    return f"{number:f}".replace(".", ",")


def _lines(measure: Measure, sections: Sequence[Section], words: Words) -> str:
    if measure.scope == "codes":
        form = "codes" if measure.kind in _OF_PROVIDED else "codes_of"
        return words.say(f"scopes.{form}", codes=_enumerated(map(_pair, measure.codes), words))
    scope, name = measure.scope, measure.named or ""
    if scope == "section" and _is_title(name, sections):
        scope = "titled_section"
    if scope == "convention":
        scope = _convention_form(name, words)
    if scope == "series":
        name = _profession(name, words)
    return words.say(f"scopes.{scope}", name=name)


def _pair(codes: Sequence[Code]) -> str:
    return "-".join(code.digits for code in codes)


def _is_title(name: str, sections: Sequence[Section]) -> bool:
    """True for the title of a section without a number."""
    return any(section.number is None and section.title == name for section in sections)


def _convention_form(name: str, words: Words) -> str:
    """With a word for it, unless the name has one of the draft's language."""
    return "named_convention" if words.reader.has("prose.convention", name) else "convention"


def _profession(id: str, words: Words) -> str:
    return words.say(f"professions.{id}") if words.has(f"professions.{id}") else id


def _with_codes_joined(excepted: Sequence[str]) -> list[str]:
    """The names, the hospital twin of a code with its code: 565014-565025."""
    joined: list[str] = []
    for name in excepted:
        before = joined[-1] if joined else ""
        if is_code(name) and is_code(before) and Code(before).twin == Code(name) and Code(name) > Code(before):
            joined[-1] = f"{before}-{name}"
        else:
            joined.append(name)
    return joined


def _excepted(name: str, sections: Sequence[Section], words: Words) -> str:
    kind, _, rest = name.partition(" ")
    if is_code(name[:6]):
        return words.say("clauses.excepted_codes", codes=name)
    if kind == "article":
        return words.say("clauses.excepted_article", name=rest)
    if words.has(f"professions.{name}"):
        return words.say("clauses.excepted_series", name=_profession(name, words))
    if words.reader.has("section.convention", name):
        return words.say(f"clauses.excepted_{_convention_form(name, words)}", name=name)
    form = "excepted_titled_section" if _is_title(name, sections) else "excepted_section"
    return words.say(f"clauses.{form}", name=name)


def _enumerated(names: Iterable[str], words: Words) -> str:
    """The names with commas and an "and" before the last."""
    *first, last = names
    return f"{', '.join(first)}{words.say('clauses.and')}{last}" if first else last

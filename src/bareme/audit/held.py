"""Checks of a circular against a book that holds it already, holds its codes elsewhere, or what it corrects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bareme.audit.registry import Saying, anywhere, check, saying
from bareme.circulars.findings import Severity
from bareme.circulars.model import Line, Reading
from bareme.circulars.serial import line_to_dict
from bareme.nomenclature.codes import Code


@check("circular_differs", Severity.ERROR, "book")
def differences(held: Reading, circular: Reading) -> Iterator[Saying]:
    """Every document of one circular has the same figures."""
    if held.circular.effective_on != circular.circular.effective_on:
        yield saying(
            anywhere(circular),
            "it takes effect on {new}; the book has {old} for this circular.",
            new=circular.circular.effective_on,
            old=held.circular.effective_on,
        )
    before: dict[object, list[Line]] = {}
    for line in held.lines:
        before.setdefault(_key(line), []).append(line)
    for line in circular.lines:
        known = before.get(_key(line))
        if not known:
            yield saying(line.source, "the book has no such line for this circular.", code=line.code)
            continue
        for name, (old, new) in _changed(known.pop(0), line).items():
            yield saying(
                line.source, "{name} is {new}; the book has {old}.", code=line.code, name=name, new=new, old=old
            )
    for line in (line for lines in before.values() for line in lines):
        yield saying(
            anywhere(circular),
            "{code} stands in the book for this circular and not in the document.",
            code=line.code,
        )


@check("code_in_other_series", Severity.ERROR, "book")
def codes_of_another_series(other: Reading, circular: Reading) -> Iterator[Saying]:
    """A code belongs to one series: two tariffs of different series for it would leave it without a price."""
    held = {code for line in other.lines for code in line.codes}
    for line in circular.lines:
        shared = [code for code in line.codes if code in held]
        if shared:
            yield saying(
                line.source,
                "{codes} {stand} in circular {other} of the series {series} too. While both hold, no price is given.",
                code=shared[0].digits,
                codes=" and ".join(code.digits for code in shared),
                other=other.circular.number,
                series=other.circular.series,
                stand="stand" if len(shared) > 1 else "stands",
            )


@check("corrigendum_covers_code", Severity.ERROR, "book")
def corrigendum_gives_every_situation(corrected: Reading, corrigendum: Reading) -> Iterator[Saying]:
    """A corrigendum gives every situation of a code that it lists: what it leaves out would have no amount."""
    for line in corrigendum.lines:
        for code in line.codes:
            before = {_situation(a) for a in _amounts_of(corrected, code)}
            after = {_situation(a) for a in _amounts_of(corrigendum, code)}
            missing = sorted(_in_words(situation) for situation in before - after)
            if missing:
                yield saying(
                    line.source,
                    "circular {corrected} gives {code} an amount for {missing}, the corrigendum does not.",
                    code=code.digits,
                    corrected=corrected.circular.number,
                    missing="; ".join(missing),
                )


def _amounts_of(reading: Reading, code: Code) -> Iterator[dict[str, Any]]:
    for line in reading.lines:
        if code in line.codes:
            yield from line_to_dict(line)["amounts"]


def _key(line: Line) -> tuple[object, ...]:
    """What tells a line from the others of its circular: its codes, age groups and facts."""
    return (line.codes, frozenset((a.age_from, a.age_to, tuple(sorted(a.facts.items()))) for a in line.amounts))


def _changed(held: Line, line: Line) -> dict[str, tuple[object, object]]:
    """What differs, by name: (in the book, in the document)."""
    old, new = line_to_dict(held), line_to_dict(line)
    changed: dict[str, tuple[object, object]] = {}
    for name in ("fee", "not_published"):
        if old[name] != new[name]:
            changed[name] = (old[name], new[name])
    if old["terms"] != new["terms"]:
        changed["terms"] = (_terms(old), _terms(new))
    before, after = ({_situation(amount): amount for amount in data["amounts"]} for data in (old, new))
    for situation in dict.fromkeys([*before, *after]):
        known, amount = before.get(situation, {}), after.get(situation, {})
        for name in ("intervention", "patient_share", "basis", "intervention_kind", "not_published"):
            if known.get(name) != amount.get(name):
                changed[" ".join([*situation[0], name])] = (known.get(name), amount.get(name))
    return changed


def _situation(amount: dict[str, Any]) -> tuple[tuple[str, ...], object, object]:
    """What tells an amount from the others of its line: setting, regime and facts in words, and the ages."""
    words = [amount["setting"], amount["regime"], *(f"{k} {v}" for k, v in sorted(amount["facts"].items()))]
    return (tuple(word for word in words if word), amount["age_from"], amount["age_to"])


def _in_words(situation: tuple[tuple[str, ...], object, object]) -> str:
    """A situation for messages: "ordinary, under 18"."""
    words, age_from, age_to = situation
    ages = [f"from {age_from}"] * (age_from is not None) + [f"under {age_to}"] * (age_to is not None)
    return ", ".join([*words, *ages]) or "every situation"


def _terms(line: dict[str, list[dict[str, str]]]) -> str:
    return " + ".join(f"{t['letter'] or ''} {t['coefficient']} x {t['value']}".strip() for t in line["terms"])

"""Prices as JSON, quickly: what the acts of one cell of the price table share is written once, with gaps.

A mould is made from a price as `Price.to_dict` tells it; the gaps are the day, the age, the units with their totals,
and what rules say. Filled, it is to the letter what `to_dict` of the act's own price gives. Acts whose code the price
table does not hold have no mould.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bareme.conventions.asking import is_ruled
from bareme.conventions.model import NOTHING_PAYABLE
from bareme.money import euro_text, from_cents
from bareme.nomenclature.outcomes import Outcome
from bareme.pricing.asking import price_of
from bareme.pricing.cells import TOTALS, times
from bareme.pricing.explain import Catalogue, answer, catalogue, has_figures, told, totals_sentence
from bareme.pricing.price import data_of, inputs_data, of_tariff, payable_of
from bareme.pricing.ruling import ruled_act, rulings, sentences_of

if TYPE_CHECKING:
    from bareme.conventions.model import RuleAnswer
    from bareme.pricing.cells import Cell
    from bareme.pricing.price import Price
    from bareme.pricing.view import View

Gaps = dict[bytes, bytes]
"""What goes into a mould, by the name of the gap."""
MOST_BYTES = 32 * 1024 * 1024
"""So much is kept of a view's moulds; then it begins with none again."""
PAYABLE = tuple(NOTHING_PAYABLE.to_dict())
RULED = ("inputs", "rules", *PAYABLE, "interpretations")
"""Where rules have a say."""
MOST_NUMBERS = 12
"""The totals of so many numbers of units are kept ready."""
_DAY = "\0"
"""Stands where the day will; a sentence with one of its own is not moulded."""


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def as_json(value: object) -> bytes:
    """A value as JSON, in UTF-8."""
    return _ENCODER.encode(value).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Mould:
    """The JSON of the acts of a cell. `single` is for one unit without inputs or rules, `whole` has every gap.

    `price` is that of one act of the cell, of one unit and without rules.
    """

    single: bytes
    whole: bytes
    price: Price
    row: dict[str, Any]
    words: Catalogue
    interpretations: tuple[str, ...]
    unruled: Gaps
    totals: dict[int, Gaps] = field(default_factory=dict)
    """The gaps of so many units, for the first numbers that were asked."""

    def filled(self, request: Mapping[str, Any], answers: Sequence[RuleAnswer]) -> bytes:
        """The JSON of an act."""
        age = request["facts"].get("age")
        gaps = {b"on": request["on"].isoformat().encode(), b"age": b"null" if age is None else b"%d" % age}
        units, inputs = request["quantity"], request["inputs"]
        if not inputs and not answers:
            if units == 1:
                return self.single % gaps
            return self.whole % {**gaps, **self.unruled, **self._totals(units)}
        ruled = _ruled(inputs, answers, self.interpretations, self.words)
        return self.whole % {**gaps, **ruled, **self._totals(units)}

    def _totals(self, units: int) -> Gaps:
        found = self.totals.get(units)
        if found is None:
            found = _totals(self.price, times(self.row, units), units, self.words)
            if len(self.totals) < MOST_NUMBERS:
                self.totals[units] = found
        return found


def _totals(price: Price, row: Mapping[str, Any], units: int, words: Catalogue) -> Gaps:
    """The gaps of so many units."""
    totals = [None if row[name] is None else from_cents(row[name]) for name in TOTALS]
    found = {name.encode(): as_json(euro_text(total)) for name, total in zip(TOTALS, totals, strict=True)}
    said = units != 1 and has_figures(price)
    found[b"totals"] = b"," + as_json(totals_sentence(units, totals, words)) if said else b""
    return found | {b"quantity": b"%d" % units}


def _ruled(
    inputs: Mapping[str, Any], answers: Sequence[RuleAnswer], interpretations: Sequence[str], words: Catalogue
) -> Gaps:
    """The gaps in which rules have a say."""
    own = [one for found in answers if found.said is not None for one in found.said.interpretations]
    said: dict[str, Any] = {
        "inputs": inputs_data(inputs),
        "rules": [found.to_dict() for found in answers],
        **(payable_of(answers) or NOTHING_PAYABLE).to_dict(),
        "interpretations": list(dict.fromkeys([*interpretations, *own])),
    }
    found = {name.encode(): as_json(value) for name, value in said.items()}
    return found | {b"ruled": b"".join(b"," + as_json(one) for one in sentences_of(answers, words))}


def mould_of(price: Price, row: dict[str, Any], language: str) -> Mould | None:
    """The mould of the acts that share a price of one unit, without rules, and its row."""
    words = catalogue(language)
    if _DAY in answer(price, words, "") + answer(price, catalogue("en"), ""):
        return None
    reason = None if price.outcome is Outcome.PRICED else answer(price, catalogue("en"), _DAY)
    before, after = told(price, words)
    data = data_of(price, None, [])
    parts = {name: _escaped(as_json(value)) for name, value in data.items()}
    parts |= {"on": b'"%(on)b"', "age": b"%(age)b", "reason": _with_day(reason)}
    first = b",".join([_with_day(answer(price, words, _DAY)), *map(_escaped, map(as_json, before))])
    rest = b"".join(b"," + _escaped(as_json(one)) for one in after)
    single = _object(parts | {"explanation": b"[" + first + rest + b"]"})
    gaps = {name: b"%%(%b)b" % name.encode() for name in ("quantity", *TOTALS, *RULED)}
    explanation = b"[" + first + b"%(totals)b" + rest + b"%(ruled)b]"
    whole = _object(parts | gaps | {"explanation": explanation})
    own = tuple(of_tariff(price))
    nobody = replace(price, born=None, inputs={})
    return Mould(single, whole, nobody, row, words, own, _ruled({}, (), own, words))


def _with_day(sentence: str | None) -> bytes:
    return _escaped(as_json(sentence)).replace(_escaped(as_json(_DAY))[1:-1], b"%(on)b")


def _escaped(text: bytes) -> bytes:
    return text.replace(b"%", b"%%")


def _object(parts: Mapping[str, bytes]) -> bytes:
    """A JSON object of which the values are written."""
    return b"{" + b",".join(as_json(name) + b":" + value for name, value in parts.items()) + b"}"


class Moulds:
    """The moulds of a state of a book, as far as there is room."""

    def __init__(self) -> None:
        self._found: dict[tuple[Any, ...], Mould] = {}
        self._size = 0

    def get(self, key: tuple[Any, ...]) -> Mould | None:
        """The mould of a cell in a language."""
        return self._found.get(key)

    def keep(self, key: tuple[Any, ...], mould: Mould) -> None:
        """Keep a mould."""
        if self._size > MOST_BYTES:
            self._found, self._size = {}, 0
        self._found[key] = mould
        self._size += len(mould.single) + len(mould.whole)


def told_prices(
    view: View,
    requests: Sequence[Mapping[str, Any]],
    language: str,
    finished: Callable[[Price], Price] = lambda price: price,
) -> list[bytes]:
    """The JSON of the price of each act, in order; `finished` is asked of a price that has no mould."""
    made = _made(view, requests, language)
    asked = [
        (place, ruled_act(one.price if isinstance(one, Mould) else one, request))
        for place, (request, one) in enumerate(zip(requests, made, strict=True))
        if is_ruled(request["code"], request["inputs"])
    ]
    answers = rulings(asked, len(requests) > 1)
    found = []
    for place, (request, one) in enumerate(zip(requests, made, strict=True)):
        said = answers.get(place, ())
        if isinstance(one, Mould):
            found.append(one.filled(request, said))
        else:
            own = replace(one, inputs=dict(request["inputs"]), rules=said)
            found.append(as_json(finished(own).to_dict(language)))
    return found


def told_at_once(view: View, request: Mapping[str, Any], language: str) -> bytes | None:
    """The JSON of the price of an act whose mould is there; None where anything must be looked up first."""
    cell = view.cell_at_once(request)
    mould = None if cell is None else view.moulds.get(_key(cell, request, language))
    if mould is None:
        return None
    asked = [(0, ruled_act(mould.price, request))] if is_ruled(request["code"], request["inputs"]) else []
    return mould.filled(request, rulings(asked, several=False).get(0, ()))


def _made(view: View, requests: Sequence[Mapping[str, Any]], language: str) -> list[Mould | Price]:
    """The mould of each act, or its price where it has none."""
    cells = view.cells(requests)
    keys = [None if cell is None else _key(cell, r, language) for cell, r in zip(cells, requests, strict=True)]
    made: list[Any] = [None if key is None else view.moulds.get(key) for key in keys]
    missing = [place for place, one in enumerate(made) if one is None]
    if not missing:
        return made
    new: dict[tuple[Any, ...], Mould] = {}
    rows = view.rows([requests[place] for place in missing], [cells[place] for place in missing])
    for place, row in zip(missing, rows, strict=True):
        key = keys[place]
        made[place] = new.get(key) if key is not None else None
        if made[place] is None:
            made[place] = _new(view, requests[place], row, language, key, new)
    return made


def _new(
    view: View,
    request: Mapping[str, Any],
    row: dict[str, Any],
    language: str,
    key: tuple[Any, ...] | None,
    new: dict[tuple[Any, ...], Mould],
) -> Mould | Price:
    """The mould of an act, which is kept, or its price."""
    if key is None:
        return price_of(view, request, row)
    mould = mould_of(price_of(view, {**request, "quantity": 1}, row), row, language)
    if mould is None:
        return price_of(view, request, row)
    new[key] = mould
    view.moulds.keep(key, mould)
    return mould


def _key(cell: Cell, request: Mapping[str, Any], language: str) -> tuple[Any, ...]:
    """What decides a mould: a birthday on 29 February is told of."""
    born = request["born"]
    return (cell, language, born is not None and (born.month, born.day) == (2, 29))

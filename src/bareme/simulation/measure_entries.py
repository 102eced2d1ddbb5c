"""The `[[measure]]` entries of a scenario's file as measures; what is wrong is said with file, line and measure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bareme.circulars.model import Measure
from bareme.circulars.sources import Figure, Source
from bareme.errors import InputError
from bareme.indexation.arithmetic import MULTIPLYING
from bareme.money import from_cents, to_cents
from bareme.nomenclature.codes import Code, is_code
from bareme.simulation.effects import SHARES
from bareme.simulation.scenario import KINDS, KeyLetter, Step

_PAIR = re.compile(r"(\d{6})-(\d{6})", re.ASCII)
_RANGE = re.compile(r"(\d{6})\.\.(\d{6})", re.ASCII)
_LETTER = re.compile(r"([^\W\d_]{1,6})(?: ?= ?(\d{1,6}\.\d{1,6}))?")
_SIX = re.compile(r"\d{6}", re.ASCII)
MOST_RATE = Decimal(100)
"""A rate beyond so many percent is taken for a slip: 2.72 is meant, not 272."""
NEEDS = {
    "index": ("rate",),
    "letter_value_by_rate": ("rate",),
    "fee_by_rate": ("rate",),
    "fee_of_coefficient": ("coefficient_from", "coefficient_to"),
    "fee_by_amount": ("amount",),
    "fee_set": ("amount",),
    "share_set": ("amount",),
    "fee_as": ("as",),
    "share_rate": ("rate",),
    "circular": ("circular",),
    "ended": (),
    "full_cover": (),
    "freeze": (),
}
"""What each kind of measure needs; no kind takes more of these."""
_FIGURES = ("rate", "amount", "coefficient_from", "coefficient_to", "as", "circular", "already")
_NAMED = ("series", "article", "section", "convention")
_OF_ITSELF = ("codes", *_NAMED, "others", "all", "except", "letter", "key_letters", "except_key_letters")
"""What a circular's own measures say."""


class Entry:
    """One `[[measure]]` of a file. `number` counts the measures of the scenario, those that it extends included."""

    def __init__(self, data: Mapping[str, Any], source: Source, number: int) -> None:
        self.data, self.source = data, source
        self.id = str(data.get("id", f"measure-{number}"))
        self.kind = str(data["kind"])

    def refuse(self, message: str) -> InputError:
        """What is wrong, with file, line and measure."""
        return InputError(f"{self.source.name}, line {self.source.line}, measure {self.id}: {message}")

    def step(self, start: date) -> Step:
        """The entry as a measure of a scenario that begins on `start`."""
        self._check_keys()
        codes, ranges = self._codes("codes")
        scope, named = self._scope()
        excepted, left_out = self._excepted()
        measure = Measure(
            self.kind,
            self.source,
            rate=self._rate("rate"),
            amount=self._amount(),
            scope=scope,
            codes=codes,
            named=named,
            excepted=excepted,
            letter=self.data.get("letter"),
            coefficient_from=self._coefficient("coefficient_from"),
            coefficient_to=self._coefficient("coefficient_to"),
            already=self._already(),
            relative_to=self.data.get("relative_to"),
        )
        other = self.data.get("as")
        if other is not None and not is_code(other):
            raise self.refuse(f"as: {other!r} is not a nomenclature code.")
        return Step(
            self.id,
            self.data.get("title", self.id),
            measure,
            self._begins(start),
            self.data.get("regime"),
            other,
            self.data.get("circular"),
            ranges,
            left_out,
            self._letters("key_letters"),
            self._letters("except_key_letters"),
            tuple(self._joined()),
        )

    def _check_keys(self) -> None:
        given, needs = [name for name in _FIGURES if name in self.data], NEEDS[self.kind]
        lacking = [name for name in needs if name not in given]
        if lacking:
            raise self.refuse(f"{self.kind} needs {', '.join(lacking)}: {KINDS[self.kind]}.")
        extra = [name for name in given if name not in (*needs, "already" if self.kind == "index" else "")]
        if self.kind not in SHARES and "regime" in self.data:
            extra.append("regime")
        if self.kind not in MULTIPLYING and "relative_to" in self.data:
            extra.append("relative_to")
        if self.kind == "freeze" and "from" in self.data:
            extra.append("from")
        if self.kind == "circular":
            extra += [name for name in _OF_ITSELF if name in self.data]
        if extra:
            raise self.refuse(f"{self.kind} takes no {', '.join(extra)}: {KINDS[self.kind]}.")

    def _begins(self, start: date) -> date:
        begins: date = self.data.get("from", start)
        if begins < start:
            raise self.refuse(f"it begins on {begins}, before the scenario, which begins on {start}.")
        return begins

    def _rate(self, name: str) -> Figure | None:
        if name not in self.data:
            return None
        rate = self._decimal(name)
        if not -MOST_RATE <= rate <= MOST_RATE:
            raise self.refuse(f"{name}: {rate} % is more than {MOST_RATE} %; write 2.72 for 2,72 %.")
        if self.kind == "share_rate" and rate < 0:
            raise self.refuse(f"{name}: a share of {rate} % is less than nothing.")
        return Figure(rate, self.source)

    def _already(self) -> Figure | None:
        """The part of an index that was applied before: it lies between 0 and the rate."""
        already, rate = self._rate("already"), self._rate("rate")
        if already is not None and rate is not None:
            low, high = sorted((Decimal(0), rate.amount))
            if not low <= already.amount <= high:
                raise self.refuse(f"already: {already.amount} % is no part of {rate.amount} %.")
            if already.amount == -MOST_RATE:
                raise self.refuse(f"already: of {already.amount} % nothing is left that a rate could move.")
        return already

    def _coefficient(self, name: str) -> Figure | None:
        if name not in self.data:
            return None
        number = self._decimal(name)
        if number <= 0:
            raise self.refuse(f"{name}: {number} is not above 0.")
        return Figure(number, self.source)

    def _decimal(self, name: str) -> Decimal:
        text = str(self.data[name])
        if not re.fullmatch(r"-?\d{1,6}(\.\d{1,6})?", text, re.ASCII):
            raise self.refuse(f'{name}: {text!r} is not a number such as "2.72".')
        return Decimal(text)

    def _amount(self) -> Figure | None:
        if "amount" not in self.data:
            return None
        value = euro(self.data["amount"])
        if value is None:
            raise self.refuse(f'amount: {str(self.data["amount"])!r} is not an amount of euro such as "12.50".')
        if value < 0 and self.kind != "fee_by_amount":
            raise self.refuse(f"amount: {value} is less than 0.")
        return Figure(value, self.source)

    def _codes(self, name: str) -> tuple[tuple[tuple[Code, ...], ...], tuple[tuple[str, str], ...]]:
        """Codes and pairs, and ranges; what is neither is refused."""
        pairs: list[tuple[Code, ...]] = []
        ranges = []
        for text in self.data.get(name, ()):
            pair, between = _PAIR.fullmatch(text), _RANGE.fullmatch(text)
            codes = pair.groups() if pair else between.groups() if between else (text,)
            wrong = [code for code in codes if not is_code(code)]
            if wrong:
                raise self.refuse(f"{name}: {wrong[0]!r} is not a nomenclature code.")
            if between and codes[0] > codes[1]:
                raise self.refuse(f"{name}: {text} ends before it begins.")
            if between:
                ranges.append((codes[0], codes[1]))
            else:
                pairs.append(tuple(map(Code, codes)))
        return tuple(pairs), tuple(ranges)

    def _joined(self) -> Iterator[tuple[str, str]]:
        """Codes that a hyphen joins although they are not an ambulatory code and its hospital twin."""
        texts = (*self.data.get("codes", ()), *self.data.get("except", ()))
        for first, second in (pair.groups() for pair in map(_PAIR.fullmatch, texts) if pair):
            if Code(first).twin != Code(second):
                yield first, second

    def _scope(self) -> tuple[str, str | None]:
        """Whom it is for: exactly one of the scopes."""
        if self.kind == "circular":
            return "all", None
        given = [name for name in (*_NAMED, "codes", "others", "all") if name in self.data]
        if not given and "key_letters" in self.data:
            return "all", None
        if len(given) != 1:
            found = " and ".join(given) or "none"
            wanted = "all, series, article, section, convention, codes, others or key_letters"
            raise self.refuse(f"it must say whom it is for, once: {wanted}; found {found}.")
        return given[0], self.data[given[0]] if given[0] in _NAMED else None

    def _letters(self, name: str) -> tuple[KeyLetter, ...]:
        """Key letters, or one value of a letter."""
        found = []
        for text in self.data.get(name, ()):
            form = _LETTER.fullmatch(text)
            if form is None:
                raise self.refuse(f'{name}: {text!r} is no key letter such as "N", nor one value of it, "N=1.291737".')
            found.append(KeyLetter(form[1], None if form[2] is None else Decimal(form[2])))
        return tuple(found)

    def _excepted(self) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """What it leaves out: codes of pairs one by one, other names as they are; and ranges."""
        names, ranges = list[str](), list[tuple[str, str]]()
        for text in self.data.get("except", ()):
            if not any(form.fullmatch(text) for form in (_PAIR, _RANGE, _SIX)):
                names.append(text)
                continue
            one = Entry({**self.data, "except": [text]}, self.source, 0)
            one.id = self.id
            pairs, between = one._codes("except")
            names += [code.digits for pair in pairs for code in pair]
            ranges += between
        return tuple(names), tuple(ranges)


def entries_of(
    data: Mapping[str, Any], lines: tuple[int, ...], document: str, name: str, before: int
) -> Iterator[Entry]:
    """The measures of a file; `before` is how many the scenarios have that it extends."""
    for number, (entry, line) in enumerate(zip(data.get("measure", ()), lines, strict=True), start=1):
        yield Entry(entry, Source(document, name, line=line, text=f"[[measure]] {number}"), before + number)


def euro(value: object) -> Decimal | None:
    """An amount of euro with at most two decimals; None for what is none."""
    text = str(value)
    return from_cents(to_cents(Decimal(text))) if re.fullmatch(r"-?\d{1,9}(\.\d{1,2})?", text, re.ASCII) else None

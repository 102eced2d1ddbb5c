"""The measures that the prose of a circular announces, as typed data with their passage.

A passage is one paragraph or item of a list, cut at the word for "except". What makes a measure is told by the words of
the vocabulary: an index and its percentage; a letter value, codes and a percentage, an amount, or "1300 not 1350".
The health index of the budget is named first and is not the rate (circular 2024/382: 3,34 % named, 3,22 % applied).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bareme.circulars.documents.blocks import Document, Heading, Paragraph, Table
from bareme.circulars.figures import number_of
from bareme.circulars.header import is_tariff
from bareme.circulars.model import Index, Measure
from bareme.circulars.sources import Figure, Source
from bareme.circulars.vocabulary import Vocabulary
from bareme.nomenclature.codes import Code, is_code

_WORD = re.compile(r"\w{3,}")
SAME_NAME = Decimal("0.6")
"""The part of a convention's words that a passage must share to mean it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of prose that may announce a measure. `excepts` when it says what the one before it leaves out."""

    text: str
    source: Source
    excepts: bool = False


@dataclass(frozen=True, slots=True)
class Announced:
    """The measures of a circular, and the passages that look like a measure and were not understood."""

    measures: tuple[Measure, ...]
    not_understood: tuple[Source, ...]


def index_named(document: Document, block: Paragraph | Heading, words: Vocabulary) -> Iterator[Index]:
    """The health index that a paragraph names."""
    found = words.search("prose.health_index", block.text)
    if found:
        source = document.source(line=block.line, text=block.text)
        yield Index("health_index", Figure(_percent(found["rate"]), source))


def read_measures(document: Document, conventions: Sequence[str], words: Vocabulary) -> Announced:
    """The measures in the prose before the first table. `conventions` are the names that the tables' titles give."""
    measures: list[Measure] = []
    lost: list[Source] = []
    for passage in _passages(document, words):
        measure = _measure(passage, conventions, words)
        if measure is None:
            if _looks_like_one(passage.text, words):
                lost.append(passage.source)
            continue
        if passage.excepts and measures:
            left_out = (measure.named,) if measure.named else tuple(c.digits for pair in measure.codes for c in pair)
            measures[-1] = replace(measures[-1], excepted=(*measures[-1].excepted, *left_out))
        measures.append(measure)
    return Announced(tuple(measures), tuple(lost))


def _passages(document: Document, words: Vocabulary) -> Iterator[Passage]:
    """Paragraphs before the first tariffs, cut at "except"; after a cut, items of the list say what is left out."""
    excepting = False
    for block in document.blocks:
        if isinstance(block, Table) and is_tariff(block):
            return
        if not isinstance(block, Paragraph):
            continue
        source = document.source(line=block.line, text=block.text)
        excepting = excepting and block.item
        head, cut, tail = _cut(block.text, words)
        yield Passage(head, source, excepts=excepting)
        if cut:
            excepting = not tail
            if tail:
                yield Passage(tail, source, excepts=True)


def _cut(text: str, words: Vocabulary) -> tuple[str, bool, str]:
    found = words.search("prose.excepted", text)
    if not found:
        return text, False, ""
    return text[: found.start()].strip(" ,;:"), True, text[found.end() :].strip(" ,;:.")


def _looks_like_one(text: str, words: Vocabulary) -> bool:
    """Something changes, and a figure or codes say how much or what; the health index of a budget is no change."""
    changes = any(words.has(f"prose.{w}", text) for w in ("index", "lower", "higher", "letter_value"))
    figures = words.has("prose.percent", text) or words.has("prose.euro", text) or words.has("prose.codes", text)
    return changes and figures


def _measure(passage: Passage, conventions: Sequence[str], words: Vocabulary) -> Measure | None:
    text, source = passage.text, passage.source
    codes = _codes(text, words)
    if codes and words.has("prose.ended", text):
        return Measure("ended", source, scope="codes", codes=codes)
    if codes and words.has("prose.letter_value", text):
        return _special(text, source, codes, words)
    if not words.has("prose.index", text):
        return None
    rate = words.search("prose.index_rate", text)
    if rate is None:
        return None
    figure = Figure(_percent(rate["rate"]), source)
    if codes:
        return Measure("index", source, rate=figure, scope="codes", codes=codes)
    named = _convention(text[: rate.start("rate")], conventions)
    return Measure("index", source, rate=figure, scope="convention" if named else "all", named=named)


def _special(text: str, source: Source, codes: tuple[tuple[Code, ...], ...], words: Vocabulary) -> Measure | None:
    """A change of the letter value of some codes."""
    instead = words.search("prose.instead", text)
    if instead:
        new, old = number_of(instead["to"]), number_of(instead["from"])
        if new is None or old is None:
            return None
        return Measure(
            "fee_of_coefficient",
            source,
            scope="codes",
            codes=codes,
            letter=instead["to_letter"],
            coefficient_from=Figure(old, source),
            coefficient_to=Figure(new, source),
        )
    sign = -1 if words.has("prose.lower", text) else 1 if words.has("prose.higher", text) else 0
    amount = words.search("prose.euro", text)
    rate = words.search("prose.percent", text)
    if sign and amount and words.has("prose.fees", text):
        value = number_of(re.sub(r"[^\d.,]", "", amount["amount"]))
        if value is not None:
            return Measure("fee_by_amount", source, amount=Figure(sign * value, source), scope="codes", codes=codes)
    if sign and rate:
        figure = Figure(sign * _percent(rate["rate"]), source)
        return Measure("letter_value_by_rate", source, rate=figure, scope="codes", codes=codes)
    return None


def _codes(text: str, words: Vocabulary) -> tuple[tuple[Code, ...], ...]:
    """The pairs of codes; `458673-684` is 458673-458684. A hyphen joins a pair, never a range."""
    pairs = []
    for pattern in words.patterns["prose.codes"]:
        for found in pattern.finditer(text):
            parts = re.split(r"\s*[-/–]\s*", found["pair"])
            full = [p if len(p) == 6 else parts[0][: 6 - len(p)] + p for p in parts]
            if all(is_code(p) for p in full):
                pairs.append(tuple(Code(p) for p in full))
    return tuple(pairs)


def _convention(scope: str, conventions: Sequence[str]) -> str | None:
    """The convention whose name the passage repeats: most of its words, and more than any other's."""
    if "convention" not in scope.lower():
        return None
    said = {w.lower() for w in _WORD.findall(scope)}
    shares = []
    for name in dict.fromkeys(conventions):
        own = {w.lower() for w in _WORD.findall(name)}
        shares.append((Decimal(len(own & said)) / max(len(own), 1), name))
    best = max(shares, default=(Decimal(0), ""))
    return best[1] if best[0] >= SAME_NAME else None


def _percent(text: str) -> Decimal:
    return Decimal(text.replace("%", "").replace(",", ".").strip())

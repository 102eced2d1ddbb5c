"""The prose of a circular cut up: passages, their sentences, and clauses that say one thing each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bareme.circulars.clauses import VERBS, Clause, Grammar
from bareme.circulars.documents.blocks import Document, Paragraph, Table
from bareme.circulars.header import is_tariff
from bareme.circulars.sources import Source

_BEFORE = ("[^\\W\\d_]{2}", '[%€)»”“"]', "\\d{4}", ",\\d\\d", "[a-zà-ÿ] \\d", "[a-zà-ÿ] \\d\\d")
"""What stands before the full stop of a sentence: no number of a section ("N. 4. ...")."""
_GERMAN = (r"\b(?:bzw|gem|ggf|vgl|sog|Kap)", r"\b(?:inkl|exkl)", r"\beinschl")
_ABBREVIATIONS = ("art", "nr", "resp", "chap", "afd", *_GERMAN)
_STOP = re.compile(
    rf"(?:{'|'.join(f'(?<={before})' for before in _BEFORE)}){''.join(f'(?<!{short})' for short in _ABBREVIATIONS)}"
    r"\.\s+(?=[«“„\"]?[^\W\d_a-zà-ÿ])"
)
_DAY = re.compile(r"(?<!\d)\d{1,2}$")
_NEXT = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph or item of a list, before the first tariffs."""

    text: str
    source: Source
    item: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its main clauses, and what it leaves out (None if nothing).

    `open` when what is left out (or what is meant) follows as items of a list. `tangled` when it cannot be taken apart.
    """

    main: str
    left_out: str | None = None
    open: bool = False
    tangled: bool = False


def passages(document: Document) -> Iterator[Passage]:
    """The paragraphs before the first table of tariffs."""
    for block in document.blocks:
        if isinstance(block, Table) and is_tariff(block):
            return
        if isinstance(block, Paragraph):
            yield Passage(block.text, document.source(block), block.item)


def sentences(text: str, grammar: Grammar) -> Iterator[Sentence]:
    """The sentences of a passage. What stands after a semicolon without a word of change belongs to what is before."""
    for full in _full_sentences(text, grammar):
        parts: list[str] = []
        for part in full.split(";"):
            if parts and part.strip() and not _is_sentence(part, parts[-1], grammar):
                parts[-1] += f", {part.strip()}"
            elif part.strip():
                parts.append(part.strip())
        yield from (_sentence(part, grammar) for part in parts)


def _full_sentences(text: str, grammar: Grammar) -> Iterator[str]:
    """The text cut at its full stops; that of a day before a month is none: "am 1. Januar"."""
    start = 0
    for stop in _STOP.finditer(text):
        following = _NEXT.match(text, stop.end())
        is_month = following is not None and following[0].lower() in grammar.words.months
        if not (is_month and _DAY.search(text, start, stop.start())):
            yield text[start : stop.start()]
            start = stop.end()
    yield text[start:]


def _is_sentence(part: str, before: str, grammar: Grammar) -> bool:
    """True for a part with a change of its own; after an exception only for one with a verb of its own."""
    clause = grammar.clause(part)
    if grammar.words.has("prose.excepted", before):
        return "finite" in clause.flags and "relative" not in clause.flags
    return bool(clause.verbs)


def _sentence(text: str, grammar: Grammar) -> Sentence:
    """A sentence without what it leaves out, which stands at its end, at its start, or in its midst."""
    words = grammar.words
    found = words.search("prose.excepted", text)
    if found is None:
        return Sentence(text, open=text.endswith(":"))
    head, tail = text[: found.start()].strip(" ,;:("), text[found.end() :].strip(" ,;.)")
    if words.has("prose.excepted", tail):
        return Sentence(text, tangled=True)
    if not tail or grammar.clause(head).verbs:
        return Sentence(head, tail.rstrip(": "), open=not tail or tail.endswith(":"))
    changes = [found.start() for name in VERBS for found in words.taken(f"prose.{name}", tail)[1]]
    breaks = [found for found in words.taken("prose.main_clause", tail)[1] if found.start() < min(changes, default=0)]
    if not breaks:
        return Sentence(text, tangled=True)
    return Sentence(f"{head} {tail[breaks[-1].end() :]}".strip(), tail[: breaks[-1].start()])


def clauses(text: str, grammar: Grammar) -> list[Clause]:
    """A text cut so that each piece says one thing: after each thing said, at the next word that joins."""
    anchors = grammar.clause(text).anchors
    cuts = [0]
    for one, other in pairwise(anchors):
        joins = grammar.words.taken("prose.join", text[one[1] : other[0]])[1]
        if joins:
            cuts.append(one[1] + joins[0].start())
    return [grammar.clause(text[start:end].strip(" ,;")) for start, end in pairwise([*cuts, len(text)])]

"""The measures that the prose of a circular announces, as typed data with their passage.

A sentence is cut into clauses that say one thing each (`passages`); a clause is taken apart (`clauses`); what it does
(`effects`) and for which lines (`targets`) make a measure. If a part of a sentence is not understood, none of it
becomes a measure and its passage is reported: a sentence is never half read.
The health index of the budget is named first and is not the rate (circular 2024/382: 3,34 % named, 3,22 % applied).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import takewhile

from bareme.circulars.clauses import Clause, Grammar, percent_in
from bareme.circulars.documents.blocks import Document, Heading, Paragraph
from bareme.circulars.effects import Effect, Words, effect_of, keeps_shares, words_of
from bareme.circulars.mentions import Surroundings, Target
from bareme.circulars.model import Index, Measure
from bareme.circulars.passages import Passage, Sentence, clauses, passages, sentences
from bareme.circulars.sources import Figure, Source
from bareme.circulars.targets import targets_of, unknown_words
from bareme.circulars.vocabulary import Vocabulary

_OF_SOME = ("fee_of_coefficient", "fee_by_amount", "fee_set", "added", "ended")
"""Kinds that make sense only for lines that are named; the last two only for codes."""
_OF_ANYTHING = ("added", "ended", "unchanged")
"""Kinds that need every word to be known."""
_BESIDE_AN_INDEX = ("index", "unchanged")
"""Kinds that an exception may have without being a relative clause."""
_ALL, _CODES, _OTHERS = "all", "codes", "others"


@dataclass(frozen=True, slots=True)
class Announced:
    """The measures of a circular, and the passages that look like a measure and were not understood."""

    measures: tuple[Measure, ...]
    not_understood: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said: measures, the passages that are not understood, and how many items of the list below were used.

    `words` are taken over by the items of a list; `effect` is one whose lines these items name.
    """

    measures: tuple[Measure, ...] = ()
    lost: tuple[Source, ...] = ()
    used: int = 0
    words: Words | None = None
    effect: Effect | None = None


def index_named(document: Document, block: Paragraph | Heading, words: Vocabulary) -> Iterator[Index]:
    """The health index that a paragraph names."""
    found = words.search("prose.health_index", block.text)
    if found:
        source = document.source(block)
        yield Index("health_index", Figure(percent_in(found["rate"]), source))


def read_measures(document: Document, near: Surroundings, words: Vocabulary) -> Announced:
    """The measures in the prose before the first tariffs; `near` is what names in it may mean."""
    grammar = Grammar(near, words)
    found = list(passages(document))
    measures: list[Measure] = []
    lost: dict[Source, None] = {}
    over: Words | None = None
    at = 0
    while at < len(found):
        passage = found[at]
        said = _read_passage(grammar, found, at, over if passage.item else None)
        measures += said.measures
        lost.update(dict.fromkeys(said.lost))
        over = over if passage.item else said.words
        at += 1 + said.used
    return Announced(tuple(measures), tuple(lost))


def _read_passage(grammar: Grammar, found: Sequence[Passage], at: int, over: Words | None) -> _Said:
    """What a passage says; `over` are the words of the sentence above the list in which it stands."""
    passage = found[at]
    said = _Said()
    if over is None and not grammar.may_change(passage.text):
        return said
    several = list(sentences(passage.text, grammar))
    for n, sentence in enumerate(several, start=1):
        items = takewhile(lambda p: p.item, found[at + 1 :]) if sentence.open and n == len(several) else iter(())
        one = _read_sentence(grammar, sentence, passage.source, over, items)
        said = _Said((*said.measures, *one.measures), (*said.lost, *one.lost), one.used, one.words)
    if len(several) > 1 and not said.lost and _is_half_read(grammar, passage, several, said):
        return replace(said, lost=(passage.source,))
    return said


def _is_half_read(grammar: Grammar, passage: Passage, several: Sequence[Sentence], said: _Said) -> bool:
    """True where a rate stands in a sentence beside the one that says what changes."""
    whole = grammar.clause(passage.text)
    if not said.measures:
        return bool(whole.verbs & {"index", "lower", "higher"}) and _looks_like_one(whole)
    alone = (grammar.clause(sentence.main) for sentence in several)
    return any(clause.rates and not clause.verbs and "budget" not in clause.flags for clause in alone)


def _read_sentence(
    grammar: Grammar, sentence: Sentence, source: Source, over: Words | None, items: Iterator[Passage]
) -> _Said:
    """What a sentence says, with the items of the list below it that go on with it."""
    whole = grammar.clause(f"{sentence.main}, {sentence.left_out}" if sentence.left_out else sentence.main)
    if not _looks_like_one(whole, over, sentence.open):
        return _Said(words=words_of(whole) if sentence.open and whole.verbs else None)
    said = None if sentence.tangled else _main(grammar, sentence, source, over)
    if said is not None and said.effect is not None:
        return _with_lines(grammar, said.effect, source, items)
    if said is not None and said.measures and sentence.left_out is not None:
        return _with_exceptions(grammar, sentence, said, source, items)
    return _Said(lost=(source,)) if said is None else said


def _main(grammar: Grammar, sentence: Sentence, source: Source, over: Words | None) -> _Said | None:
    """The measures of the main clauses; None when one of them is not understood."""
    pieces = clauses(sentence.main, grammar)
    measures: list[Measure] = []
    before = over or words_of(grammar.clause(sentence.main))
    for n, clause in enumerate(pieces):
        words = words_of(clause, before)
        if keeps_shares(clause, words):
            continue
        effect = effect_of(clause, words)
        if effect is None:
            return None
        if sentence.open and len(pieces) == 1 and _names_a_list(grammar, clause):
            return _Said(effect=effect) if sentence.left_out is None else None
        targets = targets_of(clause, grammar)
        if not targets or not _fits(effect, targets, first=n == 0) or _is_vague(grammar, effect, clause):
            return None
        measures += [_measure(effect, target, source) for target in targets]
        before = words
    if sentence.left_out is not None and len(pieces) > 1:
        return None
    return _Said(tuple(measures), words=before)


def _names_a_list(grammar: Grammar, clause: Clause) -> bool:
    """True for a clause on "the following acts", and no others."""
    left = grammar.words.without(("prose.following",), clause.left)
    return "following" in clause.flags and not clause.mentions and not unknown_words(left, grammar.words)


def _fits(effect: Effect, targets: Sequence[Target], first: bool) -> bool:
    """True for lines that a measure of this kind may have. Only the first clause may speak of all without naming it."""
    scopes = {target.scope for target in targets}
    if effect.kind in ("added", "ended"):
        return scopes == {_CODES}
    return _ALL not in scopes or (first and effect.kind not in _OF_SOME)


def _with_lines(grammar: Grammar, effect: Effect, source: Source, items: Iterator[Passage]) -> _Said:
    """An effect on the lines that the items of the list below name."""
    measures: list[Measure] = []
    used = 0
    for item in items:
        clause = grammar.clause(item.text)
        if clause.figures or clause.verbs:
            break
        targets = targets_of(clause, grammar, listing=True)
        if not targets or not _fits(effect, targets, first=False):
            return _Said(lost=(source, item.source), used=used + 1)
        measures += [_measure(effect, target, item.source) for target in targets]
        used += 1
    return _Said(tuple(measures), used=used) if measures else _Said(lost=(source,))


def _with_exceptions(
    grammar: Grammar, sentence: Sentence, said: _Said, source: Source, items: Iterator[Passage]
) -> _Said:
    """The measures of a sentence without what it leaves out, in the sentence itself or in the list below."""
    excepted: list[str] = []
    own: list[Measure] = []
    used = 0
    text = sentence.left_out or ""
    introduces = sentence.open and not grammar.clause(text).mentions
    parts = [] if introduces else [(text, source, False)]
    for text, place, listed in [*parts, *((item.text, item.source, True) for item in items)]:
        found = _left_out(grammar, text, place, said.words, listed)
        if found is None and listed and _stands_alone(grammar.clause(text)):
            break
        if found is None:
            return _Said(lost=(source, place), used=used + listed)
        excepted += found[0]
        own += found[1]
        used += listed
    if not excepted:
        return _Said(lost=(source,))
    main = (replace(measure, excepted=tuple(excepted)) for measure in said.measures)
    return _Said((*main, *own), used=used)


def _left_out(
    grammar: Grammar, text: str, source: Source, over: Words | None, listed: bool
) -> tuple[list[str], list[Measure]] | None:
    """What a text names as left out, and the measures that it has for that; None when it is not understood."""
    excepted: list[str] = []
    own: list[Measure] = []
    for clause in clauses(text.strip(" ,;."), grammar):
        targets = targets_of(clause, grammar, listing=True)
        if not targets or any(target.scope in (_ALL, _OTHERS) for target in targets):
            return None
        if clause.figures or clause.verbs or "not" in clause.flags:
            effect = effect_of(clause, words_of(clause, over))
            alone = _stands_alone(clause)
            if effect is None or _is_vague(grammar, effect, clause):
                return None
            if alone and not (listed and effect.kind in _BESIDE_AN_INDEX):
                return None
            own += [_measure(effect, target, source) for target in targets]
        excepted += [name for target in targets for name in target.left_out]
    return excepted, own


def _is_vague(grammar: Grammar, effect: Effect, clause: Clause) -> bool:
    """True for what may be said of something else than tariffs: a label that ends, a rule that stays."""
    return effect.kind in _OF_ANYTHING and bool(unknown_words(clause.left, grammar.words))


def _stands_alone(clause: Clause) -> bool:
    """True for a clause with a verb of its own that is not a relative one."""
    return "finite" in clause.flags and "relative" not in clause.flags


def _looks_like_one(clause: Clause, over: Words | None = None, goes_on: bool = False) -> bool:
    """Something changes, or does not, and a figure, codes or a word for tariffs say what.

    A change that is announced without a figure is one too, unless a list goes on with it.
    """
    flags, verbs, objects = clause.flags, clause.verbs, clause.objects
    figures = clause.figures > 0 or "money" in flags
    codes = any(mention.target is None for mention in clause.mentions)
    if "budget" in flags and not objects and not codes:
        return False
    if over is not None and over.verbs and figures:
        return True
    same = "unchanged" in verbs or ("not" in flags and bool(verbs & {"index", "change"}))
    return bool(
        (verbs & {"index", "lower", "higher", "change"} and (figures or codes))
        or (verbs & {"index", "lower", "higher"} and clause.mentions)
        or ("set" in verbs and figures and (objects or codes))
        or (same and (objects or clause.mentions))
        or (verbs & {"added", "ended"} and codes)
        or (objects & {"fees", "letter_value", "share"} and figures)
        or ("letter_value" in objects and codes)
        or ("announces" in flags and objects and not goes_on)
    )


def _measure(effect: Effect, target: Target, source: Source) -> Measure:
    def figure(number: Decimal | None) -> Figure | None:
        return None if number is None else Figure(number, source)

    return Measure(
        effect.kind,
        source,
        rate=figure(effect.rate),
        amount=figure(effect.amount),
        scope=target.scope,
        codes=target.codes,
        named=target.named,
        letter=effect.letter,
        coefficient_from=figure(effect.coefficient_from),
        coefficient_to=figure(effect.coefficient_to),
        already=figure(effect.already),
        relative_to=effect.relative_to,
    )

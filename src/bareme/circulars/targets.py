"""For which lines a clause speaks: what it names, or all of the circular where its words leave nothing out.

A clause speaks for all only if none of its words is unknown: "the fees of home visits" must not become "all fees".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

from bareme.circulars.clauses import OBJECTS, VERBS, Clause, Grammar
from bareme.circulars.mentions import Mention, Surroundings, Target, section_of
from bareme.circulars.vocabulary import Vocabulary

_CONTENT = re.compile(r"[^\W\d_]{3,}|\d+|(?<![\w.])[A-Z](?![\w.’'])")
_PIECES = re.compile(r"\w+|[^\w\s]")
_SEGMENTS = re.compile(r"\s+[-–—]\s+|[;:]")
_NEAR = 12
"""How many words beside what is named are looked at."""
_KNOWN = tuple(f"prose.{name}" for name in ("not_changed", *VERBS, *OBJECTS, "not", "neutral"))


def targets_of(clause: Clause, grammar: Grammar, listing: bool = False) -> list[Target] | None:
    """The lines that a clause names, `[Target("all")]` if it names none and means all; None if that is not clear.

    In an enumeration (`listing`) a comma joins what is named as "and" does.
    """
    if clause.unclear or "pointing" in clause.flags:
        return None
    words = grammar.words
    targets = _named(clause, words, listing)
    if targets is None:
        return None
    unknown = unknown_words(clause.left, words)
    if not targets:
        return _unnamed(clause, unknown, grammar.near, words)
    if len(targets) > 1 and not _on_one_side(clause):
        return None
    strict = not any(target.scope in ("codes", "convention") for target in targets)
    if any(word.isdigit() for word in unknown) or (unknown and (strict or _beside_codes(clause, words))):
        return None
    return targets


def unknown_words(text: str, words: Vocabulary) -> list[str]:
    """The words and numbers of a text that are neither of change nor without meaning for the lines."""
    return _CONTENT.findall(words.without(_KNOWN, text))


def _named(clause: Clause, words: Vocabulary, listing: bool) -> list[Target] | None:
    """What a clause names, each once; None where it names one thing within another, or "the others" than something.

    Beside codes, what is named without "and" only says where they stand.
    """
    mentions = clause.mentions
    if len(mentions) > 1 and any(m.target is not None and m.target.scope == "others" for m in mentions):
        return None
    joins = [_join(clause, one, other, words) for one, other in pairwise(mentions)]
    mixed = "comma" in joins and "and" in joins
    if clause.pairs:
        if mixed and not listing:
            return None
        joined = ("same", "and", "comma") if listing else ("same", "and")
        groups = [0, *accumulate(int(join not in joined) for join in joins)]
        with_codes = {group for group, mention in zip(groups, mentions, strict=True) if mention.target is None}
        mentions = tuple(m for group, m in zip(groups, mentions, strict=True) if group in with_codes)
    elif "" in joins or ("comma" in joins and not mixed):
        return None
    codes = Target("codes", None, clause.pairs)
    found = list(dict.fromkeys(mention.target for mention in mentions))
    return [target or codes for target in found]


def _join(clause: Clause, one: Mention, other: Mention, words: Vocabulary) -> str:
    """How a mention is joined to the next: "same" (place, or both codes), "and", "comma", or "" if it is not."""
    if one.span == other.span or (one.target is None and other.target is None):
        return "same"
    return _join_before(clause.left[one.span[1] : other.span[0]], words)


def _join_before(between: str, words: Vocabulary) -> str:
    """What stands before the last words of a text, which say nothing: "and", "comma", or nothing that joins."""
    pieces = _PIECES.findall(between)[-_NEAR:]
    while pieces:
        if words.has("prose.and", " ".join(pieces)):
            return "and"
        if pieces[-1] in ",;":
            return "comma"
        if unknown_words(pieces[-1], words) or pieces[-1] == ":":
            return ""
        pieces.pop()
    return ""


def _on_one_side(clause: Clause) -> bool:
    """True unless a figure stands between the lines that a clause names: then which it is for is not clear."""
    first, last = clause.mentions[0].span[0], clause.mentions[-1].span[1]
    return not any(first < start < last for start, _ in clause.anchors)


def _beside_codes(clause: Clause, words: Vocabulary) -> bool:
    """True when something unknown is joined to codes: "565014 and home visits"."""
    if not any(mention.target is None for mention in clause.mentions):
        return False
    first, last = clause.mentions[0].span[0], clause.mentions[-1].span[1]
    before, after = clause.left[:first], clause.left[last:]
    if _join_before(before, words) == "and" and unknown_words(before, words):
        return True
    pieces = _PIECES.findall(after)[:_NEAR]
    for i, piece in enumerate(pieces, start=1):
        if words.has("prose.and", " ".join(pieces[:i])):
            return bool(unknown_words(" ".join(pieces[i:]), words))
        if unknown_words(piece, words):
            return False
    return False


def _unnamed(clause: Clause, unknown: Sequence[str], near: Surroundings, words: Vocabulary) -> list[Target] | None:
    """All lines, or those of the one section whose title the words are; None where a word is unknown."""
    if not unknown:
        return [Target("all")]
    said = {word.casefold() for word in unknown}
    title = near.title or ""
    if clause.whole and said <= {word.casefold() for word in _CONTENT.findall(title)}:
        return [Target("all")]
    for segment in _SEGMENTS.split(title):
        if said == {word.casefold() for word in unknown_words(segment, words)}:
            return [Target("all")]
    found = []
    for section in near.sections:
        if said == {word.casefold() for word in unknown_words(section.title, words)}:
            target = section_of(section.title, near.sections)
            found += [target] if target and target not in found else []
    return found if len(found) == 1 else None

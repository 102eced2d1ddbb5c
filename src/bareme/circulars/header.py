"""The header of a table: which columns it announces, in which order.

Headers often stand over other columns than their figures (circular 2024/382, tables 4 to 6), so a header gives names,
an order and distances; `tables` proves by the figures where they are.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bareme.circulars.documents.blocks import Cell, Row, Table
from bareme.circulars.figures import amount_of
from bareme.circulars.vocabulary import Vocabulary
from bareme.nomenclature.codes import looks_like_code
from bareme.nomenclature.situations import Regime, Setting

QUANTITIES = ("fee", "intervention", "patient_share")
_Word = TypeVar("_Word")
_UNDERSTOOD = (
    "column.ordinary",
    "column.preferential",
    "column.ambulatory",
    "column.hospital",
    *(f"column.{quantity}" for quantity in QUANTITIES),
    "column.meaningless",
)
_OF_TERMS = ("column.letter", "column.coefficient", "column.value")
Facts = tuple[tuple[str, str], ...]
Situation = tuple[Setting | None, Regime | None, Facts]
_SAYS = re.compile(r"\w")
MOST_HEADER_ROWS = 40
"""Rows of words without a figure below them, more than these, are no header."""
_PARTED = re.compile(r"(?<=[^\W\d_])- (?=[a-zà-ÿ])")


@dataclass(frozen=True, slots=True)
class Column:
    """One amount column that a header announces; `position` is its header's cell, from 1.

    `facts` are those that the header sets (`gp_referral` yes), and those that other columns set otherwise.
    """

    quantity: str
    setting: Setting | None
    regime: Regime | None
    position: int
    facts: Facts = ()

    @property
    def name(self) -> str:
        """For messages: "hospital ordinary intervention"."""
        words = (self.setting, self.regime, self.quantity.replace("_", " "))
        facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in self.facts)
        return " ".join(str(word) for word in words if word) + (f" ({facts})" if facts else "")

    @property
    def situation(self) -> Situation:
        """Whom the column is for."""
        return self.setting, self.regime, self.facts


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table's header; `names_settings` when it says which code is ambulatory and which hospital.

    `width` is the number of cells of its widest row, `terms` the cells below which letters, coefficients and letter
    values stand. `unclear` says why its columns cannot be told apart.
    """

    columns: tuple[Column, ...]
    names_settings: bool
    table: int
    fee_title: str
    width: int
    unclear: tuple[str, ...] = ()
    terms: frozenset[int] = frozenset()


def split_header(rows: Sequence[Row]) -> tuple[Sequence[Row], Sequence[Row]]:
    """Header rows (those above the first row with a code or an amount) and the others."""
    for index, row in enumerate(rows):
        if has_code(row) or any(amount_of(cell.text) is not None for cell in row.cells):
            return rows[:index], rows[index:]
    return rows, ()


def has_code(row: Row) -> bool:
    """True when a cell of the row starts like a code."""
    return any(looks_like_code(cell.text[:6]) for cell in row.cells)


def is_tariff(table: Table) -> bool:
    """True for a table with codes."""
    return any(has_code(row) for row in table.rows)


def is_of_header(text: str, words: Vocabulary) -> bool:
    """True for words that say what a column holds."""
    return any(words.has(name, text) for name in ("column.code", "column.label", *_OF_TERMS, *_UNDERSTOOD[:-1]))


def read_header(rows: Sequence[Row], table: int, words: Vocabulary) -> Header | None:
    """The header that the rows spell out, or None when they announce no amount column."""
    if not rows or len(rows) > MOST_HEADER_ROWS:
        return None
    width = max(len(row.cells) for row in rows)
    texts = [{cell.index: cell.text for cell in row.cells} for row in rows]
    stacks = [_stack(texts, position) for position in range(1, width + 1)]
    columns: list[Column] = []
    names = set()
    terms = set()
    for position, stack in enumerate(stacks, start=1):
        column, setting = _column(stack, position, words)
        if column is not None:
            columns.append(column)
        elif setting is not None:
            names.add(setting)
        elif any(words.has(name, text_of(stack)) for name in _OF_TERMS):
            terms.add(position)
    columns = with_other_facts(_without_spans(columns, rows, words))
    fee_titles = (" ".join(stacks[c.position - 1]) for c in columns if c.quantity == "fee")
    unclear = (*_contradictions(columns), *_unknown_words([stacks[c.position - 1] for c in columns], words))
    if not columns:
        return None
    title = next(fee_titles, "")
    return Header(tuple(columns), len(names) > 0, table, title, width, unclear, frozenset(terms))


def _stack(rows: Sequence[Mapping[int, str]], position: int) -> tuple[str, ...]:
    """The header texts above a cell, top down.

    Above the first text of its own, a title spans the blank cells to its right (in all rows but the last).
    """
    texts: list[str] = []
    own = False
    for depth, cells in enumerate(rows):
        text = cells.get(position, "")
        own = own or bool(text)
        if not own and depth < len(rows) - 1 and _has_below(rows[depth + 1 :], position):
            text = next((cells[p] for p in range(position, 0, -1) if cells.get(p)), "")
        if text:
            texts.append(text)
    return tuple(texts)


def text_of(stack: Sequence[str]) -> str:
    """The words of a header, line by line, as one text; a word that is parted at the end of a line is whole again."""
    return _PARTED.sub("", " ".join(stack))


def _has_below(rows: Sequence[Mapping[int, str]], position: int) -> bool:
    return any(cells.get(position) for cells in rows)


def _column(stack: tuple[str, ...], position: int, words: Vocabulary) -> tuple[Column | None, Setting | None]:
    text = text_of(stack)
    setting = _one({Setting.AMBULATORY: "ambulatory", Setting.HOSPITAL: "hospital"}, text, words)
    regime = regime_of(text, words)
    if not stack or words.has("column.code", stack[0]) or words.has("column.label", text):
        return None, setting
    quantities = [q for q in QUANTITIES if words.has(f"column.{q}", text)]
    facts = facts_in(text, words)
    if len(quantities) == 1:
        return Column(quantities[0], setting, regime, position, facts), None
    if not quantities and (regime is not None or facts):
        # "Amb. préf." after the fee: an intervention, to be proved by fee >= preferential >= ordinary.
        return Column("intervention", setting, regime, position, facts), None
    return None, setting


def facts_in(text: str, words: Vocabulary) -> Facts:
    """The facts that a text sets: "après renvoi" is `gp_referral` yes. One that it sets in two ways is left out."""
    found = values_in(text, words)
    counts = Counter(fact for fact, _ in found)
    return tuple((fact, value) for fact, value in found if counts[fact] == 1)


def values_in(text: str, words: Vocabulary) -> Facts:
    """Every value of a fact that a text names, in order of facts. What says no is looked for first."""
    found = []
    for name in sorted(words.names("fact"), key=lambda name: name.endswith("=yes")):
        rest = words.without((f"fact.{name}",), text)
        if rest != text:
            fact, _, value = name.partition("=")
            found.append((fact, value))
            text = rest
    return tuple(sorted(found))


def with_other_facts(columns: list[Column]) -> list[Column]:
    """The columns, each told apart from those that set a fact: beside one "after referral" another is without.

    A fact of few columns goes first: the one column of a care pathway is told apart from all others, whatever they set.
    """
    counts = Counter(name for c in columns for name, value in c.facts if value == "yes" and c.quantity != "fee")
    for name in sorted(counts, key=lambda name: (counts[name], name)):
        setters = [c for c in columns if (name, "yes") in c.facts]
        columns = [_told_apart(c, name, [s for s in setters if s.quantity == c.quantity]) for c in columns]
    return columns


def _told_apart(column: Column, name: str, setters: Sequence[Column]) -> Column:
    """The column as one without the fact that others of its quantity set, unless another fact parts it from them."""
    own = dict(column.facts)
    apart = all(any(own.get(n, v) != v for n, v in setter.facts if n != name) for setter in setters)
    if column.quantity == "fee" or name in own or apart:
        return column
    return replace(column, facts=tuple(sorted({**own, name: "no"}.items())))


def _one(words_of: dict[_Word, str], text: str, words: Vocabulary) -> _Word | None:
    found = [value for value, name in words_of.items() if words.has(f"column.{name}", text)]
    return found[0] if len(found) == 1 else None


def regime_of(text: str, words: Vocabulary) -> Regime | None:
    """The regime that a text names; None when it names both or none. "non BIM" is looked for before "BIM"."""
    rest = words.without(("column.ordinary",), text)
    found = [Regime.ORDINARY] if rest != text else []
    found += [Regime.PREFERENTIAL] if words.has("column.preferential", rest) else []
    return found[0] if len(found) == 1 else None


def _contradictions(columns: Sequence[Column]) -> list[str]:
    """Why no single amount follows from the columns for each patient."""
    counts = Counter((c.quantity, c.situation) for c in columns)
    names = dict.fromkeys(c.name for c in columns if counts[c.quantity, c.situation] > 1)
    found = [f"more than one column for the {name}" for name in names]
    found += [f"a column for the {c.name}" for c in columns if c.quantity == "fee" and any(c.situation)]
    situations = dict.fromkeys(c.situation for c in columns if c.quantity != "fee")
    found += [
        f"columns for {_patients(one)} and for {_patients(other)}"
        for one, other in itertools.combinations(situations, 2)
        if _meet(one, other)
    ]
    for facts in dict.fromkeys(facts for _, _, facts in situations):
        found += _gaps([c for c in columns if c.quantity != "fee" and c.facts == facts]) if not found else []
    return found


def _meet(one: Situation, other: Situation) -> bool:
    """True when some patient is in both situations."""
    facts = dict(one[2])
    same = all(a is None or b is None or a == b for a, b in zip(one[:2], other[:2], strict=True))
    return same and all(facts.get(name, value) == value for name, value in other[2])


def _gaps(columns: Sequence[Column]) -> list[str]:
    """Why the columns for patients of the same facts do not give one amount for each of them, in one order."""
    situations = dict.fromkeys(c.situation for c in columns)
    settings, regimes = {setting for setting, _, _ in situations}, {regime for _, regime, _ in situations}
    if len(situations) != len(settings) * len(regimes):
        return [f"columns for {', '.join(map(_patients, situations))}, and none for the others"]
    if len({tuple(r for s, r, _ in situations if s is setting) for setting in settings}) > 1:
        return [f"columns for {', '.join(map(_patients, situations))}, in this order"]
    return []


def _patients(situation: Situation) -> str:
    setting, regime, facts = situation
    words = [*(str(word) for word in (setting, regime) if word), "patients"] if setting or regime else ["all patients"]
    with_facts = [f"{name.replace('_', ' ')} {value}" for name, value in facts]
    return " ".join(words) + (f" ({', '.join(with_facts)})" if with_facts else "")


def _unknown_words(stacks: Sequence[tuple[str, ...]], words: Vocabulary) -> list[str]:
    """The words above amounts that say something that is not understood."""
    found: dict[str, None] = {}
    facts = tuple(f"fact.{name}" for name in words.names("fact"))
    for stack in stacks:
        rest = words.without((*facts, *_UNDERSTOOD), text_of(stack))
        if _SAYS.search(rest):
            found[" ".join(rest.split())] = None
    return [f"{rest!r} is not understood" for rest in found]


def _without_spans(columns: list[Column], rows: Sequence[Row], words: Vocabulary) -> list[Column]:
    """Without a title that only names the group of the columns to its right."""
    last = {cell.index: cell for cell in rows[-1].cells if cell.text}
    kept = []
    for column in columns:
        above = [c for row in rows[:-1] for c in row.cells if c.index == column.position and c.text]
        right = [c for c in columns if c.position > column.position and c.quantity == column.quantity]
        blank = column.position not in last
        if column.quantity != "fee" and above and blank and right and _is_group(above[-1], right[0], rows, words):
            continue
        kept.append(column)
    return kept


def _is_group(title: Cell, right: Column, rows: Sequence[Row], words: Vocabulary) -> bool:
    """True when the title spans the column to its right rather than standing for a column of its own."""
    own = {cell.index: cell.text for cell in rows[0].cells}
    return not any(own.get(p) for p in range(title.index + 1, right.position + 1))

"""Read a document: blocks to sections, tables and footnotes, then to a circular.

The reader records what it saw (`TableLayout`, `Structure`); whether something is odd is said by the checks of `audit/`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bareme.circulars.amounts import Context
from bareme.circulars.budgets import is_budget
from bareme.circulars.conditions import conditions_of
from bareme.circulars.dates import date_of
from bareme.circulars.documents.blocks import Block, Document, Heading, Paragraph, Table
from bareme.circulars.findings import Findings
from bareme.circulars.header import Header, has_code, is_tariff, read_header, split_header
from bareme.circulars.heading import Identity, read_identity, with_given
from bareme.circulars.layout import TableLayout
from bareme.circulars.measures import Announced, read_measures
from bareme.circulars.mentions import Surroundings
from bareme.circulars.model import DocumentId, Line, Reading
from bareme.circulars.sections import BOLD_LEVEL, Node, parse_heading, place
from bareme.circulars.shaping import shaped
from bareme.circulars.sources import Source
from bareme.circulars.tables import read_table
from bareme.circulars.vocabulary import Vocabulary, all_vocabularies
from bareme.nomenclature.situations import Basis

_FOOTNOTE = re.compile(r"^(?P<mark>\(\*+\)|\*+|\(\d{1,2}\)|\d{1,2})\s+(?P<text>\S.*)$")
_LIST_HEADING = re.compile(r"^[a-z]\)\s+\S")
_LINES_ABOVE = 4
_TITLE = 160
"""In characters: a longer line is prose, bold or not."""
_SENTENCE = re.compile(r"[.;]$")


@dataclass(frozen=True, slots=True)
class Structure:
    """What the document says beside its tables, for the checks: identity, sections, measures, prose."""

    document: Document
    words: Vocabulary
    identity: Identity
    announced: Announced
    nodes: tuple[Node, ...]
    prose: tuple[Paragraph | Heading, ...]
    budgets: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """A table with what stands around it."""

    table: Table
    node: Node | None
    notes: Mapping[str, Source]
    above: tuple[Paragraph, ...]
    captions: tuple[str, ...]
    source: Source
    loose: str | None = None
    """A bold line with a condition between its heading and it: whether it holds for the table is not said."""

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of its sections, outermost first, and its captions."""
        return (*(node.title for node in (self.node.path if self.node else ())), *self.captions)


def read_document(document: Document, **given: object) -> tuple[Reading, Structure]:
    """The reading (without findings) and the structure of a document.

    `given` may hold number, issued_on, effective_on and series for a document that does not say them.
    """
    words = _vocabulary_of(document)
    document = shaped(document, words)
    identity = with_given(read_identity(document, words), **given)  # type: ignore[arg-type]
    places = list(_places(document, words))
    named = _named_convention(document, words)
    announced = read_measures(document, _surroundings(identity, places, named, words), words)
    budgets = {p.table.number: p.source for p in reversed(places) if is_budget(p.table, p.titles, words)}
    tariffs = [p for p in places if p.table.number not in budgets]
    lines, layouts = _read_tables(document, tariffs, named, words, frozenset(budgets))
    reading = Reading(
        DocumentId(document.sha256, document.name, document.size),
        identity.circular,
        tuple(lines),
        announced.measures,
        Findings(),
        tuple(layouts),
        document.content,
    )
    nodes = tuple(dict.fromkeys(n for p in places if p.node for n in p.node.path))
    prose = tuple(b for b in document.blocks if not isinstance(b, Table))
    sources = tuple(source for _, source in sorted(budgets.items(), key=lambda found: found[0]))
    return reading, Structure(document, words, identity, announced, nodes, prose, sources)


def _surroundings(identity: Identity, places: list[_Place], named: str | None, words: Vocabulary) -> Surroundings:
    """What the names in the prose may mean."""
    circular = identity.circular
    return Surroundings(
        conventions=tuple(name for p in places if (name := _convention(p.node, None, words))),
        sections=tuple(dict.fromkeys(node.section for p in places if p.node for node in p.node.path)),
        named=named,
        title=circular.title,
        series=circular.series,
        effective_on=circular.effective_on,
    )


def _vocabulary_of(document: Document) -> Vocabulary:
    """The language whose words the document uses most."""
    texts = [b.text for b in document.blocks if not isinstance(b, Table)]
    texts += [c.text for b in document.blocks if isinstance(b, Table) for r in b.rows[:2] for c in r.cells]

    def count(words: Vocabulary) -> int:
        return sum(words.has("identity.language", t) + 3 * words.has("identity.number", t) for t in texts)

    return max(all_vocabularies(), key=count)


def _read_tables(
    document: Document, places: list[_Place], named: str | None, words: Vocabulary, budgets: frozenset[int]
) -> tuple[list[Line], list[TableLayout]]:
    lines: list[Line] = []
    layouts: list[TableLayout] = []
    header: Header | None = None
    last = 0
    for p in places:
        if any(last < number < p.table.number for number in budgets):
            header = None  # a table without a header may go on with a budget
        last = p.table.number
        above, rows = split_header(p.table.rows)
        own = read_header(above, p.table.number, words)
        header = own or header
        if not rows or not (own or any(has_code(row) for row in rows) or (header and not above)):
            continue  # a table of words, or of amounts that neither a code nor a header makes tariffs
        usable = header if header is None or not above or header.table == p.table.number else None
        found, layout = read_table(p.table, rows, usable, p.source, _context(p, named, words), words)
        lines += found
        layouts.append(layout)
    return lines, layouts


def _context(p: _Place, named: str | None, words: Vocabulary) -> Context:
    titles = [node.title for node in p.node.path] if p.node else []
    captions = [text for text in p.captions if text not in titles and conditions_of([text], words).says_something]
    conditions = conditions_of([*titles, *captions], words)
    basis = Basis.ACT
    if any(words.has("section.session", title) for title in titles):
        basis = Basis.SESSION
    elif any(words.has("section.unit", title) for title in titles):
        basis = Basis.UNIT

    def marks(kind: str) -> frozenset[str]:
        return frozenset(m for m, s in p.notes.items() if words.has(f"footnote.{kind}", s.text or ""))

    return Context(
        section=p.node.section if p.node else None,
        convention=_convention(p.node, named, words),
        basis=basis,
        age_from=conditions.age_from,
        age_to=conditions.age_to,
        footnotes=p.notes,
        theoretical_marks=marks("theoretical"),
        unit_marks=marks("unit"),
        place=p.node.place if p.node else f"table {p.table.number}",
        regime=conditions.regime,
        facts=conditions.facts,
        unclear=conditions.unclear or p.loose,
        days=tuple(_days(p, words)),
    )


def _days(p: _Place, words: Vocabulary) -> Iterator[tuple[date, Source]]:
    """The effective dates in the titles above a table and in the lines between them and it."""
    titles = [(node.line, node.raw) for node in p.node.path] if p.node else []
    for names, found_in in (
        (("section.effective",), titles),
        (("identity.effective_line", "identity.effective_elsewhere"), [(b.line, b.text) for b in p.above]),
    ):
        for line, text in found_in:
            found = next((match for name in names if (match := words.search(name, text))), None)
            day = date_of(found["date"], words) if found else None
            if day is not None:
                yield day, replace(p.source, table=None, line=line, text=text, place=None)


def _convention(node: Node | None, named: str | None, words: Vocabulary) -> str | None:
    """The convention that a section's title names, else the one that the prose names for the whole circular."""
    for above in reversed(node.path if node else ()):
        found = words.search("section.convention", above.title)
        if found:
            return found["name"]
    return named


def _named_convention(document: Document, words: Vocabulary) -> str | None:
    """The one convention that the prose quotes by name, if it is one."""
    names = []
    for block in document.blocks:
        if isinstance(block, Table):
            if is_tariff(block):
                break
            continue
        found = words.search("prose.named_convention", block.text)
        if found:
            names.append(found["name"])
    return names[0] if len(set(names)) == 1 else None


def _places(document: Document, words: Vocabulary) -> Iterator[_Place]:
    """Every table with its section and the footnotes below it."""
    node: Node | None = None
    marked = empty = False
    loose: str | None = None
    said: list[tuple[Node | None, Paragraph]] = []
    blocks = document.blocks
    for i, block in enumerate(blocks):
        if isinstance(block, Heading):
            node, marked = place(parse_heading(block.text, block.level, block.line), node, empty=empty), True
            empty, loose = True, None
        elif isinstance(block, Paragraph):
            titled = block.bold and _after_table(blocks, i)
            if titled and _stands_above_table(blocks, i):
                level = BOLD_LEVEL + _titles_before(blocks, i)
                node, empty = place(parse_heading(block.text, level, block.line), node, empty=empty), True
            elif not _FOOTNOTE.match(block.text):
                said.append((node, block))
                if titled and len(block.text) < _TITLE and conditions_of([block.text], words).says_something:
                    loose = block.text
        else:
            empty = False
            if not marked:
                node = _list_heading(blocks, i) or node
            above = _right_above(blocks, i) if node is None or not marked else _below(node, said)
            source = document.source(block)
            yield _Place(block, node, _notes_below(document, i), tuple(above), _captions(blocks, i), source, loose)


def _below(node: Node, said: list[tuple[Node | None, Paragraph]]) -> list[Paragraph]:
    """What was said so far under a section or one that it stands in."""
    return [block for above, block in said if above in node.path]


def _right_above(blocks: tuple[Block, ...], index: int) -> list[Paragraph]:
    """The lines right above a table, in a document without marked headings."""
    found: list[Paragraph] = []
    for block in reversed(blocks[max(0, index - _LINES_ABOVE) : index]):
        if not isinstance(block, Paragraph):
            break
        found.insert(0, block)
    return found


def _captions(blocks: tuple[Block, ...], index: int) -> tuple[str, ...]:
    """The lines right above a table that are no sentence, item or footnote."""
    found: list[str] = []
    for block in reversed(_right_above(blocks, index)):
        if block.item or _SENTENCE.search(block.text) or _FOOTNOTE.match(block.text):
            break
        found.insert(0, block.text)
    return tuple(found)


def _after_table(blocks: tuple[Block, ...], index: int) -> bool:
    """A bold line above a table is a heading once the heading of the circular is over: after a table or a heading."""
    return any(isinstance(b, Table | Heading) for b in blocks[:index])


def _stands_above_table(blocks: tuple[Block, ...], index: int) -> bool:
    """True for a bold line right above a table, or above others that are."""
    below = next((b for b in blocks[index + 1 :] if not _is_title(b)), None)
    return isinstance(below, Table)


def _titles_before(blocks: tuple[Block, ...], index: int) -> int:
    """How many bold lines stand right above this one."""
    above = itertools.takewhile(_is_title, reversed(blocks[max(0, index - _LINES_ABOVE) : index]))
    return sum(1 for _ in above)


def _is_title(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.bold


def _list_heading(blocks: tuple[Block, ...], index: int) -> Node | None:
    """`c) Title` among the lines right above a table of a document without marked headings."""
    for block in reversed(blocks[max(0, index - _LINES_ABOVE) : index]):
        if not isinstance(block, Paragraph):
            return None
        if _LIST_HEADING.match(block.text):
            return place(parse_heading(block.text, BOLD_LEVEL, block.line), None)
    return None


def _notes_below(document: Document, index: int) -> dict[str, Source]:
    """The footnotes between a table and the next table or heading: mark -> source with the note's text."""
    notes: dict[str, Source] = {}
    for block in document.blocks[index + 1 :]:
        if not isinstance(block, Paragraph):
            break
        found = _FOOTNOTE.match(block.text)
        if found:
            notes.setdefault(found["mark"], document.source(block, found["text"]))
    return notes

"""The tree of sections: numbers decide, levels help.

The level of a heading is not stable (section O is `###` in one circular and `#` in the next; `## 4.` follows `### 3.`),
its number and title are. A number that continues its sibling's stands beside it, whatever the levels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bareme.circulars.model import Section

_NUMBERED = re.compile(
    r"^(?:(?P<letter>[A-Z])\.|(?P<digits>\d{1,4}(?:\.\d{1,4})+)\.?|(?P<digit>\d{1,4})\.|(?P<item>[a-z])\))\s+(?P<title>\S.*)$"
)
BOLD_LEVEL = 50
"""The level of a bold line above a table: below every marked heading."""


@dataclass(frozen=True, slots=True)
class Node:
    """One heading in the tree. `number` is its own number; `full` the number in full; `above` its ancestors."""

    number: str | None
    full: str | None
    title: str
    level: int
    line: int
    raw: str
    above: tuple[Node, ...] = ()
    oddity: str | None = None

    @property
    def section(self) -> Section:
        """The section as lines name it."""
        return Section(self.full, self.title)

    @property
    def path(self) -> tuple[Node, ...]:
        """The ancestors and the node itself, outermost first."""
        return (*self.above, self)

    @property
    def place(self) -> str:
        """For messages: the full number, or the title."""
        return self.full or self.title


def parse_heading(text: str, level: int, line: int) -> Node:
    """A heading by itself, not yet placed."""
    found = _NUMBERED.match(text)
    if not found:
        return Node(None, None, text, level, line, text)
    number = found["letter"] or found["digits"] or found["digit"] or found["item"]
    return Node(number, None, found["title"], level, line, text)


def place(node: Node, current: Node | None, *, empty: bool = False) -> Node:
    """The node in the tree, when `current` is the section before it; `empty` when that holds nothing yet.

    A title without a number that holds nothing yet is about what follows it on a lower level, whatever its number.
    """
    open_nodes = current.path if current else ()
    leads = empty and current is not None and current.number is None and current.level < node.level
    sibling = None if leads else _sibling(node, open_nodes)
    if sibling is not None:
        above, oddity = sibling.above, _odd_beside(node, sibling)
    else:
        above, oddity = _above_by_level(node, open_nodes), None
    return replace(node, above=above, full=_full(node, above), oddity=oddity)


def _parts(number: str) -> tuple[str, ...]:
    return tuple(number.split("."))


def _sibling(node: Node, open_nodes: tuple[Node, ...]) -> Node | None:
    """The open section beside which the number places this one: same parent number, an earlier last part."""
    if node.number is None:
        return None
    parts = _parts(node.number)
    for other in reversed(open_nodes):
        if other.number is None:
            continue
        theirs = _parts(other.number)
        same_kind = theirs[-1].isdigit() == parts[-1].isdigit() and theirs[-1].isupper() == parts[-1].isupper()
        if len(theirs) == len(parts) and theirs[:-1] == parts[:-1] and same_kind and _rank(theirs) < _rank(parts):
            return other
    return None


def _rank(parts: tuple[str, ...]) -> int:
    return int(parts[-1]) if parts[-1].isdigit() else ord(parts[-1])


def _above_by_level(node: Node, open_nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    if node.number and "." in node.number:
        parent = node.number.rpartition(".")[0]
        for other in reversed(open_nodes):
            if other.number == parent:
                return other.path
        open_nodes = _without_strangers(node.number, open_nodes)
    return tuple(other for other in open_nodes if other.level < node.level)


def _without_strangers(number: str, open_nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The open sections up to the first whose own number is not the beginning of this one: 1.2.1 is not within 1.1."""
    strange = (n.number is not None and "." in n.number and not number.startswith(f"{n.number}.") for n in open_nodes)
    ends = next((index for index, is_strange in enumerate(strange) if is_strange), len(open_nodes))
    return open_nodes[:ends]


def _odd_beside(node: Node, sibling: Node) -> str | None:
    if node.number is None or sibling.number is None:
        return None
    step = _rank(_parts(node.number)) - _rank(_parts(sibling.number))
    if step != 1:
        return f"{node.number}. follows {sibling.number}"
    if node.level != sibling.level:
        return f"heading level {node.level}, where {sibling.number}. has level {sibling.level}"
    return None


def _full(node: Node, above: tuple[Node, ...]) -> str | None:
    """The number in full: `1.` below `N.` is N.1; `1.2.1` is itself."""
    if node.number is None:
        return None
    letters = [n for n in above if n.number is not None and n.number.isupper() and len(n.number) == 1]
    if letters and not node.number.isalpha():
        return f"{letters[-1].number}.{node.number}"
    return node.number

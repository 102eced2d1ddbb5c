"""A draft as one HTML page that needs nothing beside itself, to read and to print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bareme._version import __version__
from bareme.exchange.drafts.draft import NUMBERS, Block, Draft, Grid, Sort, Text, Title

TEMPLATE = "draft.html"

Shown = dict[str, Any]


def page_of(draft: Draft) -> str:
    """The page; the same draft gives the same page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("bareme.exchange", "templates")
    jinja = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    shown = {
        "language": draft.language,
        "title": draft.title,
        "version": __version__,
        "blocks": _blocks(draft.blocks),
    }
    return jinja.get_template(TEMPLATE).render(shown) + "\n"


def _blocks(blocks: Sequence[Block]) -> list[Shown]:
    """The blocks for the template; items that follow one another are one list; a table bears the name above it."""
    shown: list[Shown] = []
    name = ""
    for block in blocks:
        if isinstance(block, Title):
            name = block.text
            shown.append({"kind": "title", "level": block.level, "text": block.text})
        elif isinstance(block, Grid):
            shown.append({"kind": "table", "name": name} | _table(block))
        elif block.item and shown and shown[-1]["kind"] == "list":
            shown[-1]["items"].append(block.text)
        elif block.item:
            shown.append({"kind": "list", "items": [block.text]})
        else:
            shown.append(_text(block))
    return shown


def _text(block: Text) -> Shown:
    return {"kind": "note" if block.note else "text", "text": block.text, "strong": block.strong}


def _table(grid: Grid) -> Shown:
    top = []
    for start, count in grid.spans:
        rows = 1 if grid.columns[start].title else 2
        top.append({"text": grid.columns[start].group, "columns": count, "rows": rows, "sort": _sort(grid, start)})
    below = [{"text": c.title, "sort": _sort(grid, n)} for n, c in enumerate(grid.columns) if c.title]
    cells = [[{"text": cell.text, "sort": _sort(grid, n)} for n, cell in enumerate(row, start=0)] for row in grid.rows]
    return {"top": top, "below": below, "rows": cells}


def _sort(grid: Grid, number: int) -> str:
    sort = grid.columns[number].sort
    return "number" if sort in NUMBERS else "label" if sort is Sort.LABEL else "middle"

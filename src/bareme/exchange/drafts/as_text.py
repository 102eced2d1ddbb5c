"""A draft as UTF-8 text: headings with `#`, tables with tabs."""

from __future__ import annotations

from collections.abc import Iterator

from bareme.exchange.drafts.draft import Draft, Grid, Text, Title


def text_of(draft: Draft) -> str:
    """The text; the same draft gives the same text."""
    return "\n".join(_lines(draft)).rstrip("\n") + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    before: Text | None = None
    for block in draft.blocks:
        if before is not None and not (isinstance(block, Text) and block.item and before.item):
            yield ""
        before = block if isinstance(block, Text) else None
        if isinstance(block, Title):
            yield f"{'#' * block.level} {block.text}"
            yield ""
        elif isinstance(block, Text):
            yield f"**{block.text}**" if block.strong else f"{'- ' * block.item}{block.text}"
        else:
            yield from _table(block)
            yield ""


def _table(grid: Grid) -> Iterator[str]:
    yield from ("\t".join(row) for row in grid.head)
    yield from ("\t".join(cell.text for cell in row) for row in grid.rows)

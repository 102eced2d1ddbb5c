"""Tables in thousands or millions of euros: budgets, whose amounts are never fees."""

from __future__ import annotations

from collections.abc import Sequence

from bareme.circulars.documents.blocks import Table
from bareme.circulars.header import read_header, split_header
from bareme.circulars.vocabulary import Vocabulary

_NAME = "column.thousands"


def is_budget(table: Table, titles: Sequence[str], words: Vocabulary) -> bool:
    """True when a title or caption of a table, or its header, says that its amounts are in thousands.

    A table in which other columns than that of the fee say so is none: those columns are left over, and doubted.
    """
    if any(words.has(_NAME, title) for title in titles):
        return True
    rows = split_header(table.rows)[0]
    columns: dict[int, list[str]] = {}
    for row in rows:
        for cell in row.cells:
            columns.setdefault(cell.index, []).append(cell.text)
    said = {index for index, texts in columns.items() if words.has(_NAME, " ".join(texts))}
    header = read_header(rows, table.number, words) if said else None
    fees = {column.position for column in header.columns if column.quantity == "fee"} if header else set()
    return bool(said) and not (fees - said)

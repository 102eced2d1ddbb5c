"""How a table was laid out: facts that the reader saw and that the checks of `audit/` turn into findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bareme.circulars.sources import Source


@dataclass(frozen=True, slots=True)
class RowLayout:
    """One row below the header.

    `shift` is how many cells its figures stand to the right of the rest of the table; `cut` names the amount columns
    for which the row has no cell; `cells` is how many cells it has, `usual_cells` how many its table has.
    `wrong_codes`, `unreadable` and `leftover` hold cells that could not be used, `label_mark` a mark read off a label,
    `form` the kind of each cell left of the fee; `headless` when no header names its columns. `columns_unclear` says
    why its header's columns cannot be told apart, `condition_unclear` which title sets a condition that is not
    understood. `blank_codes` are blank cells where other rows have codes, `blank_amounts` blank cells beside printed
    amounts, with their column and whether the figure was computed. `code_alone` is true where the row holds a code and
    nothing else.
    """

    source: Source
    code: str | None
    cells: int
    usual_cells: int
    shift: int = 0
    cut: tuple[str, ...] = ()
    wrong_codes: tuple[Source, ...] = ()
    unreadable: tuple[tuple[str, Source], ...] = ()
    leftover: tuple[Source, ...] = ()
    terms_unclear: str | None = None
    label_mark: str | None = None
    form: str = ""
    blank_hospital_cell: bool = False
    headless: bool = False
    columns_unclear: tuple[str, ...] = ()
    condition_unclear: str | None = None
    blank_codes: tuple[Source, ...] = ()
    blank_amounts: tuple[tuple[str, Source, bool], ...] = ()
    code_alone: bool = False


@dataclass(frozen=True, slots=True)
class TableLayout:
    """One table: where its header comes from and how far its figures stand from their headers.

    `header_table` is the table whose header is used: its own number, an earlier one, or None when there is none at all.
    `days` are the effective dates that stand between its heading and it.
    """

    source: Source
    header_table: int | None
    offset: int
    columns: tuple[str, ...]
    fee_title: str
    names_settings: bool
    rows: tuple[RowLayout, ...]
    unused_footnotes: tuple[tuple[str, Source], ...] = ()
    place: str = ""
    days: tuple[tuple[date, Source], ...] = ()

    @property
    def number(self) -> int:
        """The number of the table in the document, from 1."""
        return self.source.table or 0

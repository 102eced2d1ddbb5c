"""A budget table read from the text of an agreement: amounts in thousands, that of the year and the annual one.

Nothing is guessed: what cannot be read is a finding. A label may go on over several lines; lines under a row that end
with a rate (": 1,25 %", ": pas d'index", ": geen index") are its parts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from os import PathLike
from typing import Any

from bareme.circulars.documents.opening import open_document
from bareme.circulars.findings import Severity
from bareme.conventions.agreement.answers import AgreementFinding, Place
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.budget.arithmetic import months_in
from bareme.conventions.agreement_2020.budget.checks import ReadCheck
from bareme.conventions.agreement_2020.budget.model import (
    Amounts,
    Block,
    BudgetTable,
    Note,
    Part,
    Row,
    Side,
    Start,
    as_printed,
)
from bareme.exchange.agreements.budget_lines import (
    BALANCE,
    HEADING,
    MARK,
    NOTE,
    RATE,
    SOURCES,
    TOTAL,
    USES,
    Amount,
    TableLine,
    is_header,
    lines_of,
    says_thousands,
    start_of,
    year_of,
)

_CLAUSE = "annex"
_MOST_ID = 60


@dataclass(frozen=True, slots=True)
class ReadBudget:
    """A table that was read, and what is to be said of it. Labels are the document's, ids made from them."""

    table: BudgetTable
    findings: tuple[AgreementFinding, ...]


def read_budget_table(source: str | PathLike[str] | tuple[str, bytes], system: System, year: int) -> ReadBudget:
    """The first table of a document under a line that says that amounts are in thousands of euro.

    `year` is taken where no column says of which year it is. `DocumentError` for a file that cannot be read.
    """
    document = open_document(source)
    reader = _Reader(system, document.name)
    within = False
    for line in lines_of(document):
        if within or says_thousands(line):
            reader.take(line, header=not within)
            within = True
    return reader.end(year, within)


@dataclass
class _Open:
    """A block while it is read."""

    side: Side
    letter: str | None
    label: str
    printed: Amounts = field(default_factory=Amounts)
    rows: list[_OpenRow] = field(default_factory=list)


@dataclass
class _OpenRow:
    """A row while it is read."""

    line: TableLine
    label: str
    parts: list[Part] = field(default_factory=list)


@dataclass
class _Reader:
    """A table while it is read; `pending` are lines of words that the next amounts, or the row above, may own."""

    system: System
    file: str
    year: int | None = None
    blocks: list[_Open] = field(default_factory=list)
    pending: list[TableLine] = field(default_factory=list)
    totals: dict[str, Amounts] = field(default_factory=dict)
    notes: list[tuple[str, list[str]]] = field(default_factory=list)
    findings: list[AgreementFinding] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def take(self, line: TableLine, header: bool = False) -> None:
        """Take the next line of the table."""
        if self.totals.keys() >= {"total", "balance"}:
            self._note(line)
        elif not self.blocks and (header or is_header(line)):
            self.year = self.year or year_of(line)
        elif line.amounts:
            self._figures(line)
        elif SOURCES.fullmatch(line.text) or USES.fullmatch(line.text):
            self._close()
            if SOURCES.fullmatch(line.text):
                self.blocks.append(_Open(Side.SOURCE, None, line.text))
        elif found := HEADING.fullmatch(line.text):
            self._close()
            self.blocks.append(_Open(Side.USE, found["letter"], found["label"]))
        else:
            self.pending.append(line)

    def end(self, year: int, found: bool) -> ReadBudget:
        """The table, once all lines are taken; `year` where none was named."""
        self._close()
        if not found:
            self._say(ReadCheck.NO_TABLE, Severity.ERROR)
        elif self.year is None:
            self._say(ReadCheck.YEAR_UNKNOWN, Severity.WARNING, year=str(year))
        for name, check in (("total", ReadCheck.TOTAL_MISSING), ("balance", ReadCheck.BALANCE_MISSING)):
            if found and name not in self.totals:
                self._say(check, Severity.WARNING)
        of_year = self.year or year
        blocks = tuple(self._block(block, of_year) for block in self.blocks)
        notes = tuple(Note(mark, as_printed(" ".join(said))) for mark, said in self.notes)
        total, balance = (self.totals.get(name, Amounts()) for name in ("total", "balance"))
        return ReadBudget(BudgetTable(of_year, blocks, total, balance, notes), tuple(self.findings))

    def _figures(self, line: TableLine) -> None:
        """A line with amounts: a total, a block's heading, the amounts of a heading above, or a row."""
        # A heading has no start: a year before its amounts is the end of its words.
        heading = HEADING.fullmatch(" ".join(filter(None, (line.label, line.start))))
        last = self.blocks[-1] if self.blocks else None
        if TOTAL.fullmatch(line.label) or BALANCE.fullmatch(line.label):
            self._total(line)
        elif heading:
            self._close()
            self.blocks.append(_Open(Side.USE, heading["letter"], heading["label"], _two(line.amounts)))
        elif not line.label and line.start is None and last and last.letter and _is_bare(last):
            last.label = " ".join([last.label, *(words.text for words in self.pending)])
            last.printed, self.pending = _two(line.amounts), []
        else:
            self._row(line, last)

    def _total(self, line: TableLine) -> None:
        self._close()
        last = self.blocks[-1] if self.blocks else None
        if BALANCE.fullmatch(line.label):
            self.totals["balance"] = _two(line.amounts)
        elif last and last.side is Side.SOURCE and _is_unprinted(last):
            last.printed = _two(line.amounts)
        else:
            self.totals["total"] = _two(line.amounts)

    def _row(self, line: TableLine, block: _Open | None) -> None:
        above = self._details()
        label = " ".join([*(words.text for words in above), line.label]).strip()
        if not label:
            self._say(ReadCheck.AMOUNT_WITHOUT_LABEL, Severity.ERROR, line, text=line.text)
        elif block is None:
            self._say(ReadCheck.ROW_OUTSIDE, Severity.ERROR, line, label=label)
        else:
            block.rows.append(_OpenRow(line, label))

    def _details(self) -> list[TableLine]:
        """Give the pending lines up to the last rate to the row above; the others, which are left, are returned."""
        pending, self.pending = self.pending, []
        rates = [number for number, line in enumerate(pending) if RATE.search(line.text)]
        row = self.blocks[-1].rows[-1] if self.blocks and self.blocks[-1].rows else None
        if not rates:
            return pending
        own: list[str] = []
        for line in pending[: rates[-1] + 1]:
            own.append(line.text)
            found = RATE.search(line.text)
            if found is not None:
                text = RATE.sub("", _joined(own))
                if row is None or "%" in text:
                    self._say(ReadCheck.TEXT_LEFT, Severity.WARNING, line, text=_joined(own))
                else:
                    rate = Decimal((found["rate"] or "0").replace(",", "."))
                    row.parts.append(Part(_slug(text, {part.id for part in row.parts}), as_printed(text), rate))
                own = []
        return pending[rates[-1] + 1 :]

    def _close(self) -> None:
        """End a block: words that no amounts follow belong to no row."""
        for line in self._details():
            self._say(ReadCheck.TEXT_LEFT, Severity.WARNING, line, text=line.text)

    def _note(self, line: TableLine) -> None:
        found = NOTE.fullmatch(line.text)
        if found is not None:
            self.notes.append((found["mark"], [found["says"]]))
        elif self.notes:
            self.notes[-1][1].append(line.text)
        else:
            self._say(ReadCheck.TEXT_LEFT, Severity.WARNING, line, text=line.text)

    def _block(self, block: _Open, year: int) -> Block:
        label, notes = _marked(block.label)
        ident = _slug("sources" if block.side is Side.SOURCE else label, self.ids)
        annual = _annual_cell(block.rows)
        rows = tuple(self._made(row, year, annual) for row in block.rows)
        return Block(ident, block.side, block.letter, as_printed(label), block.printed, rows, notes)

    def _made(self, row: _OpenRow, year: int, annual_cell: int | None) -> Row:
        label, notes = _marked(row.label)
        start: Start = None
        try:
            start = start_of(row.line.start)
        except ValueError:
            self._say(ReadCheck.START_UNREADABLE, Severity.ERROR, row.line, label=label, found=row.line.start)
        if row.line.start is None:
            self._say(ReadCheck.ROW_WITHOUT_START, Severity.WARNING, row.line, label=label)
        printed = self._amounts(row, label, months_in(start, year), annual_cell)
        return Row(_slug(label, self.ids), as_printed(label), start, printed, _CLAUSE, notes, tuple(row.parts))

    def _amounts(self, row: _OpenRow, label: str, months: int | None, annual_cell: int | None) -> Amounts:
        amounts = row.line.amounts
        if len(amounts) > 2:
            self._say(ReadCheck.TOO_MANY_AMOUNTS, Severity.ERROR, row.line, label=label, text=row.line.text)
            return Amounts()
        if len(amounts) == 2:
            return _two(amounts)
        [alone] = amounts
        if alone.cell is not None and annual_cell is not None:
            is_annual = alone.cell >= annual_cell
            return Amounts(annual=alone.thousands) if is_annual else Amounts(alone.thousands)
        if months == 0:
            return Amounts(annual=alone.thousands)
        self._say(ReadCheck.COLUMN_UNCLEAR, Severity.ERROR, row.line, label=label, amount=alone.thousands)
        return Amounts()

    def _say(self, check: ReadCheck, severity: Severity, line: TableLine | None = None, **values: Any) -> None:
        place = None if line is None else Place(self.file, line.number)
        self.findings.append(self.system.finding(check.value, _CLAUSE, place, severity, **values))


def _two(amounts: tuple[Amount, ...]) -> Amounts:
    """Two amounts, in the order of the columns; of other numbers none can be told."""
    return Amounts(amounts[0].thousands, amounts[1].thousands) if len(amounts) == 2 else Amounts()


def _is_unprinted(block: _Open) -> bool:
    return block.printed == Amounts()


def _is_bare(block: _Open) -> bool:
    """True for a block of which only the heading was read."""
    return _is_unprinted(block) and not block.rows


def _annual_cell(rows: Iterable[_OpenRow]) -> int | None:
    """The number of the cell in which the second amount of rows stands; None where rows have no cells."""
    cells = [row.line.amounts[1].cell for row in rows if len(row.line.amounts) == 2]
    return min((cell for cell in cells if cell is not None), default=None)


def _joined(texts: Iterable[str]) -> str:
    """Lines as one: codes that a line breaks off after a hyphen go on without a blank."""
    return re.sub(r"(?<=\d-) (?=\d)", "", " ".join(texts))


def _marked(label: str) -> tuple[str, tuple[str, ...]]:
    """A label without the marks of its footnotes, and these."""
    marks: list[str] = []
    while found := MARK.search(label):
        marks.insert(0, found[1])
        label = label[: found.start()]
    return label, tuple(marks)


def _slug(text: str, taken: set[str]) -> str:
    """An id from a label: its letters and digits, in lower case, without accents; it is taken from now on."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_MOST_ID] or "row"
    number, ident = 1, made
    while ident in taken:
        number += 1
        ident = f"{made}_{number}"
    taken.add(ident)
    return ident

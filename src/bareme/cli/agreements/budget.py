"""`bareme budget YEAR`: the budget table of an agreement with every check, and what it would be after changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.agreements.asking import InLanguage, Language, exit_code, print_findings
from bareme.cli.output import AsJson, print_json, print_table, say
from bareme.money import printed

if TYPE_CHECKING:
    from bareme.conventions.agreement_2020.budget.arithmetic import Line
    from bareme.conventions.agreement_2020.budget.changes import Beside, WhatIfResult
    from bareme.conventions.agreement_2020.budget.model import Amounts, Block
    from bareme.conventions.agreement_2020.budget.statement import Budget
    from bareme.conventions.agreement_2020.budget.wording import Wording


def budget(
    year: Annotated[int, typer.Argument(metavar="YEAR", help="The year of the agreement, such as 2020.")],
    what_if: Annotated[
        str | None,
        typer.Option("--what-if", metavar="FILE", help="Changes, in TOML: rates, starts, sources, measures."),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option("--table", metavar="FILE", help="A document with such a table, read instead of the annex."),
    ] = None,
    language: InLanguage = Language.EN,
    as_json: AsJson = False,
) -> None:
    """The budget table of an agreement, in thousands of euro: sources, uses, balance, each recomputed and checked."""
    from bareme.library.agreements import agreements

    agreement = agreements[year]
    found = agreement.budget(what_if, table)
    if as_json:
        print_json(found.to_dict(language))
    else:
        from bareme.conventions.agreement_2020.budget.wording import Wording

        _Printed(Wording(agreement.systems["budget"], language)).budget(found)
    if exit_code(found.findings):
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Printed:
    """A budget for people, in a language."""

    words: Wording

    @property
    def language(self) -> str:
        """The language of the words."""
        return self.words.language

    def budget(self, found: Budget) -> None:
        """The table, its notes, where the prose differs, findings, the what-if."""
        from bareme.conventions.agreement_2020.budget.wording import TABLE

        say(self.words.around("title", year=str(found.table.year)))
        say()
        print_table(self.words.heads(TABLE), self._rows(found), right=range(2, 6))
        say()
        say(self.words.around("rows", counts=self._counts(found)))
        for note in found.table.notes:
            say(f"  ({note.mark}) {note.says[self.language]}")
        if found.prose_differences:
            say()
            self._prose(found)
        if found.findings:
            say()
            print_findings(found.findings, self.language)
        if found.what_if is not None:
            say()
            self._what_if(found.what_if)

    def _prose(self, found: Budget) -> None:
        say(self.words.around("prose_title"))
        for difference in found.prose_differences:
            said = f"{printed(difference.prose)}{self.words.unit(difference.unit)}"
            say(f"  {difference.clause}: {said}. {difference.because[self.language]}")
            for way in difference.computations:
                say(f"      {way.formula[self.language]} = {printed(way.result)}{self.words.unit(way.unit)}")

    def _rows(self, found: Budget) -> Iterator[tuple[str, ...]]:
        for line in found.blocks:
            yield (self._heading(line.block), "", *self._figures(line.line))
            for row in (own for own in found.rows if own.block is line.block):
                start = "" if row.row.start is None else str(row.row.start)
                label = f"  {row.row.label[self.language]}{_marks(row.row.notes)}"
                yield (label, start, *self._figures(row.line))
        yield (self.words.around("total"), "", *self._figures(found.total))
        yield (self.words.around("balance"), "", *self._figures(found.balance))

    def _heading(self, block: Block) -> str:
        letter = f"{block.letter}) " if block.letter else ""
        return f"{letter}{block.label[self.language]}{_marks(block.notes)}"

    def _figures(self, line: Line) -> tuple[str, ...]:
        return (*_pair(line.printed), *_pair(line.computed), self.words.check(line.check))

    def _counts(self, found: Budget) -> str:
        checks = [self.words.check(row.line.check) for row in found.rows]
        return ", ".join(f"{checks.count(check)} {check}" for check in dict.fromkeys(checks)) or "0"

    def _what_if(self, result: WhatIfResult) -> None:
        from bareme.conventions.agreement_2020.budget.wording import BESIDE

        say(self.words.around("what_if_title", text=result.title))
        for answer in result.answers:
            say(f"  {answer.because[self.language]}")
        say()
        rows = [self._beside(row, f"  {row.label[self.language]}") for row in result.rows]
        for line in (*result.blocks, result.total, result.balance):
            rows.append(self._beside(line, line.label[self.language]))
        for line in result.envelopes:
            rows.append(self._beside(line, self.words.around("envelope", text=line.label)))
        print_table(self.words.heads(BESIDE), rows, right=range(1, 7))

    def _beside(self, line: Beside, label: str) -> tuple[str, ...]:
        return (label, *_pair(line.original), *_pair(line.what_if), *_pair(line.difference))


def _marks(notes: Iterable[str]) -> str:
    return "".join(f" ({mark})" for mark in notes)


def _pair(amounts: Amounts) -> tuple[str, str]:
    return _number(amounts.in_year), _number(amounts.annual)


def _number(thousands: int | None) -> str:
    return "" if thousands is None else f"{thousands:,}".replace(",", ".")

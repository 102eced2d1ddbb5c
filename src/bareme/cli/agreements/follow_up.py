"""`bareme agreement YEAR dashboard`: a quarter's commitments, budget lines and priced volumes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.agreements.asking import InLanguage, Language, exit_code, of, print_findings
from bareme.cli.agreements.commitments import AsStatus
from bareme.cli.output import AsJson, money, print_json, print_table, say

if TYPE_CHECKING:
    from bareme.conventions.agreement_2020.follow_up.dashboard import Dashboard, Standpoint
    from bareme.conventions.agreement_2020.follow_up.volumes import Payable, Volume, Volumes
    from bareme.conventions.agreement_2020.follow_up.wording import Wording


def dashboard(
    context: typer.Context,
    quarter: Annotated[str, typer.Option("--quarter", metavar="QUARTER", help="Such as 2020-Q2.")],
    acts: Annotated[
        str | None,
        typer.Option("--acts", metavar="FILE", help="A result of price-file, or totals: code, month, fee, ..."),
    ] = None,
    status: AsStatus = None,
    html: Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write it as a page too (.html).")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the page if it exists.")] = False,
    language: InLanguage = Language.EN,
    as_json: AsJson = False,
) -> None:
    """The dashboard of a quarter: commitments due and overdue, budget lines, priced volumes if given."""
    found = of(context).dashboard(quarter, acts=acts, status=status, html=html, language=language, overwrite=overwrite)
    if as_json:
        print_json(found.to_dict(language))
        raise typer.Exit(exit_code(found.findings))
    from bareme.conventions.agreement_2020.follow_up.wording import Wording

    words = Wording(of(context).systems["follow_up"], language)
    _Printed(words).dashboard(found)
    if html is not None:
        say()
        say(words.say("written", file=html))
    if found.findings:
        say()
        print_findings(found.findings, language)
    raise typer.Exit(exit_code(found.findings))


@dataclass(frozen=True)
class _Printed:
    """A dashboard for people, in a language."""

    words: Wording

    def dashboard(self, found: Dashboard) -> None:
        """What is due, what was, what takes effect, budget lines by block, volumes."""
        from bareme.conventions.agreement_2020.follow_up.wording import EFFECTS

        say(self.words.title(found))
        say(self.words.verdict(found))
        self._title("due")
        self._promises(found.due)
        if found.earlier:
            self._title("earlier")
            self._promises(found.earlier)
        self._title("effects")
        language = self.words.language
        rows = [(item.due or "", item.commitment.clause, item.commitment.says[language]) for item in found.effects]
        if rows:
            print_table(self.words.heads(EFFECTS), rows)
        else:
            say(self.words.say("effects_none"))
        self._title("budget")
        self._blocks(found)
        if found.volumes is not None:
            self._title("volumes", file=found.volumes.file, outside=found.volumes.outside)
            self._volumes(found.volumes)

    def _title(self, part: str, **values: object) -> None:
        from bareme.conventions.agreement_2020.follow_up.wording import SECTIONS

        title, caption, _ = SECTIONS[part]
        say()
        say(f"{self.words.say(title)}. {self.words.say(caption, **values)}.")

    def _promises(self, entries: Sequence[Standpoint]) -> None:
        from bareme.conventions.agreement_2020.follow_up.wording import PROMISES

        rows = []
        for entry in entries:
            own = entry.item.commitment
            done = "" if entry.item.done_on is None else str(entry.item.done_on)
            says = own.says[self.words.language]
            rows.append(
                (self.words.named(entry.standing), entry.item.due or "", done, own.clause, own.owner or "-", says)
            )
        if rows:
            print_table(self.words.heads(PROMISES), rows)
        else:
            say(self.words.say("due_none"))

    def _blocks(self, found: Dashboard) -> None:
        from bareme.conventions.agreement_2020.follow_up.dashboard import Running
        from bareme.conventions.agreement_2020.follow_up.wording import BLOCKS

        table = found.budget.table
        rows = []
        for block in table.blocks:
            states = [line.running for line in found.lines if line.block.id == block.id]
            counts = [str(states.count(state)) for state in (Running.RUNNING, Running.STARTS, Running.LATER)]
            printed = (_thousands(block.printed.in_year), _thousands(block.printed.annual))
            rows.append((block.label[self.words.language], *counts, *printed))
        for name, amounts in (("total_of_uses", table.total), ("balance", table.balance)):
            last = (_thousands(amounts.in_year), _thousands(amounts.annual))
            rows.append((self.words.say(name), "", "", "", *last))
        print_table(self.words.heads(BLOCKS), rows, right=(1, 2, 3, 4, 5))

    def _volumes(self, volumes: Volumes) -> None:
        from bareme.conventions.agreement_2020.follow_up.wording import PAYABLE, VOLUMES

        has_rules = volumes.total.payable is not None
        rows = []
        for month in (*volumes.months, volumes.total):
            cells = [month.month or self.words.say("quarter"), str(month.lines), str(month.without_fee), *_euro(month)]
            if month.payable is not None:
                cells += [str(month.payable.lines), *_euro(month.payable)]
            rows.append(cells)
        heads = self.words.heads((*VOLUMES, *(PAYABLE if has_rules else ())))
        print_table(heads, rows, right=range(1, len(heads)))
        if has_rules:
            say()
            say(self.words.say("payable_note"))


def _euro(amounts: Volume | Payable) -> tuple[str, ...]:
    return money(amounts.fee), money(amounts.intervention), money(amounts.patient_share)


def _thousands(amount: int | None) -> str:
    return money(None if amount is None else Decimal(amount))

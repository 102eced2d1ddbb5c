"""`bareme agreement YEAR dashboard`: a quarter's commitments, budget lines and priced volumes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.agreements.asking import InLanguage, Language, exit_code, of, print_findings
from bareme.cli.agreements.commitments import AsStatus
from bareme.cli.output import AsJson, counted, money, print_json, print_table, say

if TYPE_CHECKING:
    from bareme.conventions.agreement_2020.follow_up.dashboard import Dashboard, Standpoint
    from bareme.conventions.agreement_2020.follow_up.volumes import Volumes


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
    found = of(context).dashboard(quarter, acts=acts, status=status, html=html, overwrite=overwrite)
    if as_json:
        print_json(found.to_dict(language))
        raise typer.Exit(exit_code(found.findings))
    _print(found, language)
    if html is not None:
        say()
        say(f"{html}: written.")
    if found.findings:
        say()
        print_findings(found.findings, language)
    raise typer.Exit(exit_code(found.findings))


def _print(found: Dashboard, language: str) -> None:
    say(f"Due in {found.quarter}: {counted(len(found.due), 'commitment')}")
    _print_promises(found.due, language)
    if found.earlier:
        say()
        say("From before: overdue, without a status, or done late in the quarter")
        _print_promises(found.earlier, language)
    say()
    say(f"Taking effect in {found.quarter}: {counted(len(found.effects), 'item')}")
    rows = [(item.due or "", item.commitment.clause, item.commitment.says[language]) for item in found.effects]
    if rows:
        print_table(("from", "clause", "what"), rows)
    say()
    say("Budget lines by block, in thousands of euro as printed")
    _print_blocks(found)
    if found.volumes is not None:
        say()
        _print_volumes(found.volumes)


def _print_promises(entries: Sequence[Standpoint], language: str) -> None:
    rows = []
    for entry in entries:
        own = entry.item.commitment
        done = "" if entry.item.done_on is None else str(entry.item.done_on)
        says = own.says[language]
        rows.append((entry.standing.value, entry.item.due or "", done, own.clause, own.owner or "-", says))
    if rows:
        print_table(("standing", "due", "done on", "clause", "owner", "what"), rows)


def _print_blocks(found: Dashboard) -> None:
    from bareme.conventions.agreement_2020.follow_up.dashboard import Running

    table = found.budget.table
    rows = []
    for block in table.blocks:
        states = [line.running for line in found.lines if line.block.id == block.id]
        counts = [str(states.count(state)) for state in (Running.RUNNING, Running.STARTS, Running.LATER)]
        printed = (_thousands(block.printed.in_year), _thousands(block.printed.annual))
        rows.append((block.label, *counts, *printed))
    for name, amounts in (("total of uses", table.total), ("balance", table.balance)):
        rows.append((name, "", "", "", _thousands(amounts.in_year), _thousands(amounts.annual)))
    headers = ("block", "running", "starting", "later", "in the year", "a whole year")
    print_table(headers, rows, right=(1, 2, 3, 4, 5))


def _thousands(amount: int | None) -> str:
    return money(None if amount is None else Decimal(amount))


def _print_volumes(volumes: Volumes) -> None:
    say(
        f"{volumes.file}: {counted(volumes.total.lines, 'line')} of the quarter; lines of other days: {volumes.outside}"
    )
    rows = []
    for month in (*volumes.months, volumes.total):
        amounts = (money(month.fee), money(month.intervention), money(month.patient_share))
        rows.append((month.month or "quarter", str(month.lines), str(month.without_fee), *amounts))
    headers = ("month", "lines", "without fee", "fee", "intervention", "patient share")
    print_table(headers, rows, right=(1, 2, 3, 4, 5))

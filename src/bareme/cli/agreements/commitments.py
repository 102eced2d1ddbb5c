"""`bareme agreement YEAR agenda`: what is due when, by whom, and how far it is; as a table, JSON or iCalendar."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from bareme.cli.agreements.asking import InLanguage, Language, exit_code, of, print_findings
from bareme.cli.output import AsJson, print_json, print_table, say

AsStatus = Annotated[
    str | None,
    typer.Option("--status", metavar="FILE", help="Statuses: .csv or .toml with id, status, on, note."),
]


class Kind(StrEnum):
    """The kinds of commitments."""

    DELIVERABLE = "deliverable"
    FACT = "fact"
    PERIOD = "period"
    RELATIVE = "relative"
    START = "start"


def agenda(
    context: typer.Context,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day, included.")] = None,
    owner: Annotated[
        list[str] | None, typer.Option("--owner", metavar="ID", help="Of this owner only, such as cnmm; repeatable.")
    ] = None,
    kind: Annotated[list[Kind] | None, typer.Option("--kind", help="Of this kind only; repeatable.")] = None,
    status: AsStatus = None,
    ics: Annotated[
        str | None, typer.Option("--ics", metavar="FILE", help="Write those with a date as iCalendar (.ics).")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the .ics file if it exists.")] = False,
    language: InLanguage = Language.EN,
    as_json: AsJson = False,
) -> None:
    """The agreement's dated promises and facts, in the order of their days."""
    agreement = of(context)
    kinds = [one.value for one in kind or ()]
    found = agreement.agenda(first=first, last=last, owners=owner or (), kinds=kinds, status=status)
    events = None if ics is None else agreement.write_agenda(found, ics, language=language, overwrite=overwrite)
    if as_json:
        print_json(found.to_dict(language))
        raise typer.Exit(exit_code(found.findings))
    from bareme.conventions.agreement_2020.commitments.wording import counted, heads_of, row_of, written

    system = agreement.systems["commitments"]
    if ics is None:
        print_table(heads_of(system, language), [row_of(system, item, language) for item in found.items])
        say()
        say(counted(system, found, language))
    else:
        say(written(system, ics, events or 0, found, language))
    if found.findings:
        print_findings(found.findings, language)
    raise typer.Exit(exit_code(found.findings))

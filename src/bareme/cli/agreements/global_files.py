"""`bareme agreement YEAR dmg`: payments and recoveries of global medical files, from a log of events."""

from __future__ import annotations

from typing import Annotated

import typer

from bareme.cli.agreements.asking import InLanguage, Language, exit_code, of, print_answer, print_findings
from bareme.cli.output import AsJson, money, print_json, print_table, say


def dmg(
    context: typer.Context,
    events: Annotated[str, typer.Argument(metavar="EVENTS", help="The log: .csv, or .toml with [[event]].")],
    holders: Annotated[
        str, typer.Option("--holders", metavar="FILE", help="The doctors: holder, electronic_since, registered.")
    ],
    until: Annotated[
        int | None, typer.Option("--until", metavar="YEAR", help="The last year of payments; default: 2021.")
    ] = None,
    language: InLanguage = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Who is paid for which global medical file, and from whom it is recovered (5.1.1), each with its reason."""
    found = of(context).global_files(events, holders, until=until)
    if as_json:
        print_json(found.to_dict(language))
        raise typer.Exit(exit_code(found.findings))
    rows = [
        (
            one.patient,
            one.holder or "-",
            str(one.year),
            one.paid_in,
            one.kind.value,
            one.answer.result.value,
            money(one.answer.amount),
            one.answer.because[language],
        )
        for one in found.payments
    ]
    print_table(("patient", "holder", "for", "in", "payment", "result", "amount", "because"), rows, right=(6,))
    say()
    print_table(
        ("holder", "for", "paid", "recovered", "not paid", "needs information", "total"),
        [
            (h.holder, str(h.year), *map(str, (h.paid, h.recovered, h.not_paid, h.needs_information)), money(h.total))
            for h in found.holders
        ],
        right=(2, 3, 4, 5, 6),
    )
    say()
    print_answer(found.fee, language)
    say(f"Total of what is decided, through {found.until}: {money(found.total, 'not known yet')}.")
    if found.missing:
        say(f"Awaited: {', '.join(found.missing)}.")
    print_findings(found.findings, language)
    raise typer.Exit(exit_code(found.findings))

"""`bareme agreement YEAR calendar`: deadlines from events, and whom the agreement binds on a day."""

from __future__ import annotations

from typing import Annotated

import typer

from bareme.cli.agreements.asking import InLanguage, Language, exit_code, of, print_answer, print_findings
from bareme.cli.output import AsJson, print_json, print_table, say


def calendar(
    context: typer.Context,
    events: Annotated[
        str, typer.Argument(metavar="EVENTS", help="Events: .csv with a header, or .toml with [[event]] entries.")
    ],
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="Whom it binds on this day.")] = None,
    doctor: Annotated[str | None, typer.Option("--doctor", metavar="ID", help="This doctor only.")] = None,
    language: InLanguage = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Deadlines from events (publication, refusals, denunciation, meeting), and whom the agreement binds on a day."""
    found = of(context).calendar(events, on=on, doctor=doctor)
    if as_json:
        print_json(found.to_dict(language))
        raise typer.Exit(exit_code(found.findings))
    for entry in found.answers:
        print_answer(entry.answer, language)
    if found.answers:
        say()
    rows = [(str(entry.day), entry.clause, entry.who or "", entry.says[language]) for entry in found.deadlines]
    print_table(("day", "clause", "who", "what"), rows)
    if found.findings:
        say()
        print_findings(found.findings, language)
    raise typer.Exit(exit_code(found.findings))

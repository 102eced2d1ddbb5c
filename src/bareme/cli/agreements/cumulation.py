"""`bareme agreement YEAR cumulation`: which acts of a patient exclude which others."""

from __future__ import annotations

from typing import Annotated

import typer

from bareme.cli.agreements.asking import InLanguage, Language, exit_code, of, print_answer, print_findings
from bareme.cli.output import AsJson, counted, print_json, print_table, say


def cumulation(
    context: typer.Context,
    acts: Annotated[str, typer.Argument(metavar="ACTS", help="Acts of patients: .csv, .toml.")],
    rules: Annotated[
        str | None, typer.Option("--rules", metavar="FILE", help="Rules of cumulation, in TOML (cumulation-rules-1).")
    ] = None,
    as_json: AsJson = False,
    language: InLanguage = Language.EN,
) -> None:
    """Which acts of a patient exclude which others: the agreement's own rules (6.5, 6.6) and those of a file."""
    found = of(context).cumulation(acts, rules=rules)
    if as_json:
        print_json(found.to_dict(language))
        raise typer.Exit(exit_code(found.findings))
    for answer in found.answers:
        print_answer(answer, language)
    if found.title:
        say(f"Rules: {found.title}{' (invented: no document states them)' * found.invented}")
    if found.rules:
        rows = found.to_dict(language)["acts"]
        names = ("line", "patient", "date", "code", "ruled")
        shown = [[*(str(row[name]) for name in names), row["because"] if row["reasons"] else ""] for row in rows]
        print_table((*names, "because"), shown, right=(0,))
        kept, excluded, open_ = found.counts.values()
        say(f"{counted(kept, 'act')} kept, {excluded} excluded, {open_} in need of information.")
    else:
        say("There is no rule to hold the acts against: supply the parameters, or rules with --rules.")
    print_findings(found.findings, language)
    raise typer.Exit(exit_code(found.findings))

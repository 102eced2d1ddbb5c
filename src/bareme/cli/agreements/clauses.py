"""`bareme agreement YEAR overview`: every clause, and what there is of it."""

from __future__ import annotations

import typer

from bareme.cli.agreements.asking import InLanguage, Language, of
from bareme.cli.output import AsJson, print_json, print_table, say


def overview(context: typer.Context, language: InLanguage = Language.EN, as_json: AsJson = False) -> None:
    """Every clause to the third level: implemented, parameter awaited, or declaration of intent."""
    found = of(context).overview()
    if as_json:
        print_json(found.to_dict(language))
        return
    from bareme.conventions.agreement_2020.clauses.overview import COLUMNS

    words = of(context).systems["clauses"].words[language]
    rows = []
    for clause in found.clauses:
        parts = [f"{number} {words[status]}" for status, number in clause.below.items() if number]
        commands = ", ".join(command.removeprefix(f"bareme agreement {found.year} ") for command in clause.commands)
        note = "" if clause.note is None else clause.note[language]
        status = "; ".join(parts) if parts else words[clause.status]
        rows.append((clause.number, clause.title[language], status, ", ".join(clause.systems), commands, note))
    print_table([words[column] for column in COLUMNS], rows)
    say()
    say("; ".join(f"{number} {words[status]}" for status, number in found.counts.items()) + ".")

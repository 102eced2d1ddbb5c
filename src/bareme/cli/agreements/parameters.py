"""`bareme agreement YEAR parameters`: every parameter with its clause, and those that are awaited."""

from __future__ import annotations

from typing import Annotated

import typer

from bareme.cli.agreements.asking import of
from bareme.cli.output import AsJson, print_json, print_table


def parameters(
    context: typer.Context,
    awaited: Annotated[bool, typer.Option("--awaited", help="Only those that the document does not hold.")] = False,
    as_json: AsJson = False,
) -> None:
    """Every parameter of the agreement with its clause; those that the document does not hold are awaited."""
    found = [entry for entry in of(context).parameters if not awaited or entry.value is None]
    if as_json:
        print_json({"year": of(context).year, "parameters": [entry.to_dict() for entry in found]})
        return
    from bareme.conventions.agreement.systems import shown_value

    rows = []
    for entry in found:
        value = "awaited" if entry.value is None else shown_value(entry.value)
        if isinstance(entry.value, dict):
            value = "; ".join(f"{name} {shown_value(euro)}" for name, euro in entry.value.items())
        rows.append((entry.system, entry.name, value, entry.kind, entry.clause, entry.means))
    print_table(("system", "parameter", "value", "kind", "clause", "means"), rows)

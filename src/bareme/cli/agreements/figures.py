"""`bareme agreement YEAR figures`, `revaluation`, `correction` and `supplement-report`: other clauses with figures."""

from __future__ import annotations

from typing import Annotated

import typer

from bareme.cli.agreements.asking import InLanguage, Language, of, print_alone
from bareme.cli.agreements.benefits import YesNo, holds
from bareme.cli.output import AsJson, print_json, print_table

On = Annotated[str, typer.Option("--on", metavar="DATE", help="The day (YYYY-MM-DD).")]


def figures(
    context: typer.Context,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="Only those that hold on this day.")] = None,
    derived: Annotated[bool, typer.Option("--derived", help="Only those that follow from printed ones.")] = False,
    as_json: AsJson = False,
) -> None:
    """The figures of targets, revaluations, tariff security and other clauses, and what follows from them."""
    found = of(context).figures(on)
    data = found.to_dict()
    data["figures"] = [figure for figure in data["figures"] if figure["derived"] or not derived]
    if as_json:
        print_json(data)
        return
    rows = [
        (each["name"], each["shown"], each["unit"], each["clause"], each["working"] or "printed", each["means"])
        for each in data["figures"]
    ]
    print_table(("figure", "value", "unit", "clause", "derived from", "means"), rows, right=(1,))


def revaluation(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND", help="paediatric_consultation, oncology_surveillance, care_planning or euthanasia."
        ),
    ],
    on: On,
    fee_before: Annotated[
        str | None, typer.Option("--fee-before", metavar="EURO", help="Paediatric consultation: its fee of 2019.")
    ] = None,
    geriatrician_fee: Annotated[
        str | None,
        typer.Option("--geriatrician-fee", metavar="EURO", help="Paediatric consultation: the geriatricians' fee."),
    ] = None,
    specialty: Annotated[
        str | None,
        typer.Option("--specialty", help="Surveillance: the doctor's, as `parameters` names it (4.2.2), or other."),
    ] = None,
    identified: Annotated[
        YesNo | None, typer.Option("--identified", help="Care planning: a palliative patient identified by PICT.")
    ] = None,
    treating_doctor: Annotated[
        YesNo | None, typer.Option("--treating-doctor", help="Euthanasia: performed by the treating doctor.")
    ] = None,
    as_json: AsJson = False,
    language: InLanguage = Language.EN,
) -> None:
    """The fee, floor or level that the agreement sets for a kind of act on a day (4.2)."""
    answer = of(context).revaluation(
        kind,
        on,
        fee_before=fee_before,
        geriatrician_fee=geriatrician_fee,
        specialty=specialty,
        identified=holds(identified),
        treating_doctor=holds(treating_doctor),
    )
    print_alone(context, answer, as_json, language)


def correction(
    context: typer.Context,
    cause: Annotated[str, typer.Argument(metavar="CAUSE", help="file_prolongation, compulsory_third_party or other.")],
    on: On,
    as_json: AsJson = False,
    language: InLanguage = Language.EN,
) -> None:
    """Whether an extra expense found on a day is excluded from correction measures (12.2)."""
    print_alone(context, of(context).correction_excluded(cause, on), as_json, language)


def supplement_report(
    context: typer.Context,
    on: On,
    electronic: Annotated[YesNo | None, typer.Option("--electronic", help="The invoice is electronic.")] = None,
    ambulatory: Annotated[
        YesNo | None, typer.Option("--ambulatory", help="The act is of the ambulatory sector.")
    ] = None,
    as_json: AsJson = False,
    language: InLanguage = Language.EN,
) -> None:
    """Whether a supplement is reported to the sickness fund (8)."""
    answer = of(context).supplement_reported(on, electronic=holds(electronic), ambulatory=holds(ambulatory))
    print_alone(context, answer, as_json, language)

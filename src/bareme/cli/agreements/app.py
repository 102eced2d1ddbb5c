"""The commands of `bareme agreement YEAR`; which year it is stands before them."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bareme.cli.agreements import (
    benefits,
    clauses,
    commitments,
    conditions,
    cumulation,
    duration,
    figures,
    follow_up,
    global_files,
    indexation,
    on_call,
    parameters,
)
from bareme.cli.agreements.asking import AsParameters

SUPPLIED = "--parameters"


class _Anywhere(TyperGroup):
    """Takes `--parameters FILE` behind the command too, where people write it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        moved: list[str] = []
        left = list(args)
        for place, word in enumerate(args):
            if word == SUPPLIED and place + 1 < len(args):
                moved, left = args[place : place + 2], args[:place] + args[place + 2 :]
            elif word.startswith(f"{SUPPLIED}="):
                moved, left = [word], args[:place] + args[place + 1 :]
        return list(super().parse_args(ctx, [*moved, *left]))


agreement = typer.Typer(
    cls=_Anywhere,
    help="What the agreement of a year says, and what it says of what is given to it.",
    no_args_is_help=True,
)


@agreement.callback()
def of_year(
    context: typer.Context,
    year: Annotated[int, typer.Argument(metavar="YEAR", help="The year of the agreement, such as 2020.")],
    supplied: AsParameters = None,
) -> None:
    """What the agreement of a year says, and what it says of what is given to it."""
    from bareme.library.agreements import agreements

    found = agreements[year]
    context.obj = found if supplied is None else found.with_parameters(supplied)


agreement.command("parameters")(parameters.parameters)
agreement.command("calendar")(duration.calendar)
agreement.command("accreditation")(benefits.accreditation)
agreement.command("benefit")(benefits.benefit)
agreement.command("premium")(benefits.premium)
agreement.command("dmg")(global_files.dmg)
agreement.command("on-call")(on_call.on_call)
agreement.command("cumulation")(cumulation.cumulation)
agreement.command("agenda")(commitments.agenda)
agreement.command("check-week")(conditions.check_week)
agreement.command("check-acts")(conditions.check_acts)
agreement.command("indexation")(indexation.indexation)
agreement.command("figures")(figures.figures)
agreement.command("revaluation")(figures.revaluation)
agreement.command("correction")(figures.correction)
agreement.command("supplement-report")(figures.supplement_report)
agreement.command("overview")(clauses.overview)
agreement.command("dashboard")(follow_up.dashboard)

"""`bareme agreement YEAR check-week` and `check-acts`: a declared week and a list of acts held against clause 14."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.agreements.asking import InLanguage, Language, exit_code, of, print_answer, print_findings
from bareme.cli.output import AsJson, counted, print_json, print_table, say

if TYPE_CHECKING:
    from bareme.conventions.agreement.answers import AgreementFinding
    from bareme.conventions.agreement_2020.conditions.acted import ActsCheck
    from bareme.conventions.agreement_2020.conditions.model import CheckedWeek


class Provider(StrEnum):
    """The doctors that clause 14 tells apart."""

    GENERAL_PRACTITIONER = "general_practitioner"
    SPECIALIST = "specialist"


class Status(StrEnum):
    """Fully or partially conventioned (14.1)."""

    FULL = "full"
    PARTIAL = "partial"


class Unit(StrEnum):
    """How a general practitioner's whole practice is measured."""

    HOURS = "hours"
    ACTS = "acts"
    FEES = "fees"


OfProvider = Annotated[Provider, typer.Option("--provider", help="General practitioner or specialist.")]
OfStatus = Annotated[Status, typer.Option("--status", help="Fully or partially conventioned (14.1).")]
InUnit = Annotated[
    Unit, typer.Option("--unit", help="What a general practitioner's whole practice is measured in (14.2.2.2.2).")
]


def check_week(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="The declared week, CSV or TOML [[slot]]: site, day, from, to, kind."),
    ],
    provider: OfProvider,
    status: OfStatus,
    unit: InUnit = Unit.HOURS,
    as_json: AsJson = False,
    language: InLanguage = Language.EN,
) -> None:
    """Hold a declared week against the conditions of application: slots, hours, sites (14.2.2.2, 14.3.2.2)."""
    found = of(context).check_week(file, provider=provider, status=status, unit=unit)
    if as_json:
        print_json(found.to_dict(language))
        raise typer.Exit(exit_code(found.findings))
    for week in found.weeks:
        _print_week(week, language)
    _print_findings(found.findings, language)
    raise typer.Exit(exit_code(found.findings))


def _print_week(week: CheckedWeek, language: Language) -> None:
    """A declared week: its slots, what they sum up to, its answers."""
    from bareme.conventions.agreement_2020.conditions.model import length

    declared = week.declared
    if declared.valid_from is not None:
        say(f"Registered on {declared.valid_from}:")
    rows = [slot.to_dict() for slot in declared.slots]
    columns = ("site", "day", "from", "to", "kind", "activity")
    print_table(columns, [[str(row[column] or "-") for column in columns] for row in rows])
    free, bound = declared.minutes(free=True), declared.minutes(free=False)
    say(f"{counted(len(declared.stretches), 'free slot')}, {length(free)}; at the fees {length(bound)}.")
    for answer in week.answers:
        print_answer(answer, language)
    say()


def check_acts(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The acts of one doctor, CSV or TOML [[act]].")],
    provider: OfProvider,
    status: OfStatus,
    week: Annotated[
        str | None, typer.Option("--week", metavar="FILE", help="The declared week, as check-week reads it.")
    ] = None,
    unit: InUnit = Unit.ACTS,
    as_json: AsJson = False,
    language: InLanguage = Language.EN,
) -> None:
    """Hold a list of acts against the conditions of application, and report every breach (14)."""
    found = of(context).check_acts(file, provider=provider, status=status, week=week, unit=unit)
    if as_json:
        print_json(found.to_dict(language))
        raise typer.Exit(exit_code(found.findings))
    _print_acts(found, language)
    _print_findings(found.findings, language)
    raise typer.Exit(exit_code(found.findings))


def _print_acts(found: ActsCheck, language: Language) -> None:
    """How many acts there are and at the fees, those that are not decided, and the answers."""
    outside = sum(act.free is True for act in found.acts)
    unknown = sum(act.free is None for act in found.acts)
    held = f"{counted(len(found.acts), 'act')}: {len(found.acts) - outside - unknown} at the fees, {outside} outside"
    say(f"{held}, {unknown} not known.")
    for act in found.acts:
        if act.undecided:
            say(f"  {act.act.place}: {act.answer.because[language]}")
    for answer in found.requirements:
        print_answer(answer, language)
    say()


def _print_findings(findings: Sequence[AgreementFinding], language: Language) -> None:
    """How many breaches and remarks there are, and each of them."""
    errors = sum(finding.severity == "error" for finding in findings)
    rest = f", {counted(len(findings) - errors, 'remark')}" if len(findings) > errors else ""
    say(f"{counted(errors, 'error')}{rest}.")
    print_findings(findings, language)

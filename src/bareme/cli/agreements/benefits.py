"""`bareme agreement YEAR accreditation`, `benefit` and `premium`: what doctors are paid beside fees."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.agreements.asking import InLanguage, Language, exit_code, of, print_answer, print_findings
from bareme.cli.output import AsJson, money, print_json, print_table, say
from bareme.errors import InputError
from bareme.money import CENT

if TYPE_CHECKING:
    from bareme.conventions.agreement_2020.accreditation.effect import Effect


class Adhered(StrEnum):
    """How far a doctor adhered."""

    FULLY = "fully"
    PARTIALLY = "partially"
    REFUSED = "refused"


class Reached(StrEnum):
    """What a doctor's activity reaches."""

    MET = "met"
    REDUCED = "reduced"
    NOT_MET = "not-met"
    EXEMPTED = "exempted"


class Whose(StrEnum):
    """Whose pension."""

    RETIREMENT = "retirement"
    SURVIVOR = "survivor"


class YesNo(StrEnum):
    """A fact that holds or does not."""

    YES = "yes"
    NO = "no"


def accreditation(
    context: typer.Context,
    volumes: Annotated[
        str | None, typer.Argument(metavar="VOLUMES", help="Flat fees by provider: .csv, .toml.")
    ] = None,
    flat_fees: Annotated[
        int | None, typer.Option("--flat-fees", metavar="N", help="Flat fees of a whole year.")
    ] = None,
    before: Annotated[
        int | None, typer.Option("--before", metavar="N", help="Those before the day of the limit.")
    ] = None,
    since: Annotated[int | None, typer.Option("--since", metavar="N", help="Those from that day on.")] = None,
    supplement: Annotated[
        str | None, typer.Option("--supplement", metavar="EURO", help="The provider's own supplement per flat fee.")
    ] = None,
    as_json: AsJson = False,
    language: InLanguage = Language.EN,
) -> None:
    """What the limit of the accreditation supplement per flat fee of clinical biology changes (6.2)."""
    found = of(context).accreditation(volumes, flat_fees=flat_fees, before=before, since=since, supplement=supplement)
    if as_json:
        print_json(found.to_dict(language))
        raise typer.Exit(exit_code(found.findings))
    print_answer(found.answer, language)
    if found.total is not None:
        _print_effects(found.effects, found.total)
    print_findings(found.findings, language)
    given = found.parameters
    average = money(given["average_per_doctor"])
    say(f"Lump sum: {money(given['lump_sum'])} (6.2.3). Supplements per doctor on average: {average} (6.2.1).")
    in_year, annual = (money(Decimal(given[name])) for name in ("annex_in_year", "annex_annual"))
    of_annex = money(Decimal(int(found.annex_flat_fees)))
    say(f"Annex c: {in_year} thousand in {found.year}, {annual} thousand a year; derived: {of_annex} flat fees a year.")
    raise typer.Exit(exit_code(found.findings))


def _print_effects(effects: Sequence[Effect], total: Effect) -> None:
    """A line for each provider, and one for all together."""
    from bareme.conventions.agreement_2020.accreditation.effect import mixed

    rows = [(each.volumes.provider or "-", each) for each in effects]
    rows += [("total", total)] if len(effects) > 1 else []
    print_table(
        ("provider", "flat fees", "since the limit", "supplement", "in the year", "a year"),
        [
            (
                name,
                money(Decimal(each.flat_fees)),
                mixed(each.since),
                money(each.supplement),
                money(CENT.round(each.in_year)),
                money(CENT.round(each.annual)),
            )
            for name, each in rows
        ],
        right=(1, 2, 3, 4, 5),
    )


def benefit(
    context: typer.Context,
    adhered: Annotated[Adhered | None, typer.Option("--adhered", help="How far the doctor adhered.")] = None,
    threshold: Annotated[Reached | None, typer.Option("--threshold", help="What the activity reaches.")] = None,
    activity: Annotated[
        str | None, typer.Option("--activity", metavar="EURO", help="The activity, where the thresholds are supplied.")
    ] = None,
    specialty: Annotated[
        str | None, typer.Option("--specialty", help="The specialty, as the thresholds name it.")
    ] = None,
    trainee: Annotated[bool, typer.Option("--trainee", help="The doctor is a trainee.")] = False,
    number_held: Annotated[
        YesNo | None, typer.Option("--number-held", help="The number of a trainee is held on 31 December.")
    ] = None,
    rules_met: Annotated[
        YesNo | None, typer.Option("--rules-met", help="The trainee satisfies the rules in force (law, article 54).")
    ] = None,
    pension: Annotated[Whose | None, typer.Option("--pension", help="The base amount of a pension, alone.")] = None,
    as_json: AsJson = False,
    language: InLanguage = Language.EN,
) -> None:
    """Which social benefit a doctor has (9, 11), and why."""
    answer = of(context).benefit(
        adhered=adhered,
        threshold=threshold,
        activity=activity,
        specialty=specialty,
        trainee=trainee or None,
        number_held=holds(number_held),
        rules_met=holds(rules_met),
        pension=pension,
    )
    if as_json:
        print_json({"year": of(context).year, "answer": answer.to_dict(language)})
        return
    print_answer(answer, language)


def holds(fact: YesNo | None) -> bool | None:
    """A fact as Python has it; None: not told."""
    return None if fact is None else fact is YesNo.YES


def premium(
    context: typer.Context,
    results: Annotated[str | None, typer.Argument(metavar="RESULTS", help="Values by criterion: .csv, .toml.")] = None,
    result: Annotated[
        list[str] | None, typer.Option("--result", metavar="CRITERION=VALUE", help="A value; may be given again.")
    ] = None,
    as_json: AsJson = False,
    language: InLanguage = Language.EN,
) -> None:
    """The integrated practice premium of a general practitioner (7); criteria, thresholds and amounts are awaited."""
    found = of(context).premium(results, values=_values(result or []))
    if as_json:
        print_json(found.to_dict(language))
        raise typer.Exit(exit_code(found.findings))
    print_answer(found.answer, language)
    rows = []
    for each in found.criteria:
        met = "-" if each.is_met is None else "yes" if each.is_met else "no"
        rows.append((each.name, money(each.threshold), money(each.value), met))
    if rows:
        print_table(("criterion", "at least", "value", "met"), rows, right=(1, 2))
    print_findings(found.findings, language)
    raise typer.Exit(exit_code(found.findings))


def _values(given: Sequence[str]) -> dict[str, str]:
    """The values of `--result`, by criterion."""
    values: dict[str, str] = {}
    for text in given:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name:
            raise InputError(f"--result {text!r}: write it as criterion=value.")
        if name in values:
            raise InputError(f"--result: {name!r} is given twice.")
        values[name] = value
    return values

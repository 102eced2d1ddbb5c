"""`bareme agreement YEAR accreditation`, `benefit` and `premium`: what doctors are paid beside fees."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bareme.cli.agreements.asking import InLanguage, Language, exit_code, of, print_alone, print_answer, print_findings
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
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="Only whether --supplement may stand on this day (YYYY-MM-DD)."),
    ] = None,
    as_json: AsJson = False,
    language: InLanguage = Language.EN,
) -> None:
    """What the limit of the accreditation supplement per flat fee of clinical biology changes (6.2)."""
    if on is not None:
        if supplement is None or (volumes, flat_fees, before, since) != (None,) * 4:
            raise InputError("--on asks about a supplement on a day: give --supplement and nothing else with it.")
        print_alone(context, of(context).accreditation_supplement(supplement, on), as_json, language)
        return
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
    doctors: Annotated[
        str | None, typer.Argument(metavar="DOCTORS", help="Many doctors, instead of the options: .csv, .toml.")
    ] = None,
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
    facts: dict[str, Any] = {
        "adhered": adhered,
        "threshold": threshold,
        "activity": activity,
        "specialty": specialty,
        "trainee": trainee or None,
        "number_held": holds(number_held),
        "rules_met": holds(rules_met),
        "pension": pension,
    }
    if doctors is not None:
        if any(fact is not None for fact in facts.values()):
            raise InputError("give either a file of doctors or the facts of one doctor, not both.")
        _benefits(context, doctors, as_json, language)
    print_alone(context, of(context).benefit(**facts), as_json, language)


def _benefits(context: typer.Context, doctors: str, as_json: bool, language: Language) -> NoReturn:
    """The benefit of each doctor of a file, then how many have which and what it comes to."""
    found = of(context).benefits(doctors)
    if as_json:
        print_json(found.to_dict(language))
        raise typer.Exit(exit_code(found.findings))
    if found.doctors:
        rows = [
            (each.doctor, each.answer.result, money(each.answer.amount), each.answer.because[language])
            for each in found.doctors
        ]
        print_table(("doctor", "result", "amount", "because"), rows, right=(2,))
        totals = [(str(t.result), money(t.amount), str(t.doctors), money(t.sum)) for t in found.totals]
        totals.append(("total", "", str(len(found.doctors)), money(found.total)))
        print_table(("result", "amount", "doctors", "sum"), totals, right=(1, 2, 3))
    else:
        say("No doctor of the file can be answered.")
    print_findings(found.findings, language)
    raise typer.Exit(exit_code(found.findings))


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

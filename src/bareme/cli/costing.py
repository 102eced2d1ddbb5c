"""What `bareme simulate` and `bareme solve` have in common: the options of volumes, and budgets for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.output import counted, money, print_findings, print_table, say
from bareme.money import from_cents

if TYPE_CHECKING:
    from bareme.simulation.baskets import Patients
    from bareme.simulation.budget import Budget, Group
    from bareme.simulation.parts import Parts

Volumes = Annotated[
    str | None,
    typer.Option("--volumes", metavar="FILE", help="Yearly volumes: a CSV file with code, acts, regime, age, facts."),
]
ActsFile = Annotated[
    str | None,
    typer.Option("--acts", metavar="FILE", help="Acts of a year as volumes: .csv, .csv.gz, .parquet, or a folder."),
]
ColumnsFile = Annotated[
    str | None,
    typer.Option("--columns", metavar="FILE", help="What the acts' columns are called: fr, nl, or a TOML file."),
]
PartName = Annotated[
    str,
    typer.Option("--part", metavar="PART", help="What the envelope is of: intervention, fee or patient_share."),
]
TITLE = 40
"""So many letters are shown of a title."""
_HEADERS = ["", "acts", "fee before", "after", "insurance before", "after", "patients before", "after"]


def counted_acts(acts: int) -> str:
    """ "1 act", "1.500 acts"."""
    return f"{money_less(acts)} {'act' if acts == 1 else 'acts'}"


def money_less(number: int) -> str:
    """A whole number with points between thousands."""
    return f"{number:,}".replace(",", ".")


def print_refused(refused: Mapping[str, int]) -> None:
    """The acts that are in no sum, by outcome."""
    if refused:
        words = ", ".join(f"{money_less(acts)} {outcome.replace('_', ' ')}" for outcome, acts in refused.items())
        say(f"Without a tariff, in no sum: {words}.")


def _euro(cents: int) -> str:
    return money(from_cents(cents))


def _signed(cents: int) -> str:
    return f"{'+' * (cents > 0)}{_euro(cents)}"


def _parts(before: Parts, after: Parts) -> list[str]:
    return [
        _euro(cents)
        for one, other in zip(
            (before.fee, before.intervention, before.patient_share),
            (after.fee, after.intervention, after.patient_share),
            strict=True,
        )
        for cents in (one, other)
    ]


def print_budget(found: Budget, most: int | None) -> None:
    """A budget for people; `most` rows of each table, None: all."""
    say()
    say(f"Budget of a year: {found.volumes}, {counted_acts(found.acts)}.")
    print_refused(found.acts_refused)
    _print_unusable(found, most)
    for gap in found.gaps:
        what = f"{gap.part.replace('_', ' ')} {gap.why.replace('_', ' ')}"
        say(f"  {counted_acts(gap.acts)} with {what}, not summed; their fees are {_euro(gap.fee)}.")
    say()
    _print_total(found)
    _print_measures(found)
    for name in ("series", "section", "letter", "provider", "code"):
        _print_groups(name, found.groups[name], most)
    _print_envelope(found)
    _print_variations(found)
    if found.findings:
        say()
        print_findings(found.findings, most)


def _print_unusable(found: Budget, most: int | None) -> None:
    """Where the acts stand that are in no sum; the rows of a table are findings, and said there."""
    rows, said = found.unusable.rows, {(finding.source.name, finding.source.line) for finding in found.findings}
    own = [row for row in rows if (row.file, row.line) not in said]
    if own:
        some = "" if found.unusable.complete else "; there may be more"
        limit = "" if most is None or len(own) <= most else f" ({most} of {len(own)}; --all shows every one)"
        say(f"  Where they stand{limit}{some}:")
        shown = [[row.file, str(row.line), row.code or "-", row.why] for row in own[:most]]
        print_table(["file", "line", "code", "why"], shown, right=[1])


def _print_total(found: Budget) -> None:
    total = found.total
    rows = [
        [name, *map(_euro, (before, after)), _signed(after - before), _signed(in_year)]
        for name, before, after, in_year in zip(
            ("fees", "insurance", "patients"),
            *(_cents(x) for x in (total.before, total.after, total.in_year)),
            strict=True,
        )
    ]
    print_table(["", "before", "after", "change", "in the first year"], rows, right=range(1, 5))


def _cents(parts: Parts) -> tuple[int, int, int]:
    return parts.fee, parts.intervention, parts.patient_share


def _print_measures(found: Budget) -> None:
    """What the insurance pays more by measure: in order, alone, in the first year."""
    if not found.measures:
        return
    rows = [
        [
            one.id,
            _signed(one.in_order.intervention),
            _signed(one.alone.intervention),
            f"{one.months}/12",
            _signed(one.in_year.intervention),
        ]
        for one in found.measures
    ]
    rows.append(["interaction", "", _signed(found.interaction.intervention), "", ""])
    total, in_year = found.total.after - found.total.before, found.total.in_year
    rows.append(["all", *[_signed(total.intervention)] * 2, "", _signed(in_year.intervention)])
    say()
    say("Insurance, by measure:")
    print_table(["measure", "in order", "alone", "months", "in the first year"], rows, right=range(1, 5))


def _print_groups(name: str, groups: Sequence[Group], most: int | None) -> None:
    """The groups with the largest changes of what the insurance pays."""
    ordered = sorted(groups, key=lambda group: -abs(group.change.after.intervention - group.change.before.intervention))
    if len(ordered) < 2:
        return
    say()
    some = "" if most is None or len(ordered) <= most else f" ({most} of {len(ordered)}; --all shows every one)"
    say(f"By {name}, the largest change of the insurance first{some}:")
    rows = [
        [_name(group), money_less(group.acts), *_parts(group.change.before, group.change.after)]
        for group in ordered[:most]
    ]
    print_table([name, *_HEADERS[1:]], rows, right=range(1, 8))


def _name(group: Group) -> str:
    name = " ".join(dict.fromkeys(filter(None, (group.key, group.title if group.of else None)))) or "-"
    return name if len(name) <= TITLE else f"{name[:TITLE].rstrip()} ..."


def _print_envelope(found: Budget) -> None:
    if found.envelope is None:
        return
    one = found.envelope
    what, part = _euro(one.amount), one.part.replace("_", " ")
    say()
    for words, spent in (("in a year", one.spent), ("in the first year", one.spent_in_year)):
        left = one.amount - spent
        end = f"{_euro(left)} is left" if left >= 0 else f"it is exceeded by {_euro(-left)}"
        say(f"Envelope of {what} ({part}): {_euro(spent)} is spent {words}, {end}.")


def _print_variations(found: Budget) -> None:
    if found.varied is None:
        return
    say()
    say(f"Insurance, change of a year with volumes {money(found.varied)} % lower and higher:")
    rows = [
        [
            one.series or ("all" if one.series is None else "-"),
            *(_signed(parts.intervention) for parts in (one.lower, one.change, one.higher)),
        ]
        for one in found.variations
    ]
    print_table(["series", "lower", "as given", "higher"], rows, right=range(1, 4))


def print_patients(found: Patients) -> None:
    """Who pays, basket by basket."""
    say()
    say(f"Who pays: {found.file}, {counted(len(found.baskets), 'basket')}.")
    rows = [[one.basket.name, *_parts(one.before, one.after)] for one in found.baskets]
    print_table(["basket", *_HEADERS[2:]], rows, right=range(1, 7))
    for one in found.baskets:
        for refused in one.refused:
            because = f" ({refused.because.replace('_', ' ')})" if refused.because else ""
            say(f"  {one.basket.name}: {refused.code} {refused.outcome.replace('_', ' ')}{because}, in no sum.")
        for code, part, why in one.without_figure:
            say(f"  {one.basket.name}: {code}, {part.replace('_', ' ')} {why.replace('_', ' ')}, not summed.")
    if found.findings:
        print_findings(found.findings)

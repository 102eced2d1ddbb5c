"""`bareme agreement YEAR on-call`: the allocation to on-call posts, and the check against the envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.agreements.asking import InLanguage, Language, exit_code, of, print_answer, print_findings
from bareme.cli.output import AsJson, money, print_json, print_table, say

if TYPE_CHECKING:
    from bareme.conventions.agreement_2020.on_call.report import OnCall


def on_call(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Posts and headings: .csv, or .toml with [[post]].")],
    corrections: Annotated[
        str | None, typer.Option("--corrections", metavar="FILE", help="Corrections: post, heading, amount, round.")
    ] = None,
    new: Annotated[
        str | None, typer.Option("--new", metavar="FILE", help="New initiatives: post, amount, joins.")
    ] = None,
    extrapolate: Annotated[
        bool, typer.Option("--extrapolate", help="Take initiatives started in 2019 to 12 months.")
    ] = False,
    language: InLanguage = Language.EN,
    as_json: AsJson = False,
) -> None:
    """What each on-call post is given by heading (5.2.3), and whether all fit in the envelope (5.2.1)."""
    found = of(context).on_call(file, corrections=corrections, new=new, extrapolate=extrapolate)
    if as_json:
        print_json(found.to_dict(language))
    else:
        _print(found, language)
    raise typer.Exit(exit_code(found.findings))


def _print(found: OnCall, language: str) -> None:
    headings = [
        (
            one.post,
            one.heading,
            money(one.given),
            money(one.answer.amount),
            money(one.corrected),
            one.answer.result.value,
            one.answer.because[language],
        )
        for one in found.headings
    ]
    print_table(("post", "heading", "2019", "2020", "corrected", "result", "because"), headings, right=(2, 3, 4))
    say()
    posts = [
        (one.post, *map(money, (one.amount, one.first_instalment, one.corrected, one.balance))) for one in found.posts
    ]
    balance = None
    if found.corrected is not None and found.first_instalments is not None:
        balance = found.corrected - found.first_instalments
    posts.append(("all posts", *map(money, (found.total, found.first_instalments, found.corrected, balance))))
    print_table(("post", "amount", "first instalment", "corrected", "balance"), posts, right=(1, 2, 3, 4))
    say()
    for answer in (found.check, found.weekday, *(one.answer for one in found.new_initiatives)):
        print_answer(answer, language)
    print_findings(found.findings, language)

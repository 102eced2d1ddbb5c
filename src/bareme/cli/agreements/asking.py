"""What the commands of an agreement share: the agreement itself, options, findings as lines."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.output import print_json, say

if TYPE_CHECKING:
    from bareme.conventions.agreement.answers import AgreementFinding, Answer
    from bareme.library.agreements.agreement import Agreement


class Language(StrEnum):
    """The languages in which agreements answer."""

    EN = "en"
    FR = "fr"


AsParameters = Annotated[
    str | None,
    typer.Option(
        "--parameters", metavar="FILE", help="Awaited parameters, in TOML: [system] name = value. See `parameters`."
    ),
]
InLanguage = Annotated[Language, typer.Option("--language", help="The language of sentences.")]


def of(context: typer.Context) -> Agreement:
    """The agreement that the command is asked of."""
    found: Agreement = context.obj
    return found


def print_findings(findings: Sequence[AgreementFinding], language: str) -> None:
    """Findings as lines: severity, where, what, clause."""
    for finding in findings:
        where = f"{finding.place}: " if finding.place else ""
        clause = f" ({finding.clause})" if finding.clause and finding.clause not in finding.message[language] else ""
        say(f"  {finding.severity:<8}{where}{finding.message[language]}{clause}")


def print_answer(answer: Answer, language: str) -> None:
    """An answer as one line."""
    say(f"{answer.result}: {answer.because[language]}")


def print_alone(context: typer.Context, answer: Answer, as_json: bool, language: Language) -> None:
    """The one answer of a command, as a line or as `agreement-answer-1`."""
    if as_json:
        print_json({"year": of(context).year, "answer": answer.to_dict(language)})
    else:
        print_answer(answer, language)


def exit_code(findings: Sequence[AgreementFinding]) -> int:
    """1 when a finding is an error, else 0."""
    return int(any(finding.severity == "error" for finding in findings))

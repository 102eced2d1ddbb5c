"""`bareme etariff`: a FHIR eTariff request answered from the book."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bareme.cli.drafting import print_bytes
from bareme.cli.output import BookPath, KnownOn, RecordedAt, counted, tell
from bareme.errors import InputError


def etariff(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A request: a message Bundle in FHIR R4, XML or JSON; - reads stdin.")
    ],
    regime: Annotated[
        str | None,
        typer.Option("--regime", metavar="preferential|ordinary", help="The patient's regime, where CT1 is not known."),
    ] = None,
    ct1: Annotated[
        str | None, typer.Option("--ct1", metavar="N", help="The patient's insurability code CT1, for example 110.")
    ] = None,
    ct2: Annotated[str | None, typer.Option("--ct2", metavar="N", help="The insurability code CT2.")] = None,
    fact: Annotated[
        list[str] | None,
        typer.Option("--fact", metavar="NAME=VALUE", help="A fact of all items; may be repeated."),
    ] = None,
    format: Annotated[
        str | None, typer.Option("--format", metavar="xml|json", help="The form of the answer; default: that of FILE.")
    ] = None,
    out: Annotated[str | None, typer.Option("--out", metavar="FILE", help="Write the answer here.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace it if it exists.")] = False,
    now: Annotated[
        str | None,
        typer.Option("--now", metavar="MOMENT", help="The moment of the answer, in UTC; default: this one."),
    ] = None,
    as_known_on: KnownOn = None,
    as_recorded_at: RecordedAt = None,
    book: BookPath = None,
) -> None:
    """Answer a FHIR eTariff request with published amounts; exit 1 where it is rejected or an item has no answer."""
    import bareme
    from bareme.periods import as_moment

    if out is not None:
        from bareme.exchange.outputs import check_place

        what = "the answer is a .xml or .json file"
        check_place(Path(out), (".xml", ".json"), what, "Nothing was answered.", overwrite)
    answer = bareme.open_book(book).etariff(
        _content(file),
        answer_format=format or (Path(out).suffix.lower().removeprefix(".") if out is not None else None),
        regime=regime,
        ct1=ct1,
        ct2=ct2,
        facts=_facts(fact or []),
        now=None if now is None else as_moment(now, "--now"),
        as_known_on=as_known_on,
        as_recorded_at=as_recorded_at,
    )
    _give(answer.content, out, overwrite)
    if answer.kind == "reject":
        tell("bareme: the message is rejected; the OperationOutcome says what is wrong and where.")
    elif not answer.is_complete:
        left = counted(answer.items - answer.decided, "item")
        tell(f"bareme: {left} of {answer.items} without amounts; the OperationOutcome says why.")
    if not answer.is_complete:
        raise typer.Exit(1)


def _content(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}.") from None


def _facts(given: list[str]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError(f"--fact {text!r}: write it as name=value, for example global_medical_file=yes.")
        if facts.setdefault(name, value) != value:
            raise InputError(f"--fact {text!r}: {name} is given twice, as {facts[name]} too.")
    return facts


def _give(content: bytes, out: str | None, overwrite: bool) -> None:
    """The bytes on standard output, or in a file that is written whole."""
    if out is None:
        print_bytes(content)
        return
    from bareme.exchange.outputs import written_whole

    with written_whole(Path(out), over=overwrite) as draft:
        draft.write_bytes(content)
    tell(f"bareme: {out} is written.")

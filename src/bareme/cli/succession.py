"""`bareme reconcile`: does a circular follow from the one before it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.output import AsJson, BookPath, counted, money, print_findings, print_json, print_table, say, tell

if TYPE_CHECKING:
    from bareme.audit.compared import Compared
    from bareme.audit.reconcile import Reconciliation

SHOWN = 3
"""So many sentences are shown of those that say the same of other lines."""


def reconcile(
    circular: Annotated[
        str, typer.Argument(metavar="CIRCULAR", help="The number of a circular of the book, or a document.")
    ],
    against: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="NUMBER", help="The circular to take as the one before; default: the book's."
        ),
    ] = None,
    volumes: Annotated[
        str | None,
        typer.Option("--volumes", metavar="FILE", help="CSV with code,acts: acts a year, to order findings by euro."),
    ] = None,
    all_lines: Annotated[bool, typer.Option("--all", help="Print every sentence.")] = False,
    out: Annotated[
        list[str] | None,
        typer.Option("--out", metavar="FILE", help="Write it as .xlsx or .html too; may be repeated."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace FILE if it exists.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if a figure is unexplained.")] = False,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """Prove a circular: every figure against the circular before it and the measures that it announces."""
    import bareme
    from bareme.exchange.reconcile_files import check_outputs, write_reconciliation

    files = out or []
    check_outputs(files, overwrite)
    found = bareme.open_book(book).reconcile(circular, against, volumes)
    for path in files:
        write_reconciliation(found, path, overwrite)
        tell(f"bareme: {path} is written ({counted(len(found.lines), 'figure')}).")
    if as_json:
        print_json(found.to_dict())
    else:
        _print(found, most=None if all_lines else SHOWN)
    raise typer.Exit(1 if found.findings.errors or (strict and not found.is_explained) else 0)


def _print(found: Reconciliation, most: int | None) -> None:
    from bareme.audit.compared import Class
    from bareme.money import CENT

    name = found.circular.circular.number or found.circular.document.name
    previous = found.previous.circular.number if found.previous else None
    series = found.circular.circular.series or "?"
    say(f"{name} against {previous}, series {series}" if previous else f"{name}, first of the series {series}")
    say()
    rows = [[q.replace("_", " "), *(str(n[k] or "-") for k in Class)] for q, n in found.counts().items()]
    print_table(["figures", *(k.replace("_", " ") for k in Class)], rows, right=range(1, 5))
    _print_letters_as_announced(found)
    say()
    for result in found.measures:
        data = result.to_dict()
        follow = f"{data['figures']['as_announced']} of {counted(sum(data['figures'].values()), 'figure')} as announced"
        implied = ""
        if result.implied is not None:
            implied = f"; {counted(len(result.lines), 'line')} follow from {money(CENT.round(result.implied))} %"
        say(f"  {data['text']}: {follow}{implied}")
    say()
    say("Figures that are not as announced to the last digit from the printed ones:")
    _print_sentences([c for c in found.lines if not c.is_exact or c.follows_from == "rounded_fee"], most)
    say()
    say("Exact letter values behind the printed ones:")
    for letter in found.letters:
        say(f"  {letter.message}")
    if not found.letters:
        say("  none")
    say()
    say("Findings of the comparison:")
    findings = [f for f in found.findings if f.check in _of_a_comparison()]
    print_findings(findings, most)
    if not findings:
        say("  none")


def _print_letters_as_announced(found: Reconciliation) -> None:
    """From what the letter values follow that are as announced: "69 from the printed value"."""
    from bareme.audit.compared import Quantity

    groups: dict[str, list[str]] = {}
    for compared in found.lines:
        if compared.quantity is Quantity.LETTER_VALUE and compared.is_exact:
            bare = "" if compared.letter else " without a key letter"
            origin = (compared.follows_from or "").replace("_", " ")
            groups.setdefault(f"from the {origin}{bare}", []).append(compared.code)
    named = {origin: f" ({', '.join(codes)})" if len(codes) <= SHOWN else "" for origin, codes in groups.items()}
    largest_first = sorted(groups, key=lambda origin: -len(groups[origin]))
    parts = [f"{len(groups[origin])} {origin}{named[origin]}" for origin in largest_first]
    if parts:
        say(f"letter values as announced: {', '.join(parts)}")


def _of_a_comparison() -> set[str]:
    from bareme.audit.checks import CHECKS
    from bareme.audit.registry import OF_ONE_DOCUMENT

    return {check.id for check in CHECKS.values() if check.subject not in OF_ONE_DOCUMENT}


def _print_sentences(lines: list[Compared], most: int | None) -> None:
    """One sentence a figure; those that differ in their code alone are one, with the first codes."""
    groups: dict[str, list[Compared]] = {}
    for compared in lines:
        groups.setdefault(f"{compared.name}: {compared.message}", []).append(compared)
    for sentence, group in groups.items():
        codes = [compared.code for compared in group]
        named = codes if most is None else codes[:most]
        more = f" and {len(codes) - len(named)} more" if len(codes) > len(named) else ""
        say(f"  {group[0].klass.replace('_', ' ')}: {', '.join(named)}{more}: {sentence}")
    if not lines:
        say("  none")

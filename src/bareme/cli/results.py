"""`bareme explain` and `bareme verify`: what stands in a result of `bareme price-file`, and whether it still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.output import (
    AsJson,
    BookPath,
    counted,
    money,
    print_json,
    print_one_or_many,
    print_table,
    progress_bar,
    say,
    tell,
)

if TYPE_CHECKING:
    from bareme.exchange.bulk.explaining import ExplainedLine
    from bareme.exchange.bulk.verified import Verified
    from bareme.exchange.bulk.verifying import Differences

OutArgument = Annotated[
    str, typer.Argument(metavar="OUT", help="A result of bareme price-file: .csv, .csv.gz or .parquet.")
]


def explain(
    out: OutArgument,
    line: Annotated[
        list[int], typer.Option("--line", metavar="N", help="The line, the first act being 1; may be repeated.")
    ],
    language: Annotated[
        str, typer.Option("--language", metavar="en|fr|nl", help="The language of the explanation.")
    ] = "en",
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """Why a line of a result says what it says: its act in sentences, with sources, to the same cent."""
    import bareme
    from bareme.pricing.explain import catalogue

    catalogue(language)
    shelf = bareme.open_book(book)
    found = [shelf.explain_line(out, number) for number in line]
    if as_json:
        print_one_or_many([one.to_dict(language) for one in found], len(found))
    else:
        for place, one in enumerate(found):
            if place:
                say()
            _say_line(one, language)
    if any(one.differs for one in found):
        raise typer.Exit(1)


def _say_line(found: ExplainedLine, language: str) -> None:
    given = ", ".join(f"{name} {value}" for name, value in found.act.items() if value is not None)
    say(f"{found.out}, line {found.line}: {given}")
    for sentence in found.explain(language):
        say(f"  {sentence}")


def verify(
    out: OutArgument,
    changes: Annotated[
        str | None, typer.Option("--changes", metavar="FILE", help="Write every line that changes (.csv, .parquet).")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace FILE if it exists.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if the book of today changes a line.")] = False,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """Price a result again, as the book was and as it is: was it altered, and what has changed since, and why?"""
    import bareme

    with progress_bar() as progress:
        found = bareme.open_book(book).verify(out, changes=changes, overwrite=overwrite, progress=progress)
    if as_json:
        print_json(found.to_dict())
    else:
        _say_verified(found)
    if changes is not None:
        tell(f"bareme: {changes} holds the lines that change.")
    if not found.as_made or (strict and not found.up_to_date):
        raise typer.Exit(1)


def _say_verified(found: Verified) -> None:
    made = found.made
    then = "".join(
        f", {word} {value}" for word, value in (("as known on", made.as_known_on), ("at", made.as_recorded_at)) if value
    )
    say(
        f"{found.out}: {counted(found.lines, 'line')}, made by bareme {made.bareme} ({made.engine} "
        f"{made.engine_version}) with the book {made.book[:12]}{then}."
    )
    if found.lines != made.lines:
        say(f"It was made with {counted(made.lines, 'line')}: lines were added or taken away.")
    if made.rules != found.rules:
        say(f"The rules of this bareme ({found.rules[:12]}) are not those that it was made with ({made.rules[:12]}).")
    if made.conventions != found.conventions and made.conventions is not None:
        today, then_ = (found.conventions or "")[:12], made.conventions[:12]
        say(f"The conventions' rules ({today}) are not those that it was made with ({then_}).")
    if found.altered.lines:
        say(f"Priced again with that book, {_are(found.altered.lines)} not as in the result:")
        _say_differences(found.altered)
    else:
        say("Priced again with that book, every line is as in the result.")
    if found.changed is None:
        say("The book has not changed since.")
        return
    if found.changed.lines:
        say(f"Priced with the book of today ({found.book[:12]}), {_are(found.changed.lines)} not as in the result:")
        _say_differences(found.changed)
    else:
        say(f"Priced with the book of today ({found.book[:12]}), every line is as in the result.")
    say("Recorded since:")
    rows = [[e.circular, e.kind, e.effective_from, e.known_from, e.recorded_at[:19] + "Z"] for e in found.since]
    print_table(["circular", "entry", "effective from", "known from", "recorded at"], rows)


def _are(lines: int) -> str:
    return f"{counted(lines, 'line')} {'is' if lines == 1 else 'are'}"


def _say_differences(found: Differences) -> None:
    """Alike lines together, by how much their totals move; then the cells of the first lines."""
    rows = []
    for s in found.shifts:
        moved = [money(amount) for amount in (s.total_fee, s.total_intervention, s.total_patient_share)]
        pairs = ((s.outcome_was, s.outcome_now), (s.certainty_was, s.certainty_now), (s.circular_was, s.circular_now))
        rows.append([s.why, *(_moved(was, now) for was, now in pairs), str(s.lines), *moved])
    print_table(
        ["why", "outcome", "certainty", "circular", "lines", "fee", "intervention", "share"], rows, right=[4, 5, 6, 7]
    )
    say()
    cells = [[str(c.line), c.code or "-", c.date or "-", c.column, c.was or "-", c.now or "-"] for c in found.first]
    print_table(["first lines", "code", "date", "column", "in the result", "priced again"], cells, right=[0])
    say()


def _moved(was: str | None, now: str | None) -> str:
    return was or "-" if was == now else f"{was or '-'} > {now or '-'}"

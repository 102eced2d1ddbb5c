"""`bareme search`: codes by words. `bareme changes`: what became known, newest first."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.output import AsJson, BookPath, KnownOn, RecordedAt, counted, money, print_json, print_table, say

if TYPE_CHECKING:
    from bareme.exchange.search.results import Change, Found, Hit

Cursor = Annotated[
    str | None, typer.Option("--cursor", metavar="CURSOR", help="The next page: what the last answer gave for it.")
]
LONGEST = 60
"""So many signs of a label are shown."""


def search(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="Words, or the first digits of a code, in any order; none for all codes."),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Only codes in force on this day (YYYY-MM-DD).")
    ] = None,
    series: Annotated[
        str | None, typer.Option("--series", metavar="ID", help="Only this series, or those that begin with ID.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Show so many codes at most (1 to 1000).")] = 20,
    cursor: Cursor = None,
    as_known_on: KnownOn = None,
    as_recorded_at: RecordedAt = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """Find codes by code, label, section, series or convention; case and accents do not matter."""
    import bareme

    shelf = bareme.open_book(book)
    found = shelf.search(
        " ".join(words or ()), on, series, limit, cursor, as_known_on=as_known_on, as_recorded_at=as_recorded_at
    )
    if as_json:
        print_json(found.to_dict())
    elif found.total:
        _print(found)
    else:
        _advise(found)


def _print(found: Found) -> None:
    first = found.hits[0].rank if found.hits else 0
    shown = f", of which {first} to {found.hits[-1].rank}" if len(found.hits) < found.total else ""
    say(f"{counted(found.total, 'code')}{f' in force on {found.on}' if found.on else ''}{shown}")
    headers = ["code", "fee", "from", "until", "circular", "what it is"]
    print_table(headers, [_row(hit) for hit in found.hits], right=[1])
    if any(hit.certainty == "last_known" for hit in found.hits):
        say("* The tariff of this day is not published yet: the last known one is shown.")
    if found.cursor is not None:
        say(f"More with --cursor {found.cursor}")


def _row(hit: Hit) -> list[str]:
    number = None if hit.section is None else hit.section[0]
    title = None if hit.section is None else hit.section[1]
    words = hit.label or next(iter(hit.labels.values()), None) or " ".join(filter(None, (number, title)))
    return [
        hit.code,
        money(None if hit.fee is None else Decimal(hit.fee)) + "*" * (hit.certainty == "last_known"),
        hit.valid_from or "-",
        ("open" if hit.valid_from else "-") if hit.valid_to is None else hit.valid_to,
        hit.circular,
        words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…",
    ]


def _advise(found: Found) -> None:
    """What to try where nothing was found."""
    when = f" in force on {found.on}" if found.on else ""
    of = f" of the series {found.series}" if found.series else ""
    say(f"No code{of}{when} has {'all of ' * (len(found.words) > 1)}what you look for.")
    if found.suggestions:
        say(f"Near: {', '.join(found.suggestions)}.")
    if found.query.strip() and not found.words:
        say("There is neither a letter nor a digit in it.")
    elif len(found.unmatched) < len(found.words) and found.unmatched:
        say(f"Nowhere in the book: {', '.join(found.unmatched)}. Leave it out.")
    elif not found.suggestions:
        say("Try fewer words, or only the first letters of each or the first digits of a code.")
    if found.on or found.series:
        say("Or ask without --on and --series.")


def changes(
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Show so many at most (1 to 1000).")] = 50,
    cursor: Cursor = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """What became known, newest first: circulars, corrigenda, corrections, and the lines that they changed."""
    import bareme

    found = bareme.open_book(book).changes(limit, cursor)
    if as_json:
        print_json(found.to_dict())
        return
    headers = ["recorded at", "what", "circular", "known from", "in force from", "series", "added", "changed", "ended"]
    print_table(headers, [_change(change) for change in found.changes], right=[6, 7, 8])
    if found.cursor is not None:
        say(f"More with --cursor {found.cursor}")


def _change(change: Change) -> list[str]:
    counts = ("-" if count is None else str(count) for count in (change.added, change.changed, change.ended))
    when = change.recorded_at[:19] + "Z"
    return [
        when,
        change.kind,
        change.number,
        change.known_from,
        change.effective_from,
        change.series or "-",
        *counts,
    ]

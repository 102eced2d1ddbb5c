"""`bareme compare`: what was added, ended and changed from one circular or day to another; or two scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.output import AsJson, BookPath, KnownOn, counted, money, print_json, print_table, say
from bareme.cli.siding import are_scenarios, compare_scenarios, refuse_of_scenarios
from bareme.errors import InputError

if TYPE_CHECKING:
    from decimal import Decimal

    from bareme.audit.changes import Changed, Difference, Listing
    from bareme.circulars.model import Section

SHOWN = 10
"""So many rows are shown of each table."""
TITLE = 60
"""So many letters are shown of a section's title."""
EITHER = "The number of a circular of the book, a document, a date (YYYY-MM-DD), or a scenario (.toml)."


def compare(
    start: Annotated[str, typer.Argument(metavar="FROM", help=EITHER)],
    end: Annotated[
        str, typer.Argument(metavar="TO", help="The same, of the same kind: circulars, dates or scenarios.")
    ],
    series: Annotated[
        str | None,
        typer.Option("--series", metavar="ID", help="Of two dates: only this series, or those whose id begins so."),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="FILE", help="Write all rows to this .csv file, which must not exist."),
    ] = None,
    report: Annotated[
        list[str] | None,
        typer.Option(
            "--report",
            metavar="REPORT",
            help="Of two scenarios: write a report to this .html or .xlsx file; may be repeated.",
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace reports that exist.")] = False,
    all_rows: Annotated[bool, typer.Option("--all", help="Print every row.")] = False,
    as_known_on: KnownOn = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """What was added, ended and changed between two circulars or two dates, by how much, and why; or two scenarios."""
    import bareme
    from bareme.exchange.differences import check_output, write_differences

    if are_scenarios(start, end):
        refuse_of_scenarios(series, out)
        most = SHOWN if not all_rows else None
        compare_scenarios(start, end, most, as_known_on, book, as_json, report or (), overwrite)
        return
    if report:
        raise InputError("--report is for two scenarios; of two circulars or two dates use --out FILE.csv.")
    if out is not None:
        check_output(Path(out))
    found = bareme.open_book(book).compare(start, end, series, as_known_on)
    rows = None if out is None else write_differences(found, Path(out))
    if as_json:
        print_json(found.to_dict())
        return
    _print(found, most=None if all_rows else SHOWN)
    if rows is not None:
        say()
        say(f"{out}: {counted(rows, 'row')}.")


def _print(found: Difference, most: int | None) -> None:
    known = f", as known on {found.as_known_on}" if found.as_known_on else ""
    series = ", ".join(dict.fromkeys((*found.start.series, *found.end.series))) or "no series"
    say(f"{found.start.name} to {found.end.name}, {series}{known}")
    counts = f"{len(found.added)} added, {len(found.ended)} ended, {counted(len(found.changed), 'figure')} changed"
    say(f"{counts}, {found.unchanged} unchanged.")
    for note in found.notes:
        say(f"  note: {note.message}")
    if found.is_empty:
        say("Nothing changed." if found.unchanged else "Nothing to compare: no figure stands on both sides.")
        return
    _print_sections(found.changed)
    _print_changed(sorted(found.changed, key=_weight), most)
    _print_listings("Added", found.added, most)
    _print_listings("Ended", found.ended, most)


def _weight(changed: Changed) -> tuple[object, ...]:
    """Fees first; then the largest relative change, and last what has none."""
    relative = changed.relative
    return (changed.part.value != "fee", relative is None, 0 if relative is None else -abs(relative))


def _print_sections(changed: Sequence[Changed]) -> None:
    """How many figures changed in each section, and the least and the most in percent."""
    sections: dict[Section | None, list[Changed]] = {}
    for one in changed:
        sections.setdefault(one.act.section, []).append(one)
    rows = []
    for section, figures in sections.items():
        percents = [one.percent for one in figures if one.percent is not None]
        least, most = (min(percents), max(percents)) if percents else (None, None)
        rows.append([_title(section), str(len(figures)), _percent(least), _percent(most)])
    if rows:
        say()
        print_table(["section", "figures changed", "smallest", "largest"], rows, right=[1, 2, 3])


def _print_changed(changed: Sequence[Changed], most: int | None) -> None:
    if not changed:
        return
    say()
    say(f"Changed, fees first, the largest change first{_limit(len(changed), most)}:")
    headers = ["code", "what", "before", "after", "difference", "percent", "why"]
    rows = [
        [
            "-".join(one.act.codes),
            _what(one),
            _value(one.before),
            _value(one.after),
            _signed(one.difference),
            _percent(one.percent),
            one.why,
        ]
        for one in changed[:most]
    ]
    print_table(headers, rows, right=range(2, 6))


def _print_listings(title: str, listings: Sequence[Listing], most: int | None) -> None:
    if not listings:
        return
    say()
    say(f"{title}{_limit(len(listings), most)}:")
    rows = [
        [
            "-".join(one.act.codes),
            _ages(one),
            one.act.label or "-",
            money(one.fee),
            one.circular or "-",
            one.why,
        ]
        for one in listings[:most]
    ]
    print_table(["code", "ages", "label", "fee", "circular", "why"], rows, right=[3])


def _limit(number: int, most: int | None) -> str:
    return "" if most is None or number <= most else f" ({most} of {number}; --all shows every one)"


def _what(one: Changed) -> str:
    words = [one.part.value.replace("_", " "), one.letter or "", one.situation.words, "(computed)" * one.derived]
    return " ".join(word for word in words if word)


def _ages(one: Listing) -> str:
    first, end = one.act.age_from, one.act.age_to
    words = [f"from {first}"] * bool(first) + [f"under {end}"] * bool(end)
    return " ".join(words) or "-"


def _title(section: Section | None) -> str:
    if section is None:
        return "-"
    text = f"{section.number} {section.title}" if section.number else section.title
    return text if len(text) <= TITLE else f"{text[:TITLE].rstrip()} ..."


def _value(value: Decimal | str | None) -> str:
    return value.replace(".", ",") if isinstance(value, str) else money(value)


def _signed(number: Decimal | None) -> str:
    return "-" if number is None else f"{'+' * (number > 0)}{money(number)}"


def _percent(percent: Decimal | None) -> str:
    return "-" if percent is None else f"{_signed(percent)} %"

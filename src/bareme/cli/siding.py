"""`bareme compare A.toml B.toml`: two scenarios side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bareme.cli.output import counted, money, print_json, print_table, say
from bareme.cli.reporting import check_places, write_reports
from bareme.cli.simulating import limited
from bareme.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bareme.simulation.comparing import Alone, Compared, SideBySide
    from bareme.simulation.report import Report

SUFFIX = ".toml"


def are_scenarios(start: str, end: str) -> bool:
    """True for two scenarios; `InputError` for one beside something else."""
    found = [Path(name).suffix.lower() == SUFFIX for name in (start, end)]
    if any(found) and not all(found):
        other = end if found[0] else start
        raise InputError(f"{other} is no scenario (.toml); compare a scenario with another scenario.")
    return all(found)


def refuse_of_scenarios(series: str | None, out: str | None) -> None:
    """`InputError` for options that two scenarios do not have."""
    for option, value in (("--series", series), ("--out", out)):
        if value is not None:
            raise InputError(f"{option} is for two circulars or two dates; of scenarios use --report or --json.")


def compare_scenarios(
    first: str,
    second: str,
    most: int | None,
    as_known_on: str | None,
    book: str | None,
    as_json: bool,
    reports: Sequence[str] = (),
    overwrite: bool = False,
) -> None:
    """Compare two scenarios, print what each line comes to under both, and write the reports."""
    import bareme

    check_places(reports, overwrite)
    found = bareme.open_book(book).compare_scenarios(first, second, as_known_on)
    if as_json:
        print_json(found.to_dict())
    else:
        _print(found, most)
    write_reports(lambda: _report(found), reports, overwrite)


def _report(found: SideBySide) -> Report:
    from bareme.simulation.report_compared import report_of_two

    return report_of_two(found)


def _print(found: SideBySide, most: int | None) -> None:
    from bareme.simulation.comparing import NOTES

    names = [simulation.scenario.name for simulation in (found.first, found.second)]
    for name, simulation in zip(names, (found.first, found.second), strict=True):
        scenario = simulation.scenario
        say(f"{name}: {scenario.title}, from {scenario.start}, on the tariffs of {scenario.on}")
    for note in found.notes:
        say(f"  note: {NOTES[note]}")
    different = found.different
    alike = len(found.lines) - len(different)
    say(
        f"{counted(len(different), 'line')} differ, {alike} change alike, {found.unchanged} stay under both; "
        "projected, not published."
    )
    rows = [row for line in different[:most] for row in _rows(line, most is None)]
    if rows:
        say()
        what = "Figures" if most is None else "Fees and patient shares"
        say(f"{what} that differ{limited(len(different), most, ' lines')}:")
        headers = ["code", "what", "published", names[0], names[1], "difference", "percent"]
        print_table(headers, rows, right=range(2, 7))
    for name, only in zip(names, (found.only_first, found.only_second), strict=True):
        _print_alone(name, only, most)


def _rows(line: Compared, every: bool) -> list[list[str]]:
    """The figures of a line that are not the same under both; fees and patient shares alone unless `every`."""
    rows = []
    for figure in line.figures:
        if figure.differs and (every or figure.part.value in ("fee", "patient_share")):
            words = (figure.part.value.replace("_", " "), figure.letter or "", figure.situation.words)
            rows.append(
                [
                    "-".join(line.codes),
                    " ".join(word for word in words if word),
                    money(figure.published),
                    money(figure.first),
                    money(figure.second),
                    money(figure.difference),
                    "-" if figure.percent is None else f"{money(figure.percent)} %",
                ]
            )
    return rows


def _print_alone(name: str, lines: Sequence[Alone], most: int | None) -> None:
    if lines:
        say()
        say(f"Only under {name}{limited(len(lines), most, ' lines')}:")
        rows = [["-".join(line.codes), line.label or "-", money(line.fee)] for line in lines[:most]]
        print_table(["code", "label", "fee"], rows, right=[2])

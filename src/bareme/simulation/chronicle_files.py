"""A history in files: its table as CSV, its chart as SVG or PNG with the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bareme.errors import InputError
from bareme.exchange.outputs import check_place, written_whole
from bareme.simulation.chart_words import ENGLISH, ChartWords
from bareme.simulation.chronicle import Chronicle
from bareme.simulation.step_chart import SUFFIXES, step_chart
from bareme.simulation.strand_words import chronicle_csv

NOTHING = "Nothing was written."


def check_files(files: Sequence[Path], overwrite: bool) -> None:
    """`InputError`, before any work, for a file that cannot be written, and for two of one name."""
    places = [place for file in files for place in _places(file)]
    for file in files:
        what = "a history is written to a .csv file, or drawn in a .svg or .png file"
        check_place(file, (*SUFFIXES, ".csv"), what, NOTHING, overwrite)
    for place in places:
        check_place(place, (*SUFFIXES, ".csv"), "its table is a .csv file", NOTHING, overwrite)
    if len(set(places)) < len(places):
        raise InputError(f"the table beside the chart would be {places[0]} too; name another file. {NOTHING}")


def write_files(chronicle: Chronicle, files: Sequence[Path], overwrite: bool, say: ChartWords = ENGLISH) -> list[Path]:
    """Write the files; those of a chart, in the words of a language, are two. The paths, in order."""
    made = [
        (
            place,
            chronicle_csv(chronicle) if place.suffix.lower() == ".csv" else step_chart(chronicle, place.suffix, say),
        )
        for file in files
        for place in _places(file)
    ]
    for place, content in made:
        with written_whole(place, over=overwrite) as draft:
            draft.write_bytes(content)
    return [place for place, _ in made]


def _places(file: Path) -> list[Path]:
    """A file, and the table beside a chart."""
    return [file] if file.suffix.lower() == ".csv" else [file, file.with_suffix(".csv")]

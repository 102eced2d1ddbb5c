"""A chart of steps for the figures of a code or a letter: SVG or PNG, the same bytes of SVG for the same figures.

Each line has a colour of Okabe and Ito, a mark and a pattern of its own, so that it can be read in black and white too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bareme.audit.changes import Part
from bareme.errors import InputError
from bareme.simulation.chart_words import ENGLISH, ChartWords
from bareme.simulation.chronicle import Chronicle, Compared, Strand
from bareme.simulation.plots import picture, plain
from bareme.simulation.strand_words import strand_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = (".svg", ".png")
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
PATTERNS = ("-", "--", "-.", ":")
MARKS = ("o", "s", "^", "D", "v", "P", "X")
MOST_STRANDS = 14
"""So many lines can be told apart on one chart."""


MOST_DAYS = 5
"""So many days stand below a chart."""
MOST_LABEL = 80
"""So many letters are shown of a code's label."""


def step_chart(chronicle: Chronicle, suffix: str, say: ChartWords = ENGLISH) -> bytes:
    """The bytes of a chart, `.svg` or `.png`, in the words of a language.

    `InputError` where there is nothing to draw, or nothing to draw with.
    """
    drawn = [strand for strand in chronicle.strands if any(moment.value is not None for moment in strand.moments)]
    if not drawn:
        raise InputError(f"{chronicle.asked}: no figure is known; there is nothing to draw.")
    if len(drawn) > MOST_STRANDS:
        raise InputError(f"{chronicle.asked} has {len(drawn)} series, more than {MOST_STRANDS}; --csv has all of them.")
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        said = "plots need matplotlib: pip install 'bareme[plots]'. --csv writes the same figures."
        raise InputError(f"{said} Nothing was written.") from None
    return picture(lambda: _figure(drawn, chronicle, say), suffix)


def _figure(drawn: Sequence[Strand], chronicle: Chronicle, say: ChartWords) -> Figure:
    """A panel for each quantity, below one another."""
    from matplotlib.dates import AutoDateLocator
    from matplotlib.figure import Figure

    parts = [part for part in Part if any(strand.quantity is part for strand in drawn)]
    figure = Figure(figsize=(10, 2 + 2 * len(parts)), layout="constrained")
    panels = figure.subplots(len(parts), 1, squeeze=False, sharex=True)[:, 0]
    for part, panel in zip(parts, panels, strict=True):
        _draw(panel, [strand for strand in drawn if strand.quantity is part], chronicle, say)
    days: Any = AutoDateLocator
    panels[-1].xaxis.set_major_locator(days(minticks=2, maxticks=MOST_DAYS))
    panels[0].set_title(_title(chronicle, say), loc="left", fontsize=11, pad=12)
    return figure


def _title(chronicle: Chronicle, say: ChartWords) -> str:
    if chronicle.kind == "letter":
        return say("letter", letter=chronicle.asked)
    label = " ".join((chronicle.label or "").split()).replace("$", r"\$")
    short = label if len(label) <= MOST_LABEL else f"{label[:MOST_LABEL].rstrip()}..."
    return f"{chronicle.asked} {short}".strip()


def _draw(axis: Any, strands: Sequence[Strand], chronicle: Chronicle, say: ChartWords) -> None:
    """The strands of one quantity on one pair of axes; thin and grey, what they are at prices of the base year."""
    from matplotlib.ticker import FuncFormatter

    end = _end(chronicle)
    for number, strand in enumerate(strands):
        look = {"color": COLOURS[number % len(COLOURS)], "linestyle": PATTERNS[number % len(PATTERNS)]}
        for place, run in enumerate(_runs(chronicle.compared(strand))):
            last = run[-1].moment.until or end
            days: Any = [*(step.moment.start for step in run), last - timedelta(days=1)]
            values: list[Any] = [step.moment.value for step in run]
            marked: dict[str, Any] = {"marker": MARKS[number % len(MARKS)], "markevery": slice(0, len(run))}
            label = strand_words(strand, say) if place == 0 else None
            axis.step(days, [*values, values[-1]], where="post", label=label, zorder=3, **look, **marked)
            real: list[Any] = [step.real for step in run]
            if None not in real and any(step.real != step.moment.value for step in run):
                grey: dict[str, Any] = {"color": "#767676", "linewidth": 1, "linestyle": look["linestyle"], "zorder": 2}
                words = say("prices", strand=strand_words(strand, say), year=chronicle.base_year)
                prices = words if place == 0 else None
                axis.step(days, [*real, real[-1]], where="post", label=prices, **grey)
    axis.set_ylabel(say("axis", quantity=say(strands[0].quantity.value)))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _ticked(value, say)))
    axis.legend(loc="center left", bbox_to_anchor=(1, 1 / 2), frameon=False)


def _runs(steps: Sequence[Compared]) -> list[list[Compared]]:
    """Steps that follow one another without a gap; those without a figure are one."""
    runs: list[list[Compared]] = []
    for step in steps:
        if step.moment.value is None:
            continue
        if runs and runs[-1][-1].moment.until == step.moment.start:
            runs[-1].append(step)
        else:
            runs.append([step])
    return runs


def _ticked(value: Any, say: ChartWords) -> str:
    return say.number(plain(Decimal(f"{value:.6f}")))


def _end(chronicle: Chronicle) -> date:
    """The day after the year of the last step: a step that holds on is drawn up to there."""
    last = max(moment.start for strand in chronicle.strands for moment in strand.moments)
    return date(last.year + 1, 1, 1)

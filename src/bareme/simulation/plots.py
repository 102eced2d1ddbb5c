"""Plots of a simulation as SVG and PNG, for print and for people who do not see all colours.

Colours are those of Okabe and Ito; no plot needs them, because every bar says its number and its sign. All lengths are
whole: counts, cents, points. The same simulation gives the same bytes of SVG.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from bareme.errors import InputError
from bareme.exchange.outputs import written_whole
from bareme.money import from_cents
from bareme.simulation.chart_words import ENGLISH, ChartWords

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bareme.simulation.simulated import Simulation
    from bareme.simulation.summing import Band

UP, DOWN, SAME, WHOLE = "#0072B2", "#D55E00", "#999999", "#000000"
"""Blue rises, vermillion falls, grey stays, black is the whole."""
FORMATS = (".svg", ".png")
SETTINGS: Any = {
    "svg.hashsalt": "bareme",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "savefig.dpi": 150,
}
PARTS = ("intervention", "patient_share")
LETTERS, LINE = 30, 80
"""So many letters of a measure's title, and of what a chart shows, stand on a line."""


def check_folder(folder: Path) -> None:
    """`InputError`, before any work, for a folder that is none, and where matplotlib is not installed."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise InputError("plots need matplotlib: pip install 'bareme[plots]'. Nothing was written.") from None
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; name a folder for the plots. Nothing was written.")
    if not folder.exists() and not folder.parent.is_dir():
        raise InputError(f"{folder}: {folder.parent} is not a directory. Nothing was written.")


def write_plots(found: Simulation, folder: Path, overwrite: bool = False) -> list[Path]:
    """Write the plots that the simulation has figures for, each as SVG and PNG; their paths.

    `InputError` for a file that exists, unless `overwrite`; nothing is then written.
    """
    check_folder(folder)
    drawn = drawings(found)
    places = [folder / f"{name}{suffix}" for name in drawn for suffix in FORMATS]
    there = [place for place in places if place.exists()]
    if there and not overwrite:
        raise InputError(f"{there[0]} exists; name another folder, or use --overwrite. Nothing was written.")
    folder.mkdir(exist_ok=True)
    for name, draw in drawn.items():
        for suffix in FORMATS:
            content = picture(draw, suffix)
            with written_whole(folder / f"{name}{suffix}", over=overwrite) as draft:
                draft.write_bytes(content)
    return places


def drawings(found: Simulation, say: ChartWords = ENGLISH) -> dict[str, Callable[[], Figure]]:
    """What can be drawn of a simulation, by the name of the file; in the words of a language."""
    from bareme.simulation.budget import Budget

    drawn: dict[str, Callable[[], Figure]] = {}
    if found.distribution:
        drawn["change-of-fees"] = lambda: distribution(found, say)
    budget = found.budget
    if isinstance(budget, Budget) and budget.measures:
        drawn["budget-by-measure"] = lambda: waterfall(found.scenario.title, budget, say)
    return drawn


def picture(draw: Callable[[], Figure], suffix: str) -> bytes:
    """A drawing in a format of `FORMATS`, without a date."""
    from io import BytesIO

    import matplotlib as mpl

    made = BytesIO()
    metadata: dict[str, str | None] = {"Date": None} if suffix == ".svg" else {"Software": None}
    with mpl.rc_context(SETTINGS):
        draw().savefig(made, format=suffix.removeprefix("."), metadata=metadata)
    return made.getvalue()


def _figure(width: int, height: int) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def distribution(found: Simulation, say: ChartWords = ENGLISH) -> Figure:
    """How many lines are in each band of relative change of the fee: a bar for each, its number at its end."""
    bands = found.distribution
    figure = _figure(8, 2 + (2 * len(bands) + 5) // 6)
    axes = figure.add_subplot()
    bars = axes.barh(range(len(bands)), [band.lines for band in bands], color=[_colour(band) for band in bands])
    axes.bar_label(bars, labels=[say.number(Decimal(band.lines)) for band in bands], padding=4)
    axes.set_yticks(range(len(bands)), [_band(band, say) for band in bands])
    axes.invert_yaxis()
    axes.set_xlim(0, _room(max(band.lines for band in bands)))
    axes.set_xlabel(say("lines"))
    axes.xaxis.set_major_formatter(lambda count, _: say.number(Decimal(int(count))))
    axes.locator_params(axis="x", integer=True)
    _titled(axes, found.scenario.title, say("change_of_fees"))
    axes.tick_params(axis="y", length=0)
    return figure


def _band(band: Band, say: ChartWords) -> str:
    """ "no change", "2 % to 3 %", "less than -50 %"."""
    if band.low == band.high == 0:
        return say("same")
    low, high = ("" if end is None else say.number(Decimal(end)) for end in (band.low, band.high))
    key = "under" if band.low is None else "over" if band.high is None else "between"
    return say(key, low=low, high=high)


def _colour(band: Band) -> str:
    if band.low == band.high == 0:
        return SAME
    return DOWN if band.low is None or band.low < 0 else UP


def _room(most: int) -> int:
    """Room for a number beside the longest bar."""
    return max(1, most + most // 8 + 1)


def _titled(axes: Axes, title: str, below: str) -> None:
    """A title: what it is of, and below it what it shows."""
    shown = "\n".join(wrap(_plain(below), LINE))
    axes.set_title(f"{_plain(title)}\n{shown}", loc="left", fontsize=11, pad=12)


def _plain(text: str) -> str:
    """The text with no sign that starts a formula, and on one line."""
    return " ".join(text.split()).replace("$", r"\$")


def waterfall(title: str, budget: Any, say: ChartWords = ENGLISH) -> Figure:
    """What each measure adds to a year's expenditure, one after another, up to the whole; a panel for each payer."""
    names = [_short(measure.title) for measure in budget.measures]
    figure = _figure(11, 2 + (len(names) + 2) // 2)
    panels = figure.subplots(1, len(PARTS), sharey=True)
    rise = budget.total.after - budget.total.before
    for panel, part in zip(panels, PARTS, strict=True):
        added = [measure.in_order.part(part) for measure in budget.measures]
        envelope = budget.envelope.amount if budget.envelope is not None and budget.envelope.part == part else None
        _steps(panel, added, rise.part(part), envelope, say)
        panel.set_xlabel(say("thousands"))
        panel.set_title(say(f"payer_{part}"), loc="left", fontsize=11, pad=18)
    panels[0].set_yticks(range(len(names) + 1), [*names, say("whole")])
    panels[0].invert_yaxis()
    figure.suptitle(say("steps", title=_plain(title)), x=0, ha="left", fontsize=11)
    return figure


def _steps(panel: Axes, added: Sequence[int], whole: int, envelope: int | None, say: ChartWords) -> None:
    """A bar for each measure from where those before it end, and one for the whole; the envelope as a line; cents."""
    starts = [sum(added[:place]) for place in range(len(added))]
    lengths, starts = [*added, whole], [*starts, 0]
    colours = [UP if cents > 0 else DOWN if cents < 0 else SAME for cents in added]
    panel.barh(range(len(lengths)), lengths, left=starts, color=[*colours, WHOLE])
    ends = [start + length for start, length in zip(starts, lengths, strict=True)]
    low, high = min(0, envelope or 0, *ends, *starts), max(0, envelope or 0, *ends, *starts)
    if envelope is not None:
        _envelope(panel, envelope, say)
    space = max(100, (high - low) // 2)
    for place, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        at = max(start, start + length)
        behind = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        text = _thousands(length, say)
        panel.annotate(text, (at, place), xytext=(5, 0), textcoords="offset points", va="center", bbox=behind)
    panel.set_xlim(low - space // 8, high + space)
    panel.axvline(0, color=WHOLE, linewidth=1)
    panel.spines["left"].set_visible(False)
    panel.xaxis.set_major_formatter(lambda cents, _: say.number(plain(from_cents(int(cents)) / 1000)))
    panel.locator_params(axis="x", nbins=5)
    panel.tick_params(axis="y", length=0)


def _envelope(panel: Axes, cents: int, say: ChartWords) -> None:
    panel.axvline(cents, color=WHOLE, linewidth=1, linestyle="--")
    label = say("envelope", amount=_thousands(cents, say))
    panel.annotate(label, (cents, 1), xycoords=("data", "axes fraction"), xytext=(4, 4), textcoords="offset points")


def _thousands(cents: int, say: ChartWords) -> str:
    """A sum in thousands of euro, signed, rounded to the thousand away from zero at the half."""
    from bareme.money import CENT

    thousands = CENT.round(from_cents(cents) / 1000)
    return f"{'+' * (cents > 0)}{say.number(thousands)}"


def plain(number: Decimal) -> Decimal:
    """A number without the zeros that end its decimals, for the marks of an axis.

    >>> plain(Decimal("0.500")), plain(Decimal("1200.0"))
    (Decimal('0.5'), Decimal('1200'))
    """
    return Decimal(f"{number.normalize():f}")


def _short(title: str) -> str:
    """A title in two lines at most."""
    lines = wrap(" ".join(title.split()), LETTERS, max_lines=2, placeholder="\u2026")
    return "\n".join(map(_plain, lines))

"""Draw the plots of docs/performance.md from its tables: `python tools/plots.py`. A test compares plot and tables."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
PLOT = DOCS / "plots" / "acts.svg"
ROW = re.compile(r"^\| (.+?) \| ([\d.]+) s \|", re.MULTILINE)


def tables() -> dict[str, list[tuple[str, str]]]:
    """The two tables of files of acts: title, and what took how many seconds."""
    text = (DOCS / "performance.md").read_text(encoding="utf-8")
    _, _, part = text.partition("<!-- numbers of benchmarks/acts_files.py")
    blocks = [block for block in part.split("\n\n")[:2] if "| time |" in block]
    return {re.findall(r"^\| (.+?); medians", block, re.MULTILINE)[0]: ROW.findall(block) for block in blocks}


def main() -> None:
    """Draw the plot."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update(
        {"svg.hashsalt": "bareme", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10}
    )
    from matplotlib import pyplot

    found = tables()
    sizes = [len(rows) for rows in found.values()]
    figure, axes = pyplot.subplots(
        len(found), 1, figsize=(8, 0.45 * sum(sizes) + 1.4), height_ratios=sizes, layout="constrained"
    )
    for axis, (title, rows) in zip(axes, found.items(), strict=True):
        names, seconds = [name for name, _ in rows], [float(time) for _, time in rows]
        colours = ["#1f5f8b" if name.startswith("bareme") else "#b0b4b9" for name in names]
        bars = axis.barh(names, seconds, color=colours)
        axis.bar_label(bars, labels=[f"{time} s" for _, time in rows], padding=4)
        axis.invert_yaxis()
        axis.set_title(title, loc="left", fontweight="bold")
        axis.set_xlim(0, max(seconds) * 1.15)
        axis.spines[["top", "right"]].set_visible(False)
        axis.set_xlabel("seconds, shorter is better" if axis is axes[-1] else "")
    PLOT.parent.mkdir(exist_ok=True)
    figure.savefig(PLOT, metadata={"Date": None})


if __name__ == "__main__":
    main()

"""A plot shows the figures of its tables."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_plot_of_files_of_acts_shows_its_tables() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "plots.py"))
    drawn = (ROOT / "docs" / "plots" / "acts.svg").read_text(encoding="utf-8")
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    tables = tool["tables"]()
    assert len(tables) == 2
    for title, rows in tables.items():
        assert title in texts
        assert rows
        for name, seconds in rows:
            assert name in texts, "run python tools/plots.py"
            assert f"{seconds} s" in texts, "run python tools/plots.py"

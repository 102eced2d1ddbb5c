"""What a scenario comes to, for the page and its files; the last few are kept in memory, as charts and files follow."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from bareme.audit.changes import PERCENT, Part
from bareme.library import Book
from bareme.service.keeping import Kept
from bareme.service.pages.charts import drawn
from bareme.service.pages.scenario_asked import Asked
from bareme.service.problems import Problem
from bareme.service.scenarios import sent_scenario, simulated
from bareme.service.sharing import SIMULATING

if TYPE_CHECKING:
    from fractions import Fraction

    from bareme.simulation.changes import LineChange
    from bareme.simulation.simulated import Simulation

MOST_KEPT = 4
MOST_PAIRS = 3
"""So many different changes of a line's shares are shown."""
CHARTS = ("change-of-fees", "budget-by-measure")


@dataclass(frozen=True)
class Results:
    """A simulation with what the page shows beside: `pictures` are charts that stand in the page itself."""

    simulation: Simulation
    pictures: Mapping[str, str] = field(default_factory=dict)

    @property
    def drafted(self) -> tuple[str, ...]:
        """The series of which there is a projected circular."""
        circulars = self.simulation.projection.circulars
        return tuple(dict.fromkeys(one.circular.series for one in circulars if one.circular.series))

    @property
    def spoken(self) -> str | None:
        """The language of the labels, where all circulars are in one."""
        found = {one.circular.language for one in self.simulation.projection.circulars}
        return found.pop() if len(found) == 1 else None

    @property
    def charts(self) -> tuple[str, ...]:
        """What can be drawn of it."""
        from bareme.simulation.plots import drawings

        return tuple(drawings(self.simulation))

    @property
    def lines_of(self) -> Mapping[str, int]:
        """How many lines each measure changes."""
        counts: dict[str, int] = {}
        for line in self.simulation.projection.changed:
            for name in line.steps:
                counts[name] = counts.get(name, 0) + 1
        return counts

    def shares(self, change: LineChange) -> list[tuple[Decimal | None, Decimal | None]]:
        """The patient shares of a line that move, each pair of before and after once."""
        moved = [one for one in change.figures if one.part is Part.PATIENT_SHARE and one.is_changed]
        return list(dict.fromkeys((one.before, one.after) for one in moved))[:MOST_PAIRS]

    def percent(self, number: Fraction | None) -> Decimal | None:
        """A number of percent with two decimals, half up."""
        return None if number is None else PERCENT.round(number)


_KEPT: Kept[Results] = Kept(MOST_KEPT)


def results_of(book: Book, asked: Asked, keep: bool = True) -> Results | None:
    """What is asked comes to; None where no scenario is. `keep` for what the address says whole."""
    from bareme.simulation.options import CostingOptions

    if asked.text is None:
        return None
    key = (book.hash, asked.text, asked.name, asked.costing)
    if keep and (held := _KEPT.get(key)) is not None:
        return held
    scenario = sent_scenario(asked.text, name=asked.name)
    with SIMULATING.one():
        found = Results(simulated(book, scenario, None, None, asked.costing or CostingOptions()))
        _ = found.simulation.changes, found.simulation.warnings, found.drafted
    if keep:
        _KEPT.put(key, found)
    return found


def picture_of(found: Results, name: str, language: str) -> bytes:
    """A chart as SVG in a language; `Problem` where there is none of that name."""
    from bareme.simulation.plots import drawings, picture

    if name not in found.charts:
        raise Problem("not_found", f"Nothing of this simulation is drawn as {name[:30]!r}.")
    return drawn(lambda say: picture(drawings(found.simulation, say)[name], ".svg"), language)


def drawn_inline(found: Results, language: str) -> Results:
    """The results with their charts in them, for a page that has no address to draw them at."""
    pictures = {name: b64encode(picture_of(found, name, language)).decode() for name in found.charts}
    return replace(found, pictures={name: f"data:image/svg+xml;base64,{one}" for name, one in pictures.items()})

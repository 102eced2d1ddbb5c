"""The book as it would be: scenarios of measures on its tariffs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.collecting import fewer_rounds
from bareme.library.holding import Holding
from bareme.periods import as_date

if TYPE_CHECKING:
    from bareme.circulars.model import Reading
    from bareme.simulation.chronicle import Chronicle
    from bareme.simulation.comparing import SideBySide
    from bareme.simulation.options import CostingOptions
    from bareme.simulation.scenario import Scenario
    from bareme.simulation.simulated import Simulation
    from bareme.simulation.solution import Solution


class Simulating(Holding):
    """What scenarios make of a book, which stays as it is."""

    @fewer_rounds()
    def simulate(
        self,
        scenario: str | PathLike[str] | Scenario,
        as_known_on: date | str | None = None,
        against: str | PathLike[str] | Reading | None = None,
        costing: CostingOptions | None = None,
    ) -> Simulation:
        """The tariffs that the measures of a scenario (a TOML file) would give, beside the published ones.

        `as_known_on` takes the place of the scenario's own. `against` is a circular (the number of one that the book
        holds, a document, a reading) that the projected figures are set beside. `costing` are volumes or acts, and
        baskets, that it is to be priced for. `InputError` names file, line and measure of what cannot be used; nothing
        is then half-applied.
        """
        from bareme.simulation.against import against as set_beside
        from bareme.simulation.options import told_of
        from bareme.simulation.projecting import Projection, working
        from bareme.simulation.simulated import Simulation

        wanted = self._scenario(scenario, as_known_on)
        other = None if against is None else self.reading(against)
        view = self._view(wanted.as_known_on, None)
        at_work = working(wanted, view)
        projection = Projection(wanted, view, tuple(at_work.lines()))
        beside = None if other is None else set_beside(projection, other)
        told = (None, None) if costing is None else told_of(costing, at_work, projection)
        return Simulation(projection, view.hash, *told, against=beside)

    @fewer_rounds()
    def solve(
        self,
        scenario: str | PathLike[str] | Scenario,
        measure: str,
        costing: CostingOptions,
        protect: Sequence[str] = (),
        as_known_on: date | str | None = None,
    ) -> Solution:
        """The rate of a measure of a scenario with which the scenario spends an envelope, to 0,01 percentage point.

        `costing` are the volumes or acts and the envelope: what may be spent more than before in a year. `protect` are
        codes, pairs (565493-565504) and ranges (565014..565320) whose figures stay as they are.
        """
        from bareme.simulation.options import solution_of

        wanted = self._scenario(scenario, as_known_on)
        return solution_of(wanted, measure, costing, protect, self._view(wanted.as_known_on, None))

    @staticmethod
    def _scenario(scenario: str | PathLike[str] | Scenario, as_known_on: date | str | None) -> Scenario:
        from bareme.simulation.scenario import Scenario
        from bareme.simulation.scenario_files import read_scenario

        wanted = scenario if isinstance(scenario, Scenario) else read_scenario(Path(scenario))
        if as_known_on is None:
            return wanted
        return replace(wanted, as_known_on=as_date(as_known_on, "as_known_on"))

    def compare_scenarios(
        self,
        first: str | PathLike[str] | Scenario,
        second: str | PathLike[str] | Scenario,
        as_known_on: date | str | None = None,
    ) -> SideBySide:
        """Two scenarios side by side: what each line comes to under both, and the lines that only one of them has."""
        from bareme.simulation.comparing import side_by_side

        return side_by_side(self.simulate(first, as_known_on), self.simulate(second, as_known_on))

    @fewer_rounds()
    def draft_scenario(
        self,
        scenario: str | PathLike[str] | Scenario,
        format: str = "text",
        language: str | None = None,
        series: str | None = None,
    ) -> bytes:
        """The projected circular of a series, marked as a draft: the bytes of a file in a format of `FORMATS`.

        `series` may be left out where the scenario changes one; `language` is "fr" or "nl", by default that of the
        series' circulars. What is read back has the projected figures, and says that it is no published circular.
        """
        from bareme.exchange.drafts.formats import check_request, drafted

        check_request(format, language)
        return drafted(self.projected_reading(scenario, series), format, language)

    def projected_reading(self, scenario: str | PathLike[str] | Scenario, series: str | None = None) -> Reading:
        """The projected circular of a series as it would be printed; nothing was issued."""
        from bareme.simulation.drafting import draft_reading

        return draft_reading(self.simulate(scenario).projection, series)

    def history(
        self,
        code_or_letter: str,
        start: date | str | None = None,
        end: date | str | None = None,
        index: str | PathLike[str] | None = None,
        base_year: int | None = None,
        as_known_on: date | str | None = None,
    ) -> Chronicle:
        """Every figure of a code, or every value of a key letter, circular after circular, against the health index.

        `start` and `end` are inclusive. `index` is a CSV file of year and rate for years that no circular names;
        figures are deflated to `base_year`, by default the year of the first one.
        """
        from bareme.simulation.through_time import chronicle_of

        first = None if start is None else as_date(start, "start")
        last = None if end is None else as_date(end, "end")
        view = self._view(as_known_on, None)
        file = None if index is None else Path(index)
        return chronicle_of(str(code_or_letter), view.timeline, view.hash, first, last, file, base_year)

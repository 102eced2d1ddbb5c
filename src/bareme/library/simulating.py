"""The book as it would be: scenarios of measures on its tariffs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.collecting import fewer_rounds
from bareme.library.shelved import Shelved
from bareme.periods import as_date

if TYPE_CHECKING:
    from bareme.simulation.scenario import Scenario
    from bareme.simulation.simulated import Simulation


class Simulating(Shelved):
    """What scenarios make of a book, which stays as it is."""

    @fewer_rounds()
    def simulate(self, scenario: str | PathLike[str] | Scenario, as_known_on: date | str | None = None) -> Simulation:
        """The tariffs that the measures of a scenario (a TOML file) would give, beside the published ones.

        `as_known_on` takes the place of the scenario's own. `InputError` names file, line and measure of what cannot
        be used; nothing is then half-applied.
        """
        from bareme.simulation.projecting import project
        from bareme.simulation.scenario import Scenario
        from bareme.simulation.scenario_files import read_scenario
        from bareme.simulation.simulated import Simulation

        wanted = scenario if isinstance(scenario, Scenario) else read_scenario(Path(scenario))
        if as_known_on is not None:
            wanted = replace(wanted, as_known_on=as_date(as_known_on, "as_known_on"))
        view = self._view(wanted.as_known_on, None)
        return Simulation(project(wanted, view), view.hash)

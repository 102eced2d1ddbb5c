"""Scenarios that are sent: their text, the files beside them, and what they come to.

Nothing is kept, and a scenario names no file of this machine.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.errors import InputError
from bareme.library import Book
from bareme.service.asked import held_number
from bareme.service.problems import Problem
from bareme.service.uploads import Uploaded

if TYPE_CHECKING:
    from bareme.simulation.options import CostingOptions
    from bareme.simulation.scenario import Scenario
    from bareme.simulation.simulated import Simulation

MOST_SIGNS = 1024 * 1024
MOST_MEASURES = 100
NAMES = {"volumes": "volumes.csv", "baskets": "baskets.toml"}
"""What the files beside a scenario are called here; baskets name no file."""


def text_of(file: Uploaded) -> str:
    """The text of a scenario's file; `Problem` for one that is too large, `InputError` for what is no text."""
    if len(file.content) > MOST_SIGNS:
        raise Problem("too_large", f"The scenario is over {MOST_SIGNS} bytes.")
    try:
        return file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"the scenario is not UTF-8 text (byte {error.start + 1}).") from None


def sent_scenario(text: str, form: str = "toml", name: str = "scenario") -> Scenario:
    """The scenario of a text that was sent; it stands alone, and has `MOST_MEASURES` at most."""
    from bareme.simulation.scenario_files import scenario_of

    scenario = scenario_of(text, form, name)
    if len(scenario.steps) > MOST_MEASURES:
        raise Problem(
            "too_large", f"The scenario has {len(scenario.steps)} measures; at most {MOST_MEASURES} are taken."
        )
    return scenario


def placed(files: Mapping[str, Uploaded], folder: Path) -> dict[str, str]:
    """Volumes and baskets in a folder of this request, under names of ours: where each is."""
    for field, file in files.items():
        if field == "baskets":
            _check_baskets(file)
        (folder / NAMES[field]).write_bytes(file.content)
    return {field: str(folder / NAMES[field]) for field in files}


def _check_baskets(file: Uploaded) -> None:
    """Refuse baskets that name a file: those of providers do."""
    try:
        data = tomllib.loads(file.content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return  # whoever reads them says what is wrong
    if "provider" in data:
        raise InputError("baskets: those of providers name a file of volumes; send baskets of patients alone.")


def simulated(
    book: Book, scenario: Scenario, as_known_on: str | None, against: str | None, costing: CostingOptions
) -> Simulation:
    """What a scenario comes to; `against` is the number of a circular that the book holds."""
    other = None if against is None else held_number(book, against)
    if other is None and against is not None:
        raise InputError(f"against: the book holds no circular {against[:50]!r}.")
    return book.simulate(scenario, as_known_on, other, costing)

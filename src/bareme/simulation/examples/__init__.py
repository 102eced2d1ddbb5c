"""The example scenario that the package ships, with its volumes and baskets: all of them invented."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

SCENARIO, VOLUMES, BASKETS = "negotiation-2027.toml", "volumes-2027.csv", "patients.toml"


def example_scenario() -> str:
    """The text of the example scenario."""
    return files(__name__).joinpath(SCENARIO).read_text(encoding="utf-8")


def example_file(name: str) -> Path:
    """Where the example's volumes or baskets are: they are read from their folder, as baskets name a file beside."""
    return Path(str(files(__name__).joinpath(name)))

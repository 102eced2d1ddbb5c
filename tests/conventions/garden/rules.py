"""An imaginary convention: the smallest that there is, to be copied."""

from __future__ import annotations

from bareme.conventions.declaring import Rules
from bareme.conventions.model import Parameters, RuledAct, Said

RULES = Rules("garden")


@RULES.rule("long_enough", ["991034"], "2024/900, 3", "2024-01-01")
def long_enough(act: RuledAct, parameters: Parameters) -> Said:
    """Gardening takes ten minutes, from 2025 on twenty (2024/900, 3)."""
    minutes = act.ask("minutes")
    return Said(minutes >= parameters["least"], {"minutes": minutes, "least": parameters["least"]})

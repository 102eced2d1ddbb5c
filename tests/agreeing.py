"""What the oracle and an engine say of one act, in the same words, so that they can be compared as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from invented import Asked
from oracle import BookDefectError, Oracle

AMOUNTS = ("fee", "intervention", "patient_share", "total_fee", "total_intervention", "total_patient_share")
COMPARED = ("outcome", "certainty", *AMOUNTS, "basis", "intervention_kind", "circular", "line_id")
DEFECTS = ("two_series", "several_amounts")


def answer(oracle: Oracle, act: Asked, known_on: date | None) -> dict[str, Any]:
    """What the oracle says; a defect of the book is no amount, whatever else is said of it."""
    try:
        said = oracle.price(**act.for_oracle(), as_known_on=known_on)
    except BookDefectError:
        return {"fee": None, "defect": True}
    return {name: said[name] for name in COMPARED} | {"needs": ",".join(said["needs"])}


def told(row: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    """What the engine says, in the oracle's words; for a defect in one of several situations it may ask for facts."""
    defect = row["reason"] in DEFECTS
    if defect or ("defect" in expected and row["outcome"] in ("no_amount", "needs_information")):
        return {"fee": row["fee"], "defect": True}
    return {name: row[name] for name in COMPARED} | {"needs": row["needs"]}

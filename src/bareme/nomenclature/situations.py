"""Settings, regimes and the basis of an amount: the closed lists of words that describe a situation."""

from __future__ import annotations

from enum import StrEnum


class Setting(StrEnum):
    """Where the act is done; each setting has its own code."""

    AMBULATORY = "ambulatory"
    HOSPITAL = "hospital"


class Regime(StrEnum):
    """The patient's status: with (BIM) or without preferential regime."""

    PREFERENTIAL = "preferential"
    ORDINARY = "ordinary"


class Basis(StrEnum):
    """What one fee pays for."""

    ACT = "act"
    """One act for one patient."""
    SESSION = "session"
    """One group session of one provider; interventions and shares are per patient."""
    UNIT = "unit"
    """One unit of time or work: a support mission, a participant and quarter of an hour of a meeting."""


class InterventionKind(StrEnum):
    """What an intervention is."""

    ACTUAL = "actual"
    """Paid by the insurance for the act."""
    THEORETICAL = "theoretical"
    """Indicative, per patient of a group session (circular 2024/356, footnote 1); never summed."""

"""Other clauses of an agreement: figures (3 to 10), what 4.2 sets for a fee, corrections (12.2), supplements (8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bareme.conventions.agreement.answers import Answer
from bareme.conventions.agreement_2020.other_clauses import expenses
from bareme.conventions.agreement_2020.other_clauses.figures import Figure, figures
from bareme.conventions.agreement_2020.other_clauses.revaluation import ActKind, Circumstances, revaluation
from bareme.errors import InputError
from bareme.library.agreements.wing import Wing, euro_given
from bareme.periods import as_date


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The figures of the other clauses: those that hold on a day, or all."""

    year: int
    on: date | None
    figures: tuple[Figure, ...]

    def to_dict(self) -> dict[str, Any]:
        """As data (`agreement-figures-1`)."""
        return {
            "year": self.year,
            "on": None if self.on is None else self.on.isoformat(),
            "figures": [figure.to_dict() for figure in self.figures],
        }


class Figures(Wing):
    """The figures of the other clauses, and what can be asked of them."""

    def figures(self, on: date | str | None = None) -> FigureTable:
        """Every figure with its clause, and what follows from the printed ones, marked derived; exact fractions.

        With a day of the agreement those that hold on it.
        """
        system = self.systems["other_clauses"]
        day = None if on is None else as_date(on, "on")
        first, last = (system.parameters.day(name) for name in ("first_day", "last_day"))
        if day is not None and not first <= day <= last:
            raise InputError(f"on: the agreement holds from {first} to {last} (16.1), not on {day}.")
        return FigureTable(self.year, day, figures(system, day))

    def revaluation(
        self,
        kind: ActKind | str,
        on: date | str,
        *,
        fee_before: Decimal | str | int | None = None,
        geriatrician_fee: Decimal | str | int | None = None,
        specialty: str | None = None,
        identified: bool | None = None,
        treating_doctor: bool | None = None,
    ) -> Answer:
        """The fee, floor or level that 4.2 sets for a kind of act on a day, in euro."""
        if kind not in list(ActKind):
            raise InputError(f"kind: {kind!r} is none of {', '.join(ActKind)}.")
        known = Circumstances(
            None if fee_before is None else euro_given(fee_before, "fee_before"),
            None if geriatrician_fee is None else euro_given(geriatrician_fee, "geriatrician_fee"),
            specialty,
            identified,
            treating_doctor,
        )
        return revaluation(self.systems["other_clauses"], ActKind(kind), as_date(on, "on"), known)

    def correction_excluded(self, cause: str, on: date | str) -> Answer:
        """Whether an extra expense found on a day is excluded from correction measures (12.2)."""
        system = self.systems["other_clauses"]
        known = expenses.causes(system)
        if cause not in known:
            raise InputError(f"cause: {cause!r} is none of {', '.join(known)}.")
        return expenses.excluded(system, cause, as_date(on, "on"))

    def supplement_reported(
        self, on: date | str, *, electronic: bool | None = None, ambulatory: bool | None = None
    ) -> Answer:
        """Whether a supplement is reported to the sickness fund with an electronic invoice (8)."""
        return expenses.reported(self.systems["other_clauses"], electronic, ambulatory, as_date(on, "on"))

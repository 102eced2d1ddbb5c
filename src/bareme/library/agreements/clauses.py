"""The clauses of an agreement: implemented, awaiting a parameter, or with nothing to compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bareme.library.agreements.wing import Wing

if TYPE_CHECKING:
    from bareme.conventions.agreement_2020.clauses.overview import Overview


class Overviews(Wing):
    """What there is of the agreement."""

    def overview(self) -> Overview:
        """Every clause to the third level and the annex, each with its status and what computes it."""
        from bareme.conventions.agreement_2020.clauses.overview import overview_of

        return overview_of(self.systems["clauses"].agreement)

"""The selective index of an agreement: `bareme agreement YEAR indexation`."""

from __future__ import annotations

from bareme.circulars.model import Measure
from bareme.conventions.agreement_2020.indexation.measures import Indexation, indexation_of
from bareme.library.agreements.wing import Wing


class Indexations(Wing):
    """4.1 and annex a): the index by category, as measures that can be applied to a circular."""

    def indexation(self) -> Indexation:
        """Every category with its rate, its measures, and what is missing where it has none."""
        return indexation_of(self.systems["indexation"], self.year)

    def measures(self) -> tuple[Measure, ...]:
        """The measures alone, as `bareme.indexation.arithmetic.apply` takes them."""
        return self.indexation().measures

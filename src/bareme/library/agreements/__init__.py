"""The agreements by year: `bareme.agreements[2020]`, one method behind each command of `bareme agreement`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bareme.conventions.agreement.systems import agreement_years, systems_of

if TYPE_CHECKING:
    from bareme.library.agreements.agreement import Agreement

__all__ = ["agreements"]


class _Agreements(Mapping[int, "Agreement"]):
    """Agreements by year; a year without one is an `InputError` that names those that there are."""

    def __getitem__(self, year: int) -> Agreement:
        from bareme.library.agreements.agreement import Agreement

        return Agreement(year, systems_of(year))

    def __iter__(self) -> Iterator[int]:
        return iter(agreement_years())

    def __len__(self) -> int:
        return len(agreement_years())

    def __contains__(self, year: object) -> bool:
        return year in agreement_years()


agreements = _Agreements()

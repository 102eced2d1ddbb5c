"""bareme: the tariffs of Belgian compulsory health insurance as exact, sourced, append-only data.

>>> import bareme
>>> book = bareme.open_book()
>>> book.price("565014", on="2026-03-01", regime="ordinary").patient_share
Decimal('8.68')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bareme._version import __version__

if TYPE_CHECKING:
    from bareme.book.intake import LoadResult
    from bareme.circulars.findings import Finding, Findings, Severity
    from bareme.circulars.model import Reading
    from bareme.errors import BaremeError, BookError, DocumentError, InputError
    from bareme.library import Book, copy_book, create_book, open_book, read
    from bareme.library.agreements import agreements
    from bareme.nomenclature.outcomes import Certainty, Outcome
    from bareme.nomenclature.situations import Basis, InterventionKind, Regime, Setting
    from bareme.pricing.price import Price

_HOMES = {
    "bareme.library": ("Book", "copy_book", "create_book", "open_book", "read"),
    "bareme.library.agreements": ("agreements",),
    "bareme.book.intake": ("LoadResult",),
    "bareme.circulars.findings": ("Finding", "Findings", "Severity"),
    "bareme.circulars.model": ("Reading",),
    "bareme.errors": ("BaremeError", "BookError", "DocumentError", "InputError"),
    "bareme.nomenclature.outcomes": ("Certainty", "Outcome"),
    "bareme.nomenclature.situations": ("Basis", "InterventionKind", "Regime", "Setting"),
    "bareme.pricing.price": ("Price",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "BaremeError",
    "Basis",
    "Book",
    "BookError",
    "Certainty",
    "DocumentError",
    "Finding",
    "Findings",
    "InputError",
    "InterventionKind",
    "LoadResult",
    "Outcome",
    "Price",
    "Reading",
    "Regime",
    "Setting",
    "Severity",
    "__version__",
    "agreements",
    "copy_book",
    "create_book",
    "open_book",
    "read",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that `import bareme` and `bareme --version` stay quick."""
    if name in _HOME_OF:
        value = getattr(import_module(_HOME_OF[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'bareme' has no attribute {name!r}")

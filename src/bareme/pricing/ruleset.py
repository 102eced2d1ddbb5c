"""The rule-set hash: it stands for all that decides a price beside the book."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

DECIDING = {
    "bareme.book": ("answers.py", "prices.py", "timeline.py"),
    "bareme.nomenclature": ("facts.toml", "interpretations.toml"),
    "bareme.pricing": ("expression.py",),
}
"""The files whose content decides."""


@cache
def rules_hash() -> str:
    """The hash of what turns a book into a price table, and acts and the table into prices (64 hexadecimal digits)."""
    found = hashlib.sha256()
    for package, names in DECIDING.items():
        for name in names:
            found.update(f"{package}/{name}\0".encode())
            found.update(files(package).joinpath(name).read_bytes() + b"\0")
    return found.hexdigest()

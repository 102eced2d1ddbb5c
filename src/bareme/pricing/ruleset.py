"""The rule-set hash: it stands for all that decides a price beside the book."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

DECIDING = {
    "bareme.book": ("answers.py", "outline.py", "prices.py", "timeline.py"),
    "bareme.nomenclature": ("facts.toml", "interpretations.toml"),
    "bareme.pricing": ("expression.py",),
}
"""The files whose content decides."""


RULING = (
    "inputs.toml",
    "rules.py",
    "binding.py",
    "history.py",
    "parameters.toml",
    "capping.py",
    "model.py",
    "asking.py",
)
"""The files of `conventions` whose content decides what rules say."""
APPLYING = "conditions"
"""The system of an agreement whose figures its rules on one act use."""


@cache
def conventions_hash() -> str:
    """The hash of what the rules of conventions say beside prices (64 hexadecimal digits)."""
    found = hashlib.sha256()
    folder = files("bareme.conventions")
    inside = [entry for entry in sorted(folder.iterdir(), key=lambda e: e.name) if entry.is_dir()]
    for place in (folder, *inside, *(entry.joinpath(APPLYING) for entry in inside)):
        for name in RULING:
            if place.joinpath(name).is_file():
                found.update(f"{place.name}/{name}\0".encode())
                found.update(place.joinpath(name).read_bytes() + b"\0")
    return found.hexdigest()


@cache
def rules_hash() -> str:
    """The hash of what turns a book into a price table, and acts and the table into prices (64 hexadecimal digits)."""
    found = hashlib.sha256()
    for package, names in DECIDING.items():
        for name in names:
            found.update(f"{package}/{name}\0".encode())
            found.update(files(package).joinpath(name).read_bytes() + b"\0")
    return found.hexdigest()

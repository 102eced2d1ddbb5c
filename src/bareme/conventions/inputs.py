"""What rules ask of an act beside the facts of its tariff, as declared in `inputs.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from bareme.errors import InputError

_EURO = re.compile(r"\d{1,9}(\.\d{1,2}0*)?", re.ASCII)
_ZEROS = re.compile(r"\.0+\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Input:
    """One declared input: a choice among `values`, a count from `least` to `most`, an amount of euro, or a text."""

    name: str
    kind: str
    means: str
    reference: str
    values: tuple[str, ...] = ()
    least: int = 0
    most: int = 0

    def read(self, value: object) -> str | int | Decimal:
        """The value as rules take it; `InputError` names the input and what it may be."""
        text = str(value).strip()
        if self.kind == "choice" and text not in self.values:
            raise InputError(f"{self.name}: {text!r} is none of {', '.join(self.values)}.")
        if self.kind == "euro":
            return self._euro(value, text)
        if self.kind != "count":
            return text
        digits = _ZEROS.sub("", text)
        is_count = not isinstance(value, bool) and digits.isascii() and digits.isdigit() and len(digits) < 7
        if not is_count or not self.least <= int(digits) <= self.most:
            raise InputError(f"{self.name}: {text!r} is not a whole number from {self.least} to {self.most}.")
        return int(digits)

    def _euro(self, value: object, text: str) -> Decimal:
        if isinstance(value, float):
            raise InputError(f"{self.name}: {text} is a floating-point number; give an exact one, or text.")
        if not _EURO.fullmatch(text):
            raise InputError(f"{self.name}: {text!r} is not an amount; write it as 1234.56.")
        return Decimal(text).quantize(Decimal("0.01"))


@cache
def declared_inputs() -> Mapping[str, Input]:
    """Every declared input by name."""
    data = tomllib.loads(files("bareme.conventions").joinpath("inputs.toml").read_text(encoding="utf-8"))
    return {
        name: Input(name, **{**entry, "values": tuple(entry.get("values", ()))})
        for name, entry in data.items()
        if name != "schema"
    }


def read_inputs(given: Mapping[str, object]) -> dict[str, str | int | Decimal]:
    """Validated inputs, without those that are None or blank; a value that is none is an `InputError`."""
    return {
        name: declared_inputs()[name].read(value)
        for name, value in given.items()
        if value is not None and str(value).strip()
    }

"""What a measure is for, as a parameter writes it: codes, pairs of codes, articles, sections, conventions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bareme.circulars.model import MEASURE_SCOPES
from bareme.errors import InputError
from bareme.nomenclature.codes import Code

_CODES = re.compile(r"\d{6}(?:-\d{6})?", re.ASCII)
_NAMED = re.compile(r"(?P<scope>article|section|convention|series) (?P<named>\S.*)")


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope of a measure (`MEASURE_SCOPES`): `codes` as pairs, or `named`."""

    scope: str
    codes: tuple[tuple[Code, ...], ...] = ()
    named: str | None = None

    @property
    def left_out(self) -> tuple[str, ...]:
        """How a measure that is not for it names it: codes one by one, an article with its word."""
        if self.named is not None:
            return (f"article {self.named}" if self.scope == "article" else self.named,)
        return tuple(code.digits for pair in self.codes for code in pair)


def read_scope(texts: Iterable[str], where: str) -> tuple[Scope, ...]:
    """The scopes of a parameter: all codes together, then each name; `InputError` says what an item should be.

    >>> [scope.left_out for scope in read_scope(["458673-458684", "article 17"], "example")]
    [('458673', '458684'), ('article 17',)]
    """
    codes: list[tuple[Code, ...]] = []
    named: list[Scope] = []
    for text in texts:
        found = _NAMED.fullmatch(text)
        if found is not None and found["scope"] in MEASURE_SCOPES:
            named.append(Scope(found["scope"], named=found["named"]))
        elif _CODES.fullmatch(text):
            try:
                codes.append(tuple(Code(digits) for digits in text.split("-")))
            except InputError as error:
                raise InputError(f"{where}: {error}") from None
        else:
            wanted = "a code, a pair such as 458673-458684, or article, section, convention or series with its name"
            raise InputError(f"{where}: {text!r} is not {wanted}.")
    return (*([Scope("codes", tuple(codes))] if codes else ()), *named)

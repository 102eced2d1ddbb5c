"""How a module declares its rules: `@rule(...)` above each function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from bareme.conventions.model import Function, Rule
from bareme.periods import Period

ANY: tuple[str, ...] = ()
"""The codes of a rule for every act that asks it (`asked_by`)."""


class Rules:
    """The rules of one module, in the order in which they stand there."""

    def __init__(self, convention: str) -> None:
        self.convention = convention
        self.declared: list[Rule] = []

    def rule(
        self,
        name: str,
        codes: Iterable[str],
        clause: str,
        start: str,
        end: str | None = None,
        *,
        pays: bool = False,
        asked_by: Iterable[str] = (),
    ) -> Callable[[Function], Function]:
        """Declare the function below as a rule for codes, from a day (inclusive) to another (exclusive).

        `pays` is for a rule that says what is paid: of those one at most answers for a code on a day. A rule with
        `asked_by` answers where one of those inputs is given; only such a rule may be for `ANY` code.
        """
        period = Period(date.fromisoformat(start), None if end is None else date.fromisoformat(end))

        def declare(function: Function) -> Function:
            code = function.__code__
            place = f"{function.__module__}, line {code.co_firstlineno}"
            self.declared.append(
                Rule(
                    f"{self.convention}.{name}",
                    frozenset(codes),
                    period,
                    clause,
                    function,
                    pays,
                    place,
                    frozenset(asked_by),
                )
            )
            return function

        return declare

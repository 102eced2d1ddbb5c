"""The agreement of a year: all that can be asked of it, one wing a family of questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path

from bareme.conventions.agreement.parameters import Parameter
from bareme.errors import InputError
from bareme.library.agreements.benefits import Benefits
from bareme.library.agreements.budget import BudgetWing
from bareme.library.agreements.clauses import Overviews
from bareme.library.agreements.commitments import Agendas
from bareme.library.agreements.conditions import Conditions
from bareme.library.agreements.cumulation import Cumulations
from bareme.library.agreements.duration import Durations
from bareme.library.agreements.figures import Figures
from bareme.library.agreements.follow_up import Dashboards
from bareme.library.agreements.global_files import GlobalFiles
from bareme.library.agreements.indexation import Indexations
from bareme.library.agreements.on_call import OnCall
from bareme.library.agreements.wing import Wing


class Agreement(
    Agendas,
    Benefits,
    BudgetWing,
    Conditions,
    Cumulations,
    Dashboards,
    Durations,
    Figures,
    GlobalFiles,
    Indexations,
    OnCall,
    Overviews,
    Wing,
):
    """The agreement of a year. Made by `bareme.agreements[2020]`."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Every parameter of every system, with its clause; `value` is None for one that is awaited."""
        return tuple(entry for system in self.systems.values() for entry in system.parameters)

    def with_parameters(self, given: str | PathLike[str] | Mapping[str, Mapping[str, object]]) -> Agreement:
        """The agreement with awaited parameters supplied, from a TOML file or a mapping: `{system: {name: value}}`.

        `InputError` for what is no parameter, has no such value, or stands in the agreement itself.
        """
        from bareme.exchange.agreements.given import read_toml

        where = "parameters"
        if isinstance(given, str | PathLike):
            where = Path(given).name
            given = read_toml(Path(given))[1]
        systems = dict(self.systems)
        for name, values in given.items():
            if name not in systems or not isinstance(values, Mapping):
                raise InputError(f"{where}: {name!r} is no system of the agreement; those are: {', '.join(systems)}.")
            systems[name] = systems[name].supplied(values, where)
        return replace(self, systems=systems)

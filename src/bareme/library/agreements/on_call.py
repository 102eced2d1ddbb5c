"""What the agreement says of on-call posts (5.2)."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.library.agreements.wing import Wing

if TYPE_CHECKING:
    from bareme.conventions.agreement_2020.on_call.report import OnCall as Report


class OnCall(Wing):
    """Questions about on-call posts."""

    def on_call(
        self,
        posts: str | PathLike[str],
        *,
        corrections: str | PathLike[str] | None = None,
        new: str | PathLike[str] | None = None,
        extrapolate: bool = False,
    ) -> Report:
        """What each post is given for 2020, and whether all fit in the envelope (5.2.3, 5.2.1).

        The tables are CSV or TOML files. `extrapolate` takes initiatives of 2019 to 12 months, unless the column
        `extrapolate` says otherwise for one of them.
        """
        from bareme.conventions.agreement_2020.on_call.report import on_call
        from bareme.exchange.agreements.on_call_files import read_corrections, read_new, read_posts

        system = self.systems["on_call"]
        rows, findings = read_posts(Path(posts), system)
        corrected, wrong = ((), ()) if corrections is None else read_corrections(Path(corrections), system)
        asked, odd = ((), ()) if new is None else read_new(Path(new), system)
        return on_call(system, rows, corrected, asked, extrapolate, (*findings, *wrong, *odd))

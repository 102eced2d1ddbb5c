"""A reconciliation as a file: a workbook (.xlsx) or a page (.html), whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.errors import InputError
from bareme.exchange.outputs import check_place, written_whole

if TYPE_CHECKING:
    from bareme.audit.reconcile import Reconciliation

SUFFIXES = (".xlsx", ".html")


def check_outputs(paths: Sequence[str | PathLike[str]], overwrite: bool = False) -> None:
    """Refuse, before any work, outputs that cannot be written."""
    places = [Path(path) for path in paths]
    for place in places:
        check_place(place, SUFFIXES, "a reconciliation is written as .xlsx or .html", "Nothing was written.", overwrite)
    if len({place.resolve() for place in places}) < len(places):
        raise InputError("Two of the files to write are the same. Nothing was written.")


def write_reconciliation(found: Reconciliation, path: str | PathLike[str], overwrite: bool = False) -> None:
    """Write a reconciliation under its name at once: beside its place first, then moved there.

    The suffix of the name decides: a workbook (.xlsx) or a page (.html). The same reconciliation gives the same bytes.
    """
    check_outputs([path], overwrite)
    place = Path(path)
    content = _content(found, place.suffix.lower())
    with written_whole(place, over=overwrite) as draft:
        draft.write_bytes(content)


def _content(found: Reconciliation, suffix: str) -> bytes:
    # Either needs a library that takes a while to load.
    if suffix == ".xlsx":
        from bareme.exchange.reconcile_xlsx import reconciliation_workbook

        return reconciliation_workbook(found)
    from bareme.exchange.reconcile_html import reconciliation_page

    return reconciliation_page(found).encode("utf-8", "replace")

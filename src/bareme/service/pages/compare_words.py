"""Why figures changed, in the language of a page: each kind of reason has its sentence in the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from bareme.audit.because import Because
from bareme.service.pages.languages import Words
from bareme.service.pages.measure_words import measure_in_words


def reasons_in_words(reasons: Iterable[Because], t: Words) -> str:
    """Reasons in one sentence."""
    return "; ".join(_reason(one, t) for one in reasons)


def _reason(one: Because, t: Words) -> str:
    measures = t("because.then").join(measure_in_words(measure, t) for measure in one.measures)
    values = {"circular": one.circular or "", "measures": measures, "computed": one.computed or ""}
    values |= {"parent": t(f"parents.{one.parent}") if one.parent else "", "earlier": one.earlier or ""}
    return t(f"because.{one.kind}", **values)

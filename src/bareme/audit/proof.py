"""A circular proved against those before it: figures classed, letter values bounded, and what is to be said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bareme.audit import neighbours, predecessor, succession
from bareme.audit.checks import CHECKS
from bareme.audit.compared import Class, Compared, Quantity, chain_of
from bareme.audit.consequence import by_consequence
from bareme.audit.letters import LetterValue, letter_values, new_clashes
from bareme.audit.reconcile import Comparison, MeasureResult, Reconciliation, compare_figures
from bareme.audit.registry import OF_ONE_DOCUMENT, Saying, as_finding
from bareme.circulars.findings import Finding
from bareme.circulars.model import Reading


def prove(
    circular: Reading, before: Sequence[Reading] = (), volumes: Mapping[str, int] | None = None
) -> Reconciliation:
    """A circular against the ones before it, oldest first; without any, only what it proves by itself.

    The findings are the circular's own and those of the comparison, of most consequence first; `volumes` (acts a year
    by code) tell how much money each would shift.
    """
    own = [f for f in circular.findings if f.check in CHECKS and CHECKS[f.check].subject in OF_ONE_DOCUMENT]
    chain = chain_of([*before, circular])
    letters = tuple(letter_values(chain))
    if not before:
        said = findings_alone(circular)
        measures = tuple(MeasureResult(measure, Counter(), None, ()) for measure in circular.measures)
        return Reconciliation(
            circular, None, tuple(_alone(circular)), letters, measures, by_consequence([*own, *said], volumes)
        )
    comparison = compare_figures(chain)
    said = _findings(comparison, new_clashes(chain))
    return Reconciliation(
        circular, before[-1], comparison.lines, letters, comparison.measures, by_consequence([*own, *said], volumes)
    )


def findings_against(before: Sequence[Reading], circular: Reading) -> list[Finding]:
    """What is to be said of a circular after those before it in its series, oldest first, one or more."""
    chain = chain_of([*before, circular])
    return _findings(compare_figures(chain), new_clashes(chain))


def findings_alone(circular: Reading, *, in_book: bool = True) -> list[Finding]:
    """What is to be said of a circular that has none before it, in a book or without one."""
    findings = (
        _said("predecessor_missing", predecessor.a_circular_has_one_before_it(circular), circular) if in_book else []
    )
    return findings + _said(
        "code_missing_in_sequence", neighbours.codes_of_a_sequence_are_all_there(circular), circular
    )


def _findings(found: Comparison, letters: Sequence[LetterValue]) -> list[Finding]:
    previous, circular = found.previous, found.circular
    one_series = previous.circular.series == circular.circular.series
    sayings: dict[str, Iterable[Saying]] = {
        "predecessor_other_series": predecessor.both_circulars_are_of_one_series(previous, circular),
        "predecessor_later": predecessor.the_circular_before_is_earlier(previous, circular),
        "predecessor_other_language": predecessor.both_circulars_are_in_one_language(previous, circular),
        "predecessor_other_order": predecessor.both_circulars_list_codes_in_one_order(previous, circular),
        "code_ended": succession.vanished(previous, circular) if one_series else (),
        "code_added": succession.appeared(previous, circular) if one_series else (),
        "rate_disagrees": succession.figures_have_the_rate_that_is_announced(found),
        "figure_unexplained": succession.figures_follow_from_the_circular_before(found),
        "figure_unannounced": succession.figures_without_a_measure_stay(found),
        "coefficient_moved": succession.coefficients_and_letters_stay(found),
        "share_moved": succession.fixed_shares_stay(found),
        "letter_prints_clash": succession.one_exact_value_explains_all_prints(letters, found),
        "figure_unrounded": succession.figures_follow_from_printed_figures(found),
        "line_not_compared": succession.lines_have_a_parent(found),
        "figure_without_parent": succession.figures_have_a_parent(found),
    }
    return [finding for check, said in sayings.items() for finding in _said(check, said, circular)]


def _said(check: str, sayings: Iterable[Saying], circular: Reading) -> list[Finding]:
    return [as_finding(CHECKS[check], saying, circular) for saying in sayings]


def _alone(circular: Reading) -> Iterator[Compared]:
    """Every line of a circular without one before it: nothing to compare with."""
    for line in circular.lines:
        codes = tuple(code.digits for code in line.codes)
        if codes:
            message = "there is no circular before it to compare with."
            none = (None, None, None)
            yield Compared(codes[0], codes, Quantity.LINE, Class.NOT_COMPARABLE, *none, (), message, line.source)

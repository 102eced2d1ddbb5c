"""Checks of a circular against the one before it in its series: does every figure follow from what is announced?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bareme.audit.compared import Class, Compared, Quantity, or_none
from bareme.audit.letters import LetterValue
from bareme.audit.reconcile import Comparison
from bareme.audit.registry import Saying, anywhere, check, saying
from bareme.circulars.findings import Severity
from bareme.circulars.model import Reading
from bareme.indexation.arithmetic import SILENT
from bareme.indexation.wording import measure_brief
from bareme.money import CENT, printed
from bareme.nomenclature.codes import Code


@check("code_ended", Severity.ERROR, "book")
def vanished(previous: Reading, circular: Reading) -> Iterator[Saying]:
    """A code of the series' previous circular stands in the next one, unless its end is announced."""
    held = {code for line in circular.lines for code in line.codes}
    held |= {code for m in circular.measures if m.kind == "ended" for pair in m.codes for code in pair}
    for line in previous.lines:
        gone = [code for code in line.codes if code not in held]
        held.update(gone)
        if gone:
            yield saying(
                anywhere(circular),
                "{codes} of circular {previous} {do} not stand in {next}, and no measure ends {them}. "
                "A dropped row looks the same.",
                code=gone[0].digits,
                codes=" and ".join(code.digits for code in gone),
                per_act=or_none(line.fee.amount if line.fee else None),
                previous=previous.circular.number,
                next=circular.circular.number or circular.document.name,
                do="do" if len(gone) > 1 else "does",
                them="them" if len(gone) > 1 else "it",
            )


@check("code_added", Severity.WARNING, "book")
def appeared(previous: Reading, circular: Reading) -> Iterator[Saying]:
    """A code that the series' previous circular does not list is announced as new."""
    held = {code for line in previous.lines for code in line.codes}
    held |= {code for m in circular.measures if m.kind == "added" for pair in m.codes for code in pair}
    for line in circular.lines:
        new = [code for code in line.codes if code not in held]
        held.update(new)
        if new:
            yield saying(
                line.source,
                "{codes} {do} not stand in circular {previous}, and no measure adds {them}.",
                code=new[0].digits,
                codes=" and ".join(code.digits for code in new),
                previous=previous.circular.number,
                do="do" if len(new) > 1 else "does",
                them="them" if len(new) > 1 else "it",
            )


@check("rate_disagrees", Severity.WARNING, "book")
def figures_have_the_rate_that_is_announced(found: Comparison) -> Iterator[Saying]:
    """The figures of most lines that a measure changes follow from the rate that its passage gives."""
    for result in found.measures:
        measure = result.measure
        if result.implied is None:
            continue
        lines = f"{len(result.lines)} line{'s' * (len(result.lines) != 1)}"
        if measure is None or measure.rate is None:
            yield saying(
                anywhere(found.circular),
                "{lines} moved by {implied} % since {previous}, and no measure says so. Published figures are used.",
                code=result.lines[0],
                lines=lines,
                implied=printed(CENT.round(result.implied)),
                previous=found.previous.circular.number,
            )
        else:
            yield saying(
                measure.source,
                "the passage says {said} %; {lines} follow from {implied} % instead. The published figures are used.",
                code=result.lines[0],
                said=printed(measure.rate.amount),
                published=printed(abs(measure.rate.amount)),
                computed=printed(abs(result.implied)),
                lines=lines,
                implied=printed(result.implied + 0 * measure.rate.amount),  # with as many decimals as the passage
            )


@check("figure_unexplained", Severity.WARNING, "book")
def figures_follow_from_the_circular_before(found: Comparison) -> Iterator[Saying]:
    """A figure that a measure changes is what the measure makes of its parent in the circular before."""
    for compared in _unexplained(found):
        if compared.measures and _kind_of(compared) == "figure":
            yield _figure(
                compared,
                "the {name} is {published}; {measures} makes {computed} of the {previous} in {before}. "
                "The published figure is used.",
                found,
            )


@check("figure_unannounced", Severity.WARNING, "book")
def figures_without_a_measure_stay(found: Comparison) -> Iterator[Saying]:
    """A figure that no measure changes is the same as in the circular before."""
    for compared in _unexplained(found):
        if not compared.measures and _kind_of(compared) == "figure":
            yield _figure(
                compared,
                f"the {{name}} is {{published}}; {_was(compared)}, and no measure changes it. "
                "The published figure is used.",
                found,
            )


@check("coefficient_moved", Severity.WARNING, "book")
def coefficients_and_letters_stay(found: Comparison) -> Iterator[Saying]:
    """An index changes letter values; key letters and coefficients stay as they were."""
    for compared in _unexplained(found):
        if _kind_of(compared) == "coefficient":
            yield _figure(
                compared,
                "the {name} is {published}; it was {previous} in {before}, and no measure changes it. "
                "The published figure is used.",
                found,
            )
        elif _kind_of(compared) == "terms":
            yield saying(compared.source, "{what} No measure changes them.", code=compared.code, what=compared.message)


@check("share_moved", Severity.WARNING, "book")
def fixed_shares_stay(found: Comparison) -> Iterator[Saying]:
    """A fixed patient share stays as it was; one in percent of the fee follows it."""
    moved = [compared for compared in _unexplained(found) if _kind_of(compared) == "share"]
    shares = {(c.source.table, c.source.row, c.situation.words) for c in moved if c.quantity is Quantity.PATIENT_SHARE}
    for compared in moved:
        if compared.quantity is Quantity.PATIENT_SHARE:
            yield _figure(
                compared,
                f"the {{name}} is {{published}}; {_was(compared)}. Used as published.",
                found,
            )
        elif (compared.source.table, compared.source.row, compared.situation.words) not in shares:
            yield _figure(
                compared,
                "the {name} is {published}; {computed} leaves the patient share at {share} as in {before}. "
                "Used as published.",
                found,
            )


@check("letter_prints_clash", Severity.WARNING, "book")
def one_exact_value_explains_all_prints(letters: Sequence[LetterValue], found: Comparison) -> Iterator[Saying]:
    """Some exact letter value, indexed year after year, is printed as every circular of the series prints it."""
    lines = {line.code: line for line in found.circular.lines}
    moved = {c.code for c in found.lines if c.klass is Class.UNEXPLAINED}
    for letter in letters:
        clashing = [p.code for p in letter.hidden.clash]
        here = next((lines[code] for code in (*clashing, *letter.codes) if code in lines), None)
        if clashing and here is not None and not moved.intersection(clashing):
            yield saying(
                here.source,
                "no {name}, however exact, gives all printed figures: {clash}. The published figures are used.",
                code=here.code,
                name=f"letter value {letter.letter}" if letter.letter else "letter value v",
                clash=" and ".join(p.what for p in letter.hidden.clash),
            )


@check("figure_unrounded", Severity.NOTE, "book")
def figures_follow_from_printed_figures(found: Comparison) -> Iterator[Saying]:
    """A figure follows from the printed figure before it, and not only from one that was kept unrounded."""
    for compared in found.lines:
        if compared.klass is Class.WITHIN_UNROUNDED_VALUE and compared.quantity is Quantity.LETTER_VALUE:
            yield _figure(
                compared,
                "the {name} is {published}; the {previous} printed in {before} gives {computed}, "
                "the unrounded value behind it may give {published}.",
                found,
            )


@check("line_not_compared", Severity.WARNING, "book")
def lines_have_a_parent(found: Comparison) -> Iterator[Saying]:
    """A line whose codes the circular before lists too stands there for the same patients: it can be compared."""
    listed = {code.digits for line in found.previous.lines for code in line.codes}
    groups: dict[str, list[Compared]] = {}
    for compared in found.lines:
        if compared.quantity is Quantity.LINE and listed.intersection(compared.codes):
            groups.setdefault(compared.message, []).append(compared)
    for message, group in groups.items():
        codes = list(dict.fromkeys(compared.code for compared in group))
        yield saying(
            group[0].source,
            "{lines} cannot be compared ({codes}): {why}",
            code=codes[0],
            lines=f"{len(group)} lines" if len(group) > 1 else "the line",
            codes=", ".join(codes[:3]) + (f" and {len(codes) - 3} more" if len(codes) > 3 else ""),
            why=message,
        )


@check("figure_without_parent", Severity.NOTE, "book")
def figures_have_a_parent(found: Comparison) -> Iterator[Saying]:
    """A figure stands in the circular before too, so that it can be compared."""
    without = [c for c in found.lines if c.klass is Class.NOT_COMPARABLE and c.published is not None]
    codes = list(dict.fromkeys(c.code for c in without))
    if codes:
        yield saying(
            without[0].source,
            "{figures} cannot be compared, because {previous} does not publish {them}: {codes}.",
            previous=found.previous.circular.number,
            figures=f"{len(without)} figures" if len(without) > 1 else "1 figure",
            them="them" if len(without) > 1 else "it",
            codes=", ".join(codes[:3]) + (f" and {len(codes) - 3} more" if len(codes) > 3 else ""),
        )


def _unexplained(found: Comparison) -> Iterator[Compared]:
    """The figures that nothing explains, but for those of lines whose measure has another rate than it says."""
    for compared in found.lines:
        said = compared.place in found.doubted or compared.follows_from == "own_letter_value"
        if compared.klass is Class.UNEXPLAINED and not said:
            yield compared


def _kind_of(compared: Compared) -> str:
    """Which check speaks of an unexplained figure."""
    if compared.quantity is Quantity.PATIENT_SHARE or compared.share is not None:
        return "share"
    if compared.quantity in (Quantity.COEFFICIENT, Quantity.TERMS):
        return str(compared.quantity)
    return "figure"


def _was(compared: Compared) -> str:
    """What the figure was, and what follows from that where it is not the same."""
    same = compared.computed == compared.previous
    return "it was {previous} in {before}" + ("" if same else ", {computed} follows")


def _codes_of(compared: Compared) -> list[str]:
    """The codes of the line whose acts the figure moves: of its setting, or all."""
    setting = compared.situation.setting
    return [code for code in compared.codes if setting is None or Code(code).setting is setting]


def _figure(compared: Compared, message: str, found: Comparison) -> Saying:
    return saying(
        compared.source,
        message,
        code=compared.code,
        name=compared.name,
        published=or_none(compared.published),
        computed=or_none(compared.computed),
        previous=or_none(compared.previous),
        share=or_none(compared.share),
        per_act=or_none(compared.per_act),
        measures=" then ".join(measure_brief(measure) for measure in compared.measures if measure.kind not in SILENT),
        before=compared.base or found.previous.circular.number,
        codes=",".join(_codes_of(compared)),
    )

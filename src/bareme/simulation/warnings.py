"""What is to be said of a simulation before anyone relies on it: findings, complete, in the order of `WARNINGS`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from bareme.audit.compared import Situation
from bareme.circulars.findings import Finding, Findings, Severity
from bareme.circulars.model import Amount
from bareme.circulars.sources import Source
from bareme.money import printed
from bareme.nomenclature.situations import Basis, InterventionKind
from bareme.simulation.changes import lines_moved
from bareme.simulation.effects import SHARES
from bareme.simulation.lettering import OF_VALUES
from bareme.simulation.projecting import KEPT, ProjectedLine, Projection
from bareme.simulation.scenario import Step

WARNINGS = {
    "share_above_fee": "a projected patient share is above the projected fee",
    "fee_below_intervention": "a projected intervention is above the projected fee",
    "share_above_ceiling": "a projected patient share is above the scenario's ceiling for the regime",
    "letter_with_two_values": "lines whose letter had one value get several",
    "key_letter_with_values": "a measure names a key letter that has several values among its lines",
    "letter_value_lost": "a fee that is set on a sum of several letters leaves no letter value",
    "measure_without_effect": "a measure changes no figure",
    "measure_unsure": "whether a measure of an article is for some lines is not known; it is not applied to them",
    "line_in_doubt": "lines that a finding puts in doubt are left as they are",
    "amount_not_published": "amounts that are not published stay unknown",
    "no_fee": "lines that measures are for have no fee to change",
}
"""What a simulation warns of, and when."""
MOST_NAMED = 5
"""So many codes are named in a message; its values have all."""
NOTES = ("line_in_doubt", "amount_not_published", "no_fee")
"""Those that are worth seeing, and no more."""


def warnings_of(projection: Projection) -> Findings:
    """Every warning of a projection."""
    lines = [line for line in projection.lines if line.is_changed and not line.ends]
    steps = {step.id: step for step in projection.scenario.steps}
    found = [
        *(finding for line in lines for finding in _of_amounts(line, steps)),
        *_above_ceilings(projection, lines),
        *_letters(projection.lines),
        *_key_letters(projection),
        *_lost_letters(lines),
        *_without_effect(projection),
        *_unsure(projection),
        *_in_doubt(projection.lines),
        *_not_published(lines),
        *_without_fee(projection.lines),
    ]
    order = list(WARNINGS)
    return Findings(sorted(found, key=lambda finding: order.index(finding.check)))


def _say(check: str, source: Source, message: str, code: str | None = None, **values: str) -> Finding:
    severity = Severity.NOTE if check in NOTES else Severity.WARNING
    return Finding(check, severity, message, source, code, values)


def _named(codes: Sequence[str]) -> str:
    """The first codes, and how many more."""
    more = f" and {len(codes) - MOST_NAMED} more" if len(codes) > MOST_NAMED else ""
    return f"{', '.join(codes[:MOST_NAMED])}{more}"


def _code(line: ProjectedLine) -> str:
    return line.listed.codes[0].digits


def _who(amount: Amount) -> str:
    """For whom an amount holds, after a code."""
    words = Situation.of(amount).words
    return f" ({words})" if words else ""


def _of_amounts(line: ProjectedLine, steps: Mapping[str, Step]) -> Iterator[Finding]:
    """Shares and interventions against the fee that both are parts of, and the measure that comes last to them."""
    fee, code = line.after.fee, _code(line)
    if fee is None:
        return
    for before, amount in zip(line.listed.line.amounts, line.after.amounts, strict=True):
        if amount.intervention_kind is InterventionKind.THEORETICAL or amount.basis is Basis.SESSION:
            continue
        is_new = before.patient_share is not amount.patient_share
        parts = (("share_above_fee", amount.patient_share), ("fee_below_intervention", amount.intervention))
        for check, figure in parts:
            if figure is None or figure.amount <= fee.amount:
                continue
            step = _last([steps[name] for name in line.steps], amount, of_shares=is_new)
            what = "patient share" if check == "share_above_fee" else "intervention"
            message = f"{_place(step)}: {code}{_who(amount)}: the {what} of {printed(figure.amount)} is above the fee "
            message += f"of {printed(fee.amount)}."
            values = {"amount": f"{figure.amount}", "fee": f"{fee.amount}", "measure": step.id}
            yield _say(check, line.listed.line.source, message, code, **values)


def _last(own: Sequence[Step], amount: Amount, *, of_shares: bool) -> Step:
    """The last measure of a line that moves the shares of an amount; or, where none does, its fee."""
    regimes = (None, None if amount.regime is None else amount.regime.value)
    wanted = [step for step in own if (step.measure.kind in SHARES) is of_shares and step.regime in regimes]
    return (wanted or own)[-1]


def _place(step: Step) -> str:
    """Where a measure stands, for people."""
    return f"{step.source.name}, line {step.source.line}, measure {step.id}"


def _above_ceilings(projection: Projection, lines: Sequence[ProjectedLine]) -> Iterator[Finding]:
    """Shares that hold for a regime against its ceiling; those that were above it before say so."""
    for line in lines:
        pairs = zip(line.listed.line.amounts, line.after.amounts, strict=True)
        for (before, amount), (regime, most) in ((p, c) for p in pairs for c in projection.scenario.ceilings):
            share = amount.patient_share
            if share is None or amount.regime not in (None, regime) or share.amount <= most:
                continue
            was = before.patient_share is not None and before.patient_share.amount > most
            message = f"{_code(line)}{_who(amount)}: the patient share of {printed(share.amount)} is above the ceiling "
            message += f"of {printed(most)} for the {regime} regime{'; it was before' if was else ''}."
            values = {"amount": f"{share.amount}", "ceiling": f"{most}", "regime": regime}
            yield _say("share_above_ceiling", line.listed.line.source, message, _code(line), **values)


def _letters(lines: Sequence[ProjectedLine]) -> Iterator[Finding]:
    """A letter's value in a series, where the lines that had it no longer have one value."""
    groups: dict[tuple[str | None, str, Decimal], list[tuple[Decimal, ProjectedLine]]] = {}
    for line in lines:
        for before, after in zip(line.listed.line.terms, line.after.terms, strict=True):
            if before.letter and before.value is not None and after.value is not None and not line.ends:
                key = (line.listed.reading.circular.series, before.letter, before.value.amount)
                groups.setdefault(key, []).append((after.value.amount, line))
    for (_, letter, value), found in groups.items():
        counts = Counter(amount for amount, _ in found)
        if len(counts) < 2:
            continue
        usual = counts.most_common(1)[0][0]
        others = {amount: [_code(line) for a, line in found if a == amount] for amount in counts if amount != usual}
        told = "; ".join(f"it is {printed(amount)} on {_named(codes)}" for amount, codes in others.items())
        now = "stays" if usual == value else f"becomes {printed(usual)}"
        message = f"{letter} = {printed(value)} {now} on {counts[usual]} of {len(found)} lines; {told}."
        codes = [code for group in others.values() for code in group]
        source = next(line.listed.line.source for amount, line in found if amount != usual)
        values = {"letter": letter, "before": f"{value}", "after": f"{usual}", "codes": ", ".join(codes)}
        yield _say("letter_with_two_values", source, message, **values)


def _key_letters(projection: Projection) -> Iterator[Finding]:
    """Measures that name a key letter, and the values that it has on their lines: a letter alone fixes none."""
    for step in projection.scenario.steps:
        own = [line.listed.line for line in projection.lines if step.id in line.steps]
        for letter in (letter for letter in step.letters if letter.value is None and step.measure.kind in OF_VALUES):
            terms = [term for line in own for term in line.terms if term.letter == letter.letter and term.value]
            counts = Counter(term.value.amount for term in terms if term.value)
            if len(counts) < 2:
                continue
            told = [f"{printed(value)} on {_lines(many)}" for value, many in counts.most_common(MOST_NAMED)]
            more = f" and {len(counts) - MOST_NAMED} more" if len(counts) > MOST_NAMED else ""
            message = f"{_place(step)}: {letter.letter} has "
            message += f"{len(counts)} values on its lines, and each moves: {', '.join(told)}{more}; "
            message += f"{letter.letter}={max(counts, key=lambda value: counts[value])} names one."
            values = {"letter": letter.letter, "values": ", ".join(f"{value}" for value in sorted(counts))}
            yield _say("key_letter_with_values", step.source, message, measure=step.id, **values)


def _lost_letters(lines: Sequence[ProjectedLine]) -> Iterator[Finding]:
    """Fees that are set where several letters make them."""
    for line in lines:
        pairs = zip(line.listed.line.terms, line.after.terms, strict=True)
        letters = [before.letter or "?" for before, after in pairs if before.value and not after.value]
        if letters:
            message = (
                f"{_code(line)}: the fee is set, and it is a sum of {' and '.join(letters)}: their values are not "
            )
            message += "known from then on."
            yield _say("letter_value_lost", line.listed.line.source, message, _code(line), letters=", ".join(letters))


def _without_effect(projection: Projection) -> Iterator[Finding]:
    """Measures that move no figure, with why."""
    working = lines_moved(projection.changed, projection.scenario.steps)
    for step in projection.scenario.steps:
        if step.id in working or step.measure.kind == "freeze":
            continue
        own = [line for line in projection.lines if step.id in line.steps or step.id in line.meant]
        reasons = {line.kept for line in own}
        if not own:
            why = "no line is meant by it"
        elif len(reasons) == 1 and (reason := own[0].kept) is not None:
            why = f"{KEPT[reason]}" if len(own) == 1 else f"of each of its {len(own)} lines {KEPT[reason]}"
        elif None not in reasons:
            why = f"each of its {len(own)} lines is frozen or in doubt"
        else:
            why = "the figures of its lines stay what they are"
        message = f"{_place(step)} changes nothing: {why}."
        yield _say("measure_without_effect", step.source, message, measure=step.id, lines=str(len(own)))


def _unsure(projection: Projection) -> Iterator[Finding]:
    """Measures of an article, and the lines of which no title names one."""
    for step in projection.scenario.steps:
        codes = [_code(line) for line in projection.lines if step.id in line.unsure]
        if codes:
            message = f"{_place(step)}: whether {_lines(len(codes))} "
            message += f"{'is' if len(codes) == 1 else 'are'} of its article is not known; left out: {_named(codes)}."
            yield _say("measure_unsure", step.source, message, measure=step.id, codes=", ".join(codes))


def _in_doubt(lines: Sequence[ProjectedLine]) -> Iterator[Finding]:
    """Lines in doubt that measures are for, by circular."""
    for circular, own in _by_circular([line for line in lines if line.kept == "in_doubt"]).items():
        codes = [_code(line) for line in own]
        left = "is left as it is" if len(own) == 1 else "are left as they are"
        message = f"{_lines(len(own))} of {circular} in doubt {left}: {_named(codes)}."
        yield _say("line_in_doubt", own[0].listed.line.source, message, circular=circular, codes=", ".join(codes))


def _not_published(lines: Sequence[ProjectedLine]) -> Iterator[Finding]:
    """Amounts that the baseline's circulars do not publish, on lines that change."""
    cut = [line for line in lines if any(amount.not_published for amount in line.after.amounts)]
    for circular, own in _by_circular(cut).items():
        codes = [_code(line) for line in own]
        number = sum(bool(amount.not_published) for line in own for amount in line.after.amounts)
        amounts = (
            f"{number} amounts that {circular} does not publish stay"
            if number > 1
            else (f"an amount that {circular} does not publish stays")
        )
        message = f"{amounts} unknown, on {_lines(len(own))}: {_named(codes)}."
        source = own[0].listed.line.source
        values = {"circular": circular, "amounts": str(number), "codes": ", ".join(codes)}
        yield _say("amount_not_published", source, message, **values)


def _without_fee(lines: Sequence[ProjectedLine]) -> Iterator[Finding]:
    """Lines without a fee that a measure is for."""
    for line in lines:
        if line.listed.line.fee is None and line.steps and not line.ends:
            message = f"{_code(line)} has no fee in {line.listed.circular}: there is nothing to project."
            yield _say("no_fee", line.listed.line.source, message, _code(line))


def _by_circular(lines: Sequence[ProjectedLine]) -> dict[str, list[ProjectedLine]]:
    found: dict[str, list[ProjectedLine]] = {}
    for line in lines:
        found.setdefault(line.listed.circular, []).append(line)
    return found


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"

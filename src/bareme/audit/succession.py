"""Checks of a circular against what a book holds: the one before it in its series, or itself from another document."""

from __future__ import annotations

from collections.abc import Iterator

from bareme.audit.registry import Saying, check, saying
from bareme.circulars.findings import Severity
from bareme.circulars.model import Line, Reading
from bareme.circulars.serial import line_to_dict


@check("code_ended", Severity.ERROR, "book")
def vanished(previous: Reading, circular: Reading) -> Iterator[Saying]:
    """A code of the series' previous circular stands in the next one, unless its end is announced."""
    held = {code for line in circular.lines for code in line.codes}
    held |= {code for m in circular.measures if m.kind == "ended" for pair in m.codes for code in pair}
    for line in previous.lines:
        gone = [code for code in line.codes if code not in held]
        if gone:
            yield saying(
                circular.tables[0].source if circular.tables else circular.lines[0].source.at(None, None),
                "{codes} of circular {previous} {do} not stand in {next}, and no measure ends {them}. "
                "A dropped row looks the same.",
                code=gone[0].digits,
                codes=" and ".join(code.digits for code in gone),
                previous=previous.circular.number,
                next=circular.circular.number or circular.document.name,
                do="do" if len(gone) > 1 else "does",
                them="them" if len(gone) > 1 else "it",
            )


@check("circular_differs", Severity.ERROR, "book")
def differences(held: Reading, circular: Reading) -> Iterator[Saying]:
    """Every document of one circular has the same figures."""
    if held.circular.effective_on != circular.circular.effective_on:
        yield saying(
            circular.lines[0].source if circular.lines else circular.measures[0].source,
            "it takes effect on {new}; the book has {old} for this circular.",
            new=circular.circular.effective_on,
            old=held.circular.effective_on,
        )
    before = {key: line for line in held.lines for key in [_key(line)]}
    for line in circular.lines:
        known = before.pop(_key(line), None)
        if known is None:
            yield saying(line.source, "the book has no such line for this circular.", code=line.code)
            continue
        for name, (old, new) in _changed(known, line).items():
            yield saying(
                line.source, "{name} is {new}; the book has {old}.", code=line.code, name=name, new=new, old=old
            )
    for line in before.values():
        yield saying(
            circular.lines[0].source if circular.lines else line.source,
            "{code} stands in the book for this circular and not in the document.",
            code=line.code,
        )


def _key(line: Line) -> tuple[object, ...]:
    """What tells a line from the others of its circular: its codes and age group."""
    return (*line.codes, *{(a.age_from, a.age_to, tuple(sorted(a.facts.items()))) for a in line.amounts})


def _changed(held: Line, line: Line) -> dict[str, tuple[object, object]]:
    old, new = line_to_dict(held), line_to_dict(line)
    changed: dict[str, tuple[object, object]] = {}
    for name in ("fee", "not_published"):
        if old[name] != new[name]:
            changed[name] = (old[name], new[name])
    if old["terms"] != new["terms"]:
        changed["terms"] = (_terms(old), _terms(new))
    before = {_situation(a): a for a in old["amounts"]}
    for amount in new["amounts"]:
        known = before.get(_situation(amount), {})
        for name in ("intervention", "patient_share", "basis", "intervention_kind"):
            if known.get(name) != amount[name]:
                changed[f"{' '.join(filter(None, (amount['setting'], amount['regime'], name)))}"] = (
                    known.get(name),
                    amount[name],
                )
    return changed


def _situation(amount: dict[str, object]) -> tuple[object, ...]:
    return tuple(amount[name] for name in ("setting", "regime", "age_from", "age_to"))


def _terms(line: dict[str, list[dict[str, str]]]) -> str:
    return " + ".join(f"{t['letter'] or ''} {t['coefficient']} x {t['value']}".strip() for t in line["terms"])

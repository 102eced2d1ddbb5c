"""Checks of nomenclature codes: check digits, twins, codes that stand twice."""

from __future__ import annotations

from collections.abc import Iterator

from bareme.audit.registry import Saying, check, saying
from bareme.circulars.findings import Severity
from bareme.circulars.layout import RowLayout
from bareme.circulars.model import Amount, Line, Reading
from bareme.circulars.reading import Structure
from bareme.nomenclature.codes import Code, is_code, looks_like_code, near_codes

MOST_NEAR = 16
"""So many near codes are named: more than one slip can make of any code."""


@check("code_check_digit", Severity.ERROR, "document", doubts_line=True)
def codes_have_the_right_check_digit(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """The sixth digit of a code is the number made of the first five, modulo 7; each code has its own setting."""
    listed = {code.stem for line in reading.lines for code in line.codes}
    for row in (row for table in reading.tables for row in table.rows if row.wrong_codes):
        for source in row.wrong_codes:
            text = (source.text or "").replace("<b>", "").replace("</b>", "").strip()
            reason, near = _why_no_code(text)
            near.sort(key=lambda digits: not _continues(digits, row.code, listed))
            likely = near[0] if sum(_continues(digits, row.code, listed) for digits in near) == 1 else None
            yield saying(
                source,
                "{text!r} cannot be the code of this cell: {reason}.{advice} The cell is not used.",
                code=row.code or likely,
                text=text,
                reason=reason,
                advice=f" Near: {', '.join(near)}." if near else "",
            )


def _why_no_code(text: str) -> tuple[str, list[str]]:
    """Why a text in a column of codes is none that can be used, and near codes."""
    if not looks_like_code(text[:6]) or text[6:7].isalnum():
        return "a code is six digits", near_codes(text, most=MOST_NEAR)
    if is_code(text[:6]):
        return "a second code of the same setting", []
    return "wrong check digit", near_codes(text[:6], most=MOST_NEAR)


def _continues(digits: str, beside: str | None, listed: set[int]) -> bool:
    """True for a code that is not listed and is the twin of the row's other code, or between codes that are listed."""
    code = Code(digits)
    if code.stem in listed:
        return False
    if beside is not None:
        return code.twin == Code(beside)
    return code.stem - 2 in listed or code.stem + 2 in listed


@check("row_without_code", Severity.ERROR, "row", doubts_line=True)
def every_row_has_a_code(row: RowLayout) -> Iterator[Saying]:
    """A row of a tariff table names at least one nomenclature code."""
    if row.code is None and not row.wrong_codes:
        yield saying(row.source, "no nomenclature code stands in this row. It is not used.")


@check("code_twin", Severity.WARNING, "line")
def hospital_code_is_the_twin_of_the_ambulatory_one(line: Line) -> Iterator[Saying]:
    """The hospital code of a line has the stem after that of its ambulatory code."""
    if line.ambulatory_code is None or line.hospital_code is None:
        return
    if line.ambulatory_code.twin != line.hospital_code:
        yield saying(
            line.cells["hospital_code"],
            "{ambulatory} stands beside {hospital}; its twin is {twin}. Both are used as printed.",
            code=line.code,
            ambulatory=line.ambulatory_code,
            hospital=line.hospital_code,
            twin=line.ambulatory_code.twin,
        )


@check("duplicate_code", Severity.ERROR, "document", doubts_line=True)
def a_code_stands_once_in_a_situation(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """For one code and one situation (setting, regime, age, facts) a circular prints one amount."""
    by_code: dict[str, list[Line]] = {}
    for line in reading.lines:
        for code in line.codes:
            by_code.setdefault(code.digits, []).append(line)
    for digits, lines in by_code.items():
        for here in lines if len(lines) > 1 else ():
            there = next((other for other in lines if other is not here and _meet(here, other)), None)
            if there is not None:
                yield saying(
                    here.source,
                    "{code} stands in table {table}, row {row} too, for the same situation. Neither line is used.",
                    code=digits,
                    table=there.source.table,
                    row=there.source.row,
                )


def _meet(one: Line, other: Line) -> bool:
    """True when the two lines have an amount for some same situation."""
    return any(overlap(a, b) for a in one.amounts for b in other.amounts)


def overlap(one: Amount, other: Amount) -> bool:
    """True when some patient is in both situations."""
    if any(
        a is not None and b is not None and a != b
        for a, b in ((one.setting, other.setting), (one.regime, other.regime))
    ):
        return False
    if any(other.facts.get(name, value) != value for name, value in one.facts.items()):
        return False
    starts = max(one.age_from or 0, other.age_from or 0)
    ends = [end for end in (one.age_to, other.age_to) if end is not None]
    return not ends or starts < min(ends)

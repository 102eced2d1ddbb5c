"""What is said of the four published circulars: all of it, line by line, and no error.

The golden lists are `golden/circular-<number>.txt`. The tables below follow the oddities that were noted when the
circulars were read by eye, and name the checks that report each of them, or why none does.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from bareme.audit import CHECKS
from bareme.circulars.findings import Findings
from findings import as_line, findings_of, golden_lines, read_golden

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "circulars"
NUMBERS = ("2024/356", "2024/382", "2024/401", "2025/336")

Speaks = tuple[str, str, str, int]
"""What is odd, the circular, the check that says so, and how often."""
REPORTED: tuple[Speaks, ...] = (
    ("a fee of genetic counselling does not follow from its letter value", "2024/382", "fee_from_terms", 2),
    ("a fee of genetic counselling does not follow from its letter value", "2025/336", "fee_from_terms", 2),
    ("the prose names N where the table has B", "2025/336", "measure_letter", 1),
    ("`(*)` stands in place of a letter value, and nothing else: no amount", "2024/382", "no_amount_printed", 1),
    ("`(*)` stands in place of a letter value, and nothing else: no amount", "2025/336", "no_amount_printed", 1),
    ("one column in one table and the next in another hold the same", "2024/382", "columns_differ_between_tables", 1),
    ("one column in one table and the next in another hold the same", "2025/336", "columns_differ_between_tables", 1),
    ("headers stand over other columns than their figures", "2024/382", "header_offset", 5),
    ("headers lack AMB and HOS", "2025/336", "header_without_settings", 8),
    ("42 lines end before the last amount", "2024/382", "row_ends_early", 42),
    ("one row is shifted by four empty cells", "2024/356", "row_shifted", 1),
    ("the shifted row ends after its fee", "2024/356", "row_ends_early", 1),
    ("tables without a header row continue the one above", "2024/356", "header_continued", 10),
    ("footnote marks run into labels", "2024/356", "footnote_in_label", 6),
    ("727510 carries the label of 726935, in both age tables", "2024/356", "label_of_sibling", 2),
    ("support missions have a fee and no other amounts", "2024/356", "fee_alone", 4),
    ("`par session` stands only in the header for 24 or older", "2024/356", "header_wording_differs", 1),
    ("sections 3 and 4 nest under section 2 by their level", "2024/356", "section_numbering", 2),
    ("`## 4.` follows `### 3.`; section O is `###`", "2024/382", "section_numbering", 2),
    ("`## 4.` follows `### 3.`; section O is `#`", "2025/336", "section_numbering", 2),
    ("no line gives the effective date", "2024/401", "effective_date_elsewhere", 1),
    ("names in the prose differ from the labels of the table", "2024/401", "name_differs", 5),
    ("HOS cells are empty where another circular writes a dash", "2024/401", "hospital_code_blank", 1),
    ("two Cyrillic letters inside a word", "2024/382", "foreign_script", 1),
    ("two Cyrillic letters inside a word", "2025/336", "foreign_script", 1),
    ("the budget is approved subject to the Council of Ministers", "2024/356", "reservation", 1),
    ("the budget is approved subject to the Council of Ministers", "2024/382", "reservation", 1),
    ("the budget is approved subject to the Council of Ministers", "2024/401", "reservation", 1),
)

SILENT = {
    "the same codes stand twice in 2024/356": "for two age groups, which is no contradiction; see duplicate_code",
    "sections 3 and 4 of 2024/356 have no age condition": "that is what they say; their amounts carry no age",
    "<b> on codes and on ordinary interventions": "a way of printing, not a change of an amount",
    "1<sup>er</sup>, 1/01/2025, 01-01-2025 and 3910 /2248": "forms of one date or reference, read alike",
    "thousands dot and decimal comma": "the usual form of an amount",
    "`(\\*)` before a footnote": "mark-up; it is the mark (*)",
    "hyphens between codes": "they join a pair, which the reader takes them for; measures name the pairs",
    "the cap in the footnote of 401435": "a rule beside the amount, kept as the line's footnote",
    "the health index of the budget is named before the rate that is applied": "both are read, apart",
    "one letter has several values": "a letter alone fixes no value; each line has its own",
    "letter values of 2025/336 in their last digit, 565493 and 589676": "shows only against 2024/382",
    "the rise of each fee from 2024/382 to 2025/336": "shows only against 2024/382",
    "2024/356 and 2024/401 do not print the amounts of 2024": "nothing to compare with",
    "2025/336 publishes the hospital amounts that 2024/382 lacks": "shows only against 2024/382",
}


def stem(number: str) -> str:
    return f"circular-{number.replace('/', '-')}"


def counted(found: Findings) -> Counter[str]:
    return Counter(finding.check for finding in found)


@pytest.mark.parametrize("number", NUMBERS)
def test_all_findings_of_a_circular(number: str, four: dict[str, Path]) -> None:
    found = findings_of(four[number])
    assert [as_line(finding) for finding in found] == golden_lines(stem(number), found)
    assert not found.errors


@pytest.mark.parametrize("number", NUMBERS)
def test_every_finding_reports_a_known_oddity(number: str, four: dict[str, Path]) -> None:
    expected = Counter({check: count for _, of, check, count in REPORTED if of == number})
    assert counted(findings_of(four[number])) == expected


def test_the_tables_name_checks_and_reasons() -> None:
    assert {check for _, _, check, _ in REPORTED} <= set(CHECKS)
    assert all(SILENT.values())


@pytest.mark.parametrize("number", NUMBERS)
def test_an_example_gives_the_golden_findings_of_its_circular(number: str) -> None:
    """The examples hold the figures, codes and titles of the circulars, and sentences of our own.

    Those sentences say the same things, so that the same checks speak in the same words, of prose too; only the numbers
    of lines differ, because the signature and some paragraphs are missing.
    """
    found = findings_of(EXAMPLES / f"example-{number.replace('/', '-')}.txt")
    assert [without_line(as_line(finding)) for finding in found] == [without_line(g) for g in read_golden(stem(number))]
    assert not found.errors


def without_line(text: str) -> str:
    return re.sub(r", line \d+", ", line", text)

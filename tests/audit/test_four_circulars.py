"""What is said of the four published circulars: all of it, line by line, and no error.

    golden/circular-<number>.txt      what each says of itself, in the order of the checks
    golden/alone-<number>.txt         what comes on top where it is read without a book
    golden/succession-<number>.txt    what comes on top in a book that was given the four one after another

The tables below follow the oddities that were noted when the circulars were read by eye, and name the checks that
report each of them, or why none does.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import bareme
from bareme import Book
from bareme.audit import CHECKS
from bareme.audit.registry import OF_ONE_DOCUMENT
from bareme.circulars.findings import Findings, Severity
from bareme.circulars.model import Reading
from findings import as_line, findings_of, golden_lines, read_golden

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "circulars"
NUMBERS = ("2024/356", "2024/382", "2024/401", "2025/336")

Speaks = tuple[str, str, str, int]
"""What is odd, the circular, the check that says so, and how often."""
REPORTED: tuple[Speaks, ...] = (
    ("a fee of genetic counselling does not follow from its letter value", "2024/382", "fee_from_terms", 2),
    ("a fee of genetic counselling does not follow from its letter value", "2025/336", "fee_from_terms", 2),
    ("I has another value on six lines of section O", "2024/382", "letter_value_of_neighbours", 6),
    ("I has another value on six lines of section O; a measure names one", "2025/336", "letter_value_of_neighbours", 5),
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

ALONE: tuple[Speaks, ...] = (
    ("589396 is not listed between 589374 and 589411", "2024/382", "code_missing_in_sequence", 1),
    ("589396 is not listed between 589374 and 589411", "2025/336", "code_missing_in_sequence", 1),
)
"""What is said on top without a book."""
IN_SUCCESSION: tuple[Speaks, ...] = (
    ("589396 is not listed between 589374 and 589411", "2024/382", "code_missing_in_sequence", 1),
    ("no circular of 2024 is at hand", "2024/356", "predecessor_missing", 1),
    ("no circular of 2024 is at hand", "2024/382", "predecessor_missing", 1),
    ("no circular of 2024 is at hand", "2024/401", "predecessor_missing", 1),
    ("no letter value gives both fees of genetic counselling", "2025/336", "letter_prints_clash", 1),
    ("letter values of 565493, 565552, 589676 and 589890 in their last digit", "2025/336", "figure_unrounded", 4),
    ("hospital amounts that 2024/382 does not publish", "2025/336", "figure_without_parent", 1),
)
"""What is said on top in a book that was given the four in the order of their numbers."""

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
    "the rise of each fee from 2024/382 to 2025/336": "it is what the measures say; `bareme reconcile` shows each",
    "2025/336 does not list 589396 either": "2024/382, before it, does not; asked only where none is before",
}


def stem(number: str) -> str:
    return number.replace("/", "-")


def counted(found: Findings) -> Counter[str]:
    return Counter(finding.check for finding in found)


@pytest.mark.parametrize("number", NUMBERS)
def test_all_findings_of_a_circular(number: str, four: dict[str, Path]) -> None:
    found = findings_of(four[number])
    assert [as_line(finding) for finding in found] == golden_lines(f"circular-{stem(number)}", found)
    assert not found.errors


@pytest.mark.parametrize("number", NUMBERS)
def test_every_finding_reports_a_known_oddity(number: str, four: dict[str, Path]) -> None:
    expected = Counter({check: count for _, of, check, count in REPORTED if of == number})
    assert counted(findings_of(four[number])) == expected


def on_top(reading: Reading) -> Findings:
    """What is said beside what one document says of itself."""
    return Findings(f for f in reading.findings if CHECKS[f.check].subject not in OF_ONE_DOCUMENT)


@pytest.fixture(scope="module")
def book(four: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A book that was given the four circulars in the order of their numbers."""
    book = bareme.create_book(tmp_path_factory.mktemp("four") / "book")
    for number in NUMBERS:
        assert book.load(four[number]).status == "recorded"
    return book


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_said_on_top_without_a_book(number: str, four: dict[str, Path]) -> None:
    reading = bareme.read(four[number])
    assert counted(on_top(reading)) == Counter({check: count for _, of, check, count in ALONE if of == number})
    if on_top(reading):
        assert [as_line(f) for f in on_top(reading)] == golden_lines(f"alone-{stem(number)}", on_top(reading))
    assert not reading.findings.errors


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_said_on_top_in_succession(number: str, book: Book) -> None:
    [reading] = [entry.reading() for entry in book.entries() if entry.circular == number]
    assert counted(on_top(reading)) == Counter({check: count for _, of, check, count in IN_SUCCESSION if of == number})
    assert [as_line(f) for f in on_top(reading)] == golden_lines(f"succession-{stem(number)}", on_top(reading))
    assert not reading.findings.errors


def test_no_warning_on_top_but_two(four: dict[str, Path], book: Book) -> None:
    alone = [on_top(bareme.read(path)) for path in four.values()]
    held = [on_top(entry.reading()) for entry in book.entries()]
    warnings = [{f.check for found in several for f in found.of(Severity.WARNING)} for several in (alone, held)]
    assert warnings == [{"code_missing_in_sequence"}, {"code_missing_in_sequence", "letter_prints_clash"}]


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_read_stands_in_the_order_of_its_consequence(number: str, four: dict[str, Path], book: Book) -> None:
    """Errors, warnings, notes; what one document says of itself is the same with a book as without one."""
    own = {as_line(finding) for finding in findings_of(four[number])}
    [entry] = [entry for entry in book.entries() if entry.circular == number]
    for reading in (bareme.read(four[number]), entry.reading()):
        weights = [list(Severity).index(finding.severity) for finding in reading.findings]
        assert weights == sorted(weights)
        assert {as_line(finding) for finding in reading.findings} == own | {as_line(f) for f in on_top(reading)}


def test_the_tables_name_checks_and_reasons() -> None:
    assert {check for _, _, check, _ in (*REPORTED, *ALONE, *IN_SUCCESSION)} <= set(CHECKS)
    assert all(SILENT.values())


@pytest.mark.parametrize("number", NUMBERS)
def test_an_example_gives_the_golden_findings_of_its_circular(number: str) -> None:
    """The examples hold the figures, codes and titles of the circulars, and sentences of our own.

    Those sentences say the same things, so that the same checks speak in the same words, of prose too; only the numbers
    of lines differ, because the signature and some paragraphs are missing.
    """
    found = findings_of(EXAMPLES / f"example-{stem(number)}.txt")
    assert [without_line(as_line(finding)) for finding in found] == [
        without_line(g) for g in read_golden(f"circular-{stem(number)}")
    ]
    assert not found.errors


def without_line(text: str) -> str:
    return re.sub(r", line \d+", ", line", text)

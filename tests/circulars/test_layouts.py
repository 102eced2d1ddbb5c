"""Whole small circulars, one a layout: those that are read, and those whose lines must stay out of the prices.

    layouts/good/<name>.txt, .html, .md    a made-up circular that is read without an error
    layouts/bad/<name>.txt, .html, .md     one that figures cannot decide; its second comment names the lines in doubt
    <name>.golden                          beside it: every amount, then every finding

    codes | terms | fee | setting regime ages facts | intervention | share | label
    severity check code | message

`BAREME_GOLDEN=write pytest tests/circulars/test_layouts.py` writes them anew; compare each with its document.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bareme
from bareme.audit import examine
from bareme.audit.registry import doubtful_rows
from bareme.circulars.documents.opening import open_document
from bareme.circulars.heading import missing_of
from bareme.circulars.model import Amount, Line, Reading
from bareme.circulars.reading import read_document
from bareme.circulars.sources import Figure
from bareme.nomenclature.situations import Basis, InterventionKind
from findings import as_line

LAYOUTS = Path(__file__).parent / "layouts"
GOOD = sorted(path for path in (LAYOUTS / "good").iterdir() if path.suffix != ".golden")
BAD = sorted(path for path in (LAYOUTS / "bad").iterdir() if path.suffix != ".golden")
IDENTITY = {"number": "2024/999", "issued_on": "2023-12-14", "effective_on": "2024-01-01", "series": "toy/acts/1"}
_INVENTED = re.compile(r"<!-- Document (?:inventé|imaginaire)")
_MEANT = re.compile(r"<!-- (?P<kind>En doute|Averti|Refusé)(?: : (?P<codes>[\d, ]+))? -->")


def reading_of(path: Path) -> Reading:
    return examine(*read_document(open_document(path)))


def printed(figure: Figure | None) -> str:
    """A figure as a number; one that was computed has an equals sign before it."""
    return "-" if figure is None else f"{'=' * figure.is_derived}{figure.amount}"


def terms_of(line: Line) -> str:
    return " + ".join(f"{t.letter or '?'} {printed(t.coefficient)} x {printed(t.value)}" for t in line.terms) or "-"


def situation(amount: Amount) -> str:
    """Whom an amount is for; `all` where the document does not distinguish."""
    ages = (amount.age_from, amount.age_to)
    words = [str(word) for word in (amount.setting, amount.regime) if word]
    words += ["{}-{}".format(*("" if age is None else age for age in ages))] if ages != (None, None) else []
    words += [f"{name}={value}" for name, value in amount.facts.items()]
    words += [str(amount.basis)] if amount.basis is not Basis.ACT else []
    words += ["theoretical"] if amount.intervention_kind is InterventionKind.THEORETICAL else []
    words += ["not published"] if amount.not_published else []
    return " ".join(words) or "all"


def lines_of(reading: Reading) -> Iterator[str]:
    """The lines of a golden file."""
    for line in reading.lines:
        codes = "/".join(code.digits for code in line.codes) or "-"
        for amount in line.amounts:
            paid = f"{situation(amount)} | {printed(amount.intervention)} | {printed(amount.patient_share)}"
            yield f"{codes} | {terms_of(line)} | {printed(line.fee)} | {paid} | {line.label or '-'}"
    yield from (as_line(finding) for finding in reading.findings)


@pytest.mark.parametrize("path", [*GOOD, *BAD], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_layout_is_read_as_its_golden_says(path: Path) -> None:
    try:
        lines = list(lines_of(reading_of(path)))
    except bareme.DocumentError as error:
        lines = [f"refused: {error}"]
    golden = path.with_suffix(".golden")
    if os.environ.get("BAREME_GOLDEN") == "write":
        golden.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    assert golden.exists(), f"there is no {golden.name}: run once with BAREME_GOLDEN=write and read the result"
    assert lines == golden.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_layout_has_no_error(path: Path) -> None:
    reading = reading_of(path)
    assert [as_line(finding) for finding in reading.findings.errors] == []
    assert not doubtful_rows(reading.findings)
    assert not missing_of(reading.circular)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_the_lines_in_doubt_have_an_error_and_no_price(path: Path, tmp_path: Path) -> None:
    kind, meant = meant_in(path)
    if kind == "Refusé":
        with pytest.raises(bareme.DocumentError):
            reading_of(path)
        return
    reading = reading_of(path)
    if kind == "Averti":
        warned = {finding.code for finding in reading.findings if finding.severity == "warning"}
        assert meant <= warned
        assert reading.findings.errors == ()
        return
    assert reading.findings.errors
    doubted = doubtful_rows(reading.findings)
    in_doubt = {
        code.digits for line in reading.lines if (line.source.table, line.source.row) in doubted for code in line.codes
    }
    assert meant <= in_doubt
    book = bareme.create_book(tmp_path / "book.sqlite")
    known = {"number", "issued_on", "effective_on", "series"}.difference(missing_of(reading.circular))
    given = {name: value for name, value in IDENTITY.items() if name not in known}
    book.load(bareme.read(path, None, **given), accept_findings=True)
    sure = {code.digits for line in reading.lines for code in line.codes} - in_doubt
    priced = {code for code in in_doubt | sure if book.price(code, on="2024-06-01", age=40).fee is not None}
    assert not priced & in_doubt


def meant_in(path: Path) -> tuple[str, set[str]]:
    """What the second comment of a bad document says of it: the kind of trouble, and the codes that have it."""
    second = path.read_text(encoding="cp1252" if "windows" in path.stem else "utf-8").splitlines()[1]
    found = _MEANT.fullmatch(second)
    assert found, f"{path.name}: the second line says which lines are in doubt"
    return found["kind"], set((found["codes"] or "").replace(",", " ").split())


@pytest.mark.parametrize("path", [*GOOD, *BAD], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_document_says_that_it_is_invented(path: Path) -> None:
    first = path.read_bytes().splitlines()[0].decode("cp1252" if "windows" in path.stem else "utf-8")
    assert _INVENTED.match(first)


def test_no_golden_is_left_over() -> None:
    golden = {path.with_suffix("") for folder in ("good", "bad") for path in (LAYOUTS / folder).glob("*.golden")}
    assert golden == {path.with_suffix("") for path in (*GOOD, *BAD)}

"""Findings as lines of a golden file, and the golden files themselves."""

from __future__ import annotations

import os
from pathlib import Path

from bareme.audit import examine
from bareme.circulars.documents.opening import DocumentLike, open_document
from bareme.circulars.findings import Finding, Findings
from bareme.circulars.reading import read_document

GOLDEN = Path(__file__).parent / "audit" / "golden"


def findings_of(document: DocumentLike) -> Findings:
    """Everything that is to be said about a document."""
    return examine(*read_document(open_document(document))).findings


def as_line(finding: Finding) -> str:
    """`severity check code | message`, with a dash where no code is concerned."""
    return f"{finding.severity} {finding.check} {finding.code or '-'} | {finding.message}"


def golden_lines(name: str, found: Findings) -> list[str]:
    """The lines of a golden file; with BAREME_GOLDEN=write they are first replaced by what was found."""
    if os.environ.get("BAREME_GOLDEN") == "write":
        text = "".join(as_line(finding) + "\n" for finding in found)
        (GOLDEN / f"{name}.txt").write_text(text, encoding="utf-8")
    return read_golden(name)


def read_golden(name: str) -> list[str]:
    """The lines of a golden file as they are."""
    path = GOLDEN / f"{name}.txt"
    assert path.exists(), f"there is no {path.name}: run the tests once with BAREME_GOLDEN=write and read the result"
    return path.read_text(encoding="utf-8").splitlines()

"""The checks look in one order, whatever was loaded first; and who asks for doubts has every check."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bareme.audit import CHECKS

FIRST = ["", "import bareme.audit.succession", "import bareme.audit.held, bareme.audit.codes"]


@pytest.mark.parametrize("first", FIRST)
def test_the_order_is_that_of_their_modules(first: str) -> None:
    program = f"{first}\nfrom bareme.audit.registry import every_check\nprint(*every_check())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == list(CHECKS)


def test_doubts_are_known_where_no_check_was_loaded() -> None:
    program = """
from bareme.audit.registry import doubtful_rows
from bareme.circulars.findings import Finding, Findings, Severity
from bareme.circulars.sources import Source
source = Source("0" * 64, "a.txt", 1, 2)
print(doubtful_rows(Findings([Finding(check="columns_unclear", severity=Severity.ERROR, message="", source=source)])))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "frozenset({(1, 2)})"

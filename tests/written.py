"""Documents written in a test: a docstring or a list of rows turned into what the reader reads.

Cells are parted by ` | ` so that a table can be read in a test; `@reads` gives a test what its docstring says:

    @reads
    def test_a_fee_alone(reading: Reading) -> None:
        '''
        Code   | Libellé | Honoraires
        990010 | Acte    | 16,10
        '''
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from decimal import Decimal

from bareme.audit import examine
from bareme.circulars.documents.opening import open_document
from bareme.circulars.model import Line, Reading
from bareme.circulars.reading import read_document
from bareme.circulars.sources import Figure
from bareme.nomenclature.codes import code_of_stem
from bareme.nomenclature.situations import Regime, Setting

Cells = Sequence[str]
AMB_PREF = (Setting.AMBULATORY, Regime.PREFERENTIAL)
AMB_ORD = (Setting.AMBULATORY, Regime.ORDINARY)
HOS_PREF = (Setting.HOSPITAL, Regime.PREFERENTIAL)
HOS_ORD = (Setting.HOSPITAL, Regime.ORDINARY)
FOUR = (AMB_PREF, AMB_ORD, HOS_PREF, HOS_ORD)
"""The situations of a medical line, as its columns stand."""


def read(text: str, name: str = "written.txt") -> Reading:
    """The reading of a text, with its findings."""
    return examine(*read_document(open_document((name, text.encode()))))


def with_tabs(text: str) -> str:
    """The text with a tab wherever a bar stands between cells; a bar at the start or end makes an empty cell."""
    lines = (line.strip() for line in inspect.cleandoc(text).split("\n"))
    return "\n".join("\t".join(cell.strip() for cell in line.split("|")) for line in lines)


def table_text(rows: Sequence[Cells]) -> str:
    """Rows of cells as lines with tabs."""
    return "\n".join("\t".join(row) for row in rows)


def reads(test: Callable[[Reading], None]) -> Callable[[], None]:
    """A test of one document: the docstring is the document, the argument its reading."""
    assert test.__doc__, f"{test.__name__} has no docstring to read"
    document = with_tabs(test.__doc__)

    def run() -> None:
        test(read(document))

    run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
    return run


def euro(text: str) -> Decimal:
    """An amount as a number."""
    return Decimal(text)


def terms(line: Line) -> list[tuple[str | None, str | None, str | None]]:
    """Letter, coefficient and letter value of each term, as texts."""
    return [(t.letter, amount_text(t.coefficient), amount_text(t.value)) for t in line.terms]


def interventions(line: Line) -> list[str | None]:
    """What the insurance pays in the four situations of a medical line."""
    return [amount_text(line.amount(*situation).intervention) for situation in FOUR]


def amount_text(figure: Figure | None) -> str | None:
    """The number of a figure as a text."""
    return None if figure is None else str(figure.amount)


def codes(line: Line) -> tuple[str, ...]:
    """The codes of a line, ambulatory first."""
    return tuple(code.digits for code in line.codes)


def checks(reading: Reading) -> list[str]:
    """The checks that speak, but for the identity that a document of a few lines lacks."""
    return [finding.check for finding in reading.findings if finding.check != "circular_identity"]


def pair(stem: int) -> tuple[str, str]:
    """The ambulatory code with this odd stem, and its hospital twin."""
    return str(code_of_stem(stem)), str(code_of_stem(stem + 1))

"""How many rows a second a workbook is read with: `blocks_of_xlsx` beside openpyxl's own two ways, in one run.

The workbook has 50,000 rows of nine filled cells as an annex of tariffs has them: letter value, two codes, coefficient,
fee and four interventions, which often equal the fee. Each way reads every cell; the best of three runs counts.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from io import BytesIO

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from bareme.circulars.documents.blocks import Table
from bareme.circulars.documents.xlsx import blocks_of_xlsx
from bareme.nomenclature.codes import code_of_stem

ROWS = 50_000
RUNS = 3
FORMATS = ('"B = "0.000000', "000000", "000000", '"B "0.##', *["#,##0.00"] * 5)


def made(rows: int = ROWS, seed: int = 1) -> bytes:
    """The workbook."""
    dice = random.Random(seed)
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Annexe")
    sheet.append(["Lettre-clé", "Ambulant", "Hospitalisé", "Coefficient", "Honoraires", *["Intervention"] * 4])
    for number in range(rows):
        fee = dice.randint(1_000, 300_000)
        ordinary = fee - dice.choice((0, 0, 868))
        codes = [str(code_of_stem(10_001 + 2 * number % 80_000 + step)) for step in (0, 1)]
        amounts = [f"{cents // 100}.{cents % 100:02d}" for cents in (fee, fee, ordinary, fee, fee)]
        texts = [f"1.{dice.randint(0, 40):06d}", *codes, str(dice.randint(10, 3_000)), *amounts]
        cells = []
        for text, pattern in zip(texts, FORMATS, strict=True):
            cell = WriteOnlyCell(sheet, value=text)
            cell.data_type, cell.number_format = "n", pattern
            cells.append(cell)
        sheet.append(cells)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def with_openpyxl(content: bytes, read_only: bool) -> int:
    workbook = load_workbook(BytesIO(content), read_only=read_only, data_only=True)
    return sum(1 for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None)


def with_bareme(content: bytes) -> int:
    tables = (block for block in blocks_of_xlsx("made.xlsx", content) if isinstance(block, Table))
    return sum(1 for table in tables for row in table.rows for cell in row.cells if cell.text)


def seconds(read: Callable[[], int]) -> float:
    found = []
    for _ in range(RUNS):
        start = time.perf_counter()
        assert read() == 9 * (ROWS + 1)
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    content = made()
    print(f"{ROWS:,} rows of nine cells, {len(content) / 1e6:.1f} MB")
    own = seconds(lambda: with_bareme(content))
    ways = {
        "bareme, blocks_of_xlsx": own,
        "openpyxl, read-only": seconds(lambda: with_openpyxl(content, True)),
        "openpyxl, normal": seconds(lambda: with_openpyxl(content, False)),
    }
    for way, taken in ways.items():
        print(f"{way:24} {ROWS / taken:8,.0f} rows/s  {taken / own:5.2f} times as long as bareme")


if __name__ == "__main__":
    main()

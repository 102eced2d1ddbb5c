"""Turn the four published circulars into one CSV, by means that share nothing with the reader under test.

Usage: ``python tests/independent/tabulate.py SHARED_DIR > tests/data/published.csv``

This is not a reader. It was written by looking at these four documents and it states, table by table, which
layout stands where; a fifth document would need a fifth entry. Anything that is not as stated stops the script.
One row is written per line of a circular and situation (setting and regime).
"""

import csv
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from io import TextIOWrapper
from pathlib import Path

COLUMNS = (
    *("circular", "section", "table", "row", "ambulatory_code", "hospital_code", "letter", "letter_value"),
    *("coefficient", "fee", "setting", "regime", "age_from", "age_to", "intervention", "patient_share"),
    *("share_printed", "missing", "label", "marks", "basis", "intervention_kind"),
)
REGIMES = ("preferential", "ordinary")
PSYCHOLOGY = ("1.1", "1.2.1", "1.2.2", "1.3.1", "1.3.2", "2.1", "2.2.1", "2.2.2", "2.3.1", "2.3.2", "3", "4")
GROUP_SESSIONS = {"1.1", "1.2.2", "1.3.2", "2.1", "2.2.2", "2.3.2"}
MEDICAL = ("N.1", "N.2", "N.3", "N.4", "N.5", "N.6", "O", "O/convention")
# How the cells between the ambulatory code and the fee are filled, one pattern per table of each medical circular;
# the cells are joined by a bar before the pattern is matched.
JOINED = r"(?P<hos>\d{6}) = (?P<letter>[A-Z])\|(?P<coef>[\d,]+)"  # 565025 = B | 289
PAIRED = r"(?P<hos>\d{6})\|= (?P<letter>[A-Z]) (?P<coef>[\d,]+)"  # 565320 | = B 76
SPREAD = r"(?P<hos>\d{6})\|= (?P<letter>[A-Z])\|(?P<coef>[\d,]+)"  # 589002 | = I | 2000
PLAIN = r"(?P<hos>\d{6})\|(?P<coef>[\d,]*)"  # 589761 | 220
LAYOUTS = {
    "2024/382": (JOINED, JOINED, JOINED, JOINED, JOINED, PLAIN, SPREAD, SPREAD),
    "2025/336": (JOINED, JOINED, JOINED, PAIRED, PAIRED, PLAIN, PAIRED, PAIRED),
}
FILES = {
    "2024/356": "2024-356_psychological-care_2025.txt",
    "2024/382": "2024-382_medical-fees-part-7_2025.txt",
    "2024/401": "2024-401_perinatal-care-pathway_2025.txt",
    "2025/336": "2025-336_medical-fees-part-7_2026.txt",
}
LINES = {"2024/356": 75, "2024/382": 77, "2024/401": 4, "2025/336": 77}
DISTINCT_CODES = 200

Cells = list[str]
Row = dict[str, str]


def tables(path: Path) -> list[list[Cells]]:
    """Return the runs of tab-separated lines, without the header rows (those that hold no code)."""
    runs: list[list[Cells]] = [[]]
    for line in path.read_text(encoding="utf-8").split("\n"):
        if "\t" in line:
            runs[-1].append([re.sub(r"</?b>", "", cell).strip() for cell in line.split("\t")])
        elif runs[-1]:
            runs.append([])
    return [[row for row in run if any(re.match(r"\d{6}\b", cell) for cell in row)] for run in runs if run]


def number(text: str, decimals: int | None = None) -> str:
    """Write ``2.515,06`` as ``2515.06``; insist on the number of decimals where it is known."""
    if text and not re.fullmatch(r"(\d+|\d{1,3}(\.\d{3})+)(,\d+)?", text):
        raise SystemExit(f"not a number: {text!r}")
    plain = text.replace(".", "").replace(",", ".")
    if decimals is not None and plain and not re.fullmatch(rf"\d+\.\d{{{decimals}}}", plain):
        raise SystemExit(f"not a number with {decimals} decimals: {text!r}")
    return plain


def difference(fee: str, intervention: str) -> str:
    """Return the patient share where both amounts are known, else nothing."""
    return str(Decimal(fee) - Decimal(intervention)) if fee and intervention else ""


def missing(cells: Cells, index: int) -> str:
    """Say why a cell gives no amount: the row ended before it, or it is there and empty."""
    if index >= len(cells):
        return "not_published"
    return "" if cells[index] else "none_given"


def cell_at(cells: Cells, index: int) -> str:
    """Return the amount of a cell, empty where the cell is empty or not there."""
    return number(cells[index], 2) if index < len(cells) else ""


def kind(intervention: str, theoretical: bool) -> str:
    """Name the kind of an intervention; a situation without an intervention has none."""
    if not intervention:
        return ""
    return "theoretical" if theoretical else "actual"


def medical(circular: str, table: int, cells: Cells) -> Iterator[Row]:
    """Yield the four situations of a line: value, codes, letter and coefficient, fee, four interventions."""
    layout = LAYOUTS[circular][table - 1]
    fee_at = 5 if layout == SPREAD else 4
    between = re.fullmatch(layout, "|".join(cells[2:fee_at]))
    value = re.fullmatch(r"(?:([A-Z]) = )?(\d,\d{6})|\(\*\)", cells[0])
    if not between or not value or len(cells) != 9:
        raise SystemExit(f"{circular} table {table}: unexpected row {cells}")
    found = between.groupdict()
    if (value[1] or "") != (found.get("letter") or ""):
        raise SystemExit(f"{circular} table {table}: two letters in {cells}")
    fee = cell_at(cells, fee_at)
    common = {"section": MEDICAL[table - 1], "ambulatory_code": cells[1], "hospital_code": found["hos"], "fee": fee}
    common |= {"letter": value[1] or "", "letter_value": number(value[2] or "", 6), "basis": "act"}
    common |= {"marks": "" if value[2] else "(*)", "share_printed": "no", "coefficient": number(found["coef"])}
    situations = [(setting, regime) for setting in ("ambulatory", "hospital") for regime in REGIMES]
    for index, (setting, regime) in enumerate(situations, start=fee_at + 1):
        intervention = cell_at(cells, index)
        yield common | {
            "setting": setting,
            "regime": regime,
            "intervention": intervention,
            "patient_share": difference(fee, intervention),
            "missing": missing(cells, index),
            "intervention_kind": kind(intervention, theoretical=False),
        }


def psychology(table: int, cells: Cells) -> Iterator[Row]:
    """Yield the two regimes of a line: code, dash, label, fee, two interventions, two patient shares."""
    section = PSYCHOLOGY[table - 1]
    if section == "2.1" and cells[:5] == ["", "", "", "", "726412"]:
        cells = cells[4:]  # the one shifted row: it ends after the fee
    elif len(cells) != 8:
        raise SystemExit(f"2024/356 table {table}: unexpected row {cells}")
    label, mark = (cells[2][:-2], cells[2][-1]) if re.search(r"- \d \d$", cells[2]) else (cells[2], "")
    ages = {"1": ("24", ""), "2": ("", "24")}.get(section[0], ("", ""))
    basis = "session" if section in GROUP_SESSIONS else "unit" if section == "3" else "act"
    common = {"section": section, "ambulatory_code": cells[0], "hospital_code": cells[1].strip("-"), "label": label}
    common |= {"fee": cell_at(cells, 3), "age_from": ages[0], "age_to": ages[1], "marks": mark, "basis": basis}
    for offset, regime in enumerate(REGIMES):
        intervention, share = cell_at(cells, 4 + offset), cell_at(cells, 6 + offset)
        if missing(cells, 4 + offset) != missing(cells, 6 + offset):
            raise SystemExit(f"2024/356 table {table}: one of two amounts in {cells}")
        yield common | {
            "regime": regime,
            "intervention": intervention,
            "patient_share": share,
            "share_printed": "yes" if share else "no",
            "missing": missing(cells, 4 + offset),
            "intervention_kind": kind(intervention, theoretical=mark == "1"),
        }


def perinatal(cells: Cells) -> Iterator[Row]:
    """Yield the only situation of a line: code, empty cell, label, fee, intervention."""
    if len(cells) != 5:
        raise SystemExit(f"2024/401: unexpected row {cells}")
    label, star, _ = cells[2].partition(" *")
    fee, intervention = cell_at(cells, 3), cell_at(cells, 4)
    yield {
        "ambulatory_code": cells[0],
        "hospital_code": cells[1],
        "label": label,
        "marks": star.strip(),
        "fee": fee,
        "intervention": intervention,
        "patient_share": difference(fee, intervention),
        "share_printed": "no",
        "missing": missing(cells, 4),
        "basis": "unit" if cells[0] == "401435" else "act",
        "intervention_kind": kind(intervention, theoretical=False),
    }


def circular_rows(circular: str, path: Path) -> Iterator[Row]:
    """Yield every row of one circular, with the place where it stands; count its lines."""
    lines = 0
    for table, rows in enumerate(tables(path), start=1):
        for row, cells in enumerate(rows, start=1):
            lines += 1
            if circular in LAYOUTS:
                situations = medical(circular, table, cells)
            else:
                situations = psychology(table, cells) if circular == "2024/356" else perinatal(cells)
            place = {"circular": circular, "table": str(table), "row": str(row)}
            yield from (place | situation for situation in situations)
    if lines != LINES[circular]:
        raise SystemExit(f"{circular}: {lines} lines instead of {LINES[circular]}")


def main(shared: Path) -> None:
    """Write the CSV to standard output, after checking the number of distinct codes."""
    rows = [row for circular, name in FILES.items() for row in circular_rows(circular, shared / "circulars" / name)]
    codes = {row[column] for row in rows for column in ("ambulatory_code", "hospital_code")} - {""}
    if len(codes) != DISTINCT_CODES or any(int(code[:5]) % 7 != int(code[5]) for code in codes):
        raise SystemExit(f"{len(codes)} distinct codes instead of {DISTINCT_CODES}, or one with a wrong check digit")
    with TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: tabulate.py SHARED_DIR")
    main(Path(sys.argv[1]))

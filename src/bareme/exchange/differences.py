"""What changed, as one flat CSV table: a row for each figure changed and each line added or ended."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.exchange.outputs import check_place, written_whole

if TYPE_CHECKING:
    from bareme.audit.changes import Difference

COLUMNS = (
    "change",
    "code",
    "hospital_code",
    "label",
    "section",
    "quantity",
    "letter",
    "setting",
    "regime",
    "age_from",
    "age_to",
    "facts",
    "before",
    "after",
    "difference",
    "percent",
    "derived",
    "class",
    "measure",
    "why",
    "circular_before",
    "circular_after",
    "line_id_before",
    "line_id_after",
)
"""The columns: `change` is added, ended or changed; of an added or ended line `quantity` is its fee."""


def check_output(path: Path) -> None:
    """Refuse, before any work, a file that cannot be written."""
    check_place(path, (".csv",), "the table is a .csv file", "Nothing was written.")


def write_differences(found: Difference, path: Path) -> int:
    """Write the table under its name at once and never over another file; how many rows it has.

    UTF-8, commas, amounts with a point; what is null is empty.
    """
    check_output(path)
    rows = list(rows_of(found))
    with written_whole(path, over=False) as draft, draft.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([row[name] for name in COLUMNS] for row in rows)
    return len(rows)


def rows_of(found: Difference) -> Iterator[dict[str, Any]]:
    """The rows: what was added, what ended, what changed, each in the order of the difference."""
    data = found.to_dict()
    sides = (("added", "after"), ("ended", "before"))
    for change, side in sides:
        for entry in data[change]:
            figure = {"quantity": "fee", side: entry["fee"]}
            place = {f"circular_{side}": entry["circular"], f"line_id_{side}": entry["line_id"]}
            yield _row(change, entry | figure | place)
    for entry in data["changed"]:
        yield _row("changed", entry)


def _row(change: str, entry: dict[str, Any]) -> dict[str, Any]:
    section = entry["section"] or {"number": None, "title": None}
    facts = sorted((entry.get("facts") or {}).items())
    words = {
        "change": change,
        "section": " ".join(word for word in (section["number"], section["title"]) if word) or None,
        "facts": "; ".join(f"{name}={value}" for name, value in facts) or None,
        "derived": ("yes" if entry["derived"] else "no") if "derived" in entry else None,
    }
    return dict.fromkeys(COLUMNS) | {name: entry[name] for name in COLUMNS if name in entry} | words

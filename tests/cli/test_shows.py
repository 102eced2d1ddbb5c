"""What the foundation must show, run as a user runs it, with the book that the package ships."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import bareme
from running import Ran, bareme_here, bareme_process

Expected = dict[str, object]

PRICES: list[tuple[str, Expected]] = [
    (
        "565014 --on 2026-03-01 --regime ordinary",
        {
            "outcome": "priced",
            "fee": "373.31",
            "intervention": "364.63",
            "patient_share": "8.68",
            "circular": "2025/336",
            "certainty": "published",
        },
    ),
    (
        "565014 --on 2025-03-01 --regime ordinary",
        {"fee": "363.43", "intervention": "354.75", "patient_share": "8.68", "circular": "2024/382"},
    ),
    ("565025 --on 2026-03-01", {"outcome": "priced", "patient_share": "0.00", "needs": []}),
    ("565025 --on 2025-03-01", {"outcome": "priced", "patient_share": "0.00", "needs": []}),
    ("565014 --on 2026-03-01", {"outcome": "needs_information", "needs": ["regime"], "fee": None}),
    ("565015 --on 2026-03-01", {"outcome": "invalid_code", "suggestions.0": "565014"}),
    (
        "565014 --on 2024-06-01",
        {"outcome": "not_in_force", "reason_code": "before_first", "in_force_from": "2025-01-01"},
    ),
    ("589772 --on 2026-03-01", {"outcome": "priced", "fee": "814.76"}),
    ("589794 --on 2026-03-01", {"outcome": "no_amount", "fee": None}),
    ("589794 --on 2025-03-01", {"outcome": "no_amount", "fee": None}),
    (
        "589002 --on 2025-03-01 --regime preferential",
        {"outcome": "priced", "fee": "1676.97", "intervention": "1676.97"},
    ),
    (
        "589002 --on 2025-03-01 --regime ordinary",
        {"outcome": "incomplete", "fee": "1676.97", "intervention": None, "patient_share": None},
    ),
    ("589002 --on 2026-03-01 --regime ordinary", {"outcome": "priced", "not_published": []}),
    ("726530 --on 2025-05-05", {"outcome": "needs_information", "needs": ["age", "regime"]}),
    ("726530 --on 2025-05-05 --regime ordinary", {"outcome": "needs_information", "needs": ["age"]}),
    (
        "726530 --on 2025-05-05 --age 30 --regime ordinary",
        {"fee": "89.59", "intervention": "78.59", "patient_share": "11.00", "certainty": "published"},
    ),
    (
        "726530 --on 2025-05-05 --age 23",
        {"outcome": "priced", "fee": "89.59", "intervention": "89.59", "patient_share": "0.00"},
    ),
    (
        "726530 --on 2026-05-05 --age 30 --regime ordinary",
        {"fee": "89.59", "intervention": "78.59", "patient_share": "11.00", "certainty": "last_known"},
    ),
    (
        "726412 --on 2025-05-05 --age 30",
        {
            "outcome": "priced",
            "fee": "238.90",
            "intervention": "53.76",
            "intervention_kind": "theoretical",
            "patient_share": "0.00",
            "total_intervention": None,
            "basis": "session",
        },
    ),
    ("726412 --on 2025-05-05 --age 20", {"outcome": "incomplete", "intervention": None, "patient_share": None}),
    (
        "565014 --on 2026-03-01 --regime ordinary --as-known-on 2025-12-01",
        {"fee": "363.43", "circular": "2024/382", "certainty": "last_known"},
    ),
    (
        "565014 --on 2026-03-01 --regime ordinary --as-known-on 2025-12-20",
        {"fee": "373.31", "circular": "2025/336", "certainty": "published"},
    ),
    (
        "401435 --on 2025-02-01 --quantity 16",
        {"outcome": "priced", "fee": "15.50", "total_fee": "248.00", "basis": "unit", "quantity": 16},
    ),
]


@pytest.mark.parametrize(("line", "expected"), PRICES, ids=[line for line, _ in PRICES])
def test_a_price_is_as_promised(line: str, expected: Expected, tmp_path: Path) -> None:
    ran = bareme_here("price", *line.split(), "--json", book=tmp_path / "book.sqlite")
    assert (ran.code, ran.err) == (0, "")
    found = ran.json("price-1")
    found["suggestions.0"] = (found["suggestions"] or [None])[0]
    assert {name: found[name] for name in expected} == expected


def test_the_first_promise_in_a_process_of_its_own(tmp_path: Path) -> None:
    ran = bareme_process("price", "565014", "--on", "2026-03-01", "--regime", "ordinary", book=tmp_path / "book.sqlite")
    assert (ran.code, ran.err) == (0, "")
    first, *others = ran.out.splitlines()
    assert first == "565014 on 2026-03-01: fee 373,31, intervention 364,63, patient share 8,68."
    assert any("circular 2025/336" in line and "table 1, row 1" in line for line in others)
    assert not (tmp_path / "book.sqlite").exists(), "asking writes nothing"


@pytest.mark.slow
def test_every_promise_in_a_process_of_its_own(tmp_path: Path) -> None:
    def run(line: str) -> Ran:
        return bareme_process("price", *line.split(), "--json", book=tmp_path / "book.sqlite")

    with ThreadPoolExecutor(2) as pool:
        for (line, expected), ran in zip(PRICES, pool.map(run, [line for line, _ in PRICES]), strict=True):
            assert (ran.code, ran.err) == (0, ""), line
            found = ran.json("price-1")
            found["suggestions.0"] = (found["suggestions"] or [None])[0]
            assert {name: found[name] for name in expected} == expected, line


def explained(line: str, tmp_path: Path) -> str:
    ran = bareme_here("price", *line.split(), book=tmp_path / "book.sqlite")
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def test_a_published_fee_that_does_not_follow_from_its_terms_is_kept_and_explained(tmp_path: Path) -> None:
    text = explained("589772 --on 2026-03-01", tmp_path)
    assert "fee 814,76" in text
    assert "814,76 is published; 599,4 x 1,359267 would give 814,74" in text


def test_a_missing_regime_shows_what_each_would_give(tmp_path: Path) -> None:
    text = explained("565014 --on 2026-03-01", tmp_path)
    assert "needs the patient's regime" in text
    assert "364,63" in text
    assert "373,31" in text


def test_the_last_day_of_all_is_answered_like_the_day_before_it(tmp_path: Path) -> None:
    for day in ("9999-12-30", "9999-12-31"):
        assert "Without preferential regime: fee 373,31" in explained(f"565014 --on {day}", tmp_path)


def test_a_wrong_code_is_answered_with_the_near_ones(tmp_path: Path) -> None:
    assert "its check digit is wrong. Near: 565014" in explained("565015 --on 2026-03-01", tmp_path)


def test_a_date_before_all_tariffs_says_so(tmp_path: Path) -> None:
    text = explained("565014 --on 2024-06-01", tmp_path)
    assert "before the first tariff known to the book, of 2025-01-01" in text


def modules_after(*args: str, book: Path) -> set[str]:
    """The modules that a command loads. How long it takes is measured by `make bench`, not by a test."""
    code = "import sys, json, bareme.cli; sys.argv = ['bareme', *sys.argv[1:]]\n"
    code += "try:\n    bareme.cli.main()\nexcept SystemExit:\n    pass\n"
    code += "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    environment = os.environ | {"BAREME_BOOK": str(book)}
    done = subprocess.run(
        [sys.executable, "-c", code, *args], env=environment, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_the_version_is_told_without_loading_anything_slow(tmp_path: Path) -> None:
    loaded = modules_after("--version", book=tmp_path / "book.sqlite")
    assert not loaded.intersection({"typer", "rich", "sqlalchemy", "duckdb", "ibis", "pyarrow", "pandas"})


def test_one_act_is_priced_without_loading_compiler_and_frames(tmp_path: Path) -> None:
    line = ("price", "565014", "--on", "2026-03-01", "--regime", "ordinary")
    loaded = modules_after(*line, book=tmp_path / "book.sqlite")
    assert "sqlite3" in loaded
    assert not loaded.intersection({"duckdb", "ibis", "pyarrow", "pandas", "yaml", "jsonschema"})


def test_the_four_circulars_are_read_and_loaded_by_the_program(four: dict[str, Path], tmp_path: Path) -> None:
    book = tmp_path / "book.sqlite"
    bareme.create_book(book)
    ran = bareme_process("read", *four.values(), "--json", book=book)
    assert (ran.code, ran.err) == (0, "")
    assert {r["circular"]["number"]: len(r["lines"]) for r in ran.json()} == {
        "2024/356": 75,
        "2024/382": 77,
        "2024/401": 4,
        "2025/336": 77,
    }
    first = bareme_process("load", *four.values(), "--json", book=book)
    assert [r["status"] for r in first.json()] == ["recorded"] * 4
    again = bareme_process("load", *four.values(), "--json", book=book)
    assert [r["status"] for r in again.json()] == ["unchanged"] * 4
    assert bareme_process("book", "check", book=book).code == 0


def test_the_example_acts_are_priced_by_the_program(tmp_path: Path) -> None:
    acts = Path(__file__).parents[2] / "examples" / "acts.csv"
    ran = bareme_process("price-file", acts, tmp_path / "out.csv", "--json", book=tmp_path / "book.sqlite")
    assert (ran.code, ran.err) == (0, "")
    done = ran.json("price-file-1")
    assert done["lines"] == len(acts.read_text(encoding="utf-8").splitlines()) - 1
    assert len(done["outcomes"]) == 8, "the shipped acts show every outcome"

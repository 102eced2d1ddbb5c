"""`bareme reconcile --out FILE`: the file beside the answer, said on stderr, refused before any work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import bareme
from bareme.exchange.reconcile_html import reconciliation_page
from running import REPOSITORY, bareme_here, bareme_process, environment

CIRCULAR = REPOSITORY / "examples" / "circulars" / "example-2025-336.txt"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "book.sqlite"


def test_the_files_are_written_beside_the_answer(book: Path, tmp_path: Path) -> None:
    alone = bareme_process("reconcile", "2025/336", book=book)
    ran = bareme_process("reconcile", "2025/336", "--out", "proof.xlsx", "--out", "proof.html", book=book)
    assert (ran.code, ran.out) == (alone.code, alone.out) == (0, alone.out)
    said = "bareme: proof.xlsx is written (457 figures).\nbareme: proof.html is written (457 figures).\n"
    assert (alone.err, ran.err) == ("", said)
    found = bareme.open_book(book).reconcile("2025/336")
    assert (tmp_path / "proof.html").read_text(encoding="utf-8") == reconciliation_page(found)
    assert openpyxl.load_workbook(tmp_path / "proof.xlsx")["Figures"].max_row == len(found.lines) + 1


def test_json_stays_alone_on_stdout(book: Path, tmp_path: Path) -> None:
    ran = bareme_here("reconcile", CIRCULAR, "--out", "proof.html", "--json", book=book)
    assert (ran.code, ran.err) == (0, "bareme: proof.html is written (457 figures).\n")
    assert ran.json("reconcile-1") == bareme.open_book(book).reconcile(CIRCULAR).to_dict()
    assert (tmp_path / "proof.html").exists()


@pytest.mark.slow
def test_the_same_in_every_process(book: Path, tmp_path: Path) -> None:
    """Neither the hashing of texts nor the time zone nor the moment shows."""
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        names = [f"{seed}.xlsx", f"{seed}.html"]
        options = [word for name in names for word in ("--out", name)]
        ran = bareme_process("reconcile", "2025/336", *options, book=book, PYTHONHASHSEED=seed, TZ=zone)
        assert ran.code == 0
    for suffix in ("xlsx", "html"):
        assert (tmp_path / f"1.{suffix}").read_bytes() == (tmp_path / f"2.{suffix}").read_bytes()


@pytest.mark.parametrize(
    ("second", "says"),
    [
        ("there.xlsx", "there.xlsx exists; name another file, or use --overwrite. Nothing was written."),
        ("proof.csv", "proof.csv: a reconciliation is written as .xlsx or .html. Nothing was written."),
        ("folder.html", "folder.html is a directory. Nothing was written."),
        ("none/proof.html", "none/proof.html: none is not a directory. Nothing was written."),
        ("./good.html", "Two of the files to write are the same. Nothing was written."),
    ],
)
def test_nothing_is_done_when_one_of_the_files_cannot_be_written(
    second: str, says: str, book: Path, tmp_path: Path
) -> None:
    (tmp_path / "there.xlsx").write_text("mine", encoding="utf-8")
    (tmp_path / "folder.html").mkdir()
    ran = bareme_here("reconcile", "2025/336", "--out", "good.html", "--out", second, book=book)
    assert (ran.code, ran.out, ran.err) == (2, "", f"bareme: {says}\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.html", "there.xlsx"]


def test_overwrite_replaces_what_is_there(book: Path, tmp_path: Path) -> None:
    (tmp_path / "there.html").write_text("mine", encoding="utf-8")
    ran = bareme_here("reconcile", "2025/336", "--out", "there.html", "--overwrite", book=book)
    assert (ran.code, ran.err) == (0, "bareme: there.html is written (457 figures).\n")
    assert (tmp_path / "there.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_slip_ends_in_a_file_too(book: Path, tmp_path: Path) -> None:
    slip = tmp_path / "slip.txt"
    slip.write_text(CIRCULAR.read_text(encoding="utf-8").replace("746,62", "764,62"), encoding="utf-8")
    ran = bareme_here("reconcile", slip, "--strict", "--out", "slip.html", book=book)
    assert ran.code == 1
    assert "unexplained" in (tmp_path / "slip.html").read_text(encoding="utf-8")


def test_the_libraries_are_loaded_only_where_a_file_is_written(book: Path, tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from bareme.cli import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        "    pass\n"
        "print(sorted({'jinja2', 'openpyxl'} & set(sys.modules)), file=sys.stderr)\n"
    )
    expected = {"": "[]", "proof.html": "['jinja2']", "proof.xlsx": "['openpyxl']"}
    for name, loaded in expected.items():
        command = [sys.executable, "-c", program, "reconcile", "2025/336", *(["--out", name] if name else [])]
        done = subprocess.run(
            command, env=environment(book), cwd=tmp_path, capture_output=True, check=True, encoding="utf-8"
        )
        assert done.stderr.splitlines()[-1] == loaded

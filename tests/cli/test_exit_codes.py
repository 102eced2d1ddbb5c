"""Exit codes: 0 answered, whatever the outcome; 1 errors in what was found, --strict not met; 2 the caller's input."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

import bareme
from running import REPOSITORY, bareme_here, bareme_process

TOY = REPOSITORY / "examples" / "toy"

CODES = {
    "--version": 0,
    "--help": 0,
    "price --help": 0,
    "read good.txt": 0,
    "read wrong.txt": 1,
    "read good.txt wrong.txt": 1,
    "read missing.txt": 2,
    "read wrong.txt missing.txt": 2,
    "load good.txt": 0,
    "load good.txt good.txt": 0,
    "load wrong.txt": 1,
    "load wrong.txt --accept-findings": 0,
    "load good.txt wrong.txt": 1,
    "load missing.txt good.txt": 2,
    "show 565014": 0,
    "show 123454": 0,
    "show 565015": 2,
    "price 565014 --on 2026-03-01 --regime ordinary": 0,
    "price 565014 --on 2026-03-01": 0,
    "price 565014 --on 2020-03-01": 0,
    "price 565015 --on 2026-03-01": 0,
    "price 123454 --on 2026-03-01": 0,
    "price 589794 --on 2026-03-01": 0,
    "price 589002 --on 2025-03-01 --regime ordinary": 0,
    "price 565014 --on never": 2,
    "price-file acts.csv out.csv": 0,
    "price-file acts.csv out.csv --strict": 1,
    "price-file sure.csv out.csv --strict": 0,
    "price-file missing.csv out.csv": 2,
    "explain priced.csv --line 1": 0,
    "explain priced.csv --line 1 --line 43 --language fr": 0,
    "explain priced.csv --line 44": 2,
    "explain priced.csv": 2,
    "explain altered.csv --line 1": 1,
    "explain altered.csv --line 2": 0,
    "explain acts.csv --line 1": 2,
    "verify priced.csv": 0,
    "verify priced.csv --strict": 0,
    "verify altered.csv": 1,
    "verify acts.csv": 2,
    "verify priced.csv --book doubtful.sqlite": 2,
    "audit": 0,
    "audit 2025/336": 0,
    "audit 2030/1": 2,
    "audit --book doubtful.sqlite": 1,
    "audit 2023/900 --book doubtful.sqlite": 1,
    "circulars": 0,
    "circulars --book folder": 2,
    "book check": 0,
    "book check --book broken.sqlite": 1,
    "book check --book folder": 2,
    "book update": 0,
    "book update --book folder": 2,
    "book create new.sqlite": 0,
    "book create doubtful.sqlite": 2,
    "test cases.yaml": 0,
    "test wrong.yaml": 1,
    "test cases.yaml wrong.yaml": 1,
    "test missing.yaml": 2,
    "nope": 2,
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("codes")
    (folder / "folder").mkdir()
    good = (TOY / "2023-900.txt").read_text(encoding="utf-8")
    (folder / "good.txt").write_text(good, encoding="utf-8")
    (folder / "wrong.txt").write_text(good.replace("\t990021\t", "\t990022\t"), encoding="utf-8")
    shutil.copy(REPOSITORY / "examples" / "acts.csv", folder)
    (folder / "sure.csv").write_text("code,date\n565025,2026-03-01\n", encoding="utf-8")
    bareme.open_book(folder / "none.sqlite").price_file(folder / "acts.csv", folder / "priced.csv")
    priced = (folder / "priced.csv").read_text()
    (folder / "altered.csv").write_text(priced.replace("363.43", "363.44", 1))
    shutil.copy(folder / "priced.csv.about.json", folder / "altered.csv.about.json")
    case = (
        "schema: bareme/cases/1\ncases:\n- {act: {code: '565025', on: 2026-03-01}, because: x, expect: {fee: '%s'}}\n"
    )
    (folder / "cases.yaml").write_text(case % "373.31", encoding="utf-8")
    (folder / "wrong.yaml").write_text(case % "373.32", encoding="utf-8")
    bareme.create_book(folder / "doubtful.sqlite").load(folder / "wrong.txt", accept_findings=True)
    bareme.create_book(folder / "broken.sqlite").load(folder / "good.txt")
    with sqlite3.connect(folder / "broken.sqlite") as connection:
        connection.execute("DROP TRIGGER entry_no_update")
        connection.execute("UPDATE entry SET author = 'someone else'")
    connection.close()
    return folder


@pytest.mark.parametrize("as_json", [False, True], ids=["people", "json"])
@pytest.mark.parametrize(("line", "code"), CODES.items(), ids=list(CODES))
def test_the_exit_code_says_what_happened(line: str, code: int, as_json: bool, prepared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(prepared, folder)
    options = ["--json"] if as_json and line.split()[0] not in ("--version", "--help", "nope") else []
    ran = bareme_here(*line.split(), *options, book=folder / "book.sqlite", cwd=folder)
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
    assert bool(ran.err) == (code == 2 or ("--strict" in line and code == 1))
    if options and ran.out and "--help" not in line:
        ran.json()


@pytest.mark.parametrize(
    "line", ["price-file sure.csv out.csv --strict", "price-file acts.csv out.csv --strict", "nope"]
)
def test_a_process_ends_with_these_codes(line: str, prepared: Path, tmp_path: Path) -> None:
    args = [str(tmp_path / word) if word == "out.csv" else word for word in line.split()]
    assert bareme_process(*args, book=tmp_path / "book.sqlite", cwd=prepared).code == CODES[line]

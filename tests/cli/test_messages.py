"""Bad input: a clear message on stderr that names file and place, the right exit code, nothing written, no traceback.

The messages are held in golden/messages.txt (`BAREME_GOLDEN=write` rewrites it).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from functools import cache
from pathlib import Path

import pytest

import bareme
from running import REPOSITORY, Ran, bareme_here, bareme_process, masked, same_as_golden

GOLDEN = Path(__file__).parent / "golden" / "messages.txt"
TOY = REPOSITORY / "examples" / "toy"

DOCUMENTS = """
read missing.txt
read folder
read empty.txt
read blank.txt
read binary.txt
read picture.png
read latin.txt
read utf-16.txt
read utf-16-without-mark.txt
read document.pdf
read prose.txt
read table.txt
read cut-in-a-row.txt
load missing.txt
load folder
load empty.txt
load binary.txt
load latin.txt
load utf-16.txt
load prose.txt
load cut-in-a-row.txt
load table.txt
load table.txt --accept-findings
load table.txt --number 2024/900 --series toy/acts/1
load table.txt --number 2024/900 --issued 2023-12-14 --effective 2024-01-01 --series toys
load table.txt --number 2024/900 --issued 14/12/2023 --effective 2024-01-01 --series toy/acts/1
load table.txt --number 2024/900 --issued 2023-12-14 --effective 2024-02-30 --series toy/acts/1
load toy.txt --number 2023/901
load toy.txt --effective 2023-02-01
load toy.txt --series toy/acts/2
load toy.txt --known-from 2022-12-14
load toy.txt --known-from tomorrow
load toy.txt --book folder
load toy.txt --book empty.txt/book.sqlite
load toy.txt --book text.sqlite
load toy.txt --book other.sqlite
load toy.txt --book zero.sqlite
load
"""

ACTS = """
price
price 565014
price 565014 --on 2026-02-30
price 565014 --on 01/03/2026
price 565014 --on 2026-03-01 --regime omnio
price 565014 --on 2026-03-01 --age thirty
price 565014 --on 2026-03-01 --age -1
price 565014 --on 2026-03-01 --age 151
price 565014 --on 2026-03-01 --birth-date 1990
price 565014 --on 2026-03-01 --birth-date 2026-03-02
price 565014 --on 2026-03-01 --birth-date 1850-01-01
price 565014 --on 2026-03-01 --birth-date 1990-01-01 --age 35
price 565014 --on 2026-03-01 --fact weather=fine
price 565014 --on 2026-03-01 --fact trainee
price 565014 --on 2026-03-01 --fact trainee=maybe
price 565014 --on 2026-03-01 --fact regime=ordinary --regime preferential
price 565014 --on 2026-03-01 --fact trainee=yes --fact trainee=no
price 565014 --on 2026-03-01 --quantity 0
price 565014 --on 2026-03-01 --quantity 1000000
price 565014 --on 2026-03-01 --quantity some
price 565014 --on 2026-03-01 --language xx
price 565014 --on 2026-03-01 --as-known-on yesterday
price 565014 --on 2026-03-01 --as-recorded-at yesterday
price 565014 --on 2026-03-01 --book folder
price 565014 --on 2026-03-01 --book text.sqlite
price 565014 --on 2026-03-01 --nope
show 565015
show 565014 --on 2026
show 565014 --as-known-on 2026
explain priced.csv
explain priced.csv --line x
explain priced.csv --line 2
explain priced.csv --line 1 --language xx
explain missing.csv --line 1
explain folder --line 1
explain acts.csv --line 1
explain acts.xlsx --line 1
explain not.parquet --line 1
explain near.parquet --line 1
clawback missing.csv out.csv --recover 1 --activity 1 --year 2026
clawback acts.csv out.csv --recover much --activity 1 --year 2026
verify missing.csv
verify folder
verify acts.csv
verify not.parquet
verify priced.csv --changes changes.txt
verify priced.csv --changes there.csv
verify priced.csv --changes nowhere/changes.csv
verify priced.csv --book folder
audit 2030/1
circulars --book other.sqlite
book check --book text.sqlite
book update --book zero.sqlite
book create text.sqlite
book create folder
book create empty.txt/book.sqlite
book nope
nope
test missing.yaml
test folder
test empty.txt
test latin.txt
test table.txt
test cases-without-reason.yaml
test cases-of-tomorrow.yaml
"""

FILES = """
price-file missing.csv out.csv
price-file folder out.csv
price-file acts.xlsx out.csv
price-file empty.csv out.csv
price-file without-date.csv out.csv
price-file without-both.csv out.csv
price-file Regime.csv out.csv
price-file régime.csv out.csv
price-file regimes.csv out.csv
price-file cod.csv out.csv
price-file birthdate.csv out.csv
price-file outcome.csv out.csv
price-file twice.csv out.csv
price-file semicolons.csv out.csv
price-file tabs.csv out.csv
price-file ragged.csv out.csv
price-file short.csv out.csv
price-file quote.csv out.csv
price-file windows-1252.csv out.csv
price-file not.parquet out.csv
price-file near.parquet out.csv
price-file lists.parquet out.csv
price-file acts.csv there.csv
price-file acts.csv folder
price-file acts.csv folder.csv
price-file acts.csv nowhere/out.csv
price-file acts.csv out.xlsx
price-file acts.csv out
price-file acts.csv out.csv --as-known-on yesterday
price-file acts.csv out.csv --book folder
price-file acts.csv out.csv --window rolling
price-file acts.csv out.csv --rules --window yearly
price-file Minutes.csv out.csv --rules
price-file payable_fee.csv out.csv --rules
price-file acts.csv
"""

LINES = [line for block in (DOCUMENTS, ACTS, FILES) for line in block.strip().splitlines()]
ANSWERED = {
    "read prose.txt",
    "read table.txt",
    "read cut-in-a-row.txt",
    "load prose.txt",
    "load cut-in-a-row.txt",
    "load table.txt",
    "load table.txt --accept-findings",
    "load table.txt --number 2024/900 --series toy/acts/1",
}
"""Lines that are answered with findings of severity error: exit code 1, what was found on stdout."""


def make_files(folder: Path) -> None:
    """Every bad file that the lines name."""
    toy = (TOY / "2024-900.txt").read_text(encoding="utf-8")
    (folder / "folder").mkdir()
    (folder / "folder.csv").mkdir()
    texts = {
        "blank.txt": "  \n\n",
        "prose.txt": "Bonjour.\n\nCeci est une lettre.\n",
        "table.txt": toy[toy.index("Numéro de code") : toy.index("## 2.")],
        "cut-in-a-row.txt": toy[: toy.index("1.231,51") + 20],
        "toy.txt": (TOY / "2023-900.txt").read_text(encoding="utf-8"),
        "text.sqlite": "not a book\n",
        "cases-without-reason.yaml": "schema: bareme/cases/1\ncases:\n- act: {code: '565014', on: 2026-03-01}\n"
        "  expect: {outcome: priced}\n",
        "cases-of-tomorrow.yaml": "schema: bareme/cases/2\ncases: []\n",
        "without-date.csv": "code,regime\n565014,ordinary\n",
        "without-both.csv": "a,b\n1,2\n",
        "twice.csv": "code,date,note,note\n565014,2026-03-01,x,y\n",
        "semicolons.csv": "code;date;regime\n565014;2026-03-01;ordinary\n",
        "tabs.csv": "code\tdate\n565014\t2026-03-01\n",
        "ragged.csv": "code,date\n565014,2026-03-01\n565014,2026-03-01,ordinary\n",
        "short.csv": "code,date,regime\n565014,2026-03-01\n",
        "quote.csv": 'code,date,note\n565014,2026-03-01,fine\n565014,2026-03-01,"open\n565014,2026-03-01,x\n',
        "acts.csv": "code,date,regime\n565014,2026-03-01,ordinary\n",
        "there.csv": "mine\n",
        "acts.xlsx": "x",
    }
    for name in ("Regime", "régime", "regimes", "birthdate", "outcome", "Minutes", "payable_fee"):
        texts[f"{name}.csv"] = f"code,date,{name}\n565014,2026-03-01,ordinary\n"
    texts["cod.csv"] = "cod,date\n565014,2026-03-01\n"
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    contents = {
        "empty.txt": b"",
        "empty.csv": b"",
        "zero.sqlite": b"",
        "binary.txt": bytes(range(1, 32)) + b"\x00\xff\x00",
        "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(8),
        "document.pdf": b"%PDF-1.7\n",
        "latin.txt": "Circulaire\nprestations\nà partir de\n".encode("windows-1252") + b"\x81\n",
        "windows-1252.csv": "code,date,note\n565014,2026-03-01,x\n565014,2026-03-01,été\n".encode("windows-1252"),
        "utf-16.txt": "Circulaire OA no 2024/900\n".encode("utf-16"),
        "utf-16-without-mark.txt": "Circulaire OA no 2024/900\n".encode("utf-16-le"),
        "not.parquet": b"PAR1 is how it begins",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    with sqlite3.connect(folder / "other.sqlite") as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    make_parquet(folder)
    bareme.open_book(folder / "none.sqlite").price_file(folder / "acts.csv", folder / "priced.csv")


def make_parquet(folder: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    dates = pa.array(["2026-03-01"])
    parquet.write_table(pa.table({"code": ["565014"], "date": dates, "Age": [30]}), folder / "near.parquet")
    parquet.write_table(pa.table({"code": [["565014"]], "date": dates}), folder / "lists.parquet")


def snapshot(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("messages")
    make_files(made)
    return made


@pytest.fixture(scope="module")
def said(folder: Path) -> dict[str, Ran]:
    """What became of every line; nothing was written by any of them."""

    @cache
    def run(line: str) -> Ran:
        return bareme_here(*line.split(), book=folder / "book.sqlite", cwd=folder)

    before = snapshot(folder)
    found = {line: run(line) for line in LINES}
    assert snapshot(folder) == before
    return found


def test_the_messages_are_the_golden_ones(said: dict[str, Ran], folder: Path) -> None:
    parts = []
    for line, ran in said.items():
        findings = "\n".join(part for part in ran.out.splitlines() if "  error " in part or line.startswith("load"))
        text = masked("\n".join(filter(None, (findings, ran.err.rstrip("\n")))), folder)
        parts.append(f"$ bareme {line}\n{text}\n[exit code {ran.code}]\n")
    same_as_golden("\n".join(parts), GOLDEN)


@pytest.mark.parametrize("line", LINES)
def test_bad_input_is_answered_by_a_message(line: str, said: dict[str, Ran]) -> None:
    ran = said[line]
    assert "Traceback" not in ran.err + ran.out
    if line in ANSWERED:
        assert (ran.code, ran.err) == (1, "")
        assert "error" in ran.out
    else:
        assert ran.code == 2
        assert ran.out == ""
        assert ran.err.startswith(("bareme: ", "Usage: bareme "))
        assert ran.err.startswith("Usage") or len(ran.err.splitlines()) == 1


ABOUT_A_FILE = [
    line
    for line in LINES
    if line.startswith(("read", "load ", "price-file"))
    and line not in ANSWERED
    and not line.endswith(("yesterday", "price-file acts.csv"))
    and " --" not in line.split("--book")[0]
]


@pytest.mark.parametrize("line", ABOUT_A_FILE)
def test_a_message_about_a_file_names_it(line: str, said: dict[str, Ran]) -> None:
    assert any(word in said[line].err for word in line.split()[1:] if word != "--book"), said[line].err


@pytest.mark.parametrize("line", [line for line in FILES.strip().splitlines() if "--book" not in line])
def test_a_bad_file_of_acts_says_that_nothing_was_priced(line: str, said: dict[str, Ran]) -> None:
    ran = said[line]
    if "Usage" not in ran.err and "--as-known-on" not in line:
        assert ran.err.endswith("Nothing was priced.\n")


def test_a_process_of_its_own_says_the_same(said: dict[str, Ran], folder: Path) -> None:
    for line in ("price-file windows-1252.csv out.csv", "price 565014 --on 2026-02-30", "price 565014"):
        assert bareme_process(*line.split(), book=folder / "book.sqlite", cwd=folder) == said[line]


def test_a_circular_cut_between_its_rows_is_refused_once_the_book_knows_its_series(tmp_path: Path) -> None:
    text = (TOY / "2024-900.txt").read_text(encoding="utf-8")
    (tmp_path / "cut.txt").write_text(text[: text.index("X = 2,052521 + Y")], encoding="utf-8")
    book = tmp_path / "book.sqlite"
    assert bareme_here("load", TOY / "2023-900.txt", book=book).code == 0
    before = book.read_bytes()
    ran = bareme_here("load", "cut.txt", book=book)
    assert ran.code == 1
    assert "code_ended: 2024/900" in ran.out
    assert "990054 and 990065 of circular 2023/900" in ran.out
    assert book.read_bytes() == before


def test_a_table_without_identity_is_recorded_once_the_identity_is_given(tmp_path: Path) -> None:
    text = (TOY / "2024-900.txt").read_text(encoding="utf-8")
    (tmp_path / "table.txt").write_text(text[text.index("Numéro de code") : text.index("## 2.")], encoding="utf-8")
    identity = ["--number", "2024/900", "--issued", "2023-12-14", "--effective", "2024-01-01", "--series", "toy/acts/1"]
    for name, accept in (("plain.sqlite", []), ("accepted.sqlite", ["--accept-findings"])):
        book = tmp_path / name
        read = bareme_here("read", "table.txt", "--json", book=book, cwd=tmp_path)
        assert read.code == 1
        assert [f["check"] for f in read.json("reading-1")["findings"] if f["severity"] == "error"] == [
            "circular_identity"
        ]
        given = bareme_here("read", "table.txt", *identity, "--json", book=book, cwd=tmp_path)
        assert given.code == 0
        assert given.json("reading-1")["circular"]["number"] == "2024/900"
        ran = bareme_here("load", "table.txt", *identity, *accept, "--json", book=book, cwd=tmp_path)
        assert (ran.code, ran.err) == (0, "")
        assert ran.json("load-1")["status"] == "recorded"
        price = bareme_here("price", "990010", "--on", "2024-05-05", "--regime", "ordinary", "--json", book=book)
        assert price.json("price-1")["patient_share"] == "2.00"
        assert price.json()["line_id"] == "2024/900:990010"


def test_a_title_of_no_declared_series_is_recorded_only_when_accepted_or_named(tmp_path: Path) -> None:
    text = (TOY / "2023-900.txt").read_text(encoding="utf-8").replace("métier imaginaire - pre", "autre métier - pre")
    (tmp_path / "other.txt").write_text(text, encoding="utf-8")
    book = tmp_path / "book.sqlite"
    ran = bareme_here("load", "other.txt", "--json", book=book)
    assert ran.code == 1
    assert [f["check"] for f in ran.json("load-1")["findings"] if f["severity"] == "error"] == ["series_unknown"]
    assert not book.exists()
    named = bareme_here("load", "other.txt", "--series", "toy/acts/1", "--json", book=book)
    assert (named.code, named.json("load-1")["status"]) == (0, "recorded")
    again = tmp_path / "again.sqlite"
    accepted = bareme_here("load", "other.txt", "--accept-findings", "--json", book=again, cwd=tmp_path)
    assert (accepted.code, accepted.json("load-1")["status"]) == (0, "recorded")
    [held] = [c for c in bareme_here("circulars", "--json", book=again).json() if c["number"] == "2023/900"]
    assert held["series"].startswith("provisional/")


def test_a_header_alone_is_a_file_of_no_acts(tmp_path: Path) -> None:
    (tmp_path / "header.csv").write_text("code,date,note\n", encoding="utf-8")
    ran = bareme_here("price-file", "header.csv", "out.csv", "--strict", "--json", book=tmp_path / "book.sqlite")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json("price-file-1")["lines"] == 0
    header, *rows = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("code,date,note,outcome,certainty,fee,")
    assert rows == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    shutil.copy(TOY / "2023-900.txt", tmp_path / "toy.txt")
    (tmp_path / "acts.csv").write_text("code,date\n565025,2026-03-01\n", encoding="utf-8")
    held = closed / "held.sqlite"
    assert bareme_here("book", "create", held, book=held).code == 0
    held.chmod(stat.S_IRUSR)
    closed.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        if os.access(closed, os.W_OK):
            pytest.skip("permissions do not bind this user")
        book = closed / "book.sqlite"
        loaded = bareme_here("load", tmp_path / "toy.txt", book=book, cwd=tmp_path)
        assert loaded.code == 2
        assert f"{book} cannot be made" in loaded.err
        assert "Nothing was written." in loaded.err
        priced = bareme_here("price-file", "acts.csv", closed / "out.csv", book=book, cwd=tmp_path)
        assert priced.code == 2
        assert f"{closed / 'out.csv'} cannot be written" in priced.err
        assert bareme_here("price", "565025", "--on", "2026-03-01", book=book, cwd=tmp_path).code == 0
        refused = bareme_here("load", tmp_path / "toy.txt", book=held, cwd=tmp_path)
        assert refused.code == 2
        assert f"{held} cannot be written" in refused.err
        assert bareme_here("circulars", book=held, cwd=tmp_path).code == 0
    finally:
        closed.chmod(stat.S_IRWXU)

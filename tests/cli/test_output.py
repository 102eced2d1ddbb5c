"""What people see: the output of each command, held in golden/*.txt (`BAREME_GOLDEN=write` rewrites them)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bareme.cli.output import print_table
from running import MOMENT, REPOSITORY, bareme_here, bareme_process, environment, masked, same_as_golden

GOLDEN = Path(__file__).parent / "golden"
EXAMPLES = REPOSITORY / "examples"
TOY = ("2023-900.txt", "2024-900.txt", "2024-905.txt")

PRICES = {
    "priced": "565014 --on 2026-03-01 --regime ordinary",
    "priced-fee-differs": "589772 --on 2026-03-01",
    "priced-theoretical": "726412 --on 2025-05-05 --age 30",
    "priced-nothing-given": "726950 --on 2025-05-05",
    "priced-units": "401435 --on 2025-02-01 --quantity 16",
    "priced-shares-printed": "726530 --on 2025-05-05 --age 30 --regime ordinary",
    "priced-last-known": "726530 --on 2026-05-05 --age 23",
    "incomplete": "589002 --on 2025-03-01 --regime ordinary",
    "invalid-code": "565015 --on 2026-03-01",
    "invalid-code-form": "56501 --on 2026-03-01",
    "unknown-code": "123454 --on 2026-03-01",
    "not-in-force": "565014 --on 2024-06-01",
    "no-amount": "589794 --on 2026-03-01",
    "needs-regime": "565014 --on 2026-03-01",
    "needs-age-and-regime": "726530 --on 2025-05-05",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a copy of the examples, as a user has them."""
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    return tmp_path


def shown(folder: Path, *lines: str, book: str = "book.sqlite") -> str:
    """Command lines and what they print: stdout, then messages, then the exit code if it is not 0."""
    parts = []
    for line in lines:
        ran = bareme_here(*line.split(), book=folder / book, cwd=folder)
        assert "Traceback" not in ran.err
        code = f"[exit code {ran.code}]\n" if ran.code else ""
        parts.append(f"$ bareme {line}\n{masked(ran.out + ran.err, folder)}{code}")
    return "\n".join(parts)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_prices(language: str, folder: Path) -> None:
    lines = [f"price {line}" + (" --language fr" if language == "fr" else "") for line in PRICES.values()]
    same_as_golden(shown(folder, *lines), GOLDEN / f"price.{language}.txt")


def test_show(folder: Path) -> None:
    codes = ("565014", "589002", "726530", "726412", "726950", "589794", "123454", "565014 --on 2020-01-01")
    text = shown(folder, *(f"show {line}" for line in (*codes, "565014 --as-known-on 2025-01-01")))
    same_as_golden(text, GOLDEN / "show.txt")


def test_circulars(folder: Path) -> None:
    text = shown(folder, "circulars", "load toy/2023-900.txt", "circulars")
    same_as_golden(MOMENT.sub("(recorded at then)  ", text), GOLDEN / "circulars.txt")


def test_audit(folder: Path) -> None:
    same_as_golden(shown(folder, "audit 2025/336", "audit 2024/401 --all"), GOLDEN / "audit.txt")
    whole = bareme_here("audit", book=folder / "book.sqlite").out.splitlines()
    assert whole[0].startswith("the book: ")
    assert [line for line in whole if "726412" in line]
    assert [line for line in whole if "and 40 more" in line], "of a check that speaks often only the first are shown"


@pytest.mark.parametrize("name", TOY)
def test_read(name: str, folder: Path) -> None:
    same_as_golden(shown(folder, f"read toy/{name}", f"read toy/{name} --all"), GOLDEN / f"read-{name}")
    assert not (folder / "book.sqlite").exists()


def test_load(folder: Path) -> None:
    (folder / "wrong.txt").write_text(
        (folder / "toy" / TOY[1]).read_text(encoding="utf-8").replace("\t990021\t", "\t990022\t"), encoding="utf-8"
    )
    (folder / "prose.txt").write_text("Bonjour.\n", encoding="utf-8")
    (folder / "again.txt").write_text((folder / "toy" / TOY[0]).read_text(encoding="utf-8") + "\nFin.\n", "utf-8")
    text = shown(
        folder,
        *("load toy/2023-900.txt", "load toy/2023-900.txt", "load again.txt"),
        *("load wrong.txt", "load wrong.txt --accept-findings", "load toy/2024-900.txt"),
        *("load toy/2024-900.txt --accept-findings", "load toy/2024-905.txt", "load prose.txt", "audit 2024/900"),
        *("book check",),
    )
    today = datetime.now(UTC).date().isoformat()
    same_as_golden(text.replace(f"known from {today}", "known from TODAY"), GOLDEN / "load.txt")


def test_price_file(folder: Path) -> None:
    lines = ("price-file acts.csv priced.csv", "price-file acts.csv priced.parquet --strict")
    same_as_golden(shown(folder, *lines), GOLDEN / "price-file.txt")
    priced = (folder / "priced.csv").read_text(encoding="utf-8")
    same_as_golden(priced, GOLDEN / "priced.csv")


def test_cases(folder: Path) -> None:
    (folder / "cases.yaml").write_text(
        """\
schema: bareme/cases/1
cases:
  - act: {code: "565014", on: 2026-03-01, regime: ordinary}
    because: the fixed patient share stays (circular 2025/336, N.1)
    expect: {fee: "373.31", patient_share: "8.68"}
  - act: {code: "565014", on: 2026-03-01, regime: ordinary}
    because: a wrong expectation, to see it
    expect: {fee: "373.32", patient_share: "8.68", needs: [age], circular: null}
  - act: {code: "565014", on: 2026-03-01, regime: omnio}
    because: a regime that does not exist, to see it
    expect: {outcome: priced}
""",
        encoding="utf-8",
    )
    good = REPOSITORY / "tests" / "cases" / "perinatal.yaml"
    shutil.copy(good, folder)
    same_as_golden(shown(folder, "test cases.yaml", "test perinatal.yaml"), GOLDEN / "test.txt")


def test_book(folder: Path) -> None:
    lines = ("book check", "book create new.sqlite", "book update --book new.sqlite", "book update --book new.sqlite")
    text = shown(folder, *lines, "book update", "book check --book new.sqlite")
    same_as_golden(text, GOLDEN / "book.txt")


def test_the_program_prints_what_this_process_prints(folder: Path) -> None:
    line = ("show", "565014")
    here = bareme_here(*line, book=folder / "book.sqlite")
    assert bareme_process(*line, book=folder / "book.sqlite") == here


def test_output_survives_an_encoding_that_lacks_its_letters(folder: Path) -> None:
    line = ("price", "726530", "--on", "2025-05-05", "--age", "30", "--regime", "ordinary", "--language", "fr")
    ran = bareme_process(*line, book=folder / "book.sqlite", PYTHONIOENCODING="ascii")
    assert (ran.code, ran.err) == (0, "")
    assert "ticket mod?rateur 11,00" in ran.out


def test_a_reader_that_goes_away_leaves_no_traceback(folder: Path) -> None:
    command = [sys.executable, "-m", "bareme", "read", "--all", *map(str, sorted((folder / "circulars").glob("*.txt")))]
    with subprocess.Popen(
        command, env=environment(folder / "book.sqlite"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""


def test_columns_on_the_right_end_below_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    """Cells are never cut, so nothing but blanks before them can align them; the head of a column ends there too."""
    print_table(("act", "fee"), [("a", "1,00"), ("long", "1.000,00"), ("b", "")], right=(1,))
    assert capsys.readouterr().out.splitlines() == [
        "act         fee",
        "───────────────",
        "a          1,00",
        "long   1.000,00",
        "b",
    ]

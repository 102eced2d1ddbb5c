"""Files of acts in pieces: the same bytes whatever happens, every line once, in order, nothing half done."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import random
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import jsonschema
import polars
import pyarrow as pa
import pytest
from pyarrow import parquet

import bareme
from bareme.errors import InputError
from bareme.exchange.bulk import csv_blocks, pieces, runner
from bareme.exchange.bulk.about import about, about_of, sidecar
from bareme.exchange.bulk.sources import acts_files
from bareme.exchange.bulk.work_folder import WorkFolder, work_folder_of
from bareme.schemas import schema
from running import environment

CODES = ["565014", "565025", "589002", "589794", "726530", "565015", "123454"]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bareme.Book:
    """The shipped book, for tests that write nothing into it: its price table is built once for all of them."""
    return bareme.open_book(tmp_path_factory.mktemp("books") / "none.sqlite")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a few lines, so that a small file has many."""
    monkeypatch.setattr(pieces, "PIECE", 300)
    monkeypatch.setattr(csv_blocks, "BLOCK", 9_000)


def acts(lines: int) -> pa.Table:
    dice = random.Random(lines)
    days = ["2025-03-01", "2026-03-01", "2027-03-01", "2024-03-01", "no day", ""]
    return pa.table(
        {
            "invoice": pa.array(range(lines), pa.int64()),
            "code": [dice.choice(CODES) for _ in range(lines)],
            "date": [dice.choice(days) for _ in range(lines)],
            "regime": [dice.choice(["ordinary", "preferential", None]) for _ in range(lines)],
            "note": [dice.choice(["", "a,b", 'said "no"', "two\nlines", "é"]) for _ in range(lines)],
        }
    )


def write(table: pa.Table, path: Path) -> Path:
    if path.suffix == ".parquet":
        parquet.write_table(table, path, row_group_size=170)
    else:
        with gzip.open(path, "wt", newline="") if path.suffix == ".gz" else path.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(table.column_names)
            rows.writerows(row.values() for row in table.to_pylist())
    return path


def rows_of(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as file:
        return list(csv.reader(file, strict=True))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("given", ["acts.parquet", "acts.csv", "acts.csv.gz"])
@pytest.mark.parametrize("out", ["out.parquet", "out.csv", pytest.param("out.csv.gz", marks=pytest.mark.slow)])
def test_many_pieces_give_what_is_priced_in_memory(given: str, out: str, book: bareme.Book, tmp_path: Path) -> None:
    table = acts(2_000)
    done = book.price_file(write(table, tmp_path / given), tmp_path / out)
    expected = book.price_table(table)
    assert done.lines == 2_000
    assert sum(done.outcomes.values()) == 2_000
    if out.endswith("parquet"):
        found = parquet.read_table(tmp_path / out)
        assert parquet.ParquetFile(tmp_path / out).num_row_groups > 1
        names = [name for name in expected.column_names if name not in table.column_names]
        assert found.select(names).cast(expected.select(names).schema).equals(expected.select(names))
        assert found.column("invoice").cast(pa.int64()).to_pylist() == list(range(2_000))
        assert polars.read_parquet(tmp_path / out).height == 2_000
    else:
        text = [["" if v is None else str(v) for v in row.values()] for row in expected.to_pylist()]
        assert rows_of(tmp_path / out) == [expected.column_names, *text]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("given", ["acts.parquet", pytest.param("acts.csv", marks=pytest.mark.slow)])
@pytest.mark.parametrize("out", ["out.parquet", "out.csv", pytest.param("out.csv.gz", marks=pytest.mark.slow)])
def test_a_run_that_was_stopped_goes_on_and_gives_the_same_bytes(
    given: str, out: str, book: bareme.Book, tmp_path: Path
) -> None:
    path = write(acts(2_000), tmp_path / given)
    whole, again = tmp_path / f"whole-{out}", tmp_path / out
    book.price_file(path, whole)

    def stop(done: int, _: int | None) -> None:
        if done > 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        book.price_file(path, again, progress=stop)
    assert not again.exists()
    assert work_folder_of(again).is_dir()
    done = book.price_file(path, again)
    assert 500 < done.resumed < done.lines == 2_000
    assert again.read_bytes() == whole.read_bytes()
    assert not work_folder_of(again).exists()
    assert done.summary == book.price_file(path, again, overwrite=True).summary


@pytest.mark.usefixtures("small")
def test_what_a_kill_can_leave_of_the_journal_and_the_draft_is_taken_up(book: bareme.Book, tmp_path: Path) -> None:
    path, out = write(acts(2_000), tmp_path / "acts.parquet"), tmp_path / "out.parquet"
    book.price_file(path, tmp_path / "whole.parquet")

    def stop(done: int, _: int | None) -> None:
        if done > 900:
            raise KeyboardInterrupt

    for damage in ("half a line", "half a piece", "a stray piece", "nothing"):
        with pytest.raises(KeyboardInterrupt):
            book.price_file(path, out, progress=stop)
        folder = work_folder_of(out)
        if damage == "half a line":
            text = (folder / "journal").read_text()
            (folder / "journal").write_text(text[: len(text) - 40])
        elif damage == "half a piece":
            with (folder / "draft").open("ab") as file:
                file.write(b"half a piece")
        elif damage == "a stray piece":
            (folder / "piece-000099").write_bytes(b"stray")
        assert book.price_file(path, out).resumed > 0
        assert out.read_bytes() == (tmp_path / "whole.parquet").read_bytes()
        out.unlink()


@pytest.mark.usefixtures("small")
def test_another_run_begins_anew(book: bareme.Book, tmp_path: Path) -> None:
    path, out = write(acts(2_000), tmp_path / "acts.csv"), tmp_path / "out.csv"

    def stop(done: int, _: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        book.price_file(path, out, progress=stop)
    done = book.price_file(path, out, as_known_on="2025-06-01")
    assert done.resumed == 0
    assert about_of(out).as_known_on == "2025-06-01"


def test_two_runs_do_not_make_one_result(book: bareme.Book, tmp_path: Path) -> None:
    path, out = write(acts(10), tmp_path / "acts.csv"), tmp_path / "out.csv"
    with WorkFolder(out, "another", b""), pytest.raises(InputError, match=r"out.csv is being made by another run"):
        book.price_file(path, out)
    assert book.price_file(path, out).lines == 10


def test_a_result_says_what_it_was_made_with(book: bareme.Book, tmp_path: Path) -> None:
    path = write(acts(10), tmp_path / "acts.csv")
    book.price_file(path, tmp_path / "out.csv", columns="fr")
    book.price_file(path, tmp_path / "out.parquet", columns="fr")
    about = json.loads(sidecar(tmp_path / "out.csv").read_text())
    jsonschema.validate(about, schema("priced-acts-1"))
    assert about == about_of(tmp_path / "out.parquet").to_dict() == about_of(tmp_path / "out.csv").to_dict()
    assert (about["book"], about["lines"], about["acts"]) == (book.hash, 10, ["acts.csv"])
    with pytest.raises(InputError, match=r"acts.csv is not a result of bareme price-file"):
        about_of(path)


def test_a_folder_and_a_pattern_are_priced_in_the_order_of_their_names(book: bareme.Book, tmp_path: Path) -> None:
    folder = tmp_path / "acts"
    folder.mkdir()
    table = acts(90)
    for name, start in (("b.csv", 30), ("a.csv", 0), ("c.csv", 60)):
        write(table.slice(start, 30), folder / name)
    book.price_file(write(table, tmp_path / "all.csv"), tmp_path / "all.out.csv")
    book.price_file(folder, tmp_path / "folder.csv")
    book.price_file(folder / "*.csv", tmp_path / "pattern.csv")
    assert rows_of(tmp_path / "folder.csv") == rows_of(tmp_path / "all.out.csv") == rows_of(tmp_path / "pattern.csv")


@pytest.mark.parametrize(
    "name", ["acts[1].parquet", "act?1.parquet", "a*.parquet", "it's.parquet", "code=726530/acts.parquet"]
)
def test_the_file_that_is_named_is_priced_and_no_other(name: str, book: bareme.Book, tmp_path: Path) -> None:
    """DuckDB takes brackets and stars for patterns, and such folders for columns."""
    given = tmp_path / name
    given.parent.mkdir(exist_ok=True)
    parquet.write_table(pa.table({"code": ["565025"], "date": ["2026-03-01"]}), tmp_path / "acts1.parquet")
    parquet.write_table(pa.table({"code": ["401376"], "date": ["2025-03-01"]}), given)
    out = given.parent / f"out of {given.name}"
    book.price_file(given, out)
    with out.open("rb") as file:
        found = parquet.read_table(file)
    assert found.column_names[:3] == ["code", "date", "outcome"]
    assert found.column("fee").to_pylist() == [Decimal("23.30")]


TEXTS = [pa.binary(), pa.large_binary(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())]


@pytest.mark.parametrize("kind", TEXTS)
def test_a_code_is_read_whatever_holds_it(kind: pa.DataType, book: bareme.Book, tmp_path: Path) -> None:
    codes = pa.array(["565025", "565015", "é"], pa.string()).cast(kind)
    parquet.write_table(pa.table({"code": codes, "date": ["2026-03-01"] * 3}), tmp_path / "acts.parquet")
    book.price_file(tmp_path / "acts.parquet", tmp_path / "out.parquet")
    found = parquet.read_table(tmp_path / "out.parquet")
    assert found.column("outcome").to_pylist() == ["priced", "invalid_code", "invalid_code"]


def test_a_code_is_no_list(book: bareme.Book, tmp_path: Path) -> None:
    parquet.write_table(pa.table({"code": [["565025"]], "date": ["2026-03-01"]}), tmp_path / "acts.parquet")
    with pytest.raises(InputError, match=r"the column 'code' holds list<.*>, which cannot be read"):
        book.price_file(tmp_path / "acts.parquet", tmp_path / "out.parquet")


def test_the_day_of_a_moment_is_that_of_its_zone(book: bareme.Book, tmp_path: Path) -> None:
    moments = [dt.datetime(2026, 2, 28, 23, tzinfo=dt.UTC), dt.datetime(2026, 3, 1, tzinfo=dt.UTC)]
    table = pa.table({"code": ["565025"] * 2, "date": pa.array(moments, pa.timestamp("us", tz="Europe/Brussels"))})
    parquet.write_table(table, tmp_path / "acts.parquet")
    book.price_file(tmp_path / "acts.parquet", tmp_path / "out.parquet")
    outcomes = parquet.read_table(tmp_path / "out.parquet").column("outcome").to_pylist()
    assert outcomes == book.price_table(table).column("outcome").to_pylist() == ["priced", "invalid_input"]


def test_the_year_of_a_moment_is_that_of_its_zone(book: bareme.Book, tmp_path: Path) -> None:
    moments = pa.array([dt.datetime(2025, 12, 31, 23, tzinfo=dt.UTC)], pa.timestamp("us", tz="Europe/Brussels"))
    parquet.write_table(pa.table({"code": ["565025"], "date": moments}), tmp_path / "acts.parquet")
    for out in ("out.parquet", "out.csv"):
        done = book.price_file(tmp_path / "acts.parquet", tmp_path / out)
        assert [(row.year, row.total_fee) for row in done.summary.by_outcome] == [(2026, Decimal("373.31"))]


def test_a_last_known_tariff_is_not_counted_with_published_ones(book: bareme.Book, tmp_path: Path) -> None:
    (tmp_path / "acts.csv").write_text("code,date\n565025,2026-03-01\n565025,2027-03-01\n565025,2026-04-01\n")
    done = book.price_file(tmp_path / "acts.csv", tmp_path / "out.csv")
    found = [(r.outcome, r.certainty, r.year, r.lines, r.total_fee) for r in done.summary.by_outcome]
    assert found == [
        ("priced", "published", 2026, 2, Decimal("746.62")),
        ("priced", "last_known", 2027, 1, Decimal("373.31")),
    ]
    assert {row.series for row in done.summary.by_outcome} == {"doctors/medical-acts/7"}


def test_a_file_of_ones_own_beside_the_result_is_not_lost(book: bareme.Book, tmp_path: Path) -> None:
    path, own = write(acts(3), tmp_path / "acts.csv"), tmp_path / "out.csv.about.json"
    own.write_text("mine")
    with pytest.raises(InputError, match=r"out.csv.about.json exists, and would tell of the result"):
        book.price_file(path, tmp_path / "out.csv")
    assert own.read_text() == "mine"
    assert not (tmp_path / "out.csv").exists()


def test_a_damaged_file_is_named_and_not_the_result(book: bareme.Book, tmp_path: Path) -> None:
    path = tmp_path / "acts.parquet"
    table = pa.table({"code": ["565025"] * 9_000, "date": ["2026-03-01"] * 9_000, "n": range(9_000)})
    parquet.write_table(table, path, compression="none", use_dictionary=False, row_group_size=3_000)
    content = bytearray(path.read_bytes())
    middle = parquet.read_metadata(path).row_group(1).column(0).data_page_offset
    content[middle : middle + 900] = b"\xff" * 900
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"acts.parquet is damaged: its lines 3,001 to 6,000 cannot be read"):
        book.price_file(path, tmp_path / "out.parquet")
    assert [found.name for found in tmp_path.iterdir()] == ["acts.parquet"]


@pytest.mark.parametrize(
    ("column", "message"),
    [("", "a column without a name; name it"), ("File_row_number", "which reading it needs; rename it")],
)
def test_columns_that_the_engine_cannot_name(column: str, message: str, book: bareme.Book, tmp_path: Path) -> None:
    table = pa.table({"code": ["565025"], "date": ["2026-03-01"], column: [1]})
    with pytest.raises(InputError, match=message):
        book.price_file(write(table, tmp_path / "acts.parquet"), tmp_path / "out.parquet")
    book.price_file(write(table, tmp_path / "acts.csv"), tmp_path / "out.csv")
    assert rows_of(tmp_path / "out.csv")[0][2] == column


@pytest.mark.parametrize("name", ["out.gz", "out.txt.gz", "out.txt", "out"])
def test_a_result_of_another_kind_is_refused(name: str, book: bareme.Book, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the result is a .csv, .csv.gz or .parquet file"):
        book.price_file(write(acts(3), tmp_path / "acts.csv"), tmp_path / name)
    assert [found.name for found in tmp_path.iterdir()] == ["acts.csv"]


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_one_book_prices_file_after_file_out_of_memory(
    book: bareme.Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not fit goes on on disk, for the second file as for the first."""
    monkeypatch.setattr(pieces, "PIECE", 300_000)
    table = pa.table({"code": CODES * 50_000, "date": ["2026-03-01"] * 350_000, "note": list(map(str, range(350_000)))})
    given = acts_files(str(write(table, tmp_path / "acts.parquet")))
    engine = book._view(None, None).engine()
    said = about(given, book.hash, "duckdb", "0", None, None)
    for out in (tmp_path / "one.parquet", tmp_path / "two.parquet"):
        assert runner.price_acts(given, engine, out, said, memory="110MiB").lines == 350_000
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


KILLED = """
import sys
from bareme.exchange.bulk import pieces
pieces.PIECE = 40_000
sys.argv = ["bareme", "price-file", *sys.argv[1:]]
from bareme.cli.app import run
run()
"""


@pytest.mark.slow
def test_twenty_kills_at_random_moments(tmp_path: Path) -> None:
    """However often it is killed, the same command gives the bytes of a run that was not."""
    dice = random.Random(20)
    write(acts(400_000), tmp_path / "acts.parquet")
    command = [sys.executable, "-c", KILLED, "acts.parquet"]
    whole = environment(tmp_path / "none.sqlite")
    start = time.perf_counter()
    subprocess.run([*command, "whole.parquet"], cwd=tmp_path, env=whole, check=True, capture_output=True)
    taken = time.perf_counter() - start
    expected = (tmp_path / "whole.parquet").read_bytes()
    unfinished = 0
    for _ in range(20):
        running = subprocess.Popen([*command, "out.parquet"], cwd=tmp_path, env=whole, stdout=subprocess.DEVNULL)
        try:
            running.wait(taken * dice.uniform(0.3, 1.0))
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        if not (tmp_path / "out.parquet").exists():
            unfinished += 1
            subprocess.run([*command, "out.parquet"], cwd=tmp_path, env=whole, check=True, capture_output=True)
        assert (tmp_path / "out.parquet").read_bytes() == expected
        assert not work_folder_of(tmp_path / "out.parquet").exists()
        (tmp_path / "out.parquet").unlink()
    assert unfinished > 5


def test_ctrl_c_says_what_to_do(tmp_path: Path) -> None:
    write(acts(400_000), tmp_path / "acts.parquet")
    command = [sys.executable, "-c", KILLED, "acts.parquet", "out.parquet"]
    running = subprocess.Popen(
        command, cwd=tmp_path, env=environment(tmp_path / "none.sqlite"), stderr=subprocess.PIPE, text=True
    )
    while not work_folder_of(tmp_path / "out.parquet").exists():
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert said == "bareme: stopped. The lines that are done are kept; give the same command to go on.\n"


def test_words_of_other_languages(book: bareme.Book, tmp_path: Path) -> None:
    (tmp_path / "fr.csv").write_text("Prestation,date_prestation,BIM\n565014,2026-03-01,Non\n565014,2026-03-01,oui\n")
    (tmp_path / "tab.csv").write_text('Prestation,date_prestation,BIM\n565014,2026-03-01,"oui\t"\n')
    book.price_file(tmp_path / "tab.csv", tmp_path / "tab.parquet", columns="fr")
    assert parquet.read_table(tmp_path / "tab.parquet").column("outcome").to_pylist() == ["priced"]
    (tmp_path / "nl.csv").write_text("nomenclatuurnummer,datum,voorkeurregeling\n565014,2026-03-01,neen\n")
    book.price_file(tmp_path / "fr.csv", tmp_path / "fr.parquet", columns="fr")
    book.price_file(tmp_path / "nl.csv", tmp_path / "nl.parquet", columns="nl")
    found = parquet.read_table(tmp_path / "fr.parquet")
    assert found.column_names[:3] == ["Prestation", "date_prestation", "BIM"]
    assert found.column("patient_share").to_pylist() == [Decimal("8.68"), Decimal("0.00")]
    assert parquet.read_table(tmp_path / "nl.parquet").column("patient_share").to_pylist() == [Decimal("8.68")]


BAD = {
    "an empty folder": (
        {},
        "acts",
        r"acts is a directory without a .parquet, .csv or .csv.gz file. Nothing was priced.",
    ),
    "a pattern of nothing": ({}, "*.csv", r"names no file. Nothing was priced."),
    "no file": ({}, "none.csv", r"none.csv does not exist. Nothing was priced."),
    "two kinds": ({"a.csv": "code,date\n", "b.csv.gz": ""}, "acts", r"a.csv and b.csv.gz are files of two kinds"),
    "other columns": (
        {"a.csv": "code,date\n", "b.csv": "code,day\n"},
        "acts",
        r"b.csv has not the columns of a.csv: column 2 is 'day', not 'date'. Nothing was priced.",
    ),
    "more columns": (
        {"a.csv": "code,date\n", "b.csv": "code,date,x\n"},
        "acts",
        r"b.csv has a column 'x', which a.csv",
    ),
    "case": ({"a.csv": "code,date,X,x\n"}, "acts", r"a.csv has a column 'x' beside 'X', which differs by case only"),
    "an output": ({"a.csv": "code,date,Outcome\n"}, "acts", r"'Outcome' beside 'outcome', which the result adds"),
    "a mark not closed": ({"a.csv": 'code,date\n"565014,x\n'}, "acts", r"a.csv, line 2: a quotation mark is opened"),
    "a short row": ({"a.csv": "code,date\n1,2\n\n1\n"}, "acts", r"a.csv, line 4: 1 values for 2 columns"),
    "no gzip": ({"a.csv.gz": "code,date\n"}, "acts", r"a.csv.gz is no gzip file, or a damaged one"),
    "no parquet": ({"a.parquet": "code,date\n"}, "acts", r"a.parquet is no Parquet file, or a damaged one"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused_and_nothing_is_left(case: str, book: bareme.Book, tmp_path: Path) -> None:
    files, given, message = BAD[case]
    folder = tmp_path / "acts"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        book.price_file(folder if given == "acts" else folder / given, tmp_path / "out.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["acts"]


def test_a_mapping_that_cannot_be_used(book: bareme.Book, tmp_path: Path) -> None:
    path, words = write(acts(2), tmp_path / "acts.csv"), tmp_path / "words.toml"
    for text, message in {
        "x": "cannot be read as a mapping of columns",
        'schema = "bareme/columns/1"\n[columns]\ncod = ["x"]': r"words.toml, columns: 'cod' is not one of",
        'schema = "bareme/columns/1"\n[columns]\ncode = ["x"]\ndate = ["X"]': r"'x' stands for both code and date",
        'schema = "bareme/columns/1"\n[values.regime]\nbim = ["x"]': r"values.regime: 'bim' is none of preferential",
    }.items():
        words.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=message):
            book.price_file(path, tmp_path / "out.csv", columns=str(words))
    with pytest.raises(InputError, match=r"none.toml is no mapping of columns: name a file, or one of fr, nl"):
        book.price_file(path, tmp_path / "out.csv", columns="none.toml")

"""`bareme compare` as a user runs it: what people see, JSON, the table in a file, and what cannot be compared.

The texts are held in golden/compare.txt and golden/compare-messages.txt (`BAREME_GOLDEN=write` rewrites them).
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

import bareme
from bareme.audit.changes import NOTES, Part
from bareme.audit.compared import Class
from bareme.exchange.differences import COLUMNS
from bareme.nomenclature.situations import Regime, Setting
from bareme.schemas import schema
from running import REPOSITORY, bareme_here, bareme_process, masked, same_as_golden

GOLDEN = Path(__file__).parent / "golden"
TOY = REPOSITORY / "examples" / "toy"

SHOWN = """
compare 2024/382 2025/336
compare 2025/336 2024/382
compare 2025-06-01 2026-06-01 --series doctors --as-known-on 2025-12-19
compare 2026-03-01 2026-03-01 --series doctors
compare 2024/356 2025/336
compare 2024-12-31 2025-01-01 --series integrated-care
compare 2023-06-01 2025-06-01 --book toys.sqlite
compare 2024/900 2024/905 --book toys.sqlite --all
compare 2024/900 third.txt --book toys.sqlite --out third.csv
"""

WRONG = """
compare
compare 2024/382
compare 2024/382 2030/1
compare 2030/1 2025/336
compare 2024/382 2026-01-01
compare 2026-01-01 2025/336
compare 2026-02-30 2026-03-01
compare 2026-02-28 01/03/2026
compare 2024/382 2025/336 --series doctors
compare 2025-06-01 2026-06-01 --series dentists
compare 2025-06-01 2026-06-01 --series doc
compare 2024/382 2025/336 --as-known-on 2025-01-10
compare 2024/382 2025/336 --as-known-on yesterday
compare 2024/382 folder
compare 2024/382 empty.txt
compare 2024/382 2025/336 --out there.csv
compare 2024/382 2025/336 --out folder.csv
compare 2024/382 2025/336 --out nowhere/out.csv
compare 2024/382 2025/336 --out out.xlsx
compare 2024/382 2025/336 --book folder
"""


def third_year() -> str:
    """2025/900: an imagined third year of the toy; 990054 ends, 990076 is added, 991071 rises without a word."""
    text = (TOY / "2024-900.txt").read_text(encoding="utf-8")
    for old, new in (
        ("2024/900 du 14-12-2023", "2025/900 du 13-12-2024"),
        ("Applicable à partir de 1/01/2024", "Applicable à partir de 1/01/2025"),
        ("partie 1 ; 01-01-2024", "partie 1 ; 01-01-2025"),
        ("janvier 2024", "janvier 2025"),
        ("- l'ensemble des prestations est indexé de 2,00 % ;\n", ""),
        ("- les tickets modérateurs gardent leur montant.", "- les prestations 990054-990065 sont supprimées."),
        (
            "X = 2,052521 + Y = 0,102000\t<b>990054</b>\t990065\t= X 8 + Y 30",
            "X = 2,052521\t<b>990076</b>\t990080\t= X 10",
        ),
        ("19,48\t19,48\t<b>17,48</b>\t19,48\t19,48", "20,53\t20,53\t<b>18,53</b>\t20,53\t20,53"),
        ("13,01", "13,50"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("compare")
    toys = bareme.create_book(made / "toys.sqlite")
    (made / "third.txt").write_text(third_year(), encoding="utf-8")
    for path in (TOY / "2023-900.txt", TOY / "2024-900.txt", TOY / "2024-905.txt", made / "third.txt"):
        toys.load(path, accept_findings=True)
    (made / "folder").mkdir()
    (made / "folder.csv").mkdir()
    (made / "empty.txt").touch()
    (made / "there.csv").write_text("mine\n", encoding="utf-8")
    return made


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A folder of its own with a book of toys, a document, and what cannot be used."""
    return Path(shutil.copytree(prepared, tmp_path / "files"))


def test_what_people_see(folder: Path) -> None:
    parts = []
    for line in SHOWN.strip().splitlines():
        ran = bareme_here(*line.split(), book=folder / "book.sqlite", cwd=folder)
        assert (ran.code, ran.err) == (0, "")
        parts.append(f"$ bareme {line}\n{masked(ran.out, folder)}")
    same_as_golden("\n".join(parts), GOLDEN / "compare.txt")


def test_what_cannot_be_compared_is_answered_by_a_message(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    parts = []
    for line in WRONG.strip().splitlines():
        ran = bareme_here(*line.split(), book=folder / "book.sqlite", cwd=folder)
        assert (ran.code, ran.out) == (2, ""), line
        assert ran.err.startswith(("bareme: ", "Usage: bareme ")), line
        assert "Traceback" not in ran.err
        parts.append(f"$ bareme {line}\n{masked(ran.err, folder)}[exit code {ran.code}]\n")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    same_as_golden("\n".join(parts), GOLDEN / "compare-messages.txt")


@pytest.mark.parametrize("line", SHOWN.strip().splitlines())
def test_json_is_what_the_library_says(line: str, folder: Path) -> None:
    _, start, end, *options = [word for word in line.split() if word not in ("--all",)]
    ran = bareme_here(*line.split(), "--json", book=folder / "book.sqlite", cwd=folder)
    assert (ran.code, ran.err) == (0, "")
    named = dict(zip(options[::2], options[1::2], strict=True))
    book = bareme.open_book(folder / named.get("--book", "book.sqlite"))
    end = str(folder / end) if end.endswith(".txt") else end
    found = book.compare(start, end, series=named.get("--series"), as_known_on=named.get("--as-known-on"))
    assert ran.json("compare-1") == found.to_dict()
    assert list(ran.json()) == ["from", "to", "as_known_on", "added", "ended", "changed", "unchanged", "notes"]


def keys(node: object, *path: str) -> list[str]:
    for key in path:
        assert isinstance(node, dict)
        node = node[key]
    assert isinstance(node, dict)
    return list(node)


def test_entries_have_the_keys_of_the_schema_in_its_order(folder: Path) -> None:
    found = bareme.open_book(folder / "toys.sqlite").compare("2024-06-01", "2025-06-01").to_dict()
    definitions = schema("compare-1")["$defs"]
    for entry, name in (
        (found["changed"][0], "changed"),
        (found["added"][0], "listing"),
        (found["ended"][0], "listing"),
    ):
        assert list(entry) == keys(definitions, name, "properties")
    assert list(found["from"]) == keys(definitions, "side", "properties")
    assert list(found["notes"][0]) == keys(definitions, "note", "properties")


def words(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


def test_the_lists_of_words_of_the_schema_are_those_of_the_code() -> None:
    definitions = schema("compare-1")["$defs"]
    changed = definitions["changed"]["properties"]
    assert changed["quantity"]["enum"] == words(Part)
    assert changed["class"]["enum"] == [*words(Class), None]
    assert changed["setting"]["enum"] == [*words(Setting), None]
    assert changed["regime"]["enum"] == [*words(Regime), None]
    assert definitions["note"]["properties"]["kind"]["enum"] == list(NOTES)


def test_the_file_holds_every_row(folder: Path) -> None:
    args = ["compare", "2024-06-01", "2025-06-01", "--book", "toys.sqlite", "--out", "out.csv"]
    ran = bareme_here(*args, "--json", book=folder / "book.sqlite", cwd=folder)
    assert (ran.code, ran.err) == (0, "")
    data = ran.json("compare-1")
    content = (folder / "out.csv").read_bytes()
    assert b"\r" not in content
    rows = list(csv.DictReader(content.decode().splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert Counter(row["change"] for row in rows) == {"added": 1, "ended": 1, "changed": len(data["changed"])}
    added, ended, *changed = rows
    assert [added[n] for n in ("code", "hospital_code", "quantity", "before", "after", "circular_after")] == [
        "990076",
        "990080",
        "fee",
        "",
        "20.53",
        "2025/900",
    ]
    assert (ended["before"], ended["after"], ended["line_id_before"]) == ("19.48", "", "2024/900:990054")
    assert ended["why"] == "a measure of circular 2025/900 ends it"
    assert added["section"] == "1 Prestations avec lettre-clé"
    for row, entry in zip(changed, data["changed"], strict=True):
        same = ("code", "label", "quantity", "before", "after", "difference", "percent", "class", "why")
        assert [row[name] for name in same] == [entry[name] or "" for name in same]
        assert row["derived"] == {True: "yes", False: "no"}[entry["derived"]]
        assert row["age_from"] == ("" if entry["age_from"] is None else str(entry["age_from"]))
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_a_file_is_never_written_over(folder: Path) -> None:
    args = ["compare", "2024-06-01", "2025-06-01", "--book", "toys.sqlite", "--out"]
    for name in ("there.csv", "new.csv", "new.csv"):
        content = (folder / name).read_bytes() if (folder / name).exists() else None
        ran = bareme_here(*args, name, book=folder / "book.sqlite", cwd=folder)
        if content is None:
            assert ran.code == 0
            assert ran.out.endswith("new.csv: 14 rows.\n")
        else:
            assert (ran.code, ran.out) == (2, "")
            assert ran.err == f"bareme: {name} exists; name another file. Nothing was written.\n"
            assert (folder / name).read_bytes() == content


def test_a_file_that_comes_first_while_we_compare_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bareme.exchange import differences

    place = folder / "race.csv"
    found = bareme.open_book(folder / "toys.sqlite").compare("2024-06-01", "2025-06-01")
    monkeypatch.setattr(differences, "check_output", lambda path: place.write_text("theirs\n", encoding="utf-8"))
    with pytest.raises(bareme.InputError, match=r"race\.csv exists; name another file"):
        differences.write_differences(found, place)
    assert place.read_text(encoding="utf-8") == "theirs\n"
    assert not list(folder.glob(".race*"))


def test_a_process_of_its_own_says_the_same(folder: Path) -> None:
    args = ["compare", "2024-06-01", "2025-06-01", "--json"]
    book = folder / "toys.sqlite"
    assert bareme_process(*args, book=book, cwd=folder) == bareme_here(*args, book=book, cwd=folder)


def test_asking_writes_nothing(tmp_path: Path) -> None:
    ran = bareme_here("compare", "2024/382", "2025/336", "--json", book=tmp_path / "book.sqlite")
    data: dict[str, Any] = ran.json("compare-1")
    assert (len(data["changed"]), data["unchanged"]) == (498, 338)
    assert list(tmp_path.iterdir()) == []

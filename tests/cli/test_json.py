"""`--json`: valid by its schema, alone on stdout, and the same as `to_dict()` of the Python result."""

from __future__ import annotations

from pathlib import Path

import pytest

import bareme
from bareme.pricing.cases import run_cases
from running import REPOSITORY, bareme_here, bareme_process, valid

TOY = [REPOSITORY / "examples" / "toy" / f"{number}.txt" for number in ("2023-900", "2024-900", "2024-905")]
CIRCULARS = sorted((REPOSITORY / "examples" / "circulars").glob("*.txt"))
CASES = sorted((REPOSITORY / "tests" / "cases").glob("*.yaml"))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "book.sqlite"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> bareme.Book:
    """The shipped book, opened once, to be asked from Python."""
    return bareme.open_book(tmp_path_factory.mktemp("none") / "none")


@pytest.mark.parametrize("path", [*TOY, *CIRCULARS], ids=lambda path: path.stem)
def test_read_gives_the_reading(path: Path, book: Path) -> None:
    ran = bareme_here("read", path, "--json", book=book)
    assert (ran.code, ran.err) == (0, "")
    assert ran.json("reading-1") == bareme.read(path).to_dict()
    assert not book.exists()


def test_one_document_gives_an_object_and_several_an_array(book: Path) -> None:
    assert isinstance(bareme_here("read", TOY[0], "--json", book=book).json(), dict)
    several = bareme_here("read", *TOY, "--json", book=book).json()
    assert several == [bareme.read(path).to_dict() for path in TOY]
    for reading in several:
        valid(reading, "reading-1")
    assert isinstance(bareme_here("load", TOY[0], "--json", book=book).json("load-1"), dict)
    loaded = bareme_here("load", *TOY, "--json", book=book).json()
    assert [result["status"] for result in loaded] == ["unchanged", "recorded", "recorded"]
    for result in loaded:
        valid(result, "load-1")


def test_a_document_that_cannot_be_read_leaves_stdout_to_the_others(book: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    alone = bareme_here("read", "empty.txt", "--json", book=book)
    assert (alone.code, alone.out, alone.err) == (2, "", "bareme: empty.txt is empty.\n")
    for command in ("read", "load"):
        ran = bareme_here(command, "empty.txt", TOY[0], "--json", book=book)
        assert (ran.code, ran.err) == (2, "bareme: empty.txt is empty.\n")
        assert len(ran.json()) == 1, "two inputs give an array, also when one of them is nothing"


def test_reading_against_a_book_gives_what_the_book_finds(book: Path, tmp_path: Path) -> None:
    shelf = bareme.create_book(book)
    shelf.load(TOY[0])
    shorter = tmp_path / "shorter.txt"
    text = TOY[1].read_text(encoding="utf-8")
    shorter.write_text(text[: text.index("## 2.")], encoding="utf-8")
    alone = bareme_here("read", shorter, "--json", book=book)
    assert alone.code == 0
    ran = bareme_here("read", shorter, "--against-book", "--json", book=book)
    assert ran.code == 1
    assert ran.json("reading-1") == bareme.read(shorter, shelf).to_dict()
    assert "code_ended" in {finding["check"] for finding in ran.json()["findings"]}


def test_load_gives_the_result(book: Path, tmp_path: Path) -> None:
    twin = bareme.create_book(tmp_path / "twin.sqlite", shipped=True)
    other = tmp_path / "other.txt"
    other.write_text(TOY[0].read_text(encoding="utf-8") + "\n\nFin.\n", encoding="utf-8")
    wrong = tmp_path / "wrong.txt"
    wrong.write_text(TOY[1].read_text(encoding="utf-8").replace("\t990021\t", "\t990022\t"), encoding="utf-8")
    prose = tmp_path / "prose.txt"
    prose.write_text("Bonjour.\n", encoding="utf-8")
    statuses = []
    for path in (TOY[0], TOY[0], other, wrong, prose):
        found = bareme_here("load", path, "--author", "clerk", "--json", book=book).json("load-1")
        expected = twin.load(path, author="clerk").to_dict()
        # The hash covers the moment of recording.
        assert found | {"hash": None} == expected | {"hash": None}
        statuses.append(found["status"])
    assert statuses == ["recorded", "unchanged", "witness", "refused", "empty"]


ACTS = [
    "565014 --on 2026-03-01 --regime ordinary",
    "565014 --on 2026-03-01 --regime ordinary --quantity 3",
    "565014 --on 2026-03-01",
    "565014 --on 2027-03-01 --regime ordinary",
    "565014 --on 2024-06-01",
    "565015 --on 2026-03-01",
    "565025 --on 2026-03-01",
    "123454 --on 2026-03-01",
    "nonsense --on 2026-03-01",
    "589772 --on 2026-03-01",
    "589794 --on 2026-03-01",
    "589002 --on 2025-03-01 --regime ordinary",
    "726530 --on 2025-05-05",
    "726530 --on 2025-05-05 --birth-date 2001-05-06 --regime ordinary",
    "726412 --on 2025-05-05 --age 30",
    "726412 --on 2025-05-05 --age 20",
    "726950 --on 2025-05-05",
    "401435 --on 2025-02-01 --quantity 16",
    "565014 --on 2026-03-01 --regime ordinary --as-known-on 2025-12-01",
    "565014 --on 2026-03-01 --regime ordinary --as-recorded-at 2020-01-01",
    "565014 --on 2026-03-01 --regime ordinary --fact trainee=yes",
]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("line", ACTS)
def test_price_gives_the_price(line: str, language: str, book: Path, shipped: bareme.Book) -> None:
    code, *options = line.split()
    facts: dict[str, object] = {}
    for name, value in zip(options[::2], options[1::2], strict=True):
        facts[name.removeprefix("--").replace("-", "_")] = value
    if "fact" in facts:
        name, _, value = str(facts.pop("fact")).partition("=")
        facts[name] = value
    facts["quantity"] = int(str(facts.get("quantity", 1)))
    ran = bareme_here("price", *line.split(), "--language", language, "--json", book=book)
    assert (ran.code, ran.err) == (0, "")
    price = shipped.price(code, **facts)  # type: ignore[arg-type]
    assert ran.json("price-1") == price.to_dict(language)
    assert ran.json()["explanation"] == price.explain(language)


def test_facts_reach_the_price_whichever_way_they_are_given(book: Path) -> None:
    one = bareme_here(
        "price", "726530", "--on", "2025-05-05", "--age", "30", "--regime", "ordinary", "--json", book=book
    )
    other = bareme_here(
        "price", "726530", "--on", "2025-05-05", "--fact", "age=30", "--fact", "regime=ordinary", "--json", book=book
    )
    assert one.json() == other.json()


@pytest.mark.parametrize(
    "options",
    [
        ["565014"],
        ["565014", "--on", "2025-06-01"],
        ["565014", "--on", "2020-06-01"],
        ["565014", "--as-known-on", "2025-01-01"],
        ["726530"],
        ["123454"],
    ],
)
def test_show_gives_the_history(options: list[str], book: Path) -> None:
    ran = bareme_here("show", *options, "--json", book=book)
    assert (ran.code, ran.err) == (0, "")
    named = {k.removeprefix("--").replace("-", "_"): v for k, v in zip(options[1::2], options[2::2], strict=True)}
    assert ran.json("show-1") == bareme.open_book(book).show(options[0], **named).to_dict()


def test_circulars_and_audit_give_what_the_book_holds(book: Path) -> None:
    bareme.open_book(book).load(TOY[0])
    shelf = bareme.open_book(book)
    ran = bareme_here("circulars", "--json", book=book)
    assert (ran.code, ran.err) == (0, "")
    assert ran.json("circulars-1") == [held.to_dict() for held in shelf.circulars()]
    assert len(ran.json()) == 5
    for circular in (None, "2025/336"):
        ran = bareme_here("audit", *([circular] if circular else []), "--json", book=book)
        assert (ran.code, ran.err) == (0, "")
        assert ran.json("audit-1") == [finding.to_dict() for finding in shelf.audit(circular)]
        for finding in ran.json():
            valid(finding, "finding-1")


def test_price_file_gives_the_counts(book: Path, tmp_path: Path) -> None:
    acts = REPOSITORY / "examples" / "acts.csv"
    ran = bareme_here("price-file", acts, tmp_path / "one.csv", "--json", book=book)
    assert (ran.code, ran.err) == (0, "")
    done = bareme.open_book(book).price_file(acts, tmp_path / "other.csv").to_dict()
    found = ran.json("price-file-1")
    assert found | {"out": ""} == done | {"out": ""}
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "other.csv").read_bytes()


def test_book_commands_give_their_results(book: Path, tmp_path: Path) -> None:
    ran = bareme_here("book", "check", "--json", book=book)
    assert (ran.code, ran.err) == (0, "")
    assert ran.json("book-check-1") == bareme.open_book(book).check().to_dict()
    made = bareme_here("book", "create", "new.sqlite", "--json", book=book).json("book-check-1")
    assert (made["entries"], made["problems"], made["hash"]) == (0, [], "0" * 64)
    added = bareme_here("book", "update", "--book", "new.sqlite", "--json", book=book)
    assert (added.code, added.err) == (0, "")
    assert [result["status"] for result in added.json("book-update-1")] == ["recorded"] * 4
    again = bareme_here("book", "update", "--book", "new.sqlite", "--json", book=book)
    assert again.json("book-update-1") == []
    full = bareme_here("book", "create", "full.sqlite", "--shipped", "--json", book=book).json("book-check-1")
    assert full["entries"] == 4


def test_test_gives_every_case(book: Path, shipped: bareme.Book) -> None:
    ran = bareme_here("test", *CASES, "--json", book=book)
    assert (ran.code, ran.err) == (0, "")
    found = ran.json("test-1")
    assert found == [result.to_dict() for path in CASES for result in run_cases(path, shipped.price)]
    assert all(case["holds"] for case in found)


def test_json_stays_exact_in_an_encoding_that_lacks_its_letters(book: Path) -> None:
    path = CIRCULARS[0]
    for encoding in ("ascii", "cp1252"):
        ran = bareme_process("read", path, "--json", book=book, PYTHONIOENCODING=encoding)
        assert (ran.code, ran.err) == (0, "")
        assert ran.json("reading-1") == bareme.read(path).to_dict()

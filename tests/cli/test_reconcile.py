"""`bareme reconcile` as the shipped book answers it: what the two years must show, odd inputs and wrong ones."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import bareme
from running import REPOSITORY, Ran, bareme_here, bareme_process, same_as_golden

GOLDEN = Path(__file__).parent / "golden"
EXAMPLES = REPOSITORY / "examples" / "circulars"
TOY = REPOSITORY / "examples" / "toy"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reconcile")


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, Any]:
    """`bareme reconcile 2025/336 --json`, in a process of its own."""
    ran = bareme_process("reconcile", "2025/336", "--json", book=folder / "book.sqlite")
    assert (ran.code, ran.err) == (0, "")
    value: dict[str, Any] = ran.json("reconcile-1")
    return value


def run(folder: Path, *args: str | Path) -> Ran:
    return bareme_here("reconcile", *args, book=folder / "book.sqlite")


def test_the_letter_lines_of_the_two_years(found: dict[str, Any]) -> None:
    lettered = [x for x in found["lines"] if x["quantity"] == "letter_value" and x["letter"]]
    exact = Counter(x["follows_from"] for x in lettered if x["class"] == "as_announced")
    assert exact == {"printed_value": 69, "rounded_fee": 1}
    assert [x["code"] for x in lettered if x["follows_from"] == "rounded_fee"] == ["589551"]
    within = [x["code"] for x in lettered if x["class"] == "within_unrounded_value"]
    assert within == ["565493", "565552", "589676", "589890"]
    assert len(lettered) == 74


def test_genetic_counselling_has_values_as_announced_and_fees_that_do_not_follow(found: dict[str, Any]) -> None:
    figures = {(x["code"], x["quantity"]): x for x in found["lines"] if not x["setting"]}
    for code, published, computed in (("589750", "299.03", "299.04"), ("589772", "814.76", "814.74")):
        assert figures[code, "letter_value"]["class"] == "as_announced"
        fee = figures[code, "fee"]
        assert (fee["class"], fee["published"], fee["computed"]) == ("within_unrounded_value", published, computed)
        assert "the letter value gives" in fee["message"]


def test_what_has_no_parent(found: dict[str, Any]) -> None:
    without = [x for x in found["lines"] if x["class"] == "not_comparable"]
    assert Counter((x["quantity"], x["setting"], x["regime"]) for x in without) == {
        ("intervention", "hospital", "ordinary"): 42,
        ("fee", None, None): 1,
    }
    assert [x["code"] for x in without if x["quantity"] == "fee"] == ["589794"]
    assert {x["code"] for x in found["lines"]} == {
        line.code for line in bareme.open_book().reconcile("2025/336").circular.lines
    }


def test_the_exact_values_of_b_and_i_and_the_clash_of_counselling(found: dict[str, Any]) -> None:
    letters = {(x["letter"], x["value"]): x for x in found["letters"]}
    assert [letters["B", "1.257532"][end] for end in ("low", "high")] == ["1.25753164", "1.25753173"]
    assert [letters["I", "0.942063"][end] for end in ("low", "high")] == ["0.94206311", "0.94206337"]
    counselling = letters[None, "1.323274"]
    assert (counselling["low"], counselling["high"]) == (None, None)
    assert counselling["clash"] == ["599,4 x v = 814,76 in 2025/336", "220 x v = 291,11 in 2024/382"]


def test_the_measures_and_what_follows_from_them(found: dict[str, Any]) -> None:
    kinds = [x["measure"]["kind"] for x in found["measures"]]
    assert kinds == ["index", "fee_of_coefficient", "letter_value_by_rate", "fee_by_amount"]
    assert all(x["implied_rate"] is None and x["figures"]["unexplained"] == 0 for x in found["measures"])


def test_what_people_see(folder: Path) -> None:
    ran = run(folder, "2025/336")
    assert (ran.code, ran.err) == (0, "")
    same_as_golden(ran.out, GOLDEN / "reconcile.txt")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["2024/401"], "no earlier circular of the series integrated-care/perinatal-pathway is at hand"),
        (["2025/336", "--against", "2024/356"], "is of the series mental-health/psychological-care"),
        (["2024/382", "--against", "2025/336"], "it is not the circular before"),
    ],
)
def test_an_odd_circular_before_is_said_and_the_rest_runs(folder: Path, args: list[str], says: str) -> None:
    ran = run(folder, *args)
    assert (ran.code, ran.err) == (0, "")
    assert says in ran.out
    assert "Exact letter values" in ran.out or args == ["2024/401"]


def test_a_document_is_proved_before_it_is_loaded(folder: Path, tmp_path: Path) -> None:
    text = (EXAMPLES / "example-2025-336.txt").read_text(encoding="utf-8").replace("0,951813", "0,951831")
    slipped = tmp_path / "slipped.txt"
    slipped.write_text(text.replace("2025/336", "2025/337"), encoding="utf-8")
    ran = run(folder, slipped, "--against", "2024/382")
    assert ran.code == 0
    assert "figure_unexplained: 2025/337, O, row 24 (589573)" in ran.out
    assert run(folder, slipped, "--against", "2024/382", "--strict").code == 1
    assert run(folder, "2025/336", "--strict").code == 0


def test_two_circulars_in_another_order_and_language_are_compared_by_code(tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "toy.sqlite")
    book.load(TOY / "2023-900.txt")
    text = (TOY / "2024-900.txt").read_text(encoding="utf-8").split("\n")
    first = next(n for n, row in enumerate(text) if "990010" in row)
    text[first], text[first + 1] = text[first + 1], text[first]
    found = book.reconcile(bareme.read(("2024-900.txt", "\n".join(text).encode())))
    assert [f.code for f in found.findings.named("predecessor_other_order")] == ["990010"]
    assert found.is_explained


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        ("code\n565014\n", "has no column 'acts'; it has code"),
        ("code,acts\n565015,10\n", "line 2: '565015' is not a nomenclature code"),
        ("code,acts\n565014,ten\n", "line 2: 'ten' is not a number of acts"),
        ("code,acts\n565014,-1\n", "line 2: '-1' is not a number of acts"),
        ("code,acts\n565014,1\n565014,2\n", "line 3: 565014 stands in the file already"),
        ("", "has no column 'code'; it has nothing"),
        (b"code,acts\n\xff\xfe,1\n", "cannot be read"),
    ],
)
def test_volumes_that_cannot_be_used(folder: Path, tmp_path: Path, content: str | bytes | None, says: str) -> None:
    path = tmp_path / "volumes.csv"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    ran = run(folder, "2025/336", "--volumes", path)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (
            ["2030/1"],
            "2030/1 is not in the book, which holds 2024/356, 2024/382, 2024/401, 2025/336; nor is it a document",
        ),
        (["2025/336", "--against", "2030/1"], "2030/1 is not in the book"),
        (["2025/336", "--against", "2025/336"], "cannot be compared with itself"),
        ([], "Missing argument"),
    ],
)
def test_wrong_inputs(folder: Path, args: list[str], says: str) -> None:
    ran = run(folder, *args)
    assert (ran.code, ran.out) == (2, "")
    assert says in re.sub(r"\s+", " ", ran.err)


def test_python_and_the_command_say_the_same(found: dict[str, Any]) -> None:
    assert bareme.open_book().reconcile("2025/336").to_dict() == found

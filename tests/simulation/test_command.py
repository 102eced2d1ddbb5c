"""`bareme simulate` as a person sees it."""

from __future__ import annotations

from pathlib import Path

from projected import HEAD, HEAD_2026, measure, scenario_of
from running import bareme_here, same_as_golden

GOLDEN = Path(__file__).parent / "golden"
INDEX = measure(id="index", title="Index", kind="index", rate="2.72", series="doctors")
CUT = measure(id="cut", kind="letter_value_by_rate", rate="-10", codes=["589676-589680"])
END = measure(id="end", kind="ended", codes=["565014-565025"])


def test_a_simulation_in_words(tmp_path: Path) -> None:
    head = HEAD.replace("[baseline]", '[ceilings]\nordinary = "8.68"\n[baseline]')
    share = measure(id="share", kind="share_set", amount="9.00", codes=["565036"])
    scenario_of(tmp_path, INDEX, CUT, share, END, head=head.replace("from", 'title = "A rise and a cut"\nfrom'))
    ran = bareme_here("simulate", "s.toml", book=tmp_path / "book.sqlite")
    assert (ran.code, ran.err) == (0, "")
    same_as_golden(ran.out, GOLDEN / "simulate.txt")


def test_a_scenario_of_shares_alone_shows_the_shares(tmp_path: Path) -> None:
    scenario_of(tmp_path, measure(id="share", kind="share_set", amount="9.00", codes=["565036-565040"]))
    said = bareme_here("simulate", "s.toml", book=tmp_path / "book.sqlite").out.splitlines()
    assert not any(line.startswith("Fees") for line in said)
    table = said[said.index("Patient shares:") + 3 :]
    assert table == ["565036-565040   ambulatory ordinary        8,68        9,00         0,32   share"]


def test_beside_the_circular_that_was_published(tmp_path: Path) -> None:
    scenario_of(tmp_path, measure(id="published", kind="circular", circular="2025/336"), head=HEAD_2026)
    ran = bareme_here("simulate", "s.toml", "--against", "2025/336", book=tmp_path / "book.sqlite")
    assert ran.code == 0
    same_as_golden(ran.out, GOLDEN / "against.txt")


def test_nothing_changes(tmp_path: Path) -> None:
    scenario_of(tmp_path)
    ran = bareme_here("simulate", "s.toml", book=tmp_path / "book.sqlite")
    assert ran.out.splitlines()[-1] == "0 of 156 lines change; projected, not published."


def test_json(tmp_path: Path) -> None:
    scenario_of(tmp_path, INDEX, END)
    data = bareme_here("simulate", "s.toml", "--json", book=tmp_path / "book.sqlite").json("simulate-1")
    assert [step["words"] for step in data["scenario"]["measures"]] == [
        "index +2,72 % on the acts of doctors",
        "end on 565014-565025",
    ]
    assert (data["budget"], data["patients"], data["against"]) == (None, None, None)
    assert [change["codes"][0] for change in data["changes"] if change["ends"]] == ["565014"]


def test_all_rows(tmp_path: Path) -> None:
    scenario_of(tmp_path, INDEX)
    some, every = (
        bareme_here("simulate", "s.toml", *more, book=tmp_path / "book.sqlite").out.splitlines()
        for more in ((), ("--all",))
    )
    assert len(every) == len(some) + 76 - 10


def test_as_known_on(tmp_path: Path) -> None:
    """What was known in 2025 does not hold 2025/336: its codes had the tariffs of 2024/382 still."""
    scenario_of(tmp_path, INDEX)
    ran = bareme_here("simulate", "s.toml", "--as-known-on", "2025-06-01", book=tmp_path / "book.sqlite")
    assert "565014-565025      363,43" in ran.out


def test_an_unknown_circular_to_set_beside(tmp_path: Path) -> None:
    scenario_of(tmp_path, INDEX)
    ran = bareme_here("simulate", "s.toml", "--against", "2031/1", book=tmp_path / "book.sqlite")
    assert ran.code == 2
    assert "2031/1 is not in the book" in ran.err

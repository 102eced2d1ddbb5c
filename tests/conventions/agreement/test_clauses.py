"""Nothing of the agreement is silently left out: every clause of the document is in the list, with what computes it."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
import typer.main

import bareme
from agreement_text import agreement_text, body_of, headings
from bareme.cli.app import app
from bareme.conventions.agreement.systems import systems_of
from bareme.conventions.agreement_2020.clauses.overview import ClauseStatus, overview_of
from bareme.conventions.agreement_2020.commitments.reading import commitments_of
from running import bareme_here, valid

FOUND = overview_of("agreement_2020")
BY_NUMBER = {clause.number: clause for clause in FOUND.clauses}
THIRD = 3


def test_the_file_is_valid() -> None:
    place = files("bareme.conventions").joinpath("agreement_2020", "clauses", "clauses.toml")
    data = tomllib.loads(place.read_text(encoding="utf-8"))
    valid(data, "agreement-clauses-1")
    assert len(BY_NUMBER) == len(FOUND.clauses)
    for entry in data["clause"]:
        headed = any(BY_NUMBER[entry["number"]].below.values())
        assert headed == ("status" not in entry), (
            f"{entry['number']}: its status is said by those under it, or by itself"
        )
        assert ("note_en" in entry) == ("note_fr" in entry)


def test_every_clause_of_the_document_is_in_the_list_and_no_other(shared: Path) -> None:
    """The numbers that head a paragraph, in their order, to the third level; deeper ones belong to theirs."""
    real = [number for number in headings(body_of(agreement_text(shared))) if number.count(".") < THIRD]
    listed = [clause.number for clause in FOUND.clauses if not clause.number.startswith("annex")]
    assert listed == real


def test_the_headings_are_found_in_the_text_of_the_document(shared: Path) -> None:
    """Seventeen clauses; of the deepest 14.2.2.2.1 to 14.3.2.2.3; a line that begins with a citation is none."""
    real = headings(body_of(agreement_text(shared)))
    assert [number for number in real if "." not in number] == [str(number) for number in range(1, 18)]
    assert len(real) == len(set(real))
    assert {"14.2", "14.2.2.2.1", "14.3.2.2.3", "4.3.10", "16.2.1"} <= set(real)


@pytest.mark.parametrize("number", [str(number) for number in range(1, 18)])
def test_each_of_the_seventeen_has_a_status(number: str) -> None:
    assert BY_NUMBER[number].status in ClauseStatus


def test_the_blocks_of_the_annex_are_in_the_list() -> None:
    """Means, a), b), c), the other c), d), and the notes."""
    parts = [clause.number for clause in FOUND.clauses if clause.number.startswith("annex ")]
    assert parts == [f"annex {part}" for part in ("sources", "a", "b", "c", "c, savings", "d", "notes")]


def test_every_system_is_named_by_a_clause_and_every_system_named_is_there() -> None:
    named = {system for clause in FOUND.clauses for system in clause.systems}
    assert named == set(systems_of(2020))


def test_every_command_named_is_there() -> None:
    program = typer.main.get_command(app)
    for command in sorted({command for clause in FOUND.clauses for command in clause.commands}):
        first, *words = command.split()
        assert first == "bareme"
        found: object = program
        for word in words:
            if word != "2020":
                found = getattr(found, "commands", {}).get(word)
            assert found is not None, command


def test_what_is_implemented_says_where_and_what_awaits_says_what() -> None:
    for clause in FOUND.clauses:
        if any(clause.below.values()):
            continue
        if clause.status is not ClauseStatus.DECLARATION_OF_INTENT:
            assert clause.systems, clause.number
            assert clause.commands, clause.number
        if clause.status is ClauseStatus.PARAMETER_AWAITED:
            assert clause.note is not None, clause.number


def test_clauses_that_await_a_figure_are_those_of_the_text_without_one() -> None:
    """6.5 and 6.6 name no number and no code, 7 neither criteria nor thresholds nor amounts."""
    awaited = [clause.number for clause in FOUND.clauses if clause.status is ClauseStatus.PARAMETER_AWAITED]
    assert awaited == ["6.5", "6.6", "7"]
    for number, system in (("6.5", "cumulation"), ("6.6", "cumulation"), ("7", "practice_premium")):
        parameters = systems_of(2020)[system].parameters
        assert any(entry.value is None for entry in parameters), number


def test_a_clause_with_a_date_names_the_agenda() -> None:
    """Where the only thing to compute is a date, the clause says that the agenda has it."""
    dated = {entry.clause.split()[0] for entry in commitments_of("agreement_2020").entries}
    for clause in FOUND.clauses:
        own = {number for number in dated if number == clause.number}
        if own and clause.status is ClauseStatus.DECLARATION_OF_INTENT:
            assert "commitments" in clause.systems, clause.number


def test_a_heading_counts_those_under_it() -> None:
    """12 has 12.1, an older agreement that is not here, and 12.2."""
    below = {status.value: number for status, number in BY_NUMBER["12"].below.items()}
    assert below == {"implemented": 1, "parameter_awaited": 0, "declaration_of_intent": 1}
    assert BY_NUMBER["12"].status is ClauseStatus.IMPLEMENTED
    assert BY_NUMBER["6.7"].status is ClauseStatus.DECLARATION_OF_INTENT


def test_the_overview_as_table_and_as_data(tmp_path: Path) -> None:
    assert bareme.agreements[2020].overview() == FOUND
    ran = bareme_here("agreement", "2020", "overview", "--json", book=tmp_path / "b.sqlite")
    found = ran.json("agreement-overview-1")
    assert found == FOUND.to_dict()
    leaves = [clause for clause in found["clauses"] if not any(clause["below"].values())]
    assert sum(found["counts"].values()) == len(leaves)
    table = bareme_here("agreement", "2020", "overview", "--language", "fr", book=tmp_path / "b.sqlite")
    assert table.code == 0
    lines = table.out.splitlines()
    assert lines[0].split() == ["point", "titre", "état", "système", "commande", "remarque"]
    assert len(lines) == 2 + len(FOUND.clauses) + 2  # head and rule; a blank line and the counts
    assert any(line.startswith("6.5 ") and "paramètre attendu" in line for line in lines)

"""The reference says what the code does: made from it, and complete."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bareme import Book
from bareme.audit import CHECKS
from bareme.book.intake import STATUSES
from bareme.circulars.findings import Severity
from bareme.circulars.series import declared_series
from bareme.cli.app import app
from bareme.conventions.capping import Window
from bareme.conventions.inputs import declared_inputs
from bareme.conventions.loading import conventions
from bareme.conventions.model import Result
from bareme.exchange.bulk.verifying import WHYS
from bareme.exchange.views.declared import DUCKDB_TYPES, Column, View, declared_views
from bareme.nomenclature.facts import declared_facts
from bareme.nomenclature.interpretations import interpretations
from bareme.nomenclature.outcomes import Certainty, Outcome
from bareme.nomenclature.situations import Basis, InterventionKind, Regime, Setting
from bareme.pricing.columns import KNOWN_COLUMNS, OUTPUT_COLUMNS, RULE_COLUMNS
from bareme.pricing.explain import REASONS
from bareme.schemas import schema_names

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "reference"
TOOL: dict[str, Any] = runpy.run_path(str(ROOT / "tools" / "reference.py"))
PAGES: dict[str, Any] = TOOL["PAGES"]


def written(name: str) -> str:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_is_what_the_code_gives(name: str) -> None:
    assert written(name) == PAGES[name](), f"docs/reference/{name} is out of date: run python tools/reference.py"


def test_there_is_no_other_page() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(PAGES)


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


ALL = list(commands(get_command(app)))


def help_of(path: tuple[str, ...]) -> str:
    name = " ".join(("bareme", *path))
    found = re.search(
        rf"<!-- help: {name} -->\n```text\n(.*?)\n```\n<!-- end of help: {name} -->", written("commands.md"), re.S
    )
    assert found, f"{name} is not documented"
    return found[1]


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) or "bareme" for path, _ in ALL])
def test_every_command_and_option_is_documented_and_explained(path: tuple[str, ...], command: Any) -> None:
    text = help_of(path)
    assert len(command.help.strip()) > 10
    for parameter in command.params:
        for option in parameter.opts:
            if option.startswith("--"):
                assert re.search(rf"^  (?:-\w, )?{option}\b", text, re.M), f"{option} is not documented"
                assert parameter.help, f"{option} has no help"
    assert max(len(line) for line in text.splitlines()) <= TOOL["WIDTH"]


def test_the_commands_are_those_promised() -> None:
    promised = {"read", "load", "show", "price", "price-file", "audit", "reconcile", "compare", "draft"}
    promised |= {"clawback", "explain", "verify", "sql", "circulars", "book", "test", "agreement", "budget"}
    promised |= {"etariff", "simulate", "solve", "history", "search", "changes", "serve", "key"}
    assert {path[0] for path, _ in ALL if len(path) == 1} == promised
    assert {path for path, _ in ALL if path[:1] == ("book",)} == {
        ("book",),
        *(("book", name) for name in ("check", "update", "create", "export", "copy", "migrate")),
    }


def of(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


WORDS = {
    "outcomes.md": [
        *of(Outcome),
        *of(Certainty),
        *of(Basis),
        *of(InterventionKind),
        *of(Setting),
        *of(Regime),
        *of(Severity),
        *REASONS,
        *STATUSES,
        *WHYS,
    ],
    "facts.md": list(declared_facts()),
    "files.md": [*KNOWN_COLUMNS, *OUTPUT_COLUMNS, *RULE_COLUMNS, *schema_names()],
    "checks.md": list(CHECKS),
    "rules.md": [
        *of(Result),
        *of(Window),
        *declared_inputs(),
        *(rule.id for convention in conventions().values() for rule in convention.rules),
    ],
    "commands.md": ["0", "1", "2"],
}


@pytest.mark.parametrize(("name", "word"), [(name, word) for name, words in WORDS.items() for word in words])
def test_every_word_is_explained(name: str, word: str) -> None:
    rows = [line for line in written(name).splitlines() if re.match(rf"\| \[?`{re.escape(word)}`", line)]
    assert rows, f"{word} is not in {name}"
    _, *cells = rows[0].strip("|").split(" | ")
    assert max(len(cell.strip()) for cell in cells) > 10, f"{word} is not explained in {name}"


def test_every_value_and_series_is_named() -> None:
    for fact in declared_facts().values():
        for value in fact.values:
            assert f"`{value}`" in written("facts.md")
    for series in declared_series():
        assert f"`{series}`" in written("files.md")


@pytest.mark.parametrize("id", list(interpretations()))
def test_every_interpretation_is_documented(id: str) -> None:
    text = written("interpretations.md")
    assert f"\n## {id}\n" in text
    entry = interpretations()[id]
    for part in (entry.text, entry.clause, entry.parameter, entry.alternatives):
        assert part in text


COLUMNS = [(view, column) for view in declared_views().values() for column in view.columns]


@pytest.mark.parametrize(("view", "column"), COLUMNS, ids=lambda value: value.name)
def test_every_column_of_a_view_is_documented(view: View, column: Column) -> None:
    [section] = re.findall(rf"^## {view.name}\n(.*?)(?=^## |\Z)", written("views.md"), re.M | re.S)
    assert view.means[1:] in section
    [row] = [line for line in section.splitlines() if line.startswith(f"| `{column.name}` |")]
    _, kind, unit, sqlite, means = (cell.strip() for cell in row.strip("|").split(" | "))
    assert (kind, unit, means) == (DUCKDB_TYPES[column.type], column.unit or "", column.means)
    assert sqlite.split("` ")[0].strip("`") == column.sqlite_name
    assert len(means) > 10


def test_every_check_has_its_page() -> None:
    for link in re.findall(r"\]\((\.\./[^)]+)\)", written("checks.md")):
        assert (FOLDER / link).is_file(), link


def test_the_members_of_an_enum_have_a_meaning_each() -> None:
    for kind in (Outcome, Certainty, Basis, InterventionKind, Severity):
        assert list(TOOL["meanings"](kind)) == of(kind)


def test_all_that_a_book_can_do_is_on_the_page_about_python() -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    named = set(re.findall(r"book\.([a-z_]+)", page))
    public = {name for name in dir(Book) if not name.startswith("_")}
    assert {"price", "simulate"} <= public <= named

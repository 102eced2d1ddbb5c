"""The book that the package ships: what the real circulars give now, without a sentence of theirs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import bareme
from bareme import Reading
from bareme.audit.checks import CHECKS
from bareme.audit.registry import OF_ONE_DOCUMENT
from bareme.book.ledger import Ledger
from bareme.book.shelf import shipped_ledger, shipped_path
from bareme.circulars.documents.blocks import Paragraph
from bareme.circulars.documents.opening import open_document
from random_books import RandomBook, books

TOOL = Path(__file__).parents[2] / "tools" / "ship_book.py"
RUN = 8
"""So many words in a row of a document's prose are a piece of a sentence."""
OFFICIAL = ("title", "label", "convention", "attachments")
"""Official names: of tariffs, sections, acts, conventions, files."""
NAMING = ("name_differs",)
"""Checks whose findings quote the name of an act as the prose has it."""

Runs = set[tuple[str, ...]]


def ship(folder: Path, place: Path) -> Ledger:
    """What tools/ship_book.py makes."""
    spec = spec_from_file_location("ship_book", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Ledger = module.ship(folder, place)
    return made


def test_it_is_what_the_real_circulars_give_now(shared: Path, tmp_path: Path) -> None:
    made = ship(shared / "circulars", tmp_path / "shipped.sqlite").entries()
    shipped = shipped_ledger().entries()
    assert [asdict(entry) for entry in made] == [asdict(entry) for entry in shipped], "run `make ship`"


def test_its_chain_is_whole_and_it_holds_the_four_circulars(tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "none")
    check = book.check()
    assert (check.entries, check.problems) == (4, ())
    held = [(c.number, c.series, c.effective_from, c.known_from, c.lines, c.author) for c in book.circulars()]
    assert held == [
        ("2024/356", "mental-health/psychological-care", "2025-01-01", "2024-12-11", 75, "bareme"),
        ("2024/382", "doctors/medical-acts/7", "2025-01-01", "2024-12-12", 77, "bareme"),
        ("2024/401", "integrated-care/perinatal-pathway", "2025-01-01", "2024-12-16", 4, "bareme"),
        ("2025/336", "doctors/medical-acts/7", "2026-01-01", "2025-12-20", 77, "bareme"),
    ]
    assert [entry.data()["doubtful_rows"] for entry in book.entries()] == [[]] * 4
    assert [entry.data()["accepted_findings"] for entry in book.entries()] == [False] * 4
    assert {c.findings["error"] for c in book.circulars()} == {0}


def test_it_holds_no_bytes_of_documents() -> None:
    ledger = shipped_ledger()
    assert [entry.content for entry in ledger.entries()] == [None] * 4
    assert [ledger.content(entry.document) for entry in ledger.entries()] == [None] * 4
    assert b"Pi\xc3\xa8ces jointes" not in shipped_path().read_bytes()


def runs(text: str) -> Runs:
    """Every run of words of a text, in small letters and without signs."""
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1)}


def texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of JSON data, with the name of what holds it."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, name)


def prose_of(path: Path) -> Runs:
    """The runs of words of a document's paragraphs, footnotes included; headings and tables are not prose."""
    blocks = open_document(path).blocks
    return set().union(*(runs(block.text) for block in blocks if isinstance(block, Paragraph)))


def found_in(data: Any, prose: Runs) -> list[str]:
    """Texts, apart from official names, that hold a piece of a sentence."""
    named = [finding["values"] for finding in data.get("reading", data)["findings"] if finding["check"] in NAMING]
    official = [text for name, text in texts(data) if name in OFFICIAL] + [text for _, text in texts(named)]
    names: Runs = set().union(*map(runs, official))
    return [text for name, text in texts(data) if name not in OFFICIAL and runs(text) & prose - names]


@pytest.mark.parametrize("number", ["2024/356", "2024/382", "2024/401", "2025/336"])
def test_no_sentence_of_the_circulars_is_in_it(number: str, four: dict[str, Path]) -> None:
    prose = prose_of(four[number])
    assert len(prose) > 100
    [entry] = [entry for entry in shipped_ledger().entries() if entry.circular == number]
    assert found_in(json.loads(entry.payload), prose) == []
    # The same search finds them in what a reading of one's own keeps.
    assert len(found_in(bareme.read(four[number]).to_dict(), prose)) > 1


def test_every_place_of_prose_is_kept_without_its_text() -> None:
    """The document and the line, so that whoever has the circular can look."""
    for entry in shipped_ledger().entries():
        reading = entry.reading()
        sources = [m.source for m in reading.measures] + [n.source for n in reading.circular.notes]
        for source in sources:
            assert (source.text, source.document) == (None, entry.document)
            assert source.line is not None
        assert all(note.text is None for line in reading.lines for note in line.footnotes)


def check_round_trip(reading: Reading) -> None:
    """Through JSON text and back: the same reading, without what only the document can give."""
    data = reading.to_dict()
    text = json.dumps(data, ensure_ascii=False)
    back = Reading.from_dict(json.loads(text))
    assert back == replace(reading, tables=())
    assert back.to_dict() == data
    assert json.dumps(back.to_dict(), ensure_ascii=False) == text


def test_every_figure_reads_back_exactly_as_published(four: dict[str, Path], tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite")
    for path in four.values():
        reading = bareme.read(path, book)
        check_round_trip(reading)
        assert book.load(reading).status == "recorded"
        assert bareme.open_book(book.path).entries()[-1].reading() == replace(reading, tables=())


def test_the_shipped_figures_are_those_of_the_circulars(four: dict[str, Path]) -> None:
    """With their cells, terms, measures and findings; only words of prose are missing."""
    for entry in shipped_ledger().entries():
        own, real = entry.reading(), bareme.read(four[entry.circular])
        assert [replace(x, footnotes=()) for x in own.lines] == [replace(x, footnotes=()) for x in real.lines]
        assert [[n.mark for n in x.footnotes] for x in own.lines] == [[n.mark for n in x.footnotes] for x in real.lines]
        for name in ("kind", "scope", "codes", "named", "excepted", "letter"):
            assert [getattr(m, name) for m in own.measures] == [getattr(m, name) for m in real.measures]
        figures = [[m.rate and m.rate.amount, m.amount and m.amount.amount] for m in real.measures]
        assert [[m.rate and m.rate.amount, m.amount and m.amount.amount] for m in own.measures] == figures
        said = sorted((f.check, f.code or "") for f in real.findings if CHECKS[f.check].subject in OF_ONE_DOCUMENT)
        found = [f for f in own.findings if CHECKS[f.check].subject in OF_ONE_DOCUMENT]
        assert sorted((f.check, f.code or "") for f in found) == said
        check_round_trip(own)


@settings(
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(books(acts=0))
def test_any_reading_reads_back_as_it_was(made: RandomBook) -> None:
    for circular in made.circulars:
        check_round_trip(circular.reading())
        assert circular.reading().to_dict() == circular.to_dict()

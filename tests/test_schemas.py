"""The published schemas: valid, closed, the same words as the code, and the data files valid by them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

import bareme
from bareme.audit.compared import PARENTS, Class, Quantity
from bareme.book.intake import STATUSES
from bareme.circulars.findings import Severity
from bareme.circulars.model import MEASURE_KINDS
from bareme.circulars.vocabulary import LANGUAGES
from bareme.errors import InputError
from bareme.exchange.drafts.words import DRAFTED
from bareme.nomenclature.outcomes import Certainty, Outcome
from bareme.nomenclature.situations import Basis, InterventionKind, Regime, Setting
from bareme.pricing.explain import REASONS, languages
from bareme.schemas import schema, schema_names
from running import valid

OUTPUTS = [
    "agreement-accreditation-1",
    "agreement-acts-1",
    "agreement-addresses-1",
    "agreement-agenda-1",
    "agreement-answer-1",
    "agreement-benefits-1",
    "agreement-calendar-1",
    "agreement-cumulation-1",
    "agreement-dashboard-1",
    "agreement-figures-1",
    "agreement-global-files-1",
    "agreement-indexation-1",
    "agreement-on-call-1",
    "agreement-overview-1",
    "agreement-parameters-1",
    "agreement-premium-1",
    "agreement-week-1",
    "audit-1",
    "book-check-1",
    "book-copy-1",
    "book-export-1",
    "book-migrate-1",
    "book-update-1",
    "budget-1",
    "changes-1",
    "circular-1",
    "circular-lines-1",
    "circular-measures-1",
    "circulars-1",
    "clawback-1",
    "code-1",
    "compare-1",
    "compare-scenarios-1",
    "considered-1",
    "explain-1",
    "finding-1",
    "history-1",
    "key-1",
    "load-1",
    "price-1",
    "price-file-1",
    "price-job-1",
    "reading-1",
    "reconcile-1",
    "search-1",
    "show-1",
    "simulate-1",
    "solve-1",
    "sql-1",
    "sql-views-1",
    "test-1",
    "verify-1",
]
DATA = [
    "agreement-budget-table-1",
    "agreement-clauses-1",
    "agreement-commitments-1",
    "agreement-system-1",
    "agreement-what-if-1",
    "agreement-words-1",
    "baskets-1",
    "cases-1",
    "catalogue-1",
    "columns-1",
    "convention-1",
    "cumulation-rules-1",
    "draft-words-1",
    "facts-1",
    "inputs-1",
    "interpretations-1",
    "parameters-1",
    "priced-acts-1",
    "rule-words-1",
    "scenario-1",
    "series-1",
    "views-1",
    "vocabulary-1",
]
PROBLEMS = ["problem-1"]
"""Open: a kind of problem has members of its own beside those of all."""
OPEN = {
    "owners",
    "inputs",
    "values",
    "facts",
    "differences",
    "outcomes",
    "cells",
    "act",
    "title",
    "months",
    "expected",
    "found",
    "labels",
    "acts_without_tariff",
    "acts",
}
"""Objects whose keys are data."""


def walk(node: object, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a schema, with the key that it stands under."""
    if isinstance(node, dict):
        yield name, node
        for key, value in node.items():
            yield from walk(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value, name)


def test_there_is_a_schema_for_every_output_and_data_file() -> None:
    assert schema_names() == sorted(OUTPUTS + DATA + PROBLEMS)


@pytest.mark.parametrize("name", OUTPUTS + DATA + PROBLEMS)
def test_a_schema_is_valid_closed_and_named(name: str) -> None:
    found = schema(name)
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    ident, version = name.rsplit("-", 1)
    assert found["$id"] == f"bareme/{ident}/{version}"
    assert found["title"]
    for key, node in walk(found):
        if node.get("type") != "object" or "properties" not in node or key in OPEN:
            continue
        closed = node.get("additionalProperties") is False or name in PROBLEMS
        assert closed or key == "line" or name == "parameters-1", f"{name}: {key} is open"
        if name in OUTPUTS and key != "line":
            assert node["required"] == list(node["properties"]), f"{name}: {key} has a key that may be absent"
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(found)):
        assert reference.removeprefix("#/$defs/") in found["$defs"], reference


def test_what_several_schemas_share_is_the_same_everywhere() -> None:
    shared: dict[str, object] = {}
    for name in OUTPUTS:
        for key, definition in schema(name).get("$defs", {}).items():
            assert shared.setdefault(key, definition) == definition, f"{name}: {key}"
    assert {"amount", "code", "source", "finding", "line"} <= shared.keys()


def test_a_price_is_explained_as_it_is_told() -> None:
    told, explained = schema("price-1"), schema("explain-1")["$defs"]["price"]
    assert (explained["properties"], explained["required"]) == (told["properties"], told["required"])


def enum_of(name: str, *path: str) -> list[object]:
    node: Any = schema(name)
    for key in path:
        node = node[key]
    found: list[object] = node["enum"]
    return found


def words(kind: type[StrEnum], absent: bool = False) -> list[object]:
    return [member.value for member in kind] + ([None] if absent else [])


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (enum_of("price-1", "$defs", "outcome"), words(Outcome)),
        (enum_of("price-file-1", "$defs", "outcome"), words(Outcome)),
        (enum_of("price-1", "properties", "certainty"), words(Certainty, absent=True)),
        (enum_of("price-1", "properties", "basis"), words(Basis, absent=True)),
        (enum_of("price-1", "properties", "intervention_kind"), words(InterventionKind, absent=True)),
        (enum_of("price-1", "properties", "regime"), words(Regime, absent=True)),
        (enum_of("price-1", "properties", "reason_code"), [*REASONS, None]),
        (enum_of("finding-1", "$defs", "finding", "properties", "severity"), words(Severity)),
        (enum_of("load-1", "$defs", "load_result", "properties", "status"), list(STATUSES)),
        (enum_of("reading-1", "$defs", "situation", "properties", "setting"), words(Setting, absent=True)),
        (enum_of("reading-1", "$defs", "situation", "properties", "regime"), words(Regime, absent=True)),
        (enum_of("reading-1", "$defs", "situation", "properties", "basis"), words(Basis)),
        (
            enum_of("reading-1", "$defs", "situation", "properties", "intervention_kind"),
            words(InterventionKind, absent=True),
        ),
        (enum_of("reading-1", "$defs", "measure", "properties", "kind"), list(MEASURE_KINDS)),
        (enum_of("reconcile-1", "$defs", "class"), words(Class)),
        (enum_of("reconcile-1", "$defs", "quantity"), words(Quantity)),
        (enum_of("reconcile-1", "$defs", "compared", "properties", "follows_from"), [*PARENTS, None]),
    ],
)
def test_the_lists_of_words_are_those_of_the_code(found: list[object], expected: list[object]) -> None:
    assert sorted(map(str, found)) == sorted(map(str, expected))


def toml(package: str, *path: str) -> dict[str, Any]:
    return tomllib.loads(files(package).joinpath(*path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_vocabulary_is_valid(language: str) -> None:
    data = toml("bareme.circulars.vocabulary", f"{language}.toml")
    valid(data, "vocabulary-1")
    assert data["language"] == language


@pytest.mark.parametrize("language", languages())
def test_the_catalogue_is_valid(language: str) -> None:
    data = toml("bareme.pricing", "catalogue", f"{language}.toml")
    valid(data, "catalogue-1")
    assert data["language"] == language


@pytest.mark.parametrize(
    ("package", "file", "name"),
    [
        ("bareme.nomenclature", "facts.toml", "facts-1"),
        ("bareme.conventions", "inputs.toml", "inputs-1"),
        ("bareme.nomenclature", "interpretations.toml", "interpretations-1"),
        ("bareme.circulars", "series.toml", "series-1"),
        ("bareme.exchange.views", "views.toml", "views-1"),
        *(("bareme.exchange.drafts", f"words/{language}.toml", "draft-words-1") for language in DRAFTED),
    ],
)
def test_the_other_data_files_are_valid(package: str, file: str, name: str) -> None:
    valid(toml(package, file), name)


def test_a_data_file_with_a_slip_is_refused() -> None:
    facts = toml("bareme.nomenclature", "facts.toml")
    del facts["regime"]["values"]
    with pytest.raises(jsonschema.ValidationError, match=r"'values' is a required property"):
        valid(facts, "facts-1")
    catalogue = toml("bareme.pricing", "catalogue", "en.toml")
    catalogue["sentence"]["pricd"] = catalogue["sentence"].pop("priced")
    with pytest.raises(jsonschema.ValidationError, match=r"pricd|priced"):
        valid(catalogue, "catalogue-1")
    series = toml("bareme.circulars", "series.toml")
    series["series"][0]["id"] = "provisional/acts"
    with pytest.raises(jsonschema.ValidationError):
        valid(series, "series-1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fee", "373,31"),
        ("fee", "373.3"),
        ("fee", "3.7331E+2"),
        ("fee", 373),
        ("fee", None),
        ("outcome", "free"),
        ("certainty", "guessed"),
        ("on", "01/03/2026"),
        ("basis", "hour"),
        ("extra", 1),
        ("needs", ["regime"]),
        ("reason_code", "because"),
        ("line_id", "2025/336"),
        ("interpretations", ["Share From Fee"]),
        ("explanation", []),
    ],
)
def test_a_price_that_is_none_is_refused(name: str, value: object) -> None:
    price = bareme.open_book("/nonexistent/book.sqlite").price("565014", "2026-03-01", regime="ordinary").to_dict()
    valid(price, "price-1")
    with pytest.raises(jsonschema.ValidationError):
        valid(price | {name: value}, "price-1")


def test_a_letter_value_has_six_decimals() -> None:
    document = "Code\tLibellé\tValeur\tCoeff.\tHonoraires\nN = 1,250000\t990010\tN 8\t10,00"
    reading = bareme.read(("x.txt", document.encode())).to_dict()
    valid(reading, "reading-1")
    [line] = reading["lines"]
    assert line["terms"][0]["value"] == "1.250000"
    line["terms"][0]["value"] = "1.25"
    with pytest.raises(jsonschema.ValidationError):
        valid(reading, "reading-1")


def test_an_unknown_schema_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(InputError, match=r"'prices-1' is none of the schemas agreement-.*, price-1"):
        schema("prices-1")

"""The OpenAPI 3.1 document: the published JSON Schemas as components, facts as parameters, problems as answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bareme.conventions.inputs import declared_inputs
from bareme.nomenclature.facts import OLDEST, declared_facts
from bareme.schemas import schema

COMPONENTS = "#/components/schemas/"


def answer(
    name: str, description: str, array: bool = False, *, status: int = 200, also: Iterable[str] = ()
) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an address whose answer is of a published schema; `also` are other forms that it gives."""
    reference: dict[str, Any] = {"$ref": COMPONENTS + name}
    content = {"type": "array", "items": reference} if array else reference
    forms = {"application/json": {"schema": content}, **{form: {} for form in also}}
    return {status: {"description": description, "content": forms}, **problems()}


def problems() -> dict[int | str, dict[str, Any]]:
    """What any address may answer beside."""
    content = {"application/problem+json": {"schema": {"$ref": COMPONENTS + "problem-1"}}}
    return {
        "4XX": {"description": "The request cannot be answered; the problem says why.", "content": content},
        "5XX": {"description": "The service cannot answer at the moment.", "content": content},
    }


def fact_parameters() -> list[dict[str, Any]]:
    """The query parameters of an act: every declared fact, and what rules ask."""
    return [{"name": name, "in": "query", "schema": schema} for name, schema in given_schemas().items()]


def given_schemas() -> dict[str, dict[str, Any]]:
    """The schema of what may be told of an act: every declared fact, and what rules ask."""
    found: dict[str, dict[str, Any]] = {}
    for fact in declared_facts().values():
        kind: dict[str, Any] = {"type": "string", "enum": list(fact.values)}
        if fact.counts_years:
            kind = {"type": "integer", "minimum": 0, "maximum": OLDEST}
        found[fact.name] = {**kind, "description": fact.means}
    for one in declared_inputs().values():
        kind = {"type": "string"}
        if one.kind == "choice":
            kind["enum"] = list(one.values)
        elif one.kind == "count":
            kind = {"type": "integer", "minimum": one.least, "maximum": one.most}
        elif one.kind == "euro":
            kind["pattern"] = r"^[0-9]{1,9}(\.[0-9]{1,2})?$"
        found[one.name] = {**kind, "description": one.means}
    return found


def with_schemas(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document with every published schema that it refers to among its components."""
    components = document.setdefault("components", {}).setdefault("schemas", {})
    wanted = sorted({name for name in _references(document) if name not in components})
    for name in wanted:
        own = schema(name)
        definitions = own.pop("$defs", {})
        own.pop("$schema", None)
        own.pop("$id", None)
        components[name] = _moved(own, name)
        for inner, definition in definitions.items():
            components[f"{name}.{inner}"] = _moved(definition, name)
    return document


def _references(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(COMPONENTS):
            yield reference.removeprefix(COMPONENTS)
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _moved(value: Any, name: str) -> Any:
    """A part of a schema whose references lead to the components."""
    if isinstance(value, Mapping):
        found = {key: _moved(inner, name) for key, inner in value.items()}
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/$defs/"):
            found["$ref"] = f"{COMPONENTS}{name}.{reference.removeprefix('#/$defs/')}"
        elif reference == "#":
            found["$ref"] = COMPONENTS + name
        return found
    return [_moved(inner, name) for inner in value] if isinstance(value, list) else value

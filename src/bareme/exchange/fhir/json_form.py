"""A message as R4 JSON: arrays and single values as R4 has them, `_name` beside a primitive, numbers as written."""

from __future__ import annotations

import json
from collections import Counter
from itertools import zip_longest
from typing import Any

from bareme.exchange.fhir.bounds import MOST_DEPTH, checked_text, shown, unreadable
from bareme.exchange.fhir.definitions import NUMBERS, RESOURCE, Field, child_type, fields_of, pattern_of
from bareme.exchange.fhir.model import Element


class Number(str):
    """A number with the digits with which it was written."""

    __slots__ = ()


def read_json(text: str) -> Element:
    """The root of a message as an element."""
    try:
        found = json.loads(
            text, parse_float=Number, parse_int=Number, parse_constant=_no_constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        raise unreadable("INVALID_JSON", f"the message is not JSON: {error.msg} at line {error.lineno}") from None
    except RecursionError:
        raise unreadable("TOO_DEEP", f"elements are nested more than {MOST_DEPTH} deep") from None
    return _resource(found, None, 0)


def _no_constant(name: str) -> None:
    raise unreadable("INVALID_JSON_NUMBER", f"{name} is no number of JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        [(twice, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise unreadable("INVALID_JSON_DUPLICATE", f"the key {shown(twice)} stands twice in one object")
    return found


def _resource(found: Any, path: str | None, depth: int) -> Element:
    """A resource from an object that names its type."""
    kind = found.get("resourceType") if isinstance(found, dict) else None
    if not isinstance(kind, str) or isinstance(kind, Number) or not _is_name(kind):
        raise unreadable("MISSING_RESOURCETYPE", "a resource is an object with a resourceType", path or "Bundle")
    place = kind if path is None else f"{path}.ofType({kind})"
    rest = {name: value for name, value in found.items() if name != "resourceType"}
    return Element(kind, children=tuple(_children(rest, kind, place, depth + 1)))


def _is_name(text: str) -> bool:
    return text.isascii() and text.isalnum() and text[:1].isalpha() and len(text) < 100


def _children(found: dict[str, Any], kind: str | None, path: str, depth: int) -> list[Element]:
    """The elements of an object, in the order that R4 gives them; unknown ones come last, as they stood."""
    if depth > MOST_DEPTH:
        raise unreadable("TOO_DEEP", f"elements are nested more than {MOST_DEPTH} deep", path)
    fields = fields_of(kind) or {}
    names = list(dict.fromkeys(name.removeprefix("_") for name in found))
    order = {name: place for place, name in enumerate(fields)}
    children: list[Element] = []
    for name in sorted(names, key=lambda name: order.get(name, len(order))):
        if not _is_name(name):
            raise unreadable("INVALID_JSON_KEY", f"{shown(name)} is no name of an element", path)
        place = f"{path}.{name}"
        values = _listed(found, name, fields.get(name), place)
        beside = _listed(found, f"_{name}", fields.get(name), place)
        for number, (value, extra) in enumerate(zip_longest(values, beside)):
            inner = f"{place}[{number}]" if len(values) > 1 or len(beside) > 1 else place
            children.append(_element(name, value, extra, child_type(kind, name), inner, depth))
    return children


def _listed(found: dict[str, Any], key: str, field: Field | None, path: str) -> list[Any]:
    """What stands under a key as a list; an array where R4 has one value, and the other way round, is refused."""
    if key not in found:
        return []
    value = found[key]
    if field is not None and isinstance(value, list) != field.many:
        wanted = "an array" if field.many else "one value, no array"
        raise unreadable("INVALID_JSON_ARRAY", f"{key} takes {wanted}", path)
    values = value if isinstance(value, list) else [value]
    if not values:
        raise unreadable("INVALID_JSON_ARRAY", f"{key} is an empty array", path)
    return values


def _element(name: str, value: Any, extra: Any, kind: str | None, path: str, depth: int) -> Element:
    if isinstance(value, list) or isinstance(extra, list):
        raise unreadable("INVALID_JSON_ARRAY", f"{name} is an array inside an array", path)
    if kind == RESOURCE:
        return Element(name, children=(_resource(value, path, depth + 1),))
    if isinstance(value, dict):
        if (kind is not None and kind[0].islower()) or extra is not None:
            raise unreadable("INVALID_JSON_VALUE", f"{name} is a value, not an object", path)
        return _complex(name, value, kind, path, depth)
    if value is None and extra is None:
        raise unreadable("INVALID_JSON_NULL", f"{name} is null", path)
    if value is not None and kind is not None and not kind[0].islower():
        raise unreadable("INVALID_JSON_VALUE", f"{name} is an object, not a value", path)
    if kind == "xhtml":
        return Element(name, xhtml=_narrative(value, path))
    text = None if value is None else _text(name, value, kind, path)
    if extra is None:
        return Element(name, text)
    if not isinstance(extra, dict):
        raise unreadable("INVALID_JSON_VALUE", f"_{name} takes an object", path)
    return _complex(name, extra, None if kind is None or kind[0].islower() else kind, path, depth, text)


def _complex(
    name: str, found: dict[str, Any], kind: str | None, path: str, depth: int, text: str | None = None
) -> Element:
    """An element with parts; `id`, and the `url` of an extension, are attributes of it."""
    own = {key: found[key] for key in ("id", "url") if key in found and (key == "id" or _has_url(name))}
    for key, value in own.items():
        if not isinstance(value, str) or isinstance(value, Number):
            raise unreadable("INVALID_JSON_VALUE", f"{key} is a text", path)
        checked_text(value, path)
    rest = {key: value for key, value in found.items() if key not in own}
    # Beside a primitive there are extensions, which R4 describes as those of any type.
    children = _children(rest, kind or "Element", path, depth + 1)
    return Element(name, text, tuple(children), own.get("id"), own.get("url"))


def _has_url(name: str) -> bool:
    return name in ("extension", "modifierExtension")


def _text(name: str, value: Any, kind: str | None, path: str) -> str:
    """A primitive's text; a number, a truth value and a text are told apart where R4 does."""
    if isinstance(value, bool):
        found, right = "true" if value else "false", kind in (None, "boolean")
    elif isinstance(value, Number):
        found, right = str(value), kind is None or kind in NUMBERS
    else:
        found, right = str(value), kind not in NUMBERS and kind != "boolean"
    if not right:
        raise unreadable("INVALID_JSON_VALUE", f"{name} is a {kind}; {shown(found)} is not", path)
    return checked_text(found, path)


def _narrative(value: Any, path: str) -> str:
    from bareme.exchange.fhir.xml_form import XHTML, div_text, parsed

    if not isinstance(value, str) or isinstance(value, Number):
        raise unreadable("INVALID_JSON_VALUE", "div is a text", path)
    node = parsed(checked_text(value, path))
    if node.tag != f"{{{XHTML}}}div":
        raise unreadable("INVALID_NARRATIVE", f"div is not a div of the namespace {XHTML}", path)
    return div_text(node)


def write_json(root: Element) -> bytes:
    """A message as JSON, indented."""
    parts: list[str] = []
    _write(_object_of(root, root.name, True), "\n", parts)
    return ("".join(parts) + "\n").encode()


def _object_of(element: Element, kind: str | None, is_resource: bool = False) -> dict[str, Any]:
    """The object of an element with parts."""
    found: dict[str, Any] = {"resourceType": element.name} if is_resource else {}
    found |= {key: given for key, given in (("id", element.id), ("url", element.url)) if given is not None}
    fields = fields_of(kind) or {}
    for name in dict.fromkeys(child.name for child in element.children):
        group = element.all(name)
        field = fields.get(name)
        many = field.many if field is not None else len(group) > 1
        for key, values in _group_of(name, group, None if field is None else field.type).items():
            found[key] = values if many or len(group) > 1 else values[0]
    return found


def _group_of(name: str, group: list[Element], kind: str | None) -> dict[str, list[Any]]:
    """What stands under a name, and under `_name`."""
    if kind == RESOURCE:
        held = [child.children[0] if child.children else None for child in group]
        return {name: [{} if one is None else _object_of(one, one.name, True) for one in held]}
    if kind == "xhtml" or any(child.xhtml is not None for child in group):
        return {name: [child.xhtml or "" for child in group]}
    if not _is_primitive(group, kind):
        return {name: [_object_of(child, kind) for child in group]}
    values = [None if child.value is None else _value_of(child.value, kind) for child in group]
    beside = [_object_of(child, "Element") if child.children or child.id is not None else None for child in group]
    found: dict[str, list[Any]] = {}
    if any(value is not None for value in values):
        found[name] = values
    if any(extra is not None for extra in beside):
        found[f"_{name}"] = beside
    return found


def _is_primitive(group: list[Element], kind: str | None) -> bool:
    if kind is not None:
        return kind[0].islower()
    return any(child.value is not None for child in group)


def _value_of(value: str, kind: str | None) -> Any:
    """The text of a primitive as JSON has it; one that is no number of its type stays a text."""
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if kind in NUMBERS and pattern_of(kind).fullmatch(value) and not value.startswith("+"):
        return Number(value)
    return value


def _write(value: Any, line: str, parts: list[str]) -> None:
    """JSON with numbers as they are, which the library would make into others."""
    if isinstance(value, Number):
        parts.append(str(value))
    elif isinstance(value, dict | list) and value:
        inner = line + "  "
        named = isinstance(value, dict)
        parts.append("{" if named else "[")
        for number, key in enumerate(value):
            parts.append("," + inner if number else inner)
            if named:
                parts.append(json.dumps(key, ensure_ascii=False) + ": ")
            _write(value[key] if named else key, inner, parts)
        parts.append(line + ("}" if named else "]"))
    else:
        parts.append(json.dumps(value, ensure_ascii=False))

"""What R4 itself demands of a message: required elements, one where there may be one, values of their type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bareme.exchange.fhir.bounds import MOST_FAULTS, MOST_FOUND, shown
from bareme.exchange.fhir.definitions import RESOURCE, Field, fields_of, pattern_of
from bareme.exchange.fhir.model import Element, Fault, Severity


def fault(
    kind: str, label: str, expression: str, text: str, severity: Severity = Severity.ERROR, cut: int = 120
) -> Fault:
    """A fault whose code is made as the guide makes them: MISSING_BUNDLE_ID."""
    return Fault(f"{kind}_{label}".upper()[:cut], expression, text, severity)


def structure_faults(root: Element) -> Iterator[Fault]:
    """Where a message is not R4."""
    yield from _resource(root, root.name)


def _resource(resource: Element, path: str) -> Iterator[Fault]:
    if fields_of(resource.name) is None:
        text = f"{shown(resource.name)} is no resource of an eTariff message; it is not looked at."
        yield fault("UNKNOWN", "RESOURCE", path, text, Severity.WARNING)
        return
    yield from _parts(resource, resource.name, path, resource.name)


def _parts(element: Element, kind: str, path: str, label: str) -> Iterator[Fault]:
    """The faults of an element's children, each with its place."""
    fields = fields_of(kind) or {}
    groups: dict[str, list[Element]] = {}
    for child in element.children:
        groups.setdefault(child.name, []).append(child)
    for name, field in fields.items():
        if field.required and name not in groups:
            yield fault("MISSING", f"{label}_{name}", f"{path}.{name}", f"{name} is missing.")
    for name, group in groups.items():
        known = fields.get(name)
        if known is None:
            text = f"{shown(name)} is no element that R4 has here; it is not looked at."
            yield fault("UNKNOWN", f"{label}_ELEMENT", path, text, Severity.WARNING)
            continue
        if len(group) > 1 and not known.many:
            yield fault("TOO_MANY", f"{label}_{name}", f"{path}.{name}", f"{name} stands {len(group)} times.")
        for number, child in enumerate(group):
            place = f"{path}.{name}[{number}]" if known.many else f"{path}.{name}"
            yield from _child(child, known, place, f"{label}_{name}")


def _child(child: Element, field: Field, path: str, label: str) -> Iterator[Fault]:
    if field.type == RESOURCE:
        if len(child.children) != 1:
            yield fault("MISSING", label, path, "there is no resource here, or more than one.")
        else:
            held = child.children[0]
            yield from _resource(held, f"{path}.ofType({held.name})")
        return
    if field.type == "xhtml":
        if child.xhtml is None:
            yield fault("INVALID", label, path, "div is no div of XHTML.")
        return
    if child.xhtml is not None:
        yield fault("INVALID", label, path, "a div of XHTML stands where there is none.")
    elif field.is_primitive:
        yield from _primitive(child, field, path, label)
    else:
        yield from _complex(child, field, path, label)


def _primitive(child: Element, field: Field, path: str, label: str) -> Iterator[Fault]:
    if child.value is None and not child.children:
        yield fault("INVALID", label, path, f"{field.name} has no value.")
    elif child.value is not None and pattern_of(field.type).fullmatch(child.value) is None:
        yield fault("INVALID", label, path, f"{shown(child.value)} is no {field.type}.")
    for part in child.children:
        if part.name != "extension":
            yield fault("INVALID", label, path, f"{field.name} has a value and no parts.")
            return
    yield from _parts(child, "Element", path, label)


def _complex(child: Element, field: Field, path: str, label: str) -> Iterator[Fault]:
    if child.value is not None:
        yield fault("INVALID", label, path, f"{field.name} has parts and no value.")
    elif not _known(child.children, field.type):
        yield fault("INVALID", label, path, f"{field.name} is empty.")
    elif field.type == "Extension":
        if not child.url:
            yield fault("MISSING", f"{label}_url", path, "an extension has no url.")
        yield from _parts(child, field.type, path, label)
    elif fields_of(field.type) is not None:
        yield from _parts(child, field.type, path, label)


def _known(children: tuple[Element, ...], kind: str) -> bool:
    """True where there is a part that R4 knows, or of a type that is not described here any part."""
    fields = fields_of(kind)
    return any(fields is None or child.name in fields for child in children)


def told(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Faults, errors first, each once; of very many the first ones, and that there are more.

    What is missing inside of something that is missing is not told.
    """
    errors: dict[tuple[str, str], Fault] = {}
    warnings: dict[tuple[str, str], Fault] = {}
    for one in faults:
        found = errors if one.severity is Severity.ERROR else warnings
        if len(found) < MOST_FOUND:
            found.setdefault((one.code, one.expression), one)
        elif found is errors:
            break
    every = [*errors.values(), *warnings.values()]
    missing = {one.expression for one in every if one.code.startswith("MISSING_")}
    kept = [one for one in every if not (_within(one.expression) & missing)]
    if len(kept) <= MOST_FAULTS:
        return tuple(kept)
    text = f"there are more faults than these {MOST_FAULTS - 1}."
    last = Fault("TOO_MANY_FAULTS", "Bundle", text, kept[MOST_FAULTS - 1].severity)
    return (*kept[: MOST_FAULTS - 1], last)


def _within(expression: str) -> set[str]:
    """The places around a place."""
    parts = expression.split(".")
    return {".".join(parts[:number]) for number in range(1, len(parts))}

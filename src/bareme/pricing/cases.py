"""Cases that a clerk can read: an act, the facts, what is expected and why; checked against a book.

A file of cases is YAML with `schema: bareme/cases/1` and `cases`, each with `act`, `because` and `expect`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bareme.errors import BaremeError, InputError
from bareme.pricing.price import Price
from bareme.schemas import schema


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case: `differences` maps a key to (expected, found); empty when the case holds."""

    file: str
    number: int
    act: Mapping[str, Any]
    because: str
    differences: Mapping[str, tuple[Any, Any]]
    error: str | None = None

    @property
    def holds(self) -> bool:
        """True when the book answers as expected."""
        return not self.differences and self.error is None

    def to_dict(self) -> dict[str, Any]:
        """A case of schema test-1."""
        return {
            "file": self.file,
            "number": self.number,
            "act": dict(self.act),
            "because": self.because,
            "holds": self.holds,
            "differences": {k: {"expected": e, "found": f} for k, (e, f) in self.differences.items()},
            "error": self.error,
        }


def run_cases(path: Path, price: Callable[..., Price]) -> Iterator[CaseResult]:
    """The result of every case of a file, priced by `price` (a book's method)."""
    for number, case in enumerate(read_cases(path), start=1):
        act = {key: value.isoformat() if isinstance(value, date) else value for key, value in case["act"].items()}
        try:
            found = price(**act).to_dict()
            found["rules"] = {answer["rule"]: answer["result"] for answer in found["rules"]}
        except BaremeError as error:
            yield CaseResult(path.name, number, act, case["because"], {}, str(error))
            continue
        wrong = {k: (e, found[k]) for k, e in case["expect"].items() if found[k] != e}
        yield CaseResult(path.name, number, act, case["because"], wrong)


def read_cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a file; `InputError` says what is wrong with it and where."""
    import yaml
    from jsonschema import Draft202012Validator

    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.load(text, Loader=_loader())
    except FileNotFoundError:
        raise InputError(f"{path} does not exist.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8 text (byte {error.start + 1}); save it as UTF-8.") from None
    except yaml.YAMLError as error:
        raise InputError(f"{path.name} is not YAML: {' '.join(str(error).split())}.") from None
    if data is None:
        raise InputError(f"{path.name} is empty.")
    plain = json.loads(json.dumps(data, default=str))
    for wrong in Draft202012Validator(schema("cases-1")).iter_errors(plain):
        place = " ".join(f"case {p + 1}" if isinstance(p, int) else str(p) for p in wrong.absolute_path if p != "cases")
        raise InputError(f"{path.name}{', ' * bool(place)}{place}: {wrong.message}.")
    cases: list[dict[str, Any]] = data["cases"]
    return cases


def _loader() -> Any:
    """A safe loader that leaves `on`, `yes`, `no` and dates as the words that they are."""
    import yaml

    class Loader(yaml.SafeLoader):
        """No booleans and no timestamps: all facts are words and numbers."""

    left_as_text = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    resolvers = {
        key: [(tag, pattern) for tag, pattern in found if tag not in left_as_text]
        for key, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.yaml_implicit_resolvers = resolvers
    return Loader

"""What an address of the simulation asks: the example, a scenario packed in it, or measures of the form."""

from __future__ import annotations

import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from starlette.datastructures import QueryParams

from bareme.errors import InputError
from bareme.periods import as_date
from bareme.service.scenarios import MOST_SIGNS
from bareme.simulation.examples import BASKETS, SCENARIO, VOLUMES, example_file, example_scenario
from bareme.simulation.parts import PARTS

if TYPE_CHECKING:
    from bareme.simulation.options import CostingOptions
    from bareme.simulation.scenario_text import Value

EXAMPLE = SCENARIO.removesuffix(".toml")
MOST_ADDRESS = 6000
"""A packed scenario of more signs does not go in an address."""
MOST_ROWS = 20
"""So many measures stand in the form; a file may have more."""
KINDS: Mapping[str, str | None] = {
    "index": "rate",
    "letter_value_by_rate": "rate",
    "fee_by_rate": "rate",
    "fee_of_coefficient": "coefficients",
    "fee_by_amount": "amount",
    "fee_set": "amount",
    "fee_as": "as",
    "share_set": "amount",
    "share_rate": "rate",
    "full_cover": None,
    "freeze": None,
    "ended": None,
    "circular": "circular",
}
"""The measures of the form, each with what its value is in the file."""
SCOPES = ("all", "series", "section", "codes", "key_letters", "convention", "article", "others")
LISTED = ("codes", "key_letters")
"""Of these several may be named."""
REGIMES = ("", "ordinary", "preferential")
LISTS = ("kind", "value", "scope", "which", "except", "regime", "begins")
"""The fields of a measure; each stands in the address once for each measure."""
_BETWEEN = re.compile(r"[,;\s]+")
_BETWEEN_NAMES = re.compile(r"\s*[,;]\s*")


@dataclass(frozen=True, slots=True)
class Row:
    """A measure of the form, as it was written."""

    kind: str = ""
    value: str = ""
    scope: str = "all"
    which: str = ""
    left_out: str = ""
    regime: str = ""
    begins: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked. `text` is the scenario, None where none is; `query` what stands for it in an address."""

    text: str | None
    name: str = "scenario"
    rows: tuple[Row, ...] = ()
    title: str = ""
    start: str = ""
    on: str = ""
    known: str = ""
    query: tuple[tuple[str, str], ...] | None = ()
    costing: CostingOptions | None = None


def asked_by(query: QueryParams) -> Asked:
    """What an address asks; `InputError` for what cannot be meant."""
    own = tuple((name, value) for name, value in query.multi_items() if name not in ("first", "lang", "add", "series"))
    if "example" in query:
        if query["example"] != EXAMPLE:
            raise InputError(f"example: there is {EXAMPLE} only.")
        return Asked(example_scenario(), SCENARIO, query=own, costing=costing_of(query))
    if "s" in query:
        return Asked(unpacked(query["s"]), query=own, costing=costing_of(query))
    asked = replace(form_of(query), query=own)
    if not asked.rows:
        return asked
    return replace(asked, text=written(asked), costing=costing_of(query))


def form_of(query: QueryParams) -> Asked:
    """The form as it was written, whether it can be meant or not."""
    title, start, on, known = (query.get(name, "") for name in ("title", "from", "on", "known"))
    return Asked(None, "scenario", rows_of(query), title, start, on, known.strip())


def rows_of(query: QueryParams) -> tuple[Row, ...]:
    """The measures of the form, those that are left empty at its end not counted."""
    lists = [query.getlist(name)[:MOST_ROWS] for name in LISTS]
    longest = max(map(len, lists))
    rows = [Row(*(own[place].strip() if place < len(own) else "" for own in lists)) for place in range(longest)]
    while rows and not rows[-1].kind and not rows[-1].value and not rows[-1].which:
        rows.pop()
    return tuple(rows)


def costing_of(given: Mapping[str, str]) -> CostingOptions | None:
    """The example's volumes and baskets with envelope, part and percent, where they are asked for."""
    from bareme.simulation.options import CostingOptions

    envelope, vary = (number_of(given.get(name, "")) or None for name in ("envelope", "vary"))
    if given.get("volumes") != "example":
        if envelope or vary:
            raise InputError("an envelope and varied volumes need volumes: take those of the example, or send a file.")
        return None
    return CostingOptions(
        str(example_file(VOLUMES)),
        envelope=envelope,
        part=part_of(given),
        vary=vary,
        baskets=str(example_file(BASKETS)),
    )


def part_of(given: Mapping[str, str]) -> str:
    """What an envelope is spent on: what the insurance pays where nothing else is said."""
    return given.get("part") or PARTS[1]


def written(asked: Asked) -> str:
    """The scenario's file that the form stands for."""
    from bareme.simulation.scenario_text import scenario_text

    start, on = as_date(asked.start, "from"), as_date(asked.on, "on")
    known = as_date(asked.known, "known") if asked.known else None
    used = [(n, row) for n, row in enumerate(asked.rows, start=1) if row.kind or row.value or row.which]
    return scenario_text(asked.title[:200], start, on, [_measure(n, row) for n, row in used], known)


def _measure(number: int, row: Row) -> dict[str, Value]:
    if not row.kind:
        raise InputError(f"measure {number}: choose its kind.")
    if row.kind not in KINDS or row.regime not in REGIMES:
        raise InputError(f"measure {number}: {row.kind[:30]!r} is none of {', '.join(KINDS)}.")
    value = KINDS[row.kind]
    found: dict[str, Value] = {"id": f"measure-{number}", "kind": row.kind}
    if value in (None, "rate", "amount"):
        found[value or "rate"] = number_of(row.value)
    elif value == "coefficients":
        found |= _coefficients(number, row.value)
    else:
        found[str(value)] = row.value
    if row.begins:
        found["from"] = as_date(row.begins, f"measure {number}, from").isoformat()
    if row.kind != "circular":
        found |= _scope(number, row)
    return found | {"regime": row.regime, "except": _BETWEEN_NAMES.split(row.left_out) if row.left_out else []}


def _coefficients(number: int, text: str) -> dict[str, Value]:
    """The coefficient there is and the new one: 289 = 300."""
    before, between, after = text.partition("=")
    if not (between and before.strip() and after.strip()):
        raise InputError(f"measure {number}: write the coefficient there is and the new one, for example 289 = 300.")
    return {"coefficient_from": number_of(before), "coefficient_to": number_of(after)}


def _scope(number: int, row: Row) -> dict[str, Value]:
    if row.scope in ("all", "others"):
        if row.which:
            raise InputError(f"measure {number}: {row.which[:60]!r} is named; choose series, section or codes for it.")
        return {row.scope: True}
    if row.scope not in SCOPES:
        raise InputError(f"measure {number}: {row.scope[:30]!r} is none of {', '.join(SCOPES)}.")
    if not row.which:
        raise InputError(f"measure {number}: name the {row.scope} that it is for.")
    return {row.scope: [one for one in _BETWEEN.split(row.which) if one] if row.scope in LISTED else row.which}


def number_of(text: str) -> str:
    """A number as the file has it: a point, no sign of a unit.

    >>> number_of("2,72 %"), number_of("+5"), number_of("\u22124,00 \u20ac")
    ('2.72', '5', '-4.00')
    """
    bare = re.sub(r"[\s%\u20ac]", "", text).replace("\u2212", "-").removeprefix("+")
    return bare.replace(",", ".") if bare.count(",") == 1 and "." not in bare else bare


def packed(text: str) -> str | None:
    """A scenario for an address; None for one that is too long."""
    found = urlsafe_b64encode(zlib.compress(text.encode("utf-8", "replace"), 9)).decode().rstrip("=")
    return found if len(found) <= MOST_ADDRESS else None


def unpacked(given: str) -> str:
    """The scenario in an address; `InputError` where it was cut or changed."""
    try:
        raw = urlsafe_b64decode(given + "=" * (-len(given) % 4))
        opener = zlib.decompressobj()
        text = opener.decompress(raw, MOST_SIGNS)
        if not opener.eof:
            raise ValueError
        return text.decode()
    except (ValueError, zlib.error):
        raise InputError("the address holds no whole scenario: it was cut or changed. Send the file again.") from None

"""A measure as a sentence: the reader makes the same measure of it, for every kind, scope, exception and language."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bareme import Reading
from bareme.circulars.model import MEASURE_KINDS, MEASURE_SCOPES, Measure
from bareme.circulars.sources import Figure, Source
from bareme.circulars.vocabulary import vocabulary
from bareme.exchange.drafts.words import DRAFTED, words_of
from bareme.nomenclature.codes import Code
from drafted import measures, read_back
from invented import CODES, Invented, amount, line

NOWHERE = Source("", "")
FRENCH_NAME = "Convention entre le Comité de l'assurance et les centres de génétique humaine"
DUTCH_NAME = "Overeenkomst tussen het Verzekeringscomité en de ziekenhuizen voor ablatie"
PROFESSIONS = sorted(words_of("fr").groups["professions"])
CODED = tuple((Code(CODES[n]), Code(CODES[n + 1])) for n in (0, 2, 4))
NAMES = {
    "series": PROFESSIONS,
    "article": ["25", "3", "14b"],
    "section": ["N", "N.1", "2.1", "Analyses imaginaires"],
    "convention": [FRENCH_NAME, DUTCH_NAME],
}
"""What `named` may be in each scope that has a name; sections and conventions are those of `circular`."""
EXCEPTIONS = {
    "codes": (CODES[0], CODES[1]),
    "code": (CODES[4],),
    "article": ("article 25",),
    "section": ("N.1",),
    "titled section": ("Analyses imaginaires",),
    "series": ("dentists",),
    "convention": (FRENCH_NAME,),
    "other convention": (DUTCH_NAME,),
}
OF_SOME = ("fee_of_coefficient", "fee_by_amount", "fee_set")
OF_CODES = ("added", "ended")
RATED = ("index", "letter_value_by_rate", "fee_by_rate")
"""Kinds that may count from a day, and of which a part may have been applied before."""


def is_sayable(kind: str, scope: str) -> bool:
    """False for what no sentence says: the reader wants such measures to name their lines."""
    if kind in OF_CODES:
        return scope == "codes"
    return not (kind in OF_SOME and scope == "all")


NOT_SAID: tuple[tuple[str, str], ...] = tuple(
    (kind, scope) for kind, scope in product(MEASURE_KINDS, MEASURE_SCOPES) if not is_sayable(kind, scope)
)
"""Kinds with scopes of which a draft prints a sentence that the reader does not take for a measure."""


def circular(*announced: Measure) -> Reading:
    """A circular with lines in every section and of both conventions."""
    places = [("N", "Examens"), ("N.1", "Cultures"), ("2.1", "Bilans"), (None, "Analyses imaginaires")]
    lines = [
        line(CODES[2 * n], CODES[2 * n + 1], "10.00", amount("10.00")) | {"section": {"number": number, "title": title}}
        for n, (number, title) in enumerate(places)
    ]
    for n, name in ((4, FRENCH_NAME), (5, DUTCH_NAME)):
        lines.append(line(CODES[2 * n], CODES[2 * n + 1], "10.00", amount("10.00"), convention=name))
    made = Invented("2024/77", "2023-12-01", "2024-01-01", tuple(lines)).reading()
    return replace(made, measures=announced)


def figure(text: str) -> Figure:
    return Figure(Decimal(text), NOWHERE)


def measure(kind: str, scope: str, named: str | None = None, codes: int = 1, size: str = "2.72") -> Measure:
    """A measure with the figures that its kind has."""
    made = Measure(kind, NOWHERE, scope=scope, named=named, codes=CODED[:codes] if scope == "codes" else ())
    if kind in RATED:
        return replace(made, rate=figure(size))
    if kind in ("fee_by_amount", "fee_set", "share_set"):
        euros = Decimal(size).quantize(Decimal("0.01"))
        return replace(made, amount=Figure(euros if kind == "fee_by_amount" else abs(euros), NOWHERE))
    if kind == "fee_of_coefficient":
        return replace(made, letter="N", coefficient_from=figure("1350"), coefficient_to=figure("1300"))
    return made


def assert_said(wanted: Sequence[Measure], language: str) -> None:
    reading = circular(*wanted)
    back = read_back(reading, "text", language)
    assert measures(back) == measures(reading)
    assert not [f.message for f in back.findings if f.check == "measure_not_understood"]


SAYABLE = [(kind, scope) for kind, scope in product(MEASURE_KINDS, MEASURE_SCOPES) if is_sayable(kind, scope)]


@pytest.mark.parametrize("language", DRAFTED)
@pytest.mark.parametrize(("kind", "scope"), SAYABLE)
def test_every_kind_is_said_of_every_scope(kind: str, scope: str, language: str) -> None:
    for named in NAMES.get(scope, [""]):
        assert_said([measure(kind, scope, named or None)], language)


@pytest.mark.parametrize("language", DRAFTED)
@pytest.mark.parametrize(("kind", "scope"), NOT_SAID)
def test_what_cannot_be_said_is_printed_all_the_same(kind: str, scope: str, language: str) -> None:
    named = NAMES.get(scope, [""])[0] or None
    back = read_back(circular(measure(kind, scope, named)), "text", language)
    assert back.measures == ()
    assert len(back.lines) == 6


@pytest.mark.parametrize("language", DRAFTED)
@pytest.mark.parametrize("excepted", EXCEPTIONS)
@pytest.mark.parametrize("kind", [*RATED, "share_set", "unchanged"])
def test_every_kind_is_said_with_every_exception(kind: str, excepted: str, language: str) -> None:
    assert_said([replace(measure(kind, "all"), excepted=EXCEPTIONS[excepted])], language)


def sort_of(exception: str) -> str:
    """What a sentence leaves out in one place only: the reader names all codes first, and conventions by likeness."""
    return "convention" if "convention" in exception else exception.removesuffix("s")


@pytest.mark.parametrize("language", DRAFTED)
@pytest.mark.parametrize("apart", [("codes", "article", "code"), ("other convention", "convention")])
def test_the_order_of_codes_apart_and_of_two_conventions_is_not_said(apart: Sequence[str], language: str) -> None:
    names = tuple(name for chosen in apart for name in EXCEPTIONS[chosen])
    back = read_back(circular(replace(measure("index", "all"), excepted=names)), "text", language)
    assert [m.excepted for m in back.measures] != [names]
    # Other names are never read; in Dutch the two conventions are not understood at all, which is a finding.
    assert all(sorted(m.excepted) == sorted(names) for m in back.measures)
    assert back.measures or [f for f in back.findings if f.check == "measure_not_understood"]


@st.composite
def announced(draw: st.DrawFn) -> Measure:
    """A measure of any kind and scope that can be said, with exceptions, a day and a part where it may have them."""
    kind, scope = draw(st.sampled_from(SAYABLE))
    named = draw(st.sampled_from(NAMES.get(scope, [None])))
    size = draw(st.sampled_from(["2.72", "10", "0.5", "1040", "-0.5", "-400"]))
    made = measure(kind, scope, named, draw(st.integers(1, 3)), size)
    if kind in RATED and size in ("2.72", "10"):
        part = figure(draw(st.sampled_from(["1", "2.5"]))) if draw(st.booleans()) else None
        day = draw(st.sampled_from([None, date(2022, 1, 1), date(2023, 6, 15)]))
        made = replace(made, already=part, relative_to=day)
    if scope == "all" and kind not in OF_CODES:
        names = draw(st.lists(st.sampled_from(sorted(EXCEPTIONS)), max_size=3, unique_by=sort_of))
        made = replace(made, excepted=tuple(name for chosen in names for name in EXCEPTIONS[chosen]))
    return made


@settings(
    deadline=None,
    max_examples=int(os.environ.get("BAREME_EXAMPLES", "60")),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(announced(), min_size=1, max_size=4))
@pytest.mark.parametrize("language", DRAFTED)
def test_any_measures_are_said(language: str, wanted: list[Measure]) -> None:
    assert_said(wanted, language)


@pytest.mark.parametrize("language", DRAFTED)
def test_every_kind_scope_and_profession_has_its_words(language: str) -> None:
    words = words_of(language)
    assert set(MEASURE_SCOPES) <= set(words.groups["scopes"])
    assert set(words.groups["professions"]) == set(vocabulary(language).names("profession"))
    for kind in MEASURE_KINDS:
        for size in ("1", "-1"):
            assert measures(circular(measure(kind, "codes", size=size)))

"""Conventions are checked when they are loaded: what overlaps or contradicts is refused, and both places are named."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from itertools import count
from pathlib import Path
from string import Formatter

import pytest

from bareme.conventions.inputs import declared_inputs
from bareme.conventions.loading import PACKAGE, Convention, ConventionError, conventions, load
from bareme.conventions.model import Result, RuleAnswer, RuledAct
from bareme.nomenclature.interpretations import interpretations

GARDEN = Path(__file__).parent / "garden"
NUMBERS = count()
Make = Callable[[str, str], Convention]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """A copy of the garden in which one text is replaced by another, loaded."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def made(old: str = "", new: str = "") -> Convention:
        name = f"garden_{next(NUMBERS)}"
        folder = tmp_path / name
        shutil.copytree(GARDEN, folder)
        (folder / "__init__.py").touch()
        changed = 0
        for path in folder.iterdir():
            text = path.read_text(encoding="utf-8")
            changed += old in text if old else 0
            path.write_text(text.replace(old, new) if old else text, encoding="utf-8")
        assert changed or not old
        return load([(folder, name)])["garden"]

    yield made
    for name in [name for name in sys.modules if name.startswith("garden_")]:
        del sys.modules[name]


def act(code: str = "991034", on: date = date(2024, 5, 1), **inputs: object) -> RuledAct:
    return RuledAct(code, on, 1, inputs, Decimal("25.00"), Decimal("20.00"), Decimal("5.00"))


def test_the_smallest_convention(make: Make) -> None:
    garden = make("", "")
    [answer] = garden.answers(act(minutes=15))
    assert (answer.rule, answer.result, answer.clause) == ("garden.long_enough", Result.YES, "2024/900, 3")
    assert garden.sentence(answer, "fr") == "15 minutes suffisent."
    [answer] = garden.answers(act(on=date(2025, 1, 1), minutes=15))
    assert garden.sentence(answer, "en") == "15 minutes are too few: 20."
    [answer] = garden.answers(act())
    assert (answer.result, answer.missing) == (Result.NEEDS_INFORMATION, ("minutes",))
    assert list(garden.answers(act(on=date(2023, 12, 31), minutes=15))) == []
    assert list(garden.answers(act("991012", minutes=15))) == []


TWICE = """
@RULES.rule("long_enough", ["991034"], "2024/900, 4", "2024-06-01")
def again(act: RuledAct, parameters: Parameters) -> Said:
    return Said(True)
"""
PAYING = """
@RULES.rule("one", ["991034"], "2024/900, 4", "2024-06-01", pays=True)
def one(act: RuledAct, parameters: Parameters) -> Said:
    return Said(True)

@RULES.rule("other", ["991012", "991034"], "2024/900, 5", "2025-06-01", pays=True)
def other(act: RuledAct, parameters: Parameters) -> Said:
    return Said(True)
"""
LAST = 'return Said(minutes >= parameters["least"], {"minutes": minutes, "least": parameters["least"]})\n'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("until = 2025-01-01", "until = 2025-01-02", r"from 2024-01-01 \(circular 2024/900\) and from 2025-01-01 \(ci"),
        ("until = 2025-01-01\n", "", r"parameters from 2024-01-01 .* overlap"),
        (LAST, LAST + TWICE, r"garden.long_enough is declared twice for one day: garden_\d+.rules, line \d+; garden"),
        (
            LAST,
            LAST + PAYING,
            r"garden.one \(.*line \d+\) and garden.other \(.*line \d+\) both say what is paid for 991",
        ),
        ("until = 2025-01-01", "until = 2024-12-01", r"line \d+: there are no parameters on 2024-12-01"),
        ('["991034"]', "[]", r"garden.long_enough is for every code and asked by nothing"),
        ("long_enough.", "short_enough.", r"garden.long_enough has no sentence"),
        (
            '"long_enough.no" = "{minutes} minutes ne suffisent pas : {least}."\n',
            "",
            r"long_enough.no has a sentence in",
        ),
        ('["991034"]', '["991035"]', r"rules, line \d+: 991035 is no nomenclature code"),
        ('"2024-01-01")', '"2023-01-01")', r"line \d+: there are no parameters on 2023-01-01"),
        ('reference = "circular 2024/900"\n', "", r"parameters.toml, period.0: 'reference' is a required property"),
        ("least = 10", "least = 10.5", r"parameters.toml, period.0.least"),
        ('title = "Imaginary gardening"', "", r"convention.toml, the file: 'title' is a required property"),
        ("[fr]", "[french]", r"words.toml, the file"),
        ("schema = ", "schema ", r"cannot be read"),
    ],
)
def test_what_contradicts_is_refused(make: Make, old: str, new: str, message: str) -> None:
    with pytest.raises(ConventionError, match=message):
        make(old, new)


def test_two_conventions_of_one_name(make: Make, tmp_path: Path) -> None:
    make("", "")
    [name] = [path.name for path in tmp_path.iterdir()]
    with pytest.raises(ConventionError, match=r"two conventions are called garden"):
        load([(tmp_path / name, name), (tmp_path / name, name)])


def test_the_conventions_of_the_package_are_valid_by_their_schemas() -> None:
    folder = files(PACKAGE)
    names = sorted(convention for convention in conventions())
    assert load([(folder.joinpath(name), f"{PACKAGE}.{name}") for name in names]).keys() == conventions().keys()


RULES = [(convention, rule) for convention in conventions().values() for rule in convention.rules]


@pytest.mark.parametrize(("convention", "rule"), RULES, ids=[rule.id for _, rule in RULES])
def test_a_rule_says_where_it_is_stated(convention: Convention, rule: object) -> None:
    function = rule.function  # type: ignore[attr-defined]
    text = " ".join((function.__doc__ or "").split())
    assert re.search(r"\((\d{4}/\d+|agreement of \d{4}, \d+)", text), "its docstring names no clause"
    assert rule.clause.partition(",")[0] in text  # type: ignore[attr-defined]
    first, last = function.__code__.co_firstlineno, max(line or 0 for *_, line in function.__code__.co_lines())
    assert last - first < 40


@pytest.mark.parametrize("convention", conventions().values(), ids=list(conventions()))
def test_the_sentences_of_all_languages_say_the_same(convention: Convention) -> None:
    english = convention.sentences["en"]
    for texts in convention.sentences.values():
        assert list(texts) == list(english)
        for key, text in texts.items():
            assert {n for _, n, _, _ in Formatter().parse(text)} == {
                n for _, n, _, _ in Formatter().parse(english[key])
            }
    names = {rule.id.partition(".")[2] for rule in convention.rules}
    assert {key.partition(".")[0] for key in english} == names


def test_inputs_are_read_as_rules_take_them() -> None:
    assert declared_inputs()["minutes"].read("15.0") == 15
    assert declared_inputs()["patient"].read(7) == "7"
    for name, value in (("minutes", "-1"), ("minutes", "1.5"), ("minutes", True), ("contracting_entity", "liège")):
        with pytest.raises(Exception, match=rf"{name}: "):
            declared_inputs()[name].read(value)


def test_an_answer_is_data() -> None:
    answer = RuleAnswer("garden.long_enough", Result.NO, (), (), "2024/900, 3")
    assert answer.to_dict() == {
        "rule": "garden.long_enough",
        "result": "no",
        "missing": [],
        "contradicts": [],
        "clause": "2024/900, 3",
        "amount": None,
    }


def test_every_interpretation_that_a_rule_names_is_in_the_register() -> None:
    source = "".join(
        path.read_text()
        for path in files(PACKAGE).iterdir()
        if path.is_dir()
        for path in path.iterdir()
        if path.name == "rules.py"
    )
    named = set(re.findall(r'\("([a-z-]+-[a-z-]+)",\)', source))
    assert named
    assert named <= interpretations().keys()


def test_days_before_a_convention_have_no_rule() -> None:
    for convention in conventions().values():
        start = min(dated.period.start for dated in convention.parameters)
        for rule in convention.rules:
            code = min(rule.codes, default="565014")
            if start.year == 1:
                continue
            assert list(convention.answers(act(code, start - timedelta(days=1)))) == []

"""The systems of the agreements of the package: valid files, the same sentences in every language, named clauses."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import bareme
from bareme.conventions.agreement.parameters import KINDS, Parameter, Parameters, read_parameters
from bareme.conventions.agreement.systems import LANGUAGES, System, agreement_years, shared_words, systems_of
from bareme.conventions.loading import plain_toml
from bareme.conventions.model import Contradiction, Missing, Result
from bareme.errors import InputError
from bareme.schemas import schema
from running import REPOSITORY, bareme_here, valid

SYSTEMS = [(year, name) for year in agreement_years() for name in systems_of(year)]


def toml(year: int, system: str, file: str) -> dict[str, Any]:
    place = files("bareme.conventions").joinpath(f"agreement_{year}", system, f"{file}.toml")
    return tomllib.loads(place.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("year", "name"), SYSTEMS)
def test_the_files_of_a_system_are_valid(year: int, name: str) -> None:
    parameters = plain_toml(toml(year, name, "parameters"))
    valid(parameters, "agreement-system-1")
    assert parameters["system"] == name
    valid(toml(year, name, "words"), "agreement-words-1")


def fields_of(text: str) -> set[str]:
    return {found[1] for found in Formatter().parse(text) if found[1] is not None}


@pytest.mark.parametrize("words", [shared_words(), *(systems_of(year)[name].words for year, name in SYSTEMS)])
def test_the_languages_say_the_same(words: Any) -> None:
    english = words["en"]
    for language in LANGUAGES:
        assert words[language].keys() == english.keys()
        for key, text in words[language].items():
            assert fields_of(text) == fields_of(english[key]), f"{language}: {key}"


@pytest.mark.parametrize(("year", "name"), SYSTEMS)
def test_every_sentence_of_a_system_is_used_by_its_code(year: int, name: str) -> None:
    folder = Path(str(files("bareme.conventions").joinpath(f"agreement_{year}", name)))
    code = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    for key in systems_of(year)[name].words["en"]:
        parts = [part for part in key.split(".") if part not in ("yes", "no")]
        for part in parts:
            assert re.search(rf'"{part}"', code), f"{name}: nothing says {key}"


def system(*entries: dict[str, Any], words: dict[str, str] | None = None) -> System:
    parameters = read_parameters({"system": "garden", "parameter": list(entries)})
    texts = words or {}
    return System("agreement_1999", "garden", parameters, dict.fromkeys(LANGUAGES, texts))


def entry(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "means": "a fictitious one", "clause": "1.2", **more}


def test_a_parameter_is_read_by_its_kind() -> None:
    found = system(
        entry("fee", "euro", value="12.5"),
        entry("envelope", "thousands", value=33148),
        entry("index", "rate", value="1.95"),
        entry("slots", "count", value=3),
        entry("until", "day", value=date(2020, 12, 31)),
        entry("codes", "codes", value=["565014"]),
        entry("maximum", "euro_by", value={"rent": "1000.00"}),
    ).parameters
    assert found.euro("fee") == Decimal("12.50")
    assert str(found.euro("fee")) == "12.50"
    assert found.thousands("envelope") == 33148
    assert found.rate("index") == Decimal("1.95")
    assert found.count("slots") == 3
    assert found.day("until") == date(2020, 12, 31)
    assert found.codes("codes") == ("565014",)
    assert found.euro_by("maximum") == {"rent": Decimal("1000.00")}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("euro", "1,50"),
        ("euro", "1.505"),
        ("euro", 1.5),
        ("euro", True),
        ("thousands", "1.5"),
        ("rate", "2 %"),
        ("count", "three"),
        ("day", "31/12/2020"),
        ("text", ""),
        ("texts", 3),
        ("codes", ["565015"]),
        ("euro_by", "1000"),
        ("euro_by", {"rent": "much"}),
    ],
)
def test_a_value_that_is_none_is_refused_with_what_it_should_be(kind: str, value: object) -> None:
    with pytest.raises(InputError, match=re.escape(KINDS[kind])):
        Parameter("garden", "name", kind, "", "").read(value)


def test_a_dated_parameter_is_that_of_the_day() -> None:
    found = system(
        entry("supplement", "euro", value="1.22", **{"from": date(2020, 1, 1), "until": date(2020, 7, 1)}),
        entry("supplement", "euro", value="0.50", **{"from": date(2020, 7, 1)}),
    ).parameters
    assert found.euro("supplement", date(2020, 6, 30)) == Decimal("1.22")
    assert found.euro("supplement", date(2020, 7, 1)) == Decimal("0.50")
    with pytest.raises(KeyError):
        found.euro("supplement")


def test_an_awaited_parameter_is_missing_until_it_is_supplied() -> None:
    garden = system(entry("threshold", "count", awaited=True), words={"water.yes": "yes, {clause}: {least}"})

    def water(of: System) -> Any:
        return of.asked("water", "1.2", lambda: of.answer("water", True, "1.2", least=of.parameters.count("threshold")))

    answer = water(garden)
    assert (answer.result, answer.missing) == (Result.NEEDS_INFORMATION, ("threshold",))
    assert "threshold" in answer.because["en"]
    assert "--parameters" in answer.because["fr"]
    told = garden.supplied({"threshold": 1250}, "mine.toml")
    assert water(told).because["en"] == "yes, 1.2: 1.250"
    assert [e.supplied for e in told.parameters] == [True]


def test_what_the_agreement_states_cannot_be_supplied() -> None:
    garden = system(entry("fee", "euro", value="1.00"), entry("limit", "euro", awaited=True))
    with pytest.raises(InputError, match=r"mine.toml: garden.fee stands in the agreement \(1.2\)"):
        garden.supplied({"fee": "2.00"}, "mine.toml")
    with pytest.raises(InputError, match="garden has no parameter 'feee'; those awaited are: limit"):
        garden.supplied({"feee": "2.00"}, "mine.toml")
    with pytest.raises(InputError, match=r"mine.toml: garden.limit: 'much' is not an amount of euro"):
        garden.supplied({"limit": "much"}, "mine.toml")


def test_missing_and_contradicting_facts_become_answers() -> None:
    garden = system()

    def missing() -> Any:
        raise Missing("age", "regime")

    def contradicting() -> Any:
        raise Contradiction("from", "to")

    assert garden.asked("water", "1.2", missing).to_dict() == {
        "rule": "garden.water",
        "result": "needs_information",
        "amount": None,
        "clause": "1.2",
        "missing": ["age", "regime"],
        "contradicts": [],
        "interpretations": [],
        "because": "water (1.2) needs to know: age, regime.",
    }
    assert garden.asked("water", "1.2", contradicting).contradicts == ("from", "to")


def test_a_year_without_an_agreement_is_an_input_error() -> None:
    with pytest.raises(InputError, match="there is no agreement of 2021 here; there is: 2020"):
        bareme.agreements[2021]
    assert 2021 not in bareme.agreements
    assert list(bareme.agreements) == [2020]
    assert len(bareme.agreements) == 1


def test_a_day_outside_every_period_is_no_parameter() -> None:
    with pytest.raises(KeyError):
        Parameters("garden").euro("fee", date(2020, 1, 1))


def test_every_kind_is_in_the_schemas() -> None:
    own = schema("agreement-system-1")["properties"]["parameter"]["items"]["properties"]["kind"]["enum"]
    told = schema("agreement-parameters-1")["properties"]["parameters"]["items"]["properties"]["kind"]["enum"]
    assert own == told == list(KINDS)


@pytest.mark.parametrize(
    "words",
    [
        ["--parameters", "FILE", "2020", "premium", "--result", "summaries=30"],
        ["2020", "premium", "--parameters", "FILE", "--result", "summaries=30"],
        ["2020", "premium", "--result", "summaries=30", "--parameters=FILE"],
    ],
)
def test_awaited_parameters_are_supplied_before_or_behind_the_command(words: list[str], tmp_path: Path) -> None:
    file = str(REPOSITORY / "examples" / "agreement_2020" / "premium-invented.toml")
    ran = bareme_here("agreement", *(word.replace("FILE", file) for word in words), book=tmp_path / "none.sqlite")
    assert ran.code == 0
    assert ran.out.startswith("needs_information: premium (7) needs to know: electronic_prescriptions")

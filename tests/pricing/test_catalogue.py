"""The catalogue of sentences: every language says the same things, and a new one needs a file and no code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import bareme
from bareme.nomenclature.facts import declared_facts
from bareme.pricing.explain import REASONS, catalogue, languages
from invented import FACTS, Invented, amount, line, record
from running import bareme_here

PACKAGE = Path(bareme.__file__).parent
OTHERS = [language for language in languages() if language != "en"]


def texts(language: str) -> dict[str, str]:
    """Every word and sentence of a language."""
    path = files("bareme.pricing").joinpath("catalogue", f"{language}.toml")
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return {f"{part}.{key}": text for part in ("words", "sentence") for key, text in data[part].items()}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_there_are_english_and_french() -> None:
    assert {"en", "fr", "nl"} <= set(languages())


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_keys_and_placeholders_of_english(language: str) -> None:
    english, other = texts("en"), texts(language)
    assert list(other) == list(english)
    assert {key: placeholders(text) for key, text in other.items()} == {
        key: placeholders(text) for key, text in english.items()
    }


@pytest.mark.parametrize("language", languages())
def test_every_fact_its_values_and_every_reason_for_no_tariff_has_its_words(language: str) -> None:
    words = catalogue(language).words
    for name, fact in declared_facts().items():
        assert words[name]
        assert all(value in words for value in fact.values)
    assert {"before_first", "between", "ended", "never"} <= REASONS.keys() & catalogue(language).sentences.keys()


def test_no_fact_is_said_with_the_word_for_an_amount_that_is_missing(tmp_path: Path) -> None:
    """The convention status "none" is not "none given"."""
    figures = [amount(str(n), "0.00", facts={"convention_status": v}) for n, v in enumerate(FACTS["convention_status"])]
    circular = Invented("2020/1", "2019-12-01", "2020-01-01", (line("100015", None, "9.00", *figures),))
    price = record(tmp_path / "book.sqlite", [circular]).price("100015", "2020-05-05")
    assert price.needs == ("convention_status",)
    for language in languages():
        words = catalogue(language).words
        options = price.explain(language)[1:4]
        said = [words["full"], words["partial"], words["convention_status_none"]]
        assert all(sum(f": {word}" in text for text in options) == 1 for word in said), options
        assert not any(words["none"] in text for text in options)


@pytest.fixture(scope="module")
def package_with_a_new_language(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with a file for one more language, in which every text ends in a sign of its own."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(PACKAGE, folder / "bareme", ignore=shutil.ignore_patterns("__pycache__"))
    place = folder / "bareme" / "pricing" / "catalogue"
    made = ['schema = "bareme/catalogue/1"', 'language = "xx"']
    english = tomllib.loads((place / "en.toml").read_text(encoding="utf-8"))
    for part in ("words", "sentence"):
        made += [f"\n[{part}]", *(f"{key} = '''{text}¤'''" for key, text in english[part].items())]
    (place / "xx.toml").write_text("\n".join(made), encoding="utf-8")
    return folder


def run(package: Path, book: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(package), "BAREME_BOOK": str(book)}
    command = [sys.executable, "-m", "bareme", "price", "565014", "--on", "2026-03-01", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=package, check=False)


def test_a_new_language_needs_only_its_file(package_with_a_new_language: Path, tmp_path: Path) -> None:
    for arguments in (["--regime", "ordinary"], []):
        asked = ("price", "565014", "--on", "2026-03-01", *arguments)
        english = bareme_here(*asked, book=tmp_path / "none").out.splitlines()
        new = run(package_with_a_new_language, tmp_path / "none", *arguments, "--language", "xx").stdout.splitlines()
        assert len(new) == len(english) > 3
        assert all(text.endswith("¤") for text in new)
        assert [text.replace("¤", "") for text in new] == english


def test_an_unknown_language_is_told_which_there_are(package_with_a_new_language: Path, tmp_path: Path) -> None:
    found = run(package_with_a_new_language, tmp_path / "none", "--language", "zz")
    assert found.returncode == 2
    assert "en, fr, nl, xx" in found.stderr

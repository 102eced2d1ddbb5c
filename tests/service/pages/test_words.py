"""Every catalogue has the words of the English one, with the same values in them."""

from __future__ import annotations

import string

import pytest
from fastapi import Request

from bareme.service.pages.languages import LANGUAGES, catalogue, language_of
from bareme.service.problems import CODES


def values_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_is_complete(language: str) -> None:
    own, english = catalogue(language), catalogue("en")
    assert own.keys() == english.keys()
    for key, text in own.items():
        assert text.strip()
        assert values_in(text) == values_in(english[key]), key


@pytest.mark.parametrize("code", CODES)
def test_every_problem_has_its_words(code: str) -> None:
    assert {f"problems.{code}", f"advice.{code}"} <= catalogue("en").keys()


@pytest.mark.parametrize(
    ("header", "query", "expected"),
    [
        ("nl-BE,nl;q=0.9,en;q=0.8", "", "nl"),
        ("de;q=0.9, en;q=0.5, nl;q=0.7", "", "nl"),
        ("fr;q=0, en;q=0.001", "", "en"),
        ("de", "", "fr"),
        ("en;q=\u0661", "", "fr"),
        ("en", "lang=nl", "nl"),
        ("en", "lang=xx", "en"),
    ],
)
def test_the_language_is_the_one_that_is_wanted(header: str, query: str, expected: str) -> None:
    headers = [(b"accept-language", header.encode("utf-8"))]
    scope = {"type": "http", "headers": headers, "query_string": query.encode()}
    assert language_of(Request(scope)) == expected

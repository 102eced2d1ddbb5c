"""The languages of the pages, how one is chosen, and the words in each: a catalogue of TOML a language.

A new language is a new file in `words/`, and nothing else: its section `language` says how it calls itself and its
place among the others, `figures` how amounts and days are written. A test holds each catalogue against the English one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Request

COOKIE = "bareme_language"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The words of a language, by `section.key`."""
    text = files("bareme.service.pages").joinpath("words", f"{language}.toml").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for section, entries in tomllib.loads(text).items():
        found |= {f"{section}.{key}": value for key, value in entries.items()}
    return found


def _languages() -> dict[str, str]:
    folder = files("bareme.service.pages").joinpath("words")
    names = [entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    ordered = sorted(names, key=lambda name: (catalogue(name)["language.place"], name))
    return {name: catalogue(name)["language.name"] for name in ordered}


LANGUAGES = _languages()
"""Every language, as it calls itself; the first one is the default."""


class Words:
    """The words of a language, for templates: `t("search.title")`, `t("search.found", number=3)`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = catalogue(language)

    def __call__(self, key: str, **values: Any) -> str:
        """The words of a key with its values in place; of `number`, the key's own `_one` where it is 1."""
        if values.get("number") == 1 and f"{key}_one" in self._words:
            key = f"{key}_one"
        return self._words[key].format(**values) if values else self._words[key]

    def of(self, section: str, value: str, default: str | None = None) -> str:
        """The words for a value of the data, such as an outcome; the value itself, or a default, where none are."""
        return self._words.get(f"{section}.{value}", value if default is None else default)


def language_of(request: Request) -> str:
    """The language of an answer: asked for in the address, else chosen before, else what the browser prefers."""
    asked = request.query_params.get("lang") or request.cookies.get(COOKIE)
    if asked in LANGUAGES:
        return str(asked)
    return _preferred(request.headers.get("accept-language", ""))


def _preferred(header: str) -> str:
    """The first language of an Accept-Language header that there is; what it weighs 0 is not wanted."""
    weighed = []
    for place, part in enumerate(header.split(",")[:20]):
        name, _, weight = part.strip().partition(";q=")
        if name[:2].lower() in LANGUAGES:
            weighed.append((-_thousandths(weight), place, name[:2].lower()))
    wanted = [one for one in sorted(weighed) if one[0] < 0]
    return wanted[0][2] if wanted else next(iter(LANGUAGES))


def _thousandths(weight: str) -> int:
    """A weight such as 0.8 in thousandths; one that cannot be read counts as none."""
    if not weight:
        return 1000
    whole, _, part = weight.strip().partition(".")
    digits = (part + "000")[:3]
    if not (whole.isascii() and whole.isdigit() and digits.isascii() and digits.isdigit()):
        return 0
    return min(1000 * int(whole[:2]) + int(digits), 1000)

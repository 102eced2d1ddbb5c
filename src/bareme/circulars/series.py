"""Which series a circular belongs to, by the title of its tariff."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

PROVISIONAL = "provisional/"


@cache
def _entries() -> list[dict[str, Any]]:
    text = files("bareme.circulars").joinpath("series.toml").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = tomllib.loads(text)["series"]
    return entries


@cache
def declared_series() -> dict[str, dict[str, str]]:
    """The declared series: id -> pattern of the title by language."""
    return {entry["id"]: entry["title"] for entry in _entries()}


@cache
def declared_names() -> dict[str, dict[str, str]]:
    """What the titles of the declared series say, word for word: id -> name by language."""
    return {entry["id"]: entry.get("name", {}) for entry in _entries()}


def is_series(id: str) -> bool:
    """True for what can name a series: words of small letters, digits and hyphens, joined by slashes."""
    return re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)+", id) is not None


def series_of(title: str, language: str) -> str:
    """The series' id; one that starts with "provisional/" for a title that no declared series knows."""
    for series, patterns in declared_series().items():
        pattern = patterns.get(language)
        if pattern and re.search(pattern, title, re.IGNORECASE):
            return series
    title = re.sub(r"\s*;\s*[\d./ -]+\d{4}$", "", title)
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return PROVISIONAL + (re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "untitled")

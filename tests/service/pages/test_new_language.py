"""A new language needs its file of words and nothing else: a made-up one, made from the English one, is served."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

import bareme

PACKAGE = Path(bareme.__file__).parent
PLACES = (
    "/",
    "/?q=565014",
    "/codes/565014",
    "/circulars/2025-336",
    "/compare?from=2024-382&to=2025-336",
    "/estimate?code=565014&regime=ordinary",
    "/simulate?example=negotiation-2027",
    "/agreements/2020",
    "/about",
    "/codes/565014/history.svg",
)
ASK = """
import sys, warnings
from fastapi.testclient import TestClient
from bareme.service.app import create_app
from bareme.service.settings import Settings
client = TestClient(create_app(Settings(book=sys.argv[1])))
for place in sys.argv[2:]:
    answer = client.get(place, headers={"Accept": "text/html", "Accept-Language": "xx"})
    assert answer.status_code == 200, (place, answer.text)
    assert answer.headers["content-language"] == "xx", place
    print("---", place)
    print(answer.text)
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What pages say in a language whose words all end in a sign of their own."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(PACKAGE, folder / "bareme", ignore=shutil.ignore_patterns("__pycache__"))
    words = folder / "bareme" / "service" / "pages" / "words"
    english = (words / "en.toml").read_text(encoding="utf-8")
    before, mark, rest = english.partition("[months]")
    made = before.replace('name = "English"', 'name = "Made up"').replace('place = "3"', 'place = "4"')
    own = re.sub(r'^(\w+ = ".*)"$', r'\1¤"', rest, flags=re.M)
    (words / "xx.toml").write_text(made + mark + own, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", ASK, str(folder / "none.sqlite"), *PLACES]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False)
    assert ran.returncode == 0, ran.stderr
    parts = re.split(r"^--- (\S+)\n", ran.stdout, flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.slow
def test_it_is_offered_and_spoken(answers: dict[str, str]) -> None:
    assert answers.keys() == set(PLACES)
    for place, text in answers.items():
        assert "¤" in text, place
    assert 'hreflang="xx"' in answers["/"]
    assert "Made up" in answers["/"]
    assert "index +2.72 % on all acts¤" in answers["/circulars/2025-336"].replace("%¤", "%")


def test_no_page_names_a_language() -> None:
    """Languages are named in the catalogues alone; `lang="en"` marks what the library says in English."""
    pages = files("bareme.service.pages")
    for folder in (pages, pages.joinpath("templates")):
        for entry in folder.iterdir():
            if entry.name.endswith((".py", ".html")):
                lines = entry.read_text(encoding="utf-8").splitlines()
                named = [line for line in lines if re.search(r'(?<!lang=)"(fr|nl)"', line) and ">>>" not in line]
                assert named == [], entry.name

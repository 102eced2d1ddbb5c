"""docs/service.md says what the service does: its answers, addresses, problems and settings. The client example runs.

BAREME_GOLDEN=write writes the answers and the tables.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml

from bareme.service.app import create_app
from bareme.service.problems import CODES
from bareme.service.settings import Settings
from serving import Served, serving

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "service.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCK = re.compile(r"(```console\n)(.*?)(```)", re.DOTALL)
WRITES = os.environ.get("BAREME_GOLDEN") == "write"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("page")) as found:
        yield found


def told(line: str, served: Served) -> str:
    """A command with what it really says."""
    command = line[2:].replace("http://127.0.0.1:8000", served.url).replace("python3", sys.executable)
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    return f"{line}\n{done.stdout}{done.stderr}"


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_lines_of_the_page_are_answered_as_it_says(served: Served) -> None:
    def answered(block: re.Match[str]) -> str:
        lines = [line for line in block[2].splitlines() if line.startswith("$ ")]
        return block[1] + "".join(told(line, served) for line in lines) + block[3]

    real = BLOCK.sub(answered, TEXT)
    if WRITES:
        PAGE.write_text(real, encoding="utf-8")
    else:
        assert real == TEXT
    assert len(BLOCK.findall(TEXT)) >= 5


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_readme_asks_the_service_and_is_answered_as_it_says(served: Served) -> None:
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    head, mark, rest = text.partition("<!-- asked of bareme serve -->\n```text\n")
    block, end, tail = rest.partition("```")
    lines = [line for line in block.splitlines() if line.startswith("$ ")]
    assert len(lines) == 5
    real = head + mark + "".join(told(line, served) for line in lines) + end + tail
    if WRITES:
        readme.write_text(real, encoding="utf-8")
    else:
        assert real == text


def table(name: str, headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    lines = [headers, tuple("---" for _ in headers), *rows]
    body = "\n".join(f"| {' | '.join(row)} |" for row in lines)
    block = f"<!-- {name} -->\n{body}\n<!-- end of {name} -->"
    text = PAGE.read_text(encoding="utf-8")
    real = re.sub(rf"<!-- {name} -->\n.*?<!-- end of {name} -->", lambda _: block, text, flags=re.DOTALL)
    if WRITES:
        PAGE.write_text(real, encoding="utf-8")
    else:
        assert real == text, f"the {name} of docs/service.md are out of date: BAREME_GOLDEN=write"
    assert block in real


def test_every_address_stands_on_the_page() -> None:
    paths = create_app(Settings(book="none.sqlite")).openapi()["paths"]
    rows = [
        (method.upper(), f"`{path}`", asked["description"].splitlines()[0])
        for path, methods in paths.items()
        for method, asked in methods.items()
    ]
    table("addresses", ("method", "address", "what"), rows)


def test_every_problem_stands_on_the_page() -> None:
    rows = [(f"`{code}`", str(status), advice) for code, (status, advice) in CODES.items()]
    table("problems", ("code", "status", "what to do"), rows)


def test_every_setting_stands_on_the_page() -> None:
    def shown(value: object) -> str:
        return "" if value is None or value == () else f"`{str(value).lower() if value is False else value}`"

    rows = [(f"`{name}`", shown(one.default), str(one.description)) for name, one in Settings.model_fields.items()]
    assert all(row[2] != "None" for row in rows)
    table("settings", ("name", "default", "what"), rows)


def test_the_client_example_prices_an_act_and_a_file(served: Served) -> None:
    command = [sys.executable, "examples/service_client.py", served.url, "examples/acts.csv"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "565014 on 2026-03-01: fee 373.31, patient 8.68 (2025/336)" in done.stdout
    assert "lines priced" in done.stdout
    assert "refused: invalid_input: on:" in done.stdout


def test_the_image_runs_without_rights_and_from_pinned_packages() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    images = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert all(re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+-slim-\w+", image) for image in images)
    assert len(set(images)) == 1
    instructions = re.findall(r"^([A-Z]+) ", text, re.MULTILINE)
    assert {"USER", "HEALTHCHECK", "ENTRYPOINT", "VOLUME"} <= set(instructions)
    assert instructions.index("USER") < instructions.index("ENTRYPOINT")
    assert "ADD" not in instructions
    assert "--require-hashes -r requirements/service.txt" in text
    assert not re.search(r"password|secret|token", text, re.IGNORECASE)
    copied = [name for line in re.findall(r"^COPY (?!--from)(.*)", text, re.MULTILINE) for name in line.split()[:-1]]
    assert all((ROOT / name).exists() for name in copied)
    let = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert all(any(line.startswith(name) for line in let) for name in copied)
    named = set(re.findall(r"BAREME_(\w+)=", text)) - {"CACHE"}
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_compose_names_versions_and_holds_no_secret() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    services = yaml.safe_load(text)["services"]
    for name, service in services.items():
        image = service["image"]
        assert re.search(r":\d+\.\d+", image) or image == "bareme:local", image
        assert service["security_opt"] == ["no-new-privileges:true"], name
        for key, value in service["environment"].items():
            assert "PASSWORD" not in key or key.endswith("_FILE"), key
            assert not re.search(r"://[^/@]*:[^/@]*@", value), key
            if key.startswith("BAREME_"):
                assert key.removeprefix("BAREME_").lower() in Settings.model_fields
    own = services["bareme"]
    assert own["read_only"] is True
    assert own["cap_drop"] == ["ALL"]
    assert own["ports"] == ["127.0.0.1:8000:8000"]
    assert own["depends_on"]["postgres"]["condition"] == "service_healthy"


def test_every_command_in_compose_gets_the_password(tmp_path: Path) -> None:
    """The page's own command too: a stand-in for `bareme` says what it was given."""
    own = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["bareme"]
    (tmp_path / "password").write_text("opensesame\n", encoding="utf-8")
    (tmp_path / "bareme").write_text('#!/bin/sh\nprintf "%s|" "$PGPASSWORD" "$@"\n', encoding="utf-8")
    (tmp_path / "bareme").chmod(0o755)
    place = str(tmp_path / "password")
    entry = [part.replace("$$", "$").replace("/run/secrets/postgres_password", place) for part in own["entrypoint"]]
    [line] = re.findall(r"^docker compose run --rm bareme (.*)$", TEXT, re.MULTILINE)
    variables = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    for command in (own["command"], shlex.split(line)):
        done = subprocess.run([*entry, *command], env=variables, capture_output=True, text=True, check=True)
        assert done.stdout.split("|") == ["opensesame", *command, ""]

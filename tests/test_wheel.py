"""The wheel works in a clean environment, without the repository."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEEDED = [
    "bareme/py.typed",
    "bareme/service/state/migrations/env.py",
    "bareme/service/state/migrations/versions/format_1.py",
    "bareme/service/state/migrations/versions/format_2.py",
    "bareme/book/migrations/env.py",
    "bareme/book/migrations/versions/format_1.py",
    "bareme/book/shipped.sqlite",
    "bareme/circulars/series.toml",
    "bareme/circulars/vocabulary/de.toml",
    "bareme/circulars/vocabulary/fr.toml",
    "bareme/circulars/vocabulary/nl.toml",
    "bareme/conventions/inputs.toml",
    *(
        f"bareme/conventions/{name}/{file}.toml"
        for name in ("agreement_2020", "genetics", "perinatal", "psychology")
        for file in ("convention", "parameters", "words")
    ),
    "bareme/conventions/agreement/words.toml",
    "bareme/conventions/agreement_2020/budget/table.toml",
    "bareme/conventions/agreement_2020/clauses/clauses.toml",
    "bareme/conventions/agreement_2020/commitments/commitments.toml",
    "bareme/conventions/agreement_2020/conditions/parameters.toml",
    "bareme/conventions/agreement_2020/conditions/words.toml",
    "bareme/exchange/fhir/definitions.toml",
    "bareme/exchange/templates/dashboard.html",
    "bareme/exchange/templates/page.css",
    "bareme/exchange/templates/priced.html",
    "bareme/exchange/templates/reconcile.html",
    "bareme/nomenclature/facts.toml",
    "bareme/nomenclature/interpretations.toml",
    "bareme/pricing/catalogue/en.toml",
    "bareme/pricing/catalogue/fr.toml",
    "bareme/pricing/catalogue/nl.toml",
    "bareme/pricing/compiled/read.text.sql",
    "bareme/pricing/compiled/read.typed.sql",
    "bareme/pricing/compiled/regime.text.sql",
    "bareme/pricing/compiled/regime.typed.sql",
    "bareme/pricing/compiled/regime.typed.sqlite.sql",
    "bareme/exchange/bulk/mappings/fr.toml",
    "bareme/exchange/bulk/mappings/nl.toml",
    "bareme/exchange/views/views.toml",
    "bareme/schemas/agreement-system-1.json",
    "bareme/schemas/price-1.json",
    "bareme/schemas/scenario-1.json",
    "bareme/simulation/examples/centre.csv",
    "bareme/simulation/examples/negotiation-2027.toml",
    "bareme/simulation/examples/patients.toml",
    "bareme/simulation/examples/volumes-2027.csv",
    "bareme/simulation/history_words.toml",
    "bareme/simulation/report_words.toml",
    "bareme/simulation/templates/simulation.html",
    "bareme/schemas/reconcile-1.json",
]


def run(*command: str | Path, cwd: Path) -> str:
    """The output of a command that must succeed, in an environment without ours."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "PYTHONUTF8": "1"}
    words = list(map(str, command))
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [made] = place.glob("*.whl")
    return made


@pytest.mark.slow
def test_the_wheel_holds_the_data_and_nothing_of_the_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert [name for name in NEEDED if name not in names] == []
    assert [name for name in names if name.startswith(("tests/", "examples/", "benchmarks/"))] == []


@pytest.mark.slow
def test_a_clean_environment_prices_an_act_with_no_set_up(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check"]
    for what in (["--require-hashes", "-r", str(ROOT / "requirements" / "run.txt")], ["--no-deps", str(wheel)]):
        done = subprocess.run([*pip, *what], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    place = run(python, "-c", "import bareme; print(bareme.__file__)", cwd=tmp_path)
    assert str(tmp_path / "venv") in place
    bareme = tmp_path / "venv" / "bin" / "bareme"
    assert run(bareme, "--version", cwd=tmp_path).startswith("bareme ")
    command = ["price", "565014", "--on", "2026-03-01", "--regime", "ordinary", "--json"]
    price = json.loads(run(bareme, *command, cwd=tmp_path))
    assert (price["fee"], price["intervention"], price["patient_share"]) == ("373.31", "364.63", "8.68")
    (tmp_path / "acts.csv").write_text("code,date,regime\n565014,2025-03-01,ordinary\n", encoding="utf-8")
    run(bareme, "price-file", "acts.csv", "out.parquet", cwd=tmp_path)
    assert (tmp_path / "out.parquet").exists()
    assert json.loads(run(bareme, "verify", "out.parquet", "--json", cwd=tmp_path))["up_to_date"]
    assert "363,43" in run(bareme, "explain", "out.parquet", "--line", "1", cwd=tmp_path)
    run(bareme, "price-file", "acts.csv", "ruled.csv", "--rules", "--report", "ruled.html", cwd=tmp_path)
    assert (tmp_path / "ruled.html").exists()
    assert len(json.loads(run(bareme, "circulars", "--json", cwd=tmp_path))) == 4

"""The commands of docs/shared-book.md do, on a real server and in order, what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bareme
from on_postgres import Cluster

pytestmark = pytest.mark.xdist_group("postgres")

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```(sql|bash)\n(.*?)```", re.DOTALL)


@pytest.mark.slow
def test_the_page_is_followed_from_the_first_line_to_the_last(cluster: Cluster, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "shared-book.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(page)
    assert [kind for kind, _ in blocks] == ["sql", "bash", "sql", "bash", "bash", "bash", "bash", "bash"]
    shutil.copytree(ROOT / "examples" / "toy", tmp_path / "examples" / "toy")
    owner = cluster.url("tariffs", "tariffs_owner")
    printed = []
    for number, (kind, body) in enumerate(blocks):
        if kind == "sql":
            place = cluster.url("postgres") if number == 0 else owner
            cluster.sql(*(s for s in body.split(";") if s.strip()), url=place)
            continue
        if "pg_restore" in body:
            assert "`CREATE DATABASE restored OWNER tariffs_owner`" in page
            cluster.sql("CREATE DATABASE restored OWNER tariffs_owner")
        printed.append(run(body, cluster, tmp_path))
    assert "made, 4 entries." in printed[0]
    assert "2023/900: recorded." in printed[1]
    assert printed[1].count("the chain is whole") == 1
    hashes = re.findall(r"Hash ([0-9a-f]{64})", "".join(printed))
    assert len(hashes) == 4
    assert set(hashes) == {bareme.open_book(owner).hash}
    assert "has the present form" in printed[-1]


def run(body: str, cluster: Cluster, folder: Path) -> str:
    """What bash prints for a block; the server of the page is the one of the tests."""
    script = re.sub(r"@db\.example/(\w+)", lambda m: f"@/{m[1]}?host={cluster.socket}", body)
    places = [str(folder / "bin"), str(cluster.server.bin_path), os.environ["PATH"]]
    program = folder / "bin" / "bareme"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m bareme "$@"\n')
    program.chmod(0o755)
    more = {"PATH": os.pathsep.join(places), "PYTHONPATH": str(Path(bareme.__file__).parents[1])}
    command = ["bash", "-euc", script]
    done = subprocess.run(command, cwd=folder, env=os.environ | more, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout

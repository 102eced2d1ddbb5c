"""What several test modules need: the folder of the real circulars, which the repository does not hold."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bareme.circulars.documents.opening import open_document
from bareme.circulars.reading import read_document
from on_postgres import Cluster, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REPOSITORY = Path(__file__).parent.parent
NUMBERS = ("2024/356", "2024/382", "2024/401", "2025/336")


@pytest.fixture(scope="session", autouse=True)
def _keep_no_price_tables() -> Iterator[None]:
    """A test that needs kept price tables says where they are to be kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BAREME_CACHE", "off")
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder that holds `circulars/`: BAREME_SHARED, else `shared` beside the repository."""
    folder = Path(os.environ.get("BAREME_SHARED") or REPOSITORY.parent / "shared")
    if not (folder / "circulars").is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the real circulars are not in {folder}: set BAREME_SHARED")
        pytest.skip("the real circulars are not here: set BAREME_SHARED")
    return folder


@pytest.fixture(scope="session")
def four(shared: Path) -> dict[str, Path]:
    """The four circulars by the number that each of them says it has."""
    found: dict[str, Path] = {}
    for path in sorted((shared / "circulars").glob("*.txt")):
        reading, _ = read_document(open_document(path))
        if reading.circular.number in NUMBERS:
            found[reading.circular.number] = path
    assert sorted(found) == list(NUMBERS), f"{shared} does not hold the four circulars"
    return found


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A real PostgreSQL server, started once: its tests are of one `xdist_group`, so that one process runs them."""
    with running() as found:
        yield found


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service on the book that the package ships, for the tests of pages."""
    from browsing import serving

    with serving(tmp_path_factory.mktemp("site")) as place:
        yield place


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of pages."""
    from browsing import browsing

    with browsing() as found:
        yield found

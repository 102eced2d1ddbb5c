"""Where a job's files are: a private folder each, under one that only the service's user may look into."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

FORMATS = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
"""The kinds of files of acts and results, with their media types."""
ABANDONED = 3600
"""A folder without a job that nothing was written to for so many seconds is what an upload left that was cut off."""


class Folders:
    """The files of all jobs of a service."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def make(self, id: str) -> Path:
        """A new folder; `OSError` where none can be made."""
        place = self.root / id
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)
        place.mkdir(mode=0o700)
        return place

    def acts(self, id: str, format: str) -> Path:
        """The file of acts of a job."""
        return self.root / id / f"acts.{format}"

    def result(self, id: str, format: str) -> Path:
        """The result of a job."""
        return self.root / id / f"result.{format}"

    def remove(self, id: str) -> None:
        """Remove all files of a job."""
        shutil.rmtree(self.root / id, ignore_errors=True)

    def strays(self, kept: set[str]) -> list[str]:
        """The folders of no job, that nothing was written to for a while."""
        if not self.root.is_dir():
            return []
        return [place.name for place in self.root.iterdir() if place.name not in kept and _is_abandoned(place)]


def _is_abandoned(place: Path) -> bool:
    since = time.time_ns() - ABANDONED * 1_000_000_000
    try:
        return all(path.stat().st_mtime_ns < since for path in (place, *place.iterdir()))
    except OSError:
        return False

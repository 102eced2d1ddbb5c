"""Spark in tests: whether it can run here, and one session for all tests of a process."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from pyarrow import parquet

from bareme.book.prices import PriceTable
from bareme.errors import InputError
from bareme.exchange.spark import SparkRun, price_parts
from bareme.exchange.spark_session import check_installed, session_on
from bareme.pricing.columns import KNOWN_COLUMNS

CLUSTER = "local-cluster[2,1,1024]"
"""Two executors, each a process of its own with one core and a gibibyte."""


def need_spark() -> None:
    """Skip where Java or pyspark is not there; where CI=true that is a failure."""
    try:
        check_installed()
    except InputError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


@contextmanager
def cluster() -> Iterator[Any]:
    """A session on two executors in processes of their own."""
    with session_on(CLUSTER, None) as session:
        yield session


def executors() -> int:
    """How many processes that this one started, or its Java, run tasks of a Spark cluster."""
    parents: dict[int, int] = {}
    running: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            # The second field is the name in brackets, which may hold anything.
            parents[int(process.name)] = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if b"CoarseGrainedExecutorBackend" in (process / "cmdline").read_bytes():
                running.append(int(process.name))
        except OSError:
            continue
    return sum(os.getpid() in _ancestors(process, parents) for process in running)


def _ancestors(process: int, parents: Mapping[int, int]) -> Iterator[int]:
    while process in parents:
        process = parents[process]
        yield process


def on_spark(
    session: Any, acts: pa.Table, prices: PriceTable, folder: Path, files: int = 1
) -> tuple[pa.Table, SparkRun]:
    """Acts priced by Spark out of so many files, and the run."""
    place = folder / uuid4().hex
    place.mkdir()
    cuts = [acts.num_rows * n // files for n in range(files + 1)]
    paths = [place / f"acts {n}.parquet" for n in range(files)]
    for path, start, end in zip(paths, cuts, cuts[1:], strict=False):
        parquet.write_table(acts.slice(start, end - start), path)
    known = {name: name for name in acts.column_names if name in KNOWN_COLUMNS}
    run = price_parts(paths, known, prices.to_arrow(), prices.choices, prices.years, place / "priced", session=session)
    return read(run), run


def read(run: SparkRun) -> pa.Table:
    """The parts one after another."""
    return pa.concat_tables(parquet.ParquetFile(part.path).read() for part in run.parts)

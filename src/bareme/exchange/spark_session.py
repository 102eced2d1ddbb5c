"""A session of Spark to price in: started for one run or the caller's own; what goes wrong is said in one line."""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.errors import InputError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NOTHING = "Nothing was written."
OLDEST_JAVA = 17
REACHED_WITHIN = 5
"""Seconds within which one of the hosts of a master must take a connection."""
EXECUTORS_WITHIN = 60
"""Seconds within which a cluster must give an executor."""
MEMORY = "4g"
"""Of the driver and of each executor, where the master does not say how much an executor has."""
BYTES_PER_TASK = 32 * 1024 * 1024
"""One task prices one range of so many bytes of one file, or the row groups that begin in it."""
MEANING = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
}
"""What values mean: days as they are written, instants in UTC, names as they are spelled."""
ORDER = {
    "spark.sql.adaptive.enabled": "false",
    # Only the ranges are gathered, a row for each task.
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.files.maxPartitionBytes": str(BYTES_PER_TASK),
    # A file opened costs as much as a task holds: no task gets two ranges.
    "spark.sql.files.openCostInBytes": str(BYTES_PER_TASK),
    "spark.sql.files.maxRecordsPerFile": "0",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}
"""What keeps the acts in their order: a task reads one range of one file and writes one part."""
_LOST_TASK = re.compile(r"most recent failure: Lost task \S+ in stage \S+ \(.*?\): (.*)")
_CLASS = re.compile(r"^(?:[a-z]\w*\.)+\w+(?:Exception|Error): ")


@contextmanager
def session_on(master: str, given: SparkSession | None) -> Iterator[SparkSession]:
    """A session of its own settings and views, on the given session's cluster or on one started for the run."""
    if given is not None:
        yield _settled(given)
        return
    check_installed()
    _check_master(master)
    with in_one_line(f"Spark does not start on {master}"):
        own = _start(master)
    try:
        if master.startswith("spark://"):
            _wait_for_executors(own, master)
        yield _settled(own)
    finally:
        own.stop()


@contextmanager
def in_one_line(doing: str) -> Iterator[None]:
    """What Spark raises inside, said in one line, and not logged besides."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    logger = logging.getLogger("SQLQueryContextLogger")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:
        raise InputError(f"{doing}: {_reason(error)} {NOTHING}") from None
    finally:
        logger.setLevel(level)


def check_installed() -> None:
    """Refuse when pyspark or Java is not there, or Java is too old."""
    try:
        _say_nothing_of_pandas()
        import pyspark.sql  # noqa: F401
    except ImportError:
        raise InputError(f'Spark is not installed: pip install "bareme[spark]". {NOTHING}') from None
    version = java_version()
    if version is None:
        raise InputError(f"Spark needs Java {OLDEST_JAVA} or newer, and no java is found; set JAVA_HOME. {NOTHING}")
    if version < OLDEST_JAVA:
        raise InputError(f"Spark needs Java {OLDEST_JAVA} or newer; this one is {version}. Set JAVA_HOME. {NOTHING}")


def _say_nothing_of_pandas() -> None:
    """That pandas is newer than pyspark knows does not matter: no frame of pandas is made."""
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)


def java_version() -> int | None:
    """The version of the Java that Spark would run; none where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin")) if home else None)
    if java is None:
        return None
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr + told.stdout)
    return int(found.group(1)) if found else None


def _check_master(master: str) -> None:
    """Refuse a standalone master that takes no connection, before Spark tries for a minute."""
    if not re.match(r"local(\[|-cluster\[|$)|spark://|yarn$|k8s://", master):
        raise InputError(f"{master!r} is not a Spark master; give local[*] or spark://HOST:PORT. {NOTHING}")
    if not master.startswith("spark://"):
        return
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise InputError(f"{master!r} is not a Spark master; give spark://HOST:PORT. {NOTHING}")
        try:
            socket.create_connection((host.strip("[]"), int(port)), REACHED_WITHIN).close()
        except OSError:
            continue
        return
    raise InputError(f"no Spark master answers at {master} within {REACHED_WITHIN} seconds. {NOTHING}")


def _start(master: str) -> SparkSession:
    """A session on the master; what Java writes to the terminal is thrown away."""
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    if SparkContext._active_spark_context is not None:
        raise InputError(f"a Spark session is open in this process; stop it, or give it as session=. {NOTHING}")
    in_cluster = re.match(r"local-cluster\[\d+,\s*\d+,\s*(\d+)\]", master)
    conf = SparkConf(loadDefaults=False).setMaster(master).setAppName("bareme")
    conf.set("spark.driver.memory", MEMORY).set("spark.driver.maxResultSize", "0")
    conf.set("spark.executor.memory", f"{in_cluster.group(1)}m" if in_cluster else MEMORY)
    conf.set("spark.ui.enabled", "false").set("spark.ui.showConsoleProgress", "false")
    if SparkContext._gateway is None:
        launched = launch_gateway(conf, {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL})
        return SparkSession(SparkContext(conf=conf, gateway=launched))
    return SparkSession(SparkContext(conf=conf))


def _wait_for_executors(session: SparkSession, master: str) -> None:
    """Wait until the cluster has given an executor; the driver counts as one that is always there."""
    ends = time.monotonic() + EXECUTORS_WITHIN
    while time.monotonic() < ends:
        with in_one_line(f"the Spark master {master} was lost"):
            if session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() > 1:
                return
        time.sleep(1)
    raise InputError(
        f"{master} gave no executor of {MEMORY} within {EXECUTORS_WITHIN} seconds: no worker has room. {NOTHING}"
    )


def _settled(session: SparkSession) -> SparkSession:
    """A session beside the given one, with our settings; the given one keeps its own settings and views."""
    _say_nothing_of_pandas()
    own = session.newSession()
    for name, value in (MEANING | ORDER).items():
        own.conf.set(name, value)
    return own


def _reason(error: Any) -> str:
    """The first line of what Spark says, without the names of classes and places in its source."""
    said = str(error)
    if hasattr(error, "java_exception"):
        said = str(error.java_exception)
    lost = _LOST_TASK.search(said)
    line = (lost.group(1) if lost else said).strip().partition("\n")[0].strip()
    line = _CLASS.sub("", line).partition(" SQLSTATE: ")[0]
    return line[:300].rstrip(". ") + "."

"""Ctrl-C while DuckDB works is known for what it is, whatever DuckDB makes of it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os, signal, threading
from bareme.pricing.tables import connect, was_interrupted
connection = connect()
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    connection.execute("SELECT sum(hash(range)) FROM range(100000000000)").fetchall()
except KeyboardInterrupt:
    print(True)
except Exception as error:
    print(was_interrupted(error))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
def test_a_statement_that_is_interrupted() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.strip() == "True", done.stderr

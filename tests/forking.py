"""`bareme` as a process of its own that starts at once: forked from one that has loaded every module already.

`Forked` starts one process that imports the package and its libraries and runs nothing, and puts a program `bareme`
into a folder, for PATH. That program hands its arguments, environment, folder, stdin, stdout and stderr over a socket;
the process forks, and the child runs the program's entry point from the beginning. So each run is a process with
nothing of another run in it, and only the time to import is shared. Run as a script, this is that process.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import pkgutil
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import TracebackType

LIBRARIES = (
    "duckdb",
    "ibis.backends.duckdb",
    "jinja2",
    "jsonschema",
    "openpyxl",
    "pyarrow.compute",
    "pyarrow.csv",
    "pyarrow.parquet",
    "pypdfium2",
    "reportlab.pdfgen.canvas",
    "rich.progress",
    "selectolax.lexbor",
    "sqlalchemy.dialects.sqlite",
    "typer._adapters",
    "yaml",
)
"""What the package imports when it is first needed."""
NOT_LOADED = ("bareme.__main__", "bareme.service", "bareme.cli.serving")
"""Modules that run on being imported, or that need what the command line does not."""
CLIENT = """#!{python} -IS
import array, json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    said = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
    descriptors = array.array("i", [0, 1, 2])
    server.sendmsg([len(said).to_bytes(8, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
    server.sendall(said)
    ended = int(server.recv(16))
os._exit(ended)
"""


class Forked:
    """The process that forks, and the folder with the program `bareme`; both are gone at the end."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bareme-"))
        address = self.folder / "socket"
        command = [sys.executable, str(Path(__file__)), str(address)]
        self._process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"
        program = self.folder / "bareme"
        program.write_text(CLIENT.format(python=sys.executable, address=str(address)), encoding="utf-8")
        program.chmod(0o755)

    def __enter__(self) -> Forked:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._process.terminate()
        self._process.communicate()
        shutil.rmtree(self.folder)


def serve(address: str) -> None:
    """Load everything, then fork for each that asks."""
    _load()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        print("ready", flush=True)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            asking, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os._exit(_answer(asking))
            asking.close()


def _load() -> None:
    for name in LIBRARIES:
        import_module(name)
    package = import_module("bareme")
    for module in pkgutil.walk_packages(package.__path__, "bareme.", onerror=lambda name: None):
        if not module.name.startswith(NOT_LOADED):
            with contextlib.suppress(ImportError):
                import_module(module.name)


def _answer(asking: socket.socket) -> int:
    """Run what is asked in a child of this child, and tell its exit code."""
    descriptors = array.array("i")
    head, passed, _, _ = asking.recvmsg(8, socket.CMSG_SPACE(3 * descriptors.itemsize))
    descriptors.frombytes(passed[0][2])
    size, said = int.from_bytes(head, "big"), b""
    while len(said) < size:
        said += asking.recv(size - len(said))
    arguments, environment, folder = json.loads(said)
    child = os.fork()
    if child == 0:
        asking.close()
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        os._exit(_run(arguments))
    for descriptor in descriptors:
        os.close(descriptor)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    asking.sendall(str(code if code >= 0 else 128 - code).encode())
    return 0


def _run(arguments: list[str]) -> int:
    """The program with these arguments, as the interpreter runs it: what it says is written out at the end."""
    import traceback

    from bareme.cli import main

    # As the interpreter opens them: of stderr each line is written at once, of stdout what goes to a file is not.
    for name, number, mode, buffering in (("stdin", 0, "r", -1), ("stdout", 1, "w", -1), ("stderr", 2, "w", 1)):
        setattr(sys, name, open(number, mode, buffering, encoding="utf-8", closefd=False))  # noqa: SIM115
    sys.argv = ["bareme", *arguments]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    serve(sys.argv[1])

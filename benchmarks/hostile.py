"""Files made to stall or fill a reader: what comes of each, in how much time and memory.

    python benchmarks/hostile.py [NAME ...]

Each is opened, read and checked in a process of its own, with its peak memory; nothing may take longer than `SECONDS`
or more than `MEBIBYTES`. The table that it prints stands in docs/reading.md.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import resource
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

MIB = 1024 * 1024
SECONDS = 180
MEBIBYTES = 2_048
ROW = "565014   565025   Examen de laboratoire    373,31    364,63\n"
TABBED = "565014\t373,31\tUn\n"
PROSE = "les honoraires de 565014 sont indexés de 2,5 % sauf ceux de l'article 24, "
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(sheet: bytes, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook with one sheet, packed or not."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    made = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="a" Type="{office}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'.encode(),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{office}"><sheets><sheet name="A" sheetId="1" r:id="b"/>'
        "</sheets></workbook>".encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="b" Type="'
        f'{office}/worksheet" Target="a.xml"/></Relationships>'.encode(),
        "xl/a.xml": sheet,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, data in made.items():
            archive.writestr(name, data)
    return out.getvalue()


def sheet(rows: str) -> bytes:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def cells(rows: int, columns: int) -> bytes:
    """A sheet of numbers."""
    one = "<c><v>1.5</v></c>" * columns
    return sheet(f"<row>{one}</row>" * rows)


def pdf(stream: bytes, more: bytes = b"", kids: bytes = b"[3 0 R]") -> bytes:
    """A PDF of one page with these contents."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
    )
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids %s /Count 1 >>" % kids,
        page,
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(stream), more, stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def packed(data: bytes) -> bytes:
    return pdf(zlib.compress(data, 9), b"/Filter /FlateDecode")


DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "text, one line of 64 MiB": lambda: b"a" * (64 * MIB),
    "text, 10 million short lines": lambda: b"a\n" * 10_000_000,
    "text, a million short lines": lambda: b"a\n" * 999_000,
    "text, 100,000 short lines": lambda: b"a\n" * 99_000,
    "text, 64 MiB of tabs": lambda: b"x" + b"\t" * (64 * MIB - 1),
    "text, tabs in short lines": lambda: (b"\t" * 200 + b"x\n") * 300_000,
    "text, 64 MiB of spaces": lambda: b" " * (64 * MIB),
    "text, spaces in short lines": lambda: (b" " * 90_000 + b"x\n") * 700,
    "text, prose of 4 MiB in long lines": lambda: ((PROSE * 420).encode()[:31_000] + b"\n\n") * 130,
    "text, one line of 32,000 letters": lambda: (PROSE * 500).encode()[:31_900],
    "text, a number of 32,000 digits": lambda: b"9" * 32_000,
    "text, aligned, 50,000 rows": lambda: ROW.encode() * 50_000,
    "text, aligned, 200,000 rows": lambda: ROW.encode() * 200_000,
    "text, aligned, a row of 100,000 cells": lambda: b"565014   " + b"1,00   " * 100_000,
    "text, aligned, 300 rows of 10,000 cells": lambda: (b"565014   " + b"1,00   " * 10_000 + b"\n") * 300,
    "text, aligned, 200,000 lines of one label": lambda: ROW.encode() + b"          mot\n" * 200_000 + ROW.encode(),
    "text, 40,000 aligned tables": lambda: b"565014   un   1,00\n\nNon\n\n" * 40_000,
    "text, 50,000 rows of 3 cells": lambda: b"Code\tHonoraires\tLabel\n" + TABBED.encode() * 49_999,
    "text, 100,000 rows of 3 cells": lambda: TABBED.encode() * 100_000,
    "text, 10 rows of 100,000 cells": lambda: (b"1,00\t" * 100_000 + b"\n") * 10,
    "text, 10 rows of 256 cells": lambda: b"Honoraires\t" * 255 + b"\n" + (b"565014" + b"\t1,00" * 255 + b"\n") * 10,
    "text, a byte order mark alone": lambda: b"\xef\xbb\xbf",
    "HTML, 100,000 tables in one another": lambda: b"<html>" + b"<table><tr><td>" * 100_000,
    "HTML, 5 million open elements": lambda: b"<html>" + b"<div>" * 5_000_000,
    "HTML, a million cells in a row": lambda: b"<table><tr>" + b"<td>1" * 1_000_000,
    "HTML, a million cells in rows of 200": lambda: b"<table>" + (b"<tr>" + b"<td>1" * 200) * 5_000,
    "HTML, a cell that spans a million": lambda: b"<table><tr><td rowspan=1000 colspan=1000>1,00<td>2",
    "HTML, 8 million unclosed comments": lambda: b"<html>" + b"<!--<" * 8_000_000,
    "XLSX, a part packed a thousand times": lambda: workbook(sheet(" " * (100 * MIB))),
    "XLSX, a million empty rows": lambda: workbook(sheet("".join(f'<row r="{n}"/>' for n in range(1, 1_000_001)))),
    "XLSX, 100,000 rows of 3 cells": lambda: workbook(cells(100_000, 3), zipfile.ZIP_STORED),
    "XLSX, a million cells": lambda: workbook(cells(3_900, 250), zipfile.ZIP_STORED),
    "XLSX, entities": lambda: workbook(b'<!DOCTYPE a [<!ENTITY a "aaaa">]>' + sheet("<row><c><v>&a;</v></c></row>")),
    "PDF, a page packed a thousand times": lambda: packed(b"0 0 m 1 1 l S " * 5_000_000),
    "PDF, 100,000 letters on a page": lambda: packed(b"BT /F 9 Tf 9 9 Td " + b"(565014) Tj " * 20_000 + b"ET"),
    "PDF, a page tree that holds itself": lambda: pdf(b"", kids=b"[2 0 R 2 0 R]"),
    "PDF, pages missing": lambda: pdf(b"", kids=b"[9 0 R]"),
}


def _large(folder: Path) -> Path:
    path = folder / "large.txt"
    with path.open("wb") as file:
        file.truncate(200 * MIB)
    return path


def _fifo(folder: Path) -> Path:
    os.mkfifo(folder / "fifo")
    return folder / "fifo"


def _loop(folder: Path) -> Path:
    (folder / "loop").symlink_to(folder / "loop")
    return folder / "loop"


def _odd(folder: Path) -> Path:
    path = folder / os.fsdecode(b"a\nb\xff.txt")
    path.write_bytes(b"\x00")
    return path


FILES: dict[str, Callable[[Path], Path]] = {
    "a file of 200 MiB": _large,
    "a directory": lambda folder: folder,
    "a pipe": _fifo,
    "a link to itself": _loop,
    "/dev/zero": lambda _: Path("/dev/zero"),
    "a name with a new line and a wrong byte": _odd,
}


def examined(name: str, folder: Path, out: Connection) -> None:
    """Read one of them, in a process of its own."""
    from bareme.audit import examine
    from bareme.circulars.documents.opening import open_document
    from bareme.circulars.reading import read_document
    from bareme.circulars.vocabulary import all_vocabularies
    from bareme.errors import DocumentError

    all_vocabularies()
    source = FILES[name](folder) if name in FILES else ("a", DOCUMENTS[name]())
    start = time.perf_counter()
    try:
        reading = examine(*read_document(open_document(source)))
        said = f"read: {len(reading.lines):,} lines, {len(reading.findings):,} findings"
    except DocumentError as error:
        said = " ".join(str(error).replace(str(folder), "...").encode("ascii", "replace").decode().split())
    seconds = time.perf_counter() - start
    below = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    out.send((seconds, max(_most_memory(), below), said))


def _most_memory() -> int:
    """The mebibytes that this process took at most; its usage as the system tells it may hold its parent's too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    [peak] = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(peak) // 1024


def measured(name: str) -> tuple[float, int, str]:
    """Seconds, mebibytes at most (the document itself included), and what was said."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(False)
    with tempfile.TemporaryDirectory() as folder:
        child = context.Process(target=examined, args=(name, Path(folder), there))
        child.start()
        there.close()
        try:
            found: tuple[float, int, str] = here.recv() if here.poll(SECONDS) else (SECONDS, 0, "FAILED: it hangs")
        except EOFError:
            found = (0, 0, "FAILED: the process died")
        child.kill()
        child.join()
    return found


def main(names: list[str]) -> int:
    failed = 0
    print("| what | seconds | MiB | what is said |\n|---|---|---|---|")
    for name in names or [*FILES, *DOCUMENTS]:
        seconds, mebibytes, said = measured(name)
        failed += said.startswith("FAILED") or mebibytes > MEBIBYTES
        print(f"| {name} | {seconds:.1f} | {mebibytes:,} | {said} |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
